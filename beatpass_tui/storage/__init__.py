"""Files on disk: the SQLite store, private files, serialization."""
