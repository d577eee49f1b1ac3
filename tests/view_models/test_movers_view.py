"""Top movers: comparable beats, new beats and losses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from beatpass_tui.models.beat_plays import BeatPlays, PlayRun, RecordedBeat, beats_in
from beatpass_tui.models.catalog import AlbumTracks, Beats, Performance
from beatpass_tui.view_models.movers import Mover, Movers, TopBeat, measure
from beatpass_tui.view_models.periods import PERIODS, VISIT, WEEK, Period
from support.fakes import NOVA

NOW = datetime(2026, 11, 27, 12, 48, tzinfo=ZoneInfo("America/Toronto"))
DAY = timedelta(days=1)
Days = Sequence[tuple[float, int]]


def beat(id: int, values: Days, *, uploaded: date | None = None, name: str = "") -> RecordedBeat:
    """Return a beat with plays by days ago, oldest first."""
    runs = [PlayRun(NOW - ago * DAY, NOW - ago * DAY, plays) for ago, plays in values]
    return RecordedBeat(id, name or f"Beat {id}", uploaded, runs)


def movers(*beats: RecordedBeat, total: int | None = None) -> Movers:
    return measure(beats, NOW, WEEK, None, total)


def test_gains_are_compared_with_the_seven_days_before() -> None:
    movers_view = movers(
        beat(1, [(14, 100), (7, 110), (0, 130)]),
        beat(2, [(14, 10), (7, 60), (0, 85)]),
        beat(3, [(7, 5), (0, 9)]),
        beat(4, [(14, 5), (7, 5), (0, 6)]),
        total=5,
    )
    rows = [(mover.id, mover.gain, mover.percent) for mover in movers_view.rows]
    assert rows == [(2, 25, -50), (1, 20, 100), (3, 4, None), (4, 1, None)]
    assert movers_view.title == "Top movers"
    assert movers_view.comparison == "4 of 5 beats compared"


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([(0, 5)], id="first seen today"),
        pytest.param([(5.9, 5), (0, 9)], id="first seen too late"),
        pytest.param([(9, 5), (4, 6), (0, 9)], id="not seen around the start"),
        pytest.param([(14, 5), (7, 6), (1.1, 9)], id="not seen lately"),
    ],
)
def test_beats_without_plays_near_both_ends_are_not_compared(values: Days) -> None:
    movers_view = movers(beat(1, values), beat(2, [(7, 1), (0, 1)]))
    assert [mover.id for mover in movers_view.rows] == [2]
    assert movers_view.comparison == "1 of 2 beats compared"


@pytest.mark.parametrize("ago", [6.1, 7.9])
def test_answer_within_a_day_counts_as_the_start(ago: float) -> None:
    (mover,) = movers(beat(1, [(ago, 5), (0, 8)])).rows
    assert mover.gain == 3


def test_new_beats_are_marked_and_not_counted_as_compared() -> None:
    uploaded = NOW.date() - 2 * DAY
    movers_view = movers(
        beat(1, [(1, 5), (0, 9)], uploaded=uploaded),
        beat(2, [(1, 7), (0, 9)], uploaded=uploaded - 90 * DAY),
        beat(3, [(14, 1), (7, 1), (0, 3)]),
    )
    assert [(mover.id, mover.gain, mover.is_new) for mover in movers_view.rows] == [
        (1, 9, True),
        (3, 2, False),
    ]
    assert movers_view.comparison == "1 of 3 beats compared"
    assert not movers(beat(1, [(1, 5), (0, 9)], uploaded=uploaded)).rows
    # Since it had no plays before it was uploaded, its first days have gains.
    gains = [None if day is None else day.gain for day in movers_view.rows[0].days]
    assert gains[-4:] == [None, 2.5, 2.5, 4]


def test_losses_change_the_title_and_are_counted() -> None:
    movers_view = movers(
        beat(1, [(7, 10), (0, 4)]),
        beat(2, [(7, 10), (0, 12)]),
        beat(3, [(7, 1), (0, 1)]),
        total=120,
    )
    assert [(mover.id, mover.gain) for mover in movers_view.rows] == [(2, 2), (3, 0), (1, -6)]
    assert (movers_view.title, movers_view.losses) == ("Movers", "1 of 120 lost plays")
    assert [mover.id for mover in movers_view.top(9)] == [2, 1]


@pytest.mark.parametrize(
    "gains, count, expected",
    [
        ([5, 4, 3, 2, 1], 3, [5, 4, 3]),
        ([5, 4, 3, -1, -2], 3, [5, 4, -2]),
        ([5, 0, -1, -2, -3], 3, [5, -2, -3]),
        ([0, 0], 3, []),
        ([-1, -2], 1, [-2]),
        ([3, -2], 1, [3]),
    ],
)
def test_losses_have_a_third_of_the_rows(gains: list[int], count: int, expected: list[int]) -> None:
    rows = [Mover(at, str(at), 9, gain, None, False, ()) for at, gain in enumerate(gains)]
    assert [mover.gain for mover in Movers(WEEK, rows).top(count)] == expected


def test_gains_since_the_last_visit_have_no_comparison() -> None:
    visit = NOW - 3 * DAY
    beats = [
        beat(1, [(14, 1), (4, 3), (3, 5), (0, 9)]),
        beat(2, [(0, 9)]),
        beat(3, [(5, 1), (0, 2)]),
    ]
    movers_view = measure(beats, NOW, VISIT, visit)
    assert [(mover.id, mover.gain, mover.percent) for mover in movers_view.rows] == [(1, 4, None)]
    assert not measure(beats, NOW, VISIT, None).rows
    # A single answer gives no gain since an earlier visit.
    assert measure([beat(1, [(0.01, 5)])], NOW, VISIT, NOW - timedelta(hours=1)).rows == []


@pytest.mark.parametrize("period", PERIODS[1:], ids=lambda period: period.key)
def test_unchanged_beat_has_no_gain_in_any_period(period: Period) -> None:
    run = PlayRun(NOW - 900 * DAY, NOW, 7)
    movers_view = measure([RecordedBeat(1, None, None, [run])], NOW, period, None)
    (mover,) = movers_view.rows
    assert (mover.name, mover.gain, mover.percent) == ("—", 0, None)
    assert [day.gain for day in mover.days if day is not None] == [0] * 14


def test_all_recorded_beats_are_listed_by_plays() -> None:
    movers_view = movers(beat(1, [(0, 5)]), beat(2, [(90, 50)]))
    assert list(movers_view.recorded) == [TopBeat("Beat 2", 50, 2), TopBeat("Beat 1", 5, 1)]


def test_plays_are_read_from_all_lists_of_beats() -> None:
    track = {"track_id": 1, "track_name": "A", "plays": 3, "upload_date": "2026-11-20T01:30:00Z"}
    unpublished = {"track_id": 2, "track_name": "B", "plays": 0}
    (latest,) = beats_in(Performance.decode({"data": [track, unpublished]}))
    assert latest[:3] == (1, 3, "A")
    rows = [{"id": 1, "name": "A", "plays": 3}, {"id": 2, "name": "B"}, {"name": "C", "plays": 4}]
    catalog = Beats.decode({"pagination": {"data": [*rows, {"id": 5, "plays": 0}]}})
    assert beats_in(catalog) == [BeatPlays(1, 3, "A"), BeatPlays(5, 0)]
    album = AlbumTracks.decode({"album": {"id": 9, "tracks": rows}})
    assert beats_in(album) == [BeatPlays(1, 3, "A")]
    assert beats_in(NOVA["stats"]) == []
