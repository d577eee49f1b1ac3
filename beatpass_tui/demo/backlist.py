"""The older tracks of a catalog that is made as large as one likes."""

from __future__ import annotations

from datetime import datetime, timedelta

from beatpass_tui.demo import words
from beatpass_tui.demo.chance import Chance
from beatpass_tui.demo.model import Track

# The ids of older tracks count down from here, those of newer ones up.
NEWEST_ID = 910_000_000
_NEWEST_DAYS, _LONGEST_DAYS = 1_100, 3_000
# One in so many was never published.
_UNLISTED_EVERY = 16
_DAY = 24 * 60


def tracks(today: datetime, count: int) -> tuple[Track, ...]:
    """Return so many tracks, newest first, all of them older than those that are arranged."""
    if count == 0:
        return ()
    chance = Chance("backlist")
    newest = today - timedelta(days=_NEWEST_DAYS)
    apart = min(_DAY, _LONGEST_DAYS * _DAY // count)
    return tuple(_track(chance, today, newest, apart * at, at) for at in range(count))


def _track(chance: Chance, today: datetime, newest: datetime, minutes: int, at: int) -> Track:
    listed = at % _UNLISTED_EVERY != _UNLISTED_EVERY - 1
    plays = 1 + int(900 * chance.fraction() ** 4) if listed else 0
    detailed = chance.fraction() < 0.7
    return Track(
        id=NEWEST_ID - at,
        name=_title(at),
        uploaded=newest - timedelta(minutes=minutes),
        duration_ms=chance.between(95_000, 244_000),
        plays=plays,
        contribution=round(plays * 0.013, 2),
        calculated=today,
        listed=listed,
        album_id=None,
        bpm=chance.between(68, 164) if detailed else None,
        key=chance.pick(words.KEYS) if detailed else None,
        scale=chance.pick(words.SCALES) if detailed else None,
        genre=chance.pick(words.GENRES),
        licensing_type=chance.pick(words.LICENSING),
        collaborators=(),
    )


def _title(at: int) -> str:
    """Return a title of its own; numbers keep apart what the words cannot."""
    firsts, seconds = len(words.FIRST_WORDS), len(words.SECOND_WORDS)
    second, first = divmod(at % (firsts * seconds), firsts)
    number = 2 + at // (firsts * seconds)
    return f"{words.FIRST_WORDS[first]} {words.SECOND_WORDS[second]} {number}"
