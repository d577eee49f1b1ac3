"""Rows of the catalog: pages, filters, search, sorting."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from beatpass_tui.models.catalog import Album, Beat, Beats, Performance
from beatpass_tui.models.gains import DayGain
from beatpass_tui.models.text import fold
from beatpass_tui.session.paged_list import JoinedList, ListPage
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import beat_table, beats, catalog_summary
from beatpass_tui.view_models.beats import SINGLE, BeatFilter, BeatRow, Catalog, CollectionNames
from beatpass_tui.view_models.movers import Mover, Movers
from beatpass_tui.view_models.periods import WEEK
from support.catalog import beat
from support.fakes import NOVA_ARTIST, NOVA_PERFORMANCE, NOW, FakeClock, FakeService


def page(number: int, beats: list[Beat], *, total: int | None, more: bool) -> Beats:
    return Beats(tuple(beats), number, len(beats), total, more)


def make_session() -> Session:
    session = Session(FakeService(), FakeClock(), jitter=lambda: 0.0)
    session.artist.set_value(NOVA_ARTIST)
    return session


def row(number: int, **fields: object) -> BeatRow:
    track = beat(number, **fields)
    text = fold(" ".join((track.name or "", *track.artists)))
    return BeatRow(number, track, None, False, track.uploaded, text)


@pytest.mark.parametrize(
    "gain, percent, is_new, per_day, accessible, text",
    [
        (168, 31.2, False, 21, False, "+168 in 7 days, ▲ 31% · next: 8,000 in about 4 days"),
        (168, -31.2, False, 21, True, "+168 in 7 days, 31% less · next: 8,000 in about 4 days"),
        (0, 0.2, False, 0, False, "0 in 7 days, 0%"),
        (9, None, True, None, False, "+9 in 7 days, new"),
        (5, None, False, 0.01, False, "+5 in 7 days"),
    ],
)
def test_gain_text(
    gain: float,
    percent: float | None,
    is_new: bool,
    per_day: float | None,
    accessible: bool,
    text: str,
) -> None:
    day = None if per_day is None else DayGain(date(2026, 11, 27), per_day)
    mover = Mover(1, "Midnight Drive", 7_919, gain, percent, is_new, (day,) * 14)
    assert beats.gain_text(mover, accessible=accessible) == text


def test_pages_are_joined_in_order() -> None:
    session = make_session()
    catalog = Catalog(session)
    assert catalog.rows() == []
    assert catalog.list.next_query is None
    session.beats(1).set_value(page(1, [beat(3), beat(1)], total=3, more=True))
    assert [r.beat.id for r in catalog.rows()] == [3, 1]
    assert catalog.list.next_query is session.beats(2)
    session.beats(2).set_value(page(2, [beat(2)], total=3, more=False))
    assert [r.beat.id for r in catalog.rows()] == [3, 1, 2]
    assert [r.position for r in catalog.rows()] == [0, 1, 2]
    assert catalog.list.next_query is None
    assert catalog.list.loaded.total == 3


def test_rows_are_cached_until_data_changes() -> None:
    session = make_session()
    session.beats(1).set_value(page(1, [beat(1)], total=1, more=False))
    catalog = Catalog(session)
    before = catalog.rows()
    assert catalog.rows() is before
    session.performance.set_value(NOVA_PERFORMANCE)
    assert catalog.rows() is not before


def test_next_page_keeps_the_rows_before_it() -> None:
    session = make_session()
    session.beats(1).set_value(page(1, [beat(1), beat(2)], total=4, more=True))
    catalog = Catalog(session)
    before = catalog.rows()
    session.beats(2).set_value(page(2, [beat(3), beat(4)], total=4, more=False))
    rows = catalog.rows()
    assert rows[0] is before[0]
    assert [(row.position, row.beat.id) for row in rows] == [(0, 1), (1, 2), (2, 3), (3, 4)]
    assert len(before) == 2
    session.performance.set_value(NOVA_PERFORMANCE)
    assert catalog.rows()[0] is not rows[0]


def test_track_on_two_pages_is_listed_once() -> None:
    session = make_session()
    session.beats(1).set_value(page(1, [beat(1), beat(2)], total=4, more=True))
    session.beats(2).set_value(page(2, [beat(2), beat(3)], total=4, more=False))
    assert [r.beat.id for r in Catalog(session).rows()] == [1, 2, 3]


def test_contribution_is_matched_by_track_id() -> None:
    session = make_session()
    known = NOVA_PERFORMANCE.rows[0]
    session.beats(1).set_value(
        page(1, [beat(known.id or 0, uploaded=None), beat(7)], total=2, more=False)
    )
    session.performance.set_value(NOVA_PERFORMANCE)
    rows = Catalog(session).rows()
    assert (rows[0].contribution, rows[0].uploaded) == (41.5, date(2026, 11, 2))
    assert (rows[1].contribution, rows[1].pending) == (None, False)


def test_page_of_a_row() -> None:
    session = make_session()
    session.beats(1).set_value(page(1, [beat(1), beat(2)], total=3, more=True))
    session.beats(2).set_value(page(2, [beat(3)], total=3, more=False))
    catalog = Catalog(session)
    rows = catalog.rows()
    assert catalog.list.query_at(rows[1].position) is session.beats(1)
    assert catalog.list.query_at(rows[2].position) is session.beats(2)


ROWS = [
    row(1, name="Neon Rain", licensing="non_exclusive_only"),
    row(2, name="neon sky", licensing="both", artists=("Nova Reyes", "Teo")),
    row(3, name=None, licensing=None, plays=None, artists=()),
    row(4, name="Álamo", licensing="exclusive_only", plays=0),
]


@pytest.mark.parametrize(
    "beat_filter, text, titles",
    [
        (BeatFilter.ALL, "", [1, 2, 3, 4]),
        (BeatFilter.COLLABORATIONS, "", [2]),
        (BeatFilter.STANDARD, "", [1]),
        (BeatFilter.BOTH, "", [2]),
        (BeatFilter.EXCLUSIVE, "", [4]),
        (BeatFilter.ALL, "NEON", [1, 2]),
        (BeatFilter.ALL, "teo neon", [2]),
        (BeatFilter.ALL, "  ", [1, 2, 3, 4]),
        (BeatFilter.STANDARD, "sky", []),
        (BeatFilter.ALL, "álamo", [4]),
        (BeatFilter.ALL, "ALAMO", [4]),
        (BeatFilter.ALL, "A\u0301lamo", [4]),
        (BeatFilter.ALL, "neon\ufe0f  sky\u200d", [2]),
    ],
)
def test_filters_and_search(beat_filter: BeatFilter, text: str, titles: list[int]) -> None:
    assert [r.position for r in beats.filter_rows(ROWS, beat_filter, text)] == titles


@pytest.mark.parametrize(
    "column, descending, order",
    [
        (None, False, [1, 2, 3, 4]),
        ("title", False, [4, 1, 2, 3]),
        ("title", True, [2, 1, 4, 3]),
        ("plays", True, [2, 1, 4, 3]),
        ("plays", False, [4, 1, 2, 3]),
        ("length", False, [1, 2, 3, 4]),
        ("uploaded", True, [4, 3, 2, 1]),
        ("artists", False, [1, 4, 2, 3]),
        ("contribution", True, [1, 2, 3, 4]),
    ],
)
def test_unknown_values_are_sorted_last(
    column: str | None, descending: bool, order: list[int]
) -> None:
    assert [r.position for r in beats.sort_rows(ROWS, column, descending)] == order


def test_missing_values_are_empty() -> None:
    texts = beat_table.cell_texts()
    bare = replace(ROWS[2], beat=ROWS[2].beat._replace(seconds=None), uploaded=None)
    assert "".join(text(bare) for text in texts.values()) == "—"
    assert texts["contribution"](replace(ROWS[0], pending=True)) == "pending"
    assert texts["contribution"](replace(ROWS[0], contribution=1234.25)) == "1,234.2"
    assert texts["plays"](ROWS[3]) == "0"


@pytest.mark.parametrize("column, field", [("title", "name"), ("artists", "artists")])
def test_titles_and_artists_are_sorted_by_letter_and_number(column: str, field: str) -> None:
    names = ["Beat 10", "Zen", "éclair", "Beat 2", "Fog", "Eclipse"]
    rows = [
        row(number, **{field: name if field == "name" else (name,)})
        for number, name in enumerate(names)
    ]
    ordered = [names[r.position] for r in beats.sort_rows(rows, column, False)]
    assert ordered == ["Beat 2", "Beat 10", "éclair", "Eclipse", "Fog", "Zen"]
    assert [names[r.position] for r in beats.sort_rows(rows, column, True)] == ordered[::-1]


@pytest.mark.parametrize(
    "hours, day", [(-5, date(2026, 11, 22)), (0, date(2026, 11, 23)), (13, date(2026, 11, 23))]
)
@pytest.mark.parametrize("from_performance", [False, True])
def test_day_of_upload_is_local(hours: int, day: date, *, from_performance: bool) -> None:
    zone = timezone(timedelta(hours=hours))
    session = Session(FakeService(), FakeClock(NOW.astimezone(zone)), jitter=lambda: 0.0)
    session.artist.set_value(NOVA_ARTIST)
    at = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    latest = NOVA_PERFORMANCE.rows[0]
    rows = [beat(latest.id or 0, uploaded=None if from_performance else at)]
    rows.append(beat(7, uploaded=date(2026, 11, 23)))
    session.beats(1).set_value(page(1, rows, total=2, more=False))
    session.performance.set_value(Performance((latest._replace(uploaded=at),)))
    first, second = Catalog(session).rows()
    assert (first.uploaded, second.uploaded) == (day, date(2026, 11, 23))
    assert beat_table.cell_texts()["released"](first) == day.isoformat()
    assert beats.sort_rows([first, second], "uploaded", False)[0] is first


# Collections


def albums(*rows: Album, total: int | None = None) -> CollectionNames:
    joined: JoinedList[Album] = JoinedList(lambda row: row.id)
    joined.add(ListPage(1, rows, len(rows) if total is None else total, 100, more=False))
    return CollectionNames(joined)


NEON = Album(5, "Neon", (), None, 2, None, track_ids=(1, 2))
SECRET = Album(6, "Secret", (), None, 1, None)


@pytest.mark.parametrize(
    "names, fields, expected",
    [
        (albums(NEON), {}, "Neon"),
        (albums(NEON), {"id": 3}, "Single"),
        (albums(NEON), {"id": None}, None),
        (albums(NEON, total=2), {"id": 3}, None),
        (albums(NEON, SECRET), {"id": 3}, None),
        (albums(NEON, SECRET), {"id": 3, "album_id": 6, "is_single": False}, "Secret"),
        (albums(NEON, SECRET), {"id": 3, "is_single": True}, "Single"),
        (albums(), {"album": "Low Tide", "is_single": False}, "Low Tide"),
        (albums(SECRET), {"id": 3, "album_id": 99, "is_single": False}, None),
    ],
)
def test_collection_only_if_a_response_says_so(
    names: CollectionNames, fields: dict[str, object], expected: str | None
) -> None:
    (result,) = beats.to_rows([beat(1, **fields)], None, NOW, None, names)
    assert result.collection == expected


def test_filters_of_collections_need_every_row() -> None:
    rows = [replace(row(1), collection="Neon"), replace(row(2, licensing=None), collection=SINGLE)]
    filters = [(BeatFilter.ALL, 2), (BeatFilter.SINGLES, 1), (BeatFilter.ON_ALBUM, 1)]
    assert beats.available_filters(rows) == [*filters, (BeatFilter.BOTH, 1)]
    rows.append(row(3))
    assert [each for each, _ in beats.available_filters(rows)] == [BeatFilter.ALL, BeatFilter.BOTH]
    assert beats.available_filters([]) == [(BeatFilter.ALL, 0)]


def test_beat_without_current_plays_has_no_gain() -> None:
    """Even if earlier plays are recorded."""
    mover = Mover(1, "Beat 1", 90, 5, None, False, ())
    movers = Movers(WEEK, [mover])
    known, unknown = beats.to_rows([beat(1), beat(1, plays=None)], None, NOW, movers)
    assert (known.mover, unknown.mover) == (mover, None)


@pytest.mark.parametrize(
    "key, scale, short, long",
    [
        ("F#", "minor", "F♯ min", "F♯ minor"),
        ("Bb", "major", "B♭ maj", "B♭ major"),
        ("Am", None, "A min", "A minor"),
        ("c# minor", None, "C♯ min", "C♯ minor"),
        ("E", None, "E", "E"),
        ("G", "Dorian", "G dorian", "G dorian"),
        ("8B", None, "8B", "8B"),
        (None, "minor", "", ""),
    ],
)
def test_musical_key(key: str | None, scale: str | None, short: str, long: str) -> None:
    track = beat(1, key=key, scale=scale)
    assert beats.musical_key(track) == short
    assert beats.musical_key(track, short=False) == long


def test_beats_of_collections_are_counted_where_no_plays_are_sent() -> None:
    session = Session(FakeService(), FakeClock(NOW), jitter=lambda: 0.0)
    names = ["Night Shift", "Night Shift", SINGLE, None]
    for plays, title, expected in (
        (None, "Beats by collection", [("Night Shift", "2"), ("Singles", "1"), ("Not sent", "1")]),
        (5, "Plays by collection", [("Night Shift", "10"), ("Singles", "5")]),
    ):
        rows = [replace(row(at, plays=plays), collection=name) for at, name in enumerate(names)]
        part = catalog_summary.collections_part(Catalog(session), rows)
        assert part is not None
        assert part.title == title
        assert [(each.left, each.right) for each in part.rows] == expected
