#!/usr/bin/env bash
# Has libFuzzer make up Yjs updates for the decoder, starting from the fixtures, and says what it found.
#
#   Tests/fuzz.sh [SECONDS] [LIBFUZZER-OPTION...]     60 seconds unless told; for example: Tests/fuzz.sh 1800
#
# Ends with 0 when nothing was found. Else the input lies in .build-fuzz/finds: mend the cause, then keep the input as
# Tests/Fixtures/hostile/NAME-OF-THE-FAULT.bin, which the tests read. What was learned stays in .build-fuzz/corpus.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. examples/prepare.sh

seconds=${1:-60}
shift || true
require_swift
need_build_packages
install_missing
export EPI_FUZZ=1
# A crash is libFuzzer's to report; Swift's own handler would wait for a debugger's answer.
export SWIFT_BACKTRACE=enable=no
say "building the fuzz target (swift build -c release, instrumented)"
swift build -c release --scratch-path .build-fuzz --product epi-fuzz 2>&1 | sed -u -e '/^\[[0-9]*\/[0-9]*\] /d'

mkdir -p .build-fuzz/corpus .build-fuzz/finds .build-fuzz/seeds
say "gathering seeds of at most 4096 bytes"
find Tests/Fixtures/yjs Tests/Fixtures/workspaces Tests/Fixtures/hostile -name '*.bin' -size -4097c |
  while read -r file; do cp "$file" ".build-fuzz/seeds/$(tr / - <<<"${file#Tests/Fixtures/}")"; done
say "fuzzing for $seconds seconds"
.build-fuzz/release/epi-fuzz -max_total_time="$seconds" -max_len=4096 -timeout=5 -rss_limit_mb=1024 \
  -artifact_prefix=.build-fuzz/finds/ -print_final_stats=1 "$@" .build-fuzz/corpus .build-fuzz/seeds
