internal import EpiBytes
internal import EpiRows

/// What a database says of itself, in its table `_epi`: what it was made of, and what it should hold.
struct DatabaseRecord {
  static let tableName = "_epi"
  /// Of the record itself; it changes when older tools could not read it.
  static let format = "1"

  /// The hash of the state, as the `end` lines of the streams have it; nil when one of them had none.
  var source: String?
  /// The state vector, as an `end` line has it; nil when there were several, or none.
  var state: String?
  var options = ""
  var tool = ""
  var tables: [TableRecord] = []
  /// FTS5 tables that were made, and the table each is of.
  var fullText: [(name: String, table: String)] = []
  /// Indexes that were made, and the table each is of.
  var indexes: [(name: String, table: String)] = []

  static let createSQL = """
    CREATE TABLE IF NOT EXISTS "_epi" (
      "key" TEXT NOT NULL,
      "name" TEXT NOT NULL,
      "value" TEXT,
      "rows" INTEGER,
      "hash" TEXT,
      PRIMARY KEY ("key", "name")
    )
    """

  init() {}

  /// Reads the record of a database.
  /// - Returns: nil when there is none.
  init?(_ database: borrowing Database) throws {
    let kind = try database.text(
      "SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_table_info('_epi') ORDER BY cid)", doing: "read the schema of the database")
    guard let kind else { return nil }
    let damaged = MaterializerError.target(
      message: "the table '_epi' of the database is not one that this tool can go on with", hint: "rebuild the database from a whole stream, into a new file")
    guard kind == "key,name,value,rows,hash" else { throw damaged }
    let statement = try database.prepare("SELECT key, name, value, rows, hash FROM _epi ORDER BY rowid", doing: "read the record of the database")
    while try statement.step() {
      let (key, name, value) = (statement.text(column: 0) ?? "", statement.text(column: 1) ?? "", statement.text(column: 2))
      switch key {
      case "format": guard value == Self.format else { throw damaged }
      case "source": source = value
      case "state": state = value
      case "options": options = value ?? ""
      case "tool": tool = value ?? ""
      case "fts": fullText.append((name, value ?? ""))
      case "index": indexes.append((name, value ?? ""))
      case "table":
        let content = TableContent(rows: statement.integer(column: 3), hash: UInt64(statement.text(column: 4) ?? "", radix: 16) ?? 0)
        guard let table = TableRecord(name: name, json: value ?? "", content: content) else { throw damaged }
        tables.append(table)
      default: break
      }
    }
  }

  /// Writes the record in place of the one that is there.
  func write(to database: borrowing Database) throws(SQLiteError) {
    try database.execute(Self.createSQL, doing: "create the table '_epi'")
    try database.execute("DELETE FROM _epi", doing: "write the record of the database")
    try Self.insert(entries, into: database)
  }

  /// Writes what a batch of changes has changed: the head, and the records of some tables.
  func update(_ database: borrowing Database, tables changed: Set<Int>) throws(SQLiteError) {
    try Self.insert(head + changed.sorted().map { entry(of: tables[$0]) }, into: database)
  }

  /// One row of the table `_epi`.
  struct Entry {
    var key: String
    var name = ""
    var value: String?
    var content: TableContent?
  }

  var entries: [Entry] {
    head + indexes.map { Entry(key: "index", name: $0.name, value: $0.table) } + fullText.map { Entry(key: "fts", name: $0.name, value: $0.table) }
      + tables.map(entry)
  }

  private var head: [Entry] {
    [
      Entry(key: "format", value: Self.format), Entry(key: "tool", value: tool), Entry(key: "source", value: source), Entry(key: "state", value: state),
      Entry(key: "options", value: options),
    ]
  }

  private func entry(of table: TableRecord) -> Entry { Entry(key: "table", name: table.name, value: table.json, content: table.content) }

  private static func insert(_ entries: [Entry], into database: borrowing Database) throws(SQLiteError) {
    let statement = try database.prepare(
      """
      INSERT INTO _epi VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (key, name) DO UPDATE SET value = excluded.value, rows = excluded.rows, hash = excluded.hash
      """, doing: "write the record of the database")
    for entry in entries {
      for (index, text) in [entry.key, entry.name, entry.value, entry.content.map { String($0.rows) }, entry.content?.hashText].enumerated() {
        try statement.bind(text, at: index)
      }
      while try statement.step() {}
    }
  }

  /// Whether the database was made of this state with these options.
  func isOf(_ source: String?, _ options: MaterializerOptions) -> Bool {
    guard let source else { return false }
    return source == self.source && SQLNames.areSame(options.summary, self.options)
  }
}

extension TableContent {
  /// The sum as 16 hexadecimal digits.
  var hashText: String { StateHash(value: hash).text }
}
