"""A year of daily samples of the demo's artist, as earlier runs would have stored them."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import accumulate

from beatpass_tui.demo import catalog
from beatpass_tui.demo.leaderboards import earlier_leaderboards, earlier_ranks
from beatpass_tui.demo.messages import Json, iso_utc
from beatpass_tui.demo.model import ACCOUNT_ID, ARTIST_ID, Chance, Track, shares

DAYS = 400
"""Length of the history in days."""

GAPS = (range(19, 22), range(61, 66))
"""Days without a sample, as days ago."""

CORRECTED = 40
"""Days since the plays of one beat were corrected downward."""

VISIT = 3
"""Days since the last visit."""

# Plays of the last 14 days by days ago, and where they went: the last digits of beats with their
# gains in these two weeks.
_WEEKS = ((62, 136, 112, 62, 44, 40, 36), (84, 92, 58, 50, 47, 56, 52))
_MOVERS = {
    37: (168, 128), 113: (61, 33), 109: (48, 39), 124: (34, 31), 84: (29, 33), 12: (22, 21),
    108: (18, 25), 97: (14, 14), 128: (9, 0), 106: (8, 5), 127: (7, 11), 99: (7, 6), 107: (6, 7),
    105: (5, 4), 100: (4, 2), 104: (4, 4), 121: (3, 5), 111: (3, 3), 103: (2, 2), 126: (1, 4),
}  # fmt: skip
_TWO_WEEKS = 14

# A beat whose plays fell by this many when they were corrected.
_CORRECTED_BEAT, _TAKEN_BACK = 39, 120

# A beat that is missing in the responses of some days, and these days.
_UNSEEN_BEAT, _UNSEEN = 87, range(4, 12)
_DAILY = 45

# Lengths of the periods with audience figures, which are recorded about one period ago.
_AUDIENCE_DAYS = (7, 30, 90)

_FOLLOWERS = (0, 1, 0, 3, 2, 1, 2, 1, 0, 2, 1, 0, 1, 1)
_FOLLOWERS_BEFORE = 376

# XP beside that of the latest uploads, by days ago.
_XP = {2: 25, 5: 1, 6: 1, 31: 26, 318: 200}
_XP_UPLOADS, _XP_UPLOAD, _XP_DETAILS = 8, 100, 53

_GROWTH_NOW, _GROWTH_THEN = 7.5, 6.8
_PERFORMANCE = 20
_RANK_DAYS = 44


class DemoHistory:
    """The history of the artist that the demo serves at `now`, by default with TRACKS tracks.

    Values on day N are those of N days before `now`, at the same time of day.
    """

    def __init__(self, now: datetime, tracks: int | None = None) -> None:
        self.last_visit = last_visit(now)
        self._now = now
        self._utc = now.astimezone(UTC)
        self._catalog = catalog.full(self._utc, tracks or catalog.TRACKS)
        self._times = [now - timedelta(days=day) for day in range(DAYS + 1)]
        self._times[VISIT] = self.last_visit
        # Ascending.
        self._stamps = [-at.timestamp() for at in self._times]
        gaps = {day for gap in GAPS for day in gap}
        self._days = [day for day in range(DAYS, 0, -1) if day not in gaps]

    def samples(self) -> Iterator[tuple[str, datetime, float]]:
        """Yield number, time and value of most days up to yesterday."""
        for name, values in self._numbers.items():
            for day in self._days:
                yield name, self._times[day], values[day]
        for days in _AUDIENCE_DAYS:
            for day in (days + 1, days, days - 1):
                for figure, value in self._audience(self._times[day], days).items():
                    yield f"activity.{days}d.{figure}", self._times[day], value
        seen = [day for day in self._days if VISIT <= day <= _RANK_DAYS]
        for view, day, rank in earlier_ranks(self._catalog, self._utc, seen):
            yield f"rank.{view}", self._times[day], rank

    def _audience(self, end: datetime, days: int) -> Mapping[str, int]:
        """Return the audience figures of some days."""
        start = end - timedelta(days=days)
        downloads = [each for each in self._catalog.downloads if start <= each.at <= end]
        engagement = [each for each in self._catalog.engagement if start <= each.at <= end]
        return {
            "downloads": len(downloads),
            "downloaders": len({each.downloader.id for each in downloads if each.downloader}),
            "licenses": sum(each.license is not None for each in downloads),
            "plays": sum(each.plays for each in engagement),
            "likes": sum(each.likes for each in engagement),
            "reposts": sum(each.reposts for each in engagement),
            "comments": sum(each.comments for each in engagement),
        }

    @cached_property
    def _numbers(self) -> Mapping[str, Sequence[float]]:
        chance, catalog_now = Chance("growth"), self._catalog
        xp = self._xp()
        growth = [chance.between(52, 86) / 10 for _ in self._times]
        growth[0], growth[VISIT] = _GROWTH_NOW, _GROWTH_THEN
        return {
            "tracks": self._counts(track.uploaded for track in catalog_now.tracks),
            "total-plays": [sum(day) for day in zip(*self._plays.values(), strict=True)],
            "albums": self._counts(album.created for album in catalog_now.albums),
            "downloads": self._counts(download.at for download in catalog_now.downloads),
            "followers": _backward(len(catalog_now.followers), self._followers()),
            "level": [_level(value) for value in xp],
            "xp": xp,
            "growth": growth,
        }

    def _counts(self, times: Iterable[datetime]) -> list[int]:
        """Return for each day how many of the times had passed."""
        ordered = sorted(times)
        return [bisect_right(ordered, at) for at in self._times]

    def _followers(self) -> list[int]:
        """Return the new followers of each day."""
        chance = Chance("new followers")
        weights = [chance.between(0, 100) ** 2 for _ in range(DAYS - len(_FOLLOWERS))]
        return [*_FOLLOWERS, *shares(_FOLLOWERS_BEFORE, weights)]

    def _xp(self) -> list[int]:
        gains = [_XP.get(day, 0) for day in range(DAYS)]
        for place, track in enumerate(self._catalog.tracks[:_XP_UPLOADS]):
            # The details of the newest one are still missing.
            gains[self._age(track) - 1] += _XP_UPLOAD + (_XP_DETAILS if place else 0)
        return _backward(self._catalog.progress.xp, gains)

    def _age(self, track: Track) -> int:
        """Return the number of days on which a track existed."""
        return bisect_right(self._stamps, -track.uploaded.timestamp())

    # Plays

    @cached_property
    def _plays(self) -> Mapping[int, Sequence[int]]:
        """The plays of each track on each day, by id."""
        tracks, weekly = self._catalog.tracks, self._gains_of_two_weeks()
        nothing, rhythm = [0] * _TWO_WEEKS, self._rhythm()
        plays: dict[int, Sequence[int]] = {
            track.id: self._plays_of(track, weekly.get(track.id, nothing), rhythm)
            for track in tracks[: catalog.TRACKS]
        }
        # The additional tracks of a larger catalog are not played.
        plays |= {track.id: [track.plays] * (DAYS + 1) for track in tracks[catalog.TRACKS :]}
        return plays

    def _plays_of(self, track: Track, gains: list[int], rhythm: Sequence[float]) -> list[int]:
        latest = _backward(track.plays, gains)
        left, age = latest.pop(), self._age(track)
        if age < _TWO_WEEKS or not left:
            return [*latest, *[left] * (age - _TWO_WEEKS), *[0] * (DAYS + 1 - max(age, _TWO_WEEKS))]
        # New beats are played most in their first weeks, and some old ones long ago.
        exponent = (0.4 if age < DAYS else 0.8) + track.id % 5 / 10
        first = 0 if age < DAYS else round(left * (0.45 + track.id % 4 / 10))
        whole = rhythm[_TWO_WEEKS] - rhythm[age]
        for day in range(_TWO_WEEKS, age):
            share = (rhythm[day] - rhythm[age]) / whole
            latest.append(first + round((left - first) * share**exponent))
        latest += [first] * (DAYS + 1 - age)
        if track.id % 1_000 == _CORRECTED_BEAT:
            latest[CORRECTED + 1 :] = [value + _TAKEN_BACK for value in latest[CORRECTED + 1 :]]
        return latest

    def _rhythm(self) -> list[float]:
        """Return the relative number of plays up to each day, newest first."""
        chance = Chance("plays")
        gains = [
            (0.8 + 0.4 * chance.fraction()) * (1.6 if day % 7 in (1, 2) else 1)
            for day in range(DAYS + 1)
        ]
        return [*reversed([0.0, *accumulate(reversed(gains))])]

    def _gains_of_two_weeks(self) -> Mapping[int, list[int]]:
        """Return the plays that beats gained on each of the last 14 days, by id."""
        chance = Chance("movers")
        tracks = {track.id: track for track in self._catalog.tracks[: catalog.TRACKS]}
        known = {id: _MOVERS[id % 1_000] for id in tracks if id % 1_000 in _MOVERS}
        others = [id for id, track in tracks.items() if id not in known and track.plays > 99]
        gains: dict[int, list[int]] = {}
        for week, days in enumerate(_WEEKS):
            rest = sum(days) - sum(each[week] for each in known.values())
            counts = {id: each[week] for id, each in known.items()}
            for _ in range(rest):
                id = chance.pick(others)
                counts[id] = counts.get(id, 0) + 1
            ages = {id: self._age(tracks[id]) - 7 * week for id in counts}
            for id, distributed in _distribute(chance, days, counts, ages).items():
                gains.setdefault(id, [0] * _TWO_WEEKS)[7 * week : 7 * week + 7] = distributed
        return gains

    def plays(self) -> Iterator[tuple[Track, list[tuple[datetime, int]]]]:
        """Yield the listed tracks with times and plays, oldest first.

        Days of the last weeks and single ones before, up to an hour ago.
        """
        midnight = self._now.replace(hour=0, minute=0, second=0, microsecond=0)
        today = max(midnight, self._now - timedelta(hours=1))
        days = [day for day in self._days if day <= _DAILY or day % 15 == 0]
        for track in self._catalog.listed:
            recorded = [day for day in days if day < self._age(track)]
            if track.id % 1_000 == _UNSEEN_BEAT:
                recorded = [day for day in recorded if day not in _UNSEEN]
            values = self._plays[track.id]
            yield (
                track,
                [*((self._times[day], values[day]) for day in recorded), (today, values[0])],
            )

    # Responses

    def responses(self) -> dict[str, Json]:
        """Return the responses at the last visit, by name: those of Home, and leaderboards."""
        numbers = {name: values[VISIT] for name, values in self._numbers.items()}
        latest = [track for track in self._catalog.tracks if track.uploaded <= self.last_visit]
        top = next(track for track in latest if track.name == catalog.TOP_TITLE)
        boards = earlier_leaderboards(self._catalog, self._utc, self.last_visit)
        return {
            **{f"leaderboards:{view}": board for view, board in boards.items()},
            "account": {"user": {"id": ACCOUNT_ID, "display_name": "nova"}},
            "artist": {"data": {"id": ARTIST_ID, "name": "Nova Reyes", "upload_access": True}},
            "stats": {
                "data": {
                    "total_tracks": numbers["tracks"],
                    "total_plays": numbers["total-plays"],
                    "recent_uploads": 4,
                    "average_plays_per_track": round(numbers["total-plays"] / numbers["tracks"]),
                    "top_track": {"name": top.name, "plays": self._plays[top.id][VISIT]},
                }
            },
            "intelligence": {
                "xp": {
                    "currentLevel": numbers["level"],
                    "currentXP": numbers["xp"],
                    "xpToNextLevel": _threshold(numbers["level"] + 1) - numbers["xp"],
                },
                "overview": {"totalAlbums": numbers["albums"], "growthRate": numbers["growth"]},
            },
            "followers": {"pagination": {"total": numbers["followers"]}},
            "activity": {
                "period": {"key": "all"},
                "summary": {"audienceDownloads": numbers["downloads"]},
            },
            "performance": {
                "data": [
                    {
                        "track_id": track.id,
                        "track_name": track.name,
                        "plays": self._plays[track.id][VISIT],
                        "contribution_value": track.contribution,
                        "upload_date": iso_utc(track.uploaded),
                    }
                    for track in latest[:_PERFORMANCE]
                ]
            },
        }


def last_visit(now: datetime) -> datetime:
    """Return the time of the last visit: in the evening, some days ago."""
    return (now - timedelta(days=VISIT)).replace(hour=18, minute=20, second=0, microsecond=0)


def _backward(last: int, gains: Iterable[int]) -> list[int]:
    """Return a number on each day, newest first, from its last value and the gains before."""
    return [last, *(last - gained for gained in accumulate(gains))]


def _threshold(level: float) -> int:
    return round(100 * math.pow(level - 1, 1.5))


def _level(xp: int) -> int:
    return next(level for level in range(1, 100) if xp < _threshold(level + 1))


def _distribute(
    chance: Chance, days: Sequence[int], counts: Mapping[int, int], ages: Mapping[int, int]
) -> dict[int, list[int]]:
    """Distribute each day's plays among beats, so that the sums by day and by beat are correct.

    `counts` has the plays of each beat, and `ages` the number of days on which it existed.
    """
    left = [day for day, plays in enumerate(days) for _ in range(plays)]
    distributed = {}
    for beat in sorted(counts, key=lambda beat: ages[beat]):
        gains = distributed[beat] = [0] * len(days)
        allowed = bisect_right(left, ages[beat] - 1)
        for _ in range(counts[beat]):
            gains[left.pop(chance.between(0, allowed - 1))] += 1
            allowed -= 1
    return distributed
