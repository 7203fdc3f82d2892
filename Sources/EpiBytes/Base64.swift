/// Base64 with the standard alphabet and padding (RFC 4648, section 4).
package enum Base64 {
  private static let alphabet: InlineArray<64, UInt8> = {
    var table = InlineArray<64, UInt8>(repeating: 0)
    for (index, byte) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8.enumerated() { table[index] = byte }
    return table
  }()

  /// Value of each alphabet byte; 0xff for all others.
  private static let values: InlineArray<256, UInt8> = {
    var table = InlineArray<256, UInt8>(repeating: 0xff)
    for index in 0..<64 { table[Int(alphabet[index])] = UInt8(index) }
    return table
  }()

  /// For each of the four characters of a group and each byte in its place what it adds to the group's three bytes, the first of them lowest;
  /// all bits where the byte is none of the alphabet's.
  private static let parts: InlineArray<1024, UInt32> = {
    var table = InlineArray<1024, UInt32>(repeating: .max)
    for place in 0..<4 {
      for index in 0..<64 {
        let group = UInt32(index) << UInt32(18 - 6 * place)
        table[256 * place + Int(alphabet[index])] = group.byteSwapped >> 8
      }
    }
    return table
  }()

  /// Appends the encoding of `bytes[range]`: four characters for every three bytes, padded with `=`.
  package static func encode(_ bytes: Span<UInt8>, in range: Range<Int>, into writer: inout ByteWriter) {
    writer.reserve((range.count + 2) / 3 * 4)
    var offset = range.lowerBound
    while offset + 6 <= range.upperBound {
      var group: UInt64 = 0
      for index in 0..<6 { group = group << 8 | UInt64(bytes[offset + index]) }
      var text: UInt64 = 0
      for index in 0..<8 { text |= UInt64(alphabet[Int(truncatingIfNeeded: group >> UInt64(42 - 6 * index)) & 63]) << UInt64(8 * index) }
      writer.append(lowBytes: 8, of: text)
      offset += 6
    }
    while offset + 3 <= range.upperBound {
      let group = Int(bytes[offset]) << 16 | Int(bytes[offset + 1]) << 8 | Int(bytes[offset + 2])
      writer.append(alphabet[group >> 18])
      writer.append(alphabet[group >> 12 & 63])
      writer.append(alphabet[group >> 6 & 63])
      writer.append(alphabet[group & 63])
      offset += 3
    }
    let rest = range.upperBound - offset
    guard rest > 0 else { return }
    let group = Int(bytes[offset]) << 16 | (rest == 2 ? Int(bytes[offset + 1]) << 8 : 0)
    writer.append(alphabet[group >> 18])
    writer.append(alphabet[group >> 12 & 63])
    writer.append(rest == 2 ? alphabet[group >> 6 & 63] : UInt8(ascii: "="))
    writer.append(UInt8(ascii: "="))
  }

  /// Characters that wide registers have left from which on a table of 4 KiB pays, which every call copies.
  private static let longText = 512

  /// Decodes pairs of groups from `offset` on, and moves it behind the last of them.
  private static func decodePairs(_ bytes: Span<UInt8>, from offset: inout Int, to end: Int, into writer: inout ByteWriter) -> Bool {
    let parts = parts.span
    while offset + 8 <= end {
      let word = ByteScan.word(bytes, at: offset)
      @inline(__always) func part(_ place: Int) -> UInt32 { parts[256 &* (place & 3) &+ Int(truncatingIfNeeded: word >> UInt64(8 &* place) & 0xff)] }
      let first = part(0) | part(1) | part(2) | part(3)
      let second = part(4) | part(5) | part(6) | part(7)
      guard (first | second) >> 24 == 0 else { return false }
      writer.append(lowBytes: 6, of: UInt64(first) | UInt64(second) << 24)
      offset += 8
    }
    return true
  }

  /// Appends the bytes that `bytes[range]` encodes. Padding is required, nothing else is accepted.
  /// - Returns: false when the text is not base64; what was appended by then must be discarded.
  package static func decode(_ bytes: Span<UInt8>, in range: Range<Int>, into writer: inout ByteWriter) -> Bool {
    guard range.count % 4 == 0 else { return false }
    guard !range.isEmpty else { return true }
    let equals = UInt8(ascii: "=")
    var padding = 0
    if bytes[range.upperBound - 1] == equals { padding = bytes[range.upperBound - 2] == equals ? 2 : 1 }
    writer.reserve(range.count / 4 * 3)
    let whole = range.upperBound - (padding > 0 ? 4 : 0)
    var offset = range.lowerBound + writer.append(base64: bytes, in: range.lowerBound..<whole)
    if whole - offset >= Self.longText, !decodePairs(bytes, from: &offset, to: whole, into: &writer) { return false }
    while offset < whole {
      let a = values[Int(bytes[offset])], b = values[Int(bytes[offset + 1])]
      let c = values[Int(bytes[offset + 2])], d = values[Int(bytes[offset + 3])]
      guard (a | b | c | d) < 64 else { return false }
      let group = UInt32(a) << 18 | UInt32(b) << 12 | UInt32(c) << 6 | UInt32(d)
      writer.append(UInt8(truncatingIfNeeded: group >> 16))
      writer.append(UInt8(truncatingIfNeeded: group >> 8))
      writer.append(UInt8(truncatingIfNeeded: group))
      offset += 4
    }
    guard padding > 0 else { return true }
    let a = values[Int(bytes[offset])], b = values[Int(bytes[offset + 1])]
    let c = padding == 1 ? values[Int(bytes[offset + 2])] : 0
    guard (a | b | c) < 64 else { return false }
    let group = UInt32(a) << 18 | UInt32(b) << 12 | UInt32(c) << 6
    // The bits that no byte takes must be zero, else two texts would stand for the same bytes.
    guard group & (padding == 2 ? 0xffff : 0xff) == 0 else { return false }
    writer.append(UInt8(truncatingIfNeeded: group >> 16))
    if padding == 1 { writer.append(UInt8(truncatingIfNeeded: group >> 8)) }
    return true
  }
}
