import EpiTestSupport
import Testing

/// Vectors that an application keeps as the bytes of a Float32Array.
struct PackedVectorTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `bytes in a document are vectors where their field is named`() throws {
    let made = try Recipe.run(
      """
      "$PYTHON" - <<'END'
      import pycrdt, struct
      document = pycrdt.Doc()
      document["notes"] = notes = pycrdt.Map()
      for name, vector in [("a", [1, 0, 0.5]), ("b", [0, 1, 0]), ("c", [0.9, 0.1, 0.5])]:
          notes[name] = pycrdt.Map({"title": name, "vector": struct.pack("<3f", *vector)})
      open("notes.yjs", "wb").write(document.get_update())
      END
      epi-ydecode --layout 'path=notes.*' notes.yjs >rows.ndjson
      epi-index --column notes.vector -o notes.epi rows.ndjson && epi-search -k 2 --format=ids --like a notes.epi
      epi-index -o found.epi rows.ndjson
      """, in: folder)
    #expect(made.lines == [#"["a","c"]"#], "\(made)")
    // Bytes may be anything: of themselves they are no vectors.
    #expect(made.status == 65 && made.errorText.contains("no vectors found"), "\(made)")
  }

  @Test func `bytes and packed floats are the same vector, and what is no whole number of floats is refused`() throws {
    let rows = """
      {"id":"a","v":{"$f32":"AACAPwAAAEA="}}
      {"id":"b","v":{"$base64":true,"encoded":"AACAPwAAAEA="}}
      {"id":"c","v":{"$base64":true,"encoded":"AACAPwAA"}}

      """
    let run = try ToolRunner.index.run("--table", "t", "--column", "t.v", "--on-error=skip", "-o", folder.file("t.epi"), input: rows)
    #expect(run.status == 1 && run.errorText.contains("row 't/c' has no vector in 'v': its 6 bytes are no whole number of 32-bit floats"), "\(run)")
    let search = try ToolRunner.search.run("--format=tsv", "--like", "a", folder.file("t.epi"))
    #expect(search.lines.dropFirst().map { $0.split(separator: "\t")[3...4].joined(separator: " ") } == ["a 0", "b 0"], "\(search)")
  }
}
