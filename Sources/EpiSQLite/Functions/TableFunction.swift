internal import CSQLite

/// A function of SQL that stands where a table may, written here: its arguments are the first columns of that table, hidden ones.
package protocol TableFunction: AnyObject {
  /// `CREATE TABLE x(…)` with all columns, the arguments first.
  var declaration: String { get }
  var argumentCount: Int { get }

  /// What is wrong with a call that has `count` arguments, which are not enough.
  func objection(toArgumentCount count: Int) -> String

  /// Why a column that is no argument cannot be asked for by `=`, nor a value be handed over as one argument too many; nil where it
  /// can: SQLite then compares.
  func objection(toEqualityOf column: Int) -> String?

  /// The rows for the given arguments.
  func rows(for arguments: FunctionArguments) throws(TableFunctionError) -> any TableFunctionRows
}

/// Rows of a table function, one of them current.
package protocol TableFunctionRows: AnyObject {
  var isAtEnd: Bool { get }
  var rowid: Int64 { get }
  func advance()
  func write(column: Int, to result: FunctionResult)
}

/// Ends the statement with this message.
package struct TableFunctionError: Error {
  package var message: String
  package init(_ message: String) { self.message = message }
}

extension Connection {
  /// Makes a table function known to this connection, until it is closed.
  package func define(_ name: String, _ function: any TableFunction) throws(SQLiteError) {
    let registered = unsafe Unmanaged.passRetained(Registered(function))
    let code = unsafe sqlite3_create_module_v2(handle, name, TableFunctionModule.callbacks, registered.toOpaque()) { data in
      guard let data = unsafe data else { return }
      unsafe Unmanaged<Registered>.fromOpaque(data).release()
    }
    guard code == SQLITE_OK else { throw failure(code, doing: "define the table function '\(name)'") }
  }
}

private final class Registered {
  let function: any TableFunction
  init(_ function: any TableFunction) { self.function = function }
}

/// What SQLite knows of a table: its own part comes first.
@unsafe
private struct TableHead {
  var base: sqlite3_vtab
  var registered: Unmanaged<Registered>
}

@unsafe
private struct CursorHead {
  var base: sqlite3_vtab_cursor
  var rows: Unmanaged<CurrentRows>?
}

/// What a cursor goes through. A class of its own, because to ask an object for its protocols takes long.
private final class CurrentRows {
  let rows: any TableFunctionRows
  init(_ rows: any TableFunctionRows) { self.rows = rows }
}

/// The callbacks by which SQLite uses a table function.
private enum TableFunctionModule {
  nonisolated(unsafe) static let callbacks: UnsafePointer<sqlite3_module> = {
    var module = sqlite3_module()
    // Without xCreate the table exists by itself.
    unsafe module.xConnect = { connection, data, _, _, table, _ in unsafe connect(connection, data, table) }
    unsafe module.xDisconnect = { table in
      guard let table = unsafe table else { return SQLITE_OK }
      unsafe sqlite3_free(table.pointee.zErrMsg)
      unsafe head(table).deallocate()
      return SQLITE_OK
    }
    unsafe module.xBestIndex = { table, plan in unsafe choosePlan(table, plan) }
    unsafe module.xOpen = { _, cursor in
      let head = UnsafeMutablePointer<CursorHead>.allocate(capacity: 1)
      unsafe head.initialize(to: CursorHead(base: sqlite3_vtab_cursor(), rows: nil))
      unsafe cursor?.pointee = UnsafeMutableRawPointer(head).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
      return SQLITE_OK
    }
    unsafe module.xClose = { cursor in
      guard let cursor = unsafe cursor else { return SQLITE_OK }
      unsafe head(cursor).pointee.rows?.release()
      unsafe head(cursor).deallocate()
      return SQLITE_OK
    }
    unsafe module.xFilter = { cursor, _, _, count, values in unsafe filter(cursor, count, values) }
    unsafe module.xNext = { cursor in
      unsafe rows(cursor)?.advance()
      return SQLITE_OK
    }
    unsafe module.xEof = { cursor in unsafe rows(cursor)?.isAtEnd ?? true ? 1 : 0 }
    unsafe module.xColumn = { cursor, context, column in
      unsafe rows(cursor)?.write(column: Int(column), to: FunctionResult(context))
      return SQLITE_OK
    }
    unsafe module.xRowid = { cursor, rowid in
      unsafe rowid?.pointee = rows(cursor)?.rowid ?? 0
      return SQLITE_OK
    }
    let memory = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)
    unsafe memory.initialize(to: module)
    return unsafe UnsafePointer(memory)
  }()

  private static func head(_ table: UnsafeMutablePointer<sqlite3_vtab>) -> UnsafeMutablePointer<TableHead> {
    unsafe UnsafeMutableRawPointer(table).assumingMemoryBound(to: TableHead.self)
  }

  private static func head(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>) -> UnsafeMutablePointer<CursorHead> {
    unsafe UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: CursorHead.self)
  }

  private static func rows(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> (any TableFunctionRows)? {
    guard let cursor = unsafe cursor else { return nil }
    return unsafe head(cursor).pointee.rows?.takeUnretainedValue().rows
  }

  private static func connect(
    _ connection: OpaquePointer?, _ data: UnsafeMutableRawPointer?,
    _ table: UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab>?>?
  ) -> Int32 {
    guard let data = unsafe data else { return SQLITE_MISUSE }
    let registered = unsafe Unmanaged<Registered>.fromOpaque(data)
    let code = unsafe sqlite3_declare_vtab(connection, registered.takeUnretainedValue().function.declaration)
    guard code == SQLITE_OK else { return code }
    let head = UnsafeMutablePointer<TableHead>.allocate(capacity: 1)
    unsafe head.initialize(to: TableHead(base: sqlite3_vtab(), registered: registered))
    unsafe table?.pointee = UnsafeMutableRawPointer(head).assumingMemoryBound(to: sqlite3_vtab.self)
    return SQLITE_OK
  }

  /// All arguments must be known when the rows are asked for; where they come from another table, that one is read first.
  private static func choosePlan(
    _ table: UnsafeMutablePointer<sqlite3_vtab>?, _ plan: UnsafeMutablePointer<sqlite3_index_info>?
  ) -> Int32 {
    guard let table = unsafe table, let plan = unsafe plan else { return SQLITE_MISUSE }
    let function = unsafe head(table).pointee.registered.takeUnretainedValue().function
    let wanted = function.argumentCount
    var places = [Int?](repeating: nil, count: wanted)
    var isUsable = true
    for index in 0..<Int(unsafe plan.pointee.nConstraint) {
      let constraint = unsafe plan.pointee.aConstraint[index]
      guard constraint.op == UInt8(SQLITE_INDEX_CONSTRAINT_EQ), constraint.iColumn >= 0 else { continue }
      let column = Int(constraint.iColumn)
      guard column < wanted else {
        if let objection = function.objection(toEqualityOf: column) { return unsafe fail(table, objection) }
        continue
      }
      if constraint.usable == 0 { isUsable = false }
      if places[column] == nil || constraint.usable != 0 { places[column] = index }
    }
    let found = places.count { $0 != nil }
    guard isUsable else { return SQLITE_CONSTRAINT }
    guard found == wanted else { return unsafe fail(table, function.objection(toArgumentCount: found)) }
    for (argument, place) in places.enumerated() {
      guard let place else { continue }
      unsafe plan.pointee.aConstraintUsage[place].argvIndex = Int32(argument + 1)
      unsafe plan.pointee.aConstraintUsage[place].omit = 1
    }
    // Dear to start and few rows: it is run once, and other tables are looked up for its rows.
    unsafe plan.pointee.estimatedCost = 1e6
    unsafe plan.pointee.estimatedRows = 10
    return SQLITE_OK
  }

  private static func filter(
    _ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?, _ count: Int32, _ values: UnsafeMutablePointer<OpaquePointer?>?
  ) -> Int32 {
    guard let cursor = unsafe cursor, let table = unsafe cursor.pointee.pVtab else { return SQLITE_MISUSE }
    let head = unsafe head(cursor)
    unsafe head.pointee.rows?.release()
    unsafe head.pointee.rows = nil
    let function = unsafe Self.head(table).pointee.registered.takeUnretainedValue().function
    do {
      let rows = try function.rows(for: unsafe FunctionArguments(values, count: count, context: nil))
      unsafe head.pointee.rows = Unmanaged.passRetained(CurrentRows(rows))
      return SQLITE_OK
    } catch {
      return unsafe fail(table, error.message)
    }
  }

  /// The message must lie in SQLite's memory, and the one before be freed.
  private static func fail(_ table: UnsafeMutablePointer<sqlite3_vtab>, _ message: String) -> Int32 {
    unsafe sqlite3_free(table.pointee.zErrMsg)
    let bytes = message.utf8CString
    let copy = unsafe sqlite3_malloc64(UInt64(bytes.count))?.assumingMemoryBound(to: CChar.self)
    for (index, byte) in bytes.enumerated() { unsafe copy?[index] = byte }
    unsafe table.pointee.zErrMsg = copy
    return SQLITE_ERROR
  }
}
