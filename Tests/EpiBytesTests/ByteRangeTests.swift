import EpiBytes
import Testing

struct ByteRangeTests {
  @Test func `reaches up to the largest input`() {
    let range = ByteRange(start: Limits.maximumBytes - 5, count: 5)
    #expect(range.end == Limits.maximumBytes)
    #expect(range.bounds == (Limits.maximumBytes - 5)..<Limits.maximumBytes)
    #expect(ByteRange.empty.bounds.isEmpty)
    #expect(MemoryLayout<ByteRange>.size == 8)
  }

  @Test func `a limit beyond what ranges can address is lowered`() {
    #expect(Limits(bytes: .max).bytes == Limits.maximumBytes)
    #expect(Limits(bytes: 10).bytes == 10)
  }
}
