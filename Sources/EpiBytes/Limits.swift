/// Caps on what input may ask for. The defaults are far above what any honest document needs.
package struct Limits: Sendable {
  /// Bytes of input, all operands together. Byte offsets are kept in 32 bits, so 4 GiB - 1 is the most.
  package var bytes: Int
  /// Levels of nesting inside one value (arrays and objects), or of types inside types.
  package var depth: Int

  package static let maximumBytes = Int(UInt32.max)

  package init(bytes: Int = maximumBytes, depth: Int = 500) {
    self.bytes = min(bytes, Self.maximumBytes)
    self.depth = depth
  }

  /// Items that `bytes` of input may announce. Run-length columns can repeat a struct for free; writers merge such runs, so the
  /// honest ratio stays below one item a byte.
  package static func items(forBytes bytes: Int) -> Int { (1 << 20) + 4 * bytes }
}
