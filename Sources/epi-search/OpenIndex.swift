internal import EpiBytes
internal import EpiCommand
internal import EpiSystem
internal import EpiVectors

/// The snapshot, with what the options make of it.
struct OpenIndex: ~Copyable {
  let path: String
  let shared: SharedSnapshot
  let identity: FileStatus.Identity
  private(set) var rows: RowSearch

  /// - Parameter snapshot: one that was opened already, from the file with this identity.
  init(
    _ snapshot: consuming Snapshot, _ identity: FileStatus.Identity, _ command: SearchCommand, _ database: RowDatabase?, ids: [[UInt8]]?
  ) throws(ToolFailure) {
    path = command.index
    self.identity = identity
    rows = try RowSearch(of: snapshot, command, database, ids: ids)
    shared = SharedSnapshot(snapshot)
  }

  var snapshot: Snapshot {
    _read { yield shared.snapshot }
  }

  /// Chooses the rows anew: the database has changed.
  mutating func refilter(_ command: SearchCommand, _ database: RowDatabase?, ids: [[UInt8]]?) throws(ToolFailure) {
    rows = try RowSearch(of: shared.snapshot, command, database, ids: ids)
  }

  static func open(_ path: String) throws(ToolFailure) -> Snapshot {
    let file: MappedFile
    do {
      file = try MappedFile(path: path)
    } catch {
      throw ToolFailure(error)
    }
    return try snapshot(in: file, path)
  }

  private static func snapshot(in file: consuming MappedFile, _ path: String) throws(ToolFailure) -> Snapshot {
    do {
      return try Snapshot(mapping: file)
    } catch {
      throw ToolFailure(error, index: path)
    }
  }

  /// - Parameter meanwhile: as of `Searcher`; it does not use this index.
  mutating func search(_ batch: QueryBatch, meanwhile: () -> Void) throws(ToolFailure) -> [[Match]] {
    do {
      return try rows.searcher.search(shared.snapshot, for: batch, meanwhile: meanwhile)
    } catch {
      throw ToolFailure(error, index: path)
    }
  }

  /// The results of `--hybrid`: for each query those of the matches and of the rows that a text names that are near enough.
  func fuse(_ matches: [[Match]], with named: [Int], for batch: QueryBatch, _ command: SearchCommand) throws(ToolFailure) -> [[Result]] {
    let farthest = command.search.maxDistance ?? .infinity
    var results: [[Result]] = []
    for (query, matches) in matches.enumerated() {
      var distances = try distances(of: named, from: batch, query: query)
      for match in matches { distances[match.row] = match.distance }
      let near = matches.filter { $0.distance <= farthest }.map(\.row)
      let named = named.filter { distances[$0] ?? .infinity <= farthest }
      let fused = RankFusion.fuse([near, named], limit: command.limit)
      results.append(fused.map { Result(row: $0.row, distance: distances[$0.row] ?? .infinity, score: $0.score) })
    }
    return results
  }

  /// The distances of some rows from a query.
  private func distances(of rows: [Int], from batch: QueryBatch, query: Int) throws(ToolFailure) -> [Int: Float] {
    var chosen = AllowedRows(rows: snapshot.head.rows)
    for row in rows { chosen.insert(row) }
    do {
      var measuring = try Searcher(of: snapshot, limit: max(1, rows.count), isExact: true, among: chosen)
      let matches = try measuring.search(snapshot, for: batch.chosen([query]))
      return Dictionary(matches.joined().map { ($0.row, $0.distance) }, uniquingKeysWith: { one, _ in one })
    } catch {
      throw ToolFailure(error, index: path)
    }
  }
}

extension OpenIndex {
  /// What the last search did for a query, in words.
  func explanation(_ label: [UInt8], _ query: Int, results: Int) -> String {
    let effort = rows.searcher.efforts[query]
    var text = "query \(String(decoding: label, as: UTF8.self)): \(effort.plan.name)"
    if case .graph(let beam) = effort.plan { text += " with \(beam) in view" }
    if effort.visited > 0 { text += ", \(effort.visited) nodes visited" }
    text += ", \(effort.distances) distances measured"
    if effort.estimates > 0 { text += ", \(effort.estimates) estimated" }
    if rows.isFiltered { text += "; \(rows.allowedCount) of \(snapshot.head.rows) rows allowed" }
    return text + "; \(results) found"
  }
}

/// The rows that may be found, and how they are searched for.
struct RowSearch: ~Copyable {
  fileprivate(set) var searcher: Searcher
  /// The rows whose text has the words after `--hybrid`, the best first; nil without it.
  let textMatches: [Int]?
  let allowedCount: Int
  let isFiltered: Bool

  init(of snapshot: borrowing Snapshot, _ command: SearchCommand, _ database: RowDatabase?, ids: [[UInt8]]?) throws(ToolFailure) {
    let allowed = try Self.allowed(of: snapshot, command, database, ids: ids)
    var named: [Int]?
    if let words = command.filter.hybrid, let database {
      named = try database.rows(matching: words, of: snapshot, among: allowed, limit: command.listDepth, index: command.index)
    }
    searcher = try Self.searcher(of: snapshot, command, allowed)
    textMatches = named
    allowedCount = allowed?.count ?? snapshot.head.rows
    isFiltered = allowed != nil
  }

  private static func searcher(of snapshot: borrowing Snapshot, _ command: SearchCommand, _ allowed: AllowedRows?) throws(ToolFailure) -> Searcher {
    do {
      return try Searcher(
        of: snapshot, limit: command.listDepth, beam: command.search.searchL, isExact: command.search.exact, among: allowed,
        threads: command.threadCount)
    } catch {
      throw ToolFailure(error, index: command.index)
    }
  }

  /// The rows that may be found; nil: all.
  private static func allowed(
    of snapshot: borrowing Snapshot, _ command: SearchCommand, _ database: RowDatabase?, ids: [[UInt8]]?
  ) throws(ToolFailure) -> AllowedRows? {
    var allowed: AllowedRows?
    if let ids {
      var rows = AllowedRows(rows: snapshot.head.rows)
      do {
        var lookup = try RowLookup(snapshot)
        for id in ids { for row in try lookup.rows(named: id.span, in: snapshot) { rows.insert(row) } }
      } catch {
        throw ToolFailure(error, index: command.index)
      }
      allowed = rows
    }
    if let condition = command.filter.condition, let database {
      let rows = try database.rows(where: condition, of: snapshot, index: command.index)
      if allowed == nil { allowed = rows } else { allowed?.formIntersection(rows) }
    }
    return allowed
  }
}

extension SearchCommand {
  /// Rows of each list that are fused: some more than are printed, because what is far down in one may be high up in the other.
  private static let fusedDepth = 100

  /// Results that are searched for.
  var listDepth: Int { filter.hybrid == nil ? limit : max(limit, Self.fusedDepth) }

  var threadCount: Int { search.threads == 0 ? Process.processorCount : search.threads }
}
