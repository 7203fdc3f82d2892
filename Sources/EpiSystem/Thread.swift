internal import Glibc

/// A thread of the system. To be joined or detached once.
struct Thread {
  private let handle: pthread_t

  private final class Start {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// Starts a thread with a stack as large as the first one's usually is; nil where the system refuses.
  init?(_ body: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    unsafe pthread_attr_setstacksize(&attributes, 8 << 20)
    let start = unsafe Unmanaged.passRetained(Start(body))
    var handle = pthread_t()
    let result = unsafe pthread_create(&handle, &attributes, { start in
      unsafe Unmanaged<Start>.fromOpaque(start!).takeRetainedValue().body()
      return nil
    }, start.toOpaque())
    guard result == 0 else {
      unsafe start.release()
      return nil
    }
    self.handle = handle
  }

  func join() { pthread_join(handle, nil) }

  /// The thread ends by itself, and nobody will join it.
  func detach() { pthread_detach(handle) }
}
