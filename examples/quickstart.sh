#!/usr/bin/env bash
# The four tools on a small real workspace: updates to rows, rows to SQL and to a vector index, and questions to both.
#
#   examples/quickstart.sh [FOLDER]
#
# Results are left in FOLDER, which is quickstart-out in TMPDIR or /tmp unless named.
# Installs what is missing and builds the tools first; with EPI_BIN=DIR the tools in DIR are used as they are.
# The data is in examples/data: 387 recordings and their embeddings, written by Yjs (examples/data/README.md).
set -euo pipefail
out=$(realpath -m -- "${1:-${TMPDIR:-/tmp}/quickstart-out}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. examples/prepare.sh

# The installed copy of this script uses the installed tools.
[ -e Package.swift ] || EPI_BIN=$(dirname "$(command -v epi-ydecode)")
if [ -z "${EPI_BIN:-}" ]; then
  require_swift
  need_build_packages
fi
need_tool sqlite3 sqlite3
need_tool jq jq
install_missing
[ -n "${EPI_BIN:-}" ] || build_release

mkdir -p "$out"
rm -f "$out"/{rows.ndjson,notes.db,notes.epi,hits.ndjson,data}
ln -s "$PWD/examples/data" "$out/data"
PATH=$(cd "$EPI_BIN" && pwd):$PATH
cd "$out"
say "working in $PWD"

# Prints a command, then runs it.
show() {
  printf '\n$ %s\n' "$1"
  eval "$1"
}
heading() { printf '\n--- %s\n' "$*"; }

heading "A Yjs document becomes rows: one JSON object a line"
show 'epi-ydecode data/notes.yjs > rows.ndjson'
show "grep '^{\"table\"' rows.ndjson | sed -n '1p;\$p' | cut -c 1-200"
show 'jq -r "select(.row).table" rows.ndjson | sort | uniq -c'

heading "The same document as a log of 461 updates in the other encoding: the same bytes"
show 'epi-ydecode data/notes.log.v2.bin | cmp - rows.ndjson && echo identical'

heading "The rows become a SQLite database that any tool reads"
show 'epi-materialize -o notes.db rows.ndjson'
show 'sqlite3 -box notes.db "
  SELECT substr(createdAt, 1, 13) AS hour, count(*) AS recordings, sum(durationMs) / 60000 AS minutes
  FROM recordings GROUP BY hour ORDER BY hour"'
show 'sqlite3 -box notes.db "
  SELECT title, rating, durationMs / 1000 AS seconds
  FROM recordings WHERE starred ORDER BY rating DESC, seconds DESC LIMIT 5"'
show "sqlite3 -box notes.db \"
  SELECT title, substr(transcript, 1, 50) AS begins, json_array_length(embedding) AS numbers
  FROM recordings JOIN embeddings ON recordingId = recordings.id
  WHERE transcript LIKE '%insect%' ORDER BY title\""

heading "The rows become a vector index, one file"
show 'epi-index --column embeddings.embedding --join recordings:recordingId --store title -o notes.epi rows.ndjson'
show 'ls -l rows.ndjson notes.db notes.epi | cut -d " " -f 5-'

heading "Twelve questions, each with its vector; the nearest three recordings by meaning"
show 'epi-search -k 3 notes.epi data/queries.ndjson > hits.ndjson'
show 'head -n 1 hits.ndjson'
# The text of each question, then distance and title of its hits.
show "jq -rn --slurpfile hits hits.ndjson '
  inputs | .id as \$question | \"\", .text,
  (\$hits[] | select(.query == \$question) | \"    \\(.distance * 1000 | round / 1000)\\t\\(.row.title)\")' data/queries.ndjson"

printf '\n'
say "results are in $PWD"
