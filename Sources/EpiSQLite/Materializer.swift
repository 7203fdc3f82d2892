internal import EpiBytes
package import EpiRows

/// Rows to the tables of a SQLite database.
///
/// First all rows are taken in (`beginInput` and `add` for each input), then `write` makes the tables. Until then nothing
/// is written, since a late row can still decide a column's type, or turn out to be the last of a stream that was cut.
///
/// Memory: the bytes of the rows without their field names, plus a few hundred bytes for each column of each table.
package struct Materializer: ~Copyable {
  package struct Options: Sendable {
    package var keep = KeepPolicy.last

    package init() {}
  }

  private let options: Options
  private let report: (MaterializerWarning) -> Void
  /// In the order in which they were first named.
  private var tables: [TableScan] = []
  /// Names as bytes: String takes texts for equal that are different names.
  private var tableIndexes: [[UInt8]: Int] = [:]
  private var spool = RowSpool()
  private var record = ByteWriter()
  private var recorder = ValueRecorder()

  // Of the current input.
  private var inputs: [String] = []
  /// For each table of the current reader, the index in `tables`; -1 until it is needed.
  private var readerTables: [Int] = []
  /// Any input had an `end` line.
  private var sawEnd = false

  /// - Parameter report: takes each warning as it arises.
  package init(_ options: Options, report: @escaping (MaterializerWarning) -> Void) {
    self.options = options
    self.report = report
  }

  /// A new input begins, with a reader of its own.
  package mutating func beginInput(_ name: String) {
    inputs.append(name)
    readerTables.removeAll()
    for index in tables.indices { tables[index].forgetShape() }
  }

  /// Takes in what the reader has just read.
  /// - Throws: when the line does not belong into a snapshot, or contradicts an earlier one.
  package mutating func add(_ event: RowEvent, from reader: borrowing RowReader) throws(RowError) {
    switch event {
    case .begin(let begin) where begin.mode == .changes:
      throw RowError(
        line: reader.lineNumber, "this is a stream of changes; only snapshots can be read",
        hint: "a snapshot is what epi-ydecode writes without --watch and --since")
    case .begin, .setting: break
    case .deletedRow:
      throw RowError(line: reader.lineNumber, "a deleted row stands only in a stream of changes; only snapshots can be read")
    case .schema(let schema): try add(schema, line: reader.lineNumber)
    case .row: try addRow(from: reader)
    case .end: sawEnd = true
    }
  }

  private mutating func add(_ schema: TableSchema, line: Int) throws(RowError) {
    let name = Array(schema.name.utf8)
    guard let index = tableIndexes[name] else { return try addTable(TableScan(name: schema.name, schema: schema), line: line) }
    // Streams that were put one behind the other may each bring the same schema.
    guard tables[index].schema != schema else { return }
    throw RowError(
      line: line,
      tables[index].schema == nil
        ? "the schema of table '\(schema.name)' comes after rows of it" : "table '\(schema.name)' has two different schemas",
      hint: "a table's schema stands before its rows, once; name the input that has it first")
  }

  private mutating func addRow(from reader: borrowing RowReader) throws(RowError) {
    let table = try tableIndex(of: reader)
    let place = RowPlace(input: inputs.count - 1, line: reader.lineNumber)
    tables[table].beginRow(of: reader)
    // Said already here, so that rows that invent names cannot fill the memory.
    guard tables[table].columns.count <= Self.columnLimit else {
      throw RowError(
        line: place.line, "table '\(tables[table].name)' has more than \(Self.columnLimit) fields, SQLite's limit for columns",
        hint: "keep what varies from row to row in one field that holds an object")
    }
    record.removeAll()
    SpooledRow.append(table: table, place: place, to: &record)
    recorder.appendText(of: reader.id, of: reader, to: &record)
    let fields = reader.fields
    for index in fields.indices {
      let column = tables[table].columnsOfShape[index]
      if column == tables[table].keyColumn {
        checkKey(fields[index], in: table, from: reader, at: place)
        continue
      }
      record.append(varUint: UInt64(column + 1))
      var kind = try recorder.append(fields[index].value, of: reader, isJSON: tables[table].tallies[column].isJSON, to: &record)
      // In a column of integers SQLite makes 1 of 1.0.
      if kind == .real, tables[table].tallies[column].isInteger,
        NumberText.isWhole(reader.input.span, in: fields[index].value.range.bounds)
      {
        kind = .integer
      }
      tables[table].count(kind, in: column, at: place)
    }
    record.append(varUint: 0)
    spool.append(record)
  }

  /// SQLITE_MAX_COLUMN, as SQLite is built everywhere.
  private static let columnLimit = 2000

  private mutating func tableIndex(of reader: borrowing RowReader) throws(RowError) -> Int {
    while readerTables.count <= reader.table { readerTables.append(-1) }
    if readerTables[reader.table] >= 0 { return readerTables[reader.table] }
    let name = reader.tables[reader.table]
    let index = tableIndexes[Array(name.utf8)] ?? tables.count
    if index == tables.count { try addTable(TableScan(name: name), line: reader.lineNumber) }
    readerTables[reader.table] = index
    return index
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
        kind: .differentKey, place: self.place(place),
        message: "row '\(tables[table].name)/\(recorder.text(of: reader.id, of: reader))' says of itself that "
          + "its '\(tables[table].columns[tables[table].keyColumn])' is '\(recorder.text(of: field.value, of: reader))'; the row's id counts"))
  }

  /// `FILE:LINE`
  private func place(_ place: RowPlace) -> String { "\(inputs[place.input]):\(place.line)" }

  /// Writes the tables and gives the file its name, or commits.
  /// - Throws: when there is nothing to write, or it cannot be written; whatever stood at the target is as it was.
  package consuming func write(to target: consuming DatabaseTarget, busyTimeout milliseconds: Int) throws(MaterializerError) -> MaterializerSummary {
    guard !tables.isEmpty || sawEnd else {
      throw .input(
        place: inputs.last, message: "no rows",
        hint: "rows are lines like {\"table\":\"posts\",\"id\":\"a\",\"row\":{…}}; see epi-rows(5)")
    }
    let names = SQLNames.distinct(tables.map(\.name))
    let inputs = inputs
    let placeOf = { (place: RowPlace) in "\(inputs[place.input]):\(place.line)" }
    var plans: [TablePlan] = []
    for (scan, name) in zip(tables, names) {
      if let objection = SQLNames.objection(to: scan.name, isTable: true) {
        throw .input(
          place: nil, message: "the name of table '\(scan.name)' \(objection)", hint: "rename the table in the rows, for example with jq")
      }
      if name != scan.name {
        report(
          MaterializerWarning(
            kind: .renamed, message: "table '\(scan.name)' differs from another in case only; it is '\(name)' in the database"))
      }
      plans.append(try TablePlan(scan, named: name, placeOf: placeOf, report: report))
    }
    let rows = tables.reduce(0) { $0 + $1.rows }
    let writer = DatabaseWriter(plans: plans, keep: options.keep, placeOf: placeOf)
    return try writer.write(spool.chunks(), rows: rows, to: target, busyTimeout: milliseconds)
  }
}
