package import EpiBytes

/// A line that is longer than allowed.
package struct LineTooLong: Error, Equatable {
  /// Number of the line, from 1.
  package var line: Int
  package var limit: Int
}

/// Cuts bytes into lines: tells where the next one lies in a buffer that its owner fills.
///
/// A line ends with `\n` or `\r\n`; the last one may lack it. Lines without bytes are skipped, but counted. Lines that have been
/// read are dropped from the buffer before more bytes are asked for, so the buffer holds at most one unfinished line and what
/// was appended last.
package struct LineReader: Sendable {
  /// Number of the current line, from 1; 0 before the first.
  package private(set) var number = 0
  /// Offset of the current line in the whole input.
  package private(set) var offset = 0

  private let maximumLength: Int
  /// Where the next line begins in the buffer.
  private var start = 0
  /// No newline lies between `start` and here.
  private var searched = 0
  /// Bytes dropped from the buffer so far.
  private var dropped = 0
  private var ended = false
  /// The rest of a line that was too long is being stepped over.
  private var skipping = false

  /// Lines beyond this are an error unless told otherwise.
  package static let defaultMaximumLength = 256 << 20
  /// Bytes to ask for at a time.
  package static let readSize = 256 << 10
  /// Read lines are dropped when they take this much, even if more lines are at hand: offsets stay within 32 bits.
  private static let dropThreshold = 1 << 30

  /// - Parameter maximumLength: bytes a line may have without its end, at most 2^31 - 1.
  package init(maximumLength: Int = defaultMaximumLength) {
    precondition(maximumLength > 0 && maximumLength <= Int(Int32.max))
    self.maximumLength = maximumLength
  }

  /// No more bytes will come.
  package mutating func endOfInput() { ended = true }

  /// The place of the next line in `buffer`, without its end; nil when more bytes are wanted, or at the end of the input.
  ///
  /// The place is good until the next call. Appending to `buffer` in between is fine.
  /// - Throws: `LineTooLong`; the next call goes on with the line after that one.
  /// - Complexity: O(bytes of the line), however small the pieces are that the buffer is filled with.
  package mutating func next(in buffer: inout ByteWriter) throws(LineTooLong) -> Range<Int>? {
    if start >= Self.dropThreshold { drop(from: &buffer) }
    while true {
      let end = ByteScan.first(UInt8(ascii: "\n"), in: buffer.span, searched..<buffer.count)
      let isWhole = end < buffer.count
      guard isWhole || ended else {
        searched = end
        let isTooLong = end - start > maximumLength + 1
        if skipping || isTooLong { start = end }
        drop(from: &buffer)
        if isTooLong && !skipping {
          skipping = true
          number += 1
          throw LineTooLong(line: number, limit: maximumLength)
        }
        return nil
      }
      guard isWhole || end > start else {
        drop(from: &buffer)
        return nil
      }
      let lineStart = start
      start = isWhole ? end + 1 : end
      searched = start
      if skipping {
        skipping = false
        continue
      }
      number += 1
      offset = dropped + lineStart
      let lineEnd = end > lineStart && buffer.span[end - 1] == UInt8(ascii: "\r") ? end - 1 : end
      guard lineEnd - lineStart <= maximumLength else { throw LineTooLong(line: number, limit: maximumLength) }
      if lineEnd > lineStart { return lineStart..<lineEnd }
    }
  }

  private mutating func drop(from buffer: inout ByteWriter) {
    buffer.removeFirst(start)
    dropped += start
    searched -= start
    start = 0
  }
}
