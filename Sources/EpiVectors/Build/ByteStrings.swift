internal import EpiBytes

/// Strings of bytes in the order they were added, in one buffer.
struct ByteStrings: ~Copyable {
  private var ends: [Int] = []
  private var bytes = ByteWriter(capacity: 64)

  var count: Int { ends.count }

  mutating func append(_ text: Span<UInt8>) {
    bytes.append(text)
    ends.append(bytes.count)
  }

  @_lifetime(borrow self)
  borrowing func text(_ index: Int) -> Span<UInt8> { bytes.span.extracting(start(of: index)..<ends[index]) }

  private func start(of index: Int) -> Int { index == 0 ? 0 : ends[index - 1] }
}
