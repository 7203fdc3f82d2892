internal import EpiBytes
internal import EpiJSON

/// A value in the JSON text of a schema, and the path that leads to it.
///
/// Schemas are small and their faults are for people: here every node knows its path, which rows could not afford.
struct DefinitionNode {
  var value: ScannedValue
  var path: String

  init(_ value: ScannedValue, path: String) {
    self.value = value
    self.path = path
  }

  /// The object that begins in `range`, and the offset after it.
  static func leadingObject(
    of bytes: Span<UInt8>, in range: Range<Int>, path: String = "$"
  ) throws(DefinitionError) -> (node: DefinitionNode, end: Int) {
    do {
      var scanner = FieldScanner(bytes, in: range)
      try scanner.enterObject()
      let start = scanner.position - 1
      while try scanner.nextName() != nil { _ = try scanner.value() }
      let end = scanner.position
      return (DefinitionNode(ScannedValue(kind: .object, range: ByteRange(start: start, count: end - start)), path: path), end)
    } catch {
      throw DefinitionError(at: error.offset, path, error.message)
    }
  }

  // MARK: What it holds

  /// The entries of an object, in the order of the text. Of a repeated name the first place holds the last value.
  func members(in bytes: Span<UInt8>) throws(DefinitionError) -> [(name: String, node: DefinitionNode)] {
    guard value.kind == .object else { throw error("expected an object, got \(words(in: bytes))") }
    var members: [(name: String, node: DefinitionNode)] = []
    var places: [[UInt8]: Int] = [:]
    do {
      var scanner = FieldScanner(bytes, in: value.range.bounds)
      try scanner.enterObject()
      while let key = try scanner.nextName() {
        let name = Self.text(of: key, in: bytes)
        let node = DefinitionNode(try scanner.value(), path: path + SchemaPath.step(to: name))
        if let place = places[Array(name.utf8)] {
          members[place].node = node
        } else {
          places[Array(name.utf8)] = members.count
          members.append((name, node))
        }
      }
    } catch {
      throw DefinitionError(at: error.offset, path, error.message)
    }
    return members
  }

  /// The elements of an array.
  func elements(in bytes: Span<UInt8>) throws(DefinitionError) -> [DefinitionNode] {
    guard value.kind == .array else { throw error("expected an array, got \(words(in: bytes))") }
    var elements: [DefinitionNode] = []
    do {
      var scanner = FieldScanner(bytes, in: value.range.bounds)
      try scanner.enterArray()
      while try scanner.nextElement() { elements.append(DefinitionNode(try scanner.value(), path: "\(path)[\(elements.count)]")) }
    } catch {
      throw DefinitionError(at: error.offset, path, error.message)
    }
    return elements
  }

  /// The text of a string.
  func string(in bytes: Span<UInt8>) throws(DefinitionError) -> String {
    guard value.isString else { throw error("expected a string, got \(words(in: bytes))") }
    return Self.text(of: value, in: bytes)
  }

  func boolean(in bytes: Span<UInt8>) throws(DefinitionError) -> Bool {
    guard value.kind == .true || value.kind == .false else { throw error("expected true or false, got \(words(in: bytes))") }
    return value.kind == .true
  }

  /// A whole number of `least` or more.
  func count(from least: Int, in bytes: Span<UInt8>) throws(DefinitionError) -> Int {
    guard value.kind == .integer, let count = Int(Self.text(of: value, in: bytes)), count >= least else {
      throw error("expected a whole number from \(least) on, got \(words(in: bytes))")
    }
    return count
  }

  func number(in bytes: Span<UInt8>) throws(DefinitionError) -> Double {
    guard value.kind == .integer || value.kind == .real, let number = Double(Self.text(of: value, in: bytes)) else {
      throw error("expected a number, got \(words(in: bytes))")
    }
    return number
  }

  /// The value as it stands in the text, without white space between its parts: it is to go into one line.
  func json(in bytes: Span<UInt8>) -> [UInt8] {
    let range = value.isString ? value.range.bounds.lowerBound - 1..<value.range.bounds.upperBound + 1 : value.range.bounds
    var json: [UInt8] = []
    json.reserveCapacity(range.count)
    var isInString = false
    var isEscaped = false
    for offset in range {
      let byte = bytes[offset]
      if byte <= 0x20, !isInString { continue }
      if byte == UInt8(ascii: "\""), !isEscaped { isInString.toggle() }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
      json.append(byte)
    }
    return json
  }

  func error(_ message: String, hint: String? = nil) -> DefinitionError {
    DefinitionError(at: Int(value.range.start) - (value.isString ? 1 : 0), path, message, hint: hint)
  }

  /// What it is, for messages.
  func words(in bytes: Span<UInt8>) -> String {
    switch value.kind {
    case .null: "null"
    case .true: "true"
    case .false: "false"
    case .integer, .real: "the number \(ShortText.of(bytes, in: value.range.bounds))"
    case .string, .escapedString: "the string '\(ShortText.of(bytes, in: value.range.bounds))'"
    case .array: "an array"
    case .object: "an object"
    }
  }

  // MARK: Names

  static func text(of value: ScannedValue, in bytes: Span<UInt8>) -> String {
    guard value.kind == .escapedString else { return UTF8Text.string(bytes, in: value.range.bounds) ?? "" }
    var text = ByteWriter(capacity: 64)
    EscapedText.append(bytes, in: value.range.bounds, to: &text)
    return UTF8Text.string(text.span, in: 0..<text.count) ?? ""
  }
}
