"""Schema of the store's SQLite file; times are seconds since 1970, except where noted.

New versions of the program only add tables, so that older versions can use the file as well.
Tables that reference `account` have ON DELETE CASCADE.
"""

from collections.abc import Mapping

APPLICATION_ID = 0x42545549
"""`PRAGMA application_id` of the file."""

SCHEMA: Mapping[str, str] = {
    "account": """
        CREATE TABLE account (
            id INTEGER PRIMARY KEY,
            origin TEXT NOT NULL,
            number INTEGER NOT NULL,
            since REAL,
            seen REAL,
            UNIQUE (origin, number)
        )
    """,
    "answer": """
        CREATE TABLE answer (
            account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            edition INTEGER NOT NULL,
            name TEXT NOT NULL,
            fetched REAL NOT NULL,
            shape TEXT NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (account, edition, name)
        )
    """,
    "history": """
        CREATE TABLE history (
            account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            artist INTEGER NOT NULL,
            number TEXT NOT NULL,
            at INTEGER NOT NULL,
            value REAL NOT NULL,
            PRIMARY KEY (account, artist, number, at)
        ) WITHOUT ROWID
    """,
    "beat": """
        CREATE TABLE beat (
            id INTEGER PRIMARY KEY,
            account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            artist INTEGER NOT NULL,
            number INTEGER NOT NULL,
            name TEXT,
            uploaded TEXT,
            UNIQUE (account, artist, number)
        )
    """,
    # `at` and `same` count quarters of an hour, which take three bytes.
    "plays": """
        CREATE TABLE plays (
            beat INTEGER NOT NULL REFERENCES beat (id) ON DELETE CASCADE,
            at INTEGER NOT NULL,
            plays INTEGER NOT NULL,
            same INTEGER NOT NULL,
            PRIMARY KEY (beat, at)
        ) WITHOUT ROWID
    """,
    "told": """
        CREATE TABLE told (
            account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            what TEXT NOT NULL,
            PRIMARY KEY (account, what)
        ) WITHOUT ROWID
    """,
    "token": """
        CREATE TABLE token (
            digest BLOB PRIMARY KEY,
            account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE
        ) WITHOUT ROWID
    """,
    "budget": """
        CREATE TABLE budget (
            account INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
            tokens REAL NOT NULL,
            at REAL NOT NULL
        )
    """,
    "pause": """
        CREATE TABLE pause (
            account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            path TEXT NOT NULL,
            at REAL NOT NULL,
            until REAL NOT NULL,
            limited INTEGER NOT NULL,
            PRIMARY KEY (account, path)
        ) WITHOUT ROWID
    """,
    "setting": """
        CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID
    """,
}
"""The statement that creates each table."""
