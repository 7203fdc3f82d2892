internal import EpiBytes

/// How a vector lies in a blob of libSQL: its numbers, least significant byte first, and for all types but f32 some bytes behind them,
/// the last of which is the type.
///
/// | type | blob of d dimensions | bytes |
/// |---|---|---|
/// | f32 | d × 4 bytes, then perhaps 1 | 4d |
/// | f64 | d × 8 bytes, 2 | 8d + 1 |
/// | f16, bf16 | d × 2 bytes, 5 or 6 | 2d + 1 |
/// | f8 | d bytes, zeros up to a multiple of 4, alpha and shift as f32, 0, how many zeros there are, 4 | d rounded up + 11 |
/// | f1bit | d bits in whole bytes, a zero if those are even in number, 8 × (length - 1) - d, 3 | odd |
package struct VectorBlob: Equatable, Sendable {
  package let type: ElementType
  package let dimensions: Int
  /// Bytes that hold numbers, from the beginning of the blob on; `check` tells whether they are as many as the dimensions ask for.
  package let dataCount: Int

  private init(_ type: ElementType, dimensions: Int, dataCount: Int) {
    self.type = type
    self.dimensions = dimensions
    self.dataCount = dataCount
  }

  /// Tells type and dimensions from the length and the last bytes, without a look at the numbers: mind `check`.
  /// - Complexity: O(1)
  package init(inspecting bytes: Span<UInt8>) throws(VectorBlobError) {
    let count = bytes.count
    guard count % 2 == 1 else {
      self.init(.float32, dimensions: count / 4, dataCount: count)
      return
    }
    guard let type = ElementType(rawValue: bytes[count - 1]) else { throw .unknownType(bytes[count - 1]) }
    let body = count - 1
    switch type {
    case .float32:
      guard body % 4 == 0 else { throw .length(type, bytes: body) }
      self.init(type, dimensions: body / 4, dataCount: body)
    case .float64:
      guard body % 8 == 0 else { throw .length(type, bytes: body) }
      self.init(type, dimensions: body / 8, dataCount: body)
    case .float16, .floatb16: self.init(type, dimensions: body / 2, dataCount: body)
    case .float1bit:
      guard body > 0, body % 2 == 0 else { throw .length(type, bytes: body) }
      let dimensions = 8 * body - Int(bytes[body - 1])
      guard dimensions >= 0, SignBits.byteCount(dimensions: dimensions) < body else { throw .counts(type, bytes: body) }
      self.init(type, dimensions: dimensions, dataCount: SignBits.byteCount(dimensions: dimensions))
    case .float8:
      guard body >= 2, body % 2 == 0 else { throw .length(type, bytes: body) }
      let dimensions = body - 10 - Int(bytes[body - 1])
      guard dimensions >= 0 else { throw .counts(type, bytes: body) }
      self.init(type, dimensions: dimensions, dataCount: body - 2)
    }
  }

  /// Reads a blob and checks it whole.
  package init(_ bytes: Span<UInt8>) throws(VectorBlobError) {
    try self.init(inspecting: bytes)
    try check()
  }

  /// Makes sure that there are as many bytes of numbers as the dimensions ask for; before that, no number may be read.
  package func check() throws(VectorBlobError) {
    guard dimensions <= Normalization.maximumDimensions else { throw .tooLong(dimensions: dimensions) }
    let wanted = type.dataCount(dimensions: dimensions)
    guard dataCount == wanted else { throw .dataSize(type, dimensions: dimensions, found: dataCount, wanted: wanted) }
  }

  /// The quantizer of an f8 blob.
  package func quantizer(in bytes: Span<UInt8>) -> ByteQuantizer {
    precondition(type == .float8)
    return ByteQuantizer(
      alpha: Float(bitPattern: bytes.littleEndian32(at: dataCount - 8)), shift: Float(bitPattern: bytes.littleEndian32(at: dataCount - 4)))
  }
}

extension ElementType {
  /// The name in libSQL's messages.
  package var sqlName: String {
    switch self {
    case .float32: "float32"
    case .float64: "float64"
    case .float1bit: "float1bit"
    case .float8: "float8"
    case .float16: "float16"
    case .floatb16: "floatb16"
    }
  }

  /// Bytes that the numbers of a vector take, without what follows them; for f8 with padding, alpha and shift.
  /// - Precondition: `dimensions` is that of a vector, at most 65,536.
  package func dataCount(dimensions: Int) -> Int {
    switch self {
    case .float32: 4 * dimensions
    case .float64: 8 * dimensions
    case .float16, .floatb16: 2 * dimensions
    case .float1bit: SignBits.byteCount(dimensions: dimensions)
    case .float8: (dimensions + 3) / 4 * 4 + 8
    }
  }

  /// Bytes of a whole blob.
  package func blobCount(dimensions: Int) -> Int {
    let data = dataCount(dimensions: dimensions)
    return switch self {
    case .float32: data
    case .float64, .float16, .floatb16: data + 1
    case .float8: data + 3
    case .float1bit: data + (data % 2 == 0 ? 3 : 2)
    }
  }
}
