"""Schema of the store's SQLite file; times are seconds since 1970."""

from collections.abc import Sequence

APPLICATION_ID = 0x42545549
"""`PRAGMA application_id` of the file."""

_FIRST_VERSION = (
    """
    CREATE TABLE account (
        id INTEGER PRIMARY KEY,
        origin TEXT NOT NULL,
        number INTEGER NOT NULL,
        since REAL,
        seen REAL,
        UNIQUE (origin, number)
    )
    """,
    """
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
    """
    CREATE TABLE history (
        account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        artist INTEGER NOT NULL,
        number TEXT NOT NULL,
        at INTEGER NOT NULL,
        value REAL NOT NULL,
        PRIMARY KEY (account, artist, number, at)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE told (
        account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        what TEXT NOT NULL,
        PRIMARY KEY (account, what)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE token (
        digest BLOB PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE
    ) WITHOUT ROWID
    """,
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)

MIGRATIONS: tuple[Sequence[str], ...] = (_FIRST_VERSION,)
