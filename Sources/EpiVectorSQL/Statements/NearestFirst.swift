internal import EpiSQLite
internal import EpiVectors

/// `SELECT … FROM table ORDER BY vector_distance_cos(column, vector) LIMIT n`: the question for the nearest rows as it is asked where
/// there is no index.
///
/// SQLite reads the whole table for it, every time. Here the vectors stay in memory after the first time, and the statement gets a
/// condition that lets only those rows pass which can be among the first n. It computes and sorts the distances of these itself, so
/// its answer is what it was.
struct NearestFirst {
  /// What is known of a statement of this form.
  struct Shape {
    var schema: String?
    var table: String
    /// By which the statement knows the table.
    var alias: String
    var column: String
    var metric: Metric
    /// Tokens of the vector.
    fileprivate var vector: Range<Int>
    var limit: Int
    /// The token ORDER.
    fileprivate var order: Int
  }

  private static let metrics: [(String, Metric)] = [
    ("vector_distance_cos", .cosine), ("vector_distance_l2", .l2), ("vector_distance_dot", .dot),
  ]

  /// A call of a distance function with a column and what is the same for all rows.
  private struct Call {
    var qualifier: String?
    var column: String
    var metric: Metric
    var vector: Range<Int>
    /// The token after it.
    var end: Int
  }

  /// Nil for every other form of statement.
  static func shape(of text: SQLText) -> Shape? {
    guard text.isWord(0, "SELECT"), let from = text.tokens.indices.first(where: { text.isWord($0, "FROM") }) else { return nil }
    guard let named = calls(in: text, 1..<from) else { return nil }
    var index = from + 1
    guard let first = text.isName(index) ? text.name(index) : nil else { return nil }
    var (schema, table): (String?, String) = (nil, first)
    index += 1
    if text.isWord(index, "."), text.isName(index + 1) {
      (schema, table) = (first, text.name(index + 1) ?? "")
      index += 2
    }
    var alias = table
    if text.isWord(index, "AS") { index += 1 }
    if text.isName(index), !text.isWord(index, "ORDER") {
      alias = text.name(index) ?? ""
      index += 1
    }
    let order = index
    guard text.isWord(order, "ORDER"), text.isWord(order + 1, "BY") else { return nil }
    let call: Call
    if let here = Self.call(text, order + 2) {
      call = here
      index = here.end
    } else if text.isName(order + 2), let known = named.first(where: { SQLText.isSame($0.name, text.name(order + 2) ?? "") }) {
      call = known.call
      index = order + 3
    } else {
      return nil
    }
    if text.isWord(index, "ASC") { index += 1 }
    guard text.isWord(index, "LIMIT"), let limit = count(text, index + 1) else { return nil }
    index += 2
    var offset = 0
    if text.isWord(index, "OFFSET"), let given = count(text, index + 1) {
      offset = given
      index += 2
    }
    guard index == text.tokens.count, call.qualifier == nil || SQLText.isSame(call.qualifier ?? "", alias) else { return nil }
    return Shape(
      schema: schema, table: table, alias: alias, column: call.column, metric: call.metric, vector: call.vector, limit: limit + offset,
      order: order)
  }

  /// A whole number of nine digits at most.
  private static func count(_ text: SQLText, _ token: Int) -> Int? {
    guard text.tokens.indices.contains(token), text.tokens[token].kind == .number, text.tokens[token].range.count <= 9 else { return nil }
    return Int(text.text(token))
  }

  /// The distances among the columns of a result, by the names they are given; nil when there is something else than names of columns
  /// and distances: an aggregate would be one of fewer rows.
  private static func calls(in text: SQLText, _ tokens: Range<Int>) -> [(name: String, call: Call)]? {
    var named: [(String, Call)] = []
    var index = tokens.lowerBound
    while index < tokens.upperBound {
      var found: Call?
      if let call = call(text, index) {
        found = call
        index = call.end
      } else if text.isWord(index, "*") {
        index += 1
      } else {
        guard text.isName(index), !text.isWord(index, "DISTINCT"), !text.isWord(index, "ALL") else { return nil }
        index += text.isWord(index + 1, ".") ? 3 : 1
      }
      if text.isWord(index, "AS") { index += 1 }
      if index < tokens.upperBound, !text.isWord(index, ",") {
        guard text.isName(index) else { return nil }
        if let found { named.append((text.name(index) ?? "", found)) }
        index += 1
      }
      guard index == tokens.upperBound || text.isWord(index, ",") else { return nil }
      index += 1
    }
    return named
  }

  private static func call(_ text: SQLText, _ start: Int) -> Call? {
    guard text.isName(start), let name = text.name(start), let metric = metrics.first(where: { SQLText.isSame($0.0, name) })?.1,
      text.isWord(start + 1, "("), let close = text.closing(start + 1)
    else { return nil }
    var index = start + 2
    guard text.isName(index), let first = text.name(index) else { return nil }
    var (qualifier, column): (String?, String) = (nil, first)
    index += 1
    if text.isWord(index, "."), text.isName(index + 1) {
      (qualifier, column) = (first, text.name(index + 1) ?? "")
      index += 2
    }
    guard text.isWord(index, ","), isConstant(text, (index + 1)..<close) else { return nil }
    return Call(qualifier: qualifier, column: column, metric: metric, vector: (index + 1)..<close, end: close + 1)
  }

  /// A literal, a parameter with a name, or one of these made a vector.
  private static func isConstant(_ text: SQLText, _ tokens: Range<Int>) -> Bool {
    func isLiteral(_ token: Int) -> Bool {
      switch text.tokens[token].kind {
      case .string, .blob: true
      // A question mark alone is the next parameter, wherever it stands.
      case .parameter: text.tokens[token].range.count > 1
      default: false
      }
    }
    if tokens.count == 1 { return isLiteral(tokens.lowerBound) }
    return tokens.count == 4 && text.tokens[tokens.lowerBound].kind == .word
      && text.text(tokens.lowerBound).lowercased().hasPrefix("vector") && text.isWord(tokens.lowerBound + 1, "(")
      && isLiteral(tokens.lowerBound + 2) && text.isWord(tokens.lowerBound + 3, ")")
  }

  /// The statement with the condition.
  static func narrowed(_ text: SQLText, _ shape: Shape, schema: String) -> SQLText {
    let vector = text.text(text.tokens[shape.vector.lowerBound].range.lowerBound..<text.tokens[shape.vector.upperBound - 1].range.upperBound)
    let arguments = [SQLText.literal(schema), SQLText.literal(shape.table), SQLText.literal(shape.column), String(shape.metric.rawValue)]
    let rows = "SELECT id FROM \(SQLText.quoted(CandidateFunction.name))(\(arguments.joined(separator: ", ")), \(vector), \(shape.limit))"
    let place = text.tokens[shape.order].range.lowerBound
    return text.replacing([(place..<place, "WHERE \(SQLText.quoted(shape.alias)).rowid IN (\(rows)) ")])
  }
}
