package import EpiSystem

/// Where a result made of bytes goes: a file that appears whole, or a stream.
package enum OutputTarget: ~Copyable {
  case file(AtomicFile)
  case stream(Descriptor)

  /// `-` is standard output, which must not be a terminal; a device or pipe is written as it is; anything else is replaced atomically.
  package static func opening(_ path: String) throws(ToolFailure) -> OutputTarget {
    if path == "-", Terminal.isStandardOutput {
      throw ToolFailure(.usage, "the result is binary and standard output is a terminal", hint: "name a file with -o FILE")
    }
    return try opening(text: path)
  }

  /// As above for a result that a person can read: a terminal will do.
  package static func opening(text path: String) throws(ToolFailure) -> OutputTarget {
    if path == "-" { return .stream(.standardOutput) }
    do {
      if FileStatus(path: path).kind == .other { return .stream(try Descriptor.forWriting(path)) }
      return .file(try AtomicFile(replacing: path))
    } catch {
      throw ToolFailure(error)
    }
  }

  package func write(_ bytes: Span<UInt8>) throws(SystemError) {
    switch self {
    case .file(let file): try file.write(bytes)
    case .stream(let descriptor): try descriptor.write(bytes)
    }
  }

  /// Completes the output: only now does a file carry its name.
  package consuming func commit() throws(SystemError) {
    switch consume self {
    case .file(let file): try file.commit()
    case .stream(let descriptor): try descriptor.close()
    }
  }
}
