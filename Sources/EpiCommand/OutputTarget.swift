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

  /// Writes all of an output at once.
  package static func write(_ bytes: Span<UInt8>, to path: String) throws(ToolFailure) {
    let target = try opening(path)
    do {
      try target.write(bytes)
      try target.commit()
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

  /// Has the next bytes written at `offset`; false when that cannot be.
  package func seek(to offset: Int) throws(SystemError) -> Bool {
    switch self {
    case .file(let file):
      try file.seek(to: offset)
      return true
    case .stream: return false
    }
  }

  /// Makes a file as long as this.
  package func truncate(to length: Int) throws(SystemError) {
    switch self {
    case .file(let file): try file.truncate(to: length)
    case .stream: break
    }
  }

  /// Has what is in a file go to the disk, which `commit` waits for.
  package func startWriteBack() {
    switch self {
    case .file(let file): file.startWriteBack()
    case .stream: break
    }
  }

  /// Begins to copy parts of another file to a file; nil where that cannot be.
  package func copying(upTo size: Int, _ copy: @escaping BackgroundCopy.Copy) -> BackgroundCopy? {
    switch self {
    case .file(let file): try? BackgroundCopy(to: file, size: size, copy)
    case .stream: nil
    }
  }

  /// Completes the output as `commit()` does, or gives it up when the file that is there has the same bytes.
  package consuming func commitIfChanged() throws(SystemError) {
    switch consume self {
    case .file(let file): if try !file.equalsTarget() { try file.commit() }
    case .stream(let descriptor): try descriptor.close()
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
