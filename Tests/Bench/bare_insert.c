// What SQLite itself needs: inserts the rows of a table, which lie in memory, into a new file and puts it on the disk.
//
//     bare_insert SOURCE.db OUTPUT.db      prints the seconds from opening the file to its being on the disk
//
// One transaction, one prepared statement, values bound where they lie, no journal.
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void demand(int good, sqlite3 *database) {
  if (good) return;
  fprintf(stderr, "bare_insert: %s\n", database ? sqlite3_errmsg(database) : "failed");
  exit(1);
}

int main(int count, char **arguments) {
  sqlite3 *source, *output;
  sqlite3_stmt *statement;
  char text[4096];
  demand(count == 3, NULL);
  demand(sqlite3_open_v2(arguments[1], &source, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK, source);
  demand(sqlite3_prepare_v2(source, "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name <> '_epi'", -1, &statement, NULL) == SQLITE_OK, source);
  demand(sqlite3_step(statement) == SQLITE_ROW, source);
  char *name = strdup((const char *)sqlite3_column_text(statement, 0)), *schema = strdup((const char *)sqlite3_column_text(statement, 1));
  sqlite3_finalize(statement);
  snprintf(text, sizeof text, "SELECT * FROM \"%s\"", name);
  demand(sqlite3_prepare_v2(source, text, -1, &statement, NULL) == SQLITE_OK, source);
  int columns = sqlite3_column_count(statement);
  size_t rows = 0, room = 0;
  sqlite3_value **values = NULL;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    if (rows == room) {
      room = room ? 2 * room : 1024;
      values = realloc(values, room * columns * sizeof *values);
    }
    for (int column = 0; column < columns; column++) values[rows * columns + column] = sqlite3_value_dup(sqlite3_column_value(statement, column));
    rows++;
  }
  sqlite3_finalize(statement);

  unlink(arguments[2]);
  double start = seconds();
  demand(sqlite3_open(arguments[2], &output) == SQLITE_OK, output);
  sqlite3_exec(output, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; BEGIN", NULL, NULL, NULL);
  demand(sqlite3_exec(output, schema, NULL, NULL, NULL) == SQLITE_OK, output);
  int length = snprintf(text, sizeof text, "INSERT INTO \"%s\" VALUES (?", name);
  for (int column = 1; column < columns; column++) length += snprintf(text + length, sizeof text - length, ",?");
  snprintf(text + length, sizeof text - length, ")");
  demand(sqlite3_prepare_v2(output, text, -1, &statement, NULL) == SQLITE_OK, output);
  for (size_t row = 0; row < rows; row++) {
    for (int column = 0; column < columns; column++) {
      sqlite3_value *value = values[row * columns + column];
      switch (sqlite3_value_type(value)) {
        case SQLITE_INTEGER: sqlite3_bind_int64(statement, column + 1, sqlite3_value_int64(value)); break;
        case SQLITE_FLOAT: sqlite3_bind_double(statement, column + 1, sqlite3_value_double(value)); break;
        case SQLITE_TEXT: sqlite3_bind_text(statement, column + 1, (const char *)sqlite3_value_text(value), sqlite3_value_bytes(value), SQLITE_STATIC); break;
        case SQLITE_BLOB: sqlite3_bind_blob(statement, column + 1, sqlite3_value_blob(value), sqlite3_value_bytes(value), SQLITE_STATIC); break;
        default: sqlite3_bind_null(statement, column + 1);
      }
    }
    demand(sqlite3_step(statement) == SQLITE_DONE, output);
    sqlite3_reset(statement);
  }
  sqlite3_finalize(statement);
  demand(sqlite3_exec(output, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, output);
  sqlite3_close(output);
  int file = open(arguments[2], O_RDWR);
  demand(file >= 0 && fsync(file) == 0, NULL);
  close(file);
  printf("%.4f\n", seconds() - start);
  return 0;
}
