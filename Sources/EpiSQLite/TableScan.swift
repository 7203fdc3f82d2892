internal import EpiBytes
internal import EpiRows

/// What the rows of a table have shown of one column.
struct ColumnTally {
  /// How values are spooled.
  var spooling: SpoolForm
  /// The schema says that its values are integers.
  var isInteger: Bool
  /// The kinds that the schema allows; all when the schema says nothing.
  var accepted: KindSet
  var kinds = KindSet.none
  /// Numbers in the column's vectors, known by its definition or by the first of them.
  var dimensions: Int?
  /// Rows that have the field, null or not.
  var present = 0
  var nulls = 0
  /// Rows that are in the database already lack the field or have null.
  var wasLacking = false
  /// Values of other kinds than the schema allows, and the place of the first.
  var misfits = 0
  var firstMisfit = RowPlace(input: 0, line: 0)

  init(_ field: FieldDefinition?, vectors: VectorPolicy) {
    switch (field?.type, vectors) {
    case (.vector?, .f32): spooling = .floats
    case (.vector?, .none): spooling = .nothing
    case (let type, _): spooling = type?.valueForm == .json ? .json : .natural(vectors)
    }
    isInteger = field?.type == .integer
    accepted = field?.type.accepted ?? .all
    dimensions = field?.dimensions
  }

  /// Appends a value of the current row to its row of the spool, and counts it.
  /// - Returns: whether the table's plan may have become another one.
  @inline(__always)
  fileprivate mutating func append(
    _ value: RowValue, of reader: borrowing RowReader, in column: Int, to row: inout ByteWriter, by recorder: inout ValueRecorder, at place: RowPlace
  ) throws(RowError) -> Bool {
    var kind: ValueKind
    if case .natural = spooling, let plain = recorder.appendPlain(value, of: reader.input.span, in: column, to: &row) {
      kind = plain
    } else {
      row.append(varUint: UInt64(column &+ 1))
      kind = try recorder.append(value, of: reader, as: spooling, dimensions: &dimensions, to: &row)
    }
    // In a column of integers SQLite makes 1 of 1.0.
    if kind == .real, isInteger, NumberText.isWhole(reader.input.span, in: value.range.bounds) { kind = .integer }
    present &+= 1
    if kind == .null { nulls &+= 1 }
    return kinds.holds(kind) && (kind == .null || accepted.holds(kind)) ? false : note(kind, at: place)
  }

  /// A kind that the column had not had, or that the schema does not allow.
  @inline(never)
  private mutating func note(_ kind: ValueKind, at place: RowPlace) -> Bool {
    var isNew = !kinds.holds(kind)
    kinds.formUnion(KindSet(kind))
    if kind != .null, !accepted.holds(kind) {
      if misfits == 0 {
        firstMisfit = place
        isNew = true
      }
      misfits += 1
    }
    return isNew
  }
}

/// One table of the input: its schema, if there is one, and what the rows seen so far have shown.
struct TableScan {
  let name: String
  let schema: TableSchema?
  let choices: TableChoices
  /// Names of the columns: the schema's in its order (the key in front if it has none), then those that rows brought, in the
  /// order of their first appearance.
  var columns: [String] { names.list }
  private var names = ColumnNames()
  /// One for each column: what is known of it beforehand; nil for a column that only rows describe.
  private(set) var definitions: [FieldDefinition?] = []
  /// One for each column.
  var tallies: [ColumnTally] = []
  /// The column that holds the rows' keys.
  private(set) var keyColumn = 0
  /// How many of the columns the schema names (with the key put in front, where it has none).
  private(set) var knownColumns = 0
  private(set) var rows = 0
  /// Another number whenever the table's plan may have become another one.
  private(set) var revision = 0

  /// The columns of the fields of a row with `shape`.
  private(set) var columnsOfShape: [Int] = []
  private var shape = -1

  /// - Parameters:
  ///   - schema: nil for a table that only its rows describe: the key, named `id`, comes first.
  ///   - choices: what was asked for this table.
  init(name: String, schema: TableSchema?, choices: TableChoices = TableChoices()) {
    self.name = name
    self.schema = schema
    self.choices = choices
    let fields = schema?.fields ?? []
    // The key's column: the field of type id; else the one named `id`, whatever its type; else one of our own.
    if let index = fields.firstIndex(where: { $0.type == .id }) ?? fields.firstIndex(where: { $0.name == "id" }) {
      keyColumn = index
    } else {
      addColumn("id", field: nil)
    }
    for field in fields { addColumn(field.name, field: field) }
    knownColumns = columns.count
  }

  @discardableResult
  private mutating func addColumn(_ name: String, field: FieldDefinition?) -> Int {
    let column = names.add(name)
    var definition = field
    if column != keyColumn, let type = choices.type(of: name) {
      definition = FieldDefinition(name: name, type: type, isNullable: field?.isNullable ?? true, defaultJSON: field?.defaultJSON, dimensions: field?.dimensions)
    }
    definitions.append(definition)
    tallies.append(ColumnTally(definition, vectors: choices.vectors))
    return column
  }

  /// Takes over what the rows that are in the database have shown of a column, which is added when there is none of the name.
  mutating func resume(_ name: String, kinds: KindSet, dimensions: Int?, wasLacking: Bool) {
    let bytes = Array(name.utf8)
    let column = names.index(of: bytes.span, in: bytes.indices) ?? addColumn(name, field: nil)
    tallies[column].kinds.formUnion(kinds)
    tallies[column].dimensions = tallies[column].dimensions ?? dimensions
    tallies[column].wasLacking = wasLacking
  }

  /// Counts a row and finds the columns of its fields, into `columnsOfShape`.
  ///
  /// Fields that no row had before become columns.
  /// - Complexity: O(1) for a row with the same names as the row before, else O(bytes of the names) when they come in the order of
  ///   the columns, and O(columns) a name when they do not.
  mutating func beginRow(of reader: borrowing RowReader) {
    rows += 1
    guard shape != reader.shape else { return }
    shape = reader.shape
    revision += 1
    columnsOfShape.removeAll(keepingCapacity: true)
    names.rewind()
    for field in reader.fields { columnsOfShape.append(column(of: field, in: reader)) }
  }

  /// Counts a row whose columns are known.
  mutating func countRow() { rows += 1 }

  /// The next row may come from another reader, whose shapes are not this one's.
  mutating func forgetShape() { shape = -1 }

  private mutating func column(of field: RowField, in reader: borrowing RowReader) -> Int {
    guard field.nameHasEscapes else { return column(named: field.name.bounds, of: reader.input.span) }
    var name = ByteWriter(capacity: Int(field.name.count))
    reader.appendName(of: field, to: &name)
    return column(named: 0..<name.count, of: name.span)
  }

  /// The column of a name; one more when there was none.
  private mutating func column(named range: Range<Int>, of bytes: Span<UInt8>) -> Int {
    names.index(of: bytes, in: range) ?? addColumn(UTF8Text.string(bytes, in: range) ?? "", field: nil)
  }

  /// Appends the fields of the current row, but for the key, to its row of the spool, and counts their values.
  /// - Returns: the field that is the key's column; nil when the row has none.
  mutating func appendFields(
    of reader: borrowing RowReader, to row: inout ByteWriter, by recorder: inout ValueRecorder, at place: RowPlace
  ) throws(RowError) -> RowField? {
    var key: RowField?
    var isChanged = false
    let fields = reader.fields.span
    let (columns, keyColumn) = (columnsOfShape, keyColumn)
    var columnTallies = tallies.mutableSpan
    for index in fields.indices {
      let column = columns[index]
      if column == keyColumn {
        key = fields[index]
      } else if try columnTallies[column].append(fields[index].value, of: reader, in: column, to: &row, by: &recorder, at: place) {
        isChanged = true
      }
    }
    if isChanged { revision += 1 }
    return key
  }

  /// Appends a value of the current row to its row of the spool, and counts it.
  mutating func append(
    _ value: RowValue, of reader: borrowing RowReader, in column: Int, to row: inout ByteWriter, by recorder: inout ValueRecorder, at place: RowPlace
  ) throws(RowError) {
    if try tallies[column].append(value, of: reader, in: column, to: &row, by: &recorder, at: place) { revision += 1 }
  }
}
