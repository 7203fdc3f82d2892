# Sourced by Tests/bench.sh: what building and searching cost as the rows become more.

if [ ${#operands[@]} -gt 1 ]; then
  say "one file is wanted: vectors to derive others from, an array of NumPy" >&2
  exit 64
fi
. Tests/Bench/vector_python.sh
say "build: seconds of a whole process on two threads, and microseconds a row and a doubling of rows (n log n); search: microseconds of"
say "processor time a query at recall 0.95 and 0.99 of ten, and microseconds a doubling of rows at 0.95 (log n)"
widths='10 8 -8 10 10 10 10'
row "$widths" dimensions rows build 'us/nlog2n' us.95 us.99 'us/log2n'
for dimensions in ${DIMENSIONS:-384 1536}; do
  for count in ${ROWS:-12500 25000 50000 100000}; do
    # A wide row is four times as long: unless asked, half as many are enough to tell.
    [ "$dimensions" -le 384 ] || [ "$count" -le 50000 ] || [ -n "${ROWS:-}" ] || continue
    "$index_python" Tests/Bench/vectors.py "$count" 1000 "$dimensions" "$scratch/growth.ndjson" "$scratch/growth-queries.ndjson" "${operands[@]}"
    seconds=$("$EPI_BIN/epi-bench" race 1 "$scratch/output" "$EPI_BIN/epi-index" -q --threads 2 -o "$scratch/growth.epi" "$scratch/growth.ndjson" | cut -d ' ' -f 1)
    "$EPI_BIN/epi-bench" search 3 "$scratch/growth.epi" "$scratch/growth-queries.ndjson" | awk -v dimensions="$dimensions" -v rows="$count" -v build="$seconds" '
      # The time at a recall lies between those of the beams on either side.
      function at(wanted,   i) {
        for (i = 1; i <= n; i++) if (recall[i] >= wanted) {
          if (i == 1) return time[1]
          return time[i - 1] + (time[i] - time[i - 1]) * (wanted - recall[i - 1]) / (recall[i] - recall[i - 1])
        }
        return 0
      }
      { n++; recall[n] = $2; time[n] = $3 }
      END {
        doublings = log(rows) / log(2)
        printf "%d %d %.2f %.2f %.1f %.1f %.2f\n", dimensions, rows, build, build * 1e6 / rows / doublings, at(0.95), at(0.99), at(0.95) / doublings
      }' | while read -r -a numbers; do row "$widths" "${numbers[@]}"; done
  done
done
