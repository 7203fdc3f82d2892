internal import EpiBytes
internal import EpiCommand
internal import EpiRows
internal import EpiSQLite
internal import EpiSystem
internal import EpiVectorSQL
internal import EpiVectors

extension SearchCommand {
  /// Bytes of statements that are read.
  private static let scriptLimit = 1 << 30

  /// Runs the statements of `--sql` or `--sql-file`.
  func runSQL() throws(ToolFailure) -> ExitStatus {
    let begin = Process.seconds
    let statements = SQLScript.statements(try script())
    let parameters = try sqlParameters()
    let session = try sqlSession()
    var printer = RowPrinter(output.format ?? (Terminal.isStandardOutput ? .table : .ndjson), arrays: sql.arrays)
    var failures = 0
    var found = 0
    for (number, statement) in statements.enumerated() {
      let rows: Int
      do throws(StatementFailure) {
        rows = try run(statement, parameters, session, &printer)
      } catch {
        guard case .statement(let message) = error else {
          if case .failure(let failure) = error { throw failure }
          continue
        }
        failures += 1
        guard sql.statements else {
          try printer.close()
          throw ToolFailure(.malformedInput, at: sql.file, "statement \(number + 1), '\(Self.excerpt(statement))': \(message)")
        }
        printer.endStatement(number + 1, error: message)
        continue
      }
      found += rows
      if sql.statements { printer.endStatement(number + 1, rows: rows) }
    }
    try printer.close()
    if let path = common.report {
      var report = RunReport(tool: Self.toolName)
      report.add("statements", statements.count)
      report.add("failed", failures)
      report.add("rows", found)
      try report.write(to: path, seconds: Process.seconds - begin)
    }
    return failures > 0 || output.exitStatus && found == 0 ? .reservation : .success
  }

  private enum StatementFailure: Error {
    /// SQLite's message.
    case statement(String)
    case failure(ToolFailure)
  }

  /// - Returns: how many rows it gave.
  private func run(
    _ text: SQLSource, _ parameters: [(name: String, value: SQLValue)], _ session: VectorSession, _ printer: inout RowPrinter
  ) throws(StatementFailure) -> Int {
    do {
      switch try session.prepare(text) {
      case .done: return 0
      case .statement(let statement):
        for (index, name) in statement.parameterNames.enumerated() {
          let plain = name.map { String($0.dropFirst()) } ?? String(index + 1)
          guard let given = parameters.last(where: { $0.name.utf8.elementsEqual(plain.utf8) }) else {
            throw VectorSQLError("the parameter '\(name ?? "?\(index + 1)")' has no value; give one with --param \(plain)=VALUE")
          }
          try statement.bind(given.value, at: index)
        }
        var rows = 0
        printer.begin(statement)
        defer { printer.end() }
        while try statement.step() {
          rows += 1
          try printer.append(statement)
        }
        return rows
      }
    } catch let error as VectorSQLError {
      throw .statement(error.message)
    } catch let error as SQLiteError {
      guard error.kind != .busy else { throw .failure(ToolFailure(error)) }
      throw .statement(error.detail)
    } catch let error as ToolFailure {
      throw .failure(error)
    } catch {
      throw .statement("\(error)")
    }
  }

  private func script() throws(ToolFailure) -> SQLSource {
    guard let file = sql.file else { return SQLSource(sql.text ?? "") }
    return try InputOperands.read(file, limit: Self.scriptLimit) { (bytes: borrowing ByteWriter) throws(ToolFailure) in
      SQLSource([UInt8](copying: bytes.span, in: 0..<bytes.count))
    } failure: { $0 }
  }

  private func sqlSession() throws(ToolFailure) -> VectorSession {
    let snapshots = SnapshotIndexes()
    for given in sql.indexes {
      snapshots.add(try Self.index(try OpenIndex.open(given.value), search, path: given.value), named: given.name)
    }
    do {
      guard let path = filter.db else { return try VectorSession(try Database(inMemoryNamed: ":memory:"), snapshots: snapshots, mayWriteFiles: sql.write) }
      // SQLite says of a directory, or of what may not be read, only that it cannot be opened.
      do { _ = try Descriptor.forReading(path) } catch { throw ToolFailure(error) }
      let database = try Database(path: path, sql.write ? .existing : .readOnly)
      database.waitForLocks(milliseconds: filter.busyTimeout)
      return try VectorSession(database, snapshots: snapshots, mayWriteFiles: sql.write)
    } catch let error as SQLiteError {
      throw ToolFailure(error)
    } catch let error as ToolFailure {
      throw error
    } catch {
      throw ToolFailure(.toolFault, "\(error)")
    }
  }

  private static func index(
    _ snapshot: consuming Snapshot, _ options: SearchOptions, path: String
  ) throws(ToolFailure) -> SnapshotIndex {
    do {
      return try SnapshotIndex(snapshot, beam: options.searchL, isExact: options.exact)
    } catch {
      throw ToolFailure(.malformedInput, at: path, error.message)
    }
  }

  /// A statement's beginning, in one line.
  private static func excerpt(_ statement: SQLSource) -> String {
    let text = statement.text(0..<min(statement.bytes.count, 60)).map { $0.isNewline ? " " : String($0) }.joined()
    return statement.bytes.count > 60 ? text + "…" : text
  }

  // MARK: - Parameters

  private func sqlParameters() throws(ToolFailure) -> [(name: String, value: SQLValue)] {
    var parameters: [(name: String, value: SQLValue)] = []
    for given in sql.parameters {
      if given.value.hasPrefix("@@") {
        parameters.append((given.name, .text(Array(given.value.utf8.dropFirst()))))
      } else if given.value.hasPrefix("@") {
        parameters.append((given.name, .blob(try Self.vector(in: String(given.value.dropFirst())))))
      } else if let integer = Int64(given.value) {
        parameters.append((given.name, .integer(integer)))
      } else if let real = Double(given.value), given.value.utf8.allSatisfy({ "+-.eE0123456789".utf8.contains($0) }) {
        parameters.append((given.name, .real(real)))
      } else {
        parameters.append((given.name, .text(Array(given.value.utf8))))
      }
    }
    return parameters
  }

  /// The first query of a file as a blob.
  private static func vector(in path: String) throws(ToolFailure) -> [UInt8] {
    let input = try InputOperands.open(path)
    var reader = QueryReader()
    var isAtEnd = false
    while true {
      do throws(RowError) {
        if try reader.next() { break }
      } catch {
        throw ToolFailure(error, in: path)
      }
      guard !isAtEnd else { throw ToolFailure(.malformedInput, at: path, "holds no vector", hint: "a line with an array of numbers is wanted") }
      isAtEnd = try !InputOperands.read(input, upTo: QueryReader.readSize, into: &reader.input)
      if isAtEnd { reader.endOfInput() }
    }
    var blob = ByteWriter()
    VectorBlob.append(reader.vector.span, as: .float32, to: &blob)
    return [UInt8](copying: blob.span, in: 0..<blob.count)
  }
}
