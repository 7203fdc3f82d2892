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
  /// Entries of types with many keys, by type and key; the others are searched one by one.
  private var index: [UInt64: UInt32] = [:]
  private static let indexedFrom: UInt32 = 16

  var count: Int { records.count }

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

  private static func indexKey(_ type: UInt32, _ key: UInt32) -> UInt64 { UInt64(type) << 32 | UInt64(key) }

  /// The entry of `key` in `type`, or `none`.
  /// - Complexity: O(1); below 16 keys a walk over them.
  func entry(of type: UInt32, key: UInt32) -> UInt32 {
    let record = records[type]
    if record.entryCount >= Self.indexedFrom { return index[Self.indexKey(type, key)] ?? none }
    var entry = record.firstEntry
    while entry != none {
      let candidate = entries[entry]
      if candidate.key == key { return entry }
      entry = candidate.next
    }
    return none
  }

  /// Adds a key that `type` does not have yet.
  mutating func addEntry(to type: UInt32, key: UInt32, item: UInt32) {
    let entry = UInt32(entries.count)
    entries.append(Entry(key: key, item: item, first: item, next: none))
    let last = records[type].lastEntry
    if last == none { records[type].firstEntry = entry } else { entries[last].next = entry }
    records[type].lastEntry = entry
    records[type].entryCount += 1
    let count = records[type].entryCount
    if count > Self.indexedFrom {
      index[Self.indexKey(type, key)] = entry
    } else if count == Self.indexedFrom {
      var each = records[type].firstEntry
      while each != none {
        index[Self.indexKey(type, entries[each].key)] = each
        each = entries[each].next
      }
    }
  }
}
