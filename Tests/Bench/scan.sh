# Sourced by Tests/bench.sh: measuring every row, beside a loop that only reads, and with the first pass by bytes.

if [ ${#operands[@]} -eq 0 ]; then
  say "making the vectors that are missing in $scratch/corpora"
  "$peer_python" Tests/Bench/corpora.py "$scratch/corpora" vectors-20k.ndjson
  operands=("$scratch/scan.epi" "$scratch/scan.ndjson")
  "$EPI_BIN/epi-index" --exact -o "${operands[0]}" "$scratch/corpora/vectors-20k.ndjson"
  # Every 20th row is a query.
  sed -n '1~20p' "$scratch/corpora/vectors-20k.ndjson" | jq -c 'select(.row) | .row | map_values(select(type == "array")) | {embedding: add}' >"${operands[1]}"
elif [ ${#operands[@]} -ne 2 ]; then
  say "two files are wanted: a snapshot without a graph and queries" >&2
  exit 64
fi
say "microseconds a query, medians of $runs; bandwidth: the share of plain reading's; different: queries whose ten nearest are others"
widths='9 9 9 10 9 7 9'
row "$widths" together reading measured 'by bytes' bandwidth faster different
"$EPI_BIN/epi-bench" scan "$runs" "${operands[@]}" | while read -r -a numbers; do row "$widths" "${numbers[@]}"; done
