import EpiSystem
import EpiVectors

/// How fast all rows of a snapshot are measured, beside a plain loop that only reads their vectors, and what the first pass by bytes saves.
enum ScanRate {
  struct Result {
    /// Queries that are searched for together.
    var together: Int
    /// Microseconds of processor time a query, medians of the runs: to read the vectors and do no more, to measure each, and with the
    /// first pass by bytes.
    var reading = 0.0
    var measuring = 0.0
    var coarse = 0.0
    /// Queries whose ten nearest rows are not the same by both.
    var different = 0

    /// The share of the bandwidth of plain reading that measuring reaches.
    var bandwidth: Double { reading / measuring }
  }

  private static let limit = 10
  /// Queries that are timed one by one; together all are.
  private static let single = 100

  /// - Parameter index: a snapshot without a graph.
  /// - Returns: one for queries one by one, one for all at once.
  static func measure(_ index: String, queries path: String, runs: Int) throws -> [Result] {
    let snapshot = try Snapshot(mapping: MappedFile(path: index))
    let queries = try QueryFile.read(path, for: snapshot)
    var results: [Result] = []
    for together in [1, queries.count] {
      let timed = together == 1 ? queries.chosen(Array(0..<min(single, queries.count))) : queries
      let batches = stride(from: 0, to: timed.count, by: together).map { timed.chosen(Array($0..<min($0 + together, timed.count))) }
      var searcher = try Searcher(of: snapshot, limit: limit, isExact: true)
      var result = Result(together: together)
      var times: (reading: [Double], measuring: [Double], coarse: [Double]) = ([], [], [])
      for run in 0...runs {
        let start = Clock.processor
        for _ in batches { read(snapshot) }
        let read = Clock.processor
        var nearest: [[Match]] = []
        for batch in batches { nearest += measureAll(snapshot, for: batch) }
        let measured = Clock.processor
        var found: [[Match]] = []
        for batch in batches { found += try searcher.search(snapshot, for: batch) }
        let end = Clock.processor
        result.different = zip(nearest, found).count { $0 != $1 }
        guard run > 0 else { continue }
        times.reading.append(read - start)
        times.measuring.append(measured - read)
        times.coarse.append(end - measured)
      }
      let scale = 1e6 / Double(timed.count)
      result.reading = median(times.reading) * scale
      result.measuring = median(times.measuring) * scale
      result.coarse = median(times.coarse) * scale
      results.append(result)
    }
    return results
  }

  private static func measureAll(_ snapshot: borrowing Snapshot, for batch: QueryBatch) -> [[Match]] {
    ExactSearch.search(snapshot.vectors, pitch: snapshot.vectorPitch, form: snapshot.form, for: batch, limit: limit)
  }

  /// Reads the vectors, as fast as it goes without doing anything with them.
  @inline(never)
  private static func read(_ snapshot: borrowing Snapshot) {
    snapshot.vectors.withUnsafeBytes { memory in
      var sums = (SIMD8<UInt64>(), SIMD8<UInt64>())
      for offset in stride(from: 0, to: memory.count & ~127, by: 128) {
        sums.0 ^= memory.loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt64>.self)
        sums.1 ^= memory.loadUnaligned(fromByteOffset: offset + 64, as: SIMD8<UInt64>.self)
      }
      sink = sums.0 ^ sums.1
    }
  }

  /// Takes what was read, or the compiler would leave reading out.
  nonisolated(unsafe) private static var sink = SIMD8<UInt64>()
}
