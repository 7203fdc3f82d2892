#!/usr/bin/env bash
# A document in the browser: Datasette over the tables, with full-text search and the vector functions in its SQL.
#
#   datasette.sh FILE.yjs [OPTION-OF-DATASETTE]...     http://127.0.0.1:8001/notes until it is stopped
#
# Needs Datasette (pip install datasette), as DATASETTE when it is not in PATH. The extension is taken from beside the installed tools, or as EXTENSION.
# The database is made in TMPDIR and gone afterwards. FTS names what is searched by words, VECTORS what by meaning.
set -euo pipefail

[ $# -ge 1 ] || { sed -n '4p' "$0" >&2; exit 64; }
document=$1
shift
datasette=${DATASETTE:-datasette}
command -v "$datasette" >/dev/null || { echo "datasette.sh: no '$datasette'; pip install datasette" >&2; exit 69; }
extension=${EXTENSION:-$(dirname "$(command -v epi-search)")/../lib/libepi-vector.so}
[ -e "$extension" ] || { echo "datasette.sh: no '$extension'; name it with EXTENSION=FILE" >&2; exit 66; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 143' TERM
vectors=${VECTORS:-embeddings.embedding}
epi-ydecode "$document" |
  epi-materialize --fts "${FTS:-recordings:title,transcript}" --type "$vectors=vector" --vectors=f32 -o "$folder/notes.db"
# A name for vector_top_k: epi-search makes it, Datasette only reads.
epi-search --db "$folder/notes.db" --write --sql "CREATE INDEX near ON \"${vectors%%.*}\" (libsql_vector_idx(\"${vectors#*.}\"))"
"$datasette" "$folder/notes.db" --load-extension "$extension" --setting sql_time_limit_ms 5000 "$@"
