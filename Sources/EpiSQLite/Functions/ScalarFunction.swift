internal import CSQLite

/// A function of SQL that is written here.
package struct ScalarFunction {
  package typealias Body = (FunctionArguments, FunctionResult) -> Void

  /// Where it may be called.
  package enum Use: Sendable {
    /// Anywhere; equal arguments give equal results.
    case deterministic
    /// In statements themselves only, not in what a schema keeps.
    case directly
  }

  package var name: String
  /// -1: any number of them.
  package var argumentCount: Int
  package var use: Use
  package var body: Body

  package init(_ name: String, arguments argumentCount: Int, _ use: Use = .deterministic, _ body: @escaping Body) {
    self.name = name
    self.argumentCount = argumentCount
    self.use = use
    self.body = body
  }
}

extension Connection {
  private final class Registered {
    let body: ScalarFunction.Body
    init(_ body: @escaping ScalarFunction.Body) { self.body = body }
  }

  /// Makes a function known to this connection, until it is closed.
  package func define(_ function: ScalarFunction) throws(SQLiteError) {
    let flags = function.use == .directly ? SQLITE_DIRECTONLY : SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS
    let registered = unsafe Unmanaged.passRetained(Registered(function.body))
    let code = unsafe sqlite3_create_function_v2(
      handle, function.name, Int32(function.argumentCount), SQLITE_UTF8 | flags, registered.toOpaque(),
      { context, count, values in
        guard let data = unsafe sqlite3_user_data(context) else { return }
        let function = unsafe Unmanaged<Registered>.fromOpaque(data).takeUnretainedValue()
        unsafe function.body(FunctionArguments(values, count: count, context: context), FunctionResult(context))
      }, nil, nil,
      { data in
        // SQLite calls this too when the function could not be registered.
        guard let data = unsafe data else { return }
        unsafe Unmanaged<Registered>.fromOpaque(data).release()
      })
    guard code == SQLITE_OK else { throw failure(code, doing: "define the function '\(function.name)'") }
  }
}
