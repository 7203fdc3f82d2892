internal import CSQLite
internal import EpiSystem

/// One connection to a SQLite file; closed when it goes out of scope.
///
/// Used by one thread at a time. A transaction that is still open when the connection goes away is rolled back. A statement may
/// outlive the value: SQLite then closes the connection with its last statement.
@safe
package struct Database: ~Copyable {
  package enum Opening {
    /// A file that exists, or that is made now.
    case creating
    /// A file that exists already.
    case existing
    /// A file that exists already, not to be written.
    case readOnly
  }

  /// The version of SQLite that is linked.
  package static var sqliteVersion: String { unsafe text(sqlite3_libversion()) }

  /// The file's name, as messages give it.
  package let path: String
  private let handle: OpaquePointer

  /// For what may be done by who does not own the database.
  package var connection: Connection { unsafe Connection(handle, path: path) }

  /// Opens the file at `path`. SQLite looks into it only when the first statement runs, so what is no database is noticed there.
  /// - Parameter name: stands for the file in messages; `path` itself when nil.
  package init(path: String, named name: String? = nil, _ opening: Opening) throws(SQLiteError) {
    let flags =
      switch opening {
      case .creating: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      case .existing: SQLITE_OPEN_READWRITE
      case .readOnly: SQLITE_OPEN_READONLY
      }
    self.path = name ?? path
    // SQLite gives ":memory:", "file:…" and the empty name meanings of their own; behind a directory they are plain names.
    let plain = path.hasPrefix("/") ? path : "./\(path)"
    var opened: OpaquePointer?
    let code = unsafe sqlite3_open_v2(plain, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
    guard code == SQLITE_OK, let connection = unsafe opened else {
      let detail = unsafe Self.text(sqlite3_errstr(code))
      unsafe sqlite3_close_v2(opened)
      throw SQLiteError(code: code, doing: "open", path: name ?? path, detail: detail)
    }
    unsafe handle = connection
  }

  /// Opens a database in memory, gone when it goes out of scope.
  package init(inMemoryNamed name: String = ":memory:") throws(SQLiteError) {
    path = name
    var opened: OpaquePointer?
    let code = unsafe sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
    guard code == SQLITE_OK, let connection = unsafe opened else {
      let detail = unsafe Self.text(sqlite3_errstr(code))
      unsafe sqlite3_close_v2(opened)
      throw SQLiteError(code: code, doing: "open", path: name, detail: detail)
    }
    unsafe handle = connection
  }

  deinit { unsafe sqlite3_close_v2(handle) }

  /// Opens a file that is only to be read. Where it may be written to, SQLite gets the right to: else it would leave the files of a
  /// write-ahead log behind.
  static func forReading(_ path: String, busyTimeout milliseconds: Int) throws(SQLiteError) -> Database {
    let isWritable = (try? Descriptor.forWriting(path).close()) != nil
    let database = try Database(path: path, isWritable ? .existing : .readOnly)
    database.waitForLocks(milliseconds: milliseconds)
    for setting in ["query_only = ON", "trusted_schema = OFF"] { try database.execute("PRAGMA \(setting)", doing: "set up the connection") }
    return database
  }

  /// How long a statement waits for another connection's lock before it fails with `.busy`.
  package func waitForLocks(milliseconds: Int) {
    _ = unsafe sqlite3_busy_timeout(handle, Int32(clamping: milliseconds))
  }

  /// Parameters that a statement can have.
  package var parameterLimit: Int { Int(unsafe sqlite3_limit(handle, SQLITE_LIMIT_VARIABLE_NUMBER, -1)) }

  /// Compiles one statement.
  /// - Precondition: `sql` holds no NUL (`SQLName` and `SQLLiteral` never print one).
  package borrowing func prepare(_ sql: String, doing action: String = "run a statement") throws(SQLiteError) -> Statement {
    try connection.prepare(sql, doing: action)
  }

  /// Runs one statement to its end; rows that it returns are passed over.
  /// - Parameter action: what it is for, as "cannot …" completes it.
  package borrowing func execute(_ sql: String, doing action: String) throws(SQLiteError) {
    try connection.execute(sql, doing: action)
  }

  /// The first column of the first row that a statement returns, as text; nil when there is none or it is NULL.
  package borrowing func text(_ sql: String, binding values: [String] = [], doing action: String) throws(SQLiteError) -> String? {
    let statement = try prepare(sql, doing: action)
    for (index, value) in values.enumerated() { try statement.bind(value, at: index) }
    return try statement.step() ? statement.text(column: 0) : nil
  }

  static func text(_ pointer: UnsafePointer<CChar>?) -> String {
    guard let pointer = unsafe pointer else { return "" }
    return unsafe String(cString: pointer)
  }
}
