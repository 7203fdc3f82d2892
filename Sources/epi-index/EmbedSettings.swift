internal import ArgumentParser
internal import EpiCommand
internal import EpiSystem
internal import EpiVectors

/// How vectors are made of texts.
struct EmbedSettings: ParsableArguments {
  @Option(
    name: .customLong("embed-with"),
    help: ArgumentHelp("A program that makes vectors of texts: {\"id\",\"text\"} a line in, {\"id\",\"embedding\"} a line out.", valueName: "cmd"))
  var embedWith: String?

  @Option(name: .customLong("text"), help: ArgumentHelp("The field whose texts become vectors.", valueName: "table.field"))
  var text: FieldName?

  @Option(
    name: .customLong("chunk"),
    help: ArgumentHelp("Cut longer texts into pieces of so many words; a row each, ID#1 and so on.", valueName: "words"))
  var chunk: Int?

  func validate() throws {
    guard (embedWith == nil) == (text == nil) else {
      throw ValidationError(
        text == nil ? "--embed-with needs --text TABLE.FIELD: the texts to embed" : "--text needs --embed-with CMD, which makes vectors of texts")
    }
    guard embedWith != "" else { throw ValidationError("'--embed-with' names no program") }
    guard chunk == nil || text != nil else { throw ValidationError("--chunk cuts the texts after --text, and there is none") }
    if let chunk, chunk < 1 { throw ValidationError("'--chunk' is \(chunk), less than 1") }
  }
}

/// Has texts made vectors: those that no earlier snapshot has a vector of.
struct TextEmbedding: ~Copyable {
  private var embedder: Embedder
  private var cache: TextCache?

  /// - Parameter warn: is told why the vectors of an earlier snapshot are of no use.
  init(_ command: IndexCommand, program: String, _ warn: (String) -> Void) {
    embedder = Embedder(command: program)
    guard let path = command.reuse else { return }
    do {
      let cache = try TextCache(try Snapshot(mapping: try MappedFile(path: path)))
      if let reason = cache.objection(metric: command.metric.metric, model: command.model) { warn(reason) } else { self.cache = cache }
    } catch let error as SnapshotError {
      warn("it \(error.message)")
    } catch {
      warn("it cannot be read")
    }
  }

  /// Gives the rows that wait their vectors.
  /// - Parameter isLast: no other texts will come.
  /// - Returns: texts that were embedded, and rows whose text was known.
  mutating func run(_ builder: inout IndexBuilder, isLast: Bool) throws(ToolFailure) -> (made: Int, known: Int) {
    var batch = builder.unknownTexts(cache)
    let counts = (made: batch.texts.count, known: batch.known)
    do {
      try embedder.embed(&batch.texts, isLast: isLast)
    } catch {
      throw ToolFailure(error.kind == .system ? .systemRefused : .malformedInput, error.message, hint: error.hint)
    }
    do {
      try builder.take(batch)
    } catch {
      throw ToolFailure(error)
    }
    return counts
  }
}
