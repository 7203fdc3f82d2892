/// Where, among things in the order of their first clocks, the one that holds a clock can still lie.
///
/// Interpolation search: things that take about as many clocks each are found in two or three guesses, whatever their number. Every
/// other guess after those halves what is left, so that the worst order costs twice the steps of a binary search.
struct ClockBracket {
  /// The last thing known not to begin behind the clock, and where it begins.
  private(set) var low = 0
  private(set) var lowClock: UInt64
  /// The first one known to begin behind the clock, and where it begins.
  private var high: Int
  private(set) var highClock: UInt64
  private var guesses = 0

  private static let free = 3

  /// `count` things, the first of which begins at `first` and the last of which ends before `end`.
  /// - Precondition: `count` > 0, and the clock to be searched is in `first..<end`.
  init(of count: Int, between first: UInt64, and end: UInt64) {
    high = count
    lowClock = first
    highClock = end
  }

  /// The thing to look at next, or nil when it is `low`.
  mutating func guess(for clock: UInt64) -> Int? {
    guard high - low > 1 else { return nil }
    guesses += 1
    if guesses > Self.free, guesses % 2 == 0 { return (low + high) / 2 }
    let share = Double(clock - lowClock) / Double(highClock - lowClock)
    return max(low + 1, min(high - 1, low + Int(share * Double(high - low))))
  }

  /// Takes note of where the guessed thing begins.
  mutating func narrow(by begin: UInt64, at guess: Int, for clock: UInt64) {
    if begin <= clock { (low, lowClock) = (guess, begin) } else { (high, highClock) = (guess, begin) }
  }
}
