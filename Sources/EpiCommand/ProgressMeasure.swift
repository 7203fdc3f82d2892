/// How far a part of the work is, as words: ` 12.3 of 47.0 MB (26 %), 25,600 rows, 45.1 MB/s, 1 s left`.
package struct ProgressMeasure {
  package var bytes: Int
  /// Bytes that there are; nil where nobody knows.
  package var total: Int?
  package var count: Int
  /// How many of what is counted there are; nil where nobody knows.
  package var whole: Int?
  package var noun: String
  package var seconds: Double
  package var isOver: Bool

  package init(bytes: Int = 0, total: Int? = nil, count: Int = 0, whole: Int? = nil, noun: String, seconds: Double, isOver: Bool) {
    self.bytes = bytes
    self.total = total
    self.count = count
    self.whole = whole
    self.noun = noun
    self.seconds = seconds
    self.isOver = isOver
  }

  /// Begins with a space where it says how much there is, with a comma where it only says how long it has taken.
  package var text: String {
    var parts: [String] = []
    if bytes > 0 || total != nil { parts.append(part(Self.megabytes(bytes), "MB", bytes, of: total, Self.megabytes)) }
    if count > 0 { parts.append(part(Self.grouped(count), noun, count, of: whole, Self.grouped)) }
    let isCounted = !parts.isEmpty
    if seconds >= 0.1 {
      if bytes > 0 {
        parts.append("\(Self.megabytes(Int(Double(bytes) / seconds))) MB/s")
      } else if count > 0 {
        parts.append("\(Self.grouped(Int(Double(count) / seconds))) \(noun)/s")
      }
    }
    if isOver || !isCounted {
      parts.append(Self.duration(seconds, isOver: isOver))
    } else if let left = left(bytes, of: total) ?? left(count, of: whole) {
      parts.append("\(left) s left")
    }
    return (isCounted ? " " : ", ") + parts.joined(separator: ", ")
  }

  /// `12.3 of 47.0 MB (26 %)`, or `12.3 MB` where the whole is not known: what has grown since it was looked at has none any more.
  private func part(_ number: String, _ noun: String, _ done: Int, of whole: Int?, _ text: (Int) -> String) -> String {
    guard let whole, whole > 0, done <= whole, !isOver else { return "\(number) \(noun)" }
    return "\(number) of \(text(whole)) \(noun) (\(done * 100 / whole) %)"
  }

  /// Seconds that the rest takes at the pace so far; nil where the whole is not known, or too little is done to tell.
  private func left(_ done: Int, of whole: Int?) -> Int? {
    guard let whole, done > 0, done <= whole, seconds >= 1 else { return nil }
    return Int((Double(whole - done) * seconds / Double(done)).rounded(.up))
  }

  /// Millions of bytes with one digit behind the point; none from a thousand on.
  private static func megabytes(_ bytes: Int) -> String {
    let tenths = (bytes + 50_000) / 100_000
    return tenths < 10_000 ? "\(tenths / 10).\(tenths % 10)" : grouped(tenths / 10)
  }

  private static func duration(_ seconds: Double, isOver: Bool) -> String {
    guard isOver else { return "\(Int(seconds)) s" }
    let hundredths = Int((seconds * 100).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) s"
  }

  /// Digits in groups of three.
  package static func grouped(_ number: Int) -> String {
    let digits = String(number)
    return digits.enumerated().reduce(into: "") { text, digit in
      if digit.offset > 0, (digits.count - digit.offset) % 3 == 0 { text += "," }
      text.append(digit.element)
    }
  }
}
