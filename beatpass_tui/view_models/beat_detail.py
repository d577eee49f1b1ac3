"""The detail of a beat: what is known at once, and the parts that are loaded when it is opened."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial

from beatpass_tui import formatting
from beatpass_tui.models.audience import Download
from beatpass_tui.models.beat_plays import RecordedBeat
from beatpass_tui.models.links import insights_url
from beatpass_tui.models.text import fold
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.activity_charts import Plays
from beatpass_tui.view_models.beats import BeatRow, musical_key
from beatpass_tui.view_models.detail_charts import TIMEFRAMES, Recorded, view_plays
from beatpass_tui.view_models.details import (
    Detail,
    DetailPart,
    DetailRow,
    Figure,
    gain_figure,
    insights_part,
    matches_part,
    plays_note,
    week_figure,
    without_repeated_reasons,
)
from beatpass_tui.view_models.labels import LICENSES, LICENSING, label
from beatpass_tui.view_models.loaded_downloads import BeatDownloads
from beatpass_tui.view_models.missing import NOT_SENT
from beatpass_tui.view_models.recorded_plays import plays_chart

NO_LICENSE = "No license"


def view_beat(
    session: Session,
    row: BeatRow,
    recorded: RecordedBeat | None,
    downloads: BeatDownloads,
    *,
    period: str,
    is_open: bool,
    chosen: Plays | None = None,
) -> Detail:
    """Return the detail of a beat.

    `period` is one of the insights, `is_open` is whether its parts are loaded, and `chosen` what
    the chart shows.
    """
    beat, now = row.beat, session.clock.now()
    is_counted = beat.plays is not None and recorded is not None
    charts: Recorded = {}
    if is_counted and recorded is not None:
        charts = {
            Plays.GAINS: partial(plays_chart, [recorded], now),
            Plays.TOTAL: partial(plays_chart, [recorded], now, cumulative=True),
        }
    sent = session.beat_plays(beat.id, TIMEFRAMES[period]) if is_open and beat.id else None
    plays = view_plays(sent, period, charts, chosen, now)
    parts = [_collaborators(session, row)]
    if beat.id is not None:
        parts = [
            insights_part(
                session,
                session.beat_insights(beat.id, period),
                period,
                is_open=is_open,
                charts=sent.value if sent is not None else None,
            ),
            matches_part(session, session.placements(beat.id), is_open=is_open, now=now),
            _downloads(downloads, now),
            *parts,
        ]
    return Detail(
        title=beat.name or formatting.DASH,
        is_known=bool(beat.name),
        mark=_mark(session, row),
        facts=tuple(_facts(row, now)),
        figures=tuple(_figures(session, row, recorded if is_counted else None, now)),
        plays=plays,
        chart_note=plays_note(plays, now),
        parts=without_repeated_reasons(parts),
        url=None if beat.id is None else insights_url("tracks", beat.id),
    )


def _mark(session: Session, row: BeatRow) -> str:
    stats = session.stats.value
    top = stats.top_track if stats is not None else None
    if top is not None and (
        top.id == row.beat.id if top.id is not None else top.name == row.beat.name
    ):
        return "★ top track"
    return "newest" if row.position == 0 and row.beat.uploaded is not None else ""


def _facts(row: BeatRow, now: datetime) -> Iterator[str]:
    beat = row.beat
    if beat.artists:
        yield ", ".join(beat.artists)
    if row.collection is not None:
        yield row.collection
    if beat.bpm is not None:
        yield f"{formatting.decimal(beat.bpm)} BPM"
    if key := musical_key(beat, short=False):
        yield key
    if beat.seconds is not None:
        yield formatting.track_length(beat.seconds)
    if licensing := label(beat.licensing, LICENSING):
        yield licensing
    if row.released is not None:
        yield _date(row.released, now)
    if beat.likes is not None:
        yield formatting.plural(beat.likes, "like")
    if beat.description is not None and beat.plays is None:
        yield beat.description


def _date(day: date, now: datetime) -> str:
    upcoming = (formatting.local_day(day, now) - now.date()).days
    if upcoming > 0:
        return f"in {formatting.plural(upcoming, 'day')}"
    return formatting.short_date(day, now)


def _figures(
    session: Session, row: BeatRow, recorded: RecordedBeat | None, now: datetime
) -> Iterator[Figure]:
    plays = row.beat.plays
    if plays is None:
        return
    yield Figure("Plays", formatting.count(plays))
    month = recorded.period_gain(now, 30) if recorded is not None else None
    if row.mover is not None or (month is not None and month.gain is not None):
        yield week_figure(row.mover)
        if month is None:
            yield Figure("30 days", formatting.DASH)
        else:
            yield gain_figure("30 days", month.gain, month.percent)
    stats = session.stats.value
    if stats is not None and stats.total_plays:
        yield Figure("Share", f"{100 * plays / stats.total_plays:.1f}%")


def _downloads(downloads: BeatDownloads, now: datetime) -> DetailPart:
    rows = tuple(_download_row(row, now) for row in downloads.rows)
    licensed = sum(row.license is not None for row in downloads.rows)
    note = f"{formatting.count(len(rows))} · {formatting.count(licensed)} licensed"
    if not rows:
        note = "none of this beat" if downloads.loaded else ""
    if downloads.is_complete:
        return DetailPart("Downloads", note, rows, "" if rows else "None")
    loaded = formatting.count(downloads.loaded)
    if downloads.total is not None:
        loaded += f" of {formatting.count(downloads.total)}"
    name = "" if rows else "downloads "
    text = f"{loaded} {name}loaded · {{beats.load_all}} loads the rest"
    if not downloads.loaded:
        text = "No downloads loaded · {beats.load_all} loads them"
    return DetailPart("Downloads", note, rows, text)


def _download_row(row: Download, now: datetime) -> DetailRow:
    license = label(row.license, LICENSES)
    when = formatting.DASH if row.at is None else _moment(row.at, now)
    return DetailRow(
        row.by or "Deleted account",
        right=license or NO_LICENSE,
        kind="license" if license else "muted",
        when=when,
    )


def _moment(at: date, now: datetime) -> str:
    day = formatting.local_day(at, now)
    if day == now.date() and isinstance(at, datetime):
        return f"{at.astimezone(now.tzinfo):%H:%M}"
    if day.year == now.year:
        return formatting.month_and_day(day)
    return f"{formatting.month_name(day)} {day.year}"


def _collaborators(session: Session, row: BeatRow) -> DetailPart:
    """Return with whom a beat was made, and its contribution."""
    artist = session.artist.value
    own = fold(artist.name or "") if artist is not None else ""
    names = [name for name in row.beat.artists if fold(name) != own]
    shared = session.collaborations.value
    if not names and shared is not None:
        ids = (each for each in shared.rows if each.id is not None and each.id == row.beat.id)
        names = list(next((each.others for each in ids), ()))
    facts = [", ".join(names)] if names else ["Solo beat"] if row.beat.artists else []
    if row.pending:
        facts.append("contribution pending")
    elif row.contribution is not None:
        facts.append(f"{formatting.decimal(row.contribution)} contribution points")
    return DetailPart("Collaborators", text=" · ".join(facts) or NOT_SENT)
