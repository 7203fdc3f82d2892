# Sourced by Tests/bench.sh: searches among some of the rows, by the plan that is chosen and by both there are.

if [ ${#operands[@]} -eq 0 ]; then
  say "making the vectors that are missing in $scratch/corpora"
  "$peer_python" Tests/Bench/corpora.py "$scratch/corpora" vectors-20k.ndjson
  operands=("$scratch/filters.epi" "$scratch/filters.ndjson")
  "$EPI_BIN/epi-index" -o "${operands[0]}" "$scratch/corpora/vectors-20k.ndjson"
  # Every 50th row is a query.
  sed -n '1~50p' "$scratch/corpora/vectors-20k.ndjson" | jq -c 'select(.row) | .row | map_values(select(type == "array")) | {embedding: add}' >"${operands[1]}"
elif [ ${#operands[@]} -ne 2 ]; then
  say "two files are wanted: a snapshot and queries" >&2
  exit 64
fi
say "microseconds a query, medians of $runs; loss: times the better of both plans"
widths='-8 9 -13 8 9 9 6 7'
row "$widths" share together chosen chosen scan graph loss recall
"$EPI_BIN/epi-bench" filters "$runs" "${operands[@]}" | while read -r -a numbers; do row "$widths" "${numbers[@]}"; done
