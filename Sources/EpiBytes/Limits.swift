/// Caps on what input may ask for; far above what any honest document needs.
package enum Limits {
  /// Bytes of input, all operands together: byte offsets are kept in 32 bits.
  package static let bytes = Int(UInt32.max)

  /// Levels of nesting inside one value, arrays and objects. Reading and printing recurse that deep.
  package static let valueDepth = 500

  /// Levels of shared types inside shared types that are printed.
  package static let typeDepth = 500

  /// Items that `bytes` of input may announce. Run-length columns can repeat a struct for free; writers merge such runs, so the
  /// honest ratio stays below one item a byte.
  package static func items(forBytes bytes: Int) -> Int { (1 << 20) + 4 * bytes }

  /// Steps of the conflict loop that putting `items` items in order may take, all together.
  ///
  /// The loop passes what others inserted at the same place meanwhile: its cost is the square of the number of concurrent
  /// insertions there, which among people is small. 5,000 writers who all meet in one place, in the worst order, stay within the limit.
  package static func conflictSteps(forItems items: Int) -> Int { (1 << 24) + 8 * items }

  /// Bytes that may be printed of `bytes` of input. What stands once in an update can be printed many times: the name of a table in
  /// every row, the attributes of a text around every piece, the name of an XML element as often as columns repeat it for free.
  package static func output(forBytes bytes: Int) -> Int { (1 << 26) + 128 * bytes }

  /// Formats in force at one place of a text. In XML each is an element around it.
  package static let formats = 500
}
