"""Totals of the catalog beside the list of beats: by collection and license, and last uploads."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import nlargest
from operator import itemgetter
from weakref import WeakKeyDictionary

from beatpass_tui import formatting
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.beats import BeatRow, Catalog
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
    collections: Counter[str]
    """The plays by collection; the number of rows where no plays are sent."""
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
    collections: Counter[str] = Counter()
    for row in rows:
        if row.collection is not None and (row.beat.plays is not None or not has_plays):
            collections[row.collection] += (row.beat.plays or 0) if has_plays else 1
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
    rows = []
    if stats is not None:
        for name, value in (
            ("Plays", stats.total_plays),
            ("Plays per track", stats.average_plays),
            (f"Uploads in {_UPLOAD_DAYS} days", stats.recent_uploads),
        ):
            if value is not None:
                rows.append(DetailRow(name, right=formatting.count(value)))
    downloads = session.activity.value.downloads if session.activity.value is not None else None
    if downloads is not None:
        rows.append(DetailRow("Downloads", right=formatting.count(downloads)))
    return DetailPart("Catalog", notes[0], tuple(rows))


def collections_part(catalog: Catalog, rows: Sequence[BeatRow]) -> DetailPart | None:
    """Return the plays of the loaded beats by collection; None if no collection is known.

    Where no plays are sent, these are numbers of beats.
    """
    known = _row_totals(catalog, rows)
    has_plays, totals = known.has_plays, known.collections
    if not totals or (has_plays and len(totals) == 1):
        return None
    ranked = [
        DetailRow(
            f"{name}s" if name == "Single" else name, right=formatting.count(count), kind="bar"
        )
        for name, count in totals.most_common()
    ]
    note = loaded_note(catalog)
    if has_plays:
        return DetailPart("Plays by collection", note or "all time", tuple(ranked))
    if unknown := len(rows) - totals.total():
        ranked.append(DetailRow("Not sent", right=formatting.count(unknown)))
    return DetailPart("Beats by collection", note, tuple(ranked))


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
    return DetailPart("Collaborators", note, rows, "" if rows else "No collaborations yet")


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
    return DetailPart("Last uploads", f"{recent} in {_UPLOAD_DAYS} days", lines)
