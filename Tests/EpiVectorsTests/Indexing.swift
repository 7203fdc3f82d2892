import EpiBytes
import EpiRows
import EpiSystem
import EpiTestSupport
import EpiVectors

/// Rows as text to a snapshot and back, as the tools do it.
enum Indexing {
  /// Collects the rows of NDJSON texts, each an input of its own.
  /// - Parameter older: a snapshot whose rows are expected to come again.
  static func rows(_ texts: String..., expecting older: SharedSnapshot? = nil, configure: (inout IndexOptions) -> Void = { _ in }) throws -> IndexedRows {
    try rows(texts, expecting: older, configure: configure)
  }

  static func rows(_ texts: [String], expecting older: SharedSnapshot? = nil, configure: (inout IndexOptions) -> Void = { _ in }) throws -> IndexedRows {
    var options = IndexOptions()
    configure(&options)
    var builder = IndexBuilder(options)
    if let older { builder.expect(older) }
    for text in texts {
      builder.beginInput()
      var reader = RowReader()
      reader.input.append(text)
      reader.endOfInput()
      while let event = try reader.next() {
        switch event {
        case .row: try builder.addRow(reader, file: "rows")
        case .deletedRow: try builder.removeRow(reader, file: "rows")
        case .schema(let schema): builder.add(schema)
        case .begin, .end, .setting: break
        }
      }
    }
    return try builder.finish()
  }

  /// The error that collecting ends with, if it does.
  static func error(_ texts: String..., configure: (inout IndexOptions) -> Void = { _ in }) throws -> IndexError? {
    do {
      let rows = try rows(texts, configure: configure)
      _ = rows.count
      return nil
    } catch let error as IndexError {
      return error
    }
  }

  static func bytes(of rows: borrowing IndexedRows, graph options: GraphOptions? = nil, model: String = "") throws -> [UInt8] {
    let graph = options.map { VectorGraph(of: rows, options: $0) }
    return try bytes(of: rows, graph: graph, model: model)
  }

  static func bytes(of rows: borrowing IndexedRows, graph: VectorGraph?, model: String = "") throws -> [UInt8] {
    var bytes: [UInt8] = []
    try SnapshotWriter.write(rows, graph: graph, model: model) { (piece) throws(SystemError) in
      for index in 0..<piece.count { bytes.append(piece[index]) }
    }
    return bytes
  }

  /// A graph whose nodes keep codes of their neighbours, however few numbers the vectors have.
  static var coded: GraphOptions {
    var options = GraphOptions()
    options.compression = .float1bit
    return options
  }

  /// A snapshot with these bytes, mapped from a file.
  static func open(_ bytes: [UInt8], in folder: TemporaryFolder) throws -> Snapshot {
    let path = try folder.write(bytes, to: "test.epi")
    return try Snapshot(mapping: try MappedFile(path: path))
  }

  /// The result lines for one query.
  static func search(
    _ snapshot: borrowing Snapshot, _ query: [Float], limit: Int = 10, format: ResultFormat = .ndjson, plan: SearchPlan? = nil
  ) throws -> String {
    var batch = QueryBatch(metric: snapshot.head.metric, dimensions: snapshot.head.dimensions)
    try batch.append(query)
    var searcher = try Searcher(of: snapshot, limit: limit, plan: plan)
    let matches = try searcher.search(snapshot, for: batch)
    var text = ByteWriter()
    try format.append(matches[0][...], label: Array("1".utf8), from: snapshot, to: &text)
    return String(decoding: text.bytes, as: UTF8.self)
  }

  /// A row line.
  static func line(_ id: String, _ vector: [Float], _ table: String = "t", more: String = "") -> String {
    #"{"table":"\#(table)","id":"\#(id)","row":{"id":"\#(id)","v":[\#(vector.map { "\($0)" }.joined(separator: ","))]\#(more)}}"# + "\n"
  }
}

/// The lines of results that need nothing but the snapshot.
enum ResultFormat: CaseIterable {
  case ndjson
  case ids

  func append(_ matches: ArraySlice<Match>, label: [UInt8], from snapshot: borrowing Snapshot, to writer: inout ByteWriter) throws(SnapshotError) {
    guard self == .ndjson else { return try ResultLines.appendIDs(matches.map(\.row), of: snapshot, to: &writer) }
    for (index, match) in matches.enumerated() {
      try ResultLines.appendHead(of: match, label: label, rank: index + 1, of: snapshot, to: &writer)
      try ResultLines.appendStored(match.row, of: snapshot, to: &writer)
      writer.append("}\n")
    }
  }
}

extension ByteWriter {
  var bytes: [UInt8] {
    let all = span
    var bytes: [UInt8] = []
    for index in 0..<all.count { bytes.append(all[index]) }
    return bytes
  }
}
