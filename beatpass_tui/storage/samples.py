"""Queries on the history of numbers: one value per number, artist and time."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from beatpass_tui.models.decode import MAX_NUMBER

Span: TypeAlias = tuple[datetime, datetime]
"""The first moment of a time span, and the first one after it."""

LOOK_BACK = timedelta(days=220)
"""Age of the oldest samples that changes and charts of Home are measured from."""

HOURLY_AFTER = timedelta(days=1)
DAILY_AFTER = timedelta(days=90)
"""Samples older than these are thinned to the last value of each hour, then of each day."""

_HOUR, _DAY = 3600, 86400
LAST_SECOND = 7_258_118_400
"""Times after the year 2199 are treated as damaged."""


def parse_time(seconds: object) -> datetime | None:
    """Return a stored time in UTC; None if it is missing or implausible."""
    if not isinstance(seconds, int | float) or not 0 <= seconds < LAST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def restrict(column: str, values: Sequence[str] | None) -> str:
    """Return an SQL condition that limits `column` to `values`; empty for None."""
    return "" if values is None else f"AND {column} IN ({', '.join('?' * len(values))})"


def add(
    sql: sqlite3.Connection,
    account: int,
    artist: int,
    rows: Iterable[tuple[str, datetime, float]],
    *,
    replace: bool = True,
) -> int:
    """Add rows of number, time and value; return how many were added or replaced."""
    return sql.executemany(
        f"""
        INSERT OR {"REPLACE" if replace else "IGNORE"}
        INTO history (account, artist, number, at, value) VALUES (?, ?, ?, ?, ?)
        """,
        [(account, artist, number, int(at.timestamp()), value) for number, at, value in rows],
    ).rowcount


def load_daily(
    sql: sqlite3.Connection,
    account: int,
    artist: int,
    now: datetime,
    since: datetime | None,
    numbers: Sequence[str] | None,
    hourly: Sequence[Span] = (),
) -> dict[str, list[tuple[datetime, float]]]:
    """Return the last sample of each day up to `now` in its zone, by number, oldest first.

    In the spans of `hourly`, return the last sample of each hour.
    """
    first = int(since.timestamp()) if since is not None else 0
    spans = [(int(start.timestamp()), int(end.timestamp())) for start, end in hourly]
    # Samples of a clock that was ahead must not hide those of today.
    last = int(now.timestamp()) + 1
    buckets = [(first, last, offset, _DAY) for offset in _utc_offsets(now)]
    buckets += [(start, min(end, last), 0, _HOUR) for start, end in spans]
    # SQLite takes `value` from the row that has the largest `at`.
    select = f"""
        SELECT max(at) AS last, artist, number, value FROM history
        WHERE account = ? AND artist = ? AND at >= ? AND at < ? {restrict("number", numbers)}
        GROUP BY number, (at + ?) / ?
    """
    rows = sql.execute(
        f"{' UNION '.join([select] * len(buckets))} ORDER BY number, last",
        [
            value
            for start, end, offset, seconds in buckets
            for value in (account, artist, start, end, *(numbers or ()), offset, seconds)
        ],
    )

    def is_hourly(at: datetime) -> bool:
        return any(start <= at.timestamp() < end for start, end in spans)

    samples: dict[str, list[tuple[datetime, float]]] = {}
    for at, _, number, value in _valid(rows, now):
        points = samples.setdefault(number, [])
        before = points[-1][0] if points else None
        if before is not None and before.date() == at.date() and not is_hourly(before):
            points.pop()
        points.append((at, value))
    return samples


def load_all(
    sql: sqlite3.Connection, account: int, now: datetime
) -> list[tuple[datetime, int, str, float]]:
    """Return time, artist, number and value of every sample, oldest first."""
    rows = sql.execute(
        """
        SELECT at, artist, number, value FROM history
        WHERE account = ? ORDER BY at, artist, number
        """,
        (account,),
    )
    return list(_valid(rows, now))


def list_artists(sql: sqlite3.Connection, account: int) -> list[int]:
    """Return the artists of an account, the one with the latest sample first."""
    rows = sql.execute(
        "SELECT artist FROM history WHERE account = ? GROUP BY artist ORDER BY max(at) DESC",
        (account,),
    )
    return [int(artist) for (artist,) in rows]


def count(sql: sqlite3.Connection, origin: str) -> dict[int, int]:
    """Return the number of samples of each account that has any."""
    rows = sql.execute(
        """
        SELECT account.number, count(*) FROM history JOIN account ON account.id = history.account
        WHERE origin = ? GROUP BY account.number
        """,
        (origin,),
    )
    return dict(rows.fetchall())


def thin(sql: sqlite3.Connection, now: datetime) -> None:
    """Thin old samples to one per hour, and older ones to one per day."""
    hourly = int((now - HOURLY_AFTER).timestamp())
    daily = int((now - DAILY_AFTER).timestamp())
    for bucket, start, end in ((_DAY, 0, daily), (_HOUR, daily, hourly)):
        # Neither the last sample of a day in summer nor of one in winter is deleted.
        is_followed = f"""
            EXISTS (
                SELECT 1 FROM history AS later
                WHERE later.account = history.account
                    AND later.artist = history.artist
                    AND later.number = history.number
                    AND later.at > history.at
                    AND later.at < ((history.at + ?) / {bucket} + 1) * {bucket} - ?
            )
        """
        offsets = _utc_offsets(now)
        conditions = " AND ".join([is_followed] * len(offsets))
        sql.execute(
            f"DELETE FROM history WHERE at >= ? AND at < ? AND {conditions}",
            (start, end, *(offset for offset in offsets for _ in range(2))),
        )


def _valid(
    rows: Iterable[tuple[object, int, str, object]], now: datetime
) -> Iterator[tuple[datetime, int, str, float]]:
    """Yield the rows with a plausible time and value, their times in the zone of `now`."""
    for seconds, artist, number, value in rows:
        at = parse_time(seconds)
        if at is not None and isinstance(value, float) and abs(value) <= MAX_NUMBER:
            yield at.astimezone(now.tzinfo), artist, number, value


def _utc_offsets(now: datetime) -> tuple[int, ...]:
    """Return the offsets of the zone in a year, in seconds: one, or those of summer and winter."""
    past = (
        datetime.fromtimestamp((now - timedelta(weeks=weeks)).timestamp(), now.tzinfo)
        for weeks in (13, 26, 39)
    )
    offsets = (moment.utcoffset() or timedelta() for moment in (now, *past))
    return tuple(dict.fromkeys(int(offset.total_seconds()) for offset in offsets))
