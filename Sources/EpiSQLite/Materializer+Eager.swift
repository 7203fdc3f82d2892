internal import EpiSystem

/// Insertion that begins before all rows are there.
///
/// When the tables turn out other than they seemed, it is given up, and begun anew when there are twice as many rows: so what is done
/// in vain is less than what is done once, however often that happens. Where rows can be read again, they are not kept besides; then the
/// first such turn ends the work, which has to be begun again with rows that are kept.
extension Materializer {
  /// Begins to look at the rows of a whole state, where they go to a new file.
  mutating func followRows() {
    eager = nil
    nextAttempt = 1
    if target?.freshFile != nil { collector.spool.follow() }
  }

  /// Has the latest rows inserted, if there are enough of them and they came in order.
  /// - Throws: `MaterializerError.rowsGone` when rows that were inserted cannot stay as they are, and are nowhere else.
  mutating func insertEagerly() throws(MaterializerError) {
    guard !collector.spool.unseen.isEmpty else { return }
    var chunks = collector.spool.takeUnseen()
    guard collector.spool.isAscending, let file = target?.freshFile else { return try giveUpEager() }
    if eager == nil {
      // An insertion that begins late has all rows to take in, which must be at hand.
      guard collector.spool.runs.isEmpty else { return try giveUpEager() }
      guard collector.spool.sealed >= nextAttempt else { return }
      chunks = collector.spool.full
      eager = EagerInsertion(path: file.path, named: file.name)
    }
    guard eager?.insert(chunks, of: collector.tables) == true else {
      guard !collector.spool.isIncomplete else { throw .rowsGone }
      eager = nil
      nextAttempt = 2 * collector.spool.sealed
      // Else it is tried again when the rows are written, and fails there.
      if (try? target?.emptyFreshFile()) == nil { try giveUpEager() }
      return
    }
    if !keepsRows { collector.spool.forgetChunks() }
    target?.startWriteBack()
  }

  private mutating func giveUpEager() throws(MaterializerError) {
    guard !collector.spool.isIncomplete else { throw .rowsGone }
    eager = nil
    collector.spool.stopFollowing()
  }
}

extension RowCollector {
  /// Ends an insertion that was begun: no more rows will come.
  /// - Parameter plans: of all tables.
  /// - Returns: the database with all rows; nil when none was begun, or what it was begun with was wrong.
  /// - Throws: `MaterializerError.rowsGone` when it was, and the rows are nowhere else.
  mutating func finish(_ insertion: consuming EagerInsertion?, of plans: [TablePlan]) throws(MaterializerError) -> FreshDatabase? {
    let fresh = completed(insertion, of: plans)
    let isMissing = fresh == nil
    if isMissing, spool.isIncomplete { throw .rowsGone }
    return fresh
  }

  private mutating func completed(_ insertion: consuming EagerInsertion?, of plans: [TablePlan]) -> FreshDatabase? {
    spool.seal()
    let rest = spool.takeUnseen()
    guard var insertion, spool.isAscending, insertion.insert(rest, of: tables) else { return nil }
    return insertion.finish(by: plans)
  }
}
