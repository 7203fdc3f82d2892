internal import EpiBytes

/// The writers of a document: their numbers, and how far each is known.
struct ClientTable: ~Copyable {
  struct Client: BitwiseCopyable {
    /// The writer's number, up to 53 bits.
    let number: UInt64
    /// The next clock expected: everything before it lies in the store.
    var state: UInt64 = 0
    /// Where the last search in its blocks ended.
    var hint = BlockLists.Position()
  }

  private(set) var clients = GrowingBuffer<Client>()
  /// Client indexes by number; `none` is free. The size is a power of two, at most half full.
  private var slots = [UInt32](repeating: none, count: 16)
  private var last: UInt32 = 0
  private let seed = HashSeed.value

  /// The number asked for last as it stands in an update, which the next one mostly repeats: its bytes as a word, the bits of the
  /// word that it takes, and how many bytes those are.
  private var lastBytes = (word: UInt64(0), mask: UInt64(0), count: 0)

  var count: Int { clients.count }

  func number(_ client: UInt32) -> UInt64 { clients[client].number }

  @inline(__always)
  func state(_ client: UInt32) -> UInt64 { clients[client].state }

  @inline(__always)
  mutating func setState(of client: UInt32, to clock: UInt64) { clients[client].state = clock }

  func hint(_ client: UInt32) -> BlockLists.Position { clients[client].hint }

  mutating func setHint(of client: UInt32, to position: BlockLists.Position) { clients[client].hint = position }

  /// Reads a client's number and gives its index.
  @inline(__always)
  mutating func readIndex(_ reader: inout ByteReader, in lists: inout BlockLists) throws(DecodingError) -> UInt32 {
    if reader.remaining >= 8 {
      let word = ByteScan.word(reader.bytes, at: reader.position)
      if lastBytes.count > 0, word & lastBytes.mask == lastBytes.word {
        reader.advance(to: reader.position &+ lastBytes.count)
        return last
      }
    }
    return try readOtherIndex(&reader, in: &lists)
  }

  @inline(never)
  private mutating func readOtherIndex(_ reader: inout ByteReader, in lists: inout BlockLists) throws(DecodingError) -> UInt32 {
    let start = reader.position
    let client = index(of: try reader.readVarUint(), in: &lists)
    let count = reader.position - start
    if count <= 8, start + 8 <= reader.end {
      let mask = UInt64.max >> UInt64(64 - 8 * count)
      lastBytes = (ByteScan.word(reader.bytes, at: start) & mask, mask, count)
    }
    return client
  }

  /// The index of a client, given to it now, with an empty list, if it is new.
  mutating func index(of number: UInt64, in lists: inout BlockLists) -> UInt32 {
    if Int(last) < clients.count, clients[last].number == number { return last }
    lastBytes.count = 0
    var slot = slot(number)
    while slots[slot] != none {
      if clients[slots[slot]].number == number {
        last = slots[slot]
        return last
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    last = UInt32(clients.count)
    slots[slot] = last
    clients.append(Client(number: number))
    lists.addClient()
    if clients.count * 2 > slots.count { rehash() }
    return last
  }

  private func slot(_ number: UInt64) -> Int { Int(truncatingIfNeeded: HashSeed.mix(number ^ seed)) & (slots.count - 1) }

  private mutating func rehash() {
    slots = [UInt32](repeating: none, count: slots.count * 2)
    for index in 0..<UInt32(clients.count) {
      var slot = slot(clients[index].number)
      while slots[slot] != none { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = index
    }
  }

  /// Client indexes by descending number, the order of a state vector.
  var descending: [UInt32] { (0..<UInt32(clients.count)).sorted { clients[$0].number > clients[$1].number } }
}
