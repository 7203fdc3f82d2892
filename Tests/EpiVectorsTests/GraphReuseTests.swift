import EpiBytes
import EpiSystem
import EpiTestSupport
import EpiVectors
import Testing

/// Graphs taken over from older snapshots.
struct GraphReuseTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private typealias Table = [String: [Float]]

  private func rows(
    _ table: Table, metric: Metric, element: ElementType = .float32, expecting older: SharedSnapshot? = nil, isSorted: Bool = false
  ) throws -> IndexedRows {
    let lines = isSorted ? table.sorted { $0.key < $1.key } : Array(table)
    return try Indexing.rows(lines.map { Indexing.line($0.key, $0.value) }.joined(), expecting: older) {
      $0.metric = metric
      $0.element = element
      $0.column = FieldName(table: "t", field: "v")
    }
  }

  private func fresh(_ table: Table, metric: Metric = .cosine, element: ElementType = .float32, _ options: GraphOptions = Indexing.coded) throws -> [UInt8] {
    try Indexing.bytes(of: try rows(table, metric: metric, element: element), graph: options)
  }

  /// The snapshot of a table by way of an older one; nil when that was not taken over.
  ///
  /// Vectors of the older file serve as well as those that are read: no byte differs when all rows are met again there, or only those of
  /// a stream without order that happen to come in time.
  private func reused(
    _ old: [UInt8], _ table: Table, metric: Metric = .cosine, element: ElementType = .float32, _ options: GraphOptions = Indexing.coded
  ) throws -> [UInt8]? {
    let older = SharedSnapshot(try Indexing.open(old, in: folder))
    // Waits: before that is known no vector is taken from there.
    _ = older.fault
    func made(expecting: SharedSnapshot?, isSorted: Bool) throws -> [UInt8]? {
      let rows = try rows(table, metric: metric, element: element, expecting: expecting, isSorted: isSorted)
      let previous = try PreviousGraph(older, for: rows, options: options)
      guard let graph = try VectorGraph(of: rows, options: options, reusing: previous) else { return nil }
      return try Indexing.bytes(of: rows, graph: graph)
    }
    let made = [try made(expecting: nil, isSorted: false), try made(expecting: older, isSorted: false), try made(expecting: older, isSorted: true)]
    for other in made[1...] { #expect(other == made[0]) }
    return made[2]
  }

  private func fault(in bytes: [UInt8]) throws -> SnapshotError? {
    var report = ByteWriter()
    return SnapshotCheck.report(on: try MappedFile(path: try folder.write(bytes, to: "check.epi")), to: &report)
  }

  private func recall(_ bytes: [UInt8], _ queries: [[Float]], beam: Int? = nil) throws -> Double {
    let snapshot = try Indexing.open(bytes, in: folder)
    var batch = QueryBatch(metric: snapshot.head.metric, dimensions: snapshot.head.dimensions)
    for query in queries { try batch.append(query) }
    var judge = try Searcher(of: snapshot, limit: 10, isExact: true, threads: 2)
    let graph = snapshot.graph
    let found = try #require(graph)
    var searcher = try Searcher(of: snapshot, limit: 10, plan: .graph(beam: min(beam ?? found.options.searchL, found.nodes)), threads: 2)
    var hits = 0
    for (exact, found) in zip(try judge.search(snapshot, for: batch), try searcher.search(snapshot, for: batch)) {
      hits += found.count { $0.distance <= exact[exact.count - 1].distance }
    }
    return Double(hits) / Double(10 * queries.count)
  }

  private struct Source {
    var generator: SeededGenerator
    let centres: [[Float]]

    init(seed: UInt64, dimensions: Int = 32) {
      generator = SeededGenerator(seed: seed)
      var centres: [[Float]] = []
      for _ in 0..<20 { centres.append(generator.vector(dimensions)) }
      self.centres = centres
    }

    mutating func vector() -> [Float] {
      let centre = centres.randomElement(using: &generator)!
      return zip(centre, generator.vector(centre.count)).map { $0 + 0.8 * $1 }
    }

    mutating func table(_ count: Int) -> Table {
      Dictionary(uniqueKeysWithValues: (0..<count).map { ("r\(10_000 + $0)", vector()) })
    }
  }

  @Test(arguments: Metric.allCases, [ElementType.float32, .float8])
  func `nothing changed, no byte changes`(metric: Metric, element: ElementType) throws {
    var source = Source(seed: 1)
    let table = source.table(250)
    let old = try fresh(table, metric: metric, element: element)
    #expect(try #require(try reused(old, table, metric: metric, element: element)).firstDifference(from: old) == nil)
  }

  @Test func `one row changed, gone or new`() throws {
    var source = Source(seed: 2)
    let table = source.table(250)
    let old = try fresh(table)
    var changed = table
    changed["r10240"] = source.vector()
    var smaller = table
    smaller["r10000"] = nil
    var larger = table
    larger["r09999"] = source.vector()
    var twin = table
    twin["r10241"] = table["r10242"]
    for table in [changed, smaller, larger, twin] {
      let bytes = try #require(try reused(old, table))
      #expect(try fault(in: bytes) == nil)
      let queries = Array(table.values.prefix(50)) + [table["r10240"]!, table["r10241"]!]
      #expect(try recall(bytes, queries) >= 0.99)
    }
    // Most of the blocks are the old ones: nothing was measured anew for them.
    let bytes = try #require(try reused(old, changed))
    let same = stride(from: 0, to: min(bytes.count, old.count) - 64, by: 64).count { bytes[$0..<($0 + 64)] == old[$0..<($0 + 64)] }
    #expect(Double(same) / Double(bytes.count / 64) > 0.8)
  }

  @Test(arguments: [Metric.cosine, .l2, .dot])
  func `the number of threads changes no byte, and rows that come back are found`(metric: Metric) throws {
    var source = Source(seed: 3)
    var table = source.table(200)
    let old = try fresh(table, metric: metric)
    let ids = table.keys.sorted()
    var removed: Table = [:]
    for id in ids[100..<130] { removed[id] = table.removeValue(forKey: id) }
    for index in 0..<20 { table["s\(index)"] = source.vector().map { $0 * 0.5 } }
    var options = Indexing.coded
    let one = try #require(try reused(old, table, metric: metric, options))
    #expect(try fault(in: one) == nil)
    for threads in [2, 5] {
      options.threads = threads
      #expect(try #require(try reused(old, table, metric: metric, options)).firstDifference(from: one) == nil)
    }
    let again = try #require(try reused(one, table.merging(removed) { $1 }, metric: metric))
    #expect(try fault(in: again) == nil)
    #expect(try recall(again, Array(removed.values)) >= 0.98)
  }

  @Test func `what begins the search may go, with all around it`() throws {
    var source = Source(seed: 5)
    var table = source.table(420)
    var bytes = try fresh(table)
    for _ in 0..<3 {
      let snapshot = try Indexing.open(bytes, in: folder)
      // The rows nearest to the middle of all.
      var middle = [Float](repeating: 0, count: 32)
      for vector in table.values { for (index, value) in vector.enumerated() { middle[index] += value } }
      var batch = QueryBatch(metric: .cosine, dimensions: 32)
      try batch.append(middle)
      var judge = try Searcher(of: snapshot, limit: 40, isExact: true)
      for match in try judge.search(snapshot, for: batch)[0] {
        let id = snapshot.bytes
        let range = try snapshot.id(ofRow: match.row)
        table[String(decoding: range.map { id[$0] }, as: UTF8.self)] = nil
      }
      bytes = try #require(try reused(bytes, table))
      #expect(try fault(in: bytes) == nil)
      #expect(try recall(bytes, Array(table.values.prefix(60))) >= 0.99)
    }
  }

  @Test func `equal vectors share a node, however they come and go`() throws {
    var source = Source(seed: 6)
    var table = source.table(250)
    let twin = source.vector()
    for index in 0..<40 { table["twin\(index)"] = twin }
    let old = try fresh(table)
    for index in 20..<50 { table["twin\(index)"] = index < 40 ? nil : twin }
    // The length of a vector is nothing to the cosine, so these are read as other vectors and kept as the same.
    table["longer"] = twin.map { 2 * $0 }
    table["r10008"] = table["r10009"]!.map { 0.5 * $0 }
    let bytes = try #require(try reused(old, table))
    #expect(try fault(in: bytes) == nil)
    let snapshot = try Indexing.open(bytes, in: folder)
    #expect(snapshot.graph?.nodes == 250)
    var batch = QueryBatch(metric: .cosine, dimensions: 32)
    try batch.append(twin)
    var searcher = try Searcher(of: snapshot, limit: 31)
    #expect(try searcher.search(snapshot, for: batch)[0].allSatisfy { $0.distance == 0 })
  }

  @Test func `what is too different is built anew`() throws {
    var source = Source(seed: 7)
    let table = source.table(200)
    let old = try fresh(table)
    var other = table
    for id in table.keys.sorted()[..<100] { other[id] = source.vector() }
    #expect(try reused(old, other) == nil)
    let longer = try fresh(table, metric: .dot)
    var far = table
    far["far"] = source.vector().map { $0 * 10 }
    #expect(try reused(longer, far, metric: .dot) == nil, "longer than all the graph was made for")
    for change in [{ $0.maxNeighbors = 64 }, { $0.alpha = 1.2 }, { $0.seed = 1 }, { $0.compression = .none }] as [(inout GraphOptions) -> Void] {
      var options = Indexing.coded
      change(&options)
      #expect(throws: PreviousGraphError.unlike("its graph was built with other options")) { _ = try reused(old, table, options) }
    }
    #expect(throws: PreviousGraphError.self) { _ = try reused(old, table, metric: .l2) }
    #expect(throws: PreviousGraphError.unlike("it has no graph")) {
      _ = try reused(try Indexing.bytes(of: try rows(table, metric: .cosine)), table)
    }
  }

  @Test(arguments: ElementType.allCases) func `a graph built anew of vectors that lie in an older file is the same`(element: ElementType) throws {
    var source = Source(seed: 9)
    var table = source.table(180)
    let older = SharedSnapshot(try Indexing.open(try fresh(table, element: element), in: folder))
    for id in table.keys.sorted()[40..<60] { table[id] = source.vector() }
    for (index, id) in table.keys.sorted()[100..<120].enumerated() { table[id] = index < 10 ? nil : table["r10150"] }
    for isSorted in [true, false] {
      #expect(older.fault == nil)
      let rows = try rows(table, metric: .cosine, element: element, expecting: older, isSorted: isSorted)
      let other = try self.rows(table, metric: .cosine, element: element)
      for options in [Indexing.coded, nil] {
        #expect(try Indexing.bytes(of: rows, graph: options) == Indexing.bytes(of: other, graph: options))
      }
    }
  }

  @Test func `a damaged graph is no reason to crash`() throws {
    var source = Source(seed: 8)
    var table = source.table(150)
    let old = try fresh(table)
    table["r10003"] = source.vector()
    for _ in 0..<150 {
      var bytes = old
      for _ in 0..<3 {
        let place = Int.random(in: 4_096..<(bytes.count - 8), using: &source.generator) & ~3
        let value = [0x7fc0_0000, 0x7f80_0000, 0xffff_ffff].randomElement(using: &source.generator)!
        SnapshotBytes.store(Bool.random(using: &source.generator) ? value : .random(in: 0...200, using: &source.generator), in: &bytes, at: place)
      }
      do {
        if let made = try reused(bytes, table) { _ = try fault(in: made) }
      } catch is PreviousGraphError {
      } catch is SnapshotError {
      }
    }
  }
}
