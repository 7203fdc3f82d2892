internal import EpiBytes

/// Scripts for psql(1) and PostgreSQL: rows go by COPY.
struct PostgresDialect: ScriptDialect {
  let tables: [any ScriptTable]
  private let scriptTables: [PostgresTable]
  private let usesPgvector: Bool

  init(_ plans: [TablePlan], usesPgvector: Bool, report: @escaping (MaterializerWarning) -> Void) {
    let names = PostgresNames.distinct(plans.map(\.name), taken: [DatabaseRecord.tableName]) { given, name in
      report(MaterializerWarning(kind: .renamed, message: "PostgreSQL cannot have a table '\(given)'; it is '\(name)'"))
    }
    let made = zip(plans, names).map { PostgresTable($0, name: $1, usesPgvector: usesPgvector, report: report) }
    scriptTables = made
    tables = made
    self.usesPgvector = usesPgvector
  }

  func appendHead(to text: inout ByteWriter) {
    // What psql stops at; it would go on with the next statement.
    text.append("\\set ON_ERROR_STOP on\nBEGIN;\nSET LOCAL client_encoding = 'UTF8';\nSET LOCAL standard_conforming_strings = on;\n")
    text.append("SET LOCAL client_min_messages = warning;\n")
    if usesPgvector { text.append("CREATE EXTENSION IF NOT EXISTS vector;\n") }
  }

  func indexes(
    of table: Int, _ lists: (indexes: [[ColumnPlan]], fullText: [[ColumnPlan]])
  ) -> [(kind: ScriptIndexKind, name: String, sql: String)] {
    let table = scriptTables[table]
    var statements: [(kind: ScriptIndexKind, name: String, sql: String)] = []
    // PostgreSQL finds names for them itself.
    for columns in lists.indexes {
      statements.append((.index, "", "CREATE INDEX ON \(table.quotedName) (\(columns.map(table.name).joined(separator: ", ")))"))
    }
    for columns in lists.fullText {
      let text = columns.map { "coalesce(\(table.name(of: $0))::text, '')" }.joined(separator: " || ' ' || ")
      statements.append((.fullText, "", "CREATE INDEX ON \(table.quotedName) USING gin (to_tsvector('simple', \(text)))"))
    }
    for (column, dimensions) in table.vectors where dimensions <= PostgresTable.indexedDimensions {
      statements.append((.vector, "", "CREATE INDEX ON \(table.quotedName) USING hnsw (\(column) vector_cosine_ops)"))
    }
    return statements
  }

  func append(_ record: DatabaseRecord, to text: inout ByteWriter) {
    text.append(
      """
      DROP TABLE IF EXISTS "_epi";
      CREATE TABLE "_epi" ("key" text NOT NULL, "name" text NOT NULL, "value" text, "rows" bigint, "hash" text, PRIMARY KEY ("key", "name"));
      COPY "_epi" FROM stdin;

      """)
    // Indexes have names of PostgreSQL's making.
    for entry in record.entries where entry.key != "index" && entry.key != "fts" {
      let fields = [entry.key, entry.name, entry.value, entry.content.map { String($0.rows) }, entry.content?.hashText]
      for (index, field) in fields.enumerated() {
        if index > 0 { text.append("\t") }
        let bytes = Array((field ?? "").utf8)
        if field == nil { text.append("\\N") } else { PostgresTable.appendCopied(bytes.span, in: bytes.indices, to: &text) }
      }
      text.append("\n")
    }
    text.append("\\.\n")
  }
}

/// Names that PostgreSQL can have and tell apart: at most 63 bytes, not empty, and of columns not those that every table has.
enum PostgresNames {
  private static let limit = 63

  /// - Parameter renamed: is told of every name that is another one than was given.
  static func distinct(_ names: [String], taken: [String], renamed: (_ given: String, _ name: String) -> Void) -> [String] {
    var used = Set(taken.map { Array($0.utf8) })
    return names.map { given in
      let base = given.isEmpty ? "_" : given
      var name = cut(base, to: limit)
      var number = 2
      while !used.insert(Array(name.utf8)).inserted {
        name = cut(base, to: limit - 8) + "_\(number)"
        number += 1
      }
      if !SQLNames.areSame(name, given) { renamed(given, name) }
      return name
    }
  }

  private static func cut(_ name: String, to limit: Int) -> String {
    var cut = ""
    for scalar in name.unicodeScalars {
      guard cut.utf8.count + UTF8.width(scalar) <= limit else { break }
      cut.unicodeScalars.append(scalar)
    }
    return cut
  }

  static let systemColumns = ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"]
}
