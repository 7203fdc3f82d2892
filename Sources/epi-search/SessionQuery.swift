extension SearchSession {
  /// A query that was read, and where.
  struct Query {
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
}
