package import EpiBytes
package import EpiSystem

/// The operands of a tool that reads: files in order, `-` for standard input, which is also what no operand means.
package struct InputOperands {
  package let paths: [String]

  /// - Throws: wrong use when there is no operand and standard input is a terminal: nobody would type this input.
  package init(_ operands: [String], expecting what: String, toolName: String) throws(ToolFailure) {
    if operands.isEmpty, Terminal.isStandardInput {
      throw ToolFailure(
        .usage, "no input: name \(what), or pipe it to standard input", hint: "try '\(toolName) --help'")
    }
    paths = operands.isEmpty ? ["-"] : operands
  }

  /// Bytes of all inputs together; nil where one is no file.
  package var totalBytes: Int? {
    var total = 0
    for path in paths {
      let status = path == "-" ? Descriptor.standardInput.status : FileStatus(path: path)
      guard status.kind == .regular else { return nil }
      total += status.size
    }
    return total
  }

  /// Whether all inputs are files, which can be read again.
  package var areFiles: Bool { !paths.contains("-") && totalBytes != nil }

  /// Opens one of the inputs.
  package static func open(_ path: String) throws(ToolFailure) -> Descriptor {
    if path == "-" { return .standardInput }
    do {
      return try Descriptor.forReading(path)
    } catch {
      throw ToolFailure(error)
    }
  }

  /// Appends the next bytes of an opened input, at most `count`.
  /// - Returns: false at its end.
  package static func read(_ input: borrowing Descriptor, upTo count: Int, into buffer: inout ByteWriter) throws(ToolFailure) -> Bool {
    do {
      return try input.read(upTo: count, into: &buffer) > 0
    } catch {
      throw ToolFailure(error)
    }
  }

  /// Reads a whole file of at most `limit` bytes and makes something of it.
  /// - Parameter failure: says what it means when nothing can be made of it.
  package static func read<Value, Failure: Error>(
    _ path: String, limit: Int, _ make: (borrowing ByteWriter) throws(Failure) -> Value, failure: (Failure) -> ToolFailure
  ) throws(ToolFailure) -> Value {
    let input = try open(path)
    var buffer = ByteWriter()
    while try read(input, upTo: 1 << 16, into: &buffer) {
      guard buffer.count <= limit else { throw ToolFailure(.malformedInput, at: path, "is longer than \(limit) bytes") }
    }
    do {
      return try make(buffer)
    } catch {
      throw failure(error)
    }
  }

  /// Refuses an output that is one of the inputs, under whatever name.
  /// - Parameter others: files that are read besides the operands.
  package func refuse(output: String, asOneOf others: String?...) throws(ToolFailure) {
    let target = FileStatus(path: output)
    guard target.kind == .regular else { return }
    for path in paths + others.compactMap({ $0 }) where path != "-" {
      let input = FileStatus(path: path)
      if input.kind == .regular, input.identity == target.identity {
        throw ToolFailure(.usage, at: output, "the output is also an input", hint: "write to another file")
      }
    }
  }
}
