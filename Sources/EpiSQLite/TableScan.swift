internal import EpiBytes
internal import EpiRows

/// What the rows of a table have shown of one column.
struct ColumnTally {
  /// How values are spooled: as JSON text for columns that hold JSON, else each by its kind.
  var isJSON: Bool
  /// The schema says that its values are integers.
  var isInteger: Bool
  /// The kinds that the schema allows; all when the schema says nothing.
  var accepted: KindSet
  var kinds = KindSet.none
  /// Rows that have the field, null or not.
  var present = 0
  var nulls = 0
  /// Values of other kinds than the schema allows, and the place of the first.
  var misfits = 0
  var firstMisfit = RowPlace(input: 0, line: 0)
}

/// One table of the input: its schema, if there is one, and what the rows seen so far have shown.
struct TableScan {
  let name: String
  let schema: TableSchema?
  /// Names of the columns: the schema's in its order (the key in front if it has none), then those that rows brought, in the
  /// order of their first appearance.
  private(set) var columns: [String] = []
  /// One for each column.
  var tallies: [ColumnTally] = []
  /// The column that holds the rows' keys.
  private(set) var keyColumn = 0
  /// How many of the columns the schema names (with the key put in front, where it has none).
  private(set) var knownColumns = 0
  private(set) var rows = 0

  /// All names, one after the other, to be compared with the bytes of a line.
  private var nameBytes: [UInt8] = []
  private var nameRanges: [ByteRange] = []
  /// FNV-1a of each name.
  private var nameHashes: [UInt64] = []
  /// Where the last field was found; the next one is looked for behind it first.
  private var cursor = 0
  /// The columns of the fields of a row with `shape`.
  private(set) var columnsOfShape: [Int] = []
  private var shape = -1

  /// A table that only its rows describe: the key, named `id`, comes first.
  init(name: String) {
    self.init(name: name, schema: nil)
  }

  init(name: String, schema: TableSchema?) {
    self.name = name
    self.schema = schema
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

  /// The schema's field behind a column; nil for a column that the schema does not name.
  func field(of column: Int) -> FieldDefinition? {
    guard let schema, column < knownColumns else { return nil }
    let offset = knownColumns - schema.fields.count  // 1 when the key was put in front
    return column < offset ? nil : schema.fields[column - offset]
  }

  @discardableResult
  private mutating func addColumn(_ name: String, field: FieldDefinition?) -> Int {
    let bytes = Array(name.utf8)
    nameRanges.append(ByteRange(start: nameBytes.count, count: bytes.count))
    nameBytes += bytes
    nameHashes.append(Self.hash(bytes.span, in: bytes.indices))
    tallies.append(ColumnTally(isJSON: field?.type.valueForm == .json, isInteger: field?.type == .integer, accepted: field?.type.accepted ?? .all))
    columns.append(name)
    return columns.count - 1
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
    columnsOfShape.removeAll(keepingCapacity: true)
    cursor = 0
    for field in reader.fields { columnsOfShape.append(column(of: field, in: reader)) }
  }

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
    for column in cursor..<min(cursor + 2, columns.count) where isName(column, bytes, range) {
      cursor = column + 1
      return column
    }
    let hash = Self.hash(bytes, in: range)
    for column in columns.indices where nameHashes[column] == hash && isName(column, bytes, range) {
      cursor = column + 1
      return column
    }
    return addColumn(UTF8Text.string(bytes, in: range) ?? "", field: nil)
  }

  private func isName(_ column: Int, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let name = nameRanges[column]
    guard Int(name.count) == range.count else { return false }
    var offset = Int(name.start)
    for index in range {
      guard nameBytes[offset] == bytes[index] else { return false }
      offset += 1
    }
    return true
  }

  /// Counts a value of the current row.
  mutating func count(_ kind: ValueKind, in column: Int, at place: RowPlace) {
    tallies[column].kinds.formUnion(KindSet(kind))
    if kind != .null, !tallies[column].accepted.contains(KindSet(kind)) {
      if tallies[column].misfits == 0 { tallies[column].firstMisfit = place }
      tallies[column].misfits += 1
    }
    tallies[column].present += 1
    if kind == .null { tallies[column].nulls += 1 }
  }

  private static func hash(_ bytes: Span<UInt8>, in range: Range<Int>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for offset in range { hash = (hash ^ UInt64(bytes[offset])) &* 0x100_0000_01b3 }
    return hash
  }
}
