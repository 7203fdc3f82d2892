internal import CSQLite
internal import EpiBytes

/// A connection to SQLite that somebody else keeps open: a `Database`, or the program that has loaded epi as an extension.
///
/// Used by one thread at a time, and not after the connection is closed.
@safe
package struct Connection {
  let handle: OpaquePointer
  /// The file's name, as messages give it.
  package let path: String

  init(_ handle: OpaquePointer, path: String) {
    unsafe self.handle = handle
    self.path = path
  }

  /// The connection of a program that has loaded epi as an extension.
  package init(ofHost handle: OpaquePointer) { unsafe self.init(handle, path: "the database") }

  /// Compiles one statement.
  /// - Precondition: `sql` holds no NUL (`SQLName` and `SQLLiteral` never print one).
  package func prepare(_ sql: String, doing action: String = "run a statement") throws(SQLiteError) -> Statement {
    let text = sql.utf8.span
    precondition(ByteScan.first(0, in: text, 0..<text.count) == text.count)
    var compiled: OpaquePointer?
    let code = unsafe sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, nil)
    guard code == SQLITE_OK, let compiled = unsafe compiled else { throw failure(code, doing: action) }
    return unsafe Statement(taking: compiled, action: action, path: path)
  }

  /// Runs one statement to its end; rows that it returns are passed over.
  /// - Parameter action: what it is for, as "cannot …" completes it.
  package func execute(_ sql: String, doing action: String) throws(SQLiteError) {
    let statement = try prepare(sql, doing: action)
    while try statement.step() {}
  }

  /// Whether the database `schema` cannot be written to.
  package func isReadOnly(_ schema: String) -> Bool { unsafe sqlite3_db_readonly(handle, schema) == 1 }

  /// Whether a transaction is open that has changed, or may change, the database `schema`.
  package func isWriting(_ schema: String) -> Bool { unsafe sqlite3_txn_state(handle, schema) == SQLITE_TXN_WRITE }

  /// A number that is another one after each change to the database `schema`, whoever commits it; nil where there is none.
  ///
  /// Other connections' changes show only while a statement that reads the database runs.
  package func dataVersion(of schema: String) -> UInt32? {
    var version: UInt32 = 0
    let code = unsafe sqlite3_file_control(handle, schema, SQLITE_FCNTL_DATA_VERSION, &version)
    return code == SQLITE_OK ? version : nil
  }

  func failure(_ code: Int32, doing action: String) -> SQLiteError {
    unsafe SQLiteError(code: code, doing: action, path: path, detail: Database.text(sqlite3_errmsg(handle)))
  }
}
