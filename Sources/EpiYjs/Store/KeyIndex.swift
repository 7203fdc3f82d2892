/// Finds the entry of a key in types that have many.
///
/// Names are numbered as they come. So the keys of a table, the ids of its rows, mostly lie close together, and a type's entries are
/// kept by key, one beside the other, as long as that takes no more than a few times the room. Types whose keys lie far apart share
/// a hash table.
struct KeyIndex: ~Copyable {
  /// The keys of one type.
  private struct Run: BitwiseCopyable {
    /// The lowest key that there is room for, and how many.
    var base: UInt32 = 0
    var room: UInt32 = 0
    /// Keys of the type.
    var count: UInt32 = 0
    /// Its keys are in the hash table, not in the run.
    var isHashed = false
    /// Where its room begins in `places`.
    var start = 0

    /// Where the place of a key is; nil without room for it.
    @inline(__always)
    func place(of key: UInt32) -> Int? {
      let offset = key &- base
      return offset < room ? start + Int(offset) : nil
    }
  }

  /// A place in the hash table.
  private struct Slot: BitwiseCopyable {
    var type: UInt32 = none
    var key: UInt32 = none
    /// `none` is free.
    var entry: UInt32 = none
  }

  /// By the number that `addType` gave.
  private var runs = GrowingBuffer<Run>()
  /// Entries by key, of one run after the other; `none` where a type lacks the key.
  private var places = GrowingBuffer<UInt32>()
  /// The size is a power of two, at most half full.
  private var slots = [Slot](repeating: Slot(), count: 64)
  private var hashed = 0
  private let seed = HashSeed.value

  /// Places, beyond a few, that a run may have for every key of its type.
  private static let roomiest = 8

  /// - Returns: what the type is called here.
  mutating func addType() -> UInt32 {
    runs.append(Run())
    return UInt32(runs.count - 1)
  }

  /// The entry of a key, or `none`.
  /// - Complexity: O(1)
  func entry(of type: UInt32, key: UInt32) -> UInt32 {
    let run = runs[type]
    if run.isHashed { return slots[slot(of: type, key)].entry }
    guard let place = run.place(of: key) else { return none }
    return places[place]
  }

  /// Adds a key that the type does not have yet.
  /// - Complexity: O(1) amortised
  mutating func add(_ entry: UInt32, key: UInt32, to type: UInt32) {
    runs[type].count += 1
    if !runs[type].isHashed, runs[type].place(of: key) == nil { makeRoom(for: key, in: type) }
    if let place = runs[type].place(of: key) { places[place] = entry } else { addHashed(Slot(type: type, key: key, entry: entry)) }
  }

  /// Moves a run to where there is room for a key, or into the hash table when that would take too much.
  private mutating func makeRoom(for key: UInt32, in type: UInt32) {
    let run = runs[type]
    let isFirst = run.room == 0
    let low = isFirst ? key : min(run.base, key)
    let high = isFirst ? key : max(run.base + (run.room - 1), key)
    let span = Int(high - low) + 1
    guard span <= Self.roomiest * Int(run.count) + 64 else { return hash(type) }
    // As much again on the side that it grows to, so that not every key moves it.
    let base = key == low && !isFirst ? low - min(low, UInt32(span)) : low
    let end = key == low && !isFirst ? Int(high) + 1 : min(Int(high) + 1 + span, Int(none))
    let start = places.count
    places.append(repeating: none, count: end - Int(base))
    for offset in 0..<Int(run.room) { places[start + Int(run.base - base) + offset] = places[run.start + offset] }
    runs[type].base = base
    runs[type].room = UInt32(end - Int(base))
    runs[type].start = start
  }

  private mutating func hash(_ type: UInt32) {
    let run = runs[type]
    runs[type].isHashed = true
    runs[type].room = 0
    for offset in 0..<Int(run.room) {
      let entry = places[run.start + offset]
      if entry != none { addHashed(Slot(type: type, key: run.base + UInt32(offset), entry: entry)) }
    }
  }

  private mutating func addHashed(_ new: Slot) {
    hashed += 1
    if hashed * 2 > slots.count {
      let old = slots
      slots = [Slot](repeating: Slot(), count: old.count * 2)
      for each in old where each.entry != none { put(each) }
    }
    put(new)
  }

  private mutating func put(_ new: Slot) { slots[slot(of: new.type, new.key)] = new }

  /// Where a key is, or would be put.
  private func slot(of type: UInt32, _ key: UInt32) -> Int {
    var slot = Int(truncatingIfNeeded: HashSeed.mix((UInt64(type) << 32 | UInt64(key)) ^ seed)) & (slots.count - 1)
    while slots[slot].entry != none, slots[slot].type != type || slots[slot].key != key { slot = (slot + 1) & (slots.count - 1) }
    return slot
  }
}
