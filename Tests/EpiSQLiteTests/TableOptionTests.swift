import EpiRows
import EpiTestSupport
import Testing

@testable import EpiSQLite

/// What options make of tables.
struct TableOptionTests {
  private let folder: TemporaryFolder
  private let judge: Judge

  init() throws {
    folder = try TemporaryFolder()
    judge = Judge(folder.file("out.db"))
  }

  private func rows(_ fields: String..., table: String = "t") -> String {
    zip("abcdefgh", fields).map { #"{"table":"\#(table)","id":"\#($0)","row":{\#($1)}}"# + "\n" }.joined()
  }

  @Test func `the type of a field can be said`() throws {
    let schema = #"{"epi":1,"table":"t","fields":[{"id":"id","type":"id"},{"id":"n","type":"integer"},{"id":"d","type":"text","default":"5"}]}"# + "\n"
    let run = try MaterializerRun(schema + rows(#""n":1,"x":7,"j":"s""#, #""n":2,"x":"k""#), to: judge.path) {
      $0.types = ["t.n=text", "t.d=json", "t.j=json", "t.x=real", "t.gone=text", "u.n=text"].map { TypeChoice($0)! }
    }
    #expect(try judge.columns(of: "t") == ["id TEXT", "n TEXT", "d TEXT", "x", "j TEXT"])
    #expect(try judge.text("SELECT *, typeof(x) FROM t") == "a|1|\"5\"|7|\"s\"|integer\nb|2|\"5\"|k||text")
    #expect(run.messages.contains("--type names a table 'u' that the rows do not have"))
    #expect(run.messages.contains("--type names a column 'gone' that table 't' does not have"))
  }

  @Test func `a type is read from behind`() {
    #expect(TypeChoice("a.b.c=text") == TypeChoice("a.b.c=text"))
    #expect(TypeChoice("a.b.c=text")?.name == ColumnName(table: "a.b", column: "c"))
    #expect(TypeChoice("a.b=c=ytext")?.type == .richtext)
    for wrong in ["a=text", "a.b", "a.b=blob", "a.b=id", ".b=text", "a.=text"] { #expect(TypeChoice(wrong) == nil, "\(wrong)") }
    #expect(ColumnList("a:b:c,d")?.columns == ["c", "d"])
    for wrong in ["a", "a:", ":b", "a:b,", "a:,b"] { #expect(ColumnList(wrong) == nil, "\(wrong)") }
  }

  @Test func `strict tables hold what plain ones hold`() throws {
    let text =
      rows(#""i":1,"r":1.5,"m":1,"b":{"$base64":true,"encoded":"AAE="},"x":"t","w":9007199254740993"#, #""i":2,"r":2,"m":"007","x":{"$base64":true,"encoded":"AAE="},"w":0.5"#)
    _ = try MaterializerRun(text, to: judge.path)
    let plain = try judge.text("SELECT quote(i), quote(r), quote(m), quote(b), quote(x), quote(w) FROM t")
    _ = try MaterializerRun(text, to: judge.path) { $0.isStrict = true }
    #expect(try judge.schema(of: "t").hasSuffix(") STRICT"))
    #expect(try judge.text("SELECT quote(i), quote(r), quote(m), quote(b), quote(x), quote(w) FROM t") == plain)
  }

  @Test func `indexes are made, and those that cannot be are told`() throws {
    let run = try MaterializerRun(rows(#""v":1,"w":2"#), to: judge.path) {
      $0.indexes = ["t:v", "t:w,v", "t:none", "u:v"].map { ColumnList($0)! }
    }
    #expect(try judge.text("SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
      == #"CREATE INDEX "idx_t_v" ON "t" ("v")"# + "\n" + #"CREATE INDEX "idx_t_w_v" ON "t" ("w", "v")"#)
    #expect(run.warnings.map(\.kind) == [.noSuchColumn, .noSuchColumn])
    // Without the option they are gone, and one of somebody else's is not.
    _ = try judge.text("CREATE INDEX mine ON t (v)")
    _ = try MaterializerRun(rows(#""v":1,"w":2"#), to: judge.path)
    #expect(try judge.text("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL") == "mine")
    let last = try MaterializerRun(rows(#""w":2"#), to: judge.path)
    #expect(last.warnings.map(\.kind) == [.dropped])
    #expect(try judge.text("SELECT count(*) FROM t") == "1")
  }

  @Test func `a full-text index answers, and goes with the option`() throws {
    let text = rows(#""v":"one fish","w":"two""#, #""v":"red","w":"blue fish""#)
    for _ in 0..<2 {
      _ = try MaterializerRun(text, to: judge.path) { $0.fullText = [ColumnList("t:v,w")!] }
      #expect(try judge.text("SELECT highlight(t_fts, 1, '[', ']') FROM t_fts WHERE t_fts MATCH 'blue'") == "[blue] fish")
      // The rowids that it points to survive a VACUUM.
      _ = try judge.text("VACUUM")
      #expect(try judge.text("SELECT t.id FROM t_fts JOIN t ON t.rowid = t_fts.rowid WHERE t_fts MATCH 'w:fish'") == "b")
    }
    _ = try MaterializerRun(text, to: judge.path)
    #expect(try judge.text("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%fts%'") == "0")
    let error = try #require(throws: MaterializerError.self) {
      _ = try MaterializerRun(rows(#""rank":1"#), to: judge.path) { $0.fullText = [ColumnList("t:rank")!] }
    }
    guard case .target(let message, _) = error else { throw error }
    #expect(message.hasPrefix("--fts t:rank: cannot make the full-text index 't_fts': reserved fts5 column name"), "\(message)")
    #expect(try judge.text("SELECT count(*) FROM t") == "2")
  }

  @Test(arguments: ["select", "two words", #"quo\"te"#, "it's", "日本", "semi;colon", "a.b", "\\\\"])
  func `names of all forms work in every statement`(name: String) throws {
    let plain = name.replacing(#"\""#, with: "\"").replacing(#"\\"#, with: #"\"#)
    let stream = #"{"epi":1,"begin":{"mode":"changes"}}"# + "\n" + rows(#""\#(name)":"x y","k":1"#, table: name) + #"{"epi":1,"end":{"hash":"1"}}"# + "\n"
      + #"{"table":"\#(name)","id":"b","row":{"\#(name)":"z","\#(name)2":1}}"# + "\n" + #"{"epi":1,"end":{"hash":"2"}}"# + "\n"
      + #"{"table":"\#(name)","id":"a","row":{"\#(name)":"z y","k":"text"}}"# + "\n" + #"{"epi":1,"end":{"hash":"3"}}"# + "\n"
    let run = try MaterializerRun(stream, to: judge.path) {
      $0.indexes = [ColumnList("\(plain):\(plain)")!]
      $0.fullText = [ColumnList("\(plain):\(plain)")!]
      $0.settings = plain + " settings"
    }
    // Told once, of however many batches.
    #expect(
      run.messages == ["'k' of '\(plain)' has values of several types (integer text); its column is TEXT, where all but strings and bytes are JSON"])
    let quoted = "\"" + plain.replacing("\"", with: "\"\"") + "\""
    #expect(try judge.text("SELECT * FROM \(quoted)") == "a|z y|text|\nb|z||1")
    let index = "\"" + plain.replacing("\"", with: "\"\"") + "_fts\""
    #expect(try judge.text("SELECT count(*) FROM \(index) WHERE \(index) MATCH 'z'") == "2")
    #expect(try DatabaseCheck(of: judge.path, busyTimeout: 0).isGood)
  }

  // MARK: Vectors

  private static let vectors =
    #"{"epi":1,"table":"t","fields":[{"id":"id","type":"id"},{"id":"e","type":"vector","dimensions":2,"nullable":true}]}"# + "\n"
    + #"{"table":"t","id":"a","row":{"e":[1,-0.5],"p":{"$f32":"AACAPwAAAMA="}}}"# + "\n" + #"{"table":"t","id":"b","row":{"e":{"$f32":"AACAPwAAAMA="}}}"# + "\n"
    + #"{"table":"t","id":"c","row":{"e":null}}"# + "\n"

  @Test func `vectors are JSON, floats or nothing`() throws {
    func columns(_ vectors: VectorPolicy) throws -> [String] {
      _ = try MaterializerRun(Self.vectors, to: judge.path) { $0.vectors = vectors }
      return try judge.columns(of: "t")
    }
    #expect(try columns(.json) == ["id TEXT", "e TEXT", "p TEXT"])
    #expect(try judge.text("SELECT e, p FROM t") == "[1,-0.5]|[1,-2]\n[1,-2]|\n|")
    #expect(try columns(.f32) == ["id TEXT", "e F32_BLOB(2)", "p F32_BLOB(2)"])
    #expect(try judge.text("SELECT hex(e), hex(p), typeof(e) FROM t") == "0000803F000000BF|0000803F000000C0|blob\n0000803F000000C0||blob\n||null")
    #expect(try columns(.none) == ["id TEXT"])
  }

  @Test func `what is no vector of that length is kept as JSON, and told`() throws {
    let text = Self.vectors + #"{"table":"t","id":"d","row":{"e":[1,2,3]}}"# + "\n" + #"{"table":"t","id":"f","row":{"e":["x"]}}"# + "\n"
    let run = try MaterializerRun(text, to: judge.path) { $0.vectors = .f32 }
    #expect(run.warnings.contains { $0.kind == .otherType && $0.message.contains("2 of 5 rows have") }, "\(run.messages)")
    #expect(try judge.text("SELECT id, e FROM t WHERE typeof(e) = 'text'") == "d|[1,2,3]\nf|[\"x\"]")
    #expect(try DatabaseCheck(of: judge.path, busyTimeout: 0).isGood)
  }
}
