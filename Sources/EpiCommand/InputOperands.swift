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

  /// Opens one of the inputs.
  package static func open(_ path: String) throws(ToolFailure) -> Descriptor {
    if path == "-" { return .standardInput }
    do {
      return try Descriptor.forReading(path)
    } catch {
      throw ToolFailure(error)
    }
  }

  /// Refuses an output that is one of the inputs, under whatever name.
  package func refuse(output: String) throws(ToolFailure) {
    let target = FileStatus(path: output)
    guard target.kind == .regular else { return }
    for path in paths where path != "-" {
      let input = FileStatus(path: path)
      if input.kind == .regular, input.identity == target.identity {
        throw ToolFailure(.usage, at: output, "the output is also an input", hint: "write to another file")
      }
    }
  }
}
