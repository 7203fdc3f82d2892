package import EpiBytes

/// A picture of a snapshot's rows: each a point on the plane on which the vectors are spread most, coloured by a field, with its name and
/// stored fields as a title that browsers show under the pointer. One SVG file without scripts.
package struct EmbeddingMap {
  /// Points that are drawn; of more rows these many, evenly over the snapshot.
  package static let mostPoints = 5000

  private let rows: [Int]
  private let total: Int
  private let places: [(x: Double, y: Double)]
  private let shares: [Double]
  private let titles: [String]
  private let colors: PointColors
  private let field: String?

  package var pointCount: Int { rows.count }

  /// - Parameter field: the stored field that gives the colours; nil: the tables do.
  /// - Complexity: O(points · dimensions)
  package init(of snapshot: borrowing Snapshot, coloredBy field: String?) throws(SnapshotError) {
    let (total, dimensions) = (snapshot.head.rows, snapshot.head.dimensions)
    let count = min(total, Self.mostPoints)
    rows = (0..<count).map { $0 * total / count }
    self.total = total
    self.field = field
    let slots = try snapshot.slotOfRows()
    var matrix: [Float] = []
    matrix.reserveCapacity(count * dimensions)
    for row in rows { matrix.append(contentsOf: snapshot.vector(Int(slots[row]))) }
    let plane = PrincipalPlane(of: matrix, dimensions: dimensions)
    shares = plane.shares
    places = (0..<count).map { plane.project(matrix[($0 * dimensions)..<(($0 + 1) * dimensions)]) }

    let names = try snapshot.storedNames()
    let labels = names.map { Array($0.utf8) }
    let place = field.flatMap { wanted in names.firstIndex { $0.utf8.elementsEqual(wanted.utf8) } }
    var titles: [String] = []
    var values: [[UInt8]?] = []
    for row in rows {
      let table = snapshot.bytes.extracting(try snapshot.name(ofTable: try snapshot.table(ofRow: row))).copied()
      let id = snapshot.bytes.extracting(try snapshot.id(ofRow: row)).copied()
      var title = "\(String(decoding: table, as: UTF8.self))/\(String(decoding: id, as: UTF8.self))"
      let stored = try snapshot.storedValues(labels, ofRow: row)
      for (name, value) in zip(names, stored) {
        guard let value else { continue }
        let text = MapText.plain(value)
        title += "\n\(name): \(text.count > 200 ? text.prefix(199) + "…" : text)"
      }
      titles.append(title)
      values.append(place.flatMap { stored[$0] })
    }
    self.titles = titles
    if field != nil {
      colors = PointColors(values)
    } else if snapshot.head.tables > 1 {
      var tables: [[UInt8]?] = []
      for row in rows { tables.append(snapshot.bytes.extracting(try snapshot.name(ofTable: try snapshot.table(ofRow: row))).copied()) }
      colors = PointColors(tables)
    } else {
      colors = PointColors(count: count)
    }
  }
}

// MARK: - The file

extension EmbeddingMap {
  private static let size = (width: 1000.0, height: 720.0)
  /// Where points may lie: the rest is for the title, the axes and the legend.
  private static let frame = (left: 40.0, top: 56.0, right: 760.0, bottom: 676.0)

  /// Appends the file.
  /// - Parameter name: of the snapshot, for the heading.
  package func append(named name: String, to writer: inout ByteWriter) {
    let (size, frame) = (Self.size, Self.frame)
    writer.append(
      """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(size.width)) \(Int(size.height))" font-family="sans-serif" font-size="13" fill="#333">
      <style>circle:hover { stroke: #000; stroke-width: 1.5; fill-opacity: 1 }</style>
      <rect width="100%" height="100%" fill="#fff"/>
      <text x="\(Int(frame.left))" y="34" font-size="18">\(MapText.escaped(name))</text>
      <rect x="\(Int(frame.left))" y="\(Int(frame.top))" width="\(Int(frame.right - frame.left))" height="\(Int(frame.bottom - frame.top))" \
      fill="none" stroke="#ddd"/>

      """)
    appendPoints(to: &writer)
    let shown = rows.count < total ? "\(rows.count) of \(total) rows" : "\(total) \(total == 1 ? "row" : "rows")"
    writer.append("<text x=\"\(Int(frame.left))\" y=\"698\">first principal component: \(Self.percent(shares[0])) of the variance; \(shown)</text>\n")
    let middle = Int((frame.top + frame.bottom) / 2)
    writer.append("<text transform=\"translate(28 \(middle)) rotate(-90)\" text-anchor=\"middle\">second: \(Self.percent(shares[1]))</text>\n")
    appendLegend(to: &writer)
    writer.append("</svg>\n")
  }

  private func appendPoints(to writer: inout ByteWriter) {
    let frame = Self.frame
    let margin = 12.0
    let (least, greatest) = places.reduce(
      (low: (x: Double.infinity, y: Double.infinity), high: (x: -Double.infinity, y: -Double.infinity))
    ) { ((min($0.low.x, $1.x), min($0.low.y, $1.y)), (max($0.high.x, $1.x), max($0.high.y, $1.y))) }
    // One scale for both directions: distances are to be seen as they are.
    let room = (x: frame.right - frame.left - 2 * margin, y: frame.bottom - frame.top - 2 * margin)
    let wide = max((greatest.x - least.x) / room.x, (greatest.y - least.y) / room.y)
    let scale = wide > 0 && wide.isFinite ? 1 / wide : 0
    let middle = (x: (frame.left + frame.right) / 2, y: (frame.top + frame.bottom) / 2)
    let radius = rows.count > 2000 ? "2.2" : rows.count > 500 ? "3" : "4"
    writer.append("<g fill-opacity=\"0.65\">\n")
    for index in places.indices {
      let x = middle.x + (places[index].x - (least.x + greatest.x) / 2) * scale
      let y = middle.y - (places[index].y - (least.y + greatest.y) / 2) * scale
      writer.append("<circle cx=\"\(Self.tenths(x))\" cy=\"\(Self.tenths(y))\" r=\"\(radius)\" fill=\"\(colors.colors[index])\"><title>")
      writer.append(MapText.escaped(titles[index]))
      writer.append("</title></circle>\n")
    }
    writer.append("</g>\n")
  }

  private func appendLegend(to writer: inout ByteWriter) {
    guard !colors.legend.isEmpty else { return }
    let left = Int(Self.frame.right) + 20
    writer.append("<text x=\"\(left)\" y=\"72\" font-weight=\"bold\">\(MapText.escaped(field ?? "table"))</text>\n")
    for (index, key) in colors.legend.enumerated() {
      let y = 96 + index * 22
      writer.append("<circle cx=\"\(left + 6)\" cy=\"\(y - 4)\" r=\"6\" fill=\"\(key.color)\"/>")
      writer.append("<text x=\"\(left + 20)\" y=\"\(y)\">\(MapText.escaped(key.label))")
      if let count = key.count { writer.append("<tspan fill=\"#888\" dx=\"6\">\(count)</tspan>") }
      writer.append("</text>\n")
    }
  }

  /// One digit behind the point. Only a damaged file has vectors that lie nowhere; they are drawn in the corner.
  private static func tenths(_ value: Double) -> String {
    guard abs(value) < 1e15 else { return "0.0" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
  }

  private static func percent(_ share: Double) -> String { "\(tenths(share * 100)) %" }
}
