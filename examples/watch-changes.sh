#!/usr/bin/env bash
# Follows documents with a database and a vector index, change by change, until it is stopped.
#
#   watch-changes.sh FOLDER FILE...     FILEs of Yjs updates, merged; results in FOLDER: notes.db, notes.epi
#
# One program watches and sends batches of the rows that changed; two take them, each batch as one transaction and as one new snapshot.
# More for each, as words: YDECODE='--layout=…' MATERIALIZE='--fts recordings:title' INDEX='--store title'.
# When one of the three ends the others do; start it anew then (systemd: Restart=always), it begins with the whole document.
set -euo pipefail

[ $# -ge 2 ] || { sed -n '4p' "$0" >&2; exit 64; }
folder=$1
shift
mkdir -p "$folder"

# Named pipes, so that each program is a child of this one, whose end and status it sees.
pipes=$(mktemp -d)
mkfifo "$pipes/database" "$pipes/index"
children=()
finish() {
  trap '' TERM
  kill "${children[@]}" 2>/dev/null || true
  wait || true
  rm -rf "$pipes"
}
trap finish EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

epi-materialize ${MATERIALIZE:-} -o "$folder/notes.db" <"$pipes/database" &
children+=($!)
epi-index ${INDEX:-} -o "$folder/notes.epi" <"$pipes/index" &
children+=($!)
epi-ydecode --watch ${YDECODE:-} "$@" > >(tee "$pipes/database" >"$pipes/index") &
children+=($!)
status=0
wait -n "${children[@]}" || status=$?
exit "$status"
