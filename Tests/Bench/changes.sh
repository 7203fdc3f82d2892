# Sourced by Tests/bench.sh: what a changed row costs through epi-ydecode --watch, in ever larger documents.

corpora=$scratch/corpora
documents=("$corpora"/maps-{12k,25k,50k,100k}.v1.bin)
if [ ${#operands[@]} -gt 0 ]; then documents=("${operands[@]}"); fi
say "making the documents that are missing in $corpora"
"$peer_python" Tests/Bench/corpora.py "$corpora"
say "one changed row, from the append to the end of its batch (debounce 0)"
widths='-24 8 12 10 10'
row "$widths" document rows 'all of it ms' 'median ms' 'worst ms'
for path in "${documents[@]}"; do
  read -r -a figures <<<"$("$peer_python" Tests/Bench/changes.py "$EPI_BIN/epi-ydecode" "$path" "$scratch" 200)"
  row "$widths" "${path##*/}" "${figures[@]}"
done
