/// Comparing what tools printed or files hold.
extension Array where Element == UInt8 {
  /// Where and how these bytes first differ from `other`, or nil when they are the same:
  /// `#expect(run.output.firstDifference(from: expected) == nil)`.
  ///
  /// For a failed `#expect(a == b)` the test library looks for the smallest edit between two arrays, which takes hours for a
  /// megabyte; this tells the place at once.
  package func firstDifference(from other: some Sequence<UInt8>) -> String? {
    let other = Array(other)
    let end = Swift.min(count, other.count)
    let place = (0..<end).first { self[$0] != other[$0] } ?? end
    guard place < Swift.max(count, other.count) else { return nil }
    let line = self[..<place].count { $0 == UInt8(ascii: "\n") } + 1
    func part(_ bytes: [UInt8]) -> String {
      guard place < bytes.count else { return "the end" }
      return String(decoding: bytes[Swift.max(0, place - 40)..<Swift.min(bytes.count, place + 80)], as: UTF8.self).debugDescription
    }
    return "byte \(place), line \(line): got \(part(self)), want \(part(other)) (\(count) and \(other.count) bytes in all)"
  }
}
