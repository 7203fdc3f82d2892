import Glibc

/// What a process took, from its start to its end.
struct ChildCost {
  var seconds: Double
  /// Most memory it had at a time, in bytes.
  var peak: Int

  struct Failure: Error {
    var message: String
  }

  /// Runs a program with `/dev/null` as its standard input and a new file as its standard output.
  ///
  /// A child that is started by vfork, as posix_spawn does it, counts its parent's memory as its own until it runs the program. So
  /// the parent has to be small: this program is static and holds nothing.
  /// - Throws: `Failure` when the program cannot be started, or ends with another status than 0, and when something that is no file,
  ///   such as `/dev/null`, has the name of the output.
  static func measure(_ command: [String], output: String) throws(Failure) -> ChildCost {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_EXCL, 0o666)
    var old = stat()
    guard lstat(output, &old) != 0 || old.st_mode & S_IFMT == S_IFREG else { throw Failure(message: "'\(output)' is not a regular file") }
    // Giving back the pages of the file before is no part of the run.
    unlink(output)
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }

    var process: pid_t = 0
    let begin = Clock.wall
    let fault = posix_spawnp(&process, command[0], &actions, nil, arguments, environ)
    guard fault == 0 else { throw Failure(message: "cannot run '\(command[0])': \(String(cString: strerror(fault)))") }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(process, &status, 0, &usage) == -1, errno == EINTR {}
    let seconds = Clock.wall - begin
    guard status == 0 else { throw Failure(message: "'\(command.joined(separator: " "))' failed (wait status \(status))") }
    return ChildCost(seconds: seconds, peak: usage.ru_maxrss * 1024)
  }
}
