import EpiBytes
import Testing

struct ByteRangeTests {
  @Test func `reaches up to the largest input`() {
    let range = ByteRange(start: Limits.bytes - 5, count: 5)
    #expect(range.end == Limits.bytes)
    #expect(range.bounds == (Limits.bytes - 5)..<Limits.bytes)
    #expect(ByteRange.empty.bounds.isEmpty)
    #expect(MemoryLayout<ByteRange>.size == 8)
  }
}
