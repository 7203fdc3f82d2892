import EpiTestSupport
import Foundation
import Testing

struct InstallTests {
  private func make(_ goal: String, into folder: TemporaryFolder, tools: String = ToolRunner.folder) throws -> ToolRun {
    try ToolRunner.program("make").run("-C", Fixtures.packageRoot, goal, "DESTDIR=\(folder.path)", "PREFIX=/usr", "BUILD=\(tools)")
  }

  /// Makes a package and gives its path, the last line that make prints.
  private func pack(_ goal: String, into folder: TemporaryFolder) throws -> String {
    let run = try ToolRunner.program("make").run("-s", "-C", Fixtures.packageRoot, goal, "OUT=\(folder.path)", "BUILD=\(ToolRunner.folder)") {
      $0.seconds = 300
    }
    try #require(run.status == 0 && run.errorText == "", "\(run)")
    let path = try #require(run.lines.last)
    #expect(folder.names.count == 1 && path == folder.file(folder.names[0]), "\(run)")
    return path
  }

  private func files(_ folder: TemporaryFolder) -> Set<String> {
    let walk = FileManager.default.enumerator(atPath: folder.path)
    var found: Set<String> = []
    for case let name as String in walk ?? .init() {
      var isDirectory: ObjCBool = false
      if FileManager.default.fileExists(atPath: folder.file(name), isDirectory: &isDirectory), !isDirectory.boolValue { found.insert(name) }
    }
    return found
  }

  @Test func `install puts everything below the prefix, uninstall takes all of it away`() throws {
    try withTemporaryFolder { folder in
      let run = try make("install", into: folder)
      #expect(run.status == 0, "\(run)")
      let installed = files(folder)
      for tool in ToolRunner.all {
        #expect(installed.contains("usr/bin/\(tool.name)"))
        #expect(installed.contains("usr/share/bash-completion/completions/\(tool.name)"))
        #expect(installed.contains("usr/share/zsh/site-functions/_\(tool.name)"))
        #expect(installed.contains("usr/share/fish/vendor_completions.d/\(tool.name).fish"))
      }
      #expect(installed.contains("usr/lib/libepi-vector.so"))
      for page in Fixtures.files(below: "man") {
        let name = page.dropFirst("man/".count)
        #expect(installed.contains("usr/share/man/man\(name.last ?? " ")/\(name)"))
      }
      // All recipes, those in folders too.
      for name in ["LICENSE", "README.md"] + Fixtures.files(below: "examples") { #expect(installed.contains("usr/share/doc/epi/\(name)"), "\(name)") }
      #expect(installed.allSatisfy { $0.hasPrefix("usr/") })
      #expect(try make("uninstall", into: folder).status == 0)
      #expect(files(folder) == [])
    }
  }

  @Test func `without a release build it says what to run`() throws {
    try withTemporaryFolder { folder in
      let run = try make("install", into: folder, tools: folder.file("nothing"))
      #expect(run.status != 0)
      #expect(run.errorText.contains("run: swift build -c release"))
      #expect(files(folder) == [])
    }
  }

  @Test func `an installed quick start and recipe use the installed tools`() throws {
    try withTemporaryFolder { folder in
      #expect(try make("install", into: folder).status == 0)
      let usr = folder.file("usr")
      let run = try ToolRunner.program("bash").run(
        "-c", "set -e; '\(usr)/share/doc/epi/examples/quickstart.sh' out; cd out; '\(usr)/share/doc/epi/examples/rebuild.sh' again data/notes.yjs; ls again"
      ) { settings in
        settings.directory = folder.path
        settings.environment["PATH"] = "\(usr)/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
        settings.environment["EPI_BIN"] = ""
      }
      #expect(run.status == 0 && run.lines.suffix(4) == ["notes.db", "notes.epi", "report.json", "rows.ndjson"], "\(run)")
      #expect(run.text.contains("voice part"))
    }
  }

  @Test func `the tarball holds everything and runs where it is unpacked`() throws {
    try withTemporaryFolder { folder in
      let path = try pack("dist", into: folder)
      let name = try #require(path.split(separator: "/").last).replacing(".tar.gz", with: "")
      let run = try ToolRunner.shell(
        """
        set -eo pipefail
        tar -xzf "\(path)" && cd "\(name)"
        bin/epi-ydecode share/doc/epi/examples/data/notes.yjs | bin/epi-index -o notes.epi && bin/epi-search -k 1 --format=ids --like emb_000126 notes.epi
        ls share/man/man1 share/zsh/site-functions share/doc/epi/examples/systemd
        sqlite3 :memory: ".load lib/libepi-vector" "SELECT vector_extract(vector('[1,2]'))"
        """) { $0.directory = folder.path }
      #expect(run.status == 0 && run.errorText == "", "\(run)")
      for line in [#"["emb_000126"]"#, "epi-search.1", "_epi-index", "epi-rebuild.timer", "[1,2]"] { #expect(run.lines.contains(line), "\(run)") }
    }
  }

  @Test func `the Debian package installs, runs and leaves nothing when it is removed`() throws {
    try withTemporaryFolder { folder in
      let path = try pack("deb", into: folder)
      // A system of its own, without the packages that this one depends on.
      let run = try ToolRunner.shell(
        """
        set -e
        PATH=$PATH:/usr/sbin:/sbin
        # Who is not root is it in a name space of his own.
        as_root=()
        [ "$(id -u)" -eq 0 ] || as_root=(unshare -r)
        mkdir -p root/var/lib/dpkg/info root/var/lib/dpkg/updates root/var/lib/dpkg/triggers
        touch root/var/lib/dpkg/status
        "${as_root[@]}" dpkg --root="$PWD/root" --force-depends,not-root -i "\(path)" >log 2>&1 || { cat log; exit 1; }
        root/usr/bin/epi-ydecode root/usr/share/doc/epi/examples/data/notes.yjs | root/usr/bin/epi-materialize -o notes.db
        sqlite3 notes.db 'SELECT count(*) FROM recordings'
        zcat root/usr/share/man/man1/epi-search.1.gz | mandoc -Tlint -Wwarning
        test "$(find root/usr -type f ! -perm -444 -o -type d ! -perm -555)" = ""
        "${as_root[@]}" dpkg --root="$PWD/root" --force-not-root -P epi >log 2>&1 || { cat log; exit 1; }
        ls root
        """) { $0.directory = folder.path }
      #expect(run.status == 0 && run.lines == ["387", "var"], "\(run)")
      // It depends on all that the extension is linked with.
      let needed = try ToolRunner.shell("ldd '\(ToolRunner.folder)/libepi-vector.so' | awk '/=> \\//{print $1}' | sort; dpkg-deb -f '\(path)' Depends")
      let depends = try #require(needed.lines.last)
      for library in needed.lines.dropLast() {
        let package = ["libc.so.6": "libc6", "libm.so.6": "libc6", "libgcc_s.so.1": "libgcc-s1", "libjansson.so.4": "libjansson4", "libstdc++.so.6": "libstdc++6"][library]
        #expect(package.map(depends.contains) == true, "\(library) is not among: \(depends)")
      }
    }
  }
}
