/// `CREATE INDEX … (libsql_vector_idx(…))`, taken apart. That it is well-formed SQL has been, or will be, made sure of by SQLite.
struct CreateIndexStatement {
  var isOptional: Bool
  var schema: String?
  var name: String
  var table: String
  /// The statement without the schema, for a database that has but one.
  var plainSQL: String
  var condition: String?
  /// Key terms, as ranges of tokens.
  private var terms: [Range<Int>]
  private var text: SQLText

  /// Nil when the statement is another one, or makes an index without the marker.
  init?(_ text: SQLText) {
    guard text.isWord(0, "CREATE") else { return nil }
    var index = text.isWord(1, "UNIQUE") ? 2 : 1
    guard text.isWord(index, "INDEX") else { return nil }
    index += 1
    isOptional = text.isWord(index, "IF") && text.isWord(index + 1, "NOT") && text.isWord(index + 2, "EXISTS")
    if isOptional { index += 3 }
    let nameStart = index
    if text.isWord(index + 1, ".") {
      schema = text.name(index)
      index += 2
    }
    guard let name = text.name(index), text.isWord(index + 1, "ON"), let table = text.name(index + 2), text.isWord(index + 3, "("),
      let close = text.closing(index + 3)
    else { return nil }
    self.name = name
    self.table = table
    plainSQL = text.text(0..<text.tokens[nameStart].range.lowerBound) + text.text(text.tokens[index].range.lowerBound..<text.bytes.count)
    condition = text.isWord(close + 1, "WHERE") && close + 2 < text.tokens.count
      ? text.text(text.tokens[close + 2].range.lowerBound..<text.bytes.count) : nil
    terms = Self.parts(text, (index + 4)..<close)
    self.text = text
    guard ((index + 4)..<close).contains(where: { Self.isMarker(text, $0) }) else { return nil }
  }

  private static func isMarker(_ text: SQLText, _ token: Int) -> Bool {
    text.isName(token) && text.isWord(token + 1, "(") && SQLText.isSame(text.name(token) ?? "", VectorFunctions.marker)
  }

  /// What stands between the commas that are in no brackets.
  private static func parts(_ text: SQLText, _ tokens: Range<Int>) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var depth = 0
    var start = tokens.lowerBound
    for token in tokens {
      if text.isWord(token, "(") { depth += 1 }
      if text.isWord(token, ")") { depth -= 1 }
      if depth == 0, text.isWord(token, ",") {
        parts.append(start..<token)
        start = token + 1
      }
    }
    if start < tokens.upperBound || !parts.isEmpty { parts.append(start..<tokens.upperBound) }
    return parts
  }

  /// Whether a key term is a call of the marker, and not only has one inside.
  var isVectorIndex: Bool { terms.contains { markerEnd($0) != nil } }

  /// The token that closes the call of the marker with which a term begins, where only the collation or the order follows.
  private func markerEnd(_ term: Range<Int>) -> Int? {
    guard Self.isMarker(text, term.lowerBound), let close = text.closing(term.lowerBound + 1), close < term.upperBound else { return nil }
    guard close + 1 < term.upperBound else { return close }
    return text.isWord(close + 1, "COLLATE") || text.isWord(close + 1, "ASC") || text.isWord(close + 1, "DESC") ? close : nil
  }

  /// The first argument as a column's name, and the parameters.
  func arguments() throws(VectorSQLError) -> (column: String, parameters: () throws(VectorSQLError) -> VectorIndexParameters) {
    guard let term = terms.first(where: { markerEnd($0) != nil }), let close = markerEnd(term) else {
      throw VectorSQLError("vector index: must contain exactly one column wrapped into the libsql_vector_idx function")
    }
    if text.isWord(close + 1, "COLLATE"), close + 1 < term.upperBound {
      throw VectorSQLError("vector index: collation in expression is forbidden")
    }
    guard terms.count == 1 else {
      throw VectorSQLError("vector index: must contain exactly one column wrapped into the libsql_vector_idx function")
    }
    let arguments = Self.parts(text, (term.lowerBound + 2)..<close)
    guard let first = arguments.first else { throw VectorSQLError("wrong number of arguments to function \(VectorFunctions.marker)()") }
    guard first.count == 1, text.isName(first.lowerBound), let column = text.name(first.lowerBound) else {
      throw VectorSQLError("vector index: libsql_vector_idx first argument must be a column token")
    }
    return (
      column,
      { () throws(VectorSQLError) in
        var texts: [String] = []
        for argument in arguments.dropFirst() {
          guard argument.count == 1, text.tokens[argument.lowerBound].kind == .string, let value = text.name(argument.lowerBound) else {
            throw VectorSQLError("vector index: all arguments after first must be strings")
          }
          texts.append(value)
        }
        return try VectorIndexParameters(texts)
      }
    )
  }
}
