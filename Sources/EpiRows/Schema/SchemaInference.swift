internal import EpiBytes

/// What the tables and settings of a stream seem to be, from all their rows: late ones count as much as early ones.
///
/// Every row that was shown fits the schema that comes out. A table's key comes first, the other fields in the order in which they
/// first appeared.
package struct SchemaInference {
  /// What the rows have shown of one field.
  fileprivate struct Tally {
    var name: [UInt8]
    /// Kinds of its values, as `RowValue.Kind.bit`.
    var kinds: UInt32 = 0
    var present = 0
    var hasOtherThanDates = false
  }

  fileprivate struct Table {
    var rows = 0
    var fields: [Tally] = []
    var places: [[UInt8]: Int] = [:]
    /// The place of each field of the rows with `shape`.
    var shape = -1
    var placesOfShape: [Int] = []
  }

  /// By the reader's numbers for them.
  private var tables: [Table] = []
  private var settings = Table()

  package init() {}

  /// Takes in the reader's current row. All rows must come from one reader.
  /// - Complexity: O(fields) when the row has the names of the one before.
  package mutating func addRow(of reader: borrowing RowReader) {
    while tables.count <= reader.table { tables.append(Table()) }
    tables[reader.table].rows += 1
    if tables[reader.table].shape != reader.shape {
      tables[reader.table].shape = reader.shape
      tables[reader.table].placesOfShape = reader.fields.map { field in
        let name = RowValue(kind: .string(hasEscapes: field.nameHasEscapes), range: field.name)
        return tables[reader.table].place(of: Self.text(name, of: reader))
      }
    }
    for (index, place) in tables[reader.table].placesOfShape.enumerated() {
      tables[reader.table].fields[place].add(reader.fields[index].value, of: reader)
    }
  }

  /// Takes in the reader's current setting.
  package mutating func addSetting(of reader: borrowing RowReader) {
    guard let value = reader.settingValue else { return }
    let place = settings.place(of: Self.text(reader.settingKey, of: reader))
    settings.fields[place].add(value, of: reader)
    settings.rows = 1
  }

  /// The schema of a table, by the reader's number for it.
  package func schema(ofTable table: Int, named name: String) -> TableSchema {
    var fields: [FieldDefinition] = []
    let key = Array("id".utf8)
    let known = table < tables.count ? tables[table] : Table()
    for field in known.fields where field.name != key || !field.isKey { fields.append(field.definition(rows: known.rows)) }
    if known.places[key].map({ known.fields[$0].isKey }) ?? true { fields.insert(FieldDefinition(name: "id", type: .id), at: 0) }
    return TableSchema(name: name, fields: fields)
  }

  package var settingDefinitions: [FieldDefinition] { settings.fields.map { $0.definition(rows: 1) } }

  private static func text(_ value: RowValue, of reader: borrowing RowReader) -> [UInt8] {
    var text = ByteWriter(capacity: 64)
    reader.appendText(of: value, to: &text)
    return Array(copying: text.span, in: 0..<text.count)
  }
}

extension SchemaInference.Table {
  fileprivate mutating func place(of name: [UInt8]) -> Int {
    if let place = places[name] { return place }
    places[name] = fields.count
    fields.append(SchemaInference.Tally(name: name))
    return fields.count - 1
  }
}

extension SchemaInference.Tally {
  fileprivate mutating func add(_ value: RowValue, of reader: borrowing RowReader) {
    kinds |= value.kind.bit
    present += 1
    guard !hasOtherThanDates, value.kind != .null else { return }
    hasOtherThanDates = value.kind != .string(hasEscapes: false) || !DateForm.isValid(reader.input.span, in: value.range.bounds)
  }

  fileprivate var isKey: Bool { kinds == RowValue.Kind.string(hasEscapes: false).bit }

  fileprivate func definition(rows: Int) -> FieldDefinition {
    FieldDefinition(
      name: String(decoding: name, as: UTF8.self), type: type, isNullable: present < rows || kinds & RowValue.Kind.null.bit != 0)
  }

  private var type: FieldType {
    func isOnly(_ allowed: RowValue.Kind...) -> Bool { kinds & ~allowed.reduce(RowValue.Kind.null.bit) { $0 | $1.bit } == 0 }
    if isOnly(.string(hasEscapes: false)) { return hasOtherThanDates || isOnly() ? .text : .date }
    if isOnly(.true, .false) { return .boolean }
    if isOnly(.integer) { return .integer }
    if isOnly(.integer, .real) { return .real }
    return isOnly(.floats) ? .vector : .json
  }
}
