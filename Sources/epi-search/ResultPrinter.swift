internal import EpiBytes
internal import EpiCommand
internal import EpiJSON
internal import EpiSystem
internal import EpiVectors

/// A result as it is printed.
struct Result {
  var row: Int
  var distance: Float
  /// Of `--hybrid`.
  var score: Double?
}

/// Prints results in the chosen format.
struct ResultPrinter: ~Copyable {
  private let format: ResultFormat
  private let isHybrid: Bool
  private var fields: ResultFields
  private var columns: ColumnText?
  private var output = ByteWriter()

  private static let blockSize = 1 << 16

  init(_ format: ResultFormat, isHybrid: Bool, fields: ResultFields) {
    self.format = format
    self.isHybrid = isHybrid
    self.fields = fields
    guard format == .tsv || format == .table else {
      columns = nil
      return
    }
    let names = ["query", "rank", "table", "id", "distance"] + (isHybrid ? ["score"] : [])
    columns = ColumnText(
      format == .tsv ? .tabs : .aligned(columns: Terminal.outputColumns), names: names + fields.names,
      isNumeric: names.map { ["rank", "distance", "score"].contains($0) } + fields.names.map { _ in false })
  }

  /// The fields come from another place now.
  mutating func use(_ fields: ResultFields) { self.fields = fields }

  /// Prints the results of one query.
  /// - Parameter label: its name as JSON text.
  mutating func append(_ results: [Result], label: [UInt8], of snapshot: borrowing Snapshot, index: String) throws(ToolFailure) {
    do throws(SnapshotError) {
      if format == .ids { return try appendIDs(results, of: snapshot) }
    } catch {
      throw ToolFailure(error, index: index)
    }
    for (rank, result) in results.enumerated() {
      let table: Int
      let places: (table: Range<Int>, id: Range<Int>)
      let stored: Range<Int>?
      do {
        table = try snapshot.table(ofRow: result.row)
        places = (try snapshot.name(ofTable: table), try snapshot.id(ofRow: result.row))
        stored = fields.isWhole && format == .ndjson ? try snapshot.storedFields(ofRow: result.row) : nil
      } catch {
        throw ToolFailure(error, index: index)
      }
      var values: [[UInt8]?] = []
      if !fields.names.isEmpty, stored == nil {
        let id = String(decoding: Array(copying: snapshot.bytes, in: places.id), as: UTF8.self)
        values = try fields.values(ofRow: result.row, table: table, id: id, of: snapshot, index: index)
      }
      if format == .ndjson {
        append(result, rank + 1, label, places, values, stored, of: snapshot)
      } else {
        let texts = [places.table, places.id].map { String(decoding: Array(copying: snapshot.bytes, in: $0), as: UTF8.self) }
        var cells = [Self.cell(label), String(rank + 1), texts[0], texts[1], Self.shortest(result.distance)]
        if isHybrid { cells.append(Self.rounded(result.score ?? 0)) }
        columns?.append(cells + values.map { $0.map(Self.cell) ?? "" }, to: &output)
      }
      if output.count >= Self.blockSize { try write() }
    }
  }

  /// Holds the place of a query that was skipped, where each has a line.
  mutating func appendSkipped() {
    if format == .ids { output.append("null\n") }
  }

  /// Writes what was printed so far.
  mutating func flush() throws(ToolFailure) {
    columns?.flush(to: &output)
    try write()
  }

  private mutating func write() throws(ToolFailure) {
    do {
      try Descriptor.standardOutput.write(output.span)
    } catch {
      throw ToolFailure(error)
    }
    output.removeAll()
  }

  private mutating func appendIDs(_ results: [Result], of snapshot: borrowing Snapshot) throws(SnapshotError) {
    output.append("[")
    for (index, result) in results.enumerated() {
      if index > 0 { output.append(",") }
      JSONWriter.appendString(snapshot.bytes, in: try snapshot.id(ofRow: result.row), to: &output)
    }
    output.append("]\n")
  }

  private mutating func append(
    _ result: Result, _ rank: Int, _ label: [UInt8], _ places: (table: Range<Int>, id: Range<Int>), _ values: [[UInt8]?],
    _ stored: Range<Int>?, of snapshot: borrowing Snapshot
  ) {
    let bytes = snapshot.bytes
    output.append("{\"query\":")
    output.append(label)
    output.append(",\"rank\":")
    output.append(decimal: rank)
    output.append(",\"table\":")
    JSONWriter.appendString(bytes, in: places.table, to: &output)
    output.append(",\"id\":")
    JSONWriter.appendString(bytes, in: places.id, to: &output)
    output.append(",\"distance\":")
    output.append(Self.shortest(result.distance))
    if isHybrid {
      output.append(",\"score\":")
      output.append(Self.rounded(result.score ?? 0))
    }
    if let stored {
      output.append(",\"row\":")
      output.append(bytes, in: stored)
    } else if !fields.names.isEmpty {
      output.append(",\"row\":")
      fields.append(values, to: &output)
    }
    output.append("}\n")
  }

  /// The shortest decimal that reads as the same Float; a whole number has no fraction.
  private static func shortest(_ value: Float) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func rounded(_ score: Double) -> String {
    var text = ByteWriter(capacity: 32)
    JSONWriter.append((score * 1e6).rounded() / 1e6, to: &text)
    return String(decoding: Array(copying: text.span, in: 0..<text.count), as: UTF8.self)
  }

  /// A JSON value as a cell: a string without quotes and escapes, nothing for null, else the JSON text.
  private static func cell(_ json: [UInt8]) -> String {
    guard json.first == UInt8(ascii: "\"") else {
      return json.elementsEqual("null".utf8) ? "" : String(decoding: json, as: UTF8.self)
    }
    var text = ByteWriter(capacity: json.count)
    EscapedText.append(json.span, in: 1..<(json.count - 1), to: &text)
    return String(decoding: Array(copying: text.span, in: 0..<text.count), as: UTF8.self)
  }
}
