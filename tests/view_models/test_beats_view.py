"""The catalog without a terminal: pages into rows, filters, finding, sorting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beatpass_tui.models.catalog import Beat, Beats
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import beats
from beatpass_tui.view_models.beats import BeatFilter, BeatRow, Catalog
from support.catalog import beat
from support.fakes import NOVA_ARTIST, NOVA_PERFORMANCE, FakeClock, FakeService


def page(number: int, beats: list[Beat], *, total: int | None, more: bool) -> Beats:
    return Beats(tuple(beats), number, len(beats), total, more)


def session() -> Session:
    made = Session(FakeService(), FakeClock(), jitter=lambda: 0.0)
    made.artist.set_value(NOVA_ARTIST)
    return made


def row(number: int, **fields: object) -> BeatRow:
    made = beat(number, **fields)
    text = " ".join((made.name or "", *made.artists)).casefold()
    return BeatRow(number, made, None, False, made.uploaded, text)


def test_pages_become_one_list_in_the_order_sent() -> None:
    made = session()
    list_ = Catalog(made)
    assert list_.rows() == []
    assert list_.next_page() is None
    made.beats(1).set_value(page(1, [beat(3), beat(1)], total=3, more=True))
    assert [r.beat.id for r in list_.rows()] == [3, 1]
    assert list_.next_page() is made.beats(2)
    made.beats(2).set_value(page(2, [beat(2)], total=3, more=False))
    assert [r.beat.id for r in list_.rows()] == [3, 1, 2]
    assert [r.position for r in list_.rows()] == [0, 1, 2]
    assert list_.next_page() is None
    assert list_.total == 3


def test_the_rows_are_the_same_list_while_nothing_came() -> None:
    made = session()
    made.beats(1).set_value(page(1, [beat(1)], total=1, more=False))
    list_ = Catalog(made)
    before = list_.rows()
    assert list_.rows() is before
    made.performance.set_value(NOVA_PERFORMANCE)
    assert list_.rows() is not before


def test_a_track_that_slid_onto_the_next_page_is_there_once() -> None:
    made = session()
    made.beats(1).set_value(page(1, [beat(1), beat(2)], total=4, more=True))
    made.beats(2).set_value(page(2, [beat(2), beat(3)], total=4, more=False))
    assert [r.beat.id for r in Catalog(made).rows()] == [1, 2, 3]


def test_contribution_comes_from_the_performance_of_the_same_track() -> None:
    made = session()
    known = NOVA_PERFORMANCE.rows[0]
    made.beats(1).set_value(
        page(1, [beat(known.id or 0, uploaded=None), beat(7)], total=2, more=False)
    )
    made.performance.set_value(NOVA_PERFORMANCE)
    rows = Catalog(made).rows()
    assert (rows[0].contribution, rows[0].uploaded) == (41.5, known.uploaded)
    assert (rows[1].contribution, rows[1].pending) == (None, False)


def test_the_page_of_a_row_is_found_again() -> None:
    made = session()
    made.beats(1).set_value(page(1, [beat(1), beat(2)], total=3, more=True))
    made.beats(2).set_value(page(2, [beat(3)], total=3, more=False))
    list_ = Catalog(made)
    rows = list_.rows()
    assert list_.page_of(rows[1]) is made.beats(1)
    assert list_.page_of(rows[2]) is made.beats(2)


ROWS = [
    row(1, name="Neon Rain", licensing="non_exclusive_only"),
    row(2, name="neon sky", licensing="both", artists=("Nova Reyes", "Teo")),
    row(3, name=None, licensing=None, plays=None, artists=()),
    row(4, name="Álamo", licensing="exclusive_only", plays=0),
]


@pytest.mark.parametrize(
    "kept, words, found",
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
    ],
)
def test_filters_and_finding(kept: BeatFilter, words: str, found: list[int]) -> None:
    assert [r.position for r in beats.filter_rows(ROWS, kept, words)] == found


@pytest.mark.parametrize(
    "by, downwards, order",
    [
        (None, False, [1, 2, 3, 4]),
        ("title", False, [1, 2, 4, 3]),
        ("title", True, [4, 2, 1, 3]),
        ("plays", True, [2, 1, 4, 3]),
        ("plays", False, [4, 1, 2, 3]),
        ("length", False, [1, 2, 3, 4]),
        ("uploaded", True, [4, 3, 2, 1]),
        ("artists", False, [1, 4, 2, 3]),
        ("contribution", True, [1, 2, 3, 4]),
    ],
)
def test_sorting_leaves_what_is_not_known_at_the_end(
    by: str | None, downwards: bool, order: list[int]
) -> None:
    assert [r.position for r in beats.sort_rows(ROWS, by, downwards)] == order


def test_cells_have_a_dash_for_what_did_not_come() -> None:
    bare = replace(ROWS[2], beat=ROWS[2].beat._replace(seconds=None), uploaded=None)
    assert beats.row_cells(bare) == ("—", "—", "—", "—", "—", "—")
    assert beats.row_cells(replace(ROWS[0], pending=True))[4] == "pending"
    assert beats.row_cells(replace(ROWS[0], contribution=1234.25))[4] == "1,234.2"
    assert beats.row_cells(ROWS[3])[3] == "0"
