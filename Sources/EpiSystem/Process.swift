internal import CGlibc
internal import Glibc

/// How this process ends.
package enum Process {
  package static func exit(_ status: Int32) -> Never { Glibc.exit(status) }

  /// Ends as a broken pipe does: by the signal, or with the status the shell would show where the parent has it ignored.
  package static func exitBrokenPipe() -> Never {
    signal(SIGPIPE, SIG_DFL)
    raise(SIGPIPE)
    Glibc.exit(141)
  }

  /// Ends as a signal does that `ChangeWatch` has told of, so that the shell sees it.
  package static func end(bySignal number: Int32) -> Never { Interruption.end(by: number) }

  /// Has memory that is freed kept for what is allocated next, up to blocks of 8 MB. A tool builds one thing out of another and ends:
  /// memory that goes back to the system meanwhile is cleared anew, page by page, when it is next needed.
  package static func keepFreedMemory() {
    mallopt(M_MMAP_THRESHOLD, 8 << 20)
    mallopt(M_TRIM_THRESHOLD, 256 << 20)
    mallopt(M_TOP_PAD, 1 << 20)
  }

  /// Processors of this machine that are at work.
  package static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// Seconds on a clock that only moves forward.
  package static var seconds: Double { Syscalls.monotonicSeconds() }
}
