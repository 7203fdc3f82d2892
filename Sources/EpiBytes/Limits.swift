/// Caps on what input may ask for; far above what any honest document needs.
package enum Limits {
  /// Bytes of input, all operands together: byte offsets are kept in 32 bits.
  package static let bytes = Int(UInt32.max)

  /// Levels of nesting. Reading and printing recurse that deep, and a shared type at the last level may hold a value that is nested as
  /// deep again.
  package static let depth = 500

  /// Most levels of nesting that can be asked for: jansson reads 2048, so the values in any row can be read back. It takes 1 MB of
  /// stack in a release build, 6 in one for debugging; a main thread, and any other by default, has 8.
  package static let maximumDepth = 1000

  /// Items that `bytes` of input may announce. Run-length columns repeat a struct for free: two keys of a map that are set in turn
  /// for hours (a pointer's x and y) are millions of items in a hundred bytes. Beyond those the honest ratio stays far below one
  /// item a byte. An item takes 80 bytes of memory.
  package static func items(forBytes bytes: Int) -> Int { min((1 << 21) + bytes, maximumItems) }

  /// Most items that can be asked for: links between them are 32 bits wide, and splitting makes more.
  package static let maximumItems = Int(Int32.max)

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
