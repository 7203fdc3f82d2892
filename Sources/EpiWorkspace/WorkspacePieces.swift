package import EpiBytes
package import EpiRows
package import EpiYjs

// A workspace is printed as the row stream (epi-rows.5) in pieces, which may be printed in any order and written in theirs.

extension Workspace {
  /// A part of what is printed between the first line and the last.
  package enum Piece: Sendable {
    /// Rows of a table; with the first of them goes the table's schema.
    case rows(table: Int, Range<Int>)
    case settings
  }

  /// All pieces, in order.
  /// - Parameter rowCount: rows a piece of a table holds, but for the last.
  package func pieces(ofRows rowCount: Int) -> [Piece] {
    var pieces: [Piece] = []
    for (index, table) in tables.enumerated() {
      var first = 0
      repeat {
        let next = min(first + rowCount, table.rows.count)
        pieces.append(.rows(table: index, first..<next))
        first = next
      } while first < table.rows.count
    }
    pieces.append(.settings)
    return pieces
  }

  /// Whether there are neither rows nor settings to be printed.
  package var isEmpty: Bool { settings.isEmpty && rowCount == 0 }

  package var rowCount: Int { tables.reduce(0) { $0 + $1.rows.count } }

  /// The line that all begins with.
  package static func appendBegin(to writer: inout ByteWriter) { RowWriter.appendBegin(StreamBegin(.snapshot), to: &writer) }

  /// The line that says that all went before.
  package func appendEnd(after printed: PrintedLines, _ document: borrowing Document, to writer: inout ByteWriter) {
    Self.appendEnd(StreamEnd(rows: printed.rows, tables: tables.count, hash: printed.hash.text), document, to: &writer)
  }

  /// A line that closes a batch, with what the document itself tells.
  package static func appendEnd(_ end: StreamEnd, _ document: borrowing Document, to writer: inout ByteWriter) {
    var end = end
    var vector = ByteWriter()
    document.writeStateVector(to: &vector)
    var state = ByteWriter()
    Base64.encode(vector.span, in: 0..<vector.count, into: &state)
    end.state = text(state.span)
    end.pending = document.pending.count
    RowWriter.appendEnd(end, to: &writer)
  }

  private static func text(_ bytes: Span<UInt8>) -> String {
    String(decoding: Array(copying: bytes, in: 0..<bytes.count), as: UTF8.self)
  }
}

/// What has been printed of a workspace, between the first line and the last.
package struct PrintedLines {
  package private(set) var rows = 0
  private var size = 0
  private let limit: Int
  fileprivate var hash = StateHash()

  /// - Parameter bytes: size of the input.
  package init(forBytes bytes: Int) { limit = Limits.output(forBytes: bytes) }

  package mutating func add(rows count: Int) { rows += count }

  /// Takes in lines.
  /// - Parameters:
  ///   - count: their bytes.
  ///   - hash: of them alone.
  /// - Throws: when more has been printed than the size of the input explains.
  package mutating func add(bytes count: Int, hash: StateHash) throws(DecodingError) {
    self.hash.add(line: hash.value)
    size += count
    guard size <= limit else { throw DecodingError(.outputExceeded(limit: limit), at: 0) }
  }
}
