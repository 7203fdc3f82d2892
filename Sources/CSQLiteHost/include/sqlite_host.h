/// SQLite as the program has it that loads epi as an extension.
///
/// Such a program hands over a table of SQLite's functions, which need not be those of the system's library. Here each function that
/// epi calls is defined by that table, for the extension alone: Swift cannot see the macros by which C does this.
#pragma once

/// Where the extension begins, in Swift. Returns SQLite's result code.
int epi_extension_start(void *connection);
