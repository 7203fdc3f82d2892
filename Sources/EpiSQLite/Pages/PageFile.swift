internal import EpiBytes
internal import EpiSystem

/// The file of a database while pages are appended to it: nobody else has it open for writing, and no transaction is under way.
///
/// Pages are numbered from 1 (SQLite's file format, section 1.2). They are written a megabyte at a time; until `finish` the file's
/// header does not tell of them.
final class PageFile {
  /// Bytes of a page, all of them usable: what a database that is made in one go measures best with.
  static let pageSize = 16384
  /// Bytes of a page of an overflow chain that hold payload: the others name the next page.
  private static let overflowRoom = pageSize - 4
  /// The page that SQLite locks bytes of, and never uses (section 1.10).
  private static let lockPage = (1 << 30) / pageSize + 1
  private static let waitingLimit = 1 << 20

  /// Of the database, as messages give it.
  let name: String
  private let descriptor: Descriptor
  /// Pages on their way to the end of the file.
  private var waiting = ByteWriter(capacity: waitingLimit + pageSize)
  /// The number of the next page.
  private var next = 0
  /// Where the header keeps its counters.
  private enum Offset {
    static let changeCounter = 24
    static let validFor = 92
  }

  /// - Parameters:
  ///   - path: a database of pages of `pageSize` bytes.
  ///   - name: stands for it in messages.
  init(path: String, named name: String) throws(SystemError) {
    self.name = name
    descriptor = try Descriptor.forChanging(path, named: name)
  }

  /// Goes to the end of the file: SQLite may have appended pages.
  func begin() throws(SystemError) {
    next = descriptor.status.size / Self.pageSize + 1
    try descriptor.seek(writingTo: (next - 1) * Self.pageSize)
  }

  /// Appends one page, which `fill` makes.
  /// - Returns: its number.
  func append(_ fill: (inout ByteWriter) -> Void) throws(SystemError) -> Int {
    let number = try allocate()
    fill(&waiting)
    try writeIfEnough()
    return number
  }

  /// Appends a chain of overflow pages (section 1.7).
  /// - Parameter range: the part of the payload that they hold; not empty.
  /// - Returns: the number of the first page.
  func appendOverflow(_ payload: borrowing ByteWriter, in range: Range<Int>) throws(SystemError) -> Int {
    var first = 0
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(range.upperBound, start + Self.overflowRoom)
      let number = try allocate()
      if first == 0 { first = number }
      waiting.append(bigEndian: end < range.upperBound ? skippingLockPage(number + 1) : 0, bytes: 4)
      waiting.append(payload.span, in: start..<end)
      waiting.append(zeros: Self.overflowRoom - (end - start))
      try writeIfEnough()
      start = end
    }
    return first
  }

  private func skippingLockPage(_ number: Int) -> Int { number == Self.lockPage ? number + 1 : number }

  private func allocate() throws(SystemError) -> Int {
    if next == Self.lockPage {
      waiting.append(zeros: Self.pageSize)
      next += 1
    }
    defer { next += 1 }
    return next
  }

  private func writeIfEnough() throws(SystemError) {
    if waiting.count >= Self.waitingLimit { try writeWaiting() }
  }

  private static func write(_ pages: borrowing ByteWriter, to descriptor: borrowing Descriptor) throws(SystemError) {
    try descriptor.write(pages.span)
  }

  private static func number(in bytes: borrowing ByteWriter) -> Int {
    var number = 0
    for index in bytes.span.indices { number = number << 8 | Int(bytes.span[index]) }
    return number
  }

  private func writeWaiting() throws(SystemError) {
    try Self.write(waiting, to: descriptor)
    waiting.removeAll()
  }

  /// Writes what waits, and then over a page that there was before.
  func overwrite(_ number: Int, _ fill: (inout ByteWriter) -> Void) throws(SystemError) {
    try writeWaiting()
    fill(&waiting)
    try descriptor.seek(writingTo: (number - 1) * Self.pageSize)
    try writeWaiting()
    try descriptor.seek(writingTo: (next - 1) * Self.pageSize)
  }

  /// Writes what waits, and has the header tell of all pages (section 1.3). A connection to the file sees by the counter that what
  /// it knows of the pages is old.
  func finish() throws(SystemError) {
    try writeWaiting()
    try descriptor.seek(to: Offset.changeCounter)
    while waiting.count < 4, try descriptor.read(upTo: 4 - waiting.count, into: &waiting) > 0 {}
    let counter = Self.number(in: waiting) + 1
    waiting.removeAll()
    waiting.append(bigEndian: counter, bytes: 4)
    waiting.append(bigEndian: next - 1, bytes: 4)
    try descriptor.seek(writingTo: Offset.changeCounter)
    try writeWaiting()
    waiting.append(bigEndian: counter, bytes: 4)
    try descriptor.seek(writingTo: Offset.validFor)
    try writeWaiting()
  }
}
