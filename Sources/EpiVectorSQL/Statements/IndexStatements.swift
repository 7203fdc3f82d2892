internal import EpiSQLite

/// The statements that SQLite cannot run as they are where there are vector indexes: they keep `vector_index` and the triggers of
/// `IndexGuard` what they should be. Each is done whole or not at all.
struct IndexStatements {
  private let connection: Connection
  private let mayWriteFiles: Bool
  private var catalog: IndexCatalog { IndexCatalog(connection: connection) }
  private var guardian: IndexGuard { IndexGuard(connection: connection) }

  init(_ connection: Connection, mayWriteFiles: Bool) {
    self.connection = connection
    self.mayWriteFiles = mayWriteFiles
  }

  /// Watches the tables of all indexes of a database.
  func watch(_ schema: String) throws(SQLiteError) {
    for index in try catalog.indexes(in: schema) {
      try guardian.remove(index)
      try guardian.install(index)
    }
  }

  /// Runs a statement of this kind.
  /// - Returns: false when it is another one.
  func run(_ text: SQLText) throws(VectorSQLError) -> Bool {
    do {
      if let statement = CreateIndexStatement(text) { return try create(statement) }
      if text.isWord(0, "DROP"), text.isWord(1, "INDEX") { return try dropIndex(text) }
      if text.isWord(0, "DROP"), text.isWord(1, "TABLE") { return try dropTable(text) }
      if text.isWord(0, "ALTER"), text.isWord(1, "TABLE") { return try alterTable(text) }
      if text.isWord(0, "REINDEX") { return try reindex(text) }
      if text.isWord(0, "ATTACH") { return try attach(text) }
      if text.isWord(0, "VACUUM"), !mayWriteFiles, text.tokens.indices.contains(where: { text.isWord($0, "INTO") }) {
        throw Self.readOnly
      }
      return false
    } catch let error as SQLiteError {
      throw VectorSQLError(error.detail)
    } catch let error as VectorSQLError {
      throw error
    } catch {
      throw VectorSQLError("\(error)")
    }
  }

  private func atomically(_ body: () throws(VectorSQLError) -> Void) throws(VectorSQLError) {
    try connection.atomically(body) { VectorSQLError($0.detail) }
  }

  private func tableSQL(_ table: String, in schema: String) throws(SQLiteError) -> String? {
    try connection.text("SELECT sql FROM \(SQLText.quoted(schema)).sqlite_schema WHERE type = 'table' AND name = ?1 COLLATE NOCASE", table)
  }

  private func create(_ statement: CreateIndexStatement) throws -> Bool {
    if let given = statement.schema, try !connection.schemas().contains(where: { SQLText.isSame($0, given) }) {
      throw VectorSQLError("unknown database \(given)")
    }
    let found = try connection.schema(ofTable: statement.table, given: statement.schema)
    let schema = found == "temp" || statement.schema != nil ? found ?? "main" : "main"
    let tableSQL = try tableSQL(statement.table, in: schema)
    if tableSQL != nil {
      let kind = try connection.text(
        "SELECT type FROM \(SQLText.quoted(schema)).sqlite_schema WHERE name = ?1 COLLATE NOCASE AND type <> 'trigger'", statement.name)
      if let kind, kind != "index" { throw VectorSQLError("there is already a \(kind) named \(statement.name)") }
      if try kind != nil || catalog.storedName(statement.name, in: schema) != nil {
        if statement.isOptional { return true }
        throw VectorSQLError("index \(statement.name) already exists")
      }
    }
    let scratch = try ScratchDatabase(tableSQL: tableSQL)
    try scratch.run(statement.plainSQL)
    guard statement.isVectorIndex else { return false }
    guard let kept = try scratch.index(named: statement.name),
      let table = try connection.text(
        "SELECT name FROM \(SQLText.quoted(schema)).sqlite_schema WHERE type = 'table' AND name = ?1 COLLATE NOCASE", statement.table),
      let index = try catalog.index(named: statement.name, in: schema, table: table, sql: kept.sql)
    else { throw VectorSQLError("no such table: \(schema).\(statement.table)") }
    try atomically { () throws(VectorSQLError) in
      do {
        try catalog.add(index)
        try guardian.checkRows(index)
        try guardian.install(index)
      } catch let error as SQLiteError {
        throw VectorSQLError(error.detail)
      } catch let error as VectorSQLError {
        throw error
      } catch {
        throw VectorSQLError("\(error)")
      }
    }
    return true
  }

  /// The names in a statement such as `DROP INDEX IF EXISTS schema.name`, from token `start` on.
  private func names(_ text: SQLText, from start: Int) -> (schema: String?, name: String, end: Int)? {
    var index = start
    if text.isWord(index, "IF"), text.isWord(index + 1, "EXISTS") { index += 2 }
    guard let first = text.name(index) else { return nil }
    guard text.isWord(index + 1, "."), let second = text.name(index + 2) else { return (nil, first, index + 1) }
    return (first, second, index + 3)
  }

  /// The vector index that a name means.
  private func find(_ name: String, given: String?) throws(SQLiteError) -> VectorIndex? {
    for schema in try connection.schemas() where given == nil || SQLText.isSame(schema, given ?? "") {
      guard let stored = try catalog.storedName(name, in: schema), let row = catalog.row(of: stored, in: schema) else { continue }
      return catalog.index(in: schema, row)
    }
    return nil
  }

  private func dropIndex(_ text: SQLText) throws -> Bool {
    guard let (given, name, _) = names(text, from: 2), let index = try find(name, given: given) else { return false }
    try atomically { () throws(VectorSQLError) in
      do throws(SQLiteError) {
        try guardian.remove(index)
        try catalog.remove(index.name, in: index.schema)
      } catch {
        throw VectorSQLError(error.detail)
      }
    }
    return true
  }

  private func reindex(_ text: SQLText) throws -> Bool {
    guard let (given, name, _) = names(text, from: 1), let index = try find(name, given: given) else { return false }
    try guardian.checkRows(index)
    return true
  }

  private func dropTable(_ text: SQLText) throws -> Bool {
    guard let (given, table, _) = names(text, from: 2), let schema = try connection.schema(ofTable: table, given: given) else { return false }
    let indexes = try catalog.indexes(in: schema, of: table)
    guard !indexes.isEmpty else { return false }
    let sql = text.text(0..<text.bytes.count)
    try atomically { () throws(VectorSQLError) in
      do throws(SQLiteError) {
        try connection.execute(sql, doing: "drop the table")
        for index in indexes { try catalog.remove(index.name, in: schema) }
      } catch {
        throw VectorSQLError(error.detail)
      }
    }
    return true
  }

  /// Tries the change in a scratch database, where the indexes are in the schema, and takes from there how they read afterwards.
  private func alterTable(_ text: SQLText) throws -> Bool {
    guard let (given, table, end) = names(text, from: 2), let schema = try connection.schema(ofTable: table, given: given) else { return false }
    let indexes = try catalog.indexes(in: schema, of: table)
    guard !indexes.isEmpty, text.tokens.indices.contains(end) else { return false }
    let scratch = try ScratchDatabase(tableSQL: try tableSQL(table, in: schema))
    for index in indexes { try scratch.run(index.sql) }
    try scratch.run("ALTER TABLE \(SQLText.quoted(table)) " + text.text(text.tokens[end].range.lowerBound..<text.bytes.count))
    var after: [(sql: String, table: String)] = []
    for index in indexes { after.append(try scratch.index(named: index.name) ?? (index.sql, index.table)) }
    let sql = text.text(0..<text.bytes.count)
    try atomically { () throws(VectorSQLError) in
      do throws(SQLiteError) {
        for index in indexes { try guardian.remove(index) }
        try connection.execute(sql, doing: "alter the table")
      } catch {
        throw VectorSQLError(error.detail)
      }
      for (index, now) in zip(indexes, after) {
        guard let changed = try catalog.index(named: index.name, in: schema, table: now.table, sql: now.sql) else { continue }
        do throws(SQLiteError) {
          try catalog.update(changed)
          try guardian.install(changed)
        } catch {
          throw VectorSQLError(error.detail)
        }
      }
    }
    return true
  }

  private func attach(_ text: SQLText) throws -> Bool {
    // A file would be opened for writing where the database is in memory.
    let before = try connection.schemas()
    try connection.execute(text.text(0..<text.bytes.count), doing: "attach the database")
    for schema in try connection.schemas() where !before.contains(schema) {
      let file = try connection.text("SELECT file FROM pragma_database_list WHERE name = ?1", schema) ?? ""
      if mayWriteFiles || file.isEmpty {
        try watch(schema)
      } else if !connection.isReadOnly(schema) {
        try connection.execute("DETACH \(SQLText.quoted(schema))", doing: "detach the database")
        throw Self.readOnly
      }
    }
    return true
  }

  private static let readOnly = VectorSQLError("statements may not write to files; give --write to let them")
}
