"""Find names by a few letters: without case and accents, best matches first."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple

from beatpass_tui import formatting
from beatpass_tui.models.beat_plays import RecordedBeat
from beatpass_tui.models.catalog import Albums, Beat, Beats, Performance
from beatpass_tui.models.text import fold, fold_query
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session

Rank = tuple[int, int]
"""How a name matches, lower is better, and how far the letters are apart."""

SPREAD: Rank = (4, 0)
"""The best rank of a name with other letters between those of a query."""


class Item(NamedTuple):
    """A beat or an album that can be found."""

    id: int
    name: str
    folded: str
    about: str
    plays: int | None


class Finder:
    """A search for the letters of a text, in their order, with any others between them."""

    def __init__(self, text: str) -> None:
        self.query = fold_query(text)
        # Each class excludes the letter that follows it, so that nothing is tried twice.
        letters = map(re.escape, self.query)
        self._pattern = re.compile("".join(f"[^{each}]*({each})" for each in letters), re.DOTALL)

    def positions(self, folded: str) -> Sequence[int]:
        """Return where the letters are in a folded name; empty if it does not match."""
        start = folded.find(self.query)
        if start >= 0:
            return range(start, start + len(self.query))
        match = self._pattern.match(folded)
        return [] if match is None else [match.start(n) for n in range(1, len(self.query) + 1)]

    def rank(self, folded: str) -> Rank | None:
        """Return how a folded name matches: whole, its start, that of a word, inside, spread."""
        query = self.query
        if query in folded:
            if folded.startswith(query):
                return (0, 0) if folded == query else (1, 0)
            return (2, 0) if f" {query}" in folded else (3, 0)
        positions = self.positions(folded)
        return (4, positions[-1] - positions[0]) if positions else None

    def best(self, items: Iterable[Item], count: int) -> tuple[Sequence[Item], int]:
        """Return the best matches, those first in `items` first, and the number of all.

        Names with other letters in between count only if there are no others.
        """
        query = self.query
        matches = [item for item in items if query in item.folded]
        if matches:
            return self._whole(matches, count), len(matches)
        ranked = [(rank, item) for item in items if (rank := self.rank(item.folded)) is not None]
        # Sorting is stable.
        ranked.sort(key=operator.itemgetter(0))
        return [item for _, item in ranked[:count]], len(ranked)

    def _whole(self, matches: Sequence[Item], count: int) -> Sequence[Item]:
        """Return the best of the names with the whole query; later ones are not ranked."""
        query, in_word = self.query, f" {self.query}"
        best: list[Item] = []
        for is_ranked in (
            lambda name: name == query,
            lambda name: name != query and name.startswith(query),
            lambda name: not name.startswith(query) and in_word in name,
            lambda name: not name.startswith(query) and in_word not in name,
        ):
            if len(best) < count:
                rest = (item for item in matches if is_ranked(item.folded))
                best += islice(rest, count - len(best))
        return best


class Catalog:
    """The beats and the albums that are known, those with most plays first."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._recorded: Sequence[RecordedBeat] = ()
        self._sources: dict[str, list[Any]] = {}
        self._items: dict[str, Sequence[Item]] = {}

    async def load(self) -> bool:
        """Add the beats whose plays were recorded; return whether there are any."""
        history, now = self._session.history, self._session.clock.now()
        if history is not None and history.artist_id is not None:
            self._recorded = await history.measure_beats(history.artist_id, now, list)
        return bool(self._recorded)

    def beats(self) -> Sequence[Item]:
        """Return the beats of loaded pages, the latest ones, and those in the history."""
        pages = [*self._values("performance"), *self._values("beats")]
        return self._listed("beats", [self._recorded, *pages], _beats)

    def albums(self) -> Sequence[Item]:
        """Return the albums of loaded pages."""
        return self._listed("albums", self._values("albums"), _albums)

    def coverage(self) -> str:
        """Return how many beats and albums are searched, of how many."""
        notes = [self._beats_note(), *[self._albums_note()] * bool(self.albums())]
        return f"{' · '.join(notes)} searched"

    def _beats_note(self) -> str:
        stats, pages = self._session.stats.value, self._values("beats")
        total = next((page.total for page in pages if page.total is not None), None)
        if total is None and stats is not None and stats.total_tracks is not None:
            total = round(stats.total_tracks)
        return _coverage(len(self.beats()), total, "beat")

    def _albums_note(self) -> str:
        pages = self._values("albums")
        total = next((page.total for page in pages if page.total is not None), None)
        return _coverage(len(self.albums()), total, "album")

    def _values(self, name: str) -> list[Any]:
        queries: list[Query[Any]] = [q for q in self._session.all if q.name == name]
        return [query.value for query in queries if query.value is not None]

    def _listed(
        self, name: str, sources: list[Any], read: Callable[[Any], Iterable[Item]]
    ) -> Sequence[Item]:
        known = self._sources.get(name, [])
        is_same = len(known) == len(sources) and all(map(operator.is_, known, sources))
        if not is_same or name not in self._items:
            by_id = {item.id: item for source in sources for item in read(source)}
            self._sources[name] = sources
            self._items[name] = sorted(by_id.values(), key=lambda item: -(item.plays or 0))
        return self._items[name]


def _beats(source: Beats | Performance | Sequence[RecordedBeat]) -> Iterable[Item]:
    if not isinstance(source, Beats | Performance):
        for beat in source:
            if beat.name:
                plays = beat.runs[-1].plays
                yield Item(beat.id, beat.name, fold(beat.name), "", plays)
        return
    for row in source.rows:
        if row.id is not None and row.name:
            about = (row.album or "") if isinstance(row, Beat) else ""
            yield Item(row.id, row.name, fold(row.name), about, row.plays)


def _albums(page: Albums) -> Iterable[Item]:
    for row in page.rows:
        if row.id is not None and row.name:
            yield Item(row.id, row.name, fold(row.name), "Album", row.plays)


def _coverage(count: int, total: int | None, noun: str) -> str:
    if total is None or count >= total:
        return formatting.plural(count, noun)
    return f"{formatting.count(count)} of {formatting.plural(total, noun)}"
