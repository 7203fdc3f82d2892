internal import CSQLite

/// A call into SQLite that failed: what was tried, and SQLite's reason as a sentence and a kind.
package struct SQLiteError: Error, Equatable {
  /// What a failure means for the caller of a tool; the exit status follows from it.
  package enum Kind: Equatable, Sendable {
    /// Another connection holds a lock.
    case busy
    /// The disk is full, or reading or writing failed.
    case inputOutput
    /// The file is no database, or a damaged one.
    case notADatabase
    case cannotOpen
    case notPermitted
    case outOfMemory
    /// A value, a row or a statement is larger than SQLite allows.
    case tooBig
    /// A row breaks a constraint of its table.
    case constraint
    /// A statement that SQLite does not accept, or a use of its interface that it does not allow.
    case refused
  }

  package var kind: Kind
  /// SQLite's extended result code.
  package var code: Int32
  /// The database file.
  package var path: String
  /// The whole reason: "cannot commit: the database is locked".
  package var message: String
  package var hint: String?
  /// SQLite's own message.
  package var detail: String

  /// The error for a result code.
  /// - Parameters:
  ///   - action: what was tried, as "cannot …" completes it.
  ///   - detail: SQLite's own message, used where the code alone says too little.
  @inline(never)
  init(code: Int32, doing action: String, path: String, detail: String) {
    kind = Self.kind(of: code)
    self.code = code
    self.path = path
    self.detail = detail
    message = "cannot \(action): \(Self.reason(code, detail: detail))"
    hint = Self.hint(for: kind, code: code)
  }

  /// A row that SQLite would not take.
  static func tooBig(doing action: String, path: String) -> SQLiteError { SQLiteError(code: SQLITE_TOOBIG, doing: action, path: path, detail: "") }

  private static func kind(of code: Int32) -> Kind {
    switch code & 0xff {
    case SQLITE_BUSY, SQLITE_LOCKED: .busy
    case SQLITE_FULL, SQLITE_IOERR: .inputOutput
    case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT: .notADatabase
    case SQLITE_CANTOPEN: .cannotOpen
    case SQLITE_PERM, SQLITE_READONLY, SQLITE_AUTH: .notPermitted
    case SQLITE_NOMEM: .outOfMemory
    case SQLITE_TOOBIG: .tooBig
    case SQLITE_CONSTRAINT: .constraint
    default: .refused
    }
  }

  private static func reason(_ code: Int32, detail: String) -> String {
    switch code & 0xff {
    case SQLITE_BUSY, SQLITE_LOCKED: "the database is locked"
    case SQLITE_FULL: "no space left on the disk"
    case SQLITE_IOERR: "reading or writing failed (SQLite code \(code))"
    case SQLITE_CORRUPT: "the database is damaged"
    case SQLITE_NOTADB, SQLITE_FORMAT: "the file is not a SQLite database"
    case SQLITE_CANTOPEN: "the file cannot be opened"
    case SQLITE_PERM, SQLITE_AUTH: "permission denied"
    case SQLITE_READONLY: "the database is read-only"
    case SQLITE_NOMEM: "out of memory"
    case SQLITE_TOOBIG: "a row is larger than SQLite allows"
    default: detail
    }
  }

  private static func hint(for kind: Kind, code: Int32) -> String? {
    switch kind {
    case .busy: "another process is using it; try again, or wait longer with --busy-timeout MS"
    case .notADatabase where code & 0xff == SQLITE_CORRUPT: "remove the file; it can be rebuilt from the rows"
    case .notADatabase: "name another file, or remove this one"
    default: nil
    }
  }
}
