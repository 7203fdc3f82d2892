/// The shared types of a document: roots and nested ones, each with a list of blocks and a table of keys.
struct TypeTable: ~Copyable {
  /// Type references on the wire (yjs-format section 9).
  enum Kind: UInt8 {
    case array = 0
    case map = 1
    case text = 2
    case xmlElement = 3
    case xmlFragment = 4
    case xmlHook = 5
    case xmlText = 6
    /// A root: only its name is on the wire.
    case root = 255
  }

  struct Record: BitwiseCopyable {
    var kind: Kind
    /// Root: its name. XML element or hook: node name. Else none.
    var name: UInt32
    /// The block whose content this type is; none for roots.
    var item: UInt32
    /// First block of the list.
    var start: UInt32 = none
    /// First and last entry of the key table, in order of appearance.
    var firstEntry: UInt32 = none
    var lastEntry: UInt32 = none
    var entryCount: UInt32 = 0
    /// A bit for each of its keys, by the key's low bits: most keys that a type lacks are told by it.
    var keyBits: UInt32 = 0
    /// The highest number among its keys: the ids of new rows are new names, which are numbered as they come.
    var highestKey: UInt32 = 0
    /// What it is called in the index; none below 16 keys.
    var index: UInt32 = none

    static func bit(of key: UInt32) -> UInt32 { 1 << (key & 31) }
  }

  /// One key of a type and the end of its chain of versions.
  struct Entry: BitwiseCopyable {
    var key: UInt32
    /// Rightmost block of the chain: the current value, or its absence when deleted.
    var item: UInt32
    /// Leftmost block of the chain. Walking there from `item` would take as long as there are versions.
    var first: UInt32
    var next: UInt32
  }

  private(set) var records = GrowingBuffer<Record>()
  private(set) var entries = GrowingBuffer<Entry>()
  /// Roots in the order they appeared.
  private(set) var roots: [UInt32] = []
  /// Entries of types with many keys. The other types are searched entry by entry.
  private var index = KeyIndex()
  private static let indexedFrom: UInt32 = 16

  var count: Int { records.count }

  /// Makes room for as many entries, and a type for every eight.
  mutating func reserve(_ capacity: Int) {
    entries.reserve(capacity)
    records.reserve(capacity / 8)
  }

  mutating func add(_ kind: Kind, name: UInt32, item: UInt32) -> UInt32 {
    let type = UInt32(records.count)
    records.append(Record(kind: kind, name: name, item: item))
    if kind == .root { roots.append(type) }
    return type
  }

  mutating func setItem(of type: UInt32, to item: UInt32) { records[type].item = item }

  mutating func setStart(of type: UInt32, to block: UInt32) { records[type].start = block }

  mutating func setEntryItem(_ entry: UInt32, to block: UInt32) { entries[entry].item = block }

  mutating func setEntryFirst(_ entry: UInt32, to block: UInt32) { entries[entry].first = block }

  /// The entry of `key` in `type`, or `none`.
  /// - Complexity: O(1); below 16 keys a walk over them.
  func entry(of type: UInt32, key: UInt32) -> UInt32 {
    if records[type].keyBits & Record.bit(of: key) == 0 || key > records[type].highestKey { return none }
    if records[type].index != none { return index.entry(of: records[type].index, key: key) }
    var entry = records[type].firstEntry
    while entry != none, entries[entry].key != key { entry = entries[entry].next }
    return entry
  }

  /// Adds a key that `type` does not have yet.
  mutating func addEntry(to type: UInt32, key: UInt32, item: UInt32) {
    let entry = UInt32(entries.count)
    entries.append(Entry(key: key, item: item, first: item, next: none))
    let last = records[type].lastEntry
    if last == none { records[type].firstEntry = entry } else { entries[last].next = entry }
    records[type].lastEntry = entry
    records[type].entryCount += 1
    records[type].keyBits |= Record.bit(of: key)
    records[type].highestKey = max(records[type].highestKey, key)
    if records[type].index != none {
      index.add(entry, key: key, to: records[type].index)
    } else if records[type].entryCount == Self.indexedFrom {
      addToIndex(type)
    }
  }

  private mutating func addToIndex(_ type: UInt32) {
    records[type].index = index.addType()
    var entry = records[type].firstEntry
    while entry != none {
      index.add(entry, key: entries[entry].key, to: records[type].index)
      entry = entries[entry].next
    }
  }
}
