"""Queries on the plays of beats: at most one value per beat and day, and only changed ones.

A row covers the time from `at` in which every response had the same plays; `same` is the length of
that time. This distinguishes an unchanged beat from one that was missing in the responses.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from beatpass_tui.models import decode
from beatpass_tui.models.beat_plays import QUARTER, BeatPlays, PlayRun, RecordedBeat
from beatpass_tui.models.decode import MAX_NUMBER
from beatpass_tui.storage.samples import LAST_SECOND

WEEKLY_AFTER = timedelta(days=70)
"""Older rows are thinned to the last of each week; comparisons of 30 days need 60 days."""
MONTHLY_AFTER = timedelta(days=730)
"""Older rows are thinned to the last of each four weeks."""

_END = LAST_SECOND // QUARTER
_CLOCK_TOLERANCE = 300
"""Seconds after which a later time is one of a clock that was ahead."""
_WEEK, _MONTH = 7 * 96, 28 * 96


class PlaysSample(NamedTuple):
    """One exported value."""

    at: datetime
    artist: int
    beat: int
    plays: int
    name: str | None


def record(
    sql: sqlite3.Connection,
    account: int,
    artist: int,
    beats: Iterable[BeatPlays],
    at: datetime,
    now: datetime,
) -> None:
    """Record the plays of beats in a response received at `at`."""
    day, moment = _day_in(now.tzinfo), _quarters(at)
    ahead = _latest(now)
    for beat in beats:
        key = _ensure_beat(sql, account, artist, beat, now.tzinfo)
        # A clock that was once ahead must not block later values forever.
        sql.execute("DELETE FROM plays WHERE beat = ? AND at > ?", (key, ahead))
        row = sql.execute(
            "SELECT at, plays, same FROM plays WHERE beat = ? ORDER BY at DESC LIMIT 1", (key,)
        ).fetchone()
        if row is not None and _is_valid(*row):
            first, plays, same = row
            last = first + same
            if moment < last <= ahead:
                continue
            if plays == beat.plays:
                if day(last) != day(moment):
                    values = (moment - first, key, first)
                    sql.execute("UPDATE plays SET same = ? WHERE beat = ? AND at = ?", values)
                continue
            if day(first) == day(moment):
                sql.execute("DELETE FROM plays WHERE beat = ? AND at = ?", (key, first))
        sql.execute(
            "INSERT OR REPLACE INTO plays (beat, at, plays, same) VALUES (?, ?, ?, 0)",
            (key, moment, beat.plays),
        )


def _ensure_beat(
    sql: sqlite3.Connection, account: int, artist: int, beat: BeatPlays, zone: tzinfo | None
) -> int:
    """Return the row id of a beat, after inserting or renaming it if necessary."""
    uploaded = beat.uploaded
    if isinstance(uploaded, datetime):
        uploaded = uploaded.astimezone(zone).date()
    known = sql.execute(
        "SELECT id, name, uploaded FROM beat WHERE account = ? AND artist = ? AND number = ?",
        (account, artist, beat.id),
    ).fetchone()
    if known is None:
        known = sql.execute(
            """
            INSERT INTO beat (account, artist, number) VALUES (?, ?, ?)
            RETURNING id, name, uploaded
            """,
            (account, artist, beat.id),
        ).fetchone()
    key, *before = known
    after = [beat.name or before[0], uploaded.isoformat() if uploaded else before[1]]
    if after != before:
        sql.execute("UPDATE beat SET name = ?, uploaded = ? WHERE id = ?", (*after, key))
    return int(key)


def beat_ids(sql: sqlite3.Connection, account: int, artist: int) -> list[int]:
    """Return the ids of all recorded beats."""
    rows = sql.execute(
        "SELECT number FROM beat WHERE account = ? AND artist = ? ORDER BY id", (account, artist)
    )
    return [number for (number,) in rows]


def load(
    sql: sqlite3.Connection,
    account: int,
    artist: int,
    since: datetime,
    now: datetime,
    beats: Sequence[int] | None = None,
) -> Iterator[RecordedBeat]:
    """Yield beats, by default all, with their values since a moment and the last one before."""
    condition = "" if beats is None else f"AND number IN ({', '.join('?' * len(beats))})"
    ahead = _latest(now)
    rows = sql.execute(
        f"""
        SELECT beat.id, number, name, uploaded, at, plays, same
        FROM beat JOIN plays ON beat = beat.id AND at <= ? AND at >= coalesce(
            (SELECT max(at) FROM plays AS earlier WHERE earlier.beat = beat.id AND at < ?), 0
        )
        WHERE account = ? AND artist = ? {condition} ORDER BY beat.id, at
        """,
        (ahead, _quarters(since), account, artist, *(beats or ())),
    )
    local = _local_in(now.tzinfo)
    for _, group in groupby(rows, itemgetter(0)):
        (_, number, name, uploaded, *first), *others = group
        runs = [
            PlayRun(local(at), local(min(at + same, ahead)), plays)
            for at, plays, same in (first, *(row[4:] for row in others))
            if _is_valid(at, plays, same)
        ]
        if runs:
            yield RecordedBeat(number, decode.string(name), parse_day(uploaded), runs)


def load_all(sql: sqlite3.Connection, account: int, now: datetime) -> list[PlaysSample]:
    """Return the first and last sample of each recorded value, oldest first."""
    rows = sql.execute(
        """
        SELECT at, same, artist, number, plays, name FROM beat JOIN plays ON beat = beat.id
        WHERE account = ?
        """,
        (account,),
    )
    local = _local_in(now.tzinfo)
    samples = []
    for at, same, artist, number, plays, name in rows:
        if _is_valid(at, plays, same):
            name = decode.string(name)
            ends = (at, at + same) if same else (at,)
            samples += [PlaysSample(local(end), artist, number, plays, name) for end in ends]
    return sorted(samples, key=lambda sample: (sample.at.timestamp(), *sample[1:4]))


def add_missing(
    sql: sqlite3.Connection,
    account: int,
    artist: int,
    samples: Iterable[tuple[BeatPlays, datetime]],
    now: datetime,
) -> int:
    """Add values for local days without a recorded value of the beat; return how many."""
    day = _day_in(now.tzinfo)
    by_beat: dict[int, list[tuple[int, BeatPlays]]] = {}
    for beat, at in samples:
        by_beat.setdefault(beat.id, []).append((_quarters(at), beat))
    added = 0
    for values in by_beat.values():
        values.sort(key=itemgetter(0))
        key = _ensure_beat(sql, account, artist, values[-1][1], now.tzinfo)
        stored = sql.execute("SELECT at, plays, same FROM plays WHERE beat = ?", (key,))
        rows = [row for row in stored if _is_valid(*row)]
        known = {end: plays for at, plays, same in rows for end in (at, at + same)}
        recorded_days = [(day(at), day(at + same)) for at, _, same in rows]
        new = {
            at: beat.plays
            for at, beat in values
            if not any(first <= day(at) <= last for first, last in recorded_days)
        }
        added += len(new)
        if new:
            sql.execute("DELETE FROM plays WHERE beat = ?", (key,))
            sql.executemany(
                "INSERT INTO plays (beat, at, plays, same) VALUES (?, ?, ?, ?)",
                ((key, *run) for run in _runs(sorted({**new, **known}.items()))),
            )
    return added


def _runs(values: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Yield time, value and length of the runs of equal values."""
    for plays, run in groupby(values, itemgetter(1)):
        times = [at for at, _ in run]
        yield times[0], plays, times[-1] - times[0]


def count(sql: sqlite3.Connection, origin: str) -> dict[int, tuple[int, int]]:
    """Return the number of values and of beats for each account that has any."""
    rows = sql.execute(
        """
        SELECT account.number, count(*) + sum(same > 0), count(DISTINCT beat)
        FROM plays JOIN beat ON beat.id = beat JOIN account ON account.id = account
        WHERE origin = ? GROUP BY account.number
        """,
        (origin,),
    )
    return {account: (values, beats) for account, values, beats in rows}


def thin(sql: sqlite3.Connection, now: datetime, thinned: date | None = None) -> None:
    """Thin old rows to the last of each week, and older ones to the last of four weeks.

    `thinned` is the day of the previous thinning, which older rows need not repeat.
    """
    before = None if thinned is None else datetime.combine(thinned, time(), now.tzinfo)
    for bucket, after in ((_WEEK, WEEKLY_AFTER), (_MONTH, MONTHLY_AFTER)):
        start = 0 if before is None else _quarters(before - after) - bucket
        sql.execute(
            """
            DELETE FROM plays WHERE at >= :start AND at < :end AND EXISTS (
                SELECT 1 FROM plays AS later
                WHERE later.beat = plays.beat AND later.at > plays.at
                    AND later.at < (plays.at / :bucket + 1) * :bucket
            )
            """,
            {"start": start, "end": _quarters(now - after), "bucket": bucket},
        )


def _quarters(at: datetime) -> int:
    return int(at.timestamp()) // QUARTER


def _latest(now: datetime) -> int:
    """Return the last time that is not one of a clock that was ahead."""
    return int(now.timestamp() + _CLOCK_TOLERANCE) // QUARTER


def _local_in(zone: tzinfo | None) -> Callable[[int], datetime]:
    """Return a cached function that converts stored times to local times."""

    @cache
    def local(at: int) -> datetime:
        return datetime.fromtimestamp(at * QUARTER, UTC).astimezone(zone)

    return local


def _day_in(zone: tzinfo | None) -> Callable[[int], date]:
    local = _local_in(zone)
    return lambda at: local(at).date()


def _is_valid(at: object, plays: object, same: object) -> bool:
    if not (isinstance(at, int) and isinstance(plays, int) and isinstance(same, int)):
        return False
    # Compared as numbers, since a large catalog has many rows.
    return same >= 0 <= at and at + same < _END and 0 <= plays <= MAX_NUMBER


def parse_day(text: object) -> date | None:
    """Return a stored day; None if it is missing or damaged."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
