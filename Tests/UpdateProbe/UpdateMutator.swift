internal import EpiTestSupport
package import EpiYjs

/// Makes faulty updates out of good ones: by number, each for itself, so that any can be made again alone.
package struct UpdateMutator {
  /// A good update and its file, relative to the package.
  private struct Seed {
    let path: String
    let bytes: [UInt8]
  }

  /// A faulty update.
  package struct Mutation {
    /// The file that it began as.
    package var seed: String
    package var bytes: [UInt8]
  }

  private let seeds: [Seed]
  private var generator = SeededGenerator(seed: 0)

  /// Begins with the small updates of every group of fixtures. Logs and faulty ones are none: nothing behind their fault is read.
  package init(_ encoding: UpdateEncoding) throws {
    var seeds: [Seed] = []
    for folder in ["yjs", "workspaces", "hostile"] {
      for path in Fixtures.files(below: "Tests/Fixtures/\(folder)") where path.hasSuffix(encoding == .v2 ? ".v2.bin" : ".v1.bin") {
        let bytes = try Fixtures.contents(of: "\(Fixtures.packageRoot)/\(path)")
        if bytes.count <= 400, case .read = try UpdateProbe.read(bytes, encoding) { seeds.append(Seed(path: path, bytes: bytes)) }
      }
    }
    self.seeds = seeds
  }

  package var seedCount: Int { seeds.count }

  /// Numbers at the edges of what the format, or a machine's integers, can hold; padded forms are legal.
  private static let edgeNumbers: [[UInt8]] = [
    [0x7f], [0x80, 0x01], [0x80, 0x00], [0xff, 0x7f], [0xff, 0xff, 0x03], [0x80, 0x80, 0x04],
    [0xff, 0xff, 0xff, 0xff, 0x07], [0x80, 0x80, 0x80, 0x80, 0x08], [0xff, 0xff, 0xff, 0xff, 0x0f], [0x80, 0x80, 0x80, 0x80, 0x10],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  ]

  /// The mutation of a number: the same in every process, as long as the fixtures are the same.
  package mutating func mutation(_ number: Int) -> Mutation {
    generator = SeededGenerator(seed: UInt64(number))
    guard let seed = seeds.randomElement(using: &generator) else { return Mutation(seed: "", bytes: []) }
    var bytes = seed.bytes
    // Mostly one fault, so that what follows it is still read.
    var faults = 1
    while faults < 8, Int.random(in: 0..<3, using: &generator) == 0 { faults += 1 }
    for _ in 0..<faults { mutate(&bytes) }
    return Mutation(seed: seed.path, bytes: bytes)
  }

  private mutating func mutate(_ bytes: inout [UInt8]) {
    let place = Int.random(in: 0...max(bytes.count - 1, 0), using: &generator)
    guard !bytes.isEmpty else { return bytes.append(UInt8.random(in: 0...255, using: &generator)) }
    switch Int.random(in: 0..<9, using: &generator) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
    case 2: bytes[place] = bytes[Int.random(in: 0..<bytes.count, using: &generator)]
    case 3: bytes.removeSubrange(run(from: place, in: bytes))
    case 4: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
    case 5:
      let copy = Array(bytes[run(from: place, in: bytes)])
      bytes.insert(contentsOf: copy, at: Int.random(in: 0...bytes.count, using: &generator))
    case 6:
      // The head of this update and the tail of another.
      let other = seeds.randomElement(using: &generator)?.bytes ?? []
      bytes.replaceSubrange(place..., with: other[Int.random(in: 0...other.count, using: &generator)...])
    case 7: bytes.replaceSubrange(place...place, with: Self.edgeNumbers.randomElement(using: &generator) ?? [])
    default: bytes.insert(contentsOf: Self.edgeNumbers.randomElement(using: &generator) ?? [], at: place)
    }
  }

  /// One to twelve bytes from `place` on.
  private mutating func run(from place: Int, in bytes: [UInt8]) -> Range<Int> {
    place..<min(place + Int.random(in: 1...12, using: &generator), bytes.count)
  }
}
