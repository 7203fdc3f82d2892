# Sourced by Tests/bench.sh: running the meter, and tables of what it says.

# race VARIABLE COMMAND... [-- COMMAND...]: the lines of 'epi-bench race' as an array of numbers, three a command.
race() {
  local -n figures=$1
  shift
  local text
  text=$("$EPI_BIN/epi-bench" race "$runs" "$scratch/output" "$@")
  rm -f "$scratch/output"
  read -r -d '' -a figures <<<"$text" || true
}

# calculate EXPRESSION FORMAT: of awk, which has floating point.
calculate() { awk "BEGIN { printf \"$2\", $1 }"; }

milliseconds() { calculate "$1 * 1000" '%.0f'; }

megabytes() { calculate "$(stat -c %s -- "$1") / 1000000" '%.1f'; }

# row WIDTHS TEXT...: one line of a table; a negative width is flush left.
row() {
  local widths=$1 width line=
  shift
  for width in $widths; do
    line+=$(printf '%*s' "$width" "${1:-}")'  '
    shift || true
  done
  printf '%s\n' "${line%"${line##*[! ]}"}"
}
