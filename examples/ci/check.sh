#!/usr/bin/env bash
# A check for continuous integration: builds everything from a document, verifies what was built, and compares its size with the last run.
#
#   check.sh FOLDER FILE...     FOLDER is kept from run to run (the cache of the CI); results of rebuild.sh are in it
#
# Fails when the document cannot be read whole, when a result is not sound, or when more than LOSS (10) rows of a hundred are gone since
# the last run that passed, as after an import that went wrong. counts.json keeps that run's report.
set -euo pipefail

[ $# -ge 2 ] || { sed -n '4p' "$0" >&2; exit 64; }
here=$(dirname "$(realpath "$0")")
folder=$1
"$here/../rebuild.sh" "$@"
epi-materialize --check "$folder/notes.db"
epi-index --check "$folder/notes.epi"

rows=$(jq .rows "$folder/report.json")
if [ -e "$folder/counts.json" ]; then
  before=$(jq .rows "$folder/counts.json")
  echo "rows: $rows, last time $before"
  if [ $((rows * 100)) -lt $((before * (100 - ${LOSS:-10}))) ]; then
    echo "check.sh: $((before - rows)) of $before rows are gone; if that is right, remove $folder/counts.json" >&2
    exit 1
  fi
else
  echo "rows: $rows"
fi
cp "$folder/report.json" "$folder/counts.json"
