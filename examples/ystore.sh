#!/usr/bin/env bash
# What Jupyter keeps of a notebook that is edited together, to rows: a cell is a row of the table 'cells'.
#
#   ystore.sh .jupyter_ystore.db                                            the documents that are in it
#   ystore.sh .jupyter_ystore.db DOCUMENT [OPTION-OF-EPI-YDECODE]... >rows.ndjson
#
# The store is pycrdt's SQLiteYStore: yupdates(path, yupdate, metadata, timestamp), a row an update. Into a database, for one:
#
#   ystore.sh .jupyter_ystore.db DOCUMENT | epi-materialize --fts cells:source -o notebook.db
set -euo pipefail

[ $# -ge 1 ] || { sed -n '4,5p' "$0" >&2; exit 64; }
store=$1
[ -e "$store" ] || { echo "ystore.sh: no file '$store'" >&2; exit 66; }
if [ $# -eq 1 ]; then
  exec sqlite3 -readonly "$store" 'SELECT path, count(*), sum(length(yupdate)) FROM yupdates GROUP BY path ORDER BY path'
fi
document="path = '${2//\'/\'\'}'"
if [ "$(sqlite3 -readonly "$store" "SELECT EXISTS (SELECT 1 FROM yupdates WHERE $document)")" != 1 ]; then
  echo "ystore.sh: no document '$2' in '$store'; without a name it lists those there are" >&2
  exit 66
fi
shift 2
exec epi-ydecode --from-sqlite yupdates.yupdate --where "$document" --layout 'path=cells.*,id=id' "$@" "$store"
