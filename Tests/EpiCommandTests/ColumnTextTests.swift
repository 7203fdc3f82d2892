import EpiBytes
import EpiCommand
import Testing

struct ColumnTextTests {
  private func text(_ style: ColumnText.Style, _ names: [String], _ kinds: [ColumnText.Kind], _ rows: [[String]]) -> [String] {
    var columns = ColumnText(style, names: names, kinds: kinds)
    var writer = ByteWriter()
    for row in rows { columns.append(row, to: &writer) }
    columns.flush(to: &writer)
    return String(decoding: (0..<writer.count).map { writer.span[$0] }, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test func `the widest texts give way, numbers never`() {
    let rows = [["1000", String(repeating: "a", count: 40), String(repeating: "b", count: 20)], ["7", "short", "x"]]
    #expect(
      text(.aligned(columns: 40), ["n", "one", "two"], [.number, .text, .text], rows) == [
        "   n  one               two", "1000  aaaaaaaaaaaaaaa…  bbbbbbbbbbbbbbb…", "   7  short             x",
      ])
    #expect(text(.aligned(columns: 8), ["n", "one", "two"], [.number, .text, .text], rows)[1] == "1000  aaaaaaa…  bbbbbbb…")
    #expect(
      text(.aligned(columns: 40), ["n", "one", "two"], [.number, .text, .name], rows)[1] == "1000  aaaaaaaaaaa…  bbbbbbbbbbbbbbbbbbbb")
  }

  @Test func `the width of a text is what a terminal shows`() {
    for (text, width) in [
      ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("한글", 4), ("ｱ", 1), ("Ａ", 2), ("👍", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("❤️", 2), ("\u{200b}", 0), ("…", 1), ("ß", 1),
    ] { #expect(DisplayWidth.of(text) == width, "\(text)") }
    #expect(DisplayWidth.cut("日本語", to: 4) == "日…")
    #expect(DisplayWidth.cut("日本語", to: 5) == "日本…")
    #expect(DisplayWidth.cut("日本語", to: 6) == "日本語")
    #expect(DisplayWidth.cut("e\u{301}e\u{301}e\u{301}", to: 2) == "e\u{301}…")
    #expect(DisplayWidth.cut("abc", to: 0) == "")
  }
}
