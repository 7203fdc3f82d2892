#!/usr/bin/env bash
# Runs SQL scripts in a PostgreSQL server of its own, which is gone afterwards, and prints what they return, one row a line.
#
#   postgres.sh SCRIPT...           ends with the status of psql at the first script that fails
#   postgres.sh --shell COMMANDS    runs commands of the shell, which find the server as psql does; ends with their status
#
# The server listens on a socket in a temporary folder and to no network. It refuses to be run by root, which becomes 'postgres' then.
set -euo pipefail

binaries=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
folder=$(mktemp -d)
as_owner=()
if [ "$(id -u)" -eq 0 ]; then
  chown postgres "$folder"
  as_owner=(setpriv --reuid=postgres --regid=postgres --clear-groups env HOME="$folder")
fi
server() { "${as_owner[@]}" "$binaries/pg_ctl" -D "$folder/data" -s "$@" >/dev/null; }
finish() {
  server stop -m immediate || true
  rm -rf "$folder"
}
trap finish EXIT
from=$PWD
cd "$folder"
"${as_owner[@]}" "$binaries/initdb" -D "$folder/data" -U tester -A trust -E UTF8 --locale=C -N >/dev/null
server start -w -l "$folder/log" -o "-k '$folder' -c listen_addresses='' -c fsync=off" || { cat "$folder/log" >&2; exit 1; }
if [ "${1:-}" = --shell ]; then
  cd "$from"
  PATH=$binaries:$PATH PGHOST=$folder PGUSER=tester PGDATABASE=postgres bash -c "$2"
  exit
fi
for script in "$@"; do
  "$binaries/psql" -X -q -A -t -h "$folder" -U tester -d postgres <"$script"
done
