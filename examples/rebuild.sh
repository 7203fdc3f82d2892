#!/usr/bin/env bash
# The whole chain: documents to rows, a database and a vector index; for cron (rebuild.cron), systemd (systemd/) and by hand.
#
#   rebuild.sh FOLDER FILE...     FILEs of Yjs updates, merged; results in FOLDER: rows.ndjson, notes.db, notes.epi, report.json
#
# What did not change keeps its time, so that make, rsync and watchers stay quiet. When the last run is not over yet this one ends at once.
# More for each step, as words: YDECODE='--layout=…' MATERIALIZE='--fts recordings:title' INDEX='--store title'.
# Ends with 0, or 1 when all is written but rows were left out or updates are missing; from 64 on the old results stand.
set -euo pipefail

[ $# -ge 2 ] || { sed -n '4p' "$0" >&2; exit 64; }
folder=$1
shift
mkdir -p "$folder"
exec 9>"$folder/.lock"
flock -n 9 || exit 0

# What ends below 64 has written its result.
status=0
step() {
  local ended=0
  "$@" || ended=$?
  [ "$ended" -lt 64 ] || exit "$ended"
  [ "$ended" -eq 0 ] || status=1
}

trap 'rm -f "$folder/rows.new"' EXIT
decode() { epi-ydecode ${YDECODE:-} --report "$folder/report.json" "$@" >"$folder/rows.new"; }
step decode "$@"
cmp -s "$folder/rows.new" "$folder/rows.ndjson" || mv "$folder/rows.new" "$folder/rows.ndjson"
step epi-materialize --if-changed ${MATERIALIZE:-} -o "$folder/notes.db" "$folder/rows.ndjson"
step epi-index --if-changed ${INDEX:-} -o "$folder/notes.epi" "$folder/rows.ndjson"
exit "$status"
