# Sourced by Tests/bench.sh: how fast rows are read back, which is half the work of their consumers.

if [ ${#operands[@]} -eq 0 ]; then
  say "making the rows that are missing in $scratch/corpora"
  "$peer_python" Tests/Bench/corpora.py "$scratch/corpora" maps-100k.v1.bin vectors-20k.ndjson
  operands=("$scratch/maps-100k.ndjson" "$scratch/corpora/vectors-20k.ndjson")
  "$EPI_BIN/epi-ydecode" "$scratch/corpora/maps-100k.v1.bin" >"${operands[0]}"
fi
say "RowReader, MB a second of processor time (median and best of $runs)"
row '-24 10 10 8 8 8' stream rows fields MB MB/s best
for path in "${operands[@]}"; do
  read -r -a numbers <<<"$("$EPI_BIN/epi-bench" rows "$runs" "$path")"
  row '-24 10 10 8 8 8' "${path##*/}" "${numbers[@]}"
done
