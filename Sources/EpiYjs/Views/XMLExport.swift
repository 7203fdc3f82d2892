internal import EpiBytes
internal import EpiJSON

/// Writes XML types as the strings that the reference's `toString()` gives (yjs-format section 19): nothing is escaped as XML, all of
/// it as the inside of a JSON string.
extension Document {
  /// Appends a type as one JSON string.
  /// - Parameter depth: levels of types that may still be entered, this one among them.
  func appendXML(
    _ type: UInt32, as kind: TypeTable.Kind, _ bytes: Span<UInt8>, to writer: inout ByteWriter, depth: Int
  ) throws(DecodingError) {
    writer.append(UInt8(ascii: "\""))
    try appendMarkup(type, as: kind, bytes, to: &writer, depth: depth)
    writer.append(UInt8(ascii: "\""))
  }

  private func appendMarkup(
    _ type: UInt32, as kind: TypeTable.Kind, _ bytes: Span<UInt8>, to writer: inout ByteWriter, depth: Int
  ) throws(DecodingError) {
    guard depth > 0 else { throw tooDeep(type) }
    switch kind {
    case .xmlElement: try appendElement(type, bytes, to: &writer, depth: depth)
    case .xmlFragment: try appendChildren(type, bytes, to: &writer, depth: depth)
    case .xmlText: try appendFormattedText(type, bytes, to: &writer, depth: depth)
    case .text, .root: appendText(type, bytes, to: &writer)
    case .array, .map, .xmlHook: writer.append("[object Object]")
    }
  }

  private func appendElement(_ type: UInt32, _ bytes: Span<UInt8>, to writer: inout ByteWriter, depth: Int) throws(DecodingError) {
    try checkSize(writer, bytes)
    // A root is no node: its name on the wire is the document's, not the element's.
    let record = store.types.records[type]
    let name = record.kind == .xmlElement ? record.name : none
    let lowered = lowercased(name)
    writer.append(UInt8(ascii: "<"))
    writer.append(lowered)
    for (key, value) in sortedEntries(of: SharedType(index: type)) {
      writer.append(UInt8(ascii: " "))
      JSONWriter.appendEscaped(store.keys.span, in: store.keys.range(of: key), to: &writer)
      writer.append("=\\\"")
      try appendString(of: store.blocks[value.block], offset: value.offset, bytes, to: &writer, depth: depth)
      writer.append("\\\"")
    }
    writer.append(UInt8(ascii: ">"))
    try appendChildren(type, bytes, to: &writer, depth: depth)
    writer.append("</")
    writer.append(lowered)
    writer.append(UInt8(ascii: ">"))
  }

  /// The name of an element, for the inside of a JSON string.
  private func lowercased(_ name: UInt32) -> [UInt8] {
    guard name != none else { return Array("undefined".utf8) }
    let bytes = Array(copying: store.keys.span, in: store.keys.range(of: name))
    let lowered = Array(String(decoding: bytes, as: UTF8.self).lowercased().utf8)
    var escaped = ByteWriter(capacity: lowered.count)
    JSONWriter.appendEscaped(lowered.span, in: 0..<lowered.count, to: &escaped)
    return Array(copying: escaped.span, in: 0..<escaped.count)
  }

  private func appendChildren(_ type: UInt32, _ bytes: Span<UInt8>, to writer: inout ByteWriter, depth: Int) throws(DecodingError) {
    var index = store.types.records[type].start
    while index != none {
      let block = store.blocks[index]
      index = block.right
      guard !block.isDeleted, block.kind.isCountable else { continue }
      var reader = ByteReader(bytes, in: block.content.bounds)
      var units = UnitCursor(block.text)
      for offset in 0..<block.length {
        switch block.kind {
        case .any: try AnyValue.appendString(&reader, to: &writer)
        case .string: units.appendNext(bytes, to: &writer)
        default: try appendString(of: block, offset: offset, bytes, to: &writer, depth: depth)
        }
      }
    }
  }

  /// Appends a unit as JavaScript's String() gives it.
  private func appendString(
    of block: Block, offset: UInt32, _ bytes: Span<UInt8>, to writer: inout ByteWriter, depth: Int
  ) throws(DecodingError) {
    switch block.kind {
    case .type: try appendMarkup(block.extra, as: store.types.records[block.extra].kind, bytes, to: &writer, depth: depth - 1)
    case .any:
      var reader = ByteReader(bytes, in: block.content.bounds)
      for _ in 0..<offset { try AnyValue.skip(&reader) }
      try AnyValue.appendString(&reader, to: &writer)
    case .string: appendCharacter(of: block, unit: Int(offset), bytes, to: &writer)
    case .json, .binary, .embed, .format, .document, .gc, .deleted: writer.append("[object Object]")
    }
  }

  /// Text whose formats wrap it in elements, sorted by name, the first outermost; entries of a format's value become attributes.
  private func appendFormattedText(
    _ type: UInt32, _ bytes: Span<UInt8>, to writer: inout ByteWriter, depth: Int
  ) throws(DecodingError) {
    var formats = FormatSet()
    var joiner = TextJoiner()
    var isOpen = false
    var index = store.types.records[type].start
    while index != none {
      let block = store.blocks[index]
      index = block.right
      guard !block.isDeleted else { continue }
      try checkSize(writer, bytes)
      switch block.kind {
      case .string:
        if !isOpen { appendOpening(formats, to: &writer) }
        isOpen = true
        joiner.append(block.text, bytes, to: &writer)
      case .format:
        close(&joiner, &isOpen, formats, to: &writer)
        formats.set(block.extra, to: isNull(block, bytes) ? nil : try openingTag(of: block, bytes), store.keys)
        guard formats.count <= Limits.formats else { throw DecodingError(.formatsExceeded(limit: Limits.formats), at: Int(block.content.start)) }
      case .embed, .type:
        close(&joiner, &isOpen, formats, to: &writer)
        appendOpening(formats, to: &writer)
        try appendString(of: block, offset: 0, bytes, to: &writer, depth: depth)
        appendClosing(formats, to: &writer)
      case .any, .json, .binary, .document, .deleted, .gc: break
      }
    }
    close(&joiner, &isOpen, formats, to: &writer)
  }

  private func close(_ joiner: inout TextJoiner, _ isOpen: inout Bool, _ formats: FormatSet, to writer: inout ByteWriter) {
    guard isOpen else { return }
    joiner.finish(to: &writer)
    appendClosing(formats, to: &writer)
    isOpen = false
  }

  private func openingTag(of format: Block, _ bytes: Span<UInt8>) throws(DecodingError) -> [UInt8] {
    var tag = ByteWriter(capacity: 64)
    tag.append(UInt8(ascii: "<"))
    JSONWriter.appendEscaped(store.keys.span, in: store.keys.range(of: format.extra), to: &tag)
    if format.flags.contains(.valueIsText) {
      JSONText.appendAttributes(bytes, in: format.content.bounds, to: &tag)
    } else {
      try AnyValue.appendAttributes(bytes, in: format.content.bounds, to: &tag)
    }
    tag.append(UInt8(ascii: ">"))
    return Array(copying: tag.span, in: 0..<tag.count)
  }

  private func appendOpening(_ formats: FormatSet, to writer: inout ByteWriter) {
    for format in formats.formats { writer.append(format.text) }
  }

  private func appendClosing(_ formats: FormatSet, to writer: inout ByteWriter) {
    for format in formats.formats.reversed() {
      writer.append("</")
      JSONWriter.appendEscaped(store.keys.span, in: store.keys.range(of: format.key), to: &writer)
      writer.append(UInt8(ascii: ">"))
    }
  }

  private func isNull(_ block: Block, _ bytes: Span<UInt8>) -> Bool {
    if block.flags.contains(.valueIsText) { return JSONText.isNull(bytes, in: block.content.bounds) }
    return block.content.count > 0 && bytes[Int(block.content.start)] == AnyValue.Tag.null
  }
}
