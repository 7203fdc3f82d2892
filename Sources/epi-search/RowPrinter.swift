internal import EpiBytes
internal import EpiCommand
internal import EpiJSON
internal import EpiSQLite
internal import EpiSystem
internal import EpiVectorSQL

/// Prints the rows that statements give.
struct RowPrinter: ~Copyable {
  private let format: ResultFormat
  private let isArray: Bool
  private var names: [String] = []
  private var columns: ColumnText?
  private var output = ByteWriter()

  private static let blockSize = 1 << 16

  init(_ format: ResultFormat, arrays: Bool) {
    self.format = format
    isArray = arrays
  }

  /// The rows of a statement follow. Of equal names of columns the later ones get a number.
  mutating func begin(_ statement: borrowing Statement) {
    names = []
    var taken: Set<[UInt8]> = []
    for column in 0..<statement.columnCount {
      let name = VectorSession.columnName(statement.name(column: column))
      var candidate = name
      var number = 1
      while !taken.insert(Array(candidate.utf8)).inserted {
        number += 1
        candidate = "\(name)_\(number)"
      }
      names.append(candidate)
    }
    columns = nil
  }

  mutating func append(_ row: borrowing Statement) throws(ToolFailure) {
    if format == .ndjson { appendJSON(row) } else { appendCells(row) }
    if output.count >= Self.blockSize { try write() }
  }

  /// The rows of the statement are over.
  mutating func end() {
    columns?.flush(to: &output)
    columns = nil
  }

  mutating func endStatement(_ number: Int, rows: Int) {
    output.append("{\"epi\":1,\"statement\":")
    output.append(decimal: number)
    output.append(",\"rows\":")
    output.append(decimal: rows)
    output.append("}\n")
  }

  mutating func endStatement(_ number: Int, error message: String) {
    output.append("{\"epi\":1,\"statement\":")
    output.append(decimal: number)
    output.append(",\"error\":")
    JSONWriter.appendString(message, to: &output)
    output.append("}\n")
  }

  consuming func close() throws(ToolFailure) {
    try write()
    do {
      try Descriptor.standardOutput.close()
    } catch {
      throw ToolFailure(error)
    }
  }

  private mutating func write() throws(ToolFailure) {
    do {
      try Descriptor.standardOutput.write(output.span)
    } catch {
      throw ToolFailure(error)
    }
    output.removeAll()
  }

  private mutating func appendJSON(_ row: borrowing Statement) {
    output.append(isArray ? "[" : "{")
    for (column, name) in names.enumerated() {
      if column > 0 { output.append(",") }
      if !isArray {
        JSONWriter.appendString(name, to: &output)
        output.append(":")
      }
      Self.append(row, column, to: &output)
    }
    output.append(isArray ? "]\n" : "}\n")
  }

  private mutating func appendCells(_ row: borrowing Statement) {
    if columns == nil {
      let kinds = names.indices.map { [.integer, .real].contains(row.kind(column: $0)) ? ColumnText.Kind.number : .text }
      columns = ColumnText(format == .tsv ? .tabs : .aligned(columns: Terminal.outputColumns), names: names, kinds: kinds)
    }
    var cells: [String] = []
    for column in names.indices {
      switch row.kind(column: column) {
      case .null: cells.append("")
      case .text: cells.append(row.text(column: column) ?? "")
      default:
        var cell = ByteWriter(capacity: 64)
        Self.append(row, column, to: &cell)
        cells.append(String(decoding: [UInt8](copying: cell.span, in: 0..<cell.count), as: UTF8.self))
      }
    }
    columns?.append(cells, to: &output)
  }

  /// A value as JSON. A real has a point or an exponent, so that it can be told from an integer.
  private static func append(_ row: borrowing Statement, _ column: Int, to output: inout ByteWriter) {
    guard row.kind(column: column) == .real else { return row.appendJSON(column: column, to: &output) }
    let value = row.real(column: column)
    if value.isFinite { output.append(value.description) } else { output.append("null") }
  }
}
