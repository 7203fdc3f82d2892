internal import EpiBytes
internal import EpiJSON

/// How rich text is printed.
package enum TextForm: String, Sendable, CaseIterable {
  /// As a string: formats and embeds left out.
  case plain
  /// As a Quill delta: an array of insertions with their attributes.
  case delta
}

/// Puts the operations of a delta together: text with equal attributes that meets becomes one operation.
private struct DeltaWriter: ~Copyable {
  /// Attributes in force.
  private var attributes = FormatSet()
  /// Text of the operation that is open, escaped for the inside of a JSON string.
  private var text = ByteWriter(capacity: 256)
  private var textAttributes = FormatSet()
  /// `attributes` may differ from `textAttributes`.
  private var didChange = false
  private var joiner = TextJoiner()
  private var isFirst = true

  /// - Parameter text: the attribute with its name; nil ends it.
  /// - Returns: false when there are too many.
  mutating func setAttribute(_ key: UInt32, to text: [UInt8]?, _ keys: borrowing KeyTable) -> Bool {
    attributes.set(key, to: text, keys)
    didChange = true
    return attributes.count <= Limits.formats
  }

  mutating func append(_ slice: TextSlice, _ bytes: Span<UInt8>, to writer: inout ByteWriter) {
    if didChange, textAttributes.formats != attributes.formats {
      finishText(to: &writer)
      textAttributes = attributes
    }
    didChange = false
    joiner.append(slice, bytes, to: &text)
  }

  mutating func append(embed json: borrowing ByteWriter, to writer: inout ByteWriter) {
    finishText(to: &writer)
    begin(to: &writer)
    writer.append(json.span)
    end(attributes, to: &writer)
  }

  mutating func finishText(to writer: inout ByteWriter) {
    joiner.finish(to: &text)
    guard !text.isEmpty else { return }
    begin(to: &writer)
    writer.append(UInt8(ascii: "\""))
    writer.append(text.span)
    writer.append(UInt8(ascii: "\""))
    end(textAttributes, to: &writer)
    text.removeAll()
  }

  private mutating func begin(to writer: inout ByteWriter) {
    if !isFirst { writer.append(UInt8(ascii: ",")) }
    isFirst = false
    writer.append("{\"insert\":")
  }

  private func end(_ attributes: FormatSet, to writer: inout ByteWriter) {
    if !attributes.isEmpty {
      writer.append(",\"attributes\":{")
      for (index, attribute) in attributes.formats.enumerated() {
        if index > 0 { writer.append(UInt8(ascii: ",")) }
        writer.append(attribute.text)
      }
      writer.append(UInt8(ascii: "}"))
    }
    writer.append(UInt8(ascii: "}"))
  }
}

extension Document {
  /// Appends a text as a delta (yjs-format section 19): an array of `{"insert":…,"attributes":…}`.
  func appendDelta(_ type: UInt32, _ bytes: Span<UInt8>, to writer: inout ByteWriter, depth: Int) throws(DecodingError) {
    var delta = DeltaWriter()
    writer.append(UInt8(ascii: "["))
    var index = store.types.records[type].start
    while index != none {
      let block = store.blocks[index]
      index = block.right
      guard !block.isDeleted else { continue }
      try checkSize(writer, bytes)
      switch block.kind {
      case .string: delta.append(block.text, bytes, to: &writer)
      case .format:
        guard delta.setAttribute(block.extra, to: try attributeText(of: block, bytes), store.keys) else {
          throw DecodingError(.formatsExceeded(limit: Limits.formats), at: Int(block.content.start))
        }
      case .embed, .type:
        var value = ByteWriter(capacity: 256)
        try appendUnit(of: block, offset: 0, bytes, to: &value, depth: depth)
        delta.append(embed: value, to: &writer)
      case .any, .json, .binary, .document, .deleted, .gc: break
      }
    }
    delta.finishText(to: &writer)
    writer.append(UInt8(ascii: "]"))
  }

  /// A format as a member of an object, its name in front; nil where its value is null, which ends the format.
  func attributeText(of format: Block, _ bytes: Span<UInt8>) throws(DecodingError) -> [UInt8]? {
    var attribute = ByteWriter(capacity: 64)
    JSONWriter.appendString(store.keys.span, in: store.keys.range(of: format.extra), to: &attribute)
    attribute.append(UInt8(ascii: ":"))
    let start = attribute.count
    try appendJSONValue(of: format, bytes, to: &attribute)
    return attribute.span.equal("null", in: start..<attribute.count) ? nil : Array(copying: attribute.span, in: 0..<attribute.count)
  }
}
