package import EpiVectors

/// The declared type of a column of vectors, such as `F32_BLOB(384)`.
package struct VectorColumnType: Equatable, Sendable {
  package var element: ElementType
  package var dimensions: Int

  private static let names: [(String, ElementType)] = [
    ("F32_BLOB", .float32), ("FLOAT32", .float32), ("F64_BLOB", .float64), ("FLOAT64", .float64), ("F16_BLOB", .float16),
    ("FLOAT16", .float16), ("FB16_BLOB", .floatb16), ("FLOATB16", .floatb16), ("F8_BLOB", .float8), ("FLOAT8", .float8),
    ("F1BIT_BLOB", .float1bit), ("FLOAT1BIT", .float1bit),
  ]

  package init(element: ElementType, dimensions: Int) {
    self.element = element
    self.dimensions = dimensions
  }

  package init(_ text: String) throws(VectorSQLError) {
    func objection(_ reason: String) -> VectorSQLError { VectorSQLError("vector index: \(reason): \(text)") }
    let bytes = Array(text.utf8)
    guard let open = bytes.firstIndex(of: UInt8(ascii: "(")) else { throw objection("unexpected vector column type") }
    let name = String(decoding: Self.trimmed(bytes[..<open]), as: UTF8.self)
    guard let known = Self.names.first(where: { SQLText.isSame($0.0, name) }) else { throw objection("unexpected vector column type") }
    var offset = open + 1
    func skipSpace() { while offset < bytes.count, Self.isSpace(bytes[offset]) { offset += 1 } }
    skipSpace()
    var value = 0
    while offset < bytes.count, bytes[offset] != UInt8(ascii: ")"), !Self.isSpace(bytes[offset]) {
      let digit = bytes[offset] &- UInt8(ascii: "0")
      guard digit < 10 else { throw objection("non digit symbol in vector column parameter") }
      value = value * 10 + Int(digit)
      guard value <= Normalization.maximumDimensions else { throw objection("max vector dimension exceeded") }
      offset += 1
    }
    skipSpace()
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: ")") else { throw objection("missed closing brace for vector column type") }
    offset += 1
    skipSpace()
    guard offset == bytes.count else { throw objection("extra data after dimension parameter for vector column type") }
    guard value > 0 else { throw objection("vector column must have non-zero dimension for index") }
    element = known.1
    dimensions = value
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 9 < 5 }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let start = bytes.drop(while: isSpace)
    return start.prefix((start.lastIndex { !isSpace($0) } ?? start.startIndex - 1) + 1 - start.startIndex)
  }
}
