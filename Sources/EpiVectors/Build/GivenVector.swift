internal import EpiBytes
internal import EpiRows

/// The numbers of a row's vector as they were given, in a buffer that is used again.
struct GivenVector<Number: BinaryFloatingPoint & BitwiseCopyable>: ~Copyable {
  /// The numbers, but for those that are packed still.
  private(set) var values: [Number] = []
  /// The numbers as bytes, four each, as they may travel; empty when they do not.
  private var packed = ByteWriter(capacity: 4096)

  var count: Int { packed.isEmpty ? values.count : packed.count / 4 }

  /// Takes these numbers instead.
  mutating func set(_ values: [Number]) {
    packed.removeAll()
    self.values = values
  }
}

extension GivenVector where Number == Float {
  mutating func read(_ value: RowValue, of reader: borrowing RowReader) throws(RowError) {
    values.removeAll(keepingCapacity: true)
    packed.removeAll()
    if value.kind == .floats || value.kind == .bytes {
      try reader.appendFloatBytes(of: value, to: &packed)
    } else {
      try reader.appendFloats(of: value, to: &values)
    }
  }

  /// XXH64 of the numbers.
  var hash: UInt64 {
    var hash = ContentHash()
    hash.update(packed.isEmpty ? FloatBytes.bytes(of: values.span) : packed.span)
    return hash.value
  }

  /// Brings the numbers into the shape that the metric wants.
  mutating func prepare(for metric: Metric) throws(VectorFault) {
    packed.append(to: &values)
    packed.removeAll()
    try Normalization.prepare(&values, in: 0..<values.count, for: metric)
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

  /// Brings the numbers into the shape that the metric wants.
  mutating func prepare(for metric: Metric) throws(VectorFault) { try Normalization.prepare(&values, for: metric) }
}
