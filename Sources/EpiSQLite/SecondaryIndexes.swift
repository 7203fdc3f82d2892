/// The indexes and full-text tables that were asked for, of the tables that are made.
struct SecondaryIndexes {
  let options: MaterializerOptions
  let report: (MaterializerWarning) -> Void

  /// Makes those of one table, whose rows are there, and notes them.
  func make(of plan: TablePlan, source: String, in database: borrowing Database, noting record: inout DatabaseRecord) throws {
    for list in options.indexes where SQLNames.areSame(list.table, source) {
      guard let columns = found(list, in: plan, option: "--index") else { continue }
      let name = Self.indexName(plan, columns)
      try refusable("--index \(list.text)") { () throws(SQLiteError) in
        try database.execute(Self.createSQL(plan, columns), doing: "create index '\(name)'")
      }
      record.indexes.append((name, plan.name))
    }
    for list in options.fullText where SQLNames.areSame(list.table, source) {
      guard let columns = found(list, in: plan, option: "--fts") else { continue }
      let index = FullTextIndex(of: plan, columns)
      try refusable("--fts \(list.text)") { () throws(SQLiteError) in
        for sql in index.createSQL { try database.execute(sql, doing: "make the full-text index '\(index.name)'") }
      }
      record.fullText.append((index.name, plan.name))
    }
  }

  /// The full-text indexes of a table that stands.
  func fullText(of plan: TablePlan, source: String) -> [FullTextIndex] {
    options.fullText.filter { SQLNames.areSame($0.table, source) }.compactMap { list in
      (try? plan.columns(of: list.columns).get()).map { FullTextIndex(of: plan, $0) }
    }
  }

  /// The columns of each index and full-text index of a table.
  func columns(of plan: TablePlan, source: String) -> (indexes: [[ColumnPlan]], fullText: [[ColumnPlan]]) {
    func all(_ lists: [ColumnList], _ option: String) -> [[ColumnPlan]] {
      lists.filter { SQLNames.areSame($0.table, source) }.compactMap { found($0, in: plan, option: option) }
    }
    return (all(options.indexes, "--index"), all(options.fullText, "--fts"))
  }

  static func createSQL(_ plan: TablePlan, _ columns: [ColumnPlan]) -> String {
    let names = columns.map { SQLText.name($0.name) }.joined(separator: ", ")
    return "CREATE INDEX \(SQLText.name(indexName(plan, columns))) ON \(SQLText.name(plan.name)) (\(names))"
  }

  static func indexName(_ plan: TablePlan, _ columns: [ColumnPlan]) -> String { (["idx", plan.name] + columns.map(\.name)).joined(separator: "_") }

  /// Tells of options that name a table, or a column for a type, that there is not.
  func reportUnknown(among scans: [TableScan]) {
    let sources = scans.map(\.name)
    let named = options.indexes.map { ("--index", $0.table) } + options.fullText.map { ("--fts", $0.table) } + options.types.map { ("--type", $0.name.table) }
    for (option, table) in named where !sources.contains(where: { SQLNames.areSame($0, table) }) {
      report(MaterializerWarning(kind: .noSuchColumn, message: "\(option) names a table '\(table)' that the rows do not have"))
    }
    for choice in options.types {
      guard let scan = scans.first(where: { SQLNames.areSame($0.name, choice.name.table) }),
        !scan.columns.contains(where: { SQLNames.areSame($0, choice.name.column) })
      else { continue }
      let (table, column) = (choice.name.table, choice.name.column)
      report(MaterializerWarning(kind: .noSuchColumn, message: "--type names a column '\(column)' that table '\(table)' does not have"))
    }
  }

  /// The columns of a list; nil, and a warning, when there is one that the table does not have.
  private func found(_ list: ColumnList, in plan: TablePlan, option: String) -> [ColumnPlan]? {
    switch plan.columns(of: list.columns) {
    case .success(let columns): return columns
    case .failure(let missing):
      report(MaterializerWarning(kind: .noSuchColumn, message: "\(option) names a column '\(missing.name)' that table '\(list.table)' does not have"))
      return nil
    }
  }

  /// What SQLite does not accept here is what was asked for, not a fault of this program.
  private func refusable(_ option: String, _ body: () throws(SQLiteError) -> Void) throws {
    do throws(SQLiteError) {
      try body()
    } catch {
      guard error.kind == .refused || error.kind == .constraint else { throw error }
      throw MaterializerError.target(message: "\(option): \(error.message)", hint: "name other columns, or rename what has the name")
    }
  }
}
