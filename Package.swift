// swift-tools-version: 6.3
import PackageDescription

/// Switches for checking only, off by default. With EPI_FUZZ set there is a fuzz target, and all it needs is built for it
/// (Tests/fuzz.sh); with EPI_MUTATIONS set there is the program that Tests/run.sh builds for MutationRunTests.
let isFuzzing = Context.environment["EPI_FUZZ"] != nil
let isMutating = Context.environment["EPI_MUTATIONS"] != nil
let fuzzing = ["-sanitize=fuzzer,address"]

/// One set of rules for every Swift target: nothing unsafe without saying so, no warning left standing.
/// Release builds link the Swift runtime statically, so that the tools run on a machine without a toolchain.
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableExperimentalFeature("Lifetimes"),  // cursors that borrow the bytes they read (ByteReader)
  isFuzzing ? .unsafeFlags(fuzzing) : .unsafeFlags(["-static-stdlib"], .when(configuration: .release)),
]

/// The system's SQLite: for tools and tests, not for the extension, which uses that of the program that loads it.
let systemSQLite: [LinkerSetting] = [.linkedLibrary("sqlite3"), .linkedLibrary("m")]

/// `swift build -c release` makes static executables. The three libraries are what swift-argument-parser pulls in when it is
/// compiled without -static-stdlib itself; the script leaves out what makes starting slow, with the linker that understands it.
let staticExecutable: [LinkerSetting] = [
  .unsafeFlags(
    ["-static-executable", "-l_FoundationCShims", "-l_FoundationCollections", "-lswiftSynchronization"]
      + ["-use-ld=lld", "-Xlinker", "--script=\(Context.packageDirectory)/Sources/static-executable.ld"],
    .when(configuration: .release))
]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

func module(_ name: String, _ dependencies: [Target.Dependency] = [], linkerSettings: [LinkerSetting] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict, linkerSettings: linkerSettings)
}

func tool(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies + ["EpiCommand", "EpiSystem", "EpiBytes", argumentParser],
    swiftSettings: strict, linkerSettings: staticExecutable + systemSQLite)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: [.treatAllWarnings(as: .error)], linkerSettings: systemSQLite)
}

/// libFuzzer's main function gives way to the target's own. The default linker fails on what the sanitizers add.
let fuzzTargets: [Target] = [
  .executableTarget(
    name: "epi-fuzz", dependencies: ["UpdateProbe", "EpiYjs"], path: "Tests/Fuzz",
    swiftSettings: [.treatAllWarnings(as: .error), .unsafeFlags(fuzzing)], linkerSettings: [.unsafeFlags(fuzzing + ["-use-ld=lld"])])
]

let mutationTargets: [Target] = [
  .executableTarget(
    name: "mutation-run", dependencies: ["UpdateProbe", "EpiYjs", "EpiVectors", "EpiRows", "EpiSystem", "EpiBytes", "EpiTestSupport"],
    path: "Tests/MutationRun",
    swiftSettings: [.treatAllWarnings(as: .error), .unsafeFlags(["-static-stdlib"], .when(configuration: .release))],
    linkerSettings: staticExecutable)
]

// Layers from the ground up; a module sees only what its line names.
let package = Package(
  name: "epi",
  products: [.library(name: "epi-vector", type: .dynamic, targets: ["CSQLiteHost", "EpiVectorExtension"])],
  dependencies: [.package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")],
  targets: [
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CJansson", providers: [.apt(["libjansson-dev"])]),
    .systemLibrary(name: "CGlibc"),
    // Optimized in debug builds too: tests measure millions of vectors.
    .target(name: "CEpiKernels", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror", "-O2"])]),

    module("EpiBytes", ["CEpiKernels"]),
    module("EpiSystem", ["CGlibc", "EpiBytes"]),
    module("EpiJSON", ["CJansson", "EpiBytes"]),
    module("EpiYjs", ["EpiBytes", "EpiJSON"]),
    module("EpiRows", ["EpiJSON", "EpiBytes"]),
    module("EpiWorkspace", ["EpiYjs", "EpiRows", "EpiJSON", "EpiBytes"]),
    module("EpiSQLite", ["CSQLite", "EpiRows", "EpiSystem", "EpiJSON", "EpiBytes"]),
    module("EpiVectors", ["CEpiKernels", "EpiRows", "EpiSystem", "EpiJSON", "EpiBytes"]),
    module("EpiVectorSQL", ["EpiSQLite", "EpiVectors", "EpiBytes"]),
    // The same functions for programs that load extensions of SQLite: a shared object, with SQLite as the program has it.
    .target(name: "CSQLiteHost", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
    module("EpiVectorExtension", ["CSQLiteHost", "EpiVectorSQL", "EpiSQLite"],
      linkerSettings: [.unsafeFlags(["-static-stdlib"], .when(configuration: .release))]),
    module("EpiCommand", [argumentParser, "EpiSystem", "EpiBytes"]),

    tool("epi-ydecode", ["EpiWorkspace", "EpiSQLite", "EpiYjs", "EpiRows", "EpiJSON"]),
    tool("epi-materialize", ["EpiSQLite", "EpiRows"]),
    tool("epi-index", ["EpiVectors", "EpiRows"]),
    tool("epi-search", ["EpiVectorSQL", "EpiSQLite", "EpiVectors", "EpiRows", "EpiJSON"]),

    .target(name: "EpiTestSupport", path: "Tests/EpiTestSupport", swiftSettings: [.treatAllWarnings(as: .error)]),
    .target(
      name: "UpdateProbe", dependencies: ["EpiWorkspace", "EpiYjs", "EpiJSON", "EpiBytes", "EpiTestSupport"], path: "Tests/UpdateProbe",
      swiftSettings: [.treatAllWarnings(as: .error)]),
    // The meter of Tests/bench.sh: static and small, so that its own memory is not taken for that of what it measures.
    .executableTarget(
      name: "epi-bench", dependencies: ["EpiVectors", "EpiRows", "EpiSystem", "EpiBytes"], path: "Tests/Bench/Meter",
      swiftSettings: [.treatAllWarnings(as: .error)], linkerSettings: staticExecutable),
    tests("EpiBytesTests", ["EpiBytes", "EpiTestSupport"]),
    tests("EpiSystemTests", ["EpiSystem", "EpiBytes", "EpiTestSupport"]),
    tests("EpiJSONTests", ["EpiJSON", "EpiBytes", "EpiTestSupport"]),
    tests("EpiYjsTests", ["EpiYjs", "EpiBytes", "EpiJSON", "UpdateProbe", "EpiTestSupport"]),
    tests("EpiRowsTests", ["EpiRows", "EpiJSON", "EpiBytes", "EpiTestSupport"]),
    tests("EpiSQLiteTests", ["EpiSQLite", "EpiRows", "EpiSystem", "EpiBytes", "EpiTestSupport"]),
    tests("EpiVectorsTests", ["EpiVectors", "EpiRows", "EpiSystem", "EpiBytes", "CEpiKernels", "EpiTestSupport"]),
    tests("EpiCommandTests", ["EpiCommand", "EpiBytes", argumentParser]),
    tests("ToolTests", ["EpiTestSupport"]),
  ] + (isFuzzing ? fuzzTargets : []) + (isMutating ? mutationTargets : []),
  swiftLanguageModes: [.v6]
)
