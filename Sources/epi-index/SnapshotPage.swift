internal import EpiBytes
internal import EpiCommand
internal import EpiVectors

/// `--info` for a person: what a snapshot says of itself, with the sizes of its parts and the links of its nodes as bars, and what its
/// searches find, measured.
struct SnapshotPage {
  private let columns: Int
  private(set) var text = ""

  /// Queries by which the recall is measured, and results of each.
  private static let queries = 100
  private static let limit = 10
  private static let labelWidth = 14
  private static let widestBar = 40

  /// - Parameter columns: of the terminal.
  init(of snapshot: borrowing Snapshot, named path: String, columns: Int) throws(SnapshotError) {
    self.columns = columns
    text = "\(path)\n\n"
    try appendFacts(snapshot)
    appendSections(snapshot)
    if let links = try snapshot.links() { append(links) }
    if snapshot.graph != nil { try appendRecall(snapshot) }
  }

  private mutating func appendFacts(_ snapshot: borrowing Snapshot) throws(SnapshotError) {
    let head = snapshot.head
    let tables = try snapshot.tableCounts()
    let shown = tables.prefix(5).map { "\($0.name) \(grouped($0.rows))" }.joined(separator: ", ") + (tables.count > 5 ? ", …" : "")
    fact("rows", grouped(head.rows) + (tables.isEmpty ? "" : " (\(shown))"))
    fact("vectors", "\(grouped(head.dimensions)) numbers of type \(head.element.name), metric \(head.metric.name)")
    fact("model", head.model.isEmpty ? "not named" : head.model)
    let stored = try snapshot.storedNames()
    if !stored.isEmpty { fact("stored fields", stored.joined(separator: ", ")) }
    if let graph = snapshot.graph {
      let nodes = graph.nodes == head.rows ? "" : "\(grouped(graph.nodes)) nodes, "
      fact("graph", nodes + "up to \(graph.options.maxNeighbors) links a node, codes \(graph.options.compression.rawValue)")
    } else {
      fact("graph", "none: every search measures every row")
    }
    let origin = try snapshot.originText()
    fact("made by", String(decoding: Array(copying: snapshot.bytes, in: origin), as: UTF8.self))
  }

  private mutating func appendSections(_ snapshot: borrowing Snapshot) {
    let total = snapshot.head.fileLength
    text += "\n\(grouped(total)) bytes\n"
    for section in snapshot.sections {
      bar(section.name, grouped(section.length), share: Double(section.length) / Double(total), note: percent(section.length, of: total))
    }
  }

  /// Bars for the nodes by how many others are linked to them: those that few lead to are found less often.
  private mutating func append(_ links: GraphLinks) {
    let total = links.to.count
    let mean = total == 0 ? 0 : Double(links.count) / Double(total)
    text += "\nlinks to a node, from others; \((mean * 10).rounded() / 10) on average\n"
    // A bin for 0, and one for each power of two.
    var bins: [Int] = []
    for count in links.to {
      let bin = Int.bitWidth - count.leadingZeroBitCount
      while bins.count <= bin { bins.append(0) }
      bins[bin] += 1
    }
    let most = max(1, bins.max() ?? 1)
    let first = bins.firstIndex { $0 > 0 } ?? 0
    for (bin, count) in bins.enumerated().dropFirst(first) {
      let label = bin < 2 ? "\(bin)" : "\(1 << (bin - 1)) to \((1 << bin) - 1)"
      bar(label, grouped(count), share: Double(count) / Double(most), note: percent(count, of: total))
    }
  }

  private mutating func appendRecall(_ snapshot: borrowing Snapshot) throws(SnapshotError) {
    let recall = try Recall(of: snapshot, queries: Self.queries, limit: Self.limit, beam: nil, threads: 1)
    text += "\nsearches, with \(recall.queries) of its own vectors and \(recall.limit) results\n"
    fact("recall", "\((recall.share * 10_000).rounded() / 10_000) of what is nearest is found")
    fact("by the graph", "\(microseconds(recall.latency.median)) a search")
    fact("exact", "\(microseconds(recall.exactLatency.median)) a search (--exact)")
  }

  // MARK: Lines

  private mutating func fact(_ name: String, _ value: String) {
    let line = "  \(padded(name, Self.labelWidth))  \(value)"
    text += DisplayWidth.cut(line, to: columns) + "\n"
  }

  /// - Parameter share: the bar's length, 1 at most.
  private mutating func bar(_ name: String, _ value: String, share: Double, note: String) {
    let room = max(8, min(Self.widestBar, columns - Self.labelWidth - 28))
    let eighths = Int((share * Double(room * 8)).rounded())
    var bar = String(repeating: "█", count: eighths / 8)
    if eighths % 8 > 0 { bar += ["▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8 - 1] }
    let digits = String(repeating: " ", count: max(0, 14 - value.count)) + value
    text += "  \(padded(name, Self.labelWidth))\(digits)  \(note)\(bar.isEmpty ? "" : "  " + bar)\n"
  }

  private func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - DisplayWidth.of(text))) }

  private func grouped(_ number: Int) -> String { ProgressMeasure.grouped(number) }

  private func percent(_ part: Int, of whole: Int) -> String {
    let tenths = whole == 0 ? 0 : Int((Double(part) / Double(whole) * 1000).rounded())
    let number = "\(tenths / 10).\(tenths % 10)"
    return String(repeating: " ", count: max(0, 5 - number.count)) + number + " %"
  }

  private func microseconds(_ seconds: Double) -> String {
    let value = Int((seconds * 1e6).rounded())
    return value < 10_000 ? "\(grouped(value)) µs" : "\((seconds * 10_000).rounded() / 10) ms"
  }
}
