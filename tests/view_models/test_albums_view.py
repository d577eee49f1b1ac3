"""Rows, totals and the detail of albums."""

from __future__ import annotations

from datetime import timedelta

import pytest

from beatpass_tui.models.beat_plays import PlayRun, RecordedBeat
from beatpass_tui.models.catalog import Album, Albums, AlbumTracks, Beats
from beatpass_tui.models.gains import DayGain
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import album_detail, albums
from beatpass_tui.view_models.albums import AlbumFilter, AlbumList, AlbumRow
from beatpass_tui.view_models.beats import Catalog
from beatpass_tui.view_models.details import Figure
from beatpass_tui.view_models.movers import Mover, Movers
from beatpass_tui.view_models.periods import WEEK
from support.catalog import beat
from support.fakes import NOVA_ARTIST, NOVA_STATS, NOW, FakeClock, FakeService

DAY = timedelta(days=1)
TODAY = NOW.date()


def make_session() -> Session:
    session = Session(FakeService(), FakeClock(), jitter=lambda: 0.0)
    session.artist.set_value(NOVA_ARTIST)
    session.stats.set_value(NOVA_STATS)
    return session


def album(**fields: object) -> Album:
    values = {
        "id": 5, "name": "Night Shift", "artists": ("Nova Reyes",), "released": TODAY - DAY,
        "tracks": 2, "plays": 11_537, "track_ids": (1, 2),
    }  # fmt: skip
    return Album(**{**values, **fields})  # type: ignore[arg-type]


def mover(id: int, *gains: float) -> Mover:
    """Return a beat with these gains on the last days."""
    days = [DayGain(TODAY - back * DAY, gain) for back, gain in enumerate(reversed(gains))]
    return Mover(id, f"Beat {id}", 100, sum(gains[-7:]), None, False, tuple(reversed(days)))


FIRST, SECOND = mover(1, *[1] * 14), mover(2, *[0] * 7, *[2] * 7)


def make_row(source: Album, *known: Mover) -> AlbumRow:
    movers = {each.id: each for each in known}
    return albums.to_row(0, source, source.track_ids, movers, NOW)


def test_gain_of_an_album_is_the_sum_of_its_tracks() -> None:
    row = make_row(album(), FIRST, SECOND)
    assert row.gain == 21
    assert row.percent == pytest.approx(200)
    assert [day.gain for day in row.days if day] == [1] * 7 + [3] * 7
    assert albums.top_mover(row, Movers(WEEK, [FIRST, SECOND])) is SECOND


@pytest.mark.parametrize(
    "source, known",
    [(album(), [FIRST]), (album(track_ids=None), [FIRST, SECOND]), (album(track_ids=()), [FIRST])],
)
def test_gain_is_unknown_if_that_of_one_track_is(source: Album, known: list[Mover]) -> None:
    row = make_row(source, *known)
    assert (row.gain, row.percent, list(row.days)) == (None, None, [])


@pytest.mark.parametrize(
    "fields, status, text",
    [
        ({"released": TODAY + 12 * DAY}, AlbumFilter.UPCOMING, "in 12 days"),
        ({"released": TODAY + DAY}, AlbumFilter.UPCOMING, "tomorrow"),
        ({"released": TODAY}, AlbumFilter.RELEASED, TODAY.isoformat()),
        ({"released": None}, None, "Release date not set"),
        ({"released": None, "misdated": True}, None, "—"),
    ],
    ids=repr,
)
def test_release_dates(fields: dict[str, object], status: AlbumFilter | None, text: str) -> None:
    row = make_row(album(**fields))
    assert row.status is status
    assert albums.released_text(row, NOW) == text


def test_unknown_values_are_sorted_last() -> None:
    rows = [make_row(album(plays=plays)) for plays in (None, 5, 9)]
    for descending, expected in ((True, [9, 5, None]), (False, [5, 9, None])):
        ordered = albums.sort_rows(rows, "plays", descending)
        assert [row.album.plays for row in ordered] == expected


@pytest.mark.parametrize(
    "rows, total, expected",
    [
        ([album(created=NOW), album(id=6, created=NOW - 40 * DAY)], 2, (2, (4, ""), 23_074, 1)),
        ([album(created=NOW), album(id=6)], 2, (2, (4, ""), 23_074, None)),
        (
            [album(created=NOW), album(id=6, tracks=None, plays=None)],
            2,
            (2, (2, "1 of 2"), 11_537, None),
        ),
        ([album(tracks=None, plays=None)], 1, (1, (None, ""), None, None)),
        ([album(created=NOW)], 2, (2, (None, ""), None, None)),
        ([], 0, (0, (0, ""), 0, 0)),
    ],
)
def test_totals_need_the_whole_list_and_say_what_is_missing(
    rows: list[Album], total: int, expected: tuple[object, ...]
) -> None:
    session = make_session()
    session.albums(1).set_value(Albums(tuple(rows), 1, total, more=total > len(rows)))
    totals = albums.totals(AlbumList(session))
    assert (totals.albums, totals.tracks, totals.plays.value, totals.this_month) == expected


def test_singles_are_a_row_once_every_beat_says_where_it_is() -> None:
    session = make_session()
    catalog = Catalog(session)
    assert albums.singles_row(catalog) is None
    rows = (beat(1, is_single=True), beat(2, album="Night Shift"), beat(3, is_single=True))
    session.beats(1).set_value(Beats(rows, 1, 100, 3, more=False))
    row = albums.singles_row(catalog)
    assert row is not None
    assert (row.album.name, row.album.tracks, row.album.plays) == ("Singles", 2, 40)
    # Nothing is summed of which a part is unknown.
    assert row.gain is None
    partly = (rows[0], rows[1], rows[2]._replace(plays=None))
    session.beats(1).set_value(Beats(partly, 1, 100, 3, more=False))
    row = albums.singles_row(catalog)
    assert row is not None
    assert row.album.plays is None
    unknown = (*rows, beat(4))
    session.beats(1).set_value(Beats(unknown, 1, 100, 4, more=False))
    assert albums.singles_row(catalog) is None
    session.beats(1).set_value(Beats(rows, 1, 100, 9, more=True))
    assert albums.singles_row(catalog) is None


def test_tracks_of_an_opened_album_complete_its_row() -> None:
    session = make_session()
    session.albums(1).set_value(Albums((album(track_ids=None),), 1, 1, more=False))
    rows = AlbumList(session)
    assert rows.rows()[0].track_ids is None
    session.album(5).set_value(AlbumTracks(album(), (beat(1), beat(2))))
    assert rows.rows()[0].track_ids == (1, 2)


def test_detail_shows_what_is_known() -> None:
    session = make_session()
    recorded = [
        RecordedBeat(id, None, None, [PlayRun(NOW - DAY, NOW - DAY, 90), PlayRun(NOW, NOW, 94)])
        for id in (1, 2)
    ]
    row = make_row(album(genres=("Trap",)), FIRST, SECOND)
    movers = Movers(WEEK, [FIRST, SECOND])
    known = {1: beat(1, plays=9_000)}
    detail = album_detail.view_album(
        session, row, movers, known, recorded, period="30-days", is_open=False
    )
    assert (detail.title, detail.mark) == ("Night Shift", "● Released")
    assert detail.facts == ("Nova Reyes", "2 beats", "Nov 22", "Trap")
    assert detail.figures == (
        Figure("Plays", "11,537"),
        Figure("7 days", "+21", row.percent, is_change=True),
        Figure("30 days", "—"),
        Figure("Share", "25.5%"),
    )
    assert detail.chart is not None
    assert detail.chart.steps[-1].value == 8
    beats, insights = detail.parts
    assert [(row.when, row.left, row.right.split(), row.gain, row.beat) for row in beats.rows] == [
        (" 1", "Beat 1 ★", ["1:41", "9,000"], "+7", 1),
        (" 2", "Beat 2", ["100"], "+14", 2),
    ]
    assert insights.text == "{cursor.open} loads this"
    assert detail.url == "https://open.beatpass.ca/backstage/albums/5/insights"
    assert album_detail.milestone(row) == "463 plays to 12,000, about 232 days"
    assert album_detail.milestone(make_row(album(plays=0), FIRST)) == ""


def test_detail_without_recorded_plays_has_no_chart() -> None:
    session = make_session()
    row = make_row(album(track_ids=None, plays=None, tracks=0), FIRST)
    detail = album_detail.view_album(session, row, None, {}, [], period="7-days", is_open=True)
    assert detail.chart is None
    assert detail.figures == ()
    assert detail.parts[0].text == "Loading…"
    session.album(5).set_value(AlbumTracks(album(), ()))
    detail = album_detail.view_album(session, row, None, {}, [], period="7-days", is_open=True)
    assert detail.parts[0].text == "No beats yet"


def test_chart_of_all_albums_says_how_many_are_known() -> None:
    known, unknown = make_row(album(), FIRST, SECOND), make_row(album(), FIRST)
    chart = album_detail.all_plays_chart([known, unknown, make_row(album(tracks=0))])
    assert chart.title == "Plays per day · 1 of 2 collections"
    assert chart.steps[-1].value == 3
    assert album_detail.all_plays_chart([known]).title == "Plays per day · all collections"
    assert album_detail.all_plays_chart([]).is_empty
