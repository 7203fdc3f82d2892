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
    // Of few queries a thread would take longer to begin than to read them.
    let areMany = operands.totalBytes ?? .max > QueryReader.readSize
    if queries.follow {
      try follow(&session)
    } else if queries.embedWith == nil, threadCount > 1, areMany, let feed = QueryFeed(operands.paths, open: source) {
      try answer(feed, &session)
    } else {
      var count = 0
      for (place, path) in operands.paths.enumerated() {
        var source = try source(path, after: count)
        try answer(&source, isLast: place == operands.paths.count - 1, &session)
        count = source.count
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
  private func answer(_ source: inout QuerySource, isLast: Bool, _ session: inout SearchSession) throws(ToolFailure) {
    while !source.isAtEnd {
      session.progress.add(bytes: try source.fill())
      do {
        while let line = source.next() { try session.add(line) }
      } catch {
        // Queries before a bad one have their answers.
        try session.finish(isLast: true)
        throw error
      }
      if queries.embedWith == nil || source.isAtEnd && isLast { try session.finish(isLast: true) }
    }
  }

  /// Answers queries that a thread reads ahead, all that it has at a time.
  private func answer(_ feed: QueryFeed, _ session: inout SearchSession) throws(ToolFailure) {
    while true {
      let pieces = feed.next()
      guard !pieces.isEmpty else { break }
      do throws(ToolFailure) {
        for piece in pieces {
          session.progress.add(bytes: piece.bytes)
          for line in piece.lines { try session.add(line) }
          if let failure = piece.failure { throw failure }
        }
      } catch {
        try session.finish(isLast: true)
        throw error
      }
      if feed.isBehind { try session.finish(isLast: true) }
    }
    try session.finish(isLast: true)
  }

  private func source(_ path: String, after count: Int) throws(ToolFailure) -> QuerySource {
    let input: Descriptor
    do {
      input = try InputOperands.open(path)
    } catch {
      var failure = error
      if failure.hint == nil, path.contains(" ") { failure.hint = "operands are files with queries; a text goes behind --text, with --embed-with CMD" }
      throw failure
    }
    return QuerySource(input, path, after: count, takesText: queries.embedWith != nil, keepsSource: queries.rejects != nil)
  }

  /// Answers a line at a time, for a process that waits for each answer.
  private func follow(_ session: inout SearchSession) throws(ToolFailure) {
    var source = try source("-", after: 0)
    var watch = SnapshotWatch()
    while !source.isAtEnd {
      _ = try source.fill()
      while let line = source.next() {
        if case .query = line { try session.refresh(&watch) }
        try session.add(line)
        try session.finish(isLast: false)
      }
    }
  }
}
