internal import EpiBytes

// The column codecs of version 2 (yjs-format section 4). Each reads a byte buffer of its own, on demand.

/// Runs of one byte. The last run has no count: its byte repeats for ever.
struct ByteRunColumn: ~Copyable, ~Escapable {
  private var reader: ByteReader
  private var value: UInt8 = 0
  private var left: UInt64 = 0
  private var isEndless = false

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, in range: ByteRange) { reader = ByteReader(bytes, in: range.bounds) }

  var isExhausted: Bool { reader.isAtEnd }

  @inline(__always)
  mutating func next() throws(DecodingError) -> UInt8 {
    if left > 0 || isEndless {
      left &-= isEndless ? 0 : 1
      return value
    }
    value = try reader.readByte()
    if reader.isAtEnd { isEndless = true } else { left = try reader.readVarUint() }
    return value
  }
}

/// Runs of unsigned integers: a value, with a minus sign (minus zero too) when a count of repetitions follows.
struct UnsignedRunColumn: ~Copyable, ~Escapable {
  private var reader: ByteReader
  private var value: UInt64 = 0
  private var left: UInt64 = 0

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, in range: ByteRange) { reader = ByteReader(bytes, in: range.bounds) }

  var isExhausted: Bool { reader.isAtEnd && left == 0 }

  @inline(__always)
  mutating func next() throws(DecodingError) -> UInt64 {
    if left > 0 {
      left &-= 1
      return value
    }
    let (magnitude, isNegative) = try reader.readVarInt()
    value = magnitude
    // The count is stored less 2, and one value is used up now.
    if isNegative { left = try reader.readVarUint() + 1 }
    return value
  }
}

/// Runs of equal differences between successive integers: every run is an arithmetic progression.
struct DifferenceRunColumn: ~Copyable, ~Escapable {
  private var reader: ByteReader
  private var value: Int64 = 0
  private var difference: Int64 = 0
  private var left: UInt64 = 0

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, in range: ByteRange) { reader = ByteReader(bytes, in: range.bounds) }

  var isExhausted: Bool { reader.isAtEnd && left == 0 }

  /// - Throws: when the running value leaves 0 … 2^53 - 1.
  @inline(__always)
  mutating func next() throws(DecodingError) -> UInt64 {
    if left > 0 {
      left &-= 1
    } else {
      let (magnitude, isNegative) = try reader.readVarInt()
      let encoded = isNegative ? -Int64(magnitude) : Int64(magnitude)
      // The lowest bit says whether a count follows; the shift rounds down, as it must for negative differences.
      difference = encoded >> 1
      left = encoded & 1 == 1 ? try reader.readVarUint() + 1 : 0
    }
    // |value| < 2^53 and |difference| < 2^52: no overflow.
    value += difference
    guard value >= 0, UInt64(value) <= ByteReader.maximumInteger else {
      throw DecodingError(.numberTooLarge, at: reader.position)
    }
    return UInt64(value)
  }
}

/// All strings of an update joined into one, followed by their lengths in UTF-16 units.
struct StringColumn: ~Copyable, ~Escapable {
  private let bytes: Span<UInt8>
  private var lengths: UnsignedRunColumn
  /// Where the next string begins.
  private var offset: Int
  private let end: Int
  /// The next string begins with the second half of the character right before `offset`.
  private var isInsidePair = false

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, in range: ByteRange) throws(DecodingError) {
    var reader = ByteReader(bytes, in: range.bounds)
    let joined = try reader.readVarString()
    self.bytes = bytes
    offset = Int(joined.start)
    end = joined.end
    lengths = UnsignedRunColumn(bytes, in: ByteRange(start: joined.end, count: range.end - joined.end))
  }

  /// No strings.
  @_lifetime(copy bytes)
  init(emptyOf bytes: Span<UInt8>) {
    self.bytes = bytes
    offset = 0
    end = 0
    lengths = UnsignedRunColumn(bytes, in: .empty)
  }

  var isExhausted: Bool { offset == end && !isInsidePair && lengths.isExhausted }

  /// Cuts the next string off the joined one. A cut through a surrogate pair leaves half on either side.
  mutating func next() throws(DecodingError) -> (slice: TextSlice, units: Int) {
    let units = try lengths.next()
    guard units <= UInt64(end - offset) + 1 else { throw DecodingError(.stringTable, at: offset) }
    var edges = TextSlice.Edges()
    var left = Int(units)
    if isInsidePair, left > 0 {
      edges.lead = .half
      left -= 1
      isInsidePair = false
    }
    let start = offset
    guard let cut = UTF8Text.cut(bytes, in: start..<end, atUnit: left) else { throw DecodingError(.stringTable, at: offset) }
    offset = cut.offset
    let range = ByteRange(start: start, count: offset - start)
    if cut.insidePair {
      edges.trail = .half
      isInsidePair = true
      offset += 4
    }
    return (TextSlice(range: range, edges: edges), Int(units))
  }
}
