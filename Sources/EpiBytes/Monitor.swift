internal import Glibc

/// A lock, and a condition to wait for while others hold it (Hoare, 1974): what threads share is touched within `locked`.
@safe
package final class Monitor: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>

  package init() {
    unsafe mutex = .allocate(capacity: 1)
    unsafe changed = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(changed, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(changed)
    unsafe pthread_mutex_destroy(mutex)
    unsafe changed.deallocate()
    unsafe mutex.deallocate()
  }

  /// Runs `body` with the lock held.
  package func locked<Result>(_ body: () -> Result) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return body()
  }

  /// Lets others have the lock until one of them has told of a change. To be called within `locked`, and again until what is waited
  /// for is so.
  package func wait() { unsafe pthread_cond_wait(changed, mutex) }

  /// Wakes all who wait.
  package func tellChange() { unsafe pthread_cond_broadcast(changed) }
}
