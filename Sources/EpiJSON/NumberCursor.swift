internal import EpiBytes

/// A place in an array of numbers.
struct NumberCursor: ~Escapable {
  private let bytes: Span<UInt8>
  private let end: Int
  private(set) var position: Int
  /// The closing bracket has been read.
  private(set) var isOver = false

  /// - Precondition: `start..<end` lies within `bytes`.
  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, at start: Int, end: Int) {
    precondition(start >= 0 && start <= end && end <= bytes.count)
    self.bytes = bytes
    self.end = end
    position = start
  }

  mutating func enterArray() throws(JSONError) {
    guard position < end, bytes[position] == UInt8(ascii: "[") else { throw unexpected(.expectedNumber, at: position) }
    position = skipSpace(position + 1)
    guard position < end else { throw JSONError(.endOfText, at: position) }
    if bytes[position] == UInt8(ascii: "]") {
      position += 1
      isOver = true
    }
  }

  /// Steps over what stands between two numbers, or the closing bracket.
  /// - Returns: false when the array is over.
  @inline(__always)
  mutating func advance() throws(JSONError) -> Bool {
    // Most writers put nothing between numbers, the others one space.
    if end &- position > 2, bytes[position] == UInt8(ascii: ",") {
      position &+= 1
      if bytes[position] > 0x20 { return true }
      if bytes[position] == 0x20, bytes[position &+ 1] > 0x20 { position &+= 1 } else { position = skipSpace(position) }
      return true
    }
    return try advanceSlowly()
  }

  @inline(never)
  private mutating func advanceSlowly() throws(JSONError) -> Bool {
    position = skipSpace(position)
    guard position < end else { throw JSONError(.endOfText, at: position) }
    if bytes[position] == UInt8(ascii: "]") {
      position += 1
      isOver = true
      return false
    }
    guard bytes[position] == UInt8(ascii: ",") else { throw unexpected(.expectedCommaOrBracket, at: position) }
    position = skipSpace(position + 1)
    return true
  }

  private func skipSpace(_ start: Int) -> Int {
    var offset = start
    while offset < end, bytes[offset] == 0x20 || bytes[offset] == 0x09 || bytes[offset] == 0x0a || bytes[offset] == 0x0d { offset += 1 }
    return offset
  }

  private func unexpected(_ code: JSONError.Code, at offset: Int) -> JSONError {
    JSONError(code, at: offset, found: offset < end ? bytes[offset] : nil)
  }
}

// MARK: - The fast lane

extension NumberCursor {
  /// Bytes that the fast lane may look at: a sign, an integer part of one digit, a point, and three blocks with the byte after them.
  private static var reach: Int { 28 }

  /// The number here, rounded to double and then to Float.
  /// - Throws: `numberBeyondFloat` when that is infinite; `expectedNumber` when no number is here.
  @inline(__always)
  mutating func readFloat() throws(JSONError) -> Float {
    guard end &- position >= Self.reach else { return try readFloatSlowly() }
    let isNegative = bytes[position] == UInt8(ascii: "-")
    var offset = isNegative ? position &+ 1 : position
    let units = UInt64(bytes[offset] &- 0x30)
    guard units < 10, bytes[offset &+ 1] == UInt8(ascii: ".") else { return try readFloatSlowly() }
    offset &+= 2

    // Two blocks are read in any case, and the second is made to count for nothing if the first ended the number: lengths are
    // as good as random, and a mispredicted branch costs more than the arithmetic.
    let first = DigitBlock(bytes, at: offset)
    var second = DigitBlock(bytes, at: offset &+ 8)
    guard first.count > 0 else { return try readFloatSlowly() }
    second.count = first.count == 8 ? second.count : 0
    var significand = units &* PowersOfTen.integers[first.count] &+ first.value
    significand = significand &* PowersOfTen.integers[second.count] &+ second.value
    var fraction = first.count &+ second.count
    if second.count == 8 {
      let third = DigitBlock(bytes, at: offset &+ 16)
      // Three more digits of 17 fit below 2^63 in any case; of leading zeros there may be more.
      guard third.count < 8, significand < PowersOfTen.integers[18 &- third.count] else { return try readFloatSlowly() }
      significand = significand &* PowersOfTen.integers[third.count] &+ third.value
      fraction &+= third.count
    }
    offset &+= fraction
    guard bytes[offset] | 0x20 != UInt8(ascii: "e"), let float = Self.float(significand, exponent: 0 &- fraction) else {
      return try readFloatSlowly()
    }
    position = offset
    // Signs are as good as random too.
    return Float(bitPattern: float.bitPattern | (isNegative ? 1 << 31 : 0))
  }

  /// `significand * 10^exponent` rounded to double and then to Float, if that can be told from an approximation.
  /// Requires `significand < 2^63` and `exponent` within the table.
  @inline(__always)
  private static func float(_ significand: UInt64, exponent: Int) -> Float? {
    let approximation = Double(Int64(truncatingIfNeeded: significand)) * PowersOfTen.doubles[exponent &+ 64]
    let bits = approximation.bitPattern
    // Between 2^-125 and 2^127 floats have all their 24 bits: the midpoints between them have a one and 28 zeros below.
    let isOrdinary = bits &- 0x3820_0000_0000_0000 < 0x47e0_0000_0000_0000 - 0x3820_0000_0000_0000
    let isNearMidpoint = (bits &- 0x0fff_fff8) & 0x1fff_ffff <= 16
    return isOrdinary && !isNearMidpoint ? Float(approximation) : nil
  }
}

// MARK: - Numbers of any shape

extension NumberCursor {
  /// A number's parts, as far as 64 bits hold them.
  private struct Decimal {
    var isNegative: Bool
    var significand: UInt64
    var exponent: Int
    /// `significand` times ten to the `exponent` is the number; else there are more digits.
    var isExact: Bool
    var end: Int
  }

  @inline(never)
  private mutating func readFloatSlowly() throws(JSONError) -> Float {
    let number = try decimal()
    if number.isExact, number.significand < 1 << 63, (-64...40).contains(number.exponent),
      let float = Self.float(number.significand, exponent: number.exponent)
    {
      position = number.end
      return number.isNegative ? -float : float
    }
    let float = Float(try double(number))
    guard float.isFinite else { throw JSONError(.numberBeyondFloat, at: position) }
    position = number.end
    return float
  }

  /// The number here as the nearest double.
  /// - Throws: `numberTooLarge` when that is infinite; `expectedNumber` when no number is here.
  mutating func readDouble() throws(JSONError) -> Double {
    let number = try decimal()
    let double = try double(number)
    position = number.end
    return double
  }

  /// The nearest double of the number here. Integers below 2^53 and powers of ten up to 22 are exact doubles, and one
  /// multiplication or division of exact doubles rounds once (Clinger, "How to read floating point numbers accurately", 1990).
  private func double(_ number: Decimal) throws(JSONError) -> Double {
    let sign = number.isNegative ? -1.0 : 1.0
    if number.isExact, number.significand == 0 { return sign * 0 }
    if number.isExact, number.significand <= 1 << 53, PowersOfTen.exactExponents.contains(number.exponent) {
      let power = PowersOfTen.doubles[64 + abs(number.exponent)]
      let magnitude = Double(number.significand)
      return sign * (number.exponent < 0 ? magnitude / power : magnitude * power)
    }
    guard let text = UTF8Text.string(bytes, in: position..<number.end), let double = Double(text) else {
      throw JSONError(.expectedNumber, at: position)
    }
    guard double.isFinite else { throw JSONError(.numberTooLarge, at: position) }
    return double
  }

  /// Reads the number here by the grammar of JSON.
  private func decimal() throws(JSONError) -> Decimal {
    var number = Decimal(isNegative: false, significand: 0, exponent: 0, isExact: true, end: position)
    guard position < end else { throw JSONError(.endOfText, at: position) }
    number.isNegative = bytes[position] == UInt8(ascii: "-")
    let first = number.isNegative ? position + 1 : position
    guard first < end, bytes[first] &- 0x30 < 10 else {
      throw unexpected(number.isNegative ? .expectedDigit : .expectedNumber, at: first)
    }
    var offset = takeDigits(at: first, into: &number)
    if bytes[first] == UInt8(ascii: "0"), offset > first + 1 { throw JSONError(.leadingZero, at: first) }
    if offset < end, bytes[offset] == UInt8(ascii: ".") {
      let fraction = offset + 1
      offset = takeDigits(at: fraction, into: &number)
      guard offset > fraction else { throw unexpected(.expectedDigit, at: offset) }
      number.exponent = fraction - offset
    }
    if offset < end, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      offset += 1
      var isNegative = false
      if offset < end, bytes[offset] == UInt8(ascii: "-") || bytes[offset] == UInt8(ascii: "+") {
        isNegative = bytes[offset] == UInt8(ascii: "-")
        offset += 1
      }
      let digits = offset
      var exponent = 0
      while offset < end, bytes[offset] &- 0x30 < 10 {
        // Beyond any double; where it stands does not matter any more.
        exponent = min(exponent * 10 + Int(bytes[offset] &- 0x30), 1 << 40)
        offset += 1
      }
      guard offset > digits else { throw unexpected(.expectedDigit, at: offset) }
      number.exponent += isNegative ? -exponent : exponent
    }
    number.end = offset
    return number
  }

  /// Adds the digits from `start` on to the significand as far as they fit, and returns where they end.
  private func takeDigits(at start: Int, into number: inout Decimal) -> Int {
    var offset = start
    while offset < end, bytes[offset] &- 0x30 < 10 {
      if number.significand < 1_000_000_000_000_000_000 {
        number.significand = number.significand * 10 + UInt64(bytes[offset] &- 0x30)
      } else {
        number.isExact = false
      }
      offset += 1
    }
    return offset
  }
}
