internal import EpiBytes
internal import EpiCommand
internal import EpiRows
internal import EpiSystem
internal import EpiVectors

extension SearchCommand {
  func perform() throws(ToolFailure) -> ExitStatus {
    let snapshot = try Self.snapshot(at: index)
    if let recall { return try reportRecall(of: snapshot, queries: recall) }
    let operands = try InputOperands(inputs, expecting: "files with queries", toolName: Self.toolName)
    var answers = Answers(
      batch: QueryBatch(metric: snapshot.head.metric, dimensions: snapshot.head.dimensions),
      searcher: Searcher(of: snapshot, limit: limit, beam: searchL, isExact: exact, threads: threadCount))
    for path in operands.paths { try answer(path, from: snapshot, into: &answers) }
    do {
      try Descriptor.standardOutput.close()
    } catch {
      throw ToolFailure(error)
    }
    return exitStatus && answers.empty > 0 ? .reservation : .success
  }

  /// Queries that wait for their answers, and answers that wait to be written.
  private struct Answers: ~Copyable {
    var batch: QueryBatch
    /// The names of the queries in the batch, as JSON text.
    var labels: [[UInt8]] = []
    var output = ByteWriter()
    /// Queries read so far.
    var queries = 0
    /// Queries that found nothing.
    var empty = 0
    var searcher: Searcher

    init(batch: QueryBatch, searcher: consuming Searcher) {
      self.batch = batch
      self.searcher = searcher
    }
  }

  var threadCount: Int { threads == 0 ? Process.processorCount : threads }

  /// Queries that a thread searches for together: when every row is measured, each then comes from memory once for all of them.
  private static let batchSize = 64
  private static let blockSize = 1 << 16

  private static func snapshot(at path: String) throws(ToolFailure) -> Snapshot {
    let file: MappedFile
    do {
      file = try MappedFile(path: path)
    } catch {
      throw ToolFailure(error)
    }
    return try snapshot(in: file, path)
  }

  private static func snapshot(in file: consuming MappedFile, _ path: String) throws(ToolFailure) -> Snapshot {
    do {
      return try Snapshot(mapping: file)
    } catch {
      throw ToolFailure(.malformedInput, at: path, error.message, hint: error.hint)
    }
  }

  /// Answers all queries of one input. What can be answered is, before more is read: a process may wait for it.
  private func answer(_ path: String, from snapshot: borrowing Snapshot, into answers: inout Answers) throws(ToolFailure) {
    let input = try InputOperands.open(path)
    var reader = QueryReader(continuing: answers.queries)
    var isAtEnd = false
    while !isAtEnd {
      do {
        isAtEnd = try input.read(upTo: QueryReader.readSize, into: &reader.input) == 0
      } catch {
        throw ToolFailure(error)
      }
      if isAtEnd { reader.endOfInput() }
      do {
        try takeQueries(from: &reader, path, snapshot, &answers)
      } catch {
        // Queries before a bad one have their answers.
        try search(snapshot, &answers)
        try flush(&answers)
        throw error
      }
      try search(snapshot, &answers)
      try flush(&answers)
    }
    answers.queries = reader.count
  }

  private func takeQueries(
    from reader: inout QueryReader, _ path: String, _ snapshot: borrowing Snapshot, _ answers: inout Answers
  ) throws(ToolFailure) {
    while try next(&reader, path) {
      do {
        try answers.batch.append(reader.vector)
      } catch {
        let model = snapshot.head.model.isEmpty ? "" : " (model '\(snapshot.head.model)')"
        let label = String(decoding: reader.label, as: UTF8.self)
        let name = label.hasPrefix("\"") ? String(label.dropFirst().dropLast()) : label
        var message = "query '\(name)' \(error.predicate())"
        if case .dimensions = error { message += model }
        throw ToolFailure(.malformedInput, at: "\(path):\(reader.lineNumber)", message)
      }
      answers.labels.append(reader.label)
      if answers.batch.count == Self.batchSize * threadCount { try search(snapshot, &answers) }
    }
  }

  private func next(_ reader: inout QueryReader, _ path: String) throws(ToolFailure) -> Bool {
    do {
      return try reader.next()
    } catch {
      throw ToolFailure(.malformedInput, at: error.place(in: path), error.message, hint: error.hint)
    }
  }

  /// Answers the queries of the batch and empties it.
  private func search(_ snapshot: borrowing Snapshot, _ answers: inout Answers) throws(ToolFailure) {
    guard answers.batch.count > 0 else { return }
    let matches: [[Match]]
    do {
      matches = try answers.searcher.search(snapshot, for: answers.batch)
    } catch {
      throw ToolFailure(.malformedInput, at: index, error.message, hint: error.hint)
    }
    for (label, found) in zip(answers.labels, matches) {
      // Matches are sorted, so those near enough come first, and as many as there are among the `limit` nearest.
      let near = found.prefix { $0.distance <= maxDistance ?? .infinity }
      if near.isEmpty { answers.empty += 1 }
      do {
        try format.append(near, label: label, from: snapshot, to: &answers.output)
      } catch {
        throw ToolFailure(.malformedInput, at: index, error.message, hint: error.hint)
      }
      if answers.output.count >= Self.blockSize { try flush(&answers) }
    }
    answers.batch.removeAll()
    answers.labels.removeAll(keepingCapacity: true)
  }

  private func flush(_ answers: inout Answers) throws(ToolFailure) {
    do {
      try Descriptor.standardOutput.write(answers.output.span)
    } catch {
      throw ToolFailure(error)
    }
    answers.output.removeAll()
  }
}
