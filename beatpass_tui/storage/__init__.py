"""Files on disk: the SQLite store, private files, serialization of models.

Belongs here: formats, permissions, atomic writes, damaged files. Never: what the stored values
mean.
"""
