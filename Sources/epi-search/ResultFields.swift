internal import EpiBytes
internal import EpiCommand
internal import EpiJSON
internal import EpiSQLite
internal import EpiVectors

/// The fields that are printed of a result: those after `--fields`, from the database where it has them, else from the snapshot; without
/// `--fields` all that the snapshot stores.
final class ResultFields {
  /// In the order they are printed.
  let names: [String]
  /// Names as JSON text with a colon behind.
  private let labels: [[UInt8]]
  private let bytes: [[UInt8]]
  /// A lookup for each table of the snapshot; nil where the database has none of the fields.
  private var lookups: [FieldLookup?] = []
  /// Some of the fields are to be looked for in the snapshot.
  private let usesStored: Bool
  /// The stored object is printed as it is.
  let isWhole: Bool

  init(_ wanted: [String]?, of snapshot: borrowing Snapshot, index: String, _ database: RowDatabase?) throws(ToolFailure) {
    let stored: [String]
    do {
      stored = try snapshot.storedNames()
    } catch {
      throw ToolFailure(error, index: index)
    }
    let names = wanted ?? stored
    self.names = names
    isWhole = wanted == nil
    bytes = names.map { Array($0.utf8) }
    labels = names.map { name in
      var text = ByteWriter(capacity: 64)
      JSONWriter.appendString(name, to: &text)
      text.append(":")
      return Array(copying: text.span, in: 0..<text.count)
    }
    var missing = wanted ?? []
    var columns = ""
    if let database, wanted != nil {
      for number in 0..<snapshot.head.tables {
        let table = try database.table(snapshot.tableName(number, index: index))
        let lookup = try database.lookup(names, in: table)
        lookups.append(lookup)
        columns = table.columnList
        missing.removeAll { name in
          guard let lookup, let place = names.firstIndex(where: { $0.utf8.elementsEqual(name.utf8) }) else { return false }
          return lookup.has(place)
        }
      }
    }
    usesStored = !missing.isEmpty || wanted == nil
    missing.removeAll { name in stored.contains { $0.utf8.elementsEqual(name.utf8) } }
    guard let name = missing.first else { return }
    let list = stored.map { "'\($0)'" }.joined(separator: ", ")
    let has = stored.isEmpty ? "the snapshot stores no fields" : "the snapshot stores \(list)"
    if database == nil {
      throw ToolFailure(
        .usage, at: index, "\(has), '--fields' names '\(name)'", hint: "make it with epi-index --store \(name), or name the database of the rows with --db FILE")
    }
    throw ToolFailure(.usage, at: index, "neither the snapshot nor the database has a field '\(name)'; \(has), the database has \(columns)")
  }

  /// The fields of a row as JSON text; nil for those it has not.
  func values(ofRow row: Int, of snapshot: borrowing Snapshot, index: String) throws(ToolFailure) -> [[UInt8]?] {
    guard !names.isEmpty else { return [] }
    var values: [[UInt8]?]
    let table: Int
    let id: String
    do {
      values = usesStored ? try snapshot.storedValues(bytes, ofRow: row) : Array(repeating: nil, count: names.count)
      table = try snapshot.table(ofRow: row)
      id = String(decoding: Array(copying: snapshot.bytes, in: try snapshot.id(ofRow: row)), as: UTF8.self)
    } catch {
      throw ToolFailure(error, index: index)
    }
    guard table < lookups.count, let lookup = lookups[table] else { return values }
    var found = try lookup.values(of: id)
    if found == nil, let whole = Self.withoutPiece(id) { found = try lookup.values(of: whole) }
    guard let found else { return values }
    for index in values.indices where lookup.has(index) { values[index] = found[index] }
    return values
  }

  /// Appends values as a JSON object; names without a value are left out.
  func append(_ values: [[UInt8]?], to writer: inout ByteWriter) {
    writer.append("{")
    var isFirst = true
    for (label, value) in zip(labels, values) {
      guard let value else { continue }
      if !isFirst { writer.append(",") }
      isFirst = false
      writer.append(label)
      writer.append(value)
    }
    writer.append("}")
  }

  /// The id of the row that `ID#N` is a piece of; nil for other ids.
  private static func withoutPiece(_ id: String) -> String? {
    guard let mark = id.utf8.lastIndex(of: UInt8(ascii: "#")) else { return nil }
    let number = id.utf8[id.utf8.index(after: mark)...]
    return !number.isEmpty && number.allSatisfy { (0x30...0x39).contains($0) } ? String(id[..<mark]) : nil
  }
}
