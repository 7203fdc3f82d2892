/// What a tool printed or a file holds, to be compared as a whole.
///
/// Not a collection on purpose: for a failed `#expect(a == b)` the test library looks for the smallest edit between two
/// collections, which takes hours for a megabyte.
package struct Bytes: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  package let array: [UInt8]

  package init(_ bytes: some Sequence<UInt8>) { array = Array(bytes) }
  package init(arrayLiteral elements: UInt8...) { array = elements }

  package var count: Int { array.count }
  package var isEmpty: Bool { array.isEmpty }
  package var text: String { String(decoding: array, as: UTF8.self) }

  package var description: String { "\(count) bytes beginning \(String(decoding: array.prefix(200), as: UTF8.self).debugDescription)" }

  /// Where and how these bytes first differ from `other`, or nil: `#expect(run.output.difference(from: expected) == nil)`.
  package func difference(from other: some Sequence<UInt8>) -> String? {
    let other = Array(other)
    let end = min(count, other.count)
    let place = (0..<end).first { array[$0] != other[$0] } ?? end
    guard place < max(count, other.count) else { return nil }
    let line = array[..<place].count { $0 == UInt8(ascii: "\n") } + 1
    func part(_ bytes: [UInt8]) -> String {
      let range = max(0, place - 40)..<min(bytes.count, place + 80)
      return range.isEmpty ? "the end" : String(decoding: bytes[range], as: UTF8.self).debugDescription
    }
    return "byte \(place), line \(line): got \(part(array)), want \(part(other)) (\(count) and \(other.count) bytes in all)"
  }

  package func difference(from other: Bytes) -> String? { difference(from: other.array) }
}
