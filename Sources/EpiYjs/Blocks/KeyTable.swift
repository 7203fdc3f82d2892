package import EpiBytes

/// A name that is to be looked up: where it lies in the input, and its hash.
package struct HashedName: BitwiseCopyable, Sendable {
  let range: ByteRange
  let hash: UInt32

  package init(_ range: ByteRange, _ bytes: Span<UInt8>) {
    self.range = range
    hash = KeyTable.hash(bytes.extracting(range.bounds))
  }
}

/// Names (keys of maps, roots, XML nodes, formats) as small numbers, each stored once.
///
/// An open-addressing hash table over bytes: a document with 100,000 rows of 8 fields has 8 field names.
package struct KeyTable: ~Copyable {
  // Not private: Swift 6.3.1 then fails to compile modules that own a document ("broken module found").
  struct Entry: BitwiseCopyable {
    /// Its first eight bytes, with zeros behind a shorter name: most names are told apart by them, and many are no longer.
    var head: UInt64
    var start: UInt32
    var count: UInt32
    /// The root type of this name.
    var root: UInt32
    /// The name that was asked for after this one the last time.
    var successor: UInt32
  }

  /// A place in the hash table: most places that are taken are told from the name that is looked for without a look at their entry.
  struct Slot: BitwiseCopyable {
    /// `none` is free.
    var key: UInt32
    var hash: UInt32

    static let free = Slot(key: none, hash: 0)
  }

  private var entries = GrowingBuffer<Entry>()
  private var bytes = ByteWriter(capacity: 4096)
  /// Entry numbers by hash. The size is a power of two, at most half full.
  private var slots: [Slot]
  /// The name asked for last.
  private var last: UInt32 = none

  package init() { slots = [Slot](repeating: .free, count: 64) }

  package var count: Int { entries.count }

  /// The bytes that `range(of:)` points into.
  package var span: Span<UInt8> {
    @_lifetime(borrow self)
    borrowing get { bytes.span }
  }

  /// Where the name of `key` lies in `span`, as UTF-8.
  package func range(of key: UInt32) -> Range<Int> {
    let entry = entries[key]
    return Int(entry.start)..<(Int(entry.start) + Int(entry.count))
  }

  /// Eight bytes a step, each multiplied into both halves of a 128-bit product.
  fileprivate static func hash(_ name: Span<UInt8>) -> UInt32 {
    var hash = HashSeed.value ^ UInt64(name.count) &* 0x9e37_79b9_7f4a_7c15
    var offset = 0
    while offset &+ 8 <= name.count {
      hash = HashSeed.mix(hash ^ ByteScan.word(name, at: offset))
      offset &+= 8
    }
    hash = HashSeed.mix(hash ^ ByteScan.rest(name, from: offset, to: name.count))
    return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
  }

  @inline(__always)
  private static func head(_ source: Span<UInt8>, in range: Range<Int>) -> UInt64 {
    if range.count >= 8 { return ByteScan.word(source, at: range.lowerBound) }
    return ByteScan.rest(source, from: range.lowerBound, to: range.upperBound)
  }

  @inline(__always)
  private func equals(_ entry: UInt32, _ source: Span<UInt8>, in range: Range<Int>) -> Bool {
    guard Int(entries[entry].count) == range.count, entries[entry].head == Self.head(source, in: range) else { return false }
    return range.count <= 8 || ByteScan.equal(bytes.span, at: Int(entries[entry].start), source.extracting(range))
  }

  /// The number of a name, given to it now if it is new.
  ///
  /// The fields of rows come in the same order again and again: the name that followed the last one before is tried first.
  package mutating func intern(_ source: Span<UInt8>, in range: Range<Int>) -> UInt32 {
    let name = source.extracting(range)
    if let key = expected(source, in: range) { return key }
    let key = look(up: name)
    if last != none { entries[last].successor = key }
    last = key
    return key
  }

  /// The number of a name, if it is the one that followed the name asked for last the time before.
  @inline(__always)
  mutating func expected(_ source: Span<UInt8>, in range: Range<Int>) -> UInt32? {
    guard last != none else { return nil }
    let guess = entries[last].successor
    guard guess != none, equals(guess, source, in: range) else { return nil }
    last = guess
    return guess
  }

  /// The numbers of many names, mostly new ones or such as have long not been asked for: ids of rows.
  ///
  /// Each costs a look into memory that is in no cache. Many are looked for before the first is needed, so that they are waited for
  /// together.
  /// - Parameter keys: gets a number a name, in place of what it held.
  package mutating func intern(_ names: [HashedName], _ source: Span<UInt8>, into keys: inout [UInt32]) {
    keys.removeAll(keepingCapacity: true)
    while keys.count < names.count {
      let batch = keys.count..<min(keys.count + Self.batchSize, names.count)
      for index in batch { keys.append(slots[Int(names[index].hash) & (slots.count - 1)].key) }
      for index in batch {
        let name = source.extracting(names[index].range.bounds)
        let isThere = keys[index] != none && equals(keys[index], name, in: 0..<name.count)
        if !isThere { keys[index] = look(up: name, hash: names[index].hash) }
      }
    }
  }

  /// Names that are looked for together.
  private static let batchSize = 64

  private mutating func look(up name: Span<UInt8>) -> UInt32 { look(up: name, hash: Self.hash(name)) }

  private mutating func look(up name: Span<UInt8>, hash: UInt32) -> UInt32 {
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot].key != none {
      let found = slots[slot]
      if found.hash == hash, equals(found.key, name, in: 0..<name.count) { return found.key }
      slot = (slot + 1) & (slots.count - 1)
    }
    let key = UInt32(entries.count)
    slots[slot] = Slot(key: key, hash: hash)
    let head = Self.head(name, in: 0..<name.count)
    entries.append(Entry(head: head, start: UInt32(bytes.count), count: UInt32(name.count), root: none, successor: none))
    bytes.append(name)
    if entries.count * 2 > slots.count { rehash(to: slots.count * 2) }
    return key
  }

  /// The number of a name that is known, or nil.
  package func find(_ name: Span<UInt8>) -> UInt32? {
    let hash = Self.hash(name)
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot].key != none {
      let found = slots[slot]
      if found.hash == hash, equals(found.key, name, in: 0..<name.count) { return found.key }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Makes room for `added` more names, whose bytes are not counted.
  package mutating func reserve(adding added: Int) {
    let capacity = entries.count + added
    entries.reserve(capacity)
    var size = slots.count
    while size < capacity * 2 { size *= 2 }
    if size > slots.count { rehash(to: size) }
  }

  private mutating func rehash(to size: Int) {
    let smaller = slots
    slots = [Slot](repeating: .free, count: size)
    for taken in smaller where taken.key != none {
      var slot = Int(taken.hash) & (size - 1)
      while slots[slot].key != none { slot = (slot + 1) & (size - 1) }
      slots[slot] = taken
    }
  }

  /// The root type of this name; `none` when no block has named it as its parent.
  func root(of key: UInt32) -> UInt32 { entries[key].root }

  mutating func setRoot(of key: UInt32, to type: UInt32) { entries[key].root = type }

  /// Whether the name of `a` comes before that of `b`, byte by byte.
  package func precedes(_ a: UInt32, _ b: UInt32) -> Bool {
    let stored = bytes.span
    let left = range(of: a)
    let right = range(of: b)
    let common = min(left.count, right.count)
    var index = 0
    while index + 8 <= common, ByteScan.word(stored, at: left.lowerBound + index) == ByteScan.word(stored, at: right.lowerBound + index) { index += 8 }
    while index < common {
      let (x, y) = (stored[left.lowerBound + index], stored[right.lowerBound + index])
      if x != y { return x < y }
      index += 1
    }
    return left.count < right.count
  }
}
