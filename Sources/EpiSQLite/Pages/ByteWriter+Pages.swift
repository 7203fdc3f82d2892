internal import EpiBytes

/// Numbers as a database file has them: most significant byte first.
extension ByteWriter {
  /// The low bytes of a number that is not negative, or of two's complement.
  mutating func append(bigEndian value: Int, bytes count: Int) {
    append(lowBytes: count, of: UInt64(bitPattern: Int64(value)).byteSwapped &>> UInt64(64 - 8 * count))
  }

  /// A varint (SQLite's file format, section 1.6): groups of 7 bits, most significant first, 0x80 = more follows.
  /// - Parameter value: below 2^56.
  @inline(__always)
  mutating func append(varint value: Int) {
    if value < 0x80 { return append(UInt8(truncatingIfNeeded: value)) }
    if value < 0x4000 {
      return append(lowBytes: 2, of: UInt64(truncatingIfNeeded: value &>> 7 | 0x80 | (value & 0x7f) &<< 8))
    }
    appendLong(varint: value)
  }

  private mutating func appendLong(varint value: Int) {
    var shift = (63 - value.leadingZeroBitCount) / 7 * 7
    while shift > 0 {
      append(UInt8(truncatingIfNeeded: value &>> shift) | 0x80)
      shift -= 7
    }
    append(UInt8(truncatingIfNeeded: value) & 0x7f)
  }

  mutating func append(_ other: borrowing ByteWriter) { append(other.span) }

  mutating func append(zeros count: Int) {
    guard count > 0 else { return }
    var left = count
    while left >= 8 {
      append(lowBytes: 8, of: 0)
      left -= 8
    }
    append(lowBytes: left, of: 0)
  }
}
