package import EpiBytes

/// Rows of cells as text in columns: aligned for a person, or with tabs between for programs.
package struct ColumnText: ~Copyable {
  package enum Style: Equatable, Sendable {
    /// Columns padded to one width, and cut so that a line takes at most `columns`; nil: not cut.
    case aligned(columns: Int?)
    /// A tab between cells; a backslash, a tab and ends of lines inside one as `\\`, `\t`, `\n` and `\r`.
    case tabs
  }

  package enum Kind: Equatable, Sendable {
    /// Ends below others, and is never cut.
    case number
    /// Is cut only when all texts are as narrow as may be.
    case name
    case text
  }

  package let style: Style
  private let names: [String]
  private let kinds: [Kind]
  private var rows: [[String]] = []
  private var hasHeader = false
  /// The widths of the last block, so that later ones stand below.
  private var widths: [Int]

  /// What stands between two aligned columns.
  private static let gap = "  "
  /// A column is not cut below this.
  private static let narrowest = 8

  /// - Parameters:
  ///   - names: the columns', for the first line.
  ///   - kinds: what the columns hold.
  package init(_ style: Style, names: [String], kinds: [Kind]) {
    precondition(names.count == kinds.count)
    self.style = style
    self.names = names.map(Self.printable)
    self.kinds = kinds
    widths = self.names.map { DisplayWidth.of($0) }
  }

  /// Adds a row.
  /// - Parameter cells: as many as there are columns.
  package mutating func append(_ cells: [String], to writer: inout ByteWriter) {
    precondition(cells.count == names.count)
    guard style != .tabs else {
      appendHeader(to: &writer)
      writer.append(cells.map(Self.escaped).joined(separator: "\t"))
      writer.append("\n")
      return
    }
    rows.append(cells.map(Self.printable))
  }

  /// Ends a block: what was added is laid out and appended to `writer`, below a line with the names the first time. A table without rows is
  /// nothing; with tabs there is a line with the names all the same.
  package mutating func flush(to writer: inout ByteWriter) {
    guard case .aligned(let columns) = style else { return appendHeader(to: &writer) }
    guard !rows.isEmpty else { return }
    for row in rows { for (index, cell) in row.enumerated() { widths[index] = max(widths[index], DisplayWidth.of(cell)) } }
    var fitted = widths
    if let columns {
      let room = columns - (names.count - 1) * Self.gap.utf8.count
      for kind in [Kind.text, .name] { Self.narrow(&fitted, kinds.map { $0 == kind }, to: room) }
    }
    if !hasHeader { append(line: names, fitted, to: &writer) }
    hasHeader = true
    for row in rows { append(line: row, fitted, to: &writer) }
    rows.removeAll(keepingCapacity: true)
  }

  private mutating func appendHeader(to writer: inout ByteWriter) {
    guard !hasHeader else { return }
    hasHeader = true
    writer.append(names.map(Self.escaped).joined(separator: "\t"))
    writer.append("\n")
  }

  private func append(line cells: [String], _ widths: [Int], to writer: inout ByteWriter) {
    var line = ""
    for (index, cell) in cells.enumerated() {
      let text = DisplayWidth.cut(cell, to: widths[index])
      let padding = String(repeating: " ", count: max(0, widths[index] - DisplayWidth.of(text)))
      if index > 0 { line += Self.gap }
      line += kinds[index] == .number ? padding + text : text + (index == cells.count - 1 ? "" : padding)
    }
    writer.append(line)
    writer.append("\n")
  }

  /// Takes from the widest of some columns, one after the other, until all fit or nothing more can be taken.
  private static func narrow(_ widths: inout [Int], _ isMeant: [Bool], to columns: Int) {
    var excess = widths.reduce(0, +) - columns
    while excess > 0 {
      let texts = widths.indices.filter { isMeant[$0] && widths[$0] > narrowest }
      guard let widest = texts.map({ widths[$0] }).max() else { return }
      let next = max(texts.map { widths[$0] }.filter { $0 < widest }.max() ?? narrowest, narrowest)
      let those = texts.filter { widths[$0] == widest }
      let taken = min(widest - next, max(1, excess / those.count))
      for index in those where excess > 0 {
        widths[index] -= taken
        excess -= taken
      }
    }
  }

  /// A cell as one line that does nothing to a terminal.
  private static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control || $0.value == 0x2028 || $0.value == 0x2029 }) else { return text }
    return text.unicodeScalars.reduce(into: "") { line, scalar in
      let isControl = scalar.properties.generalCategory == .control || scalar.value == 0x2028 || scalar.value == 0x2029
      line.unicodeScalars.append(isControl ? (scalar.properties.isWhitespace ? " " : "\u{fffd}") : scalar)
    }
  }

  private static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\\") }) else { return text }
    return text.unicodeScalars.reduce(into: "") { cell, scalar in
      switch scalar {
      case "\\": cell += "\\\\"
      case "\t": cell += "\\t"
      case "\n": cell += "\\n"
      case "\r": cell += "\\r"
      default: cell.unicodeScalars.append(scalar)
      }
    }
  }
}
