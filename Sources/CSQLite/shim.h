/* The system's SQLite (libsqlite3-dev). Tools and tests are linked with it (Package.swift); the extension calls its host's. */
#pragma once
#include <sqlite3.h>
