internal import EpiCommand
internal import EpiSystem
internal import EpiVectors

/// Looks between queries whether another snapshot has taken the name of the index. A new one is read to its end and verified by a thread
/// of its own; until that is done, the old one serves.
struct SnapshotWatch {
  /// A snapshot that was found sound.
  final class Replacement: @unchecked Sendable {
    private var snapshot: Snapshot?
    let identity: FileStatus.Identity

    fileprivate init(_ snapshot: consuming Snapshot, _ identity: FileStatus.Identity) {
      self.snapshot = .some(snapshot)
      self.identity = identity
    }

    func take() -> Snapshot? { snapshot.take() }
  }

  enum Finding {
    case unchanged
    case replaced(Replacement)
    case failed(ToolFailure)
  }

  private enum Outcome: Sendable {
    case sound(Replacement)
    case failed(ToolFailure)
  }

  /// The check of a new file, while it goes on.
  private var check: Background<Outcome>?
  /// The file that was looked at last.
  private var seen: FileStatus.Identity?

  /// A query waits so long for a check; after that the old snapshot answers it.
  private static let patience = 0.5

  /// - Parameter current: the file that is in use.
  mutating func look(at path: String, current: FileStatus.Identity) -> Finding {
    let status = FileStatus(path: path)
    if status.kind == .regular, status.identity != current, status.identity != seen {
      seen = status.identity
      check = Background { Self.outcome(path, status.identity) }
    }
    guard let outcome = check?.value(waiting: Self.patience) else { return .unchanged }
    check = nil
    switch outcome {
    case .sound(let replacement): return .replaced(replacement)
    case .failed(let failure): return .failed(failure)
    }
  }

  private static func outcome(_ path: String, _ identity: FileStatus.Identity) -> Outcome {
    do throws(ToolFailure) {
      let snapshot = try OpenIndex.open(path)
      do {
        try SnapshotCheck.run(snapshot)
      } catch {
        throw ToolFailure(error, index: path)
      }
      return .sound(Replacement(snapshot, identity))
    } catch {
      return .failed(error)
    }
  }
}
