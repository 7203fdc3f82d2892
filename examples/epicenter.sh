#!/usr/bin/env bash
# An Epicenter workspace: the log of updates that it keeps in a SQLite file, to rows.
#
#   epicenter.sh LOG.db [OPTION-OF-EPI-YDECODE]... >rows.ndjson
#
# The log is the table updates(id INTEGER PRIMARY KEY, data BLOB), encoding v2. It is opened for reading only; the app may be running.
# Follow it with --watch, or from cron with --since FILE:
#
#   epicenter.sh LOG.db --since notes.since | epi-materialize -o notes.db
set -euo pipefail

[ $# -ge 1 ] || { sed -n '4p' "$0" >&2; exit 64; }
log=$1
shift
exec epi-ydecode --from-sqlite updates.data --encoding=v2 "$@" "$log"
