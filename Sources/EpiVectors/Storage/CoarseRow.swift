internal import EpiBytes

/// A vector as bytes, with what it takes to know how far from the truth they are: for the first pass of a scan.
///
/// Byte b stands for (b - 128) · scale, the scale being the 127th part of the greatest magnitude; of a query the 63rd, so that kernels may
/// add two products in 16 bits. With v the vector, v' what its bytes stand for, and a query q with q' likewise, <q, v> differs from <q', v'>
/// by at most |q'| |v - v'| + |q - q'| |v| (Cauchy and Schwarz).
struct CoarseRow {
  private(set) var bytes: [UInt8]
  private(set) var scale: Float = 0
  /// At least |v - v'|.
  private(set) var error: Float = 0
  /// At least |v|.
  private(set) var length: Float = 0

  /// Bytes of a row: the dimensions rounded up to a multiple of 64.
  static func byteCount(dimensions: Int) -> Int { (dimensions + 63) & ~63 }
  /// Bytes of scale, error and length, and a zero.
  static let measureBytes = 16

  /// Steps on either side of zero.
  static let steps: Float = 127
  static let stepsOfQuery: Float = 63

  /// The bytes of `vector` and zeros, that is 128, behind them.
  init(_ vector: Span<Float>, steps: Float = Self.steps) {
    bytes = Array(repeating: 128, count: Self.byteCount(dimensions: vector.count))
    var largest: Float = 0
    for index in 0..<vector.count { largest = max(largest, abs(vector[index])) }
    guard largest > 0, largest.isFinite else { return }
    scale = largest / steps
    var (errors, squares) = (0.0, 0.0)
    for index in 0..<vector.count {
      let value = Double(vector[index])
      let byte = min(max((value / Double(scale)).rounded(.toNearestOrEven), -Double(steps)), Double(steps))
      bytes[index] = UInt8(Int(byte) + 128)
      let error = value - byte * Double(scale)
      errors += error * error
      squares += value * value
    }
    error = Self.above(errors.squareRoot())
    length = Self.above(squares.squareRoot())
  }

  /// A float that is no less, whatever the sums in double precision lost.
  private static func above(_ value: Double) -> Float { Float(value * (1 + 0x1p-40)).nextUp }

  /// Appends what goes with the bytes, as the kernel reads it.
  func appendMeasures(to writer: inout ByteWriter) {
    for value in [scale, error, length, 0] { writer.appendLittleEndian(value.bitPattern) }
  }
}

/// A query in the same form, and the terms of the bounds that it gives.
struct CoarseQuery {
  let bytes: [Int8]
  let terms: CoarseTerms

  /// The part of the squared lengths that rounding may come to: in the kernel's sums, a 64th of the dimensions long, and in a bound.
  private static func slack(dimensions: Int) -> Float { Float(dimensions / 64 + 16) * 0x1p-22 }

  init(_ query: Span<Float>, metric: Metric) {
    let row = CoarseRow(query, steps: CoarseRow.stepsOfQuery)
    bytes = row.bytes.map { Int8(Int($0) - 128) }
    let slack = Self.slack(dimensions: query.count)
    let coarse = (row.length + row.error).nextUp
    let zero = Int32(128 * bytes.reduce(0) { $0 + Int($1) })
    switch metric {
    case .cosine, .l2:
      // |q - v|² = |q|² + |v|² - 2 <q, v>; of lengths that are a little too long the slack takes off more than enough.
      terms = CoarseTerms(
        zero: zero, base: row.length * row.length * (1 - slack), square: 1 - slack, product: 2 * row.scale, error: 2 * coarse,
        length: 2 * row.error)
    case .dot:
      terms = CoarseTerms(zero: zero, base: 0, square: 0, product: row.scale, error: coarse, length: row.error + slack * row.length)
    }
  }
}

/// `epi_coarse_query`.
struct CoarseTerms {
  var zero: Int32
  var base: Float
  var square: Float
  var product: Float
  var error: Float
  var length: Float
}
