import EpiTestSupport
import Foundation
import Testing

/// A snapshot to look at: the page of --info, and the map.
struct SnapshotPageTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Rows of the metric l2: `point` gives the vector, as JSON, and fields.
  private func index(_ count: Int, _ arguments: String..., point: (Int) -> (vector: [Double], fields: String)) throws {
    var rows = ""
    for number in 0..<count {
      let (vector, fields) = point(number)
      rows += "{\"id\":\"r\(number)\",\"v\":[\(vector.map { "\($0)" }.joined(separator: ","))]\(fields)}\n"
    }
    let run = try ToolRunner.index.run(["--table", "points", "--metric=l2", "-o", folder.file("t.epi")] + arguments, input: Array(rows.utf8))
    try #require(run.status == 0 && run.errorText == "", "\(run)")
  }

  private func shell(_ script: String) throws -> ToolRun { try Recipe.run(script, in: folder) }

  // MARK: The page

  @Test func `on a terminal info is a page, and its sections add up`() throws {
    try index(1200, "--search-l=100", "--store", "name", "--model", "m") { ([Double($0 % 40), Double($0 / 40), 1], #","name":"n\#($0)""#) }
    let run = try shell("script -qec 'stty cols 80; epi-index --info t.epi' /dev/null")
    #expect(run.status == 0, "\(run)")
    let lines = run.text.replacing("\r\n", with: "\n").split(separator: "\n").map(String.init)
    for line in ["  rows            1,200 (points 1,200)", "  vectors         3 numbers of type f32, metric l2", "  model           m", "  stored fields   name"] {
      #expect(lines.contains(line), "no line '\(line)' in \(run.text)")
    }
    #expect(lines.allSatisfy { $0.count <= 80 }, "\(run.text)")
    let info = try shell("epi-index --info t.epi | jq -r '.bytes, (.sections | to_entries[] | \"\\(.key) \\(.value)\")'")
    for pair in info.lines.dropFirst() {
      let (name, size) = (pair.split(separator: " ")[0], pair.split(separator: " ")[1])
      let line = try #require(lines.first { $0.hasPrefix("  \(name) ") && $0.contains("%") }, "no section \(name) in \(run.text)")
      #expect(line.replacing(",", with: "").contains(" \(size) "), "\(line)")
    }
    // Every node is linked to: the bars of the degrees count all of them.
    let start = try #require(lines.firstIndex { $0.hasPrefix("links to a node") })
    let counts = lines[(start + 1)...].prefix { $0.contains("%") }.compactMap { line in
      line.split(separator: " ").reversed().drop { !$0.contains("%") }.dropFirst(2).first.flatMap { Int($0.replacing(",", with: "")) }
    }
    #expect(counts.reduce(0, +) == 1200, "\(run.text)")
    #expect(lines.contains { $0.hasPrefix("  recall  ") && $0.hasSuffix("of what is nearest is found") }, "\(run.text)")
  }

  @Test func `a page without a graph says so`() throws {
    try index(3) { ([Double($0), 1], "") }
    let run = try shell("script -qec 'epi-index --info t.epi' /dev/null")
    #expect(run.text.contains("graph           none: every search measures every row") && !run.text.contains("recall"), "\(run)")
  }

  // MARK: The map

  private struct Point: Decodable {
    let x: Double
    let y: Double
    let fill: String
    let title: String
  }

  /// The points of a map, read by another program's parser of XML, and its legend.
  private func points(_ name: String) throws -> (points: [Point], texts: [String]) {
    try folder.write(
      """
      import json, sys, xml.etree.ElementTree as tree
      svg = "{http://www.w3.org/2000/svg}"
      root = tree.parse(sys.argv[1]).getroot()
      circles = [c for c in root.iter(svg + "circle") if c.find(svg + "title") is not None]
      print(json.dumps([dict(x=float(c.get("cx")), y=float(c.get("cy")), fill=c.get("fill"), title=c.find(svg + "title").text) for c in circles]))
      print(json.dumps(["".join(t.itertext()) for t in root.iter(svg + "text")]))
      """, to: "points.py")
    let run = try shell("\"$PYTHON\" points.py \(name)")
    try #require(run.status == 0 && run.lines.count == 2, "\(run)")
    return (
      try JSONDecoder().decode([Point].self, from: Data(run.lines[0].utf8)), try JSONDecoder().decode([String].self, from: Data(run.lines[1].utf8))
    )
  }

  /// Points on a plane that lies askew in six dimensions, with a little beside it.
  private static func plane(_ number: Int) -> (place: (Double, Double), vector: [Double]) {
    let a = Double(number * 37 % 101) - 50
    let b = (Double(number * 53 % 89) - 44) * 0.4
    let first = [0.5, 0.5, 0.5, 0.5, 0, 0]
    let second = [0.5, -0.5, 0.5, -0.5, 0, 0]
    let noise = Double(number % 3 - 1) * 0.01
    return ((a, b), (0..<6).map { first[$0] * a + second[$0] * b + ($0 == 4 ? noise + 7 : 0) })
  }

  @Test func `the map shows the plane of most variance, true to scale`() throws {
    try index(400, "--store", "n") { (Self.plane($0).vector, #","n":\#($0)"#) }
    let drawn = try shell("epi-index --map t.svg t.epi && epi-index --map again.svg t.epi && cmp t.svg again.svg")
    #expect(drawn.status == 0 && drawn.errorText == "" && drawn.text == "", "\(drawn)")
    let (points, texts) = try points("t.svg")
    #expect(points.count == 400)
    #expect(Set(points.map(\.fill)).count == 1)
    func distance(_ a: (Double, Double), _ b: (Double, Double)) -> Double { ((a.0 - b.0) * (a.0 - b.0) + (a.1 - b.1) * (a.1 - b.1)).squareRoot() }
    // Rows are sorted by id; the title tells which is which.
    let placed = try points.map { point in
      let number = try #require(Int(point.title.split(separator: " ").last ?? ""))
      #expect(point.title == "points/r\(number)\nn: \(number)")
      return (shown: (point.x, point.y), meant: Self.plane(number).place)
    }
    let scale = distance(placed[0].shown, placed[1].shown) / distance(placed[0].meant, placed[1].meant)
    for index in 2..<400 {
      let (shown, meant) = (distance(placed[0].shown, placed[index].shown), distance(placed[0].meant, placed[index].meant))
      #expect(abs(shown - meant * scale) < 0.6, "row \(index)")
    }
    // Shares of the variance, by hand.
    func variance(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / Double(values.count)
      return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
    let (first, second) = (variance(placed.map(\.meant.0)), variance(placed.map(\.meant.1)))
    let share = (first / (first + second) * 1000).rounded() / 10
    #expect(texts.contains { $0.hasPrefix("first principal component: ") && (Double($0.dropFirst(27).prefix { $0 != " " }) ?? 0) - share < 0.2 }, "\(texts)")
  }

  @Test func `fields give colours and a legend`() throws {
    try index(300, "--store", "kind,weight,text") { number in
      ([1 + Double(number % 17), Double(number % 23), Double(number % 5)], #","kind":"k\#(min(number % 20, 9))","weight":\#(number),"text":"<\#(number)> & \"x\"\u0007""#)
    }
    #expect(try shell("epi-index --map kind.svg --color kind t.epi && epi-index --map weight.svg --color weight t.epi").status == 0)
    let kind = try points("kind.svg")
    // Seven values have a colour of their own, the others share one.
    #expect(Set(kind.points.map(\.fill)).count == 8)
    #expect(kind.texts.contains("kind") && kind.texts.contains("k9165") && kind.texts.contains { $0.hasPrefix("3 other values") }, "\(kind.texts)")
    for (color, group) in Dictionary(grouping: kind.points, by: \.fill) where color != "#9a9a9a" {
      #expect(Set(group.map { $0.title.split(separator: "\n")[1] }).count == 1)
    }
    #expect(kind.points.contains { $0.title.contains("text: <7> & \"x\"\u{fffd}") })
    let weight = try points("weight.svg")
    #expect(Set(weight.points.map(\.fill)).count > 50)
    #expect(weight.texts.suffix(6).first == "weight" && weight.texts.suffix(5).first == "299" && weight.texts.last == "0", "\(weight.texts)")
    // A browser's picture.
    let picture = try shell("rsvg-convert -w 1000 kind.svg -o kind.png && file -b kind.png 2>/dev/null || head -c 8 kind.png | od -An -c")
    #expect(picture.status == 0 && picture.errorText == "" && picture.text.contains("P"), "\(picture)")
  }

  @Test func `few rows, equal rows and many rows are drawn`() throws {
    try index(1) { _ in ([1, 2], "") }
    #expect(try shell("epi-index --map t.svg t.epi").status == 0)
    #expect(try points("t.svg").points.map { [$0.x, $0.y] } == [[400, 366]])
    try index(20, "--column", "points.v") { _ in ([3], "") }
    #expect(try shell("epi-index --map t.svg t.epi").status == 0)
    #expect(try Set(points("t.svg").points.map(\.x)) == [400])
    try index(6000, "--exact") { ([1 + Double($0 % 77), Double($0 % 59)], "") }
    #expect(try shell("epi-index --map t.svg t.epi").status == 0)
    let (points, texts) = try points("t.svg")
    #expect(points.count == 5000 && texts.contains { $0.hasSuffix("5000 of 6000 rows") }, "\(texts)")
  }

  @Test func `what cannot be drawn is told`() throws {
    try index(2, "--store", "name") { ([Double($0), 1], #","name":"x""#) }
    for (arguments, status, words) in [
      ("--map t.svg --color size t.epi", 64, "t.epi: the snapshot stores 'name', '--color' names 'size'"), ("--map t.epi t.epi", 64, "the output is also an input"),
      ("--map t.svg", 64, "--map draws one snapshot"), ("--map t.PNG t.epi", 64, "--map draws SVG; name it FILE.svg"), ("--color name -o x.epi t.epi", 64, "--color is for --map"), ("--map t.svg nothing.epi", 66, "nothing.epi"),
      ("--map no/t.svg t.epi", 73, "no/t.svg"),
    ] {
      let run = try shell("epi-index \(arguments)")
      #expect(run.status == status && run.errorText.contains(words), "\(run)")
    }
    let empty = try shell(#"printf '%s\n' '{"epi":1,"begin":{"mode":"snapshot"}}' '{"epi":1,"end":{"rows":0,"tables":0}}' | epi-index -o e.epi && epi-index --map t.svg e.epi"#)
    #expect(empty.status == 65 && empty.errorText.contains("has no rows to draw"), "\(empty)")
    #expect(!folder.exists("t.svg"))
  }
}
