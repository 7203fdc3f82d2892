/// The writers of a document: their numbers, their blocks in clock order, and how far each is known.
struct ClientTable: ~Copyable {
  struct Client {
    /// The writer's number, up to 53 bits.
    let number: UInt64
    /// The next clock expected: everything before it lies in the store.
    var state: UInt64 = 0
    /// Blocks in the store, ordered by clock, without gaps.
    var blocks = BlockList()
    /// Where the last search in `blocks` ended.
    var hint = BlockList.Position()
  }

  var clients: [Client] = []
  /// Client indexes by number; `none` is free. The size is a power of two, at most half full.
  private var slots = [UInt32](repeating: none, count: 16)
  private var last: UInt32 = 0
  private let seed = HashSeed.value

  var count: Int { clients.count }

  /// The index of a client, given to it now if it is new.
  mutating func index(of number: UInt64) -> UInt32 {
    if Int(last) < clients.count, clients[Int(last)].number == number { return last }
    var slot = slot(number)
    while slots[slot] != none {
      if clients[Int(slots[slot])].number == number {
        last = slots[slot]
        return last
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    last = UInt32(clients.count)
    slots[slot] = last
    clients.append(Client(number: number))
    if clients.count * 2 > slots.count { rehash() }
    return last
  }

  private func slot(_ number: UInt64) -> Int { Int(truncatingIfNeeded: HashSeed.mix(number ^ seed)) & (slots.count - 1) }

  private mutating func rehash() {
    slots = [UInt32](repeating: none, count: slots.count * 2)
    for (index, client) in clients.enumerated() {
      var slot = slot(client.number)
      while slots[slot] != none { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(index)
    }
  }

  /// Client indexes by descending number, the order of a state vector.
  var descending: [UInt32] {
    (0..<UInt32(clients.count)).sorted { clients[Int($0)].number > clients[Int($1)].number }
  }
}
