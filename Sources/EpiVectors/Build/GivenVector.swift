internal import EpiBytes
internal import EpiRows

/// The numbers of a row's vector as they were given, in a buffer that is used again.
struct GivenVector<Number: BinaryFloatingPoint & BitwiseCopyable> {
  var values: [Number] = []
}

extension GivenVector where Number == Float {
  mutating func read(_ value: RowValue, of reader: borrowing RowReader) throws(RowError) {
    values.removeAll(keepingCapacity: true)
    try reader.appendFloats(of: value, to: &values)
  }

  /// XXH64 of the numbers.
  var hash: UInt64 {
    var hash = ContentHash()
    hash.update(FloatBytes.bytes(of: values.span))
    return hash.value
  }
}

extension GivenVector where Number == Double {
  mutating func read(_ value: RowValue, of reader: borrowing RowReader) throws(RowError) {
    values.removeAll(keepingCapacity: true)
    try reader.appendDoubles(of: value, to: &values)
  }

  /// XXH64 of the numbers.
  var hash: UInt64 {
    var bytes = ByteWriter(capacity: 8 * values.count)
    for value in values { bytes.appendLittleEndian(value.bitPattern) }
    var hash = ContentHash()
    hash.update(bytes.span)
    return hash.value
  }
}
