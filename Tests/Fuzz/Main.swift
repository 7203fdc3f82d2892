import EpiYjs
import UpdateProbe

/// The fuzzer's entry: libFuzzer makes inputs, `UpdateProbe` reads each as an update of either version and as a log.
///
/// Only there while EPI_FUZZ is set; Tests/fuzz.sh builds and runs it.
@main
enum Main {
  static func main() {
    var count = CommandLine.argc
    var arguments = Optional(CommandLine.unsafeArgv)
    _ = unsafe runDriver(&count, &arguments) { data, size in
      let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: size))
      for (encoding, framing) in [(UpdateEncoding.v1, Framing.one), (.v2, .one), (.auto, .auto)] {
        do {
          _ = try UpdateProbe.read(bytes, encoding, framing: framing)
        } catch {
          // What stops the process is a find.
          fatalError("\(encoding), \(framing): \(error)")
        }
      }
      return 0
    }
  }
}

/// libFuzzer's own entry for programs that have a main function.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<Int32>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32
