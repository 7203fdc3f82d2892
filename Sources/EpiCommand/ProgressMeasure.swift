/// How far a part of the work is, as words: ` 12.3 of 47.0 MB (26 %), 25,600 rows, 45.1 MB/s, 1 s left`.
package struct ProgressMeasure {
  package var bytes: Int
  /// Bytes that there are; nil where nobody knows.
  package var total: Int?
  package var count: Int
  package var noun: String
  package var seconds: Double
  package var isOver: Bool

  package init(bytes: Int, total: Int?, count: Int, noun: String, seconds: Double, isOver: Bool) {
    self.bytes = bytes
    self.total = total
    self.count = count
    self.noun = noun
    self.seconds = seconds
    self.isOver = isOver
  }

  /// Begins with a space where it says how much there is, with a comma where it only says how long it has taken.
  package var text: String {
    var parts: [String] = []
    if bytes > 0 || total != nil {
      // A file may have grown since it was looked at: then its size is not known any more.
      if let total, total > 0, bytes <= total, !isOver {
        parts.append("\(Self.megabytes(bytes)) of \(Self.megabytes(total)) MB (\(bytes * 100 / total) %)")
      } else {
        parts.append("\(Self.megabytes(bytes)) MB")
      }
    }
    if count > 0 { parts.append("\(Self.grouped(count)) \(noun)") }
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
    } else if let total, bytes > 0, bytes <= total, seconds >= 1 {
      parts.append("\(Int((Double(total - bytes) * seconds / Double(bytes)).rounded(.up))) s left")
    }
    return (isCounted ? " " : ", ") + parts.joined(separator: ", ")
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
