import EpiTestSupport
import Foundation
import Testing

/// The man pages against the tools.
struct ManualTests {
  private static let pages = Fixtures.files(below: "man")
  private static let toolsWithPage = ToolRunner.all.filter { pages.contains("man/\($0.name).1") }

  private func lines(_ page: String) throws -> [String] {
    let bytes = try Fixtures.contents(of: "\(Fixtures.packageRoot)/\(page)")
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Options the help names, with their dashes.
  private func helpOptions(_ tool: ToolRunner) throws -> Set<String> {
    let labels = try tool.run("--help").lines.filter { $0.hasPrefix("  -") }
    return Set(
      labels.flatMap { line -> [String] in
        // The label ends where two spaces set off the description.
        let label = line.dropFirst(2).components(separatedBy: "  ")[0]
        return label.split { " ,/|=".contains($0) }.filter { $0.hasPrefix("-") }.map(String.init)
      })
  }

  /// Options the page's list names: `.It Fl o , Fl -output Ar FILE`.
  private func pageOptions(_ tool: ToolRunner) throws -> Set<String> {
    var options: Set<String> = []
    var isInList = false
    for line in try lines("man/\(tool.name).1") {
      if line.hasPrefix(".Sh") { isInList = line == ".Sh OPTIONS" }
      guard isInList, line.hasPrefix(".It ") else { continue }
      // Every word after Fl is a flag, up to the next macro: `Fl o , -output Ns = Ns Ar file`.
      var isFlag = false
      for word in line.split(separator: " ").dropFirst() {
        if word.first?.isUppercase == true, word.count == 2 {
          isFlag = word == "Fl"
        } else if isFlag, word != ",", word != "|" {
          options.insert("-" + word)
        }
      }
    }
    return options
  }

  @Test(arguments: toolsWithPage)
  func `a page and the help name the same options`(tool: ToolRunner) throws {
    let inHelp = try helpOptions(tool)
    let inPage = try pageOptions(tool)
    #expect(!inHelp.isEmpty)
    #expect(inHelp.subtracting(inPage).sorted() == [], "missing in the page")
    #expect(inPage.subtracting(inHelp).sorted() == [], "missing in the help")
  }

  @Test(arguments: toolsWithPage)
  func `a tool's page has the sections in their order`(tool: ToolRunner) throws {
    // mdoc's own order, which mandoc checks, with the three sections that it does not know where they are read first.
    let order = [
      "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "OPERANDS", "OUTPUT", "ENVIRONMENT", "FILES", "EXIT STATUS", "EXAMPLES", "SEE ALSO", "BUGS",
    ]
    let sections = try lines("man/\(tool.name).1").filter { $0.hasPrefix(".Sh ") }.map { String($0.dropFirst(4)) }
    let ranks = sections.map { order.firstIndex(of: $0) }
    #expect(!ranks.contains(nil), "\(sections)")
    #expect(ranks.compactMap { $0 } == ranks.compactMap { $0 }.sorted())
    for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "SEE ALSO"] {
      #expect(sections.contains(section), "no \(section)")
    }
  }

  @Test(arguments: pages)
  func `mandoc finds nothing wrong`(page: String) throws {
    let run = try ToolRunner.program("mandoc").run("-Tlint", "-Wwarning", "\(Fixtures.packageRoot)/\(page)")
    #expect(run.text == "")
    #expect(run.status == 0)
  }

  @Test(arguments: pages)
  func `pages refer only to pages that exist`(page: String) throws {
    for line in try lines(page) where line.hasPrefix(".Xr epi") {
      let words = line.split(separator: " ").map(String.init)
      try #require(words.count >= 3)
      #expect(Self.pages.contains("man/\(words[1]).\(words[2])"), "\(line)")
    }
  }
}
