# Sourced by those measures that need NumPy and the peers of the index: $index_python, in a virtual environment of its own.

index_python=$scratch/venv/bin/python
if [ ! -x "$index_python" ]; then
  say "installing hnswlib, rabitqlib and numpy from PyPI into $scratch/venv, a virtual environment"
  python3 -m venv "$scratch/venv"
  "$index_python" -m pip install --quiet --disable-pip-version-check hnswlib==0.8.0 rabitqlib==0.7.1 numpy
fi
