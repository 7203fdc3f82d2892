internal import EpiBytes

/// The database engines that scripts can be written for.
package enum SQLEngine: String, Sendable, CaseIterable {
  case sqlite
  case libsql
  case postgres
}

/// A whole state as SQL: the statements that make its tables, in one transaction.
struct SQLScript {
  let engine: SQLEngine
  /// The vectors of PostgreSQL are those of its extension pgvector.
  let usesPgvector: Bool
  let plans: [TablePlan]
  let scans: [TableScan]
  let options: MaterializerOptions
  let source: String?
  let state: String?
  let report: (MaterializerWarning) -> Void
  /// Takes the text, piece by piece.
  let emit: (Span<UInt8>) throws(MaterializerError) -> Void

  private static let pieceSize = 1 << 18

  func write(_ spool: consuming RowSpool) throws -> MaterializerSummary {
    var text = ByteWriter(capacity: Self.pieceSize * 2)
    let dialect = self.dialect
    dialect.appendHead(to: &text)
    for table in dialect.tables { table.appendDefinition(to: &text) }
    var merge = try SpoolMerge(spool, keep: options.keep)
    var rows = ScriptRows(plans)
    while let chunk = try merge.next() { try rows.append(chunk.bytes, dialect.tables, to: &text, flush: flush) }
    rows.endTable(dialect.tables, &text)
    var record = DatabaseRecord()
    let secondary = SecondaryIndexes(options: options, report: report)
    secondary.reportUnknown(among: scans)
    for (index, plan) in plans.enumerated() {
      for (kind, name, sql) in dialect.indexes(of: index, secondary.columns(of: plan, source: scans[index].name)) {
        text.append(sql + ";\n")
        if kind == .index { record.indexes.append((name, plan.name)) }
        if kind == .fullText, record.fullText.last?.name != name { record.fullText.append((name, plan.name)) }
      }
      record.tables.append(TableRecord(scans[index], named: plan.name, content: rows.contents[index]))
    }
    (record.source, record.state, record.options, record.tool) = (source, state, options.summary, options.tool)
    dialect.append(record, to: &text)
    text.append("COMMIT;\n")
    try emit(text.span)
    return MaterializerSummary(rows: rows.contents.reduce(0) { $0 + $1.rows }, tables: plans.count, duplicates: merge.duplicates)
  }

  private func flush(_ text: inout ByteWriter) throws {
    guard text.count >= Self.pieceSize else { return }
    try emit(text.span)
    text.removeAll()
  }

  private var dialect: any ScriptDialect {
    switch engine {
    case .sqlite: SQLiteDialect(plans: plans, hasVectorIndexes: false)
    case .libsql: SQLiteDialect(plans: plans, hasVectorIndexes: true)
    case .postgres: PostgresDialect(plans, usesPgvector: usesPgvector, report: report)
    }
  }
}

/// What an additional statement of a script makes.
enum ScriptIndexKind {
  case index
  case fullText
  case vector
}

/// How one engine writes what all of them have.
protocol ScriptDialect {
  /// One for each plan.
  var tables: [any ScriptTable] { get }
  /// What stands in front of all, and begins the transaction.
  func appendHead(to text: inout ByteWriter)
  /// The statements behind the rows of a table.
  /// - Parameter lists: the columns of each index and full-text index.
  func indexes(of table: Int, _ lists: (indexes: [[ColumnPlan]], fullText: [[ColumnPlan]])) -> [(kind: ScriptIndexKind, name: String, sql: String)]
  /// The table `_epi`.
  func append(_ record: DatabaseRecord, to text: inout ByteWriter)
}

/// One table of a script.
protocol ScriptTable {
  /// Drops what there is and makes the table.
  func appendDefinition(to text: inout ByteWriter)
  /// A row; the first one after `rows` others of the same statement.
  func append(_ values: Span<BoundValue>, in bytes: Span<UInt8>, constants: Span<UInt8>, after rows: Int, to text: inout ByteWriter)
  /// Closes the statement that holds rows.
  func appendEndOfRows(to text: inout ByteWriter)
  /// Rows that one statement takes.
  var rowsPerStatement: Int { get }
}

/// Goes through the rows of a spool for a script.
struct ScriptRows: ~Copyable {
  private let plans: [TablePlan]
  private var table = -1
  private var rows = 0
  /// For each table, the values of a row that has no field.
  private let blanks: [[BoundValue]]
  private var hash = RowHash()
  private(set) var contents: [TableContent]

  init(_ plans: [TablePlan]) {
    self.plans = plans
    blanks = plans.map { $0.columns.map(\.missing) }
    contents = plans.map { _ in TableContent() }
  }

  mutating func append(
    _ chunk: borrowing ByteWriter, _ tables: [any ScriptTable], to text: inout ByteWriter, flush: (inout ByteWriter) throws -> Void
  ) throws {
    let bytes = chunk.span
    var reader = ByteReader(bytes, in: bytes.indices)
    while !reader.isAtEnd {
      let row = try SpooledRow(&reader)
      if row.table != table || rows == tables[table].rowsPerStatement { endTable(tables, &text) }
      table = row.table
      let plan = plans[table]
      var values = blanks[table]
      try plan.read(row, &reader, into: &values, at: 0)
      let constants = plan.constants
      contents[table].add(hash.of(values.span, in: bytes, constants: constants.span))
      tables[table].append(values.span, in: bytes, constants: constants.span, after: rows, to: &text)
      rows += 1
      try flush(&text)
    }
  }

  /// Closes the statement that is open, if one is.
  mutating func endTable(_ tables: [any ScriptTable], _ text: inout ByteWriter) {
    if rows > 0 { tables[table].appendEndOfRows(to: &text) }
    rows = 0
  }
}
