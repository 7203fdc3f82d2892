internal import Glibc

/// What the system knows of a file: its kind, size, mode and identity.
package struct FileStatus {
  package enum Kind: Equatable, Sendable {
    case missing
    case regular
    case directory
    case other
  }

  /// Device and inode: equal for two names of one file.
  package struct Identity: Hashable, Sendable {
    package var device: UInt64
    package var inode: UInt64
  }

  package private(set) var kind = Kind.missing
  /// Bytes; 0 for what is not a regular file.
  package private(set) var size = 0
  package private(set) var mode: UInt32 = 0
  package private(set) var identity = Identity(device: 0, inode: 0)

  /// The status of the file at `path`, symbolic links followed. What cannot be looked at counts as missing.
  package init(path: String) {
    if let raw = Syscalls.status(path) { set(raw) }
  }

  init(descriptor: Int32) {
    if let raw = Syscalls.status(descriptor) { set(raw) }
  }

  private mutating func set(_ raw: stat) {
    switch raw.st_mode & S_IFMT {
    case S_IFREG: kind = .regular
    case S_IFDIR: kind = .directory
    default: kind = .other
    }
    size = kind == .regular ? Int(raw.st_size) : 0
    mode = raw.st_mode & 0o7777
    identity = Identity(device: UInt64(raw.st_dev), inode: UInt64(raw.st_ino))
  }
}
