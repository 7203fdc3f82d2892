import EpiBytes
import EpiJSON
import Testing

struct LineReaderTests {
  /// A line or a fault, as a test sees it.
  private enum Seen: Equatable {
    case line(Int, at: Int, String)
    case tooLong(Int)
  }

  /// Feeds `input` in pieces of the sizes that `sizes` gives in turn.
  private func read(_ input: [UInt8], sizes: [Int], maximumLength: Int = 1 << 20) -> [Seen] {
    var reader = LineReader(maximumLength: maximumLength)
    var buffer = ByteWriter(capacity: 64)
    var seen: [Seen] = []
    var offset = 0
    var turn = 0
    var hasEnded = false
    while !hasEnded {
      if offset < input.count {
        let size = min(sizes[turn % sizes.count], input.count - offset)
        buffer.append(input.span, in: offset..<offset + size)
        offset += size
        turn += 1
      } else {
        reader.endOfInput()
        hasEnded = true
      }
      reading: while true {
        do {
          guard let range = try reader.next(in: &buffer) else { break reading }
          let span = buffer.span
          let text = String(decoding: range.map { span[$0] }, as: UTF8.self)
          seen.append(.line(reader.number, at: reader.offset, text))
        } catch {
          #expect(error.limit == maximumLength)
          seen.append(.tooLong(error.line))
        }
      }
    }
    return seen
  }

  private func read(_ text: String, maximumLength: Int = 1 << 20) -> [Seen] {
    read(Array(text.utf8), sizes: [max(text.utf8.count, 1)], maximumLength: maximumLength)
  }

  @Test func `a line ends with a newline, with carriage return and newline, or with the input`() {
    #expect(read("a\nbc\r\nd") == [.line(1, at: 0, "a"), .line(2, at: 2, "bc"), .line(3, at: 6, "d")])
    #expect(read("a\n") == [.line(1, at: 0, "a")])
    #expect(read("a\r") == [.line(1, at: 0, "a")])
    #expect(read("a\rb\n") == [.line(1, at: 0, "a\rb")])
    #expect(read("") == [])
  }

  @Test func `empty lines are skipped and counted`() {
    #expect(read("\n\r\n\na\n\n\nb\n\n") == [.line(4, at: 4, "a"), .line(7, at: 8, "b")])
    #expect(read("\n") == [])
    #expect(read("\r") == [])
  }

  @Test func `how the input is cut into pieces does not matter`() {
    let text = "a\n\r\nlonger line with 31 characters\n\nüñ\r\n0123456789012345678901234567890123456789\n\n\nlast"
    let input = Array(text.utf8)
    let whole = read(input, sizes: [input.count])
    #expect(whole.count == 5)
    for size in 1...input.count { #expect(read(input, sizes: [size]) == whole, "pieces of \(size)") }
    for first in 1..<input.count { #expect(read(input, sizes: [first, 1, 7, 3]) == whole, "first piece of \(first)") }
  }

  @Test func `a line that is too long is an error, and the next one is read again`() {
    let long = String(repeating: "x", count: 9)
    let input = Array("12345678\n\(long)\n12345678\r\n\(long)y\r\nend\n\(long)".utf8)
    let expected: [Seen] = [.line(1, at: 0, "12345678"), .tooLong(2), .line(3, at: 19, "12345678"), .tooLong(4), .line(5, at: 41, "end"), .tooLong(6)]
    for size in 1...input.count { #expect(read(input, sizes: [size], maximumLength: 8) == expected, "pieces of \(size)") }
  }

  @Test func `what has been read is dropped before more is asked for`() throws {
    var reader = LineReader()
    var buffer = ByteWriter(capacity: 64)
    let line = Array((String(repeating: "x", count: 99) + "\n").utf8)
    for turn in 1...1000 {
      buffer.append(line)
      buffer.append(line.span, in: 0..<50)
      while try reader.next(in: &buffer) != nil {}
      #expect(reader.number == 2 * turn - 1)
      let unfinished = buffer.count
      #expect(unfinished == 50)
      buffer.append(line.span, in: 50..<100)
      while try reader.next(in: &buffer) != nil {}
      #expect(reader.number == 2 * turn)
      #expect(reader.offset == 100 * (2 * turn - 1))
      let left = buffer.count
      #expect(left == 0)
    }
  }
}
