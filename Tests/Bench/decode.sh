# Sourced by Tests/bench.sh: epi-ydecode beside pycrdt.
#
# Both read a document from a file and print its rows to another. What a document is, its name tells: lww-rows-… is an array of
# entries; a name with .log a log of one text, without it and beginning with edits or b4 that text; all others have tables in maps.

corpora=$scratch/corpora
if [ ${#operands[@]} -gt 0 ]; then
  corpora=${operands[0]}
  documents=("$corpora"/*.bin "$corpora"/*.bin.gz "$corpora"/*.yjs "$corpora"/*.yjs.gz)
else
  documents=("$corpora"/{maps-100k,lww-rows-100k,notes-4k,edits-260k.log,edits}.v1.bin)
  say "making the documents that are missing in $corpora"
  "$peer_python" Tests/Bench/corpora.py "$corpora"
fi

# kind_of FILE: as pycrdt_rows.py wants it.
kind_of() {
  case ${1##*/} in
    *.log.*) echo text-log ;;
    edits* | b4*) echo text ;;
    lww-rows*) echo lww-rows ;;
    *) echo maps ;;
  esac
}

# ours KIND FILE: sets 'ours' to the command that prints the document.
ours() {
  ours=("$EPI_BIN/epi-ydecode")
  case $1 in
    text-log) ours+=(--frames=length --dump --root text=text) ;;
    text) ours+=(--dump --root text=text) ;;
  esac
  ours+=("$2")
}

# unpacked FILE: the file itself, or where its unpacked copy lies.
unpacked() {
  [[ $1 == *.gz ]] || { echo "$1"; return; }
  local copy=$scratch/unpacked/${1##*/}
  copy=${copy%.gz}
  mkdir -p "$scratch/unpacked"
  [ "$copy" -nt "$1" ] || gzip -dc "$1" >"$copy"
  echo "$copy"
}

compare() {
  local widths='-24 8 8 8 10 8 8 7' path file kind numbers
  say "epi-ydecode beside $(tr '\n' ' ' <Tests/Peers/requirements.txt)(medians of $runs, in turn)"
  row "$widths" document 'MB' 'ms' 'peak MB' 'MB/s' 'peer ms' 'peak MB' ratio
  for path in "${documents[@]}"; do
    [ -e "$path" ] || continue
    file=$(unpacked "$path")
    kind=$(kind_of "$file")
    ours "$kind" "$file"
    local peer=("$peer_python" Tests/Bench/pycrdt_rows.py "$kind" "$file") cells
    if [[ $file == *.v2.* ]]; then
      # pycrdt reads no updates of encoding v2.
      race numbers "${ours[@]}"
    else
      race numbers "${ours[@]}" -- "${peer[@]}"
    fi
    cells=("$(megabytes "$file")" "$(milliseconds "${numbers[0]}")" "${numbers[2]}"
      "$(calculate "$(stat -c %s -- "$file") / 1e6 / ${numbers[0]}" '%.0f')")
    [ ${#numbers[@]} -lt 6 ] ||
      cells+=("$(milliseconds "${numbers[3]}")" "${numbers[5]}" "$(calculate "${numbers[3]} / ${numbers[0]}" '%.1f')")
    row "$widths" "${file##*/}" "${cells[@]}"
  done
}

# growth UNIT COUNT-COMMAND FILE...: what one row or update costs in ever larger documents.
growth() {
  local unit=$1 count=$2 widths='-24 10 8 12 8' path kind numbers units cost first=
  shift 2
  row "$widths" document "${unit}s" 'ms' "µs a $unit" growth
  for path in "$@"; do
    kind=$(kind_of "$path")
    ours "$kind" "$path"
    race numbers "${ours[@]}"
    units=$("$count" "$path")
    cost=$(calculate "${numbers[0]} / $units * 1e6" '%.3f')
    : "${first:=$cost}"
    row "$widths" "${path##*/}" "$units" "$(milliseconds "${numbers[0]}")" "$cost" "$(calculate "$cost / $first" '%.2f')"
  done
}

rows_in() { "$EPI_BIN/epi-ydecode" "$1" | tail -n 1 | sed 's/.*"rows":\([0-9]*\).*/\1/'; }
updates_in() { "$EPI_BIN/epi-ydecode" --frames=length --inspect "$1" | wc -l; }

compare
if [ ${#operands[@]} -eq 0 ]; then
  say "how the cost grows (linear: 1.00; start-up weighs on the small ones)"
  growth row rows_in "$corpora"/maps-{12k,25k,50k,100k}.v1.bin
  growth update updates_in "$corpora"/edits-{65k,130k,260k}.log.v1.bin
fi
