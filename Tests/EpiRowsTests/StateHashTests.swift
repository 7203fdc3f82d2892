import EpiBytes
import EpiRows
import Testing

struct StateHashTests {
  private func hash(of text: String) -> StateHash {
    var hash = StateHash()
    hash.add(lines: Array(text.utf8).span)
    return hash
  }

  @Test func `is the sum of the hashes of lines with their ends`() {
    var sum: UInt64 = 0
    for line in ["{}\n", "{\"a\":1}\n"] {
      var hash = ContentHash()
      hash.update(Array(line.utf8).span)
      sum &+= hash.value
    }
    #expect(hash(of: "{}\n{\"a\":1}\n").value == sum)
  }

  @Test func `does not depend on the order of lines, and lines can be taken out`() {
    #expect(hash(of: "one\ntwo\nthree\n") == hash(of: "three\none\ntwo\n"))
    #expect(hash(of: "one\ntwo\n") != hash(of: "one\ntwoo\n"))
    var rest = hash(of: "one\ntwo\nthree\n")
    let line = Array("two\n".utf8)
    rest.remove(line: StateHash.hash(line.span, in: line.indices))
    #expect(rest == hash(of: "one\nthree\n"))
  }

  @Test func `is told in 16 digits`() {
    #expect(StateHash(value: 0xab).text == "00000000000000ab")
    #expect(hash(of: "").text == "0000000000000000")
  }
}
