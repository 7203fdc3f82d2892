/// Puts updates of version 1 together, byte by byte: what no writer writes.
enum UpdateBytes {
  static func number(_ value: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var value = value
    while value > 127 {
      bytes.append(UInt8(value & 127 | 128))
      value >>= 7
    }
    return bytes + [UInt8(value)]
  }

  static func text(_ value: String) -> [UInt8] { number(value.utf8.count) + Array(value.utf8) }

  /// An update with the structs of each client, from clock 0, the first of them being client 1; nothing is deleted.
  static func update(_ clients: [[UInt8]]...) -> [UInt8] {
    var bytes = number(clients.count)
    for (index, structs) in clients.enumerated() {
      bytes += number(structs.count) + number(index + 1) + [0]
      for bytesOfOne in structs { bytes += bytesOfOne }
    }
    return bytes + [0]
  }

  /// An ID: unit `clock` of client 1.
  static func unit(_ clock: Int) -> [UInt8] { [1] + number(clock) }
}
