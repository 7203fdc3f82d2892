package import EpiBytes
internal import EpiJSON

extension RowReader {
  /// Appends the text of a `.string` value, escapes resolved, as UTF-8. Of other kinds: what stands in the line.
  package func appendText(of value: RowValue, to writer: inout ByteWriter) {
    if case .string(hasEscapes: true) = value.kind {
      EscapedText.append(input.span, in: value.range.bounds, to: &writer)
    } else {
      writer.append(input.span, in: value.range.bounds)
    }
  }

  /// Appends the text of a field's name, escapes resolved, as UTF-8.
  package func appendName(of field: RowField, to writer: inout ByteWriter) {
    appendText(of: RowValue(kind: .string(hasEscapes: field.nameHasEscapes), range: field.name), to: &writer)
  }

  /// Appends a value as JSON text, as it stands in the line.
  package func appendJSON(of value: RowValue, to writer: inout ByteWriter) {
    let bytes = input.span
    switch value.kind {
    case .string:
      writer.append(UInt8(ascii: "\""))
      writer.append(bytes, in: value.range.bounds)
      writer.append(UInt8(ascii: "\""))
    case .bytes:
      writer.append("{\"$base64\":true,\"encoded\":\"")
      writer.append(bytes, in: value.range.bounds)
      writer.append("\"}")
    case .floats:
      writer.append("{\"$f32\":\"")
      writer.append(bytes, in: value.range.bounds)
      writer.append("\"}")
    default: writer.append(bytes, in: value.range.bounds)
    }
  }

  /// Appends the bytes a `.bytes` or `.floats` value stands for.
  /// - Throws: `RowError` when the text is not base64 or the value is of another kind; `writer` is then as it was.
  package func appendBytes(of value: RowValue, to writer: inout ByteWriter) throws(RowError) {
    guard value.kind == .bytes || value.kind == .floats else {
      throw error(in: value, "the value is \(value.kind.words), not bytes")
    }
    let start = writer.count
    if Base64.decode(input.span, in: value.range.bounds, into: &writer) { return }
    writer.truncate(to: start)
    // Some writers escape every '/'.
    var text = ByteWriter(capacity: Int(value.range.count))
    EscapedText.append(input.span, in: value.range.bounds, to: &text)
    if Base64.decode(text.span, in: 0..<text.count, into: &writer) { return }
    writer.truncate(to: start)
    throw error(in: value, "the text is not base64", hint: "the standard alphabet with padding is wanted (RFC 4648)")
  }

  /// Appends the numbers of an `.array` or `.floats` value, or of `.bytes`, which are taken for 32-bit floats too: applications keep arrays
  /// of them as bytes. Every number that is text is read as the nearest Double and rounded to Float.
  /// - Throws: `RowError` when the value is no array of numbers, or a number is beyond Float; `floats` is then as it was.
  package func appendFloats(of value: RowValue, to floats: inout [Float]) throws(RowError) {
    let count = floats.count
    switch value.kind {
    case .array:
      if let kept = numbers.range(ofArrayAt: Int(value.range.start)) {
        floats.append(contentsOf: numbers.floats[kept])
        return
      }
      do {
        try NumberArrayReader.appendFloats(input.span, in: value.range.bounds, to: &floats)
      } catch {
        floats.removeLast(floats.count - count)
        throw self.error(error)
      }
    case .floats, .bytes:
      var bytes = ByteWriter(capacity: Int(value.range.count) / 4 * 3)
      try appendFloatBytes(of: value, to: &bytes)
      bytes.append(to: &floats)
    default: throw error(in: value, "the value is \(value.kind.words), not an array of numbers")
    }
  }

  /// Appends the numbers of a `.floats` or `.bytes` value as they are, four bytes each, least significant first.
  /// - Throws: `RowError` when the value is no such, or no whole number of them; `writer` is then of no use.
  package func appendFloatBytes(of value: RowValue, to writer: inout ByteWriter) throws(RowError) {
    let start = writer.count
    try appendBytes(of: value, to: &writer)
    let count = writer.count - start
    guard count % 4 == 0 else { throw error(in: value, "its \(count) bytes are no whole number of 32-bit floats") }
  }

  /// The same in double precision: numbers as text are read as the nearest Double.
  package func appendDoubles(of value: RowValue, to doubles: inout [Double]) throws(RowError) {
    guard value.kind == .array else {
      var floats: [Float] = []
      try appendFloats(of: value, to: &floats)
      doubles.append(contentsOf: floats.lazy.map(Double.init))
      return
    }
    let count = doubles.count
    do {
      try NumberArrayReader.appendDoubles(input.span, in: value.range.bounds, to: &doubles)
    } catch {
      doubles.removeLast(doubles.count - count)
      throw self.error(error)
    }
  }
}
