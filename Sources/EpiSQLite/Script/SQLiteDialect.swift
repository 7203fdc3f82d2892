internal import EpiBytes

/// Scripts for SQLite and libSQL.
struct SQLiteDialect: ScriptDialect {
  private let plans: [TablePlan]
  /// Columns of vectors get libSQL's index.
  private let hasVectorIndexes: Bool
  let tables: [any ScriptTable]

  init(plans: [TablePlan], hasVectorIndexes: Bool) {
    self.plans = plans
    self.hasVectorIndexes = hasVectorIndexes
    tables = plans.map { SQLiteScriptTable(plan: $0) }
  }

  func appendHead(to text: inout ByteWriter) {
    text.append("BEGIN;\n")
    for plan in plans {
      for name in ["\(plan.name)_fts", plan.name] { text.append("DROP TABLE IF EXISTS \(SQLText.name(name));\n") }
    }
  }

  func indexes(
    of table: Int, _ lists: (indexes: [[ColumnPlan]], fullText: [[ColumnPlan]])
  ) -> [(kind: ScriptIndexKind, name: String, sql: String)] {
    let plan = plans[table]
    var statements: [(kind: ScriptIndexKind, name: String, sql: String)] = []
    for columns in lists.indexes {
      let name = SecondaryIndexes.indexName(plan, columns)
      statements.append((.index, name, SecondaryIndexes.createSQL(plan, columns)))
    }
    for columns in lists.fullText {
      let index = FullTextIndex(of: plan, columns)
      for sql in index.createSQL { statements.append((.fullText, index.name, sql)) }
    }
    guard hasVectorIndexes else { return statements }
    for column in plan.columns {
      guard case .vector = column.type else { continue }
      let name = "idx_\(plan.name)_\(column.name)_vector"
      statements.append(
        (.vector, name, "CREATE INDEX \(SQLText.name(name)) ON \(SQLText.name(plan.name)) (libsql_vector_idx(\(SQLText.name(column.name))))"))
    }
    return statements
  }

  func append(_ record: DatabaseRecord, to text: inout ByteWriter) {
    text.append("DROP TABLE IF EXISTS \"_epi\";\n" + DatabaseRecord.createSQL + ";\n")
    for entry in record.entries {
      let fields = [entry.key, entry.name, entry.value].map { SQLText.literal($0) }
      let content = entry.content.map { "\($0.rows), '\($0.hashText)'" } ?? "NULL, NULL"
      text.append("INSERT OR REPLACE INTO \"_epi\" VALUES (\(fields.joined(separator: ", ")), \(content));\n")
    }
  }
}

private struct SQLiteScriptTable: ScriptTable {
  let plan: TablePlan
  let rowsPerStatement = 100

  func appendDefinition(to text: inout ByteWriter) { text.append(plan.createSQL + ";\n") }

  func append(_ values: Span<BoundValue>, in bytes: Span<UInt8>, constants: Span<UInt8>, after rows: Int, to text: inout ByteWriter) {
    if rows == 0 { text.append("INSERT INTO \(SQLText.name(plan.name)) VALUES\n(") } else { text.append(",\n(") }
    for index in values.indices {
      if index > 0 { text.append(",") }
      switch values[index] {
      case .null: text.append("NULL")
      case .integer(let value): text.append(decimal: Int(value))
      case .real(let value): text.append(value.description)
      case .boolean(let value): text.append(value ? "'true'" : "'false'")
      case .text(let range): SQLText.append(text: bytes, in: range.bounds, to: &text)
      case .constantText(let range): SQLText.append(text: constants, in: range.bounds, to: &text)
      case .blob(let range): SQLText.append(blob: bytes, in: range.bounds, to: &text)
      case .constantBlob(let range): SQLText.append(blob: constants, in: range.bounds, to: &text)
      }
    }
    text.append(")")
  }

  func appendEndOfRows(to text: inout ByteWriter) { text.append(";\n") }
}
