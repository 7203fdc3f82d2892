internal import EpiBytes
internal import EpiJSON

/// How an index was made, as its snapshot says it: the section `origin` (epi-snapshot.5).
struct IndexOrigin: Equatable {
  /// `TABLE.FIELD`.
  var column: String
  var store: [String] = []
  /// `TABLE:FIELD`.
  var join: String?
  /// The field whose texts were made vectors, `TABLE.FIELD`, and the words of a piece of them.
  var text: String?
  var chunk: Int?
  /// The hash of the state that the rows are of, as the `end` line of their stream told it.
  var state: String?

  init(column: String, store: [String]) {
    self.column = column
    self.store = store
  }

  /// Reads what `json` gave; other keys do not matter.
  init(reading bytes: Span<UInt8>) throws(JSONError) {
    column = ""
    var scanner = FieldScanner(bytes, in: 0..<bytes.count)
    try scanner.enterObject()
    while let name = try scanner.nextName() {
      let value = try scanner.value()
      switch String(decoding: bytes.extracting(name.range.bounds).copied(), as: UTF8.self) {
      case "column": column = Self.text(value, in: bytes)
      case "join": join = Self.text(value, in: bytes)
      case "text": text = Self.text(value, in: bytes)
      case "chunk": chunk = Int(Self.text(value, in: bytes))
      case "state": state = Self.text(value, in: bytes)
      case "store":
        guard value.kind == .array else { continue }
        let range = value.range.bounds
        var items = FieldScanner(bytes, in: range)
        try items.enterArray()
        while try items.nextElement() { store.append(Self.text(try items.value(), in: bytes)) }
      default: break
      }
    }
  }

  private static func text(_ value: ScannedValue, in bytes: Span<UInt8>) -> String {
    var text = ByteWriter(capacity: 64)
    if value.kind == .escapedString {
      EscapedText.append(bytes, in: value.range.bounds, to: &text)
    } else {
      text.append(bytes, in: value.range.bounds)
    }
    return UTF8Text.string(text.span, in: 0..<text.count) ?? ""
  }

  /// The object, in one line.
  var json: [UInt8] {
    var text = ByteWriter(capacity: 256)
    text.append("{\"column\":")
    JSONWriter.appendString(column, to: &text)
    if !store.isEmpty {
      text.append(",\"store\":[")
      for (index, name) in store.enumerated() {
        if index > 0 { text.append(",") }
        JSONWriter.appendString(name, to: &text)
      }
      text.append("]")
    }
    if let join {
      text.append(",\"join\":")
      JSONWriter.appendString(join, to: &text)
    }
    if let field = self.text {
      text.append(",\"text\":")
      JSONWriter.appendString(field, to: &text)
    }
    if let chunk {
      text.append(",\"chunk\":")
      text.append(decimal: chunk)
    }
    if let state {
      text.append(",\"state\":")
      JSONWriter.appendString(state, to: &text)
    }
    text.append("}")
    return text.span.copied()
  }
}
