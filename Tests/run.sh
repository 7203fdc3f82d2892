#!/usr/bin/env bash
# Builds the tools and runs all tests on them, after installing what is missing.
#
#   Tests/run.sh [SWIFT-TEST-OPTION...]     for example: Tests/run.sh --filter EpiYjsTests
#
# The tests are built for debugging; the tools they run are the release build, the one that users get. Some of them are compared with
# pycrdt, and databases are read by other programs of Python, which are installed into a virtual environment in .build-venv; some embed
# texts with a model in .build-model; scripts for PostgreSQL are run by a server of the tests' own. Ends with the summary and the
# status of 'swift test'.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. examples/prepare.sh
. Tests/Peers/prepare.sh

require_swift
need_build_packages
need_tool sqlite3 sqlite3
need_tool jq jq
need_tool make make
need_tool mandoc mandoc
need_tool curl curl
need_tool flock util-linux
need_tool inotifywait inotify-tools
need_tool systemd-analyze systemd
need_tool zsh zsh
need_tool fish fish
need_tool dpkg-deb dpkg
need_tool rsvg-convert librsvg2-bin
need_file '/usr/lib/postgresql/*/bin/initdb' postgresql
need_peer_packages
install_missing
make_peers
make_model
build_release
# Reads faulty updates, so many that a debug build would take minutes. Not there for users, who build without the switch.
say "building the mutation run (swift build -c release --product mutation-run)"
EPI_MUTATIONS=1 swift build -c release --product mutation-run 2>&1 | sed -u -e '/^\[[0-9]*\/[0-9]*\] /d'
say "running the tests (swift test) on the tools in $EPI_BIN"
# Of each test only the end is shown.
swift test --disable-xctest "$@" 2>&1 | sed -u -e '/^◇ /d' -e '/ started\.$/d' -e '/^\[[0-9]*\/[0-9]*\] /d'
