import EpiTestSupport
import Foundation
import Testing

/// What libSQL does not have: functions of Turso, and a distance of `vector_top_k`.
struct AddedFunctionTests {
  private func value(_ expression: String) throws -> String {
    let run = try ToolRunner.search.run("--arrays", "--sql", "SELECT \(expression)")
    return run.status == 0 ? run.text.trimmingCharacters(in: .whitespacesAndNewlines) : run.errorText
  }

  @Test func `products, parts and sums of vectors`() throws {
    #expect(try value("vector_distance_dot(vector32('[1,2,3]'), vector32('[4,5,6]'))") == "[-32.0]")
    for type in ["32", "64", "16", "b16"] {
      #expect(try value("vector_extract(vector_concat(vector\(type)('[1,2]'), vector\(type)('[3]')))") == #"["[1,2,3]"]"#)
      #expect(try value("vector_extract(vector_slice(vector\(type)('[1,2,3,4]'), 1, 3))") == #"["[2,3]"]"#)
      #expect(try value("vector_extract(vector_slice(vector\(type)('[1,2]'), 2, 2))") == #"["[]"]"#)
    }
    #expect(try value("vector_slice(vector32('[1,2]'), 1, 3)").contains("from 1 to 3 does not lie in a vector of 2 dimensions"))
    #expect(try value("vector_slice(vector32('[1,2]'), -1, 1)").contains("does not lie in"))
    #expect(try value("vector_slice(vector8('[1,2]'), 0, 1)").contains("not supported for float8 vectors"))
    #expect(try value("vector_concat(vector32('[1]'), vector64('[1]'))").contains("vectors must have the same type: 1 != 2"))
  }

  @Test func `a distance can be asked for and compared`() throws {
    let run = try ToolRunner.search.run(
      "--arrays", "--sql",
      """
      CREATE TABLE t(v F32_BLOB(2)); CREATE INDEX ti ON t(libsql_vector_idx(v,'metric=l2'));
      INSERT INTO t VALUES('[0,0]'),('[3,4]'),('[6,8]');
      SELECT id, distance FROM vector_top_k('ti','[0,0]',9) WHERE distance <= 5; SELECT * FROM vector_top_k('ti','[0,0]',1)
      """)
    #expect(run.lines == ["[1,0.0]", "[2,5.0]", "[1]"], "\(run)")
  }
}
