# Sourced by examples/quickstart.sh and Tests/run.sh: what both need before they can do their job.
# Expects to be run in the package's folder. Says what it does on standard output.

say() { printf '==> %s\n' "$*"; }

# need_tool PROGRAM PACKAGE, need_library SONAME PACKAGE, need_file PATTERN PACKAGE:
# notes the Debian package when what it brings is not there.
missing=()
libraries=$(/sbin/ldconfig -p 2>/dev/null || true)
need_tool() { command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }
need_library() { [[ $libraries == *"$1 "* ]] || missing+=("$2"); }
need_file() { compgen -G "$1" >/dev/null || missing+=("$2"); }

# What the Swift toolchain and a static link need on a bare Debian.
need_build_packages() {
  need_tool git git
  need_file '/etc/ssl/certs/ca-certificates.crt' ca-certificates
  need_tool ld binutils
  need_file '/usr/include/stdio.h' libc6-dev
  need_file '/usr/lib/gcc/*/*/libstdc++.a' g++
  need_library libncurses.so.6 libncurses6
  need_library libcurl.so.4 libcurl4
  need_library libxml2.so.2 libxml2
  need_library libsqlite3.so.0 libsqlite3-0
  need_file '/usr/include/sqlite3.h' libsqlite3-dev
  need_file '/usr/include/jansson.h' libjansson-dev
}

# Installs what was noted. Where it may not, prints the line to run and ends.
install_missing() {
  [ ${#missing[@]} -gt 0 ] || return 0
  local packages="${missing[*]}" as_root=()
  if ! command -v apt-get >/dev/null; then
    say "missing, by their Debian names: $packages" >&2
    echo "    This machine has no apt-get; install their counterparts and run this again." >&2
    exit 1
  fi
  if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
      say "missing packages; run this line, then this script again:" >&2
      echo "    sudo apt-get install -y --no-install-recommends $packages" >&2
      exit 1
    fi
    as_root=(sudo -n)
  fi
  say "installing with apt: $packages"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
  missing=()
libraries=$(/sbin/ldconfig -p 2>/dev/null || true)
}

require_swift() {
  if ! command -v swift >/dev/null; then
    say "no 'swift' in PATH" >&2
    echo "    Install Swift 6.3 or later from https://www.swift.org/install/linux/ and run this again." >&2
    exit 1
  fi
}

# Builds the release tools and sets EPI_BIN to their folder.
build_release() {
  say "building the tools (swift build -c release)"
  swift build -c release 2>&1 | sed -u -e '/^\[[0-9]*\/[0-9]*\] /d'
  EPI_BIN=$(swift build -c release --show-bin-path)
  export EPI_BIN
}
