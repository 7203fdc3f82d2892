// Without this, the header would replace the names that are defined here.
#define SQLITE_CORE 1
#include <sqlite3ext.h>

#include "sqlite_host.h"

/// The functions of the program; the same for all its connections.
static const sqlite3_api_routines *host;

/// Hidden, so that neither the program's own functions nor those of a library it uses can stand in their place, nor they in others'.
#define HOSTED(TYPE, NAME, PARAMETERS, ARGUMENTS) \
  __attribute__((visibility("hidden"))) TYPE sqlite3_##NAME PARAMETERS { return host->NAME ARGUMENTS; }

HOSTED(int, bind_blob64, (sqlite3_stmt*a, int b, const void*c, sqlite3_uint64 d, void(*e)(void*)), (a, b, c, d, e))
HOSTED(int, bind_double, (sqlite3_stmt*a, int b, double c), (a, b, c))
HOSTED(int, bind_int64, (sqlite3_stmt*a, int b, sqlite3_int64 c), (a, b, c))
HOSTED(int, bind_null, (sqlite3_stmt*a, int b), (a, b))
HOSTED(int, bind_parameter_count, (sqlite3_stmt*a), (a))
HOSTED(const char *, bind_parameter_name, (sqlite3_stmt*a, int b), (a, b))
HOSTED(int, bind_text, (sqlite3_stmt*a, int b, const char*c, int d, void(*e)(void*)), (a, b, c, d, e))
HOSTED(int, bind_text64, (sqlite3_stmt*a, int b, const char*c, sqlite3_uint64 d, void(*e)(void*), unsigned char f), (a, b, c, d, e, f))
HOSTED(int, bind_zeroblob, (sqlite3_stmt*a, int b, int c), (a, b, c))
HOSTED(int, busy_timeout, (sqlite3*a, int b), (a, b))
HOSTED(int, close_v2, (sqlite3*a), (a))
HOSTED(const void *, column_blob, (sqlite3_stmt*a, int b), (a, b))
HOSTED(int, column_bytes, (sqlite3_stmt*a, int b), (a, b))
HOSTED(int, column_count, (sqlite3_stmt *a), (a))
HOSTED(double, column_double, (sqlite3_stmt*a, int b), (a, b))
HOSTED(sqlite3_int64, column_int64, (sqlite3_stmt*a, int b), (a, b))
HOSTED(const char *, column_name, (sqlite3_stmt*a, int b), (a, b))
HOSTED(const unsigned char *, column_text, (sqlite3_stmt*a, int b), (a, b))
HOSTED(int, column_type, (sqlite3_stmt*a, int b), (a, b))
HOSTED(int, create_function_v2, (sqlite3 *a, const char *b, int c, int d, void *e, void (*f)(sqlite3_context*,int,sqlite3_value**), void (*g)(sqlite3_context*,int,sqlite3_value**), void (*h)(sqlite3_context*), void(*i)(void*)), (a, b, c, d, e, f, g, h, i))
HOSTED(int, create_module_v2, (sqlite3 *a, const char *b, const sqlite3_module *c, void *d, void(*e)(void*)), (a, b, c, d, e))
HOSTED(sqlite3 *, db_handle, (sqlite3_stmt*a), (a))
HOSTED(int, db_readonly, (sqlite3 *a, const char *b), (a, b))
HOSTED(int, declare_vtab, (sqlite3*a, const char *b), (a, b))
HOSTED(const char *, errmsg, (sqlite3*a), (a))
HOSTED(const char *, errstr, (int a), (a))
HOSTED(int, file_control, (sqlite3*a, const char *b, int c, void*d), (a, b, c, d))
HOSTED(int, finalize, (sqlite3_stmt *a), (a))
HOSTED(void, free, (void*a), (a))
HOSTED(void *, get_auxdata, (sqlite3_context*a, int b), (a, b))
HOSTED(const char *, libversion, (void), ())
HOSTED(int, limit, (sqlite3*a, int b, int c), (a, b, c))
HOSTED(void *, malloc64, (sqlite3_uint64 a), (a))
HOSTED(int, open_v2, (const char *a, sqlite3 **b, int c, const char *d), (a, b, c, d))
HOSTED(int, prepare_v3, (sqlite3 *a, const char *b, int c, unsigned int d, sqlite3_stmt **e, const char **f), (a, b, c, d, e, f))
HOSTED(int, reset, (sqlite3_stmt *a), (a))
HOSTED(void, result_blob64, (sqlite3_context*a, const void*b, sqlite3_uint64 c, void(*d)(void*)), (a, b, c, d))
HOSTED(void, result_double, (sqlite3_context*a, double b), (a, b))
HOSTED(void, result_error, (sqlite3_context*a, const char*b, int c), (a, b, c))
HOSTED(void, result_int64, (sqlite3_context*a, sqlite3_int64 b), (a, b))
HOSTED(void, result_null, (sqlite3_context*a), (a))
HOSTED(void, result_text, (sqlite3_context*a, const char*b, int c, void(*d)(void*)), (a, b, c, d))
HOSTED(void, result_text64, (sqlite3_context*a, const char*b, sqlite3_uint64 c, void(*d)(void*), unsigned char e), (a, b, c, d, e))
HOSTED(void, result_zeroblob, (sqlite3_context*a, int b), (a, b))
HOSTED(void, set_auxdata, (sqlite3_context*a, int b, void*c, void (*d)(void*)), (a, b, c, d))
HOSTED(int, step, (sqlite3_stmt*a), (a))
HOSTED(int, txn_state, (sqlite3*a, const char *b), (a, b))
HOSTED(void *, user_data, (sqlite3_context*a), (a))
HOSTED(const void *, value_blob, (sqlite3_value*a), (a))
HOSTED(int, value_bytes, (sqlite3_value*a), (a))
HOSTED(double, value_double, (sqlite3_value*a), (a))
HOSTED(sqlite3_int64, value_int64, (sqlite3_value*a), (a))
HOSTED(const unsigned char *, value_text, (sqlite3_value*a), (a))
HOSTED(int, value_type, (sqlite3_value*a), (a))

/// What sqlite3_load_extension() calls. The functions used are those of SQLite 3.38 and later.
__attribute__((visibility("default"))) int sqlite3_extension_init(
    sqlite3 *connection, char **message, const sqlite3_api_routines *routines) {
  if (routines->libversion_number() < 3038000) {
    if (message) *message = routines->mprintf("epi needs SQLite 3.38 or later, this is %s", routines->libversion());
    return SQLITE_ERROR;
  }
  // One process may hold several copies of SQLite, but epi only once.
  if (host && host != routines) {
    if (message) *message = routines->mprintf("epi is in use by another copy of SQLite in this process");
    return SQLITE_ERROR;
  }
  host = routines;
  return epi_extension_start(connection);
}
