#!/usr/bin/env bash
# Words and meaning in one statement of SQL: the list of an FTS5 table and the list of a vector index, fused by reciprocal rank.
#
#   hybrid.sh NOTES.db NOTES.epi WORDS QUERY.json
#
# NOTES.db has the tables recordings and embeddings of the demo and was made with --fts recordings:title,transcript; QUERY.json holds the
# vector of the question. Each list gives a row 1 / (60 + its rank); a row that both have gets both. Change the statement as you need it:
# weights, more lists, a WHERE; for just this, epi-search --hybrid WORDS is shorter.
set -euo pipefail

[ $# -eq 4 ] || { sed -n '4p' "$0" >&2; exit 64; }
# FTS5 takes words with marks in them for its own language; in quotes they are words, and OR makes one of them enough.
words=$(jq -rn --arg words "$3" '[$words | splits("\\s+") | select(. != "") | "\"" + gsub("\""; "\"\"") + "\""] | join(" OR ")')

epi-search --db "$1" --index "near=$2" --param "words=$words" --param "query=@$4" --format=table --sql "
  WITH
    by_words AS (
      SELECT r.id, row_number() OVER (ORDER BY recordings_fts.rank, r.id) AS place
      FROM recordings_fts JOIN recordings r ON r.rowid = recordings_fts.rowid
      WHERE recordings_fts MATCH :words ORDER BY place LIMIT 100),
    by_meaning AS (
      SELECT e.recordingId AS id, row_number() OVER (ORDER BY top.distance, e.id) AS place
      FROM vector_top_k('near', :query, 100) AS top JOIN embeddings e ON e.rowid = top.id),
    fused AS (
      SELECT id, sum(1.0 / (60 + place)) AS score
      FROM (SELECT * FROM by_words UNION ALL SELECT * FROM by_meaning) GROUP BY id)
  SELECT round(score, 5) AS score, by_words.place AS word_rank, by_meaning.place AS meaning_rank, title
  FROM fused JOIN recordings USING (id) LEFT JOIN by_words USING (id) LEFT JOIN by_meaning USING (id)
  ORDER BY fused.score DESC, id LIMIT 10"
