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
  private var fields: ResultFields
  private var columns: ColumnText?
  private var output = ByteWriter()

  private static let blockSize = 1 << 16

  init(_ format: ResultFormat, isHybrid: Bool, fields: ResultFields) {
    self.format = format
    self.fields = fields
    guard format == .tsv || format == .table else {
      columns = nil
      return
    }
    let names = ["query", "rank", "table", "id", "distance"] + (isHybrid ? ["score"] : [])
    columns = ColumnText(
      format == .tsv ? .tabs : .aligned(columns: Terminal.outputColumns), names: names + fields.names,
      kinds: names.map { ["rank", "distance", "score"].contains($0) ? .number : .name } + fields.names.map { _ in .text })
  }

  /// The fields come from another place now.
  mutating func use(_ fields: ResultFields) { self.fields = fields }

  /// Prints the results of one query.
  /// - Parameter label: its name as JSON text.
  mutating func append(_ results: [Result], label: [UInt8], of snapshot: borrowing Snapshot, index: String) throws(ToolFailure) {
    do throws(SnapshotError) {
      guard format != .ids else { return try ResultLines.appendIDs(results.map(\.row), of: snapshot, to: &output) }
    } catch {
      throw ToolFailure(error, index: index)
    }
    for (number, result) in results.enumerated() {
      if format == .ndjson {
        try appendObject(result, number + 1, label, of: snapshot, index: index)
      } else {
        try appendCells(result, number + 1, label, of: snapshot, index: index)
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

  private mutating func appendObject(
    _ result: Result, _ rank: Int, _ label: [UInt8], of snapshot: borrowing Snapshot, index: String
  ) throws(ToolFailure) {
    let match = Match(row: result.row, distance: result.distance)
    do throws(SnapshotError) {
      try ResultLines.appendHead(of: match, label: label, rank: rank, of: snapshot, to: &output)
      if let score = result.score { output.append(",\"score\":\(Self.rounded(score))") }
      if fields.isWhole { try ResultLines.appendStored(result.row, of: snapshot, to: &output) }
    } catch {
      throw ToolFailure(error, index: index)
    }
    if !fields.isWhole {
      output.append(",\"row\":")
      fields.append(try fields.values(ofRow: result.row, of: snapshot, index: index), to: &output)
    }
    output.append("}\n")
  }

  private mutating func appendCells(
    _ result: Result, _ rank: Int, _ label: [UInt8], of snapshot: borrowing Snapshot, index: String
  ) throws(ToolFailure) {
    let names: [String]
    do throws(SnapshotError) {
      names = [try snapshot.name(ofTable: try snapshot.table(ofRow: result.row)), try snapshot.id(ofRow: result.row)].map {
        String(decoding: Array(copying: snapshot.bytes, in: $0), as: UTF8.self)
      }
    } catch {
      throw ToolFailure(error, index: index)
    }
    // For a person the name of a query stands once, and distances have no more digits than one compares.
    let isForPerson = format == .table
    var cells = [isForPerson && rank > 1 ? "" : Self.cell(label), String(rank)] + names
    cells.append(isForPerson ? Self.fixed(Double(result.distance)) : Self.shortest(result.distance))
    if let score = result.score { cells.append(isForPerson ? Self.fixed(score) : Self.rounded(score)) }
    let values = try fields.values(ofRow: result.row, of: snapshot, index: index)
    columns?.append(cells + values.map { $0.map(Self.cell) ?? "" }, to: &output)
  }

  /// Four digits behind the point.
  private static func fixed(_ value: Double) -> String {
    guard abs(value) < 1e9 else { return String(value) }
    let digits = String(Int((abs(value) * 10_000).rounded()))
    let padded = String(repeating: "0", count: max(0, 5 - digits.utf8.count)) + digits
    return (value < 0 && padded != "00000" ? "-" : "") + padded.dropLast(4) + "." + padded.suffix(4)
  }

  private static func shortest(_ value: Float) -> String {
    var text = ByteWriter(capacity: 32)
    text.append(shortest: value)
    return String(decoding: Array(copying: text.span, in: 0..<text.count), as: UTF8.self)
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
