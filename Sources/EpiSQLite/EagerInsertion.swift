internal import EpiSystem

/// Rows on their way into a new database while others are still being read.
///
/// What types the columns have is known only when all rows are there. But it seldom changes after the first thousand, and most rows
/// come in order. So a thread of its own inserts them as if what is known of the tables were all there is to know. Where that turns
/// out to be wrong, the file is emptied and filled anew: the outcome is the same.
struct EagerInsertion: ~Copyable {
  /// Plans of the tables that have had rows, by the number of the table.
  private var plans: [TablePlan] = []
  /// Of each of them, the revision of the scan that it was made of.
  private var revisions: [Int] = []
  private let filling: Filling
  private let conveyor: Conveyor<Delivery>

  /// More tables are planned only when all rows are there: names are compared each with each.
  private static let tableLimit = 100
  /// Chunks that may wait: what two processes, or the disk, are out of step.
  private static let waitingLimit = 16

  /// Rows, and the plans of all tables up to theirs.
  private struct Delivery: Sendable {
    var chunk: RowSpool.Chunk
    var plans: [TablePlan]
  }

  /// The thread's work; it is this object's only user until it has ended.
  private final class Filling: @unchecked Sendable {
    let (path, name): (String, String)
    var fresh: FreshDatabase?
    /// The first error, whatever it was: the rows are inserted anew, and the error comes again if it is the rows' or the disk's.
    var hasFailed = false

    init(path: String, name: String) { (self.path, self.name) = (path, name) }

    func take(_ delivery: Delivery) {
      guard !hasFailed else { return }
      do { try insert(delivery) } catch { hasFailed = true }
    }

    private func insert(_ delivery: Delivery) throws {
      if fresh == nil { fresh = try FreshDatabase(path: path, named: name, plans: delivery.plans) }
      fresh?.inserter.extend(to: delivery.plans)
      try fresh?.insert(delivery.chunk)
    }

    func takeFresh() -> FreshDatabase? { fresh.take() }
  }

  /// - Parameters:
  ///   - path: an empty file.
  ///   - name: stands for it in messages.
  /// - Returns: nil where the system refuses a thread.
  init?(path: String, named name: String) {
    let filling = Filling(path: path, name: name)
    guard let conveyor = Conveyor<Delivery>(holding: Self.waitingLimit, { filling.take($0) }) else { return nil }
    self.filling = filling
    self.conveyor = conveyor
  }

  /// Has rows inserted.
  /// - Parameters:
  ///   - chunks: the next ones of the spool.
  ///   - scans: what is known of the tables, these rows among it.
  /// - Returns: false when the tables turn out to be other ones than those that rows have been inserted into.
  mutating func insert(_ chunks: [RowSpool.Chunk], of scans: [TableScan]) -> Bool {
    guard scans.count <= Self.tableLimit, let last = scans.lastIndex(where: { $0.rows > 0 }) else { return false }
    for index in 0...last where index >= plans.count || revisions[index] != scans[index].revision {
      let name = index < plans.count ? plans[index].name : SQLNames.distinct(scans.map(\.name))[index]
      guard let plan = try? TablePlan(scans[index], named: name, placeOf: { _ in "" }, report: { _ in }) else { return false }
      if index < plans.count {
        guard plans[index].fills(plan) else { return false }
        revisions[index] = scans[index].revision
      } else {
        plans.append(plan)
        revisions.append(scans[index].revision)
      }
    }
    for chunk in chunks { conveyor.send(Delivery(chunk: chunk, plans: plans)) }
    return true
  }

  /// Waits until the rows are inserted.
  /// - Parameter final: the plans of all tables, now that all rows are known.
  /// - Returns: the database with all rows that were handed over; nil when it was made by other plans, or could not be made.
  consuming func finish(by final: [TablePlan]) -> FreshDatabase? {
    conveyor.drain()
    guard !filling.hasFailed, zip(plans, final).allSatisfy({ $0.fills($1) }), var fresh = filling.takeFresh() else { return nil }
    fresh.inserter.extend(to: final)
    return fresh
  }
}

extension TablePlan {
  /// Whether rows that were inserted by this plan are as the other one would have them.
  fileprivate func fills(_ other: TablePlan) -> Bool {
    SQLNames.areSame(name, other.name) && isStrict == other.isStrict && keyColumn == other.keyColumn && columns.count == other.columns.count
      && other.targets.starts(with: targets) && zip(columns, other.columns).allSatisfy { $0.isSame(as: $1) }
  }
}
