internal import EpiBytes
internal import EpiCommand
internal import EpiJSON
internal import EpiRows
internal import EpiSystem
internal import EpiVectors

extension SearchCommand {
  func perform() throws(ToolFailure) -> ExitStatus {
    if sql.isGiven { return try runSQL() }
    if let count = search.recall { return try reportRecall(of: try OpenIndex.open(index), queries: count) }
    try refuseOutputs()
    guard queries.like.isEmpty, queries.text.isEmpty else { return try answerNamed() }
    let operands = try InputOperands(inputs, expecting: "files with queries", toolName: Self.toolName)
    var session = try SearchSession(self)
    session.progress.enter("searching", bytes: queries.follow ? nil : operands.totalBytes, counting: "queries")
    var count = 0
    if queries.follow {
      try follow(&session)
    } else {
      for (place, path) in operands.paths.enumerated() {
        count = try answer(path, after: count, isLast: place == operands.paths.count - 1, &session)
      }
    }
    return try session.close()
  }

  /// Refuses outputs that are read too.
  private func refuseOutputs() throws(ToolFailure) {
    let read = try InputOperands([index] + inputs + [filter.db, filter.idsFrom].compactMap { $0 }, expecting: "", toolName: Self.toolName)
    for output in [common.report, queries.rejects] { if let output { try read.refuse(output: output) } }
    if let report = common.report, report == queries.rejects {
      throw ToolFailure(.usage, at: report, "the report and the rejects are the same file")
    }
  }

  /// Answers `--like` and `--text`, in this order.
  private func answerNamed() throws(ToolFailure) -> ExitStatus {
    var session = try SearchSession(self)
    for name in queries.like { try session.add(row: try session.row(named: name), label: Self.label(name)) }
    try session.finish(isLast: false)
    for text in queries.text {
      try session.add(SearchSession.Query(label: Self.label(text), file: "--text", text: Array(text.utf8), source: Self.label(text)))
    }
    try session.finish(isLast: true)
    return try session.close()
  }

  private static func label(_ text: String) -> [UInt8] {
    var label = ByteWriter(capacity: 256)
    JSONWriter.appendString(text, to: &label)
    return Array(copying: label.span, in: 0..<label.count)
  }

  /// Answers all queries of one input. What can be answered is, before more is read: a process may wait for it. Only texts are gathered to
  /// the end of the last input, because a program may embed nothing before it has read all.
  /// - Returns: queries read so far.
  private func answer(_ path: String, after count: Int, isLast: Bool, _ session: inout SearchSession) throws(ToolFailure) -> Int {
    let input = try InputOperands.open(path)
    var reader = QueryReader(continuing: count, takesText: queries.embedWith != nil)
    var isAtEnd = false
    while !isAtEnd {
      let before = reader.input.count
      isAtEnd = try !InputOperands.read(input, upTo: QueryReader.readSize, into: &reader.input)
      session.progress.add(bytes: reader.input.count - before)
      if isAtEnd { reader.endOfInput() }
      do {
        while try takeQuery(from: &reader, path, &session) {}
      } catch {
        // Queries before a bad one have their answers.
        try session.finish(isLast: true)
        throw error
      }
      if queries.embedWith == nil || isAtEnd && isLast { try session.finish(isLast: true) }
    }
    return reader.count
  }

  /// Answers a line at a time, for a process that waits for each answer.
  private func follow(_ session: inout SearchSession) throws(ToolFailure) {
    var reader = QueryReader(takesText: queries.embedWith != nil)
    var watch = SnapshotWatch()
    var isAtEnd = false
    while !isAtEnd {
      isAtEnd = try !InputOperands.read(.standardInput, upTo: QueryReader.readSize, into: &reader.input)
      if isAtEnd { reader.endOfInput() }
      while try takeQuery(from: &reader, "-", &session, before: { (session) throws(ToolFailure) in try session.refresh(&watch) }) {
        try session.finish(isLast: false)
      }
    }
  }

  /// Reads a query; false when more bytes are wanted.
  private func takeQuery(
    from reader: inout QueryReader, _ path: String, _ session: inout SearchSession,
    before: (inout SearchSession) throws(ToolFailure) -> Void = { (_) throws(ToolFailure) in }
  ) throws(ToolFailure) -> Bool {
    do throws(RowError) {
      guard try reader.next() else { return false }
    } catch {
      let query = SearchSession.Query(label: reader.label, file: path, line: error.line, source: reader.source)
      try session.skip(query, ToolFailure(error, in: path))
      return true
    }
    try before(&session)
    var query = SearchSession.Query(label: reader.label, file: path, line: reader.lineNumber, vector: reader.vector, text: reader.text)
    if queries.rejects != nil { query.source = reader.source }
    try session.add(query)
    return true
  }
}
