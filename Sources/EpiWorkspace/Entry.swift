internal import EpiBytes
internal import EpiYjs

/// An entry of the array layouts: a plain object `{key, val, ts}`.
struct Entry {
  /// UTF-8 of the key.
  var key: ByteRange
  var value: ByteRange
  /// nil when the entry has no number `ts`.
  var timestamp: Double?

  /// Reads an object's entries; nil when it has no string `key` or no `val`.
  init?(_ fields: [AnyView.Entry], _ bytes: Span<UInt8>) {
    var key: ByteRange?
    var value: ByteRange?
    // Of a repeated name the last one counts.
    for field in fields {
      switch Self.code(of: field.key, bytes) {
      case Self.keyCode: key = AnyView.string(field.value, bytes)
      case Self.valueCode: value = field.value
      case Self.timestampCode: timestamp = AnyView.number(field.value, bytes)
      default: break
      }
    }
    guard let key, let value else { return nil }
    self.key = key
    self.value = value
  }

  // A name of up to three bytes as a number, which compares at once.
  private static let keyCode: UInt32 = 0x6b65_7903
  private static let valueCode: UInt32 = 0x7661_6c03
  private static let timestampCode: UInt32 = 0x7473_0002

  /// The bytes of a name of up to three bytes, its length in the lowest byte; 0 for longer ones.
  private static func code(of name: ByteRange, _ bytes: Span<UInt8>) -> UInt32 {
    guard name.count <= 3 else { return 0 }
    var code: UInt32 = 0
    for index in 0..<3 { code = code << 8 | (index < Int(name.count) ? UInt32(bytes[Int(name.start) + index]) : 0) }
    return code << 8 | name.count
  }
}
