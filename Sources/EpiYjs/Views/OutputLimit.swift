internal import EpiBytes

extension Document {
  /// Ends printing that the size of the input does not explain: names and attributes can be printed far more often than they are
  /// written.
  func checkSize(_ writer: borrowing ByteWriter, _ bytes: Span<UInt8>) throws(DecodingError) {
    let limit = Limits.output(forBytes: bytes.count)
    guard writer.count <= limit else { throw DecodingError(.outputExceeded(limit: limit), at: 0) }
  }
}
