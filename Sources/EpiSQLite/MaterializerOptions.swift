internal import EpiRows

/// What a materializer is asked for.
package struct MaterializerOptions: Sendable {
  package var keep = KeepPolicy.last
  package var types: [TypeChoice] = []
  package var vectors = VectorPolicy.json
  package var isStrict = false
  package var indexes: [ColumnList] = []
  package var fullText: [ColumnList] = []
  /// The table that settings go to; nil when they are passed over.
  package var settings: String?
  /// What else decides on the tables, as text: which of them are read, how rows are checked.
  package var selection = ""
  /// The name and version of the tool, for the database's record.
  package var tool = ""
  /// Leaves the database alone when it was made of the same state with the same options.
  package var onlyIfChanged = false
  /// How long to wait for another process that has the database locked.
  package var busyTimeout = 5000

  package init() {}

  func choices(for table: String) -> TableChoices {
    TableChoices(types: types.filter { $0.name.table.utf8.elementsEqual(table.utf8) }, vectors: vectors, isStrict: isStrict)
  }

  /// What decides on the tables, a word an option: a database can be continued with the options that it was made with.
  var summary: String {
    var words = [String]()
    if isStrict { words.append("strict") }
    if vectors != .json { words.append("vectors=\(vectors.rawValue)") }
    if let settings { words.append("kv=\(settings)") }
    words += types.map { "type=\($0.name.table).\($0.name.column)=\($0.type.rawValue)" }
    words += indexes.map { "index=\($0.text)" } + fullText.map { "fts=\($0.text)" }
    if !selection.isEmpty { words.append(selection) }
    return words.joined(separator: "\n")
  }
}
