internal import EpiBytes

/// A token of SQL, as far as statements must be understood that SQLite does not run as they are.
package struct SQLToken: Equatable, Sendable {
  package enum Kind: Equatable, Sendable {
    /// A name or a keyword as it stands.
    case word
    /// A name in double quotes, backticks or brackets.
    case quotedName
    /// A text in single quotes.
    case string
    case blob
    case number
    /// `?`, `?1`, `:a`, `@a`, `$a`.
    case parameter
    /// One character of punctuation.
    case symbol
  }

  package var kind: Kind
  /// Where it lies in the text.
  package var range: Range<Int>
}

/// The text of statements, and its tokens.
package struct SQLText: Sendable {
  package let bytes: [UInt8]
  package let tokens: [SQLToken]

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var scanner = Scanner(bytes: bytes)
    tokens = scanner.scan()
  }

  package init(_ text: String) { self.init(Array(text.utf8)) }

  private init(_ bytes: [UInt8], _ tokens: [SQLToken]) {
    self.bytes = bytes
    self.tokens = tokens
  }

  /// Some of the tokens, one at least, by themselves.
  func part(_ range: Range<Int>) -> SQLText {
    let start = tokens[range.lowerBound].range.lowerBound
    let end = tokens[range.upperBound - 1].range.upperBound
    let part = tokens[range].map { SQLToken(kind: $0.kind, range: ($0.range.lowerBound - start)..<($0.range.upperBound - start)) }
    return SQLText(Array(bytes[start..<end]), part)
  }

  /// A part that begins and ends with a token.
  package func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  package func text(_ token: Int) -> String { text(tokens[token].range) }

  /// Whether there is a byte 0, where SQLite would take the text to end.
  var holdsNUL: Bool { ByteScan.first(0, in: bytes.span, 0..<bytes.count) < bytes.count }

  /// Whether the token is that keyword or punctuation.
  package func isWord(_ token: Int, _ word: String) -> Bool {
    guard tokens.indices.contains(token), tokens[token].kind == .word || tokens[token].kind == .symbol else { return false }
    let range = tokens[token].range
    return range.count == word.utf8.count && zip(bytes[range], word.utf8).allSatisfy { Self.folded($0) == Self.folded($1) }
  }

  package func isName(_ token: Int) -> Bool {
    tokens.indices.contains(token) && (tokens[token].kind == .word || tokens[token].kind == .quotedName)
  }

  /// What a name or a text says, without its quotes; nil for other tokens.
  package func name(_ token: Int) -> String? {
    guard tokens.indices.contains(token) else { return nil }
    switch tokens[token].kind {
    case .word: return text(token)
    case .quotedName, .string:
      let range = tokens[token].range
      let open = bytes[range.lowerBound]
      let close = open == UInt8(ascii: "[") ? UInt8(ascii: "]") : open
      var name: [UInt8] = []
      var offset = range.lowerBound + 1
      while offset < range.upperBound - 1 {
        name.append(bytes[offset])
        // A quote stands twice for itself.
        offset += bytes[offset] == close && close != UInt8(ascii: "]") ? 2 : 1
      }
      return String(decoding: name, as: UTF8.self)
    default: return nil
    }
  }

  /// The token that closes the bracket at `open`; nil when none does.
  package func closing(_ open: Int) -> Int? {
    var depth = 0
    for index in open..<tokens.count {
      if isWord(index, "(") { depth += 1 }
      if isWord(index, ")") {
        depth -= 1
        if depth == 0 { return index }
      }
    }
    return nil
  }

  /// Whether two names are the same to SQLite, which ignores the case of the letters A to Z.
  package static func isSame(_ a: String, _ b: String) -> Bool {
    a.utf8.count == b.utf8.count && zip(a.utf8, b.utf8).allSatisfy { folded($0) == folded($1) }
  }

  private static func folded(_ byte: UInt8) -> UInt8 { byte &- UInt8(ascii: "A") < 26 ? byte + 32 : byte }

  /// A name between double quotes.
  package static func quoted(_ name: String) -> String {
    var quoted = "\""
    for scalar in name.unicodeScalars {
      if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }

  /// A text between single quotes.
  package static func literal(_ text: String) -> String {
    var quoted = "'"
    for scalar in text.unicodeScalars {
      if scalar == "'" { quoted.unicodeScalars.append(scalar) }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "'"
  }
}

/// Finds tokens; white space and comments are none.
private struct Scanner {
  let bytes: [UInt8]
  var offset = 0

  private func byte(_ offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "$")
  }

  mutating func scan() -> [SQLToken] {
    var tokens: [SQLToken] = []
    while let token = next() { tokens.append(token) }
    return tokens
  }

  private mutating func next() -> SQLToken? {
    skipSpace()
    guard offset < bytes.count else { return nil }
    let start = offset
    let first = bytes[offset]
    let kind: SQLToken.Kind
    switch first {
    case UInt8(ascii: "'"):
      skipQuoted(first)
      kind = .string
    case UInt8(ascii: "\""), UInt8(ascii: "`"):
      skipQuoted(first)
      kind = .quotedName
    case UInt8(ascii: "["):
      while offset < bytes.count, bytes[offset] != UInt8(ascii: "]") { offset += 1 }
      offset = min(offset + 1, bytes.count)
      kind = .quotedName
    case UInt8(ascii: "x"), UInt8(ascii: "X"):
      if byte(offset + 1) == UInt8(ascii: "'") {
        offset += 1
        skipQuoted(UInt8(ascii: "'"))
        kind = .blob
      } else {
        skipWord()
        kind = .word
      }
    case UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "#"), UInt8(ascii: "$"):
      offset += 1
      skipWord()
      kind = .parameter
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      skipNumber()
      kind = .number
    case UInt8(ascii: ".") where byte(offset + 1) &- UInt8(ascii: "0") < 10:
      skipNumber()
      kind = .number
    default:
      if Self.isWordByte(first) {
        skipWord()
        kind = .word
      } else {
        offset += 1
        kind = .symbol
      }
    }
    return SQLToken(kind: kind, range: start..<offset)
  }

  private mutating func skipSpace() {
    while offset < bytes.count {
      let first = bytes[offset]
      if first == 0x20 || first &- 9 < 5 {
        offset += 1
      } else if first == UInt8(ascii: "-"), byte(offset + 1) == UInt8(ascii: "-") {
        while offset < bytes.count, bytes[offset] != 0x0a { offset += 1 }
      } else if first == UInt8(ascii: "/"), byte(offset + 1) == UInt8(ascii: "*") {
        offset += 2
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "*") || byte(offset + 1) != UInt8(ascii: "/") { offset += 1 }
        offset = min(offset + 2, bytes.count)
      } else {
        return
      }
    }
  }

  private mutating func skipWord() {
    while offset < bytes.count, Self.isWordByte(bytes[offset]) { offset += 1 }
  }

  private mutating func skipNumber() {
    while offset < bytes.count {
      let isExponentSign =
        (bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-")) && bytes[offset - 1] | 0x20 == UInt8(ascii: "e")
      guard Self.isWordByte(bytes[offset]) || bytes[offset] == UInt8(ascii: ".") || isExponentSign else { return }
      offset += 1
    }
  }

  private mutating func skipQuoted(_ quote: UInt8) {
    offset += 1
    while true {
      offset = ByteScan.first(quote, in: bytes.span, offset..<bytes.count)
      // A quote stands twice for itself.
      guard byte(offset) == quote, byte(offset + 1) == quote else { break }
      offset += 2
    }
    offset = min(offset + 1, bytes.count)
  }
}
