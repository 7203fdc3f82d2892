internal import EpiBytes

/// What updates may ask for at most. The defaults are far above what any honest document needs.
package struct UpdateLimits: Sendable {
  /// Items that all updates together may announce; nil: as many as their size explains.
  package var items: Int?
  /// Levels of nesting: of arrays and objects inside one value or JSON text, and of shared types inside shared types that are printed.
  package var depth: Int

  package init(items: Int? = nil, depth: Int = Limits.depth) {
    self.items = items
    self.depth = depth
  }

  /// Items that `bytes` of updates may announce.
  package func items(forBytes bytes: Int) -> Int { items ?? Limits.items(forBytes: bytes) }
}
