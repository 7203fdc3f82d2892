internal import EpiBytes
internal import EpiCommand
internal import EpiJSON
internal import EpiSystem

/// The ids in a file, for `--ids-from`: one a line, as it is or as a JSON string, a JSON array of them, or an object with an `id`.
enum IDList {
  static func read(_ path: String) throws(ToolFailure) -> [[UInt8]] {
    let input = try InputOperands.open(path)
    var buffer = ByteWriter()
    var lines = LineReader()
    var ids: [[UInt8]] = []
    var isAtEnd = false
    while !isAtEnd {
      isAtEnd = try !InputOperands.read(input, upTo: LineReader.readSize, into: &buffer)
      if isAtEnd { lines.endOfInput() }
      do {
        while let range = try lines.next(in: &buffer) { append(buffer.span, range, to: &ids) }
      } catch {
        throw ToolFailure(.malformedInput, at: "\(path):\(error.line)", "the line is longer than \(error.limit) bytes")
      }
    }
    return ids
  }

  /// What only looks like JSON is an id as it is.
  private static func append(_ bytes: Span<UInt8>, _ range: Range<Int>, to ids: inout [[UInt8]]) {
    switch bytes[range.lowerBound] {
    case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "\""):
      var found: [[UInt8]] = []
      do {
        try scan(bytes, range, into: &found)
        ids += found
      } catch {
        ids.append(Array(copying: bytes, in: range))
      }
    default: ids.append(Array(copying: bytes, in: range))
    }
  }

  private static func scan(_ bytes: Span<UInt8>, _ range: Range<Int>, into ids: inout [[UInt8]]) throws(JSONError) {
    var scanner = FieldScanner(bytes, in: range)
    func take(_ value: ScannedValue) throws(JSONError) {
      guard value.isString || value.kind == .integer else { throw JSONError(.expectedValue, at: Int(value.range.start)) }
      guard value.kind == .escapedString else { return ids.append(Array(copying: bytes, in: value.range.bounds)) }
      var text = ByteWriter(capacity: 256)
      EscapedText.append(bytes, in: value.range.bounds, to: &text)
      ids.append(Array(copying: text.span, in: 0..<text.count))
    }
    switch bytes[range.lowerBound] {
    case UInt8(ascii: "["):
      try scanner.enterArray()
      while try scanner.nextElement() { try take(try scanner.value()) }
    case UInt8(ascii: "{"):
      var id: ScannedValue?
      try scanner.enterObject()
      while let name = try scanner.nextName() {
        let value = try scanner.value()
        let isID = name.range.count == 2 && bytes[name.range.bounds.lowerBound] == UInt8(ascii: "i") && bytes[name.range.bounds.lowerBound + 1] == UInt8(ascii: "d")
        if isID { id = value }
      }
      guard let id else { throw JSONError(.expectedName, at: range.upperBound) }
      try take(id)
    default: try take(try scanner.value())
    }
    try scanner.finish()
  }
}
