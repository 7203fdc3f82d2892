package import EpiBytes
internal import EpiJSON
package import EpiRows
package import EpiYjs

/// Prints a batch of changes: of a workspace, or a part of it, the lines that differ from those printed before.
///
/// First what is there, tables by name and rows by id, each behind the schema of its table where that has changed; then what is gone.
package struct ChangePrinter: ~Copyable {
  private var printer = RowPrinter(.stream)
  private let pieces: [Workspace.Piece]
  private var nextPiece = 0
  private var isInPiece = false
  /// Number of the current table in the digests.
  private var table: UInt32 = 0
  private let isWhole: Bool
  private let missing: [MissingLine]
  private var gone: [Int]?
  private var line = ByteWriter(capacity: 4096)
  private var unchecked = ByteWriter(capacity: 4096)
  /// Rows printed.
  package private(set) var rows = 0
  /// Rows told to be gone.
  package private(set) var deleted = 0
  /// Whether anything was printed.
  package private(set) var hasPrinted = false

  /// - Parameters:
  ///   - part: what is to be looked at.
  ///   - isWhole: it is all there is, and what it lacks is gone.
  ///   - missing: what was looked for and is not there.
  package init(_ part: borrowing Workspace, isWhole: Bool, missing: [MissingLine] = [], _ digests: inout RowDigests) {
    pieces = part.pieces(ofRows: .max)
    self.isWhole = isWhole
    self.missing = missing
    if isWhole { digests.beginPass() }
  }

  /// Looks at the next row and appends it when it has changed.
  /// - Parameters:
  ///   - filter: holds back rows that do not fit, which then count as gone.
  ///   - rejected: gets those.
  /// - Returns: false when there was nothing left to look at.
  package mutating func printNext(
    _ part: borrowing Workspace, _ document: borrowing Document, _ bytes: Span<UInt8>, through filter: inout RowFilter?,
    rejected: inout [RejectedRow], _ digests: inout RowDigests, to writer: inout ByteWriter
  ) throws(DecodingError) -> Bool {
    while !isInPiece {
      guard nextPiece < pieces.count else { return printNextGone(document, &digests, to: &writer) }
      begin(pieces[nextPiece], of: part, document, &digests, to: &writer)
    }
    line.removeAll()
    unchecked.removeAll()
    let isChecked = filter != nil
    let hasPrinted =
      isChecked
      ? try printer.printNext(part, document, bytes, to: &unchecked) : try printer.printNext(part, document, bytes, to: &line)
    guard hasPrinted else {
      isInPiece = false
      nextPiece += 1
      return true
    }
    if isChecked { Self.check(unchecked, through: &filter, to: &line, &rejected) }
    take(document, &digests, to: &writer)
    return true
  }

  private mutating func begin(
    _ piece: Workspace.Piece, of part: borrowing Workspace, _ document: borrowing Document, _ digests: inout RowDigests,
    to writer: inout ByteWriter
  ) {
    isInPiece = true
    printer.begin(piece, of: part, document)
    switch piece {
    case .rows(let index, _):
      table = digests.table(named: document.names, in: document.nameRange(ofKey: part.tables[index].name))
      if part.tables[index].schema == nil { _ = digests.noteSchema(nil, of: table) }
    case .settings: table = RowDigests.settings
    }
  }

  private static func check(
    _ line: borrowing ByteWriter, through filter: inout RowFilter?, to fitting: inout ByteWriter, _ rejected: inout [RejectedRow]
  ) {
    _ = filter?.filter(line.span, to: &fitting, rejected: &rejected)
  }

  /// Appends the line just printed, if it is new.
  private mutating func take(_ document: borrowing Document, _ digests: inout RowDigests, to writer: inout ByteWriter) {
    guard let key = printer.lineKey else {
      if digests.noteSchema(StateHash.hash(line.span, in: 0..<line.count), of: table) { emit(to: &writer) }
      return
    }
    let id = document.nameRange(ofKey: key)
    if line.isEmpty {
      if let line = digests.remove(table, id: document.names, in: id) { gone = (gone ?? []) + [line] }
    } else if digests.note(StateHash.hash(line.span, in: 0..<line.count), table, id: document.names, in: id) {
      if table != RowDigests.settings { rows += 1 }
      emit(to: &writer)
    }
  }

  private mutating func emit(to writer: inout ByteWriter) {
    writer.append(line.span)
    hasPrinted = true
  }

  // MARK: What is gone

  private var isSorted = false

  private mutating func printNextGone(_ document: borrowing Document, _ digests: inout RowDigests, to writer: inout ByteWriter) -> Bool {
    if !isSorted {
      isSorted = true
      var lines = gone ?? []
      if isWhole { lines += digests.endPass() }
      for each in missing {
        let table = each.table.map { digests.table(named: document.names, in: document.nameRange(ofKey: $0)) } ?? RowDigests.settings
        if let line = digests.remove(table, id: document.names, in: document.nameRange(ofKey: each.id)) { lines.append(line) }
      }
      gone = digests.sorted(lines).reversed()
    }
    guard let line = gone?.popLast() else { return false }
    let table = digests.lines[line].table
    if table == RowDigests.settings {
      writer.append("{\"kv\":")
    } else {
      writer.append("{\"table\":")
      JSONWriter.appendString(digests.names.span, in: digests.names.range(of: table), to: &writer)
      writer.append(",\"id\":")
      deleted += 1
    }
    JSONWriter.appendString(digests.ids.span, in: digests.idRange(of: line), to: &writer)
    writer.append(",\"deleted\":true}\n")
    hasPrinted = true
    return true
  }
}
