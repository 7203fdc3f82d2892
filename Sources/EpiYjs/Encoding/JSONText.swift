internal import EpiBytes
internal import EpiJSON

/// JSON texts inside updates: elements of legacy JSON contents, and the values of embeds and formats in v1. jansson reads them.
enum JSONText {
  /// - Parameter depth: levels of nesting allowed.
  /// - Throws: where the text is nested deeper, or begins when it is no JSON.
  static func check(_ bytes: Span<UInt8>, in range: Range<Int>, depth: Int) throws(DecodingError) {
    if isConstant(bytes, in: range) { return }
    try checkDepth(bytes, in: range, depth)
    guard parse(bytes, in: range) != nil else { throw DecodingError(.invalidJSON, at: range.lowerBound) }
  }

  /// An element of a legacy JSON content may also be the bare word `undefined`.
  static func checkElement(_ bytes: Span<UInt8>, in range: Range<Int>, depth: Int) throws(DecodingError) {
    if !isUndefined(bytes, in: range) { try check(bytes, in: range, depth: depth) }
  }

  /// Counts brackets that are open at once, outside of strings.
  private static func checkDepth(_ bytes: Span<UInt8>, in range: Range<Int>, _ limit: Int) throws(DecodingError) {
    guard range.count > limit else { return }
    var open = 0
    var isInString = false
    var offset = range.lowerBound
    while offset < range.upperBound {
      switch bytes[offset] {
      case UInt8(ascii: "\""): isInString.toggle()
      case UInt8(ascii: "\\"): offset += 1
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        if !isInString { open += 1 }
        guard open <= limit else { throw DecodingError(.depthExceeded(limit: limit), at: offset) }
      case UInt8(ascii: "]"), UInt8(ascii: "}"): if !isInString { open -= 1 }
      default: break
      }
      offset += 1
    }
  }

  static func isUndefined(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool { bytes.equal("undefined", in: range) }

  static func isNull(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool { bytes.equal("null", in: range) }

  /// What most formats hold needs no parser.
  private static func isConstant(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool {
    bytes.equal("true", in: range) || bytes.equal("null", in: range) || bytes.equal("false", in: range)
  }

  /// Appends the text as JSON.stringify would write its value again.
  static func append(_ bytes: Span<UInt8>, in range: Range<Int>, to writer: inout ByteWriter) {
    guard !isConstant(bytes, in: range), let value = parse(bytes, in: range) else { return writer.append(bytes, in: range) }
    append(value, to: &writer)
  }

  /// As `append`; undefined is null in an array.
  static func appendElement(_ bytes: Span<UInt8>, in range: Range<Int>, to writer: inout ByteWriter) {
    if isUndefined(bytes, in: range) { writer.append("null") } else { append(bytes, in: range, to: &writer) }
  }

  /// Appends the entries of an object as attributes of an XML element, in the inside of a JSON string; other values have none.
  static func appendAttributes(_ bytes: Span<UInt8>, in range: Range<Int>, to writer: inout ByteWriter) {
    guard !isConstant(bytes, in: range), let value = parse(bytes, in: range) else { return }
    for (name, value) in value.entries.sorted(by: { $0.name < $1.name }) {
      writer.append(UInt8(ascii: " "))
      appendEscaped(name, to: &writer)
      writer.append("=\\\"")
      appendString(value, to: &writer)
      writer.append("\\\"")
    }
  }

  private static func appendEscaped(_ text: String, to writer: inout ByteWriter) {
    let bytes = Array(text.utf8)
    JSONWriter.appendEscaped(bytes.span, in: 0..<bytes.count, to: &writer)
  }

  /// A value as JavaScript's String() gives it.
  private static func appendString(_ value: JSONValue, to writer: inout ByteWriter) {
    switch value.kind {
    case .string: appendEscaped(value.string ?? "", to: &writer)
    case .object: writer.append("[object Object]")
    case .array:
      for index in 0..<value.count {
        if index > 0 { writer.append(UInt8(ascii: ",")) }
        if let element = value[index], element.kind != .null { appendString(element, to: &writer) }
      }
    case .null, .boolean, .integer, .real: append(value, to: &writer)
    }
  }

  /// jansson prints reals with 17 digits; JavaScript prints the shortest.
  private static func append(_ value: JSONValue, to writer: inout ByteWriter) {
    switch value.kind {
    case .null: writer.append("null")
    case .boolean: writer.append(value.boolean == true ? "true" : "false")
    case .integer, .real: JSONWriter.append(value.number ?? .nan, to: &writer)
    case .string: JSONWriter.appendString(value.string ?? "", to: &writer)
    case .array:
      writer.append(UInt8(ascii: "["))
      for index in 0..<value.count {
        if index > 0 { writer.append(UInt8(ascii: ",")) }
        if let element = value[index] { append(element, to: &writer) }
      }
      writer.append(UInt8(ascii: "]"))
    case .object:
      writer.append(UInt8(ascii: "{"))
      for (index, entry) in value.entries.enumerated() {
        if index > 0 { writer.append(UInt8(ascii: ",")) }
        JSONWriter.appendString(entry.name, to: &writer)
        writer.append(UInt8(ascii: ":"))
        append(entry.value, to: &writer)
      }
      writer.append(UInt8(ascii: "}"))
    }
  }

  /// JavaScript writes a lone surrogate as an escape, which jansson refuses: it is read as U+FFFD.
  private static func parse(_ bytes: Span<UInt8>, in range: Range<Int>) -> JSONValue? {
    if let value = try? JSONValue(parsing: bytes, in: range) { return value }
    guard let repaired = replacingLoneSurrogates(bytes, in: range) else { return nil }
    return try? JSONValue(parsing: repaired.span, in: 0..<repaired.count)
  }

  /// The text with escapes of lone surrogates replaced; nil when it has none.
  private static func replacingLoneSurrogates(_ bytes: Span<UInt8>, in range: Range<Int>) -> [UInt8]? {
    var text = Array(copying: bytes, in: range)
    var changed = false
    var offset = 0
    while offset < text.count {
      guard text[offset] == UInt8(ascii: "\\") else {
        offset += 1
        continue
      }
      guard let unit = escapedUnit(text, at: offset) else {
        offset += 2
        continue
      }
      if unit >> 10 == 0xd800 >> 10, let second = escapedUnit(text, at: offset + 6), second >> 10 == 0xdc00 >> 10 {
        offset += 12
        continue
      }
      if unit >> 11 == 0xd800 >> 11 {
        text.replaceSubrange((offset + 2)..<(offset + 6), with: "fffd".utf8)
        changed = true
      }
      offset += 6
    }
    return changed ? text : nil
  }

  /// The number in `\uXXXX` at `offset`.
  private static func escapedUnit(_ text: [UInt8], at offset: Int) -> UInt32? {
    guard offset + 6 <= text.count, text[offset] == UInt8(ascii: "\\"), text[offset + 1] == UInt8(ascii: "u") else { return nil }
    return UInt32(String(decoding: text[(offset + 2)..<(offset + 6)], as: UTF8.self), radix: 16)
  }
}
