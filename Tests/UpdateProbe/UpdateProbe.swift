package import EpiBytes
internal import EpiJSON
internal import EpiWorkspace
package import EpiYjs

/// Reads bytes as updates and prints all of what they hold in every way the tools can: for input that may be hostile.
///
/// Any answer is right but a trap, a hang, a store whose links contradict each other, or output that is no JSON.
package enum UpdateProbe {
  /// What came of an input that was answered rightly.
  package enum Answer: Equatable {
    case refused(DecodingError)
    /// Bytes that all printing together gave.
    case read(printed: Int)
  }

  /// A fault of ours.
  package struct Fault: Error, CustomStringConvertible {
    package var description: String
  }

  /// - Parameter limits: by default far fewer items than the tools take: columns that repeat for ever announce as many as are allowed.
  /// - Throws: `Fault`.
  package static func read(
    _ bytes: [UInt8], _ encoding: UpdateEncoding, framing: Framing = .one, limits: UpdateLimits = UpdateLimits(items: 20_000)
  ) throws(Fault) -> Answer {
    let span = bytes.span
    var document = Document()
    do {
      let frames = try UpdateFrames(framing, in: 0..<bytes.count, of: span, salvaging: true, limits: limits).frames
      do {
        let encoding = try document.apply(frames, encoding: encoding, of: span, limits: limits)
        var allowance = limits.items(forBytes: bytes.count)
        for frame in frames { try inspect(frame, encoding, span, limits, &allowance) }
      } catch let error as Document.UpdateError {
        return .refused(error.error)
      }
    } catch let error as DecodingError {
      return .refused(error)
    } catch {
      throw error as? Fault ?? Fault(description: "\(error)")
    }
    if let broken = document.brokenInvariant() { throw Fault(description: broken) }
    var printed = try printRoots(document, span)
    document.textForm = .delta
    printed += try printRoots(document, span)
    for layout in LayoutChoice.allCases { printed += try printRows(&document, layout, span) }
    return .read(printed: printed)
  }

  /// What could be applied can be summed up.
  private static func inspect(_ frame: ByteRange, _ encoding: UpdateEncoding, _ bytes: Span<UInt8>, _ limits: UpdateLimits, _ allowance: inout Int) throws {
    var line = ByteWriter(capacity: 256)
    try UpdateSummary(frame, encoding: encoding, of: bytes, limits: limits, allowance: &allowance).append(number: 1, place: "here", encoding: encoding, to: &line)
    try checkJSON(line, "a summary")
  }

  private static func printRoots(_ document: borrowing Document, _ bytes: Span<UInt8>) throws(Fault) -> Int {
    var printed = 0
    _ = document.isOfYjs14(mapRoots: document.roots)
    for root in document.roots {
      var writer = ByteWriter(capacity: 256)
      do { try document.appendNode(of: root, bytes, to: &writer) } catch { continue }
      try checkJSON(writer, "a root in the form of yjs 14")
      printed += writer.count
    }
    for kind in RootKind.allCases {
      for root in document.roots {
        var writer = ByteWriter(capacity: 256)
        // Too deep is a right answer.
        do { try document.appendJSON(of: root, as: kind, bytes, to: &writer) } catch { continue }
        try checkJSON(writer, "a root read as \(kind)")
        printed += writer.count
      }
    }
    return printed
  }

  private static func printRows(_ document: inout Document, _ layout: LayoutChoice, _ bytes: Span<UInt8>) throws(Fault) -> Int {
    let workspace: Workspace
    do {
      let paths = try ["**.*,table=t", "*.**.*.val,id=key,split=val.a"].map { (text) throws(LayoutError) in try RowPath(text) }
      workspace = try Workspace(&document, layout: layout, paths: paths, bytes)
    } catch {
      return 0
    }
    var printer = RowPrinter()
    var printed = 0
    for piece in workspace.pieces(ofRows: 2) {
      printer.begin(piece, of: workspace, document)
      while true {
        var line = ByteWriter(capacity: 256)
        do {
          guard try printer.printNext(workspace, document, bytes, to: &line) else { break }
        } catch {
          break
        }
        try checkJSON(line, "a row of the layout \(layout)")
        printed += line.count
      }
    }
    var end = ByteWriter(capacity: 256)
    workspace.appendEnd(after: PrintedLines(forBytes: bytes.count), document, to: &end)
    try checkJSON(end, "the last line")
    return printed
  }

  /// Has jansson read what was printed. Its own limits (depth, U+0000 in a name, numbers beyond a double) are no faults of ours.
  private static func checkJSON(_ writer: borrowing ByteWriter, _ what: String) throws(Fault) {
    do {
      _ = try JSONValue(parsing: writer.span, in: 0..<writer.count)
    } catch {
      switch error.code {
      case .zeroInName, .nestedTooDeep, .numberTooLarge, .outOfMemory: break
      default: throw Fault(description: "\(what) is no JSON: \(error.code) at \(error.offset): \(excerpt(writer, around: error.offset))")
      }
    }
  }

  private static func excerpt(_ writer: borrowing ByteWriter, around offset: Int) -> String {
    String(decoding: Array(copying: writer.span, in: max(0, offset - 60)..<min(writer.count, offset + 20)), as: UTF8.self)
  }
}
