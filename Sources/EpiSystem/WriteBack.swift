internal import Glibc
internal import Synchronization

/// Has a file that is being written go to the disk meanwhile, so that the wait at the end is for the last of it only.
///
/// Telling the kernel to begin is not enough: what a disk has been sent lies in its cache, and it is the flush of that cache that
/// takes long. So a thread waits for the disk while the file grows, again and again until little is left.
final class WriteBack {
  private let path: String
  private let progress = Progress()

  /// Less is not worth a flush.
  private static let step = 4 << 20
  /// As much has to have come during a flush for another to follow at once, whether or not more comes: the end waits for a flush that is
  /// under way.
  private static let backlog = 16 << 20

  init(_ path: String) { self.path = path }

  /// - Parameter size: of the file now.
  func follow(to size: Int) {
    guard progress.mustStart(at: size) else { return }
    let (path, progress) = (path, progress)
    // By a descriptor of its own: an error of the disk stays to be told to the one that the file is written by.
    _ = Background {
      repeat {
        if let file = try? Descriptor.forWriting(path) { Syscalls.flush(file.number) }
      } while progress.goesOn()
    }
  }

  /// Whoever writes the file waits for the disk now: another flush would only be in the way, of the end of the process too.
  func stop() { progress.stop() }

  /// How far the disk has come.
  private final class Progress: Sendable {
    private struct State {
      var size = 0
      /// Bytes of the file that are on the disk, or on their way.
      var reached = 0
      var isRunning = false
    }

    private let state = Mutex(State())

    /// Notes the size of the file; true when a thread has to be started for it.
    func mustStart(at size: Int) -> Bool {
      state.withLock { state in
        state.reached = min(state.reached, size)
        state.size = size
        guard !state.isRunning, size - state.reached >= step else { return false }
        state.reached = size
        state.isRunning = true
        return true
      }
    }

    func stop() { state.withLock { $0.size = $0.reached } }

    /// Whether the thread has to flush once more.
    func goesOn() -> Bool {
      state.withLock { state in
        state.isRunning = state.size - state.reached >= backlog
        if state.isRunning { state.reached = state.size }
        return state.isRunning
      }
    }
  }
}
