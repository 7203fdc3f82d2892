package import EpiVectors

/// The parameters of an index, `'metric=l2'` and so on. Those that say how a graph is built are checked and change no answer.
package struct VectorIndexParameters: Equatable, Sendable {
  package private(set) var metric = Metric.cosine
  private var compressesToBits = false

  /// - Parameter texts: in order; of equal keys the last counts.
  package init(_ texts: [String]) throws(VectorSQLError) {
    for (index, text) in texts.enumerated() {
      guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { throw Self.objection(text, "unexpected parameter format") }
      let value = String(text[text.utf8.index(after: equals)...])
      try read(String(text[..<equals]), value, in: text)
      guard index < Self.limit else { throw Self.objection(text, "unable to serialize vector index parameter") }
    }
  }

  /// What libSQL finds out when it makes the graph.
  func checkGraph() throws(VectorSQLError) {
    guard !compressesToBits || metric == .cosine else {
      throw VectorSQLError("vector index: unable to initialize diskann: 1-bit compression available only for cosine metric")
    }
  }

  /// Parameters that libSQL has room for.
  private static let limit = 11

  private static func objection(_ text: String, _ reason: String) -> VectorSQLError {
    VectorSQLError("vector index: invalid vector index parameter '\(text)': \(reason)")
  }

  private mutating func read(_ key: String, _ value: String, in text: String) throws(VectorSQLError) {
    func choice(_ choices: [String]) throws(VectorSQLError) -> Int {
      let found = choices.firstIndex { SQLText.isSame(String(decoding: $0.utf8.prefix(value.utf8.count), as: UTF8.self), value) }
      guard let found else { throw Self.objection(text, "invalid parameter") }
      return found
    }
    switch key.lowercased() {
    case "type": _ = try choice(["diskann"])
    case "metric": metric = try choice(["cosine", "l2"]) == 0 ? .cosine : .l2
    case "compress_neighbors": compressesToBits = try choice(["float1bit", "float8", "float16", "floatb16", "float32"]) == 0
    case "max_neighbors", "search_l", "insert_l":
      guard let number = Self.integer(value), number != 0 else {
        throw Self.objection(text, "invalid representation of integer vector index parameter")
      }
      guard number > 0 else { throw Self.objection(text, "integer vector index parameter must be positive") }
    case "alpha":
      guard Self.isReal(value) else { throw Self.objection(text, "invalid representation of floating point vector index parameter") }
    default: throw Self.objection(text, "invalid parameter")
    }
  }

  /// A sign, then decimal digits or `0x` and hexadecimal ones; what follows is passed over. Nil when there is none, or beyond 32 bits.
  private static func integer(_ text: String) -> Int? {
    var rest = text.utf8[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    var value = 0
    var isRead = false
    let isHexadecimal = rest.starts(with: "0x".utf8) || rest.starts(with: "0X".utf8)
    if isHexadecimal { rest = rest.dropFirst(2) }
    let radix = isHexadecimal ? 16 : 10
    for byte in rest {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, digit < radix else { break }
      value = value * radix + digit
      guard value <= Int(Int32.max) else { return nil }
      isRead = true
    }
    return isRead ? (isNegative ? -value : value) : nil
  }

  private static func isReal(_ text: String) -> Bool {
    text.utf8.allSatisfy { "+-.eE0123456789".utf8.contains($0) } && Double(text) != nil
  }
}
