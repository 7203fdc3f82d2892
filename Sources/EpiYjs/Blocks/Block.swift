internal import EpiBytes

/// "No block", "no type", "no client", "no key" in the 32-bit links of the store.
let none = UInt32.max

/// What a block holds, numbered as content references on the wire (yjs-format section 8).
enum ContentKind: UInt8, CaseIterable {
  case gc = 0
  case deleted = 1
  case json = 2
  case binary = 3
  case string = 4
  case embed = 5
  case format = 6
  case type = 7
  case any = 8
  case document = 9

  /// Its units are members: they count for indexes and are shown.
  @inline(__always)
  var isCountable: Bool { self != .format && self != .deleted && self != .gc }
}

/// A run of consecutive clocks of one client: an Item, or a GC. A plain record of 64 bytes, a cache line, with 32-bit links.
///
/// Contents stay byte ranges of the input until they are printed.
struct Block: BitwiseCopyable {
  /// First clock of the run.
  var clock: UInt64
  /// Left origin; while `parentIsID`, the clock of the parent's ID (a struct has either origins or a written parent).
  var originClock: UInt64 = 0
  /// Index into the clients of the store.
  var client: UInt32
  var originClient: UInt32 = none
  /// Index into the right origins of the store: few structs of a map have one.
  var rightOrigin: UInt32 = none
  /// Clocks in the run; strings count UTF-16 units.
  var length: UInt32
  /// Neighbours in the parent's list, or in the chain of versions of a key.
  var left: UInt32 = none
  var right: UInt32 = none
  /// Type that the block is a member of; before integration, the key that names the root while `parentIsRoot`.
  var parent: UInt32 = none
  /// Key of a map entry; none for members of a list.
  var key: UInt32 = none
  /// Bytes of the content in the input.
  var content: ByteRange = .empty
  /// type: index of the type · format: its key · json, document: index of the first text slice · any: index into the value
  /// offsets, where there are some.
  var extra: UInt32 = none
  var kind: ContentKind
  var flags: Flags = []

  struct Flags: OptionSet, BitwiseCopyable {
    var rawValue: UInt8
    static let deleted = Flags(rawValue: 1)
    /// The parent is written as an ID (held in the origin fields until integration).
    static let parentIsID = Flags(rawValue: 2)
    /// The parent is a root, named by the key in `parent`.
    static let parentIsRoot = Flags(rawValue: 4)
    /// An embed or format value is JSON text (v1), not a lib0 Any (v2).
    static let valueIsText = Flags(rawValue: 8)
    /// The run lies in the store.
    static let integrated = Flags(rawValue: 16)
  }

  /// Halves of surrogate pairs at the ends of a string (section 15).
  var edges = TextSlice.Edges()

  @inline(__always)
  var end: UInt64 { clock &+ UInt64(length) }

  @inline(__always)
  var isDeleted: Bool { flags.contains(.deleted) }

  /// Longest run a block can hold; longer ones are cut by the reader.
  static let maximumLength = UInt64(UInt32.max >> 1)
}
