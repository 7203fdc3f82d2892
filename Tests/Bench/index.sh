# Sourced by Tests/bench.sh: the vector index beside hnswlib and SymphonyQG (rabitqlib), which have a virtual environment of their own.

if [ ${#operands[@]} -gt 0 ] && [ ${#operands[@]} -ne 2 ]; then
  say "two files are wanted: the vectors and the queries, arrays of NumPy" >&2
  exit 64
fi
index_python=$scratch/venv/bin/python
if [ ! -x "$index_python" ]; then
  say "installing hnswlib, rabitqlib and numpy from PyPI into $scratch/venv, a virtual environment"
  python3 -m venv "$scratch/venv"
  "$index_python" -m pip install --quiet --disable-pip-version-check hnswlib==0.8.0 rabitqlib==0.7.1 numpy
fi
PATH=$EPI_BIN:$PATH "$index_python" Tests/Bench/index_peers.py "$scratch" "${operands[@]}"
