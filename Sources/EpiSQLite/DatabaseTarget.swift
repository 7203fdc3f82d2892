package import EpiSystem

/// The file that a database is written to: a new one appears whole under its name, an existing one is changed in one transaction.
package enum DatabaseTarget: ~Copyable {
  case new(AtomicFile)
  case existing(path: String)

  /// - Throws: when there can be no database at `path`: a directory, a device, a place that cannot be written to. Whether an
  ///   existing file is a database shows only when it is used.
  package static func opening(_ path: String) throws(SystemError) -> DatabaseTarget {
    guard FileStatus(path: path).kind == .regular else { return .new(try AtomicFile(replacing: path)) }
    // SQLite would open what it may not write for reading, and tell so much later and in fewer words.
    try Descriptor.forWriting(path).close()
    return .existing(path: path)
  }
}
