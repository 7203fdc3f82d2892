#!/usr/bin/env bash
# Measures the tools: speed and memory beside what one would use instead, and how the cost grows with the input.
#
#   Tests/bench.sh decode [FOLDER]     epi-ydecode beside pycrdt: ratios, peak memory, seconds a row and an update at several sizes;
#                                      on the documents of FOLDER, when named (*.bin, *.yjs, or the same with .gz)
#   Tests/bench.sh changes [FILE...]   what one changed row takes through epi-ydecode --watch, at several sizes; on documents, when named
#   Tests/bench.sh rows [FILE...]      how many MB a second of one core the consumers of rows read; on row streams, when named
#   Tests/bench.sh materialize         epi-materialize beside a bare loop of SQLite's calls, Python and sqlite-utils; its peak memory;
#                                      what a batch of changes costs
#   Tests/bench.sh index [VECTORS QUERIES]   epi-index and epi-search beside hnswlib and SymphonyQG: build, queries a second at two
#                                      recalls; on two arrays of NumPy (.npy), when named
#   Tests/bench.sh growth [VECTORS]    what building and searching cost at 12,500 to 100,000 rows of 384 numbers and up to 50,000 of 1,536,
#                                      derived from those of an array of NumPy, when named; other sizes by ROWS and DIMENSIONS
#   Tests/bench.sh scan [INDEX QUERIES]      measuring every row: its bandwidth beside a loop that only reads, and the first pass by bytes
#   Tests/bench.sh filters [INDEX QUERIES]   searches among a share of the rows: the plan that is chosen beside both there are
#   Tests/bench.sh sql [VECTORS QUERIES]     the nearest rows in SQL: epi-search beside libSQL, by ORDER BY and by vector_top_k
#
# What is measured is the release build. Documents are made once, the same every time, in .build-bench. A figure is the median of
# RUNS (7) whole processes, those of the tool and of its peer in turn; only ratios of one run can be compared, and only on a machine
# that does nothing else. The measures lie in Tests/Bench, a script each.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

measure=${1:-}
script=Tests/Bench/$measure.sh
if [ -z "$measure" ] || [ ! -e "$script" ]; then
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p;}' "${BASH_SOURCE[0]}" >&2
  exit 64
fi
shift
# Operands count from where they were typed.
operands=()
for operand in "$@"; do operands+=("$(cd "$OLDPWD" && realpath -- "$operand")"); done

. examples/prepare.sh
. Tests/Peers/prepare.sh
. Tests/Bench/table.sh
require_swift
need_build_packages
need_peer_packages
install_missing
make_peers
build_release
runs=${RUNS:-7}
scratch=.build-bench
mkdir -p "$scratch/corpora"
peer_python=.build-venv/bin/python
. "$script"
