import EpiBytes
import EpiTestSupport
import EpiYjs
import Foundation
import Testing

/// Updates that were cut, patched or mutated, read in process: any answer is right but a trap or a hang.
struct HostileUpdateTests {
  private struct Manifest: Decodable {
    struct Truncation: Decodable {
      var file: String
      var encoding: String
      var from: Int
      var to: Int
      var exceptAccepted: [Int]
    }

    struct Patches: Decodable {
      var file: String
      var encoding: String
      var patches: [[Int]]
    }

    var truncations: [Truncation]
    var patches: [Patches]
  }

  private let manifest: Manifest

  init() throws {
    manifest = try JSONDecoder().decode(Manifest.self, from: Data(try Fixtures.bytes("yjs/manifest.json")))
  }

  /// Reads one update and prints all of it; nil when it is refused.
  private func dump(_ bytes: [UInt8], _ encoding: UpdateEncoding) -> Int? {
    var document = Document()
    let span = bytes.span
    do {
      _ = try document.apply([ByteRange(start: 0, count: bytes.count)], encoding: encoding, of: span)
    } catch {
      return nil
    }
    var writer = ByteWriter()
    for root in document.roots {
      for kind in RootKind.allCases {
        do {
          try document.appendJSON(of: root, as: kind, span, to: &writer)
        } catch {
          continue
        }
      }
    }
    return writer.count
  }

  private func encoding(_ name: String) -> UpdateEncoding { name == "v2" ? .v2 : .v1 }

  @Test func `every prefix of an update is refused`() throws {
    for truncation in manifest.truncations {
      let whole = try Fixtures.bytes("yjs/\(truncation.file)")
      for length in truncation.from...truncation.to where !truncation.exceptAccepted.contains(length) {
        #expect(dump(Array(whole.prefix(length)), encoding(truncation.encoding)) == nil, "\(truncation.file) cut to \(length)")
      }
    }
  }

  @Test func `patched updates are read or refused`() throws {
    var read = 0
    for patches in manifest.patches {
      let whole = try Fixtures.bytes("yjs/\(patches.file)")
      for patch in patches.patches {
        var bytes = whole
        bytes[patch[0]] = UInt8(patch[1])
        if dump(bytes, encoding(patches.encoding)) != nil { read += 1 }
      }
    }
    #expect(read > 0)
  }

  @Test func `a few bytes cannot announce an endless number of structs`() {
    // v2: columns that repeat for ever, and 2^53 - 1 structs of one client.
    let structs: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]
    for info in [UInt8(0), 1] {
      let columns: [[UInt8]] = [[], [0x05], [], [], [info], [0x00, 0x40] + structs, [0x01], [], [0x41] + structs]
      var bytes: [UInt8] = [0]
      for column in columns { bytes += [UInt8(column.count)] + column }
      bytes += [1] + structs + [0, 0]
      #expect(dump(bytes, .v2) == nil)
    }
  }
}
