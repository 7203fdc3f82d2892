import EpiBytes
import EpiSystem
import Testing

struct ChildProgramTests {
  /// Sends `input` in pieces, ends it, and reads all there is.
  private func run(_ command: String, _ input: [UInt8] = [], piece: Int = 1 << 16) throws -> (output: [UInt8], ending: ChildProgram.Ending) {
    var program = try ChildProgram(command: command)
    var received = ByteWriter()
    var rest = input[...]
    repeat {
      let part = Array(rest.prefix(piece))
      rest = rest.dropFirst(piece)
      program.send(part.span)
      if rest.isEmpty { program.endInput() }
    } while try program.exchange(into: &received) || !rest.isEmpty
    return ((0..<received.count).map { received.span[$0] }, program.wait())
  }

  @Test(arguments: [1 << 10, 1 << 22])
  func `what goes in comes out, whoever buffers`(size: Int) throws {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let echo = try run("cat", bytes)
    #expect(echo.output == bytes && echo.ending == .status(0))
    // Reads to the end before it writes.
    let late = try run("x=$(wc -c); echo $x; exit 7", bytes)
    #expect(String(decoding: late.output, as: UTF8.self) == "\(size)\n" && late.ending == .status(7))
  }

  @Test func `a program that writes without reading holds nobody up`() throws {
    let run = try run("head -c 3000000 /dev/zero; cat >/dev/null", Array(repeating: 1, count: 3_000_000))
    #expect(run.output.count == 3_000_000 && run.ending == .status(0))
  }

  @Test func `a program that reads no more is no reason to end`() throws {
    let run = try run("echo done; exec 0<&-; sleep 0.1; exit 2", Array(repeating: 1, count: 1_000_000))
    #expect(String(decoding: run.output, as: UTF8.self) == "done\n" && run.ending == .status(2))
  }

  @Test func `how it ended is told`() throws {
    #expect(try run("kill -9 $$").ending == .signal(9))
    #expect(try run("exec /no/such/program 2>/dev/null").ending == .status(127))
  }
}
