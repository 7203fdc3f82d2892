/* The system's SQLite (libsqlite3-dev), and what of it Swift cannot call: variadic functions. */
#pragma once
#include <sqlite3.h>
