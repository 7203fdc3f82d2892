import EpiCommand
import Testing

struct ProgressMeasureTests {
  private func text(_ bytes: Int, of total: Int? = nil, _ count: Int = 0, seconds: Double, isOver: Bool = false) -> String {
    ProgressMeasure(bytes: bytes, total: total, count: count, noun: "rows", seconds: seconds, isOver: isOver).text
  }

  @Test func `it says how much, how fast, and how long where that is known`() {
    #expect(text(12_340_000, of: 47_000_000, 25_600, seconds: 2) == " 12.3 of 47.0 MB (26 %), 25,600 rows, 6.2 MB/s, 6 s left")
    #expect(text(12_340_000, 25_600, seconds: 2) == " 12.3 MB, 25,600 rows, 6.2 MB/s")
    #expect(text(0, 1_234_567, seconds: 10) == " 1,234,567 rows, 123,456 rows/s")
    #expect(text(0, seconds: 12.9) == ", 12 s")
    let graph = ProgressMeasure(count: 25_000, whole: 100_000, noun: "vectors", seconds: 2, isOver: false)
    #expect(graph.text == " 25,000 of 100,000 vectors (25 %), 12,500 vectors/s, 6 s left")
  }

  @Test func `nothing is guessed`() {
    // Too early to tell, nothing read yet, a file that has grown.
    #expect(text(100_000, of: 1_000_000, seconds: 0.5) == " 0.1 of 1.0 MB (10 %), 0.2 MB/s")
    #expect(text(0, of: 1_000_000, seconds: 3) == " 0.0 of 1.0 MB (0 %)")
    #expect(text(2_000_000, of: 1_000_000, seconds: 2) == " 2.0 MB, 1.0 MB/s")
    #expect(text(0, of: 0, seconds: 0) == " 0.0 MB")
  }

  @Test func `what is over says how long it took`() {
    #expect(text(47_000_000, of: 47_000_000, 3, seconds: 4.126, isOver: true) == " 47.0 MB, 3 rows, 11.4 MB/s, 4.13 s")
    #expect(text(0, seconds: 0.049, isOver: true) == ", 0.05 s")
    #expect(text(5_123_000_000, seconds: 0.01, isOver: true) == " 5,123 MB, 0.01 s")
  }
}
