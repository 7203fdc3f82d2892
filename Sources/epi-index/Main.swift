internal import EpiCommand

@main
enum Main {
  static func main() { IndexCommand.start() }
}
