import EpiTestSupport
import Testing

/// Lines like the ones before are read by what stands between their values: that must not show.
struct LineTemplateTests {
  /// Lines around a few rows: the same names with other values, white space, escapes and order, and what only looks alike.
  private static let lines = [
    #"{"table":"t","id":"a","row":{"x":1,"y":"one"}}"#,
    #"{"table":"t","id":"b","row":{"x":-2.5e3,"y":"two \"words\" é"}}"#,
    #"{"table":"t","id":"\u0063","row":{"x":null,"y":[1,2,{"z":[true]}]}}"#,
    #"{"table":"t","id":"d","row":{"x":{"$base64":true,"encoded":"AAE="},"y":{"$f32":"AACAPw=="}}}"#,
    #"{"table":"t","id":"e","row":{"x":{"x":1,"y":"one"},"y":""}}"#,
    #"{"table":"t","id":"f","row":{"x":1,"y":"one"}} "#,
    #"{"table":"t", "id":"g", "row":{"x" :1 ,"y": "one" } }"#,
    #"{"table":"t","id":"h","row":{"y":"one","x":1}}"#,
    #"{"table":"t","id":"i","row":{"\u0078":1,"y":"one"}}"#,
    #"{"table":"t","id":"j","row":{"x":1,"y":"one","x":2}}"#,
    #"{"table":"t","id":"k","row":{"x":1}}"#,
    #"{"table":"t","id":"l","row":{}}"#,
    #"{"table":"u","id":"m","row":{"x":1,"y":"one"}}"#,
    #"{"id":"n","table":"t","row":{"x":1,"y":"one"}}"#,
    #"{"row":{"x":1,"y":"one"},"table":"t","id":"o"}"#,
    #"{"table":"t","id":"p","deleted":true}"#,
    #"{"table":"t","id":"q","row":{"x":1,"y":"one"},"deleted":true}"#,
    #"{"table":"t","id":"r","row":{"x":1,"y":"one"},"more":1}"#,
    #"{"id":"s","x":1,"y":"one"}"#,
    #"{"kv":"k","value":1}"#,
    // Bytes and floats, plainly written and otherwise.
    #"{"table":"t","id":"d","row":{"x":{"$f32":""},"y":{"$base64":true,"encoded":""}}}"#,
    #"{"table":"t","id":"d","row":{"x":{"$f32":"\#(String(repeating: "AACAPw", count: 40))"},"y":"one"}}"#,
    #"{"table":"t","id":"d","row":{"x":{"$f32":"\#(String(repeating: "AAC\\/Pw", count: 40))"},"y":"one"}}"#,
    #"{"table":"t","id":"d","row":{"x":{ "$f32":"AACAPw=="},"y":{"$base64":true, "encoded":"AAE="}}}"#,
    #"{"table":"t","id":"d","row":{"x":{"$f32":"AACAPw==" },"y":{"encoded":"AAE=","$base64":true}}}"#,
    #"{"table":"t","id":"d","row":{"x":{"$f32":"AACAPw==","$f32":"AAAAAA=="},"y":{"$f32":"AACAPw==","z":1}}}"#,
    #"{"table":"t","id":"d","row":{"x":{"$f32":"é"},"y":{"$base64":false,"encoded":"AAE="}}}"#,
    #"{"table":"t","id":"d","row":{"x":{"$f32":1},"y":{"$f32":"a\u0041"}}}"#,
    #"{"table":"t","id":"d","row":{"x":{"$f32":"AACAPw==}"},"y":{"$f32":"AACAPw=="}}}"#,
    #"{"table":"t","id":"d","row":{"x":{"$f32":"AACAPw=="},"y":{"$f32":"AACAPw=="}}"#,
    #"{"table":"t","id":"d","row":{"x":{"$f32":"AACAPw==","y":{"$f32":"AACAPw=="}}"#,
    #"{"table":"t","id":"d","row":{"x":{"$f32":"AACAPw=="#,
    #"{"epi":1,"table":"v","fields":[{"id":"id","type":"id"}]}"#,
    // Not well formed, or no rows.
    #"{"table":"t","id":1,"row":{"x":1,"y":"one"}}"#,
    #"{"table":"t","id":"a","row":{"x":01,"y":"one"}}"#,
    #"{"table":"t","id":"a","row":{"x":1,"y":"one}}"#,
    #"{"table":"t","id":"a","row":{"x":1,"y":"one"}"#,
    #"{"table":"t","id":"a","row":{"x":1,"y":"one"}}}"#,
    #"{"table":"t","id":"a","row":{"x":1,"y":"\ud800"}}"#,
    #"{"table":"t","id":"a","row":{"x":,"y":"one"}}"#,
    #"{"table":"t","id":"a","row":{"x":1 "y":"one"}}"#,
    #"{"table":"t","id":"a","row":1}"#,
    "",
  ]

  /// What a reader says that knows no other line.
  private static func alone(_ line: String) -> [String] {
    StreamText(line + "\n", table: "bare").said.map { $0.hasPrefix("error 1") ? "error" + $0.dropFirst("error 1".count) : $0 }
  }

  private static let saidAlone = lines.map(alone)

  private static func compare(_ order: [Int]) {
    let text = order.map { lines[$0] + "\n" }.joined()
    var wanted: [String] = []
    for (number, index) in order.enumerated() {
      wanted += saidAlone[index].map { $0.hasPrefix("error") ? "error \(number + 1)" + $0.dropFirst("error".count) : $0 }
    }
    let said = StreamText(text, table: "bare").said
    #expect(said == wanted, "\(text)")
  }

  @Test func `a line behind two rows of one kind is read as if it stood alone`() {
    for first in Self.lines.indices { for second in Self.lines.indices { Self.compare([first, first, second, first, second]) } }
  }

  @Test(arguments: Seeds.list(20)) func `lines in any order`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    Self.compare((0..<400).map { _ in
      // Runs of rows of the first kinds, with something else now and then.
      Int.random(in: 0..<4, using: &random) > 0 ? Int.random(in: 0..<6, using: &random) : Self.lines.indices.randomElement(using: &random)!
    })
  }

  @Test func `values that are nested as deep as may be`() {
    // The row lies in two objects itself.
    for depth in [2045, 2046, 2047] {
      let deep = #"{"table":"t","id":"a","row":{"x":\#(String(repeating: "[", count: depth))\#(String(repeating: "]", count: depth))}}"#
      let plain = #"{"table":"t","id":"a","row":{"x":1}}"#
      let said = StreamText([plain, plain, plain, deep].joined(separator: "\n")).said
      #expect(said.last?.replacing("error 4", with: "error 1") == StreamText(deep).said.last)
    }
  }
}
