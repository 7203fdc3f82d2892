internal import EpiBytes
internal import EpiJSON
internal import EpiRows

/// How the values of a column are spooled.
enum SpoolForm: Equatable {
  /// Each by its kind; packed floats as the policy says.
  case natural(VectorPolicy)
  /// As JSON text, whatever they are: the column holds JSON.
  case json
  /// Arrays of numbers as floats, everything else as JSON text.
  case floats
  /// Not at all: the column is left out.
  case nothing
}

/// Turns the values of a line into their spooled form: escapes resolved, bytes decoded, numbers looked at once.
struct ValueRecorder: ~Copyable {
  private var scratch = ByteWriter()
  private var floats: [Float] = []

  /// Appends a value's kind and payload to a row of the spool.
  /// - Parameter dimensions: numbers that the column's vectors have; the first of them tells where nothing else does.
  /// - Returns: the value's kind, for the column's type; in a column of JSON it differs from the one that is spooled.
  /// - Throws: when bytes or floats are not what they claim to be.
  mutating func append(
    _ value: RowValue, of reader: borrowing RowReader, as form: SpoolForm, dimensions: inout Int?, to record: inout ByteWriter
  ) throws(RowError) -> ValueKind {
    let kind = kind(of: value, in: reader.input.span)
    let isJSON: Bool
    switch (form, value.kind) {
    case (.nothing, _):
      record.append(ValueKind.null.rawValue)
      return kind
    case (_, .floats), (.floats, .array): return try appendVector(value, of: reader, as: form, dimensions: &dimensions, to: &record)
    case (.json, _), (.floats, _): isJSON = true
    case (.natural, _): isJSON = false
    }
    if !SpooledField.hasPayload(kind), !(isJSON && kind != .null) {
      record.append(kind.rawValue)
    } else if isJSON {
      appendJSON(of: value, of: reader, as: .object, to: &record)
    } else {
      switch value.kind {
      case .string(hasEscapes: true):
        scratch.removeAll()
        reader.appendText(of: value, to: &scratch)
        append(kind, scratch.span, to: &record)
      case .bytes:
        scratch.removeAll()
        try reader.appendBytes(of: value, to: &scratch)
        append(kind, scratch.span, to: &record)
      default: append(kind, reader.input.span.extracting(value.range.bounds), to: &record)
      }
    }
    return kind
  }

  /// Appends a value that is spooled as it stands in the line, and its column in front.
  /// - Returns: its kind; nil for a value that is not, or in a column beyond the first hundred.
  @inline(__always)
  func appendPlain(_ value: RowValue, of line: Span<UInt8>, in column: Int, to record: inout ByteWriter) -> ValueKind? {
    guard column < 100 else { return nil }
    let kind: ValueKind
    switch value.kind {
    case .string(hasEscapes: false): kind = .text
    case .integer: kind = NumberText.kind(ofInteger: line, in: value.range.bounds)
    case .real: kind = NumberText.kind(ofReal: line, in: value.range.bounds)
    default: return nil
    }
    let tag = UInt64(column &+ 1) | UInt64(kind.rawValue) &<< 8
    if value.range.count < 0x80 {
      record.append(lowBytes: 3, of: tag | UInt64(value.range.count) &<< 16, then: line, in: value.range.bounds)
    } else {
      record.append(lowBytes: 2, of: tag)
      record.append(varUint: UInt64(value.range.count))
      record.append(line, in: value.range.bounds)
    }
    return kind
  }

  /// Appends a text's length and bytes; of what is no string its JSON.
  /// - Returns: the number of the text's bytes.
  mutating func appendText(of value: RowValue, of reader: borrowing RowReader, to record: inout ByteWriter) -> Int {
    if case .string(hasEscapes: false) = value.kind {
      let text = value.range.bounds
      record.append(varUint: UInt64(text.count))
      record.append(reader.input.span, in: text)
      return text.count
    }
    resolve(value, of: reader)
    record.append(varUint: UInt64(scratch.count))
    record.append(scratch.span)
    return scratch.count
  }

  /// Whether two values of a line are the same text.
  mutating func isSameText(_ one: RowValue, _ other: RowValue, of reader: borrowing RowReader) -> Bool {
    if case .string(hasEscapes: false) = one.kind, case .string(hasEscapes: false) = other.kind {
      let line = reader.input.span
      return one.range.count == other.range.count
        && ByteScan.equal(line, at: Int(one.range.start), line.extracting(other.range.bounds))
    }
    return Array(text(of: one, of: reader).utf8) == Array(text(of: other, of: reader).utf8)
  }

  /// A value as text, for messages and names.
  mutating func text(of value: RowValue, of reader: borrowing RowReader) -> String {
    resolve(value, of: reader)
    return UTF8Text.string(scratch.span, in: 0..<scratch.count) ?? ""
  }

  /// Puts the text of a string, or the JSON of another value, into `scratch`.
  private mutating func resolve(_ value: RowValue, of reader: borrowing RowReader) {
    scratch.removeAll()
    switch value.kind {
    case .string: reader.appendText(of: value, to: &scratch)
    default: reader.appendJSON(of: value, to: &scratch)
    }
  }

  private func kind(of value: RowValue, in line: Span<UInt8>) -> ValueKind {
    switch value.kind {
    case .null: .null
    case .false: .false
    case .true: .true
    case .integer: NumberText.kind(ofInteger: line, in: value.range.bounds)
    case .real: NumberText.kind(ofReal: line, in: value.range.bounds)
    case .string: .text
    case .array, .floats: .array
    case .object: .object
    case .bytes: .bytes
    }
  }

  private func append(_ kind: ValueKind, _ payload: Span<UInt8>, to record: inout ByteWriter) {
    record.append(kind.rawValue)
    record.append(varUint: UInt64(payload.count))
    record.append(payload)
  }

  private mutating func appendJSON(
    of value: RowValue, of reader: borrowing RowReader, as kind: ValueKind, to record: inout ByteWriter
  ) {
    scratch.removeAll()
    reader.appendJSON(of: value, to: &scratch)
    append(kind, scratch.span, to: &record)
  }

  /// Appends packed floats, or an array in a column of vectors: as floats or JSON, as the form says.
  private mutating func appendVector(
    _ value: RowValue, of reader: borrowing RowReader, as form: SpoolForm, dimensions: inout Int?, to record: inout ByteWriter
  ) throws(RowError) -> ValueKind {
    floats.removeAll(keepingCapacity: true)
    if value.kind == .floats {
      try reader.appendFloats(of: value, to: &floats)
    } else if (try? reader.appendFloats(of: value, to: &floats)) == nil {
      // Not numbers alone: no vector, and told as a value of another type.
      appendJSON(of: value, of: reader, as: .object, to: &record)
      return .object
    }
    switch form {
    case .natural(.none):
      record.append(ValueKind.null.rawValue)
      return .floats
    case .natural(.f32), .floats:
      dimensions = dimensions ?? floats.count
      guard dimensions == floats.count, !floats.isEmpty else { break }
      scratch.removeAll()
      for float in floats { scratch.appendLittleEndian(float.bitPattern) }
      append(.floats, scratch.span, to: &record)
      return .floats
    case .natural(.json), .json, .nothing: break
    }
    scratch.removeAll()
    scratch.append(UInt8(ascii: "["))
    for (index, float) in floats.enumerated() {
      if index > 0 { scratch.append(UInt8(ascii: ",")) }
      JSONWriter.append(Double(float), to: &scratch)
    }
    scratch.append(UInt8(ascii: "]"))
    append(.array, scratch.span, to: &record)
    // In a column of vectors one of another length does not fit.
    return form == .floats ? .object : .array
  }
}
