internal import EpiBytes

/// Goes through a JSON object once, field by field, checks every byte by RFC 8259, and tells where names and values lie.
///
///     var scanner = FieldScanner(bytes, in: line)
///     try scanner.enterObject()
///     while let name = try scanner.nextName() {
///       let value = try scanner.value()
///     }
///     try scanner.finish()
///
/// Where a value is an object, `enterObject()` in place of `value()` goes into it; `nextName()` then returns nil at its end, and
/// goes on in the object around it. The scanner copies nothing and needs no memory, however deep the nesting.
///
/// It accepts what jansson accepts, with the same values: names may repeat (the reader's affair; the last counts), `\u0000` is
/// fine in strings but not in names, an escape for half a surrogate pair is an error, so is a number that overflows a double, and
/// so are more than 2048 levels. It differs in one thing: a zero byte after a number or a literal, which jansson overlooks, is an
/// error. Escapes beyond the two-character ones and numbers with an exponent or very many digits are put before jansson itself;
/// arrays and objects inside values are not, because its tree takes up to eighty times the memory of their text.
@usableFromInline
package struct FieldScanner: ~Copyable, ~Escapable {
  /// The text, and how its values are read: what does not change, so that reading a value need not copy the rest.
  @usableFromInline let grammar: JSONGrammar
  /// Offset of the next byte to be read.
  @usableFromInline package internal(set) var position: Int
  /// Objects entered and not left.
  @usableFromInline
  var depth = 0
  @usableFromInline
  var isBeforeFirst = false

  /// - Precondition: `range` lies within `bytes`, and ends within their first 4 GiB.
  @_lifetime(copy bytes)
  package init(_ bytes: Span<UInt8>, in range: Range<Int>) {
    precondition(range.lowerBound >= 0)
    grammar = JSONGrammar(bytes: bytes, end: range.upperBound)
    position = range.lowerBound
  }

  @inlinable
  package var bytes: Span<UInt8> {
    @_lifetime(copy self)
    get { grammar.bytes }
  }

  @inlinable
  var end: Int { grammar.end }

  /// The byte at which the next value begins, or nil at the end of the text.
  @inlinable
  package var nextByte: UInt8? { position < end ? bytes[position] : nil }

  /// Steps into the object that begins here, white space before it allowed.
  package mutating func enterObject() throws(JSONError) {
    let start = grammar.skipSpace(position)
    guard start < end, bytes[start] == UInt8(ascii: "{") else { throw grammar.unexpected(.expectedObject, at: start) }
    guard depth < JSONError.maximumDepth else { throw JSONError(.nestedTooDeep, at: start) }
    depth += 1
    position = start + 1
    isBeforeFirst = true
  }

  /// The next name of the object; nil when the object is over. After a name its value is to be read.
  package mutating func nextName() throws(JSONError) -> ScannedValue? {
    var start = grammar.skipSpace(position)
    guard start < end else { throw JSONError(.endOfText, at: start) }
    if bytes[start] == UInt8(ascii: "}") {
      isBeforeFirst = false
      depth -= 1
      position = start + 1
      return nil
    }
    if !isBeforeFirst {
      guard bytes[start] == UInt8(ascii: ",") else { throw grammar.unexpected(.expectedCommaOrBrace, at: start) }
      start = grammar.skipSpace(start + 1)
    }
    isBeforeFirst = false
    let name = try grammar.scanName(at: start)
    position = name.next
    return name.value
  }

  /// The value that follows the name. An array of numbers is kept in `numbers`.
  package mutating func value(keeping numbers: inout ScannedNumbers) throws(JSONError) -> ScannedValue {
    guard position < end, bytes[position] == UInt8(ascii: "["), depth < JSONError.maximumDepth,
      let next = try numbers.read(bytes, at: position, end: end)
    else { return try value() }
    let range = ByteRange(start: position, count: next - position)
    position = next
    return ScannedValue(kind: .array, range: range)
  }

  /// The value that follows the name.
  package mutating func value() throws(JSONError) -> ScannedValue {
    let scanned = try grammar.scanValue(at: position, depth: depth)
    position = scanned.next
    return scanned.value
  }

  /// Steps into the array that begins here.
  package mutating func enterArray() throws(JSONError) {
    let start = grammar.skipSpace(position)
    guard start < end, bytes[start] == UInt8(ascii: "[") else { throw grammar.unexpected(.expectedArray, at: start) }
    guard depth < JSONError.maximumDepth else { throw JSONError(.nestedTooDeep, at: start) }
    depth += 1
    position = start + 1
    isBeforeFirst = true
  }

  /// Moves on to the next element of the array; false when the array is over. After true a value is to be read.
  package mutating func nextElement() throws(JSONError) -> Bool {
    var start = grammar.skipSpace(position)
    guard start < end else { throw JSONError(.endOfText, at: start) }
    if bytes[start] == UInt8(ascii: "]") {
      isBeforeFirst = false
      depth -= 1
      position = start + 1
      return false
    }
    if !isBeforeFirst {
      guard bytes[start] == UInt8(ascii: ",") else { throw grammar.unexpected(.expectedCommaOrBracket, at: start) }
      start = grammar.skipSpace(start + 1)
    }
    isBeforeFirst = false
    position = start
    return true
  }

  /// Steps over the white space that may follow the outermost object, and demands the end.
  package mutating func finish() throws(JSONError) {
    position = grammar.skipSpace(position)
    guard position == end else { throw grammar.unexpected(.expectedEnd, at: position) }
  }

  /// Goes on to where a value begins, as bytes that were seen before tell. `depth` is that of the object around it.
  @inlinable
  package mutating func advance(to offset: Int, depth: Int) {
    precondition(offset >= position && offset <= end)
    position = offset
    self.depth = depth
    isBeforeFirst = false
  }

  /// Goes back (or on) to a place where a value begins that has been seen before. `depth` is that of the object around it.
  package mutating func rewind(to place: Place) {
    position = place.position
    depth = place.depth
    isBeforeFirst = false
  }

  /// A place to come back to.
  package struct Place {
    var position: Int
    var depth: Int
  }

  package var place: Place { Place(position: position, depth: depth) }
}
