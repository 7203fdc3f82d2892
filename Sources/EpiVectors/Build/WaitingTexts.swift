internal import EpiBytes

/// The texts of rows that are to be made vectors, with the rows they belong to.
struct WaitingTexts: ~Copyable {
  struct Place {
    /// Of the column.
    var entry: UInt32
    /// In `files`.
    var file: Int
    var line: Int
  }

  private(set) var places: [Place] = []
  private(set) var texts = ByteStrings()
  private(set) var files: [String] = []
  /// How many pieces the text of a row has, by the row's id; rows whose text is whole are not named.
  private var pieces: [[UInt8]: Int] = [:]

  mutating func append(_ text: Span<UInt8>, entry: Int, file: String, line: Int) {
    if files.last != file { files.append(file) }
    places.append(Place(entry: UInt32(entry), file: files.count - 1, line: line))
    texts.append(text)
  }

  mutating func removeAll() {
    places = []
    texts = ByteStrings()
    files = []
  }

  /// Notes how many pieces the text of a row has now.
  /// - Returns: how many it had.
  mutating func replacePieces(of id: [UInt8], with count: Int) -> Int {
    let before = pieces[id] ?? 0
    pieces[id] = count > 0 ? count : nil
    return before
  }

  /// Notes that there is a piece, by its id.
  mutating func notePiece(_ id: Span<UInt8>) {
    guard let (row, number) = PieceID.parts(of: id) else { return }
    pieces[row] = max(pieces[row] ?? 0, number)
  }
}

/// The ids of pieces of a row's text: `ID#1`, `ID#2` and so on.
enum PieceID {
  static func make(_ row: [UInt8], _ number: Int) -> [UInt8] { row + Array("#\(number)".utf8) }

  /// The row's id and the number; nil when it is no such id.
  static func parts(of id: Span<UInt8>) -> (row: [UInt8], number: Int)? {
    var start = id.count
    while start > 0, (0x30...0x39).contains(id[start - 1]) { start -= 1 }
    guard start > 0, start < id.count, id[start - 1] == UInt8(ascii: "#") else { return nil }
    let digits = String(decoding: id.extracting(start..<id.count).copied(), as: UTF8.self)
    return Int(digits).map { (id.extracting(first: start - 1).copied(), $0) }
  }
}

/// Cuts texts into pieces.
enum TextPieces {
  /// The fewest pieces of at most `words` words, all of about the same number; whole when there are not more.
  /// - Complexity: O(bytes of the text)
  static func cut(_ text: [UInt8], words limit: Int) -> [[UInt8]] {
    var words: [Range<Int>] = []
    var start: Int?
    for offset in text.indices {
      if isBlank(text[offset]) {
        if let begin = start { words.append(begin..<offset) }
        start = nil
      } else if start == nil {
        start = offset
      }
    }
    if let begin = start { words.append(begin..<text.count) }
    guard words.count > limit else { return [text] }
    let count = (words.count + limit - 1) / limit
    return (0..<count).map { index in
      let first = words.count * index / count, end = words.count * (index + 1) / count
      return Array(text[words[first].lowerBound..<words[end - 1].upperBound])
    }
  }

  /// Whether there is nothing to be read in a text.
  static func isBlank(_ text: Span<UInt8>) -> Bool { text.indices.allSatisfy { isBlank(text[$0]) } }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}
