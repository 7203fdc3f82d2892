internal import EpiBytes
package import EpiSystem

/// The file that a database is written to: a new one appears whole under its name, an existing one is changed in one transaction.
package enum DatabaseTarget: ~Copyable {
  case new(AtomicFile)
  /// A database that exists is replaced by a new one: all that is in it is gone.
  case replaced(AtomicFile)
  case existing(path: String)

  /// Whether it is changed where it is.
  var isExisting: Bool {
    switch self {
    case .existing: true
    case .new: false
    case .replaced: false
    }
  }

  /// Where a new file lies until it is whole, and what it is called in messages; nil for one that is changed where it is.
  var freshFile: (path: String, name: String)? {
    switch self {
    case .new(let file): (file.temporaryPath, file.targetPath)
    case .replaced(let file): (file.temporaryPath, file.targetPath)
    case .existing: nil
    }
  }

  /// Takes out what was written to a new file.
  func emptyFreshFile() throws(SystemError) {
    switch self {
    case .new(let file): try file.truncate(to: 0)
    case .replaced(let file): try file.truncate(to: 0)
    case .existing: break
    }
  }

  /// Has what is in a new file go to the disk while more is written.
  func startWriteBack() {
    switch self {
    case .new(let file): file.startWriteBack()
    case .replaced(let file): file.startWriteBack()
    case .existing: break
    }
  }

  /// - Throws: when there can be no database at `path`: a directory, a device, a place that cannot be written to, a file of
  ///   another kind. A new file is then not made, an existing one is as it was.
  /// - Parameter replacing: makes a new file even where there is a database.
  package static func opening(_ path: String, replacing: Bool = false) throws(SystemError) -> DatabaseTarget {
    let status = FileStatus(path: path)
    guard status.kind == .regular else {
      // SQLite would take what is left of another database for changes to this one.
      for rest in ["\(path)-journal", "\(path)-wal"] where FileStatus(path: rest).kind != .missing {
        throw SystemError(
          .cannotCreateOutput, path: rest, message: "a database that is gone has left this file behind", hint: "remove it, or write to another file")
      }
      return .new(try AtomicFile(replacing: path))
    }
    // SQLite would open what it may not write for reading, and tell so much later and in fewer words.
    try Descriptor.forWriting(path).close()
    // An empty file is an empty database. SQLite takes one byte for nothing too, and would write over it.
    guard status.size > 0 else { return replacing ? .replaced(try AtomicFile(replacing: path)) : .existing(path: path) }
    let file = try Descriptor.forReading(path)
    var head = ByteWriter(capacity: 64)
    while head.count < magic.utf8CodeUnitCount, try file.read(upTo: magic.utf8CodeUnitCount - head.count, into: &head) > 0 {}
    var wanted = ByteWriter(capacity: 64)
    wanted.append(magic)
    guard head.count == wanted.count, head.span.indices.allSatisfy({ head.span[$0] == wanted.span[$0] }) else {
      throw SystemError(
        .cannotCreateOutput, path: path, message: "the file is not a SQLite database", hint: "name another file, or remove this one")
    }
    guard replacing else { return .existing(path: path) }
    try refuseInUse(path)
    return .replaced(try AtomicFile(replacing: path))
  }

  /// Refuses to replace a database with a log or journal that SQLite would apply to the new file.
  static func refuseInUse(_ path: String) throws(SystemError) {
    for rest in ["\(path)-wal", "\(path)-journal"] {
      let status = FileStatus(path: rest)
      guard status.kind != .missing, rest.hasSuffix("-wal") || status.size > 0 else { continue }
      throw SystemError(
        .tryAgainLater, path: rest, message: "the database is in use, or was left so by a process that was killed",
        hint: "close it, or leave out --replace: then SQLite puts it in order")
    }
  }

  /// How every database begins (SQLite's file format, section 1.3).
  private static let magic: StaticString = "SQLite format 3\0"
}
