# Sourced by Tests/bench.sh: the vector index beside hnswlib and SymphonyQG (rabitqlib), which have a virtual environment of their own.

if [ ${#operands[@]} -gt 0 ] && [ ${#operands[@]} -ne 2 ]; then
  say "two files are wanted: the vectors and the queries, arrays of NumPy" >&2
  exit 64
fi
. Tests/Bench/vector_python.sh
PATH=$EPI_BIN:$PATH "$index_python" Tests/Bench/index_peers.py "$scratch" "${operands[@]}"
