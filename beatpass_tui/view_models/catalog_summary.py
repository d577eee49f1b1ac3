"""Totals of the catalog beside the list of beats: by collection and license, and last uploads."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import nlargest
from operator import itemgetter
from weakref import WeakKeyDictionary

from beatpass_tui import formatting
from beatpass_tui.models.catalog import Album
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.beats import SINGLE, BeatRow, Catalog
from beatpass_tui.view_models.collaborators import rank_collaborators
from beatpass_tui.view_models.details import DetailPart, DetailRow
from beatpass_tui.view_models.labels import LICENSING, label
from beatpass_tui.view_models.snapshots import linked_tracks

_LAST_UPLOADS = 8
_UPLOAD_DAYS = 30


@dataclass(frozen=True, slots=True)
class _RowTotals:
    """Totals of rows."""

    has_plays: bool
    collections: Mapping[str, Sequence[int | None]]
    """The plays of the rows of each collection."""
    licenses: Counter[str | None]
    """The number of rows by license."""
    latest: Sequence[tuple[date, BeatRow]]
    """The last uploads with their days, the latest first."""
    days: Sequence[date]
    """The days of all uploads, ascending."""


_totals: WeakKeyDictionary[Catalog, tuple[Sequence[BeatRow], _RowTotals]] = WeakKeyDictionary()
"""The rows of each catalog that were added up last, and their totals."""


def _row_totals(catalog: Catalog, rows: Sequence[BeatRow]) -> _RowTotals:
    """Return the totals of rows, added up once as there may be 10,000."""
    known = _totals.get(catalog)
    if known is not None and known[0] is rows:
        return known[1]
    has_plays = any(row.beat.plays is not None for row in rows)
    collections: defaultdict[str, list[int | None]] = defaultdict(list)
    for row in rows:
        if row.collection is not None:
            collections[row.collection].append(row.beat.plays)
    licenses: Counter[str | None] = Counter()
    for code, count in Counter(row.beat.licensing for row in rows).items():
        licenses[label(code, LICENSING)] += count
    dated = [(row.uploaded, row) for row in rows if row.uploaded is not None]
    latest = nlargest(_LAST_UPLOADS, dated, key=itemgetter(0))
    totals = _RowTotals(has_plays, collections, licenses, latest, sorted(day for day, _ in dated))
    _totals[catalog] = rows, totals
    return totals


def loaded_note(catalog: Catalog) -> str:
    """Return how many beats a total is about, if not all are loaded: 100 of 120 loaded."""
    loaded = catalog.list.loaded
    if loaded.is_complete:
        return ""
    count = formatting.count(len(loaded.rows))
    return (
        f"{count} of {formatting.count(loaded.total)} loaded" if loaded.total else f"{count} loaded"
    )


def totals_part(session: Session, catalog: Catalog) -> DetailPart:
    """Return the numbers of all beats."""
    stats, listed = session.stats.value, catalog.list.loaded.total
    linked = linked_tracks(session)
    notes = [f"{formatting.count(listed)} listed" if listed is not None else ""]
    if linked is not None and listed is not None and linked != listed:
        notes = [f"{formatting.count(listed)} of {formatting.count(linked)} listed"]
    downloads = session.activity.value.downloads if session.activity.value is not None else None
    numbers = (
        ("Plays", stats.total_plays if stats is not None else None),
        ("Plays per track", stats.average_plays if stats is not None else None),
        (f"Uploads in {_UPLOAD_DAYS} days", stats.recent_uploads if stats is not None else None),
        ("Downloads", downloads),
    )
    pairs = [(name, formatting.count(value)) for name, value in numbers if value is not None]
    return DetailPart("Catalog", notes[0], pairs=tuple(pairs))


def collections_part(catalog: Catalog, rows: Sequence[BeatRow]) -> DetailPart | None:
    """Return the plays by collection, as My Collections has them; None if none is known.

    Where no plays are sent, these are numbers of the loaded beats.
    """
    known = _row_totals(catalog, rows)
    collections, note = known.collections, loaded_note(catalog)
    if not collections or (known.has_plays and len(collections) == 1):
        return None
    if known.has_plays:
        plays = sorted(
            _plays_by_collection(catalog, collections), key=lambda each: -(each[0] or -1)
        )
        ranked = [
            DetailRow(_title(name), of, formatting.count(count), "bar") for count, name, of in plays
        ]
        return DetailPart("Plays by collection", note or "all time", tuple(ranked))
    counts = Counter({name: len(beats) for name, beats in collections.items()})
    ranked = [
        DetailRow(_title(name), right=formatting.count(count), kind="bar")
        for name, count in counts.most_common()
    ]
    if unknown := len(rows) - counts.total():
        ranked.append(DetailRow("Not sent", right=formatting.count(unknown)))
    return DetailPart("Beats by collection", note, tuple(ranked))


def _title(collection: str) -> str:
    return f"{collection}s" if collection == SINGLE else collection


def _plays_by_collection(
    catalog: Catalog, collections: Mapping[str, Sequence[int | None]]
) -> Iterator[tuple[int | None, str, str]]:
    """Return the plays of each collection, its name, and of which beats they are a sum.

    An album's own number is of all of its beats. Without one, it is the sum over those known.
    """
    albums: defaultdict[str | None, list[Album]] = defaultdict(list)
    for album in catalog.albums.loaded.rows:
        albums[album.name].append(album)
    for name, beats in collections.items():
        same = albums[name] if name != SINGLE else []
        sent = [album.plays for album in same if album.plays is not None]
        if same and len(sent) == len(same):
            yield sum(sent), name, ""
            continue
        values = [plays for plays in beats if plays is not None]
        count = max(sum(album.tracks or 0 for album in same), len(beats))
        of = f" · {formatting.plural(count, 'beat')}" if same else ""
        if len(values) < count:
            of = f" · {formatting.count(len(values))} of {formatting.plural(count, 'beat')}"
        yield sum(values) if values else None, name, of


def licenses_part(catalog: Catalog, rows: Sequence[BeatRow]) -> DetailPart | None:
    """Return the number of loaded beats by license; None if no license is known."""
    counts = _row_totals(catalog, rows).licenses.copy()
    unknown = counts.pop(None, 0)
    if not counts:
        return None
    ranked = [DetailRow(name or "", right=formatting.count(n)) for name, n in counts.most_common()]
    if unknown:
        ranked.append(DetailRow("Not sent", right=formatting.count(unknown)))
    return DetailPart("By license", loaded_note(catalog), tuple(ranked))


def collaborators_part(session: Session) -> DetailPart | None:
    """Return the ranking of collaborators; None if it is unknown."""
    ranking = rank_collaborators(session)
    if ranking is None:
        return None
    note = ""
    if ranking.beats is not None:
        note = f"{formatting.plural(ranking.beats, 'beat')} together"
    rows = tuple(
        DetailRow(
            each.name,
            middle=f" · {formatting.plural(each.tracks or 0, 'beat')}",
            right=formatting.count(each.plays),
        )
        for each in ranking.rows
    )
    people = f" · {formatting.count(ranking.people)}" if ranking.people else ""
    text = "" if rows else "No collaborations yet"
    return DetailPart(f"Collaborators{people}", note, rows, text)


def all_parts(catalog: Catalog, rows: Sequence[BeatRow]) -> tuple[DetailPart, ...]:
    """Return the parts that are known, the totals first."""
    session = catalog.session
    parts = (
        totals_part(session, catalog),
        collaborators_part(session),
        uploads_part(catalog, rows),
    )
    return tuple(part for part in parts if part is not None)


def uploads_part(catalog: Catalog, rows: Sequence[BeatRow]) -> DetailPart | None:
    """Return the latest uploads; None if their days are unknown."""
    totals, now = _row_totals(catalog, rows), catalog.session.clock.now()
    if not totals.days:
        return None
    lines = tuple(
        DetailRow(row.beat.name or formatting.DASH, right=formatting.short_date(day, now))
        for day, row in totals.latest
    )
    first = now.date() - timedelta(days=_UPLOAD_DAYS)
    recent = len(totals.days) - bisect_right(totals.days, first)
    note = f"{recent} in {_UPLOAD_DAYS} days"
    return DetailPart("Last uploads", note, lines, is_excerpt=True)
