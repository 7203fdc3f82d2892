#!/usr/bin/env bash
# On to PostgreSQL, which replicates and shards: tables and vectors in one pipe, in one transaction.
#
#   postgres.sh [OPTION-OF-EPI-MATERIALIZE]... [ROWS]...     where psql finds its server: PGHOST, PGDATABASE, PGUSER …, or PGSERVICE
#
# Tables of the same names are dropped first, what others made on them too. With the extension pgvector the vectors are of its type and
# have an index (HNSW); without it they are real[]. What the schema calls json and is a vector says --type TABLE.FIELD=vector.
set -euo pipefail

command -v psql >/dev/null || { echo "postgres.sh: psql is missing; apt-get install postgresql-client" >&2; exit 69; }
ask() { psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"; }

vectors=()
# A failure to connect ends it here, before anything is read.
available=$(ask -c "SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'")
[ "$available" -eq 0 ] || vectors=(--pgvector)
epi-materialize --sql=postgres "${vectors[@]}" "$@" | ask
