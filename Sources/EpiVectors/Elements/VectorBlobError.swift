/// Why bytes are no vector, in the words of libSQL.
package enum VectorBlobError: Error, Equatable {
  /// The last byte of a blob of odd length names no element type.
  case unknownType(UInt8)
  /// What precedes the type byte cannot hold numbers of the type.
  case length(ElementType, bytes: Int)
  case tooLong(dimensions: Int)
  /// The numbers take another number of bytes than the dimensions ask for.
  case dataSize(ElementType, dimensions: Int, found: Int, wanted: Int)
  /// The counts in the last bytes of a blob contradict its length.
  case counts(ElementType, bytes: Int)

  package var message: String {
    switch self {
    case .unknownType(let byte): "vector: unexpected binary type: \(byte)"
    case .length(let type, let bytes):
      "vector: \(type.sqlName) vector blob length must be \(Self.requirement(type)) 'type'-byte): length=\(bytes)"
    case .tooLong(let dimensions): "vector: max size exceeded: \(dimensions) > \(Normalization.maximumDimensions)"
    case .dataSize(let type, let dimensions, let found, let wanted):
      "vector: unexpected data part size: type=\(type.rawValue), dims=\(dimensions), \(found) != \(wanted)"
    case .counts(let type, let bytes): "vector: \(type.sqlName) vector blob has counts that do not fit its length: length=\(bytes)"
    }
  }

  private static func requirement(_ type: ElementType) -> String {
    switch type {
    case .float32: "divisible by 4 (excluding optional"
    case .float64: "divisible by 8 (excluding"
    case .float1bit: "divisible by 2 and not be empty (excluding"
    case .float8: "divisible by 2 and has at least 2 bytes (excluding"
    case .float16, .floatb16: "divisible by 2 (excluding"
    }
  }
}
