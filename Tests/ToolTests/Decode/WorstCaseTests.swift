import EpiTestSupport
import Testing

/// About a megabyte each, made to take long: what was found to take minutes, or to come near the limits. A good answer comes within
/// seconds, also where the machine is busy.
struct WorstCaseTests {
  private func run(_ update: [UInt8], _ options: String...) throws -> ToolRun {
    try ToolRunner.ydecode.run(["--encoding=v1", "--frames=one", "--dump"] + options, input: update) { $0.seconds = 30 }
  }

  private static func format(_ name: String, _ value: String, behind clock: Int) -> [UInt8] {
    [0x86] + UpdateBytes.unit(clock) + UpdateBytes.text(name) + UpdateBytes.text(value)
  }

  private static func text(_ value: String, behind clock: Int) -> [UInt8] { [0x84] + UpdateBytes.unit(clock) + UpdateBytes.text(value) }

  /// The root list `x` with an XML text in it, and the start of that text.
  private static let openXMLText: [[UInt8]] = [
    [0x07, 1] + UpdateBytes.text("x") + [6], [0x06, 0] + UpdateBytes.unit(0) + UpdateBytes.text("k") + UpdateBytes.text("null"),
  ]

  @Test(arguments: ["[" + String(repeating: "1,", count: 200_000) + "1]", "{" + String(repeating: "\"a\":1,", count: 80_000) + "\"a\":1}"])
  func `a long value around many pieces of a text is read once`(value: String) throws {
    var structs = Self.openXMLText + [Self.format("b", value, behind: 1)]
    for piece in 0..<60_000 {
      structs.append(Self.text("y", behind: structs.count - 1))
      structs.append(Self.format("c", piece % 2 == 0 ? "1" : "null", behind: structs.count - 1))
    }
    let run = try run(UpdateBytes.update(structs), "--root", "x=xml")
    #expect(run.status == 0, "\(run.errorText)")
    let opening = value.hasPrefix("{") ? #"<b a=\"1\">"# : "<b>"
    #expect(run.text.hasPrefix(#"{"x":""# + opening + "y</b>" + opening + "<c>y</c></b>"), "\(run)")
  }

  @Test func `many formats at one place of a text are kept in order`() throws {
    let names = (0..<490).map { String(repeating: "p", count: 100) + String(1000 + $0) }
    var structs = Self.openXMLText
    for round in 0..<20 {
      for name in names.shuffled() { structs.append(Self.format(name, round % 2 == 0 ? "1" : "null", behind: structs.count - 1)) }
    }
    structs.append(Self.text("end", behind: structs.count - 1))
    let run = try run(UpdateBytes.update(structs), "--root", "x=xml")
    #expect(run.text == #"{"x":"end"}"# + "\n", "\(run)")
  }

  @Test func `attributes that are printed around every piece of a text end with the limit`() throws {
    var structs: [[UInt8]] = [[0x04, 1] + UpdateBytes.text("t") + UpdateBytes.text("ab")]
    var clock = 1
    for name in 0..<500 {
      structs.append(Self.format(String(1000 + name), "1", behind: clock))
      clock += 1
    }
    for piece in 0..<60_000 {
      structs.append(Self.text("y", behind: clock))
      structs.append(Self.format("1000", piece % 2 == 0 ? "2" : "1", behind: clock + 1))
      clock += 2
    }
    let run = try run(UpdateBytes.update(structs), "--text=delta")
    #expect(run.status == 65 && run.errorText.contains("the output would be larger than"), "\(run)")
  }

  @Test(arguments: [true, false])
  func `a long run is split at every place`(isText: Bool) throws {
    let count = 60_000
    let run = isText ? UpdateBytes.text(String(repeating: "é", count: count)) : UpdateBytes.number(count) + [UInt8](repeating: 0x78, count: count)
    var generator = SeededGenerator(seed: 1)
    let insertions = (0..<count - 1).shuffled(using: &generator).map { place -> [UInt8] in
      [isText ? 0xc4 : 0xc8] + UpdateBytes.unit(place) + UpdateBytes.unit(place + 1) + (isText ? UpdateBytes.text("z") : [1, 0x79])
    }
    let update = UpdateBytes.update([[isText ? 0x04 : 0x08, 1] + UpdateBytes.text("r") + run], insertions)
    let printed = try self.run(update)
    let wanted = isText ? "\"" + String(repeating: "éz", count: count - 1) + "é\"" : "[" + String(repeating: "true,false,", count: count - 1) + "true]"
    #expect(printed.output.firstDifference(from: Array("{\"r\":\(wanted)}\n".utf8)) == nil, "\(printed.errorText)")
  }

  @Test func `insertions at one place that come in the worst order end with the limit`() throws {
    // Each client waits for the one before it, then inserts at the start of the list as if it had seen nothing.
    let clients = (1...20_000).map { client -> [[UInt8]] in
      let insertion: [UInt8] = [0x08, 1] + UpdateBytes.text("l") + [1, 0x7e]
      return client == 1 ? [insertion] : [[0x81] + UpdateBytes.number(client - 1) + [client == 2 ? 0 : 1, 1], insertion]
    }
    var update = UpdateBytes.number(clients.count)
    for (index, structs) in clients.enumerated() { update += [UInt8(structs.count)] + UpdateBytes.number(index + 1) + [0] + structs.joined() }
    let run = try run(update + [0])
    #expect(run.status == 65 && run.errorText.contains("putting concurrent insertions in order takes more than"), "\(run)")
  }
}
