#!/usr/bin/env bash
# Rebuilds (rebuild.sh) whenever a document has been written or replaced, until it is stopped. Needs inotifywait (inotify-tools).
#
#   watch.sh FOLDER FILE...     as rebuild.sh
#
# A burst of changes becomes one rebuild: it waits until nothing has happened for half a second. A rebuild that fails is told of, and the
# next change is another try. watch-changes.sh does it row by row, in milliseconds.
set -euo pipefail

[ $# -ge 2 ] || { sed -n '4p' "$0" >&2; exit 64; }
command -v inotifywait >/dev/null || { echo "watch.sh: inotifywait is missing; apt-get install inotify-tools" >&2; exit 69; }
here=$(dirname "$(realpath "$0")")
folder=$1
shift

rebuild() { "$here/rebuild.sh" "$folder" "$@" || echo "watch.sh: rebuild.sh ended with $?" >&2; }

# The directories: a file that is replaced by rename is another file afterwards.
directories=()
for file; do
  [ -e "$file" ] || { echo "watch.sh: no file '$file'" >&2; exit 66; }
  directories+=("$(dirname "$file")")
done
coproc inotifywait -m -e close_write,moved_to --format '%w%f' "${directories[@]}" 2>&1
events=${COPROC[0]}
trap 'kill "$COPROC_PID" 2>/dev/null || true' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

# Only then: what changes while it is built is seen.
until [ "${line:-}" = "Watches established." ]; do
  read -r line <&"$events" || { echo "watch.sh: inotifywait: ${line:-cannot be run}" >&2; exit 74; }
done
rebuild "$@"
while read -r changed <&"$events"; do
  for file; do
    [ "$changed" -ef "$file" ] || continue
    while read -r -t 0.5 changed <&"$events"; do :; done
    rebuild "$@"
    break
  done
done
echo "watch.sh: inotifywait has ended" >&2
exit 74
