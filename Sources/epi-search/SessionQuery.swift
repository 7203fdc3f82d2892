internal import EpiCommand

extension SearchSession {
  /// A query that was read, and where.
  struct Query: Sendable {
    /// Its name as JSON text.
    var label: [UInt8]
    var file: String
    var line: Int?
    var vector: [Float] = []
    var text: [UInt8]?
    /// As it was read, for `--rejects`.
    var source: [UInt8] = []
    /// It was left out, and only holds its place.
    var isSkipped = false

    var place: String { file + (line.map { ":\($0)" } ?? "") }

    var name: String {
      let text = String(decoding: label, as: UTF8.self)
      return text.hasPrefix("\"") ? String(text.dropFirst().dropLast()) : text
    }
  }

  /// Takes in a line of an input.
  mutating func add(_ line: QuerySource.Line) throws(ToolFailure) {
    switch line {
    case .query(let query): try add(query)
    case .fault(let query, let failure): try skip(query, failure)
    }
  }
}
