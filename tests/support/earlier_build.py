"""How the build before the restructuring checks, reads and writes its store."""

import sqlite3
from contextlib import closing
from pathlib import Path

_APPLICATION = 0x42545549
_VERSIONS = 1


def rejection(path: Path) -> str:
    """Return why that build renames a store and begins an empty one; empty if it uses it."""
    with closing(sqlite3.connect(path)) as sql:
        version = sql.execute("PRAGMA user_version").fetchone()[0]
        application = sql.execute("PRAGMA application_id").fetchone()[0]
        tables = sql.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and (application != _APPLICATION or version < 1):
        return "foreign"
    return "newer" if version > _VERSIONS else ""


class EarlierBuild:
    """A run of that build, for one account and artist."""

    def __init__(self, path: Path, origin: str, number: int, artist: int) -> None:
        assert rejection(path) == ""
        self.sql = sqlite3.connect(path, isolation_level=None)
        self.sql.execute("PRAGMA secure_delete = ON")
        self.sql.execute("PRAGMA foreign_keys = ON")
        self.sql.execute("PRAGMA journal_mode = WAL")
        self._account = (origin, number)
        self._artist = artist

    def close(self) -> None:
        self.sql.close()

    def save(self, name: str, at: float, numbers: dict[str, float]) -> None:
        """Store an answer and its numbers."""
        self.sql.execute("BEGIN IMMEDIATE")
        self.sql.execute(
            "INSERT OR IGNORE INTO account (origin, number) VALUES (?, ?)", self._account
        )
        key = self._key()
        self.sql.execute(
            """
            INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (account, edition, name) DO UPDATE SET
                fetched = excluded.fetched, shape = excluded.shape, body = excluded.body
            WHERE excluded.fetched >= answer.fetched OR answer.fetched > ?
            """,
            (key, 0, name, at, "00000000", '"earlier"', at + 300),
        )
        self.sql.executemany(
            "INSERT OR REPLACE INTO history VALUES (?, ?, ?, ?, ?)",
            [(key, self._artist, number, int(at), value) for number, value in numbers.items()],
        )
        self.sql.execute("COMMIT")

    def begin_visit(self, since: float, now: float) -> None:
        """Begin a visit, announce a milestone, and store theme and owner of a token."""
        key = self._key()
        self.sql.execute("BEGIN IMMEDIATE")
        self.sql.execute("DELETE FROM answer WHERE account = ? AND edition = 1", (key,))
        self.sql.execute(
            """
            INSERT INTO answer SELECT account, 1, name, fetched, shape, body
            FROM answer WHERE account = ? AND edition = 0 AND name NOT LIKE '%:%'
            """,
            (key,),
        )
        self.sql.execute("UPDATE account SET since = ?, seen = ? WHERE id = ?", (since, now, key))
        self.sql.execute("INSERT OR IGNORE INTO told VALUES (?, ?)", (key, "plays 46000"))
        self.sql.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", ("theme", "gruvbox"))
        self.sql.execute("DELETE FROM token WHERE account = ? AND digest <> ?", (key, b"digest"))
        self.sql.execute("INSERT OR REPLACE INTO token VALUES (?, ?)", (b"digest", key))
        self.sql.execute("COMMIT")

    def samples(self) -> list[tuple[int, str, float]]:
        """Return time, number and value of every sample."""
        return self.sql.execute(
            "SELECT at, number, value FROM history WHERE account = ? ORDER BY at, artist, number",
            (self._key(),),
        ).fetchall()

    def sign_out(self) -> None:
        """Delete everything about the account."""
        self.sql.execute("DELETE FROM account WHERE origin = ? AND number = ?", self._account)

    def _key(self) -> int:
        row = self.sql.execute(
            "SELECT id FROM account WHERE origin = ? AND number = ?", self._account
        ).fetchone()
        return 0 if row is None else int(row[0])
