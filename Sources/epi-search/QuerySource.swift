internal import EpiBytes
internal import EpiCommand
internal import EpiRows
internal import EpiSystem
internal import EpiVectors

/// The queries of an input, as they are read.
struct QuerySource: ~Copyable {
  /// A line that is a query, or one that is none.
  enum Line: Sendable {
    case query(SearchSession.Query)
    case fault(SearchSession.Query, ToolFailure)
  }

  /// What one reading of the input has brought.
  struct Piece: Sendable {
    var lines: [Line] = []
    var bytes = 0
    /// The input cannot be read on.
    var failure: ToolFailure?
  }

  private let path: String
  private let input: Descriptor
  private var reader: QueryReader
  /// Whether queries are kept as they were read.
  private let keepsSource: Bool
  private(set) var isAtEnd = false

  /// - Parameter count: queries of earlier inputs.
  init(_ input: consuming Descriptor, _ path: String, after count: Int, takesText: Bool, keepsSource: Bool) {
    self.input = input
    self.path = path
    self.keepsSource = keepsSource
    reader = QueryReader(continuing: count, takesText: takesText)
  }

  /// Queries read so far, with those of earlier inputs.
  var count: Int { reader.count }

  /// Reads on, once.
  /// - Returns: how many bytes there were.
  mutating func fill() throws(ToolFailure) -> Int {
    let before = reader.input.count
    isAtEnd = try !InputOperands.read(input, upTo: QueryReader.readSize, into: &reader.input)
    let bytes = reader.input.count - before
    if isAtEnd { reader.endOfInput() }
    return bytes
  }

  /// The next query of what was read; nil when more is to be read.
  mutating func next() -> Line? {
    do throws(RowError) {
      guard try reader.next() else { return nil }
    } catch {
      let query = SearchSession.Query(label: reader.label, file: path, line: error.line, source: reader.source)
      return .fault(query, ToolFailure(error, in: path))
    }
    var query = SearchSession.Query(label: reader.label, file: path, line: reader.lineNumber, vector: reader.vector, text: reader.text)
    if keepsSource { query.source = reader.source }
    return .query(query)
  }

  /// Reads on and takes all queries that came.
  mutating func nextPiece() -> Piece {
    var piece = Piece()
    do {
      piece.bytes = try fill()
    } catch {
      piece.failure = error
      isAtEnd = true
      return piece
    }
    while let line = next() { piece.lines.append(line) }
    return piece
  }
}
