"""Totals of the catalog beside the list of beats: by collection and license, and last uploads."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from beatpass_tui import formatting
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.beats import BeatRow, Catalog
from beatpass_tui.view_models.collaborators import rank_collaborators
from beatpass_tui.view_models.details import DetailPart, DetailRow
from beatpass_tui.view_models.labels import LICENSING, label
from beatpass_tui.view_models.snapshots import linked_tracks

_LAST_UPLOADS = 8
_UPLOAD_DAYS = 30


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
    has_plays = any(row.beat.plays is not None for row in rows)
    totals: Counter[str] = Counter()
    for row in rows:
        if row.collection is not None and (row.beat.plays is not None or not has_plays):
            totals[row.collection] += (row.beat.plays or 0) if has_plays else 1
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
    counts = Counter(label(row.beat.licensing, LICENSING) for row in rows)
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
        uploads_part(rows, session.clock.now()),
    )
    return tuple(part for part in parts if part is not None)


def uploads_part(rows: Sequence[BeatRow], now: datetime) -> DetailPart | None:
    """Return the latest uploads; None if their days are unknown."""
    dated = [(row.uploaded, row) for row in rows if row.uploaded is not None]
    latest = sorted(dated, key=lambda pair: pair[0], reverse=True)[:_LAST_UPLOADS]
    if not latest:
        return None
    lines = tuple(
        DetailRow(row.beat.name or formatting.DASH, right=formatting.short_date(day, now))
        for day, row in latest
    )
    recent = sum(day > now.date() - timedelta(days=_UPLOAD_DAYS) for day, _ in dated)
    return DetailPart("Last uploads", f"{recent} in {_UPLOAD_DAYS} days", lines)
