package import EpiBytes
internal import EpiJSON

/// Writes the visible content of types as JSON text, as `toJSON()` and JSON.stringify give it (yjs-format section 19). Keys are
/// sorted byte by byte, so that equal documents give equal bytes.
extension Document {
  /// Appends a root, read as `kind`.
  package func appendJSON(
    of root: SharedType, as kind: RootKind, _ bytes: Span<UInt8>, to writer: inout ByteWriter
  ) throws(DecodingError) {
    switch kind {
    case .map: try appendMap(root.index, bytes, to: &writer, depth: depth)
    case .array: try appendArray(root.index, bytes, to: &writer, depth: depth)
    case .text: try appendRichText(root.index, bytes, to: &writer, depth: depth)
    case .xml: try appendXML(root.index, as: .xmlFragment, bytes, to: &writer, depth: depth + 1)
    case .xmlelement: try appendXML(root.index, as: .xmlElement, bytes, to: &writer, depth: depth + 1)
    case .xmltext: try appendXML(root.index, as: .xmlText, bytes, to: &writer, depth: depth + 1)
    }
  }

  /// Appends one unit of content. An undefined value is null here; `isUndefined` tells.
  package func appendJSON(of member: Member, _ bytes: Span<UInt8>, to writer: inout ByteWriter) throws(DecodingError) {
    if member.content == .any, member.offset == 0 { return try AnyView.appendJSON(of: member.range, bytes, to: &writer) }
    try appendUnit(of: store.blocks[member.block], offset: member.offset, bytes, to: &writer, depth: depth)
  }

  /// Whether a unit is the value undefined, which objects leave out.
  package func isUndefined(_ member: Member, _ bytes: Span<UInt8>) -> Bool {
    if member.content == .any, member.offset == 0 { return AnyView.isUndefined(member.range, bytes) }
    return isUndefined(store.blocks[member.block], offset: member.offset, bytes)
  }

  // MARK: Types

  /// Appends a nested type in the form its reference on the wire asks for.
  /// - Parameter depth: levels of types that may still be entered, this one among them.
  func appendType(_ type: UInt32, _ bytes: Span<UInt8>, to writer: inout ByteWriter, depth: Int) throws(DecodingError) {
    guard depth > 0 else { throw tooDeep(type) }
    let record = store.types.records[type]
    switch record.kind {
    case .array: try appendArray(type, bytes, to: &writer, depth: depth - 1)
    case .map, .xmlHook: try appendMap(type, bytes, to: &writer, depth: depth - 1)
    case .text, .root: try appendRichText(type, bytes, to: &writer, depth: depth - 1)
    case .xmlFragment: try appendUnnamed(type, bytes, to: &writer, depth: depth)
    case .xmlElement, .xmlText: try appendXML(type, as: record.kind, bytes, to: &writer, depth: depth)
    }
  }

  /// A type of reference 4: an XML fragment, or what yjs 14 writes for any type without a name. Its content tells which.
  private func appendUnnamed(_ type: UInt32, _ bytes: Span<UInt8>, to writer: inout ByteWriter, depth: Int) throws(DecodingError) {
    switch inferredKind(of: SharedType(index: type)) {
    case .map: try appendMap(type, bytes, to: &writer, depth: depth - 1)
    case .array, .text:
      let isText = inferredKind(of: SharedType(index: type)) == .text
      let hasKeys = !sortedEntries(of: SharedType(index: type)).isEmpty
      if hasKeys {
        writer.append("{\"attrs\":")
        try appendMap(type, bytes, to: &writer, depth: depth - 1)
        writer.append(",\"children\":")
      }
      if isText, !hasKeys {
        try appendRichText(type, bytes, to: &writer, depth: depth - 1)
      } else {
        try appendArray(type, bytes, to: &writer, depth: depth - 1)
      }
      if hasKeys { writer.append("}") }
    case .xml, .xmlelement, .xmltext, nil: try appendXML(type, as: .xmlFragment, bytes, to: &writer, depth: depth)
    }
  }

  /// The error for a type that lies in more types than may be printed inside each other.
  func tooDeep(_ type: UInt32) -> DecodingError {
    let item = store.types.records[type].item
    return DecodingError(.depthExceeded(limit: depth), at: item == none ? 0 : Int(store.blocks[item].content.start))
  }

  func appendMap(_ type: UInt32, _ bytes: Span<UInt8>, to writer: inout ByteWriter, depth: Int) throws(DecodingError) {
    writer.append(UInt8(ascii: "{"))
    var isFirst = true
    for (key, value) in sortedEntries(of: SharedType(index: type)) where !isUndefined(value, bytes) {
      if !isFirst { writer.append(UInt8(ascii: ",")) }
      isFirst = false
      JSONWriter.appendString(store.keys.span, in: store.keys.range(of: key), to: &writer)
      writer.append(UInt8(ascii: ":"))
      try appendUnit(of: store.blocks[value.block], offset: value.offset, bytes, to: &writer, depth: depth)
    }
    writer.append(UInt8(ascii: "}"))
  }

  private func appendArray(_ type: UInt32, _ bytes: Span<UInt8>, to writer: inout ByteWriter, depth: Int) throws(DecodingError) {
    writer.append(UInt8(ascii: "["))
    var isFirst = true
    var index = store.types.records[type].start
    while index != none {
      let block = store.blocks[index]
      index = block.right
      guard !block.isDeleted, block.kind.isCountable else { continue }
      // Units are read one behind the other; finding each from the start of its block would be quadratic.
      var reader = ByteReader(bytes, in: block.content.bounds)
      var units = UnitCursor(block.text)
      for offset in 0..<block.length {
        if !isFirst { writer.append(UInt8(ascii: ",")) }
        isFirst = false
        if block.kind == .any {
          try AnyValue.appendJSON(&reader, to: &writer)
        } else if block.kind == .string {
          writer.append(UInt8(ascii: "\""))
          units.appendNext(bytes, to: &writer)
          writer.append(UInt8(ascii: "\""))
        } else {
          try appendUnit(of: block, offset: offset, bytes, to: &writer, depth: depth)
        }
      }
    }
    writer.append(UInt8(ascii: "]"))
  }

  private func appendRichText(_ type: UInt32, _ bytes: Span<UInt8>, to writer: inout ByteWriter, depth: Int) throws(DecodingError) {
    if textForm == .delta { return try appendDelta(type, bytes, to: &writer, depth: depth) }
    writer.append(UInt8(ascii: "\""))
    appendText(type, bytes, to: &writer)
    writer.append(UInt8(ascii: "\""))
  }

  /// Appends the inside of a JSON string: all string contents of a list, embeds and formats left out.
  func appendText(_ type: UInt32, _ bytes: Span<UInt8>, to writer: inout ByteWriter) {
    var joiner = TextJoiner()
    var index = store.types.records[type].start
    while index != none {
      let block = store.blocks[index]
      if block.kind == .string, !block.isDeleted { joiner.append(block.text, bytes, to: &writer) }
      index = block.right
    }
    joiner.finish(to: &writer)
  }

  // MARK: Units

  /// Appends the unit `offset` units into a block, as a JSON value.
  func appendUnit(
    of block: Block, offset: UInt32, _ bytes: Span<UInt8>, to writer: inout ByteWriter, depth: Int
  ) throws(DecodingError) {
    switch block.kind {
    case .any:
      var reader = ByteReader(bytes, in: block.content.bounds)
      for _ in 0..<offset { try AnyValue.skip(&reader) }
      try AnyValue.appendJSON(&reader, to: &writer)
    case .type: try appendType(block.extra, bytes, to: &writer, depth: depth)
    case .binary: JSONWriter.appendBytes(bytes, in: block.content.bounds, to: &writer)
    case .embed: try appendJSONValue(of: block, bytes, to: &writer)
    case .json:
      JSONText.appendElement(bytes, in: store.slices[block.extra + offset].range.bounds, to: &writer)
    case .string:
      writer.append(UInt8(ascii: "\""))
      appendCharacter(of: block, unit: Int(offset), bytes, to: &writer)
      writer.append(UInt8(ascii: "\""))
    case .document:
      writer.append("{\"$doc\":{\"guid\":\"")
      var joiner = TextJoiner()
      joiner.append(store.slices[block.extra], bytes, to: &writer)
      joiner.finish(to: &writer)
      writer.append("\"}}")
    case .gc, .deleted, .format: writer.append("null")
    }
  }

  /// The value of an embed or a format.
  func appendJSONValue(of block: Block, _ bytes: Span<UInt8>, to writer: inout ByteWriter) throws(DecodingError) {
    if block.flags.contains(.valueIsText) {
      JSONText.append(bytes, in: block.content.bounds, to: &writer)
    } else {
      var reader = ByteReader(bytes, in: block.content.bounds)
      try AnyValue.appendJSON(&reader, to: &writer)
    }
  }

  /// Appends one UTF-16 unit of a string to the inside of a JSON string; half of a pair is U+FFFD.
  func appendCharacter(of block: Block, unit: Int, _ bytes: Span<UInt8>, to writer: inout ByteWriter) {
    let range = block.content.bounds
    let position = unit - (block.edges.lead == .whole ? 0 : 1)
    guard position >= 0, let cut = UTF8Text.cut(bytes, in: range, atUnit: position), cut.offset < range.upperBound else {
      return writer.append("\u{fffd}")
    }
    let length = UTF8Text.sequenceLength(lead: bytes[cut.offset])
    if length == 4 { return writer.append("\u{fffd}") }
    JSONWriter.appendEscaped(bytes, in: cut.offset..<min(cut.offset + length, range.upperBound), to: &writer)
  }

  private func isUndefined(_ block: Block, offset: UInt32, _ bytes: Span<UInt8>) -> Bool {
    switch block.kind {
    case .any:
      let start = AnyValue.end(of: Int(offset), in: bytes, from: block.content.bounds)
      return start < block.content.end && bytes[start] == AnyValue.Tag.undefined
    case .json: return JSONText.isUndefined(bytes, in: store.slices[block.extra + offset].range.bounds)
    default: return false
    }
  }
}
