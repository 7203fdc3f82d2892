internal import EpiSQLite
internal import EpiVectorSQL

/// Makes the vector functions and `vector_top_k` known to a connection of the program that has loaded epi (CSQLiteHost).
/// - Returns: SQLite's result code.
@_cdecl("epi_extension_start")
func start(_ connection: OpaquePointer) -> Int32 {
  do {
    try VectorSession.define(on: unsafe Connection(ofHost: connection), snapshots: SnapshotIndexes())
    return 0
  } catch {
    return error.code
  }
}

