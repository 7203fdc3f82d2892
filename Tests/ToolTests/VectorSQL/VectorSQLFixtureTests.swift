import EpiTestSupport
import Foundation
import Testing

/// What libSQL answers, statement by statement, and what is right where it does not (Tests/Fixtures/vector-sql).
struct VectorSQLFixtureTests {
  static let families = ["construct", "text", "blob", "extract", "distance", "arity", "index-create", "dml", "topk", "policy"]

  /// A value with its storage class, as the fixtures write it.
  private enum Value: Equatable {
    case null
    case integer(Int)
    case real(Double)
    case text(String)
    case blob(String)
  }

  private func printed(_ value: Any) -> Value {
    switch value {
    case is NSNull: return .null
    case let text as String: return .text(text)
    case let object as [String: Any]:
      let bytes = (object["encoded"] as? String).flatMap { Data(base64Encoded: $0) } ?? Data()
      return .blob(bytes.map { String(format: "%02x", $0) }.joined())
    case let number as NSNumber:
      return CFNumberIsReal(number) ? .real(number.doubleValue) : .integer(number.intValue)
    default: return .null
    }
  }

  private func CFNumberIsReal(_ number: NSNumber) -> Bool { ["d", "f"].contains(String(cString: number.objCType)) }

  private func isSame(_ wanted: [String: Any], _ value: Any) -> Bool {
    let found = printed(value)
    if wanted["null"] != nil { return found == .null }
    if let integer = wanted["int"] as? Int { return found == .integer(integer) }
    if let text = wanted["text"] as? String { return found == .text(text) }
    if let blob = wanted["blob"] as? String { return found == .blob(blob) }
    // JSON has no infinity.
    if wanted["real"] as? String == "inf" { return found == .null }
    guard let real = wanted["real"] as? Double, case .real(let number) = found else { return false }
    return abs(real - number) <= wanted["tol"] as? Double ?? 0
  }

  @Test(arguments: families) func `every statement is answered as it should be`(family: String) throws {
    let cases = try JSONSerialization.jsonObject(with: Data(Fixtures.bytes("vector-sql/\(family).json"))) as? [[String: Any]] ?? []
    #expect(cases.count >= 15)
    let folder = try TemporaryFolder()
    for entry in cases {
      let name = entry["name"] as? String ?? ""
      let steps = entry["steps"] as? [[String: Any]] ?? []
      let script = steps.map { ($0["sql"] as? String ?? "") + ";\n" }.joined()
      let run = try ToolRunner.search.run("--sql-file", try folder.write(script, to: "case.sql"), "--arrays", "--statements")
      var groups: [(rows: [[Any]], error: String?)] = []
      var rows: [[Any]] = []
      for line in run.lines {
        let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
        if let row = value as? [Any] { rows.append(row) }
        guard let control = value as? [String: Any] else { continue }
        #expect(control["statement"] as? Int == groups.count + 1, "\(name)")
        #expect(control["rows"] as? Int ?? rows.count == rows.count, "\(name)")
        groups.append((rows, control["error"] as? String))
        rows = []
      }
      #expect(groups.count == steps.count, "\(name): \(run)")
      for (step, group) in zip(steps, groups) {
        let sql = (step["sql"] as? String ?? "").prefix(200)
        if let wanted = step["error"] as? String {
          #expect(group.error?.contains(wanted) == true, "\(name), \(sql): \(group.error ?? "no error")")
          continue
        }
        #expect(group.error == nil, "\(name), \(sql)")
        guard var wanted = step["rows"] as? [[[String: Any]]] else { continue }
        var found = group.rows
        if step["ordered"] as? Bool == false {
          found.sort { "\($0)" < "\($1)" }
          wanted.sort { "\($0.map { $0["text"] ?? $0["int"] ?? "" })" < "\($1.map { $0["text"] ?? $0["int"] ?? "" })" }
        }
        let isEqual = wanted.count == found.count && zip(wanted, found).allSatisfy { $0.count == $1.count && zip($0, $1).allSatisfy(isSame) }
        #expect(isEqual, "\(name), \(sql): \(found), not \(wanted)")
      }
    }
  }
}
