/// A Swift file without its comments and the texts of its literals: what is left is code. Lines stay where they are.
struct SwiftCode {
  let lines: [Substring]

  init(_ source: String) {
    var stripper = Stripper(source: Array(source.unicodeScalars))
    stripper.code(until: nil)
    lines = stripper.output.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// Numbers of the lines, from 1, that contain one of `words` as a whole word.
  func lines(with words: Set<String>) -> [Int] {
    lines.indices.filter { index in
      lines[index].split { !($0.isLetter || $0.isNumber || $0 == "_") }.contains { words.contains(String($0)) }
    }.map { $0 + 1 }
  }

  /// One `import`: the module, and the word before it if any.
  struct Import: Equatable {
    var module: String
    var access: String?
  }

  var imports: [Import] {
    lines.compactMap { line in
      let words = line.split(separator: " ").drop { $0.hasPrefix("@") }
      guard let place = words.firstIndex(of: "import"), place <= words.startIndex + 1, words.count > place + 1 - words.startIndex else { return nil }
      // `import struct Module.Type` names the module in its last word.
      let module = words[words.endIndex - 1].split(separator: ".")[0]
      return Import(module: String(module), access: place > words.startIndex ? String(words[words.startIndex]) : nil)
    }
  }
}

private struct Stripper {
  let source: [Unicode.Scalar]
  var output = ""
  var place = 0

  init(source: [Unicode.Scalar]) { self.source = source }

  private func sees(_ text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    return source[place...].starts(with: wanted)
  }

  /// Copies code up to `end` at the same depth of parentheses (an interpolation), or to the end of the file.
  mutating func code(until end: Unicode.Scalar?) {
    var depth = 0
    while place < source.count {
      if sees("//") {
        while place < source.count, source[place] != "\n" { place += 1 }
      } else if sees("/*") {
        comment()
      } else if let marks = openingMarks() {
        literal(marks: marks)
      } else {
        let scalar = source[place]
        if scalar == "(" { depth += 1 }
        if scalar == ")" { depth -= 1 }
        if scalar == end, depth < 0 { return }
        output.unicodeScalars.append(scalar)
        place += 1
      }
    }
  }

  private mutating func comment() {
    var depth = 0
    repeat {
      if sees("/*") {
        depth += 1
        place += 2
      } else if sees("*/") {
        depth -= 1
        place += 2
      } else {
        skipOne()
      }
    } while depth > 0 && place < source.count
  }

  /// Number signs before a quote, or nil when no literal begins here.
  private func openingMarks() -> Int? {
    var end = place
    while end < source.count, source[end] == "#" { end += 1 }
    return end < source.count && source[end] == "\"" ? end - place : nil
  }

  private mutating func literal(marks: Int) {
    place += marks
    let quote = sees("\"\"\"") ? "\"\"\"" : "\""
    let signs = String(repeating: "#", count: marks)
    place += quote.unicodeScalars.count
    output += "\""
    while place < source.count, !sees(quote + signs) {
      if sees("\\" + signs + "(") {
        place += marks + 2
        code(until: ")")
        place += 1
      } else if sees("\\" + signs) {
        place += marks + 1
        skipOne()
      } else {
        skipOne()
      }
    }
    place += quote.unicodeScalars.count + marks
    output += "\""
  }

  private mutating func skipOne() {
    if place < source.count, source[place] == "\n" { output += "\n" }
    place += 1
  }
}
