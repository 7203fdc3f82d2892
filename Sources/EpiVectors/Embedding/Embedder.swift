internal import EpiBytes
internal import EpiJSON
internal import EpiSystem

/// Why texts did not become vectors.
package struct EmbedderError: Error, Equatable {
  package enum Kind: Equatable, Sendable {
    /// The program cannot be started, or data not exchanged with it.
    case system
    /// The program ended, or gave what is no answer.
    case program
  }

  package var kind: Kind
  package var message: String
  package var hint: String?

  init(kind: Kind = .program, _ message: String, hint: String? = nil) {
    self.kind = kind
    self.message = message
    self.hint = hint
  }
}

/// A text to be made a vector, and what became of it.
package struct EmbeddedText: Equatable, Sendable {
  package enum Answer: Equatable, Sendable {
    case vector([Float])
    /// What the program said of it.
    case refused(String)
  }

  /// What messages call it.
  package var name: [UInt8]
  /// UTF-8.
  package var text: [UInt8]
  package var answer: Answer?

  package init(name: [UInt8], text: [UInt8]) {
    self.name = name
    self.text = text
  }
}

extension EmbeddedText {
  /// Appends the line that asks for the vector.
  func appendLine(to writer: inout ByteWriter) {
    writer.append("{\"id\":")
    JSONWriter.appendString(name.span, in: name.indices, to: &writer)
    writer.append(",\"text\":")
    JSONWriter.appendString(text.span, in: text.indices, to: &writer)
    writer.append("}\n")
  }
}

/// Makes vectors of texts by way of a program: it reads lines `{"id":…,"text":…}` and writes lines `{"id":…,"embedding":[…]}`, in any
/// order, or `{"id":…,"error":"…"}`. One process for all texts, started with the first of them and never again.
package struct Embedder: ~Copyable {
  private let command: String
  private var program: ChildProgram?
  private var received = ByteWriter()
  private var lines = LineReader()
  private var scanned = ScannedNumbers()

  /// Bytes kept on their way to the program.
  private static let window = 1 << 20

  package init(command: String) { self.command = command }

  /// Has all texts made vectors.
  /// - Parameters:
  ///   - texts: their names are the ids that the program sees, so they must differ.
  ///   - isLast: no others will follow, so the program meets the end of its input, which some wait for.
  /// - Throws: when the program ends early or gives what is no answer; the answers that came by then are there.
  package mutating func embed(_ texts: inout [EmbeddedText], isLast: Bool) throws(EmbedderError) {
    guard !texts.isEmpty else { return }
    try start()
    var places: [[UInt8]: Int] = [:]
    for (index, text) in texts.enumerated() { places[text.name] = index }
    precondition(places.count == texts.count)
    var next = 0
    var open = texts.count
    var hasOutput = true
    var line = ByteWriter(capacity: 4096)
    while open > 0 {
      while next < texts.count, program?.pending ?? 0 < Self.window {
        line.removeAll()
        texts[next].appendLine(to: &line)
        program?.send(line.span)
        next += 1
      }
      if isLast, next == texts.count { program?.endInput() }
      guard hasOutput else { throw ended(texts, open) }
      do {
        hasOutput = try program?.exchange(into: &received) ?? false
      } catch {
        throw EmbedderError(kind: .system, "\(error.message) '\(command)'", hint: error.hint)
      }
      if !hasOutput { lines.endOfInput() }
      try takeAnswers(places, &texts, &open)
    }
  }

  private mutating func start() throws(EmbedderError) {
    guard program == nil else { return }
    do {
      program = try ChildProgram(command: command)
    } catch {
      throw EmbedderError(kind: .system, error.message, hint: error.hint)
    }
  }

  /// The program's output is at its end, and answers are missing.
  private mutating func ended(_ texts: [EmbeddedText], _ open: Int) -> EmbedderError {
    let ending = program?.wait() ?? .status(0)
    let how =
      switch ending {
      case .status(0): "ended"
      case .status(127): "could not be found or run (status 127)"
      case .status(let status): "ended with status \(status)"
      case .signal(let number): "was ended by signal \(number)"
      }
    let first = texts.first { $0.answer == nil }.map { String(decoding: $0.name, as: UTF8.self) } ?? ""
    let others = open > 1 ? " and \(open - 1) more" : ""
    return EmbedderError(
      "the program '\(command)' \(how) without an answer for '\(first)'\(others)",
      hint: "it is to write a line {\"id\",\"embedding\"} for each line {\"id\",\"text\"} that it reads")
  }
}

// MARK: - Answers

extension Embedder {
  private mutating func takeAnswers(_ places: [[UInt8]: Int], _ texts: inout [EmbeddedText], _ open: inout Int) throws(EmbedderError) {
    while true {
      let range: Range<Int>?
      do {
        range = try lines.next(in: &received)
      } catch {
        throw EmbedderError("the program '\(command)' wrote a line \(error.line) longer than \(error.limit) bytes")
      }
      guard let range else { return }
      let number = lines.number
      func wrong(_ message: String) -> EmbedderError {
        EmbedderError("line \(number) of the output of '\(command)': \(message)", hint: "a line is {\"id\":…,\"embedding\":[…]}")
      }
      do {
        var kept = ScannedNumbers()
        swap(&kept, &scanned)
        defer { swap(&kept, &scanned) }
        let (id, answer) = try Self.read(received.span, range, keeping: &kept)
        guard let id else { throw wrong("it has no id") }
        let name = String(decoding: id, as: UTF8.self)
        guard let place = places[id] else { throw wrong("no text has the id '\(name)'") }
        guard texts[place].answer == nil else { throw wrong("a second answer for '\(name)'") }
        guard let answer else { throw wrong("'\(name)' has neither an embedding nor an error") }
        texts[place].answer = answer
        open -= 1
      } catch let error as JSONError {
        throw wrong(error.message)
      } catch let error as EmbedderError {
        throw error
      } catch {
        throw wrong("\(error)")
      }
    }
  }

  private static func read(
    _ bytes: Span<UInt8>, _ range: Range<Int>, keeping numbers: inout ScannedNumbers
  ) throws(JSONError) -> (id: [UInt8]?, EmbeddedText.Answer?) {
    var scanner = FieldScanner(bytes, in: range)
    try scanner.enterObject()
    var id: [UInt8]?
    var refusal: [UInt8]?
    while let name = try scanner.nextName() {
      let value = try scanner.value()
      guard name.kind == .string, value.isString else { continue }
      switch String(decoding: bytes.extracting(name.range.bounds).copied(), as: UTF8.self) {
      case "id": id = text(value, bytes)
      case "error": refusal = text(value, bytes)
      default: continue
      }
    }
    try scanner.finish()
    if let refusal { return (id, .refused(String(decoding: refusal, as: UTF8.self))) }
    guard let line = try QueryLine(scanning: bytes, in: range, takesText: false, keeping: &numbers) else { return (id, nil) }
    var floats: [Float] = []
    try line.appendVector(from: bytes, numbers, to: &floats)
    return (id, .vector(floats))
  }

  private static func text(_ value: ScannedValue, _ bytes: Span<UInt8>) -> [UInt8] {
    guard value.kind == .escapedString else { return bytes.extracting(value.range.bounds).copied() }
    var text = ByteWriter(capacity: 256)
    EscapedText.append(bytes, in: value.range.bounds, to: &text)
    return text.span.copied()
  }
}
