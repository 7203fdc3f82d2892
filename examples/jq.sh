#!/usr/bin/env bash
# Rows through jq: what one asks of a stream of rows on the way.
#
#   jq.sh FILE.yjs
#
# A row is {"table","id","row"}; lines about the stream have no "row", and "epi" or "kv" instead.
set -euo pipefail

[ $# -eq 1 ] || { sed -n '4p' "$0" >&2; exit 64; }
rows() { epi-ydecode "$@"; }

echo "--- tables and their rows"
rows "$1" | jq -r 'select(.row).table' | sort | uniq -c

echo "--- is the stream complete?"
rows "$1" | jq -c 'select(.end).end | {rows, tables, pending}'

echo "--- the fields of each table, with their types"
rows "$1" | jq -r 'select(.fields) | .table as $table | .fields[] | "\($table).\(.id)\t\(.type)"'

echo "--- a table as CSV"
rows --bare --table recordings "$1" | jq -rs '
  ["id","title","rating"], (.[:3][] | [.id, .title, .rating]) | @csv'

echo "--- mean, least and greatest of a field"
rows --bare --table recordings "$1" | jq -cs 'map(.durationMs) | {count: length, mean: (add / length | round), least: min, greatest: max}'

echo "--- texts for an embedder"
rows --bare --table recordings "$1" | jq -cs '.[:2][] | {id, text: .transcript}'
