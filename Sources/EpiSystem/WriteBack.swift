internal import Glibc

/// Has a file that is being written go to the disk meanwhile, so that the wait at the end is for the last of it only.
///
/// Telling the kernel to begin is not enough: what a disk has been sent lies in its cache, and it is the flush of that cache that
/// takes long. So a thread waits for the disk while the file grows.
final class WriteBack {
  private let path: String
  /// Bytes of the file that are on the disk, or on their way.
  private var reached = 0
  private var running: Background<Void>?

  /// Less is not worth a flush.
  private static let step = 4 << 20

  init(_ path: String) { self.path = path }

  /// Begins anew when enough has come since and the disk has done what it was given.
  /// - Parameter size: of the file now.
  func follow(to size: Int) {
    reached = min(reached, size)
    guard size - reached >= Self.step, running?.isDone ?? true else { return }
    reached = size
    let path = path
    // By a descriptor of its own: an error of the disk stays to be told to the one that the file is written by.
    running = Background { if let file = try? Descriptor.forWriting(path) { Syscalls.flush(file.number) } }
  }
}
