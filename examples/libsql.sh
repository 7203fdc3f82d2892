#!/usr/bin/env bash
# On to libSQL, which replicates: tables, vectors as F32_BLOB and their index, in one pipe.
#
#   libsql.sh DATABASE [OPTION-OF-EPI-MATERIALIZE]... [ROWS]...     DATABASE: a file, or the name of one of Turso's
#
# A name is written to by the program 'turso'; a file by the client of libSQL for Python (pip install libsql), run by PYTHON or python3.
# All is one transaction, which drops tables of the same names first. What the schema calls json and is a vector says
# --type TABLE.FIELD=vector. Then ask it, in its own SQL:
#
#   SELECT title FROM vector_top_k('idx_embeddings_embedding_vector', vector32('[…]'), 3) AS top
#   JOIN embeddings ON embeddings.rowid = top.id JOIN recordings ON recordings.id = recordingId
set -euo pipefail

[ $# -ge 1 ] || { sed -n '4p' "$0" >&2; exit 64; }
database=$1
shift
case $database in
  */* | *.db)
    python=${PYTHON:-python3}
    "$python" -c 'import libsql' 2>/dev/null || { echo "libsql.sh: $python has no libsql; pip install libsql" >&2; exit 69; }
    epi-materialize --sql=libsql "$@" | "$python" -c '
import sys, libsql
script = sys.stdin.read()
# A cut pipe must not become half a database.
if not script.rstrip().endswith("COMMIT;"):
    print("libsql.sh: the script is cut; nothing was written", file=sys.stderr)
    sys.exit(65)
libsql.connect(sys.argv[1]).executescript(script)' "$database" ;;
  *)
    command -v turso >/dev/null || { echo "libsql.sh: no program 'turso'; name a file to write one" >&2; exit 69; }
    epi-materialize --sql=libsql "$@" | turso db shell "$database" ;;
esac
