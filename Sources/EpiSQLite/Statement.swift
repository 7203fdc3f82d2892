internal import CSQLite
package import EpiBytes

/// A value to be bound to a parameter of a statement. Text and blobs are ranges of bytes that the caller hands over with the
/// statement's run, so that nothing is copied on the way into SQLite.
package enum BoundValue: Equatable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  /// The text `true` or `false`.
  case boolean(Bool)
  /// UTF-8 in the bytes of the row; NUL is an ordinary character.
  case text(ByteRange)
  case blob(ByteRange)
  /// UTF-8 in the bytes that stay the same from row to row.
  case constantText(ByteRange)
  case constantBlob(ByteRange)
}

/// A compiled statement; freed when it goes out of scope.
@safe
package struct Statement: ~Copyable {
  private let handle: OpaquePointer
  /// What it is for, as "cannot …" completes it.
  private let action: String
  private let path: String

  init(taking handle: OpaquePointer, action: String, path: String) {
    unsafe self.handle = handle
    self.action = action
    self.path = path
  }

  deinit { unsafe sqlite3_finalize(handle) }

  /// Binds one value to each parameter, in order, and runs the statement to its end.
  ///
  /// The bytes are read where they lie (SQLITE_STATIC). The next run binds every parameter anew, so SQLite never looks at bytes
  /// of an earlier one.
  /// - Parameters:
  ///   - values: one for each parameter.
  ///   - bytes: what `.text` and `.blob` ranges point into.
  ///   - constants: what `.constantText` and `.constantBlob` ranges point into.
  /// - Throws: the failure of the run; the statement can be run again.
  /// - Complexity: O(`values.count`), and no copy of any value.
  package borrowing func run(
    binding values: Span<BoundValue>, in bytes: Span<UInt8>, constants: Span<UInt8>
  ) throws(SQLiteError) {
    precondition(values.count == Int(unsafe sqlite3_bind_parameter_count(handle)))
    let outcome: Int32 = unsafe bytes.withUnsafeBufferPointer { row in
      unsafe constants.withUnsafeBufferPointer { constant in
        for index in values.indices {
          let code =
            switch values[index] {
            case .null: unsafe sqlite3_bind_null(handle, Int32(index + 1))
            case .integer(let value): unsafe sqlite3_bind_int64(handle, Int32(index + 1), value)
            case .real(let value): unsafe sqlite3_bind_double(handle, Int32(index + 1), value)
            case .boolean(let value): unsafe sqlite3_bind_text(handle, Int32(index + 1), value ? "true" : "false", -1, Self.transient)
            case .text(let range): unsafe bind(text: range, of: row, at: index)
            case .blob(let range): unsafe bind(blob: range, of: row, at: index)
            case .constantText(let range): unsafe bind(text: range, of: constant, at: index)
            case .constantBlob(let range): unsafe bind(blob: range, of: constant, at: index)
            }
          if code != SQLITE_OK { return code }
        }
        var code = unsafe sqlite3_step(handle)
        while code == SQLITE_ROW { code = unsafe sqlite3_step(handle) }
        return code
      }
    }
    // The reason must be read before the reset; the reset repeats the code of the run.
    if outcome == SQLITE_DONE {
      unsafe sqlite3_reset(handle)
      return
    }
    let error = failure(outcome)
    unsafe sqlite3_reset(handle)
    throw error
  }

  private func bind(text range: ByteRange, of bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int32 {
    let part = unsafe UnsafeBufferPointer(rebasing: bytes[range.bounds])
    // A null pointer would be bound as NULL: the empty text needs an address too.
    guard !part.isEmpty, let start = unsafe UnsafeRawPointer(part.baseAddress) else {
      return unsafe sqlite3_bind_text(handle, Int32(index + 1), "", 0, Self.transient)
    }
    return unsafe sqlite3_bind_text64(
      handle, Int32(index + 1), start.assumingMemoryBound(to: CChar.self), UInt64(part.count), nil, UInt8(SQLITE_UTF8))
  }

  private func bind(blob range: ByteRange, of bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int32 {
    let part = unsafe UnsafeBufferPointer(rebasing: bytes[range.bounds])
    guard !part.isEmpty else { return unsafe sqlite3_bind_zeroblob(handle, Int32(index + 1), 0) }
    return unsafe sqlite3_bind_blob64(handle, Int32(index + 1), part.baseAddress, UInt64(part.count), nil)
  }

  /// SQLite copies the value while it is bound (SQLITE_TRANSIENT, a macro that Swift does not see).
  static var transient: sqlite3_destructor_type {
    unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }

  /// Binds a text to the parameter at `index`, from 0; nil is NULL. SQLite keeps a copy.
  package borrowing func bind(_ text: String?, at index: Int) throws(SQLiteError) {
    guard var text else {
      guard unsafe sqlite3_bind_null(handle, Int32(index + 1)) == SQLITE_OK else { throw failure(SQLITE_MISUSE) }
      return
    }
    let code = text.withUTF8 { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
        guard let start = characters.baseAddress else {
          return unsafe sqlite3_bind_text(handle, Int32(index + 1), "", 0, Self.transient)
        }
        return unsafe sqlite3_bind_text64(
          handle, Int32(index + 1), start, UInt64(characters.count), Self.transient, UInt8(SQLITE_UTF8))
      }
    }
    guard code == SQLITE_OK else { throw failure(code) }
  }

  /// Runs on to the next row.
  /// - Returns: whether there is one; after the last, the statement can be run again.
  package borrowing func step() throws(SQLiteError) -> Bool {
    switch unsafe sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE:
      unsafe sqlite3_reset(handle)
      return false
    case let code:
      let error = failure(code)
      unsafe sqlite3_reset(handle)
      throw error
    }
  }

  /// Columns of its rows.
  package var columnCount: Int { Int(unsafe sqlite3_column_count(handle)) }

  /// A column of the current row, from 0, as text; nil for NULL.
  package borrowing func text(column: Int) -> String? {
    guard let start = unsafe sqlite3_column_text(handle, Int32(column)) else { return nil }
    let count = Int(unsafe sqlite3_column_bytes(handle, Int32(column)))
    return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  /// A column of the current row, from 0, as an integer; 0 for what is none.
  package borrowing func integer(column: Int) -> Int { Int(unsafe sqlite3_column_int64(handle, Int32(column))) }

  /// What a column of the current row holds.
  package borrowing func kind(column: Int) -> StorageClass { unsafe StorageClass(code: sqlite3_column_type(handle, Int32(column))) }

  /// A column of the current row, from 0, as a number; 0 for what is none.
  package borrowing func real(column: Int) -> Double { unsafe sqlite3_column_double(handle, Int32(column)) }

  /// Appends the bytes of a blob or text in a column of the current row, from 0.
  /// - Returns: false for NULL, which has none.
  package borrowing func appendBytes(column: Int, to writer: inout ByteWriter) -> Bool {
    guard unsafe sqlite3_column_type(handle, Int32(column)) != SQLITE_NULL else { return false }
    // The pointer must be taken before the size; an empty blob has none.
    guard let start = unsafe sqlite3_column_blob(handle, Int32(column)) else { return true }
    let count = Int(unsafe sqlite3_column_bytes(handle, Int32(column)))
    let bytes = unsafe Span<UInt8>(_unsafeStart: start.assumingMemoryBound(to: UInt8.self), count: count)
    writer.append(bytes)
    return true
  }

  // MARK: - Statements of others: columns and parameters are known only here

  /// The name of a column of the result, from 0.
  package borrowing func name(column: Int) -> String { unsafe Database.text(sqlite3_column_name(handle, Int32(column))) }

  /// A column of the current row, from 0, as it is.
  package borrowing func value(column: Int) -> SQLValue {
    switch kind(column: column) {
    case .null: .null
    case .integer: .integer(Int64(integer(column: column)))
    case .real: .real(real(column: column))
    case .text: .text(withBytes(column: column) { [UInt8](copying: $0, in: 0..<$0.count) })
    case .blob: .blob(withBytes(column: column) { [UInt8](copying: $0, in: 0..<$0.count) })
    }
  }

  /// Calls `body` with the bytes of a text, as UTF-8, or of a blob in a column of the current row, from 0. Other values have none.
  package borrowing func withBytes<Result, Failure: Error>(
    column: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let start: UnsafeRawPointer? =
      switch kind(column: column) {
      case .text: unsafe UnsafeRawPointer(sqlite3_column_text(handle, Int32(column)))
      case .blob: unsafe sqlite3_column_blob(handle, Int32(column))
      default: nil
      }
    guard let start = unsafe start else { return try body(Span<UInt8>()) }
    let count = Int(unsafe sqlite3_column_bytes(handle, Int32(column)))
    return try body(unsafe Span<UInt8>(_unsafeStart: start.assumingMemoryBound(to: UInt8.self), count: count))
  }

  /// Names of the parameters, with the character before them; nil for a parameter that has none.
  package var parameterNames: [String?] {
    unsafe (0..<sqlite3_bind_parameter_count(handle)).map { index in
      unsafe sqlite3_bind_parameter_name(handle, index + 1).map { unsafe String(cString: $0) }
    }
  }

  /// Binds a value to the parameter at `index`, from 0. SQLite keeps a copy.
  package borrowing func bind(_ value: SQLValue, at index: Int) throws(SQLiteError) {
    let position = Int32(index + 1)
    let code: Int32 =
      switch value {
      case .null: unsafe sqlite3_bind_null(handle, position)
      case .integer(let value): unsafe sqlite3_bind_int64(handle, position, value)
      case .real(let value): unsafe sqlite3_bind_double(handle, position, value)
      case .text(let bytes): unsafe bytes.withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress else { return unsafe sqlite3_bind_text(handle, position, "", 0, Self.transient) }
        return unsafe sqlite3_bind_text64(
          handle, position, start.assumingMemoryBound(to: CChar.self), UInt64(bytes.count), Self.transient, UInt8(SQLITE_UTF8))
      }
      case .blob(let bytes): unsafe bytes.withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress, bytes.count > 0 else { return unsafe sqlite3_bind_zeroblob(handle, position, 0) }
        return unsafe sqlite3_bind_blob64(handle, position, start, UInt64(bytes.count), Self.transient)
      }
      }
    guard code == SQLITE_OK else { throw failure(code) }
  }

  /// Ends the run, so that the statement can be run again.
  package borrowing func reset() { _ = unsafe sqlite3_reset(handle) }

  /// Reads a column of the current row, from 0; the bytes of text and blobs are appended to `writer`, text as UTF-8.
  borrowing func value(column: Int, appendingTo writer: inout ByteWriter) -> BoundValue {
    let column = Int32(column)
    let start = writer.count
    switch unsafe sqlite3_column_type(handle, column) {
    case SQLITE_INTEGER: return unsafe .integer(sqlite3_column_int64(handle, column))
    case SQLITE_FLOAT: return unsafe .real(sqlite3_column_double(handle, column))
    case SQLITE_TEXT:
      // The pointer must be taken before the size: this is what makes UTF-8 of the text.
      guard let text = unsafe sqlite3_column_text(handle, column) else { return .null }
      writer.append(unsafe Span(_unsafeStart: text, count: Int(sqlite3_column_bytes(handle, column))))
      return .text(ByteRange(start: start, count: writer.count - start))
    case SQLITE_BLOB:
      _ = appendBytes(column: Int(column), to: &writer)
      return .blob(ByteRange(start: start, count: writer.count - start))
    default: return .null
    }
  }

  private borrowing func failure(_ code: Int32) -> SQLiteError {
    unsafe SQLiteError(code: code, doing: action, path: path, detail: Database.text(sqlite3_errmsg(sqlite3_db_handle(handle))))
  }
}
