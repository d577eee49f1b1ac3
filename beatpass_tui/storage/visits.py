"""Queries on visits: when the dashboard was last seen, and the values it showed."""

import sqlite3
from datetime import datetime, timedelta

from beatpass_tui.storage.samples import parse_time

VISIT_GAP = timedelta(minutes=30)
"""A visit ends after the dashboard has not been seen for this long."""

NO_PAGES = "AND (name NOT LIKE '%:%' OR name LIKE 'leaderboards:%')"
"""An SQL condition that leaves out the pages of lists, whose names contain the page number."""


def load_previous(
    sql: sqlite3.Connection, account: int, now: datetime
) -> tuple[datetime | None, bool]:
    """Return when the previous visit ended, and whether its end still has to be saved."""
    row = sql.execute("SELECT since, seen FROM account WHERE id = ?", (account,)).fetchone()
    since, seen = map(parse_time, row or (None, None))
    if since is not None and since > now:
        # The clock was ahead at that visit, and no model would be newer.
        since = now
    ended = seen is not None and now - seen >= VISIT_GAP
    return (seen if ended else since), ended


def load_end(sql: sqlite3.Connection, account: int, now: datetime) -> datetime | None:
    """Return when the current visit ends unless the dashboard is seen; None if it has ended."""
    row = sql.execute("SELECT seen FROM account WHERE id = ?", (account,)).fetchone()
    seen = parse_time(row[0]) if row else None
    return None if seen is None or now - seen >= VISIT_GAP else seen + VISIT_GAP


def save(
    sql: sqlite3.Connection, account: int, since: datetime | None, seen: datetime | None
) -> None:
    """Save when the previous visit ended, and when the dashboard was last seen."""
    times = [None if time is None else time.timestamp() for time in (since, seen)]
    sql.execute("UPDATE account SET since = ?, seen = ? WHERE id = ?", (*times, account))


def copy_to_baseline(sql: sqlite3.Connection, account: int) -> None:
    """Copy the newest cached models to the baseline."""
    sql.execute("DELETE FROM answer WHERE account = ? AND edition = 1", (account,))
    sql.execute(
        f"""
        INSERT INTO answer (account, edition, name, fetched, shape, body)
        SELECT account, 1, name, fetched, shape, body
        FROM answer WHERE account = ? AND edition = 0 {NO_PAGES}
        """,
        (account,),
    )
