internal import CJansson
package import EpiBytes

/// A JSON value as jansson's tree holds it: for schemas and other small documents, and the judge of what the fast lanes leave.
///
/// Each instance owns one reference to its node, so a part of a tree lives as long as anyone holds it.
@safe
package final class JSONValue {
  package enum Kind: Equatable, Sendable {
    case null
    case boolean
    case integer
    case real
    case string
    case array
    case object
  }

  private let node: UnsafeMutablePointer<json_t>

  /// Takes over a reference.
  private init(owning node: UnsafeMutablePointer<json_t>) { unsafe self.node = node }

  private convenience init?(borrowing node: UnsafeMutablePointer<json_t>?) {
    guard let owned = unsafe json_incref(node) else { return nil }
    unsafe self.init(owning: owned)
  }

  deinit { unsafe json_decref(node) }
}

// MARK: - Reading

extension JSONValue {
  /// Reads the JSON text `bytes[range]`.
  ///
  /// Where a name occurs twice the last value counts. An integer beyond 64 bits is read as a real, and with it all integers of
  /// that text.
  /// - Throws: `JSONError` with the offset in `bytes` at which jansson gave up.
  package convenience init(parsing bytes: Span<UInt8>, in range: Range<Int>) throws(JSONError) {
    let flags = JSON_DECODE_ANY | JSON_ALLOW_NUL
    do {
      unsafe self.init(owning: try Self.load(bytes, in: range, flags: flags))
    } catch {
      guard error.code == .numberTooLarge else { throw error }
      unsafe self.init(owning: try Self.load(bytes, in: range, flags: flags | JSON_DECODE_INT_AS_REAL))
    }
  }

  /// Has jansson decide whether `bytes[range]` is a JSON text.
  static func check(_ bytes: Span<UInt8>, in range: Range<Int>) throws(JSONError) {
    unsafe json_decref(try load(bytes, in: range, flags: JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL))
  }

  private static func load(_ bytes: Span<UInt8>, in range: Range<Int>, flags: Int32) throws(JSONError) -> UnsafeMutablePointer<json_t> {
    guard !range.isEmpty else { throw JSONError(.endOfText, at: range.lowerBound) }
    var fault = json_error_t()
    let part = bytes.extracting(range)
    let node = unsafe part.withUnsafeBytes { memory in
      unsafe json_loadb(memory.baseAddress?.assumingMemoryBound(to: CChar.self), memory.count, Int(flags), &fault)
    }
    if let node = unsafe node { return unsafe node }
    // jansson has read the byte it rejects.
    let offset = range.lowerBound + min(max(Int(fault.position) - 1, 0), range.count - 1)
    let code: JSONError.Code =
      switch unsafe json_error_code(&fault) {
      case json_error_numeric_overflow: .numberTooLarge
      case json_error_invalid_utf8: .invalidUTF8
      case json_error_null_byte_in_key: .zeroInName
      case json_error_stack_overflow: .nestedTooDeep
      case json_error_out_of_memory: .outOfMemory
      case json_error_premature_end_of_input: .endOfText
      case json_error_end_of_input_expected: .expectedEnd
      case json_error_null_character: .controlCharacter
      default: bytes[range.lowerBound] == UInt8(ascii: "\"") ? .invalidEscape : .expectedValue
      }
    throw code == .endOfText ? JSONError(code, at: range.upperBound) : JSONError(code, at: offset, found: bytes[offset])
  }
}

// MARK: - Contents

extension JSONValue {
  package var kind: Kind {
    switch unsafe node.pointee.type {
    case JSON_OBJECT: .object
    case JSON_ARRAY: .array
    case JSON_STRING: .string
    case JSON_INTEGER: .integer
    case JSON_REAL: .real
    case JSON_TRUE, JSON_FALSE: .boolean
    default: .null
    }
  }

  /// The text of a string; nil for other kinds.
  package var string: String? {
    guard kind == .string else { return nil }
    return unsafe String(decoding: stringBytes, as: UTF8.self)
  }

  /// The value of an integer; nil for other kinds.
  package var integer: Int? { kind == .integer ? unsafe Int(json_integer_value(node)) : nil }

  /// The value of an integer or a real, as the nearest double; nil for other kinds.
  package var number: Double? {
    switch kind {
    case .integer, .real: unsafe json_number_value(node)
    default: nil
    }
  }

  package var boolean: Bool? {
    switch unsafe node.pointee.type {
    case JSON_TRUE: true
    case JSON_FALSE: false
    default: nil
    }
  }

  /// Elements of an array or entries of an object; 0 for other kinds.
  package var count: Int { unsafe kind == .object ? json_object_size(node) : json_array_size(node) }

  /// An element of an array; nil beyond its end and for other kinds.
  package subscript(index: Int) -> JSONValue? {
    guard index >= 0 else { return nil }
    return unsafe JSONValue(borrowing: json_array_get(node, index))
  }

  /// The value of an object's entry; nil where there is none and for other kinds.
  package subscript(name: String) -> JSONValue? {
    var name = name
    return name.withUTF8 { text in
      guard let start = text.baseAddress else { return unsafe JSONValue(borrowing: json_object_getn(node, "", 0)) }
      return unsafe JSONValue(borrowing: start.withMemoryRebound(to: CChar.self, capacity: text.count) { unsafe json_object_getn(node, $0, text.count) })
    }
  }

  /// The entries of an object in the order of the text; none for other kinds.
  package var entries: [(name: String, value: JSONValue)] {
    var entries: [(name: String, value: JSONValue)] = []
    var position = unsafe json_object_iter(node)
    while let entry = unsafe position {
      if let key = unsafe json_object_iter_key(entry), let value = unsafe JSONValue(borrowing: json_object_iter_value(entry)) {
        let text = unsafe UnsafeRawBufferPointer(start: key, count: json_object_iter_key_len(entry))
        entries.append((unsafe String(decoding: text, as: UTF8.self), value))
      }
      unsafe position = json_object_iter_next(node, entry)
    }
    return entries
  }

  /// Whether the text of a string holds the character U+0000.
  var hasZero: Bool { unsafe kind == .string && stringBytes.contains(0) }

  private var stringBytes: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: json_string_value(node), count: json_string_length(node))
  }
}

// MARK: - Writing

extension JSONValue {
  /// Appends the text of a string as UTF-8; nothing for other kinds.
  package func appendText(to writer: inout ByteWriter) {
    guard kind == .string else { return }
    unsafe stringBytes.withMemoryRebound(to: UInt8.self) { writer.append(unsafe Span(_unsafeElements: $0)) }
  }

  /// Appends the value as JSON text without white space, entries in their order. Reals have 17 digits, as jansson prints them.
  package func appendJSON(to writer: inout ByteWriter) {
    let flags = Int(JSON_COMPACT | JSON_ENCODE_ANY)
    let size = unsafe json_dumpb(node, nil, 0, flags)
    unsafe writer.append(upTo: size) { memory in
      unsafe min(json_dumpb(node, memory.baseAddress?.assumingMemoryBound(to: CChar.self), memory.count, flags), size)
    }
  }
}
