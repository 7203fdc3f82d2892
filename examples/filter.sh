#!/usr/bin/env bash
# SQL chooses, vectors rank: the nearest rows among those that any query over the database allows.
#
#   filter.sh NOTES.db NOTES.epi SQL [OPTION-OF-EPI-SEARCH]... <queries.ndjson
#
# SQL gives one column, the ids of the rows that may be found; it may join, group and count as it likes:
#
#   filter.sh notes.db notes.epi "SELECT e.id FROM embeddings e JOIN recordings r ON r.id = e.recordingId WHERE r.rating > 3" -k 5 <queries.ndjson
#
# The ids are applied before the nearest are taken, so there are as many results as asked for where so many rows are allowed.
# A condition on one row alone needs no script: epi-search --db notes.db --where 'starred AND rating > 3'.
set -euo pipefail

[ $# -ge 3 ] || { sed -n '4p' "$0" >&2; exit 64; }
database=$1 index=$2 sql=$3
shift 3
# Into a file first: a query that fails must not look like one that allows nothing.
ids=$(mktemp)
trap 'rm -f "$ids"' EXIT
epi-search --db "$database" --arrays --sql "$sql" >"$ids"
epi-search --ids-from "$ids" "$@" "$index"
