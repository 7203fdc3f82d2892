/// Clients that wait for clocks of another, the one with the lowest clock first: a binary heap.
struct WaitingHeap {
  struct Element {
    var clock: UInt64
    var client: UInt32
  }

  private var elements: [Element] = []

  var first: Element? { elements.first }

  mutating func insert(_ element: Element) {
    elements.append(element)
    var child = elements.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard elements[child].clock < elements[parent].clock else { return }
      elements.swapAt(child, parent)
      child = parent
    }
  }

  mutating func removeFirst() {
    elements.swapAt(0, elements.count - 1)
    elements.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in (2 * parent + 1)...(2 * parent + 2) where child < elements.count {
        if elements[child].clock < elements[least].clock { least = child }
      }
      if least == parent { return }
      elements.swapAt(parent, least)
      parent = least
    }
  }
}
