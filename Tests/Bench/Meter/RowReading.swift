import EpiBytes
import EpiRows
import EpiSystem

/// How fast a row stream is read: `RowReader` over bytes that lie in memory, fed as the tools feed it.
enum RowReading {
  struct Result {
    var bytes: Int
    var rows = 0
    var fields = 0
    /// CPU time of each pass.
    var seconds: [Double] = []
  }

  static func measure(_ path: String, runs: Int) throws -> Result {
    var bytes = ByteWriter()
    _ = try Descriptor.forReading(path).readAll(limit: Limits.bytes, into: &bytes)
    var result = Result(bytes: bytes.count)
    for _ in 0..<runs {
      result.rows = 0
      result.fields = 0
      let begin = Clock.processor
      try read(bytes.span, &result)
      result.seconds.append(Clock.processor - begin)
    }
    return result
  }

  private static func read(_ bytes: Span<UInt8>, _ result: inout Result) throws {
    var reader = RowReader()
    var offset = 0
    var isAtEnd = false
    while !isAtEnd {
      let count = min(RowReader.readSize, bytes.count - offset)
      reader.input.append(bytes, in: offset..<(offset + count))
      offset += count
      isAtEnd = count == 0
      if isAtEnd { reader.endOfInput() }
      while let event = try reader.next() {
        guard event == .row else { continue }
        result.rows += 1
        result.fields += reader.fields.count
      }
    }
  }
}
