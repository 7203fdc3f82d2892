# Sourced by Tests/bench.sh: SQL with vectors beside libSQL, which has a virtual environment with NumPy for it.

if [ ${#operands[@]} -gt 0 ] && [ ${#operands[@]} -ne 2 ]; then
  say "two files are wanted: the vectors and the queries, arrays of NumPy" >&2
  exit 64
fi
sql_python=$scratch/sql-venv/bin/python
if [ ! -x "$sql_python" ]; then
  say "installing libsql and numpy from PyPI into $scratch/sql-venv, a virtual environment"
  python3 -m venv "$scratch/sql-venv"
  "$sql_python" -m pip install --quiet --disable-pip-version-check libsql==0.1.11 numpy
fi
PATH=$EPI_BIN:$PATH "$sql_python" Tests/Bench/sql_peers.py "$scratch" "${operands[@]}"
