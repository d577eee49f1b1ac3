"""The detail of an album: its numbers, its tracks with their gains, and insights."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from beatpass_tui import formatting
from beatpass_tui.models import pace
from beatpass_tui.models.beat_plays import RecordedBeat
from beatpass_tui.models.catalog import AlbumTracks, Beat
from beatpass_tui.models.links import insights_url
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.activity_charts import Plays
from beatpass_tui.view_models.albums import AlbumFilter, AlbumRow, released_text
from beatpass_tui.view_models.charts import ChartData, Total, gain_steps, gains_chart
from beatpass_tui.view_models.detail_charts import TIMEFRAMES, Recorded, view_plays
from beatpass_tui.view_models.details import (
    LOADING,
    Detail,
    DetailPart,
    DetailRow,
    Figure,
    gain_figure,
    insights_part,
    plays_note,
    quiet_text,
    without_repeated_reasons,
)
from beatpass_tui.view_models.movers import Movers
from beatpass_tui.view_models.recorded_plays import add_days, plays_chart

_NO_BEATS = replace(
    gains_chart("total-plays", "plays", ()), empty_text="Plays appear once it has beats"
)
"""The chart of an empty album."""


def view_album(
    session: Session,
    row: AlbumRow,
    movers: Movers | None,
    known_beats: Mapping[int, Beat],
    recorded: Sequence[RecordedBeat | None],
    *,
    period: str,
    is_open: bool,
    chosen: Plays | None = None,
) -> Detail:
    """Return the detail of an album.

    `known_beats` are the loaded beats by id, and `recorded` the plays of all its tracks.
    """
    album, now = row.album, session.clock.now()
    known = [beat for beat in recorded if beat is not None]
    known = known if len(known) == len(recorded) else []
    charts: Recorded = {Plays.GAINS: partial(plays_chart, known, now)} if known else {}
    sent = session.album_plays(album.id, TIMEFRAMES[period]) if is_open and album.id else None
    plays = view_plays(sent, period, charts, chosen, now)
    opened = session.album(album.id).value if album.id is not None else None
    tracks = _tracks(row, opened, known_beats, movers)
    parts = [_beats(session, row, tracks, movers, is_open=is_open)]
    if album.id is not None:
        query = session.album_insights(album.id, period)
        part = insights_part(
            session,
            query,
            period,
            is_open=is_open,
            charts=sent.value if sent is not None else None,
            kind="collection",
        )
        parts.append(part)
    # The chart of an empty album keeps its place, as others have one.
    is_recorded = album.plays is not None and session.history is not None
    return Detail(
        title=album.name or formatting.DASH,
        is_known=bool(album.name),
        mark=f"● {row.status.value}" if row.status is not None else "",
        facts=tuple(_facts(row, tracks, now)),
        figures=tuple(_figures(session, row, known, now)),
        plays=plays,
        other_chart=_NO_BEATS if row.is_empty and is_recorded else None,
        chart_note=plays_note(plays, now),
        parts=without_repeated_reasons(parts),
        url=None if album.id is None else insights_url("albums", album.id),
    )


def _tracks(
    row: AlbumRow,
    opened: AlbumTracks | None,
    known_beats: Mapping[int, Beat],
    movers: Movers | None,
) -> Sequence[Beat] | None:
    """Return the tracks in order; None if they are not known."""
    if row.is_singles:
        return row.singles
    if opened is not None and opened.tracks is not None:
        return opened.tracks
    if row.track_ids is None:
        return None
    by_id = movers.by_id if movers is not None else {}
    beats = []
    for id in row.track_ids:
        beat = known_beats.get(id)
        if beat is None and id in by_id:
            beat = Beat(id, by_id[id].name, (), None, by_id[id].plays, None, None, None)
        if beat is None:
            return None
        beats.append(beat)
    return beats


def _facts(row: AlbumRow, tracks: Sequence[Beat] | None, now: datetime) -> Iterator[str]:
    album = row.album
    if album.artists:
        yield ", ".join(album.artists)
    if album.tracks is not None:
        yield formatting.plural(album.tracks, "beat")
    lengths = [] if row.is_singles else [beat.seconds for beat in tracks or ()]
    if lengths and all(length is not None for length in lengths):
        yield formatting.track_length(sum(length for length in lengths if length is not None))
    if album.released is not None:
        is_upcoming = row.status is AlbumFilter.UPCOMING
        soon = released_text(row, now)
        yield soon if is_upcoming else formatting.short_date(album.released, now)
    if album.genres:
        yield ", ".join(album.genres)
    if album.description:
        yield album.description


def _figures(
    session: Session, row: AlbumRow, recorded: Sequence[RecordedBeat], now: datetime
) -> Iterator[Figure]:
    plays = row.album.plays
    if plays is None:
        return
    yield Figure("Plays", formatting.count(plays))
    if row.gain is not None:
        yield gain_figure("7 days", row.gain, row.percent)
        months = [beat.period_gain(now, 30) for beat in recorded]
        gains = [month.gain for month in months if month.gain is not None]
        before = [month.previous_gain for month in months if month.previous_gain is not None]
        gain = sum(gains) if gains and len(gains) == len(months) else None
        percent = None
        if gain is not None and len(before) == len(months) and sum(before) > 0:
            percent = (gain / sum(before) - 1) * 100
        yield gain_figure("30 days", gain, percent)
    stats = session.stats.value
    if stats is not None and stats.total_plays:
        yield Figure("Share", f"{100 * plays / stats.total_plays:.1f}%")


def _beats(
    session: Session,
    row: AlbumRow,
    tracks: Sequence[Beat] | None,
    movers: Movers | None,
    *,
    is_open: bool,
) -> DetailPart:
    album = row.album
    if tracks is None:
        text = (
            ""
            if album.id is None
            else quiet_text(session, session.album(album.id), is_open=is_open, kind="collection")
        )
        return DetailPart("Beats", text=text)
    if not tracks:
        return DetailPart("Beats", text="No beats yet")
    by_id = movers.by_id if movers is not None else {}
    top = max((beat.plays or 0 for beat in tracks), default=0)
    rows = []
    for number, beat in enumerate(tracks, start=1):
        mover = by_id.get(beat.id) if beat.id is not None and beat.plays is not None else None
        star = " ★" if top and beat.plays == top else ""
        length = "" if beat.seconds is None else formatting.track_length(beat.seconds)
        rows.append(
            DetailRow(
                f"{beat.name or formatting.DASH}{star}",
                right=f"{length}  {formatting.count(beat.plays):>7}",
                gain="" if mover is None else formatting.signed(mover.gain),
                when=f"{number:>2}",
                beat=beat.id,
            )
        )
    note = "plays · 7 days" if by_id else "plays"
    if row.is_singles and len(rows) < (album.tracks or 0):
        note = f"top {len(rows)} of {formatting.count(album.tracks)} · {note}"
    return DetailPart("Beats", note, tuple(rows))


def all_plays_chart(rows: Sequence[AlbumRow], *, is_loading: bool = False) -> ChartData:
    """Return the plays per day of all albums whose gains are known."""
    known = [row for row in rows if row.gain is not None]
    steps = gain_steps(add_days([row.days for row in known], skip_unknown=True)) if known else ()
    chart = gains_chart("total-plays", "plays", steps)
    possible = sum(not row.is_empty and row.status is not AlbumFilter.UPCOMING for row in rows)
    name = "all collections"
    if len(known) < possible:
        name = f"{formatting.count(len(known))} of {formatting.plural(possible, 'collection')}"
    totals: tuple[Total, ...] = ()
    if known:
        gain = sum(row.gain for row in known if row.gain is not None)
        totals = (Total("7 days", formatting.signed(gain)),)
    text = LOADING if is_loading else "Daily gains appear once the plays of the beats are recorded"
    title = f"{chart.title} · {name}" if known else chart.title
    return replace(chart, title=title, totals=totals, empty_text=text)


def milestone(row: AlbumRow) -> str:
    """Return the next round number of an album's plays: 463 plays to 12,000, about 17 days."""
    plays = row.album.plays
    if not plays:
        return ""
    target = pace.next_round(plays)
    text = f"{formatting.plural(target - plays, 'play')} to {formatting.count(target)}"
    known = [day.gain for day in row.days if day is not None]
    if len(known) < 14 or sum(known) <= 0:
        return text
    days = -(-(target - plays) // (sum(known) / len(known)))
    return f"{text}, about {formatting.plural(int(days), 'day')}" if days <= pace.MAX_DAYS else text
