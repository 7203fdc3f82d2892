import EpiTestSupport
import Foundation
import Testing

/// Programs that make vectors of texts, behind --embed-with.
struct EmbedderRecipeTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(" sesame \n", to: "key")
    try folder.write(
      """
      {"table":"notes","id":"a","row":{"body":"apples and pears"}}
      {"table":"notes","id":"b","row":{"body":"REFUSE this"}}
      {"table":"notes","id":"c","row":{"body":"zebras"}}

      """, to: "rows.ndjson")
  }

  /// With a service on loopback that the script finds in the environment.
  private func run(_ command: String) throws -> ToolRun {
    try folder.write("set -e\nexport OPENAI_KEY_FILE=${KEY:-key}\n\(command)", to: "command.sh")
    return try Recipe.run("\"$PYTHON\" $P/embedding_service.py sesame bash command.sh", in: folder)
  }

  @Test func `a service that is busy at first, and refuses one text, makes the index`() throws {
    let run = try run(
      """
      epi-index --embed-with $E/embed-openai.sh --text notes.body --store body --on-error=skip -o notes.epi rows.ndjson || echo "status $?"
      epi-search -k 1 --format=ids --embed-with $E/embed-openai.sh --text "apples and plums" notes.epi
      """)
    #expect(run.lines == ["status 1", #"["a"]"#], "\(run)")
    #expect(run.errorText.contains("input is too long"), "\(run)")
    // Three texts at once: busy, refused, then one by one; and the question.
    #expect(run.errorLines.last == "answers: 503 400 200 400 200 200", "\(run)")
  }

  @Test func `texts go in batches, vectors have the size that was asked for`() throws {
    let run = try run(
      #"""
      for word in ant bee cow dog elk; do printf '{"id":"%s","text":"%s"}\n' $word $word; done >texts
      EMBED_BATCH=2 EMBED_DIMENSIONS=2 $E/embed-openai.sh <texts
      """#)
    #expect(run.lines == [98, 97, 100, 99, 101].map { #"{"id":"\#(["ant", "bee", "cow", "dog", "elk"][$0 - 97])","embedding":[\#($0),3]}"# }, "\(run)")
    #expect(run.errorLines.last == "answers: 503 200 200 200", "\(run)")
  }

  @Test func `what has come is answered before more is waited for`() throws {
    let run = try run(
      #"""
      coproc $E/embed-openai.sh
      for word in ant bee; do
        echo "{\"id\":\"$word\",\"text\":\"$word\"}" >&"${COPROC[1]}"
        read -r line <&"${COPROC[0]}"
        echo "$line"
      done
      exec {COPROC[1]}>&-
      wait
      """#)
    #expect(run.lines == [#"{"id":"ant","embedding":[97,3,1]}"#, #"{"id":"bee","embedding":[98,3,1]}"#], "\(run)")
  }

  @Test func `a wrong key is an error, and no index appears`() throws {
    try folder.write("wrong", to: "wrong")
    let run = try run("KEY=wrong\nexport OPENAI_KEY_FILE=wrong\nepi-index --embed-with $E/embed-openai.sh --text notes.body -o notes.epi rows.ndjson")
    #expect(run.status == 65 && run.errorText.contains("answers with 401: Incorrect API key provided"), "\(run)")
    #expect(!folder.exists("notes.epi"))
    let missing = try self.run("OPENAI_KEY_FILE=nothing $E/embed-openai.sh </dev/null")
    #expect(missing.status == 74 && missing.errorText.contains("cannot read the key in 'nothing'"), "\(missing)")
  }

  @Test func `the model on this machine answers`() throws {
    let model = "\(Fixtures.packageRoot)/.build-model"
    try #require(FileManager.default.fileExists(atPath: "\(model)/ready"), "there is no model in '\(model)'; run Tests/run.sh, which makes it")
    let run = try Recipe.run(
      """
      export EPI_EMBEDDER=$PACKAGE/.build-model
      printf '{"id":"%s","text":"%s"}\\n' 1 'a dog' 2 'a puppy' 3 'a tax form' | $E/embed-local.sh |
        jq -r '{table: "t", id, row: {v: .embedding}}' -c >rows && epi-index -q -o t.epi rows && epi-search -k 2 --format=ids --like 1 t.epi
      """, in: folder) { $0.seconds = 300 }
    #expect(run.lines == [#"["1","2"]"#] && run.errorText == "", "\(run)")
  }
}
