#!/usr/bin/env bash
# An embedding service that speaks OpenAI's API, for --embed-with: lines {"id","text"} in, lines {"id","embedding"} out.
#
#   export OPENAI_KEY_FILE=~/.config/openai-key
#   epi-index --embed-with examples/embed-openai.sh --text notes.body --model text-embedding-3-small -o notes.epi rows.ndjson
#
#   OPENAI_KEY_FILE    a file with the key, readable by you only; without it none is sent (as to a server on this machine)
#   OPENAI_BASE_URL    https://api.openai.com/v1, or another server: Ollama's http://127.0.0.1:11434/v1, for one
#   EMBED_MODEL        text-embedding-3-small; EMBED_DIMENSIONS asks for fewer numbers than the model has
#   EMBED_BATCH        texts a request, 64
#
# Requests that fail for the moment are repeated (--retry). A batch that the server refuses is sent text by text, and what it refuses
# then is answered with {"id","error"}: epi-index rejects that row. Anything else ends it with a message. Needs curl and jq.
set -euo pipefail

url=${OPENAI_BASE_URL:-https://api.openai.com/v1}/embeddings
model=${EMBED_MODEL:-text-embedding-3-small}
batch=${EMBED_BATCH:-64}
fail() { echo "embed-openai.sh: $*" >&2; exit 74; }
for program in curl jq; do command -v "$program" >/dev/null || fail "$program is missing"; done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# The key goes through a file: what stands on a command line everybody sees.
(umask 077; : >"$scratch/head")
if [ -n "${OPENAI_KEY_FILE:-}" ]; then
  [ -r "$OPENAI_KEY_FILE" ] || fail "cannot read the key in '$OPENAI_KEY_FILE'"
  printf 'Authorization: Bearer %s\n' "$(tr -d '[:space:]' <"$OPENAI_KEY_FILE")" >"$scratch/head"
fi

# Sends the lines in $1; the answer is in $scratch/answer, the status of HTTP is printed.
post() {
  jq -cs --arg model "$model" --arg size "${EMBED_DIMENSIONS:-}" \
    '{model: $model, input: map(.text), encoding_format: "float"} + if $size == "" then {} else {dimensions: ($size | tonumber)} end' "$1" |
    curl --silent --show-error --retry 5 --retry-connrefused --max-time 300 --header 'Content-Type: application/json' --header "@$scratch/head" \
      --data-binary @- --output "$scratch/answer" --write-out '%{http_code}' "$url" || fail "no answer from $url"
}

# What the server says is wrong, or what it sent instead.
reason() { jq -r '.error.message? // .error? // .message? // empty | tostring' "$scratch/answer" 2>/dev/null | grep . || head -c 200 "$scratch/answer"; }

# Prints the vectors of the lines in $1, which the answer has by their index.
vectors() {
  jq -c --slurpfile asked "$1" '
    if (.data | length) != ($asked | length) then error("\($asked | length) texts sent, \(.data | length) vectors received")
    else .data[] | {id: $asked[.index].id, embedding} end' "$scratch/answer" || fail "the answer of $url is not as expected"
}

embed() {
  local status line
  status=$(post "$1")
  case $status in
    200) vectors "$1" ;;
    400 | 413 | 422)
      if [ "$(wc -l <"$1")" -eq 1 ]; then
        jq -c --arg error "$(reason)" '{id, error: $error}' "$1"
      else
        while IFS= read -r line; do
          printf '%s\n' "$line" >"$scratch/single"
          embed "$scratch/single"
        done <"$1"
      fi ;;
    *) fail "$url answers with $status: $(reason)" ;;
  esac
}

# What has come is sent before more is waited for: somebody may wait for the answer.
count=0
: >"$scratch/batch"
while IFS= read -r line || [ -n "$line" ]; do
  printf '%s\n' "$line" >>"$scratch/batch"
  count=$((count + 1))
  if [ "$count" -lt "$batch" ] && read -r -t 0; then continue; fi
  embed "$scratch/batch"
  count=0
  : >"$scratch/batch"
done
[ "$count" -eq 0 ] || embed "$scratch/batch"
