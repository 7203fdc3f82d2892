import EpiTestSupport
import Foundation
import Testing

/// The demo workspace from its update to the nearest rows, against distances computed by NumPy in double precision.
struct DemoSearchTests {
  private struct Expected: Decodable {
    struct Row: Decodable {
      let id: String
      let distance: Double

      init(from decoder: any Decoder) throws {
        var pair = try decoder.unkeyedContainer()
        id = try pair.decode(String.self)
        distance = try pair.decode(Double.self)
      }
    }

    let id: String
    let cosine: [Row]
    let l2: [Row]
  }

  private struct Result: Decodable {
    struct Fields: Decodable { let title: String }

    let query: String
    let rank: Int
    let table: String
    let id: String
    let distance: Double
    let row: Fields
  }

  @Test(arguments: ["cosine", "l2"])
  func `the nearest rows of the demo's queries are the expected ones`(metric: String) throws {
    try withTemporaryFolder { folder in
      let index = folder.file("notes.epi")
      let built = try ToolRunner.shell(
        """
        set -o pipefail
        epi-ydecode '\(Demo.state)' |
          epi-index --metric=\(metric) --column embeddings.embedding --join recordings:recordingId --store title -o '\(index)'
        """)
      try #require(built.status == 0, "\(built)")
      let expected = try JSONDecoder().decode([Expected].self, from: Data(Fixtures.bytes("demo/queries.expected.json")))
      let run = try ToolRunner.search.run("-k", "10", "--format=ndjson", index, Demo.queries)
      #expect(run.status == 0)
      var results = try run.lines.map { try JSONDecoder().decode(Result.self, from: Data($0.utf8)) }[...]
      for query in expected {
        for (rank, wanted) in (metric == "l2" ? query.l2 : query.cosine).enumerated() {
          let result = try #require(results.first)
          results = results.dropFirst()
          #expect(result.query == query.id)
          #expect(result.rank == rank + 1)
          #expect(result.table == "embeddings")
          #expect(result.id == wanted.id, "\(query.id), rank \(rank + 1)")
          #expect(abs(result.distance - wanted.distance) < 2e-6, "\(query.id), rank \(rank + 1)")
          #expect(!result.row.title.isEmpty)
        }
      }
      #expect(results.isEmpty)
    }
  }
}
