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
  /// Entries of types with many keys, by type and key; `none` is free. The size is a power of two, at most half full. The other
  /// types are searched entry by entry.
  private var slots: [Slot] = [Slot](repeating: Slot(), count: 64)
  private var indexed = 0
  private let seed = HashSeed.value
  private static let indexedFrom: UInt32 = 16

  private struct Slot: BitwiseCopyable {
    var type: UInt32 = none
    var entry: UInt32 = none
  }

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

  private func slot(_ type: UInt32, _ key: UInt32) -> Int {
    Int(truncatingIfNeeded: HashSeed.mix((UInt64(type) << 32 | UInt64(key)) ^ seed)) & (slots.count - 1)
  }

  private func indexedEntry(of type: UInt32, key: UInt32) -> UInt32 {
    var slot = slot(type, key)
    while slots[slot].entry != none {
      if slots[slot].type == type, entries[slots[slot].entry].key == key { return slots[slot].entry }
      slot = (slot + 1) & (slots.count - 1)
    }
    return none
  }

  private mutating func addToIndex(_ entry: UInt32, of type: UInt32) {
    indexed += 1
    if indexed * 2 > slots.count {
      let old = slots
      slots = [Slot](repeating: Slot(), count: old.count * 2)
      for each in old where each.entry != none { put(each) }
    }
    put(Slot(type: type, entry: entry))
  }

  private mutating func put(_ new: Slot) {
    var slot = slot(new.type, entries[new.entry].key)
    while slots[slot].entry != none { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = new
  }

  /// The entry of `key` in `type`, or `none`.
  /// - Complexity: O(1); below 16 keys a walk over them.
  func entry(of type: UInt32, key: UInt32) -> UInt32 {
    if records[type].keyBits & Record.bit(of: key) == 0 || key > records[type].highestKey { return none }
    if records[type].entryCount >= Self.indexedFrom { return indexedEntry(of: type, key: key) }
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
    let count = records[type].entryCount
    if count > Self.indexedFrom {
      addToIndex(entry, of: type)
    } else if count == Self.indexedFrom {
      var each = records[type].firstEntry
      while each != none {
        addToIndex(each, of: type)
        each = entries[each].next
      }
    }
  }
}
