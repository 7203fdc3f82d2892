#!/usr/bin/env bash
# Builds the tools and runs all tests on them, after installing what is missing.
#
#   Tests/run.sh [SWIFT-TEST-OPTION...]     for example: Tests/run.sh --filter EpiYjsTests
#
# The tests are built for debugging; the tools they run are the release build, the one that users get. Ends with the summary and
# the status of 'swift test'.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. examples/prepare.sh

require_swift
need_build_packages
need_tool sqlite3 sqlite3
need_tool jq jq
need_tool make make
need_tool mandoc mandoc
need_tool python3 python3
install_missing
build_release
say "running the tests (swift test) on the tools in $EPI_BIN"
# Of each test only the end is shown.
swift test --disable-xctest "$@" 2>&1 | sed -u -e '/^◇ /d' -e '/ started\.$/d' -e '/^\[[0-9]*\/[0-9]*\] /d'
