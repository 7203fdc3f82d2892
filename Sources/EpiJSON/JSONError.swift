/// Why a text is not JSON (RFC 8259), or not the JSON that was wanted, and where.
///
/// Small and trivially copyable, so that `throws(JSONError)` costs nothing on the way that succeeds.
package struct JSONError: Error, Equatable {
  package enum Code: UInt8, Equatable, Sendable {
    case expectedObject
    case expectedArray
    case expectedName
    case expectedColon
    case expectedCommaOrBrace
    case expectedCommaOrBracket
    case expectedValue
    case expectedDigit
    case expectedNumber
    case expectedEnd
    case endOfText
    case controlCharacter
    case invalidUTF8
    case invalidEscape
    case zeroInName
    case leadingZero
    case numberTooLarge
    case numberBeyondFloat
    case nestedTooDeep
    case outOfMemory
  }

  package var code: Code
  /// The byte that stands where another was wanted; nil at the end of the text.
  package var found: UInt8?
  /// Byte offset into the bytes that were read.
  package var offset: Int

  @inline(never)
  package init(_ code: Code, at offset: Int, found: UInt8? = nil) {
    self.code = code
    self.found = found
    self.offset = offset
  }
}

extension JSONError {
  /// Levels of arrays and objects inside each other; jansson's limit.
  package static let maximumDepth = 2048

  /// The fault in words: lower case, no full stop, no place.
  package var message: String {
    switch code {
    case .expectedObject: "expected a JSON object, got \(foundText)"
    case .expectedArray: "expected a JSON array, got \(foundText)"
    case .expectedName: "expected a name in double quotes, got \(foundText)"
    case .expectedColon: "expected ':' after a name, got \(foundText)"
    case .expectedCommaOrBrace: "expected ',' or '}', got \(foundText)"
    case .expectedCommaOrBracket: "expected ',' or ']', got \(foundText)"
    case .expectedValue: "expected a JSON value, got \(foundText)"
    case .expectedDigit: "expected a digit, got \(foundText)"
    case .expectedNumber: "expected an array of numbers, got \(foundText)"
    case .expectedEnd: "expected nothing after the value, got \(foundText)"
    case .endOfText: "the text ends inside a value"
    case .controlCharacter: "a string holds a control character, \(foundText)"
    case .invalidUTF8: "a string is not valid UTF-8"
    case .invalidEscape: "a string holds an escape that stands for no character"
    case .zeroInName: "a name holds the character '\\u0000'"
    case .leadingZero: "a number begins with a superfluous '0'"
    case .numberTooLarge: "a number is larger than a 64-bit float can hold"
    case .numberBeyondFloat: "a number is larger than a 32-bit float can hold"
    case .nestedTooDeep: "values are nested deeper than \(Self.maximumDepth) levels"
    case .outOfMemory: "memory is exhausted"
    }
  }

  private var foundText: String {
    guard let found else { return "the end of the text" }
    if found > 0x20 && found < 0x7f { return "'\(Character(UnicodeScalar(found)))'" }
    if found == 0x20 { return "a space" }
    let digits = String(found, radix: 16)
    return "byte 0x" + (digits.count == 1 ? "0" : "") + digits
  }
}
