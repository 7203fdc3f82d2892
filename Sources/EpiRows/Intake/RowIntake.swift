internal import EpiBytes

/// What is to be done with the lines of row streams before anyone uses them.
package struct IntakePolicy: Sendable {
  /// Table of bare objects; without it they are an error.
  package let table: String?
  /// Definitions from a file. For the tables they name they count, and not what the streams say.
  package let schema: WorkspaceSchema
  /// Whether rows are checked against the schema that is known of their table.
  package let checksRows: Bool
  /// Lines that cannot be read are left out; otherwise the first one ends the work.
  package let skipsMalformed: Bool
  /// A row that does not fit its schema ends the work; otherwise it is left out.
  package let stopsAtInvalid: Bool
  /// Every stream must close with an `end`.
  package let requiresEnd: Bool

  package init(
    table: String? = nil, schema: WorkspaceSchema = WorkspaceSchema(), checksRows: Bool = true, skipsMalformed: Bool = false,
    stopsAtInvalid: Bool = false, requiresEnd: Bool = false
  ) {
    self.table = table
    self.schema = schema
    self.checksRows = checksRows
    self.skipsMalformed = skipsMalformed
    self.stopsAtInvalid = stopsAtInvalid
    self.requiresEnd = requiresEnd
  }
}

/// What a line comes to.
package enum RowItem {
  /// What the reader has read; a row fits its schema.
  case event(RowEvent)
  /// A row that does not fit its schema, or a line that cannot be read, which is left out.
  indirect case rejected(RejectedRow)
  /// Something about a schema that is to be told once.
  case remark(String)
}

/// Takes in the row streams of several inputs, one after the other: reads them, puts definitions from a file in the place of those
/// in the streams, and holds back the rows that do not fit.
///
/// It knows nothing of files: bytes are given to `reader.input`, as to the reader itself.
package struct RowIntake: ~Copyable {
  package let policy: IntakePolicy
  /// Reads the current input; after an `.event` it holds what the event is about.
  package var reader: RowReader
  /// Rows and lines left out so far.
  package private(set) var rejectedCount = 0

  private var file = "-"
  private var tables: [TableRules] = []
  private var tableIndexes: [[UInt8]: Int] = [:]
  private var settings: TableRules
  /// For each table of the current reader, the index of its rules; -1 when nothing is known of it.
  private var rulesOfTable: [Int] = []
  /// For each table of the current reader, whether its definition from the file was handed on.
  private var isAnnounced: [Bool] = []
  /// The reader's current row has been read and not handed on.
  private var holdsRow = false
  private var remarks: [String] = []
  /// What rows were rejected for.
  private var seenFaults: Set<[UInt8]> = []
  private var faultCounts: [[UInt8]: Int] = [:]

  package init(_ policy: IntakePolicy) {
    self.policy = policy
    reader = RowReader(defaultTable: policy.table)
    settings = TableRules(TableSchema(name: "kv", fields: policy.schema.settings))
  }

  /// A new input begins, with a reader of its own. What is known of tables stays.
  package mutating func beginInput(_ name: String) {
    file = name
    reader = RowReader(defaultTable: policy.table)
    rulesOfTable = []
    isAnnounced = []
    holdsRow = false
    for index in tables.indices { tables[index].forgetShape() }
  }

  /// What comes next, or nil when more bytes are wanted (after `reader.endOfInput()`: when the stream is over).
  /// - Throws: at a line that cannot be read, or a row that does not fit, where these are to end the work. The next call goes on
  ///   with the line after it.
  package mutating func next() throws(RowError) -> RowItem? {
    if !remarks.isEmpty { return .remark(remarks.removeFirst()) }
    if holdsRow {
      holdsRow = false
      return try checkedRow()
    }
    let event: RowEvent
    do {
      guard let next = try reader.next() else { return nil }
      event = next
    } catch {
      return try rejectMalformed(error)
    }
    switch event {
    case .row:
      if meetTable(), let schema = policy.schema.table(named: reader.tables[reader.table]) {
        holdsRow = true
        return .event(.schema(define(schema)))
      }
      isAnnounced[reader.table] = true
      return try checkedRow()
    case .schema(let schema): return .event(.schema(define(policy.schema.table(named: schema.name) ?? schema)))
    case .setting: return try checkedSetting()
    case .begin, .deletedRow, .end: return .event(event)
    }
  }

  /// The current input is over.
  /// - Throws: when it was cut, or has no `end` although every stream must.
  package func endInput() throws(RowError) {
    let hint = "see how the command before this one ended; 'set -o pipefail' makes a script stop there"
    let line = reader.lineNumber
    if reader.isTruncated { throw RowError(line: line, "the stream is cut: it has a 'begin' line and no 'end' line", hint: hint) }
    if policy.requiresEnd, !reader.sawEnd {
      throw RowError(line: line, "the stream does not close with an 'end' line, which --require-end asks for", hint: hint)
    }
  }

  /// For each table how many of its rows did not fit, in words; tables by name.
  package var summary: [String] {
    faultCounts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { name, count in
      let table = ShortText.of(name.span, in: name.indices)
      return count == 1
        ? "1 row of table '\(table)' does not fit its schema and was left out" : "\(count) rows of table '\(table)' do not fit its schema and were left out"
    }
  }

  // MARK: Definitions

  /// Makes room for the reader's tables.
  /// - Returns: whether no row of the current table was handed on from this input.
  private mutating func meetTable() -> Bool {
    while rulesOfTable.count <= reader.table {
      rulesOfTable.append(tableIndexes[Array(reader.tables[rulesOfTable.count].utf8)] ?? -1)
      isAnnounced.append(false)
    }
    return !isAnnounced[reader.table]
  }

  /// Takes in the schema of the current table.
  private mutating func define(_ schema: TableSchema) -> TableSchema {
    _ = meetTable()
    isAnnounced[reader.table] = true
    let name = Array(schema.name.utf8)
    let index = tableIndexes[name] ?? tables.count
    rulesOfTable[reader.table] = index
    if index < tables.count, tables[index].schema == schema { return schema }
    let rules = TableRules(schema)
    if index < tables.count { tables[index] = rules } else { tables.append(rules) }
    tableIndexes[name] = index
    if policy.checksRows, !rules.ignoredKeywords.isEmpty {
      remarks.append(
        "the JSON Schemas of table '\(ShortText.of(schema.name))' use what is not checked: "
          + rules.ignoredKeywords.prefix(8).map { "'\(ShortText.of($0))'" }.joined(separator: ", ") + (rules.ignoredKeywords.count > 8 ? ", …" : ""))
    }
    return schema
  }

  // MARK: Checks

  private mutating func checkedRow() throws(RowError) -> RowItem {
    if policy.skipsMalformed, let error = reader.faultOfPackedValues() { return try rejectMalformed(error) }
    let rules = rulesOfTable[reader.table]
    guard policy.checksRows, rules >= 0, let fault = tables[rules].fault(in: reader) else { return .event(.row) }
    faultCounts[Array(tables[rules].schema.name.utf8), default: 0] += 1
    return try reject(RejectedRow(fault, of: reader, file: file), kind: "\(rules) \(fault.kind) \(fault.field)")
  }

  private mutating func checkedSetting() throws(RowError) -> RowItem {
    guard policy.checksRows, !policy.schema.settings.isEmpty, let value = reader.settingValue,
      let fault = settings.fault(ofFieldNamed: reader.settingKey, value: value, in: reader)
    else { return .event(.setting) }
    return try reject(RejectedRow(setting: fault, of: reader, file: file), kind: "kv \(fault.kind) \(fault.field)")
  }

  private mutating func reject(_ row: RejectedRow, kind: String) throws(RowError) -> RowItem {
    guard !policy.stopsAtInvalid else { throw RowError(line: reader.lineNumber, row.message) }
    rejectedCount += 1
    var row = row
    row.isFirstOfItsKind = seenFaults.insert(Array(kind.utf8)).inserted
    return .rejected(row)
  }

  private mutating func rejectMalformed(_ error: RowError) throws(RowError) -> RowItem {
    guard policy.skipsMalformed else { throw error }
    rejectedCount += 1
    return .rejected(RejectedRow(error, of: reader, file: file))
  }
}
