internal import EpiBytes
internal import EpiRows
internal import EpiSystem

/// Takes in the rows of inputs, or of one batch of changes: into a spool, and into what their columns will have to hold.
///
/// Nothing is written to the database, since a late row can still decide a column's type, or turn out to be the last of a stream that
/// was cut.
struct RowCollector: ~Copyable {
  let options: MaterializerOptions
  private let path: String
  private let report: (MaterializerWarning) -> Void
  /// In the order in which they were first named.
  private(set) var tables: [TableScan] = []
  /// Names as bytes: String takes texts for equal that are different names.
  private var tableIndexes: [[UInt8]: Int] = [:]
  var spool: RowSpool
  private var recorder = ValueRecorder()
  /// What the database holds of tables that are to be continued, by the bytes of their names.
  private let known: [[UInt8]: TableRecord]
  /// Tables whose schema is another one than that of the database.
  private(set) var redefined: Set<Int> = []

  private(set) var inputs: [String] = []
  /// For each table of the current reader, the index in `tables`; -1 until it is needed.
  private var readerTables: [Int] = []
  private var settingsTable = -1

  /// - Parameters:
  ///   - path: the output; what does not fit into memory lies beside it.
  ///   - known: what the database holds, when the rows are changes to it.
  ///   - report: takes each warning as it arises.
  init(_ options: MaterializerOptions, beside path: String, continuing known: [TableRecord] = [], report: @escaping (MaterializerWarning) -> Void) {
    self.options = options
    self.path = path
    self.report = report
    self.known = Dictionary(known.map { (Array($0.source.utf8), $0) }) { first, _ in first }
    spool = RowSpool(beside: path)
  }

  /// A new input begins, with a reader of its own.
  mutating func beginInput(_ name: String) {
    inputs.append(name)
    readerTables.removeAll()
    for index in tables.indices { tables[index].forgetShape() }
  }

  /// The rows that were taken in; those that come go to a new spool.
  mutating func takeSpool() -> RowSpool {
    var taken = RowSpool(beside: path)
    swap(&taken, &spool)
    return taken
  }

  mutating func add(_ schema: TableSchema, line: Int) throws(RowError) {
    let name = Array(schema.name.utf8)
    guard let index = tableIndexes[name] else {
      let before = known[name]
      if let before, before.schema == schema { return }
      if before != nil { redefined.insert(tables.count) }
      return try addTable(TableScan(name: schema.name, schema: schema, choices: options.choices(for: schema.name)), line: line)
    }
    // Streams that were put one behind the other may each bring the same schema.
    guard tables[index].schema != schema else { return }
    throw RowError(
      line: line,
      tables[index].schema == nil
        ? "the schema of table '\(schema.name)' comes after rows of it" : "table '\(schema.name)' has two different schemas",
      hint: "a table's schema stands before its rows, once; name the input that has it first")
  }

  mutating func addRow(from reader: borrowing RowReader) throws(MaterializerError) {
    do {
      let table = try tableIndex(of: reader)
      try addRow(to: table, from: reader)
    } catch let error as RowError {
      throw .row(error)
    } catch let error as SystemError {
      throw .system(error)
    } catch {
      throw .fault(message: "a row was not spooled")
    }
  }

  private mutating func addRow(to table: Int, from reader: borrowing RowReader) throws {
    let place = RowPlace(input: inputs.count - 1, line: reader.lineNumber)
    tables[table].beginRow(of: reader)
    // Said already here, so that rows that invent names cannot fill the memory.
    guard tables[table].columns.count <= Self.columnLimit else {
      throw RowError(
        line: place.line, "table '\(tables[table].name)' has more than \(Self.columnLimit) fields, SQLite's limit for columns",
        hint: "keep what varies from row to row in one field that holds an object")
    }
    let id = try begin(table, reader.id, of: reader, at: place)
    if let key = try tables[table].appendFields(of: reader, to: &spool.rows, by: &recorder, at: place) {
      checkKey(key, in: table, from: reader, at: place)
    }
    end(table, id: id)
  }

  /// Begins a row of the spool.
  /// - Returns: where the id lies in the spool.
  private mutating func begin(
    _ table: Int, isDeleted: Bool = false, _ id: RowValue, of reader: borrowing RowReader, at place: RowPlace
  ) throws(SystemError) -> ByteRange {
    _ = try spool.beginRow()
    SpooledRow.append(table: table, isDeleted: isDeleted, place: place, to: &spool.rows)
    let count = recorder.appendText(of: id, of: reader, to: &spool.rows)
    return ByteRange(start: spool.rows.count - count, count: count)
  }

  private mutating func end(_ table: Int, id: ByteRange) {
    spool.rows.append(varUint: 0)
    spool.endRow(table: table, id: id)
  }

  /// A row that is gone.
  mutating func addDeletedRow(from reader: borrowing RowReader) throws(MaterializerError) {
    do {
      let table = try tableIndex(of: reader)
      let id = try begin(table, isDeleted: true, reader.id, of: reader, at: RowPlace(input: inputs.count - 1, line: reader.lineNumber))
      end(table, id: id)
    } catch let error as RowError {
      throw .row(error)
    } catch let error as SystemError {
      throw .system(error)
    } catch {
      throw .fault(message: "a row was not spooled")
    }
  }

  /// A setting, or one that is gone, for the table that `--kv` names.
  mutating func addSetting(from reader: borrowing RowReader) throws(MaterializerError) {
    guard let name = options.settings else { return }
    do {
      if settingsTable < 0 {
        let schema = TableSchema(
          name: name, fields: [FieldDefinition(name: "key", type: .id), FieldDefinition(name: "value", type: .json, isNullable: true)])
        guard tableIndexes[Array(name.utf8)] == nil else {
          throw RowError(line: reader.lineNumber, "the rows have a table '\(name)', which --kv names for the settings", hint: "give --kv another name")
        }
        settingsTable = tables.count
        try addTable(TableScan(name: name, schema: schema, choices: options.choices(for: name)), line: reader.lineNumber)
      }
      let place = RowPlace(input: inputs.count - 1, line: reader.lineNumber)
      let value = reader.settingValue
      let id = try begin(settingsTable, isDeleted: value == nil, reader.settingKey, of: reader, at: place)
      if let value {
        tables[settingsTable].countRow()
        try tables[settingsTable].append(value, of: reader, in: 1, to: &spool.rows, by: &recorder, at: place)
      }
      end(settingsTable, id: id)
    } catch let error as RowError {
      throw .row(error)
    } catch let error as SystemError {
      throw .system(error)
    } catch {
      throw .fault(message: "a setting was not spooled")
    }
  }

  /// SQLITE_MAX_COLUMN, as SQLite is built everywhere.
  private static let columnLimit = 2000

  private mutating func tableIndex(of reader: borrowing RowReader) throws(RowError) -> Int {
    while readerTables.count <= reader.table { readerTables.append(-1) }
    if readerTables[reader.table] >= 0 { return readerTables[reader.table] }
    let name = reader.tables[reader.table]
    let index = try index(of: name, line: reader.lineNumber)
    guard index != settingsTable else {
      throw RowError(line: reader.lineNumber, "the rows have a table '\(name)', which --kv names for the settings", hint: "give --kv another name")
    }
    readerTables[reader.table] = index
    return index
  }

  /// The number of the table; of one that the database has, it goes on from what is there.
  private mutating func index(of name: String, line: Int) throws(RowError) -> Int {
    let bytes = Array(name.utf8)
    if let index = tableIndexes[bytes] { return index }
    let scan = known[bytes]?.scan(options.choices(for: name)) ?? TableScan(name: name, schema: nil, choices: options.choices(for: name))
    try addTable(scan, line: line)
    return tables.count - 1
  }

  private mutating func addTable(_ table: TableScan, line: Int) throws(RowError) {
    guard tables.count < Self.tableLimit else {
      throw RowError(line: line, "the rows name more than \(Self.tableLimit) tables", hint: "keep what they have in common in one table")
    }
    tableIndexes[Array(table.name.utf8)] = tables.count
    tables.append(table)
  }

  /// SQLite looks through all tables whenever one is made, so that 10,000 of them take it 10 seconds, and 100,000 half an hour.
  private static let tableLimit = 5000

  /// The row's own value of the key's column must be its key; if not, the key counts.
  private mutating func checkKey(_ field: RowField, in table: Int, from reader: borrowing RowReader, at place: RowPlace) {
    if recorder.isSameText(field.value, reader.id, of: reader) { return }
    report(
      MaterializerWarning(
        kind: .differentKey, place: inputs.place(place),
        message: "row '\(tables[table].name)/\(recorder.text(of: reader.id, of: reader))' says of itself that "
          + "its '\(tables[table].columns[tables[table].keyColumn])' is '\(recorder.text(of: field.value, of: reader))'; the row's id counts"))
  }
}

extension [String] {
  /// `FILE:LINE` of a row, when these are the names of the inputs.
  func place(_ place: RowPlace) -> String { indices.contains(place.input) ? "\(self[place.input]):\(place.line)" : "\(place.line)" }
}
