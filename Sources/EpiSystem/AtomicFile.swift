internal import EpiBytes
internal import Glibc

/// A file that appears complete or not at all: written under a temporary name in the target's directory, then renamed.
///
/// When the value is dropped without `commit()`, or a signal ends the process, the temporary is removed and whatever stood at the
/// target stays as it was.
package struct AtomicFile: ~Copyable {
  /// Where the bytes go until `commit()`.
  package let temporaryPath: String
  package let targetPath: String
  private let descriptor: Descriptor
  private let registration: Interruption.Registration
  private let writeBack: WriteBack
  private var isFinished = false

  /// Creates the temporary beside `path`, with the mode of the file it will replace (else what the umask leaves of rw-rw-rw-).
  package init(replacing path: String) throws(SystemError) {
    let old = FileStatus(path: path)
    switch old.kind {
    case .directory: throw SystemError(.cannotCreateOutput, path: path, message: "is a directory")
    case .other: throw SystemError(.cannotCreateOutput, path: path, message: "is not a regular file")
    case .regular:
      // A rename would need no permission on the file itself; whoever made it read-only meant it.
      do {
        try Syscalls.isWritable(path)
      } catch {
        throw SystemError(error, doing: "replace", kind: .cannotCreateOutput, path: path)
      }
    case .missing: break
    }
    // A symbolic link stays one: what it points at is replaced.
    let target = Syscalls.resolved(path)
    let nameStart = target.lastIndex(of: "/").map { target.index(after: $0) } ?? target.startIndex
    let (directory, prefix) = (String(target[..<nameStart]), ".\(target[nameStart...]).epi-")
    Self.removeAbandoned(prefix: prefix, in: directory)
    let temporary = "\(directory)\(prefix)\(getpid())"
    let registration = Interruption.removeOnSignal(temporary)
    do {
      descriptor = try Self.creating(temporary, target: path)
    } catch {
      Interruption.keepOnSignal(registration)
      throw error
    }
    self.registration = registration
    if old.kind == .regular { _ = fchmod(descriptor.number, old.mode) }
    temporaryPath = temporary
    writeBack = WriteBack(temporary)
    targetPath = target
  }

  /// Makes the temporary. The lock on it, which ends with the process, tells others that it is not abandoned.
  private static func creating(_ temporary: String, target: String) throws(SystemError) -> Descriptor {
    while true {
      try? Syscalls.unlink(temporary)  // left by a process of the same number that was killed
      let descriptor = try Descriptor.creating(temporary, target: target)
      try? Syscalls.lock(descriptor.number)
      // Before it was locked, another process could take it for abandoned.
      if FileStatus(path: temporary).identity == descriptor.status.identity { return descriptor }
    }
  }

  /// Removes what processes that were killed have left of earlier outputs of the same name.
  private static func removeAbandoned(prefix: String, in directory: String) {
    for name in Syscalls.names(in: directory.isEmpty ? "." : directory) where name.utf8.starts(with: prefix.utf8) {
      guard name.dropFirst(prefix.count).allSatisfy(\.isNumber), let number = try? Syscalls.open(directory + name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else { continue }
      if (try? Syscalls.lock(number)) != nil { try? Syscalls.unlink(directory + name) }
      try? Syscalls.close(number)
    }
  }

  deinit {
    guard !isFinished else { return }
    try? Syscalls.unlink(temporaryPath)
    Interruption.keepOnSignal(registration)
  }

  package func write(_ bytes: Span<UInt8>) throws(SystemError) {
    try descriptor.write(bytes)
  }

  /// Has the next bytes written at `offset`.
  package func seek(to offset: Int) throws(SystemError) { try descriptor.seek(writingTo: offset) }

  /// Makes the file as long as this.
  package func truncate(to length: Int) throws(SystemError) { try descriptor.truncate(to: length) }

  /// Whether the target has the bytes that were written.
  /// - Complexity: O(bytes of the file) when both are of one length
  package func equalsTarget() throws(SystemError) -> Bool {
    guard FileStatus(path: targetPath).kind == .regular else { return false }
    let written = try MappedFile(path: temporaryPath)
    let target = try MappedFile(path: targetPath)
    return written.equals(target)
  }

  /// Has what is in the file go to the disk while more is written, so that `commit` has less to wait for. To be called now and then.
  package func startWriteBack() { writeBack.follow(to: descriptor.status.size) }

  /// Bytes of a file that it takes the system milliseconds to forget.
  private static let longToForget = 32 << 20

  /// Puts the file on the disk and gives it its name. On failure the target is untouched.
  package consuming func commit() throws(SystemError) {
    writeBack.stop()
    try descriptor.synchronize()
    let target = FileStatus(path: targetPath)
    let replaced = target.kind == .regular && target.size >= Self.longToForget ? try? Syscalls.open(targetPath, O_RDONLY | O_NONBLOCK) : nil
    do {
      try Syscalls.rename(temporaryPath, targetPath)
    } catch {
      if let replaced { try? Syscalls.close(replaced) }
      throw SystemError(error, doing: "replace", kind: .cannotCreateOutput, path: targetPath)
    }
    isFinished = true
    Interruption.keepOnSignal(registration)
    // The system forgets a large file page by page; it does so when the last one lets it go, here while the disk is waited for.
    if let replaced { _ = Background { try? Syscalls.close(replaced) } }
    // The name is safe on the disk only when the directory is. The rename has happened, so a failure is not reported.
    let directory = targetPath.lastIndex(of: "/").map { String(targetPath[...$0]) } ?? "."
    if let number = try? Syscalls.open(directory, O_RDONLY | O_DIRECTORY) {
      try? Syscalls.synchronize(number)
      try? Syscalls.close(number)
    }
  }
}
