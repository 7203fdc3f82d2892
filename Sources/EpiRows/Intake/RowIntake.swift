internal import EpiBytes

/// What is to be done with the lines of row streams before anyone uses them.
package struct IntakePolicy: Sendable {
  /// Which tables are read; the one it names is that of bare objects.
  package let selection: TableSelection
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
    selection: TableSelection = TableSelection(), schema: WorkspaceSchema = WorkspaceSchema(), checksRows: Bool = true,
    skipsMalformed: Bool = false, stopsAtInvalid: Bool = false, requiresEnd: Bool = false
  ) {
    self.selection = selection
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
  indirect case remark(String)
}

/// Takes in the row streams of several inputs, one after the other: reads them, puts definitions from a file in the place of those
/// in the streams, and holds back the rows that do not fit.
///
/// It knows nothing of files: bytes are given to `reader.input`, as to the reader itself.
package struct RowIntake: ~Copyable {
  package let policy: IntakePolicy
  /// Reads the current input; after an `.event` it holds what the event is about.
  package var reader: RowReader
  private var file = "-"
  /// The definitions from the file, by the bytes of their tables' names.
  private let definitions: [[UInt8]: TableSchema]
  private var tables: [TableRules] = []
  private var tableIndexes: [[UInt8]: Int] = [:]
  /// For each table of the current reader, the index of its rules; -1 when nothing is known of it.
  private var rulesOfTable: [Int] = []
  /// For each table of the current reader, whether its definition from the file was handed on.
  private var isAnnounced: [Bool] = []
  /// The reader's current row has been read and not handed on.
  private var holdsRow = false
  private var remarks: [String] = []
  private var faults = FaultLog()

  package init(_ policy: IntakePolicy) {
    self.policy = policy
    definitions = Dictionary(policy.schema.tables.map { (Array($0.name.utf8), $0) }) { first, _ in first }
    reader = RowReader(defaultTable: policy.selection.namedTable, selection: policy.selection)
  }

  /// A new input begins, with a reader of its own. What is known of tables, and which of them there are, stays.
  package mutating func beginInput(_ name: String) {
    file = name
    let selection = reader.selection
    reader = RowReader(defaultTable: selection.namedTable, selection: selection)
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
      if meetTable(), let schema = definitions[Array(reader.tables[reader.table].utf8)] {
        holdsRow = true
        return .event(.schema(define(schema)))
      }
      isAnnounced[reader.table] = true
      return try checkedRow()
    case .schema(let schema): return .event(.schema(define(definitions[Array(schema.name.utf8)] ?? schema)))
    case .begin, .deletedRow, .setting, .end: return .event(event)
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

  /// How many rows of each table did not fit, in words.
  package var summary: [String] { faults.summary }

  /// What of the selection described no table of any input, in words; to be asked when all are read.
  package var selectionWarnings: [String] { reader.selection.warnings }

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
    if policy.checksRows, let remark = rules.remark { remarks.append(remark) }
    return schema
  }

  // MARK: Checks

  private mutating func checkedRow() throws(RowError) -> RowItem {
    if policy.skipsMalformed, let error = reader.faultOfPackedValues() { return try rejectMalformed(error) }
    let rules = rulesOfTable[reader.table]
    guard policy.checksRows, rules >= 0, let fault = tables[rules].fault(in: reader) else { return .event(.row) }
    return try reject(RejectedRow(fault, of: reader, file: file, line: reader.lineNumber))
  }

  private mutating func reject(_ row: RejectedRow) throws(RowError) -> RowItem {
    guard !policy.stopsAtInvalid else { throw RowError(line: reader.lineNumber, row.message) }
    var row = row
    faults.note(&row)
    return .rejected(row)
  }

  private mutating func rejectMalformed(_ error: RowError) throws(RowError) -> RowItem {
    guard policy.skipsMalformed else { throw error }
    return .rejected(RejectedRow(error, of: reader, file: file))
  }
}
