# Sourced by Tests/bench.sh: epi-materialize beside SQLite's own speed and what one would use instead, its peak memory, and what a
# batch of changes costs.

say "making what is missing in $scratch/corpora"
document=$scratch/corpora/maps-100k.v1.bin
[ -e "$document" ] || "$peer_python" Tests/Bench/corpora.py "$scratch/corpora" maps-100k.v1.bin
rows=$scratch/maps-100k.ndjson
"$EPI_BIN/epi-ydecode" "$document" >"$rows"
work=$scratch/materialize
rm -rf "$work"
mkdir -p "$work"
materialize=$EPI_BIN/epi-materialize
"$materialize" -o "$work/source.db" "$rows"
bare=$scratch/bare_insert
[ "$bare" -nt Tests/Bench/bare_insert.c ] || cc -O2 -o "$bare" Tests/Bench/bare_insert.c -lsqlite3
for order in sorted unsorted; do
  [ -e "$scratch/corpora/million.$order.ndjson" ] ||
    "$peer_python" Tests/Bench/materialize_peers.py million $order >"$scratch/corpora/million.$order.ndjson"
done

median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
# fresh FILE COMMAND...: the command with another name for FILE every time, that of the process: to remove what the last run wrote takes
# as long as a tenth of the writing, and a program to do that as long as a thirtieth.
fresh() { printf '%s\n' sh -c 'for word; do shift; [ "$word" != "$0" ] || word=$0.$$; set -- "$@" "$word"; done; exec "$@"' "$@"; }
# done_with FILE: removes what was written under such names.
done_with() { rm -f "$1".[0-9]*; }
mapfile -t tool < <(fresh "$work/out.db" "$materialize" -o "$work/out.db" "$rows")

say "a fresh file of $(megabytes "$rows") MB of rows, beside a bare loop of SQLite's calls over the same rows in memory (medians of $runs)"
# The bare loop reads its rows before it looks at the clock, so it tells its own time.
: >"$work/bare" && : >"$work/tool"
for ((run = 0; run < runs; run++)); do
  "$bare" "$work/source.db" "$work/bare.db" >>"$work/bare"
  "$EPI_BIN/epi-bench" race 1 "$scratch/output" "${tool[@]}" | awk '{ print $1 }' >>"$work/tool"
done
row '-34 10 10' command ms ratio
done_with "$work/out.db"
bare_time=$(median <"$work/bare") tool_time=$(median <"$work/tool")
row '-34 10 10' 'bare loop' "$(milliseconds "$bare_time")" 1
row '-34 10 10' epi-materialize "$(milliseconds "$tool_time")" "$(calculate "$tool_time / $bare_time" '%.2f')"

say "beside other ways (the tool and its peers in turn)"
race measured "${tool[@]}" -- "$peer_python" Tests/Bench/materialize_peers.py executemany "$rows" "$work/peer.db"
row '-34 10 10 10' command ms MB times
row '-34 10 10 10' epi-materialize "$(milliseconds "${measured[0]}")" "${measured[2]}" 1
row '-34 10 10 10' 'json.loads and executemany' "$(milliseconds "${measured[3]}")" "${measured[5]}" "$(calculate "${measured[3]} / ${measured[0]}" '%.1f')"
sed -n 's/.*"row":\(.*\)}$/\1/p' "$rows" >"$work/bare.ndjson"
mapfile -t peer < <(fresh "$work/peer.db" .build-venv/bin/sqlite-utils insert "$work/peer.db" recordings "$work/bare.ndjson" --nl --pk id --alter)
all=$runs
runs=3
race measured "${tool[@]}" -- "${peer[@]}"
runs=$all
done_with "$work/out.db"
done_with "$work/peer.db"
row '-34 10 10 10' 'sqlite-utils insert --nl' "$(milliseconds "${measured[3]}")" "${measured[5]}" "$(calculate "${measured[3]} / ${measured[0]}" '%.1f')"

say "from the document to the database"
pipe="\"$EPI_BIN/epi-ydecode\" \"\$1\" | \"$materialize\" -o \"\$2.\$\$\""
race measured bash -c "$pipe" - "$document" "$work/out.db" -- "$peer_python" Tests/Bench/materialize_peers.py pycrdt "$document" "$work/peer.db"
done_with "$work/out.db"
row '-34 10 10' command ms times
row '-34 10 10' 'epi-ydecode | epi-materialize' "$(milliseconds "${measured[0]}")" 1
row '-34 10 10' 'pycrdt and sqlite3' "$(milliseconds "${measured[3]}")" "$(calculate "${measured[3]} / ${measured[0]}" '%.1f')"

say "peak memory of 1,000,000 rows"
schema='{"epi":1,"table":"t","fields":[{"id":"id","type":"id"},{"id":"title","type":"text"},{"id":"number","type":"integer"},{"id":"share","type":"real"},{"id":"done","type":"boolean"},{"id":"body","type":"text"}]}'
printf '%s\n' "$schema" >"$work/schema.ndjson"
row '-34 10 10' rows ms MB
runs=1
for order in sorted unsorted; do
  for definition in '' "$work/schema.ndjson"; do
    rm -f "$work/out.db"
    race measured "$materialize" ${definition:+--schema "$definition"} -o "$work/out.db" "$scratch/corpora/million.$order.ndjson"
    row '-34 10 10' "$order, ${definition:+with a schema}${definition:-inferred}" "$(milliseconds "${measured[0]}")" "${measured[2]}" | sed "s|$work/schema.ndjson||"
  done
done
for journal in delete wal; do
  "$peer_python" -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("PRAGMA journal_mode = " + sys.argv[2])' "$work/out.db" $journal
  race measured "$materialize" -o "$work/out.db" "$scratch/corpora/million.sorted.ndjson"
  row '-34 10 10' "sorted, in place, journal $journal" "$(milliseconds "${measured[0]}")" "${measured[2]}"
done
runs=$all

say "batches of one changed row among $(($(wc -l <"$rows") - 2))"
for count in 0 200; do
  "$peer_python" Tests/Bench/materialize_peers.py batches $count "$rows" >"$work/batches.$count.ndjson"
done
race measured "$materialize" -o "$work/changes.db" "$work/batches.0.ndjson" -- "$materialize" -o "$work/changes.db" "$work/batches.200.ndjson"
row '-34 10' 'ms a batch' "$(calculate "(${measured[3]} - ${measured[0]}) * 1000 / 200" '%.2f')"
