internal import EpiBytes
internal import EpiYjs

/// An entry of the array layouts: a plain object `{key, val, ts}`.
struct Entry {
  /// UTF-8 of the key.
  var key: ByteRange
  var value: ByteRange
  /// nil when the entry has no number `ts`.
  var timestamp: Double?

  /// Reads the object at `range`; nil when it is none, or has no string `key` or no `val`.
  init?(_ range: ByteRange, _ bytes: Span<UInt8>) throws(DecodingError) {
    var fields: [AnyView.Entry] = []
    try self.init(range, bytes, scratch: &fields)
  }

  /// As above, with an array that many entries share.
  init?(_ range: ByteRange, _ bytes: Span<UInt8>, scratch fields: inout [AnyView.Entry]) throws(DecodingError) {
    guard try AnyView.readEntries(of: range, bytes, into: &fields) else { return nil }
    var key: ByteRange?
    var value: ByteRange?
    // Of a repeated name the last one counts.
    for field in fields {
      if bytes.equal("key", in: field.key.bounds) {
        key = AnyView.string(field.value, bytes)
      } else if bytes.equal("val", in: field.key.bounds) {
        value = field.value
      } else if bytes.equal("ts", in: field.key.bounds) {
        timestamp = AnyView.number(field.value, bytes)
      }
    }
    guard let key, let value else { return nil }
    self.key = key
    self.value = value
  }
}
