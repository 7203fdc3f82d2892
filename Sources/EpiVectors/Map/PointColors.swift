internal import EpiBytes

/// Colours for the values of a field: a scale for numbers, else one for each of the most frequent values.
struct PointColors {
  /// A line of the legend.
  struct Key: Equatable {
    var color: String
    var label: String
    var count: Int?
  }

  /// Of each point, as SVG writes it.
  let colors: [String]
  let legend: [Key]

  /// Distinct for most people with any vision of colours (Okabe and Ito 2008, without the yellow, which is too light for points).
  private static let palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"]
  private static let other = "#9a9a9a"
  /// From dark to light, of even steps to the eye.
  private static let scale: [(r: Double, g: Double, b: Double)] = [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (221, 201, 36)]
  private static let longestLabel = 28

  /// One colour for all.
  init(count: Int) {
    colors = [String](repeating: Self.palette[0], count: count)
    legend = []
  }

  /// - Parameter values: as JSON texts; nil where a point has none.
  init(_ values: [[UInt8]?]) {
    let texts = values.map { $0.map { String(decoding: $0, as: UTF8.self) } }
    let numbers = texts.map { $0.flatMap(Double.init) }
    let known = zip(texts, numbers).filter { $0.0 != nil && $0.0 != "null" }
    // Half of the greatest double, so that the width of the scale is a number too.
    let isScale = known.allSatisfy { $0.1.map { abs($0) < .greatestFiniteMagnitude / 2 } ?? false }
    if isScale, Set(known.map { $0.0 ?? "" }).count > Self.palette.count {
      (colors, legend) = Self.scaled(numbers)
    } else {
      (colors, legend) = Self.named(texts)
    }
  }

  private static func named(_ texts: [String?]) -> ([String], [Key]) {
    var counts: [String: Int] = [:]
    for text in texts { counts[text ?? "null", default: 0] += 1 }
    let order = counts.filter { $0.key != "null" }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    let shown = order.prefix(palette.count)
    let colorOf = Dictionary(uniqueKeysWithValues: zip(shown, palette))
    var legend = shown.map { Key(color: colorOf[$0] ?? other, label: label($0), count: counts[$0]) }
    let rest = order.dropFirst(shown.count).reduce(0) { $0 + counts[$1, default: 0] }
    if rest > 0 { legend.append(Key(color: other, label: "\(order.count - shown.count) other values", count: rest)) }
    if let missing = counts["null"] { legend.append(Key(color: other, label: "no value", count: missing)) }
    return (texts.map { $0.flatMap { colorOf[$0] } ?? other }, legend)
  }

  private static func scaled(_ numbers: [Double?]) -> ([String], [Key]) {
    let known = numbers.compactMap { $0 }
    let (least, greatest) = (known.min() ?? 0, known.max() ?? 0)
    let width = greatest - least
    let colors = numbers.map { $0.map { color(width > 0 ? ($0 - least) / width : 0) } ?? other }
    var legend = stride(from: 4, through: 0, by: -1).map { step in
      Key(color: color(Double(step) / 4), label: short(least + width * Double(step) / 4), count: nil)
    }
    let missing = numbers.count - known.count
    if missing > 0 { legend.append(Key(color: other, label: "no value", count: missing)) }
    return (colors, legend)
  }

  private static func color(_ share: Double) -> String {
    let place = min(max(share, 0), 1) * Double(scale.count - 1)
    let low = min(Int(place), scale.count - 2)
    let rest = place - Double(low)
    let mixed = [(scale[low].r, scale[low + 1].r), (scale[low].g, scale[low + 1].g), (scale[low].b, scale[low + 1].b)].map {
      Int(($0.0 + ($0.1 - $0.0) * rest).rounded())
    }
    return "#" + mixed.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// A number with as many digits as one reads.
  private static func short(_ value: Double) -> String {
    let magnitude = abs(value)
    if magnitude >= 1e15 { return String(value) }
    if magnitude >= 100 || value == value.rounded() { return String(Int(value.rounded())) }
    let hundredths = (value * 100).rounded() / 100
    return hundredths == 0 && value != 0 ? String(value) : String(hundredths)
  }

  /// A JSON text without quotes, and not too long.
  private static func label(_ json: String) -> String {
    let text = MapText.plain(Array(json.utf8))
    return text.count > longestLabel ? text.prefix(longestLabel - 1) + "…" : text
  }
}
