internal import EpiBytes
internal import EpiRows
internal import EpiSystem

/// Applies batches of changes to a database that this program has made, each in one transaction.
struct ChangesWriter: ~Copyable {
  fileprivate let path: String
  fileprivate let options: MaterializerOptions
  fileprivate let report: (MaterializerWarning) -> Void
  fileprivate let database: Database
  fileprivate let identity: FileStatus.Identity
  private(set) var record: DatabaseRecord

  /// Opens the database and reads what it says of itself.
  /// - Throws: when it does not hold the state with the hash `source`, or was made with other options.
  static func opening(
    _ path: String, continuing source: String?, _ options: MaterializerOptions, report: @escaping (MaterializerWarning) -> Void
  ) throws(MaterializerError) -> ChangesWriter {
    let record: DatabaseRecord
    let writer: ChangesWriter
    do {
      let identity = FileStatus(path: path).identity
      let database = try Database.forChanging(path, busyTimeout: options.busyTimeout)
      guard let found = try DatabaseRecord(database) else { throw mismatch("it has no record of a state ('_epi')") }
      record = found
      writer = ChangesWriter(path: path, options: options, report: report, database: database, identity: identity, record: found)
    } catch {
      throw MaterializerError(error, placeOf: { _ in "" }, nameOf: { _ in "" })
    }
    if let source, record.source != source { throw mismatch("it is of state '\(record.source ?? "unknown")'") }
    guard SQLNames.areSame(record.options, options.summary) else {
      throw .input(
        place: nil, message: "the database was made with other options ('\(record.options)', now '\(options.summary)')",
        hint: "give the same options, or rebuild it from a whole stream")
    }
    return writer
  }

  static func mismatch(_ what: String) -> MaterializerError {
    .input(
      place: nil, message: "the changes do not continue what is in the database: \(what)",
      hint: "rebuild it from a whole stream, of epi-ydecode without --since")
  }

  /// Applies one batch.
  /// - Parameter end: the line that closes it.
  /// - Throws: when it cannot be applied; the database is then as it was.
  mutating func apply(_ batch: consuming RowCollector, _ end: StreamEnd) throws(MaterializerError) -> MaterializerSummary {
    let inputs = batch.inputs
    let names = batch.tables.map(\.name)
    do {
      guard FileStatus(path: path).identity == identity else { throw Self.mismatch("another file has taken its place") }
      try database.beginChanges(busyTimeout: options.busyTimeout)
      let source = try database.text("SELECT value FROM _epi WHERE key = 'source'", doing: "read the record of the database")
      guard source == record.source else { throw Self.mismatch("another process has rebuilt it") }
      var changed = record
      let touched = try change(&changed, by: batch)
      (changed.source, changed.state, changed.tool) = (end.hash, end.state, options.tool)
      if let touched { try changed.update(database, tables: touched) } else { try changed.write(to: database) }
      try database.commitChanges(busyTimeout: options.busyTimeout)
      record = changed
      return MaterializerSummary(rows: record.tables.reduce(0) { $0 + $1.content.rows }, tables: record.tables.count)
    } catch {
      throw MaterializerError(error, placeOf: inputs.place, nameOf: { names[$0] })
    }
  }

  /// Changes the tables and their records.
  /// - Returns: the tables whose rows have changed; nil when tables, columns or indexes have.
  private func change(_ record: inout DatabaseRecord, by batch: consuming RowCollector) throws -> Set<Int>? {
    var batch = batch
    var appliers: [RowApplier?] = []
    var remade: [Int] = []
    var isAltered = false
    let secondary = SecondaryIndexes(options: options, report: report)
    for index in batch.tables.indices {
      let scan = batch.tables[index]
      guard let known = record.tables.firstIndex(where: { SQLNames.areSame($0.source, scan.name) }), !batch.redefined.contains(index) else {
        remade.append(index)
        appliers.append(nil)
        continue
      }
      let stored = try plan(record.tables[known].scan(scan.choices), named: record.tables[known].name) { _ in }
      let wanted = try plan(scan, named: stored.name, placeOf: batch.inputs.place, report)
      if let added = stored.columnsAdded(by: wanted) {
        for column in added {
          let declaration = TablePlan.declaration(of: column, isStrict: wanted.isStrict)
          try database.execute("ALTER TABLE \(SQLText.name(stored.name)) ADD COLUMN \(declaration)", doing: "add a column to '\(stored.name)'")
        }
        isAltered = isAltered || !added.isEmpty
        appliers.append(RowApplier(wanted, record.tables[known].content, secondary.fullText(of: wanted, source: scan.name)))
      } else {
        remade.append(index)
        appliers.append(nil)
      }
    }
    try apply(&batch, appliers)
    if !remade.isEmpty { try remake(remade, of: &batch, noting: &record) }
    var touched: Set<Int> = []
    for (index, applier) in appliers.enumerated() {
      guard let applier, let known = record.tables.firstIndex(where: { SQLNames.areSame($0.source, batch.tables[index].name) }) else { continue }
      record.tables[known] = TableRecord(batch.tables[index], named: applier.plan.name, content: applier.content)
      touched.insert(known)
    }
    return isAltered || !remade.isEmpty ? nil : touched
  }

  private func plan(
    _ scan: TableScan, named name: String, placeOf: (RowPlace) -> String = { _ in "" }, _ report: (MaterializerWarning) -> Void
  ) throws(MaterializerError) -> TablePlan {
    try TablePlan(scan, named: name, placeOf: placeOf, report: report)
  }

  /// Applies the rows of the batch to the tables that stay; those of the others go to a spool of their own, which is the batch's then.
  private func apply(_ batch: inout RowCollector, _ appliers: [RowApplier?]) throws {
    var merge = try SpoolMerge(batch.takeSpool(), keep: .last)
    while let chunk = try merge.next() { try apply(chunk.bytes, appliers, others: &batch.spool) }
  }

  private func apply(_ chunk: borrowing ByteWriter, _ appliers: [RowApplier?], others: inout RowSpool) throws {
    let bytes = chunk.span
    var record = ByteWriter()
    var reader = ByteReader(bytes, in: bytes.indices)
    while !reader.isAtEnd {
      let length = try SpooledRow.length(&reader)
      let start = reader.position
      let row = try SpooledRow(afterLengthOf: length, &reader)
      if let applier = appliers[row.table] {
        try applier.apply(row, &reader, to: database)
      } else {
        record.removeAll()
        record.append(bytes, in: start..<start + length)
        try others.append(record, table: row.table, id: ByteRange(start: Int(row.id.start) - start, count: Int(row.id.count)))
      }
      reader.advance(to: start + length)
    }
  }

  /// Makes tables anew, or for the first time, of their rows in the database and those of the batch, which come first and count.
  private func remake(_ indexes: [Int], of batch: inout RowCollector, noting record: inout DatabaseRecord) throws {
    let objects = try DatabaseObjects(of: database)
    for index in indexes {
      guard let known = record.tables.first(where: { SQLNames.areSame($0.source, batch.tables[index].name) }) else { continue }
      let stored = try plan(known.scan(batch.tables[index].choices), named: known.name) { _ in }
      var rows = try StoredRows(known, stored, in: database)
      var reader = RowReader()
      batch.beginInput("the database")
      while try rows.appendNext(to: &reader.input) {
        guard try reader.next() == .row else { throw MaterializerError.fault(message: "a row of the database cannot be read back") }
        try batch.addRow(from: reader)
      }
    }
    let names = SQLNames.distinct(record.tables.map(\.name) + indexes.map { batch.tables[$0].name }).suffix(indexes.count)
    var plans: [TablePlan?] = batch.tables.map { _ in nil }
    var replacements: [TableReplacement] = []
    for (index, name) in zip(indexes, names) {
      let known = record.tables.first { SQLNames.areSame($0.source, batch.tables[index].name) }
      if let objection = SQLNames.objection(to: name, isTable: true) {
        throw MaterializerError.input(
          place: nil, message: "the name of table '\(name)' \(objection)", hint: "rename the table in the rows, for example with jq")
      }
      let plan = try plan(batch.tables[index], named: known?.name ?? name, placeOf: batch.inputs.place, report)
      replacements.append(try TableReplacement(of: plan.name, among: objects, in: database, record: &record))
      plans[index] = plan
    }
    var merge = try SpoolMerge(batch.takeSpool(), keep: .first)
    var inserter = RowInserter(plans: plans, into: database)
    try inserter.insert(&merge, into: database)
    let secondary = SecondaryIndexes(options: options, report: report)
    for index in indexes {
      guard let plan = plans[index] else { continue }
      try secondary.make(of: plan, source: batch.tables[index].name, in: database, noting: &record)
      record.tables.append(TableRecord(batch.tables[index], named: plan.name, content: inserter.contents[index]))
    }
    for replacement in replacements { try replacement.restore(in: database, report: report) }
  }
}

extension TablePlan {
  /// The columns that another plan has behind those of this one; nil when there is another difference, for which a table must be made
  /// anew.
  fileprivate func columnsAdded(by other: TablePlan) -> [ColumnPlan]? {
    guard isStrict == other.isStrict, keyColumn == other.keyColumn, other.columns.count >= columns.count,
      zip(columns, other.columns).allSatisfy({ $0.isSame(as: $1) })
    else { return nil }
    let added = Array(other.columns[columns.count...])
    return added.allSatisfy { !$0.isNotNull && $0.defaultSQL == nil } ? added : nil
  }
}
