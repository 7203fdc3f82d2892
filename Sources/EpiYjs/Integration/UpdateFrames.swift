package import EpiBytes

/// How the updates lie in an input.
package enum Framing: String, Sendable, CaseIterable {
  /// Length-framed when the whole input is made of frames that hold updates, else one update.
  case auto
  /// The input is one update.
  case one
  /// `(varUint length, update)*` up to the end of the input.
  case length
}

/// Where the updates of an input begin and end.
package enum UpdateFrames {
  /// Appends the range of every update in `bytes[input]` to `frames`.
  /// - Throws: for length-framed input when a frame is empty or reaches beyond the end.
  package static func find(
    _ framing: Framing, in input: Range<Int>, of bytes: Span<UInt8>, appendingTo frames: inout [ByteRange]
  ) throws(DecodingError) {
    switch framing {
    case .one: frames.append(ByteRange(start: input.lowerBound, count: input.count))
    case .length: try split(input, of: bytes, into: &frames)
    case .auto:
      var split: [ByteRange] = []
      if (try? Self.split(input, of: bytes, into: &split)) != nil, let first = split.first, holdsUpdate(first, of: bytes) {
        frames.append(contentsOf: split)
      } else {
        frames.append(ByteRange(start: input.lowerBound, count: input.count))
      }
    }
  }

  private static func split(_ input: Range<Int>, of bytes: Span<UInt8>, into frames: inout [ByteRange]) throws(DecodingError) {
    var reader = ByteReader(bytes, in: input)
    while !reader.isAtEnd {
      let start = reader.position
      let frame = try reader.readVarBytes()
      guard frame.count > 0 else { throw DecodingError(.emptyFrame, at: start) }
      frames.append(frame)
    }
  }

  /// Whether a frame is an update of either version from its first byte to its last.
  private static func holdsUpdate(_ frame: ByteRange, of bytes: Span<UInt8>) -> Bool {
    UpdateEncoding.isExactly(.v2, frame, of: bytes) || UpdateEncoding.isExactly(.v1, frame, of: bytes)
  }
}
