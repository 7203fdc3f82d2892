internal import CSQLite
internal import EpiBytes

/// How SQLite holds a value.
package enum StorageClass: Equatable, Sendable {
  case null
  case integer
  case real
  case text
  case blob

  init(code: Int32) {
    self =
      switch code {
      case SQLITE_INTEGER: .integer
      case SQLITE_FLOAT: .real
      case SQLITE_TEXT: .text
      case SQLITE_BLOB: .blob
      default: .null
      }
  }
}

/// The values that a function written here is called with. They live as long as the call.
@safe
package struct FunctionArguments {
  private let context: OpaquePointer?
  private let values: UnsafeMutablePointer<OpaquePointer?>?
  package let count: Int

  /// - Parameter context: that of a scalar function; a table function has none.
  init(_ values: UnsafeMutablePointer<OpaquePointer?>?, count: Int32, context: OpaquePointer?) {
    unsafe self.values = values
    self.count = Int(count)
    unsafe self.context = context
  }

  private func pointer(_ index: Int) -> OpaquePointer? {
    precondition(index >= 0 && index < count)
    return unsafe values?[index]
  }

  package func storageClass(_ index: Int) -> StorageClass { unsafe StorageClass(code: sqlite3_value_type(pointer(index))) }

  package func integer(_ index: Int) -> Int64 { unsafe sqlite3_value_int64(pointer(index)) }

  package func real(_ index: Int) -> Double { unsafe sqlite3_value_double(pointer(index)) }

  /// Calls `body` with the bytes of a text, as UTF-8, or of a blob. Other values have none.
  package func withBytes<Result, Failure: Error>(
    _ index: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let value = unsafe pointer(index)
    let start: UnsafeRawPointer? =
      switch storageClass(index) {
      case .text: unsafe UnsafeRawPointer(sqlite3_value_text(value))
      case .blob: unsafe sqlite3_value_blob(value)
      default: nil
      }
    // The pointer must be taken before the size; an empty blob has none.
    guard let start = unsafe start else { return try body(Span<UInt8>()) }
    let count = Int(unsafe sqlite3_value_bytes(value))
    return try body(unsafe Span<UInt8>(_unsafeStart: start.assumingMemoryBound(to: UInt8.self), count: count))
  }

  package func text(_ index: Int) -> String { withBytes(index) { String(decoding: [UInt8](copying: $0, in: 0..<$0.count), as: UTF8.self) } }

  package func value(_ index: Int) -> SQLValue {
    switch storageClass(index) {
    case .null: .null
    case .integer: .integer(integer(index))
    case .real: .real(real(index))
    case .text: .text(withBytes(index) { [UInt8](copying: $0, in: 0..<$0.count) })
    case .blob: .blob(withBytes(index) { [UInt8](copying: $0, in: 0..<$0.count) })
    }
  }

  /// What an earlier call of the same statement has kept for an argument that is the same in all its calls.
  package func kept(_ index: Int) -> AnyObject? {
    guard let context = unsafe context, let kept = unsafe sqlite3_get_auxdata(context, Int32(index)) else { return nil }
    return unsafe Unmanaged<AnyObject>.fromOpaque(kept).takeUnretainedValue()
  }

  /// Keeps a value for later calls; SQLite drops it at once where the argument is not the same in all of them.
  package func keep(_ value: AnyObject, for index: Int) {
    guard let context = unsafe context else { return }
    unsafe sqlite3_set_auxdata(context, Int32(index), Unmanaged.passRetained(value).toOpaque()) { kept in
      guard let kept = unsafe kept else { return }
      unsafe Unmanaged<AnyObject>.fromOpaque(kept).release()
    }
  }
}

/// Where a function written here leaves its result.
@safe
package struct FunctionResult {
  private let context: OpaquePointer?

  init(_ context: OpaquePointer?) { unsafe self.context = context }

  package func setNull() { unsafe sqlite3_result_null(context) }

  package func set(_ value: Int64) { unsafe sqlite3_result_int64(context, value) }

  package func set(_ value: Double) { unsafe sqlite3_result_double(context, value) }

  /// SQLite keeps a copy of the bytes.
  package func set(blob bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { bytes in
      // A null pointer would be NULL.
      guard let start = bytes.baseAddress, !bytes.isEmpty else { return unsafe sqlite3_result_zeroblob(context, 0) }
      unsafe sqlite3_result_blob64(context, start, UInt64(bytes.count), Statement.transient)
    }
  }

  /// SQLite keeps a copy of the bytes, which are UTF-8.
  package func set(text bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress, !bytes.isEmpty else { return unsafe sqlite3_result_text(context, "", 0, Statement.transient) }
      unsafe start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
        unsafe sqlite3_result_text64(context, $0, UInt64(bytes.count), Statement.transient, UInt8(SQLITE_UTF8))
      }
    }
  }

  /// The statement fails with this message.
  package func fail(_ message: String) { unsafe sqlite3_result_error(context, message, -1) }

  package func set(_ value: SQLValue) {
    switch value {
    case .null: setNull()
    case .integer(let value): set(value)
    case .real(let value): set(value)
    case .text(let bytes): set(text: bytes.span)
    case .blob(let bytes): set(blob: bytes.span)
    }
  }
}

/// A value by itself.
package enum SQLValue: Equatable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  /// UTF-8.
  case text([UInt8])
  case blob([UInt8])
}
