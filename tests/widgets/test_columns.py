"""Widths of the columns of tables."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from beatpass_tui.widgets.columns import CellWidths, Column, cut_parts, parts_width, place_columns

COLUMNS = (
    Column("title", "Title", 16, grow=3),
    Column("artists", "Artists", 14, grow=2, importance=3),
    Column("plays", "Plays", 9, right=True),
    Column("key", "Key", 8, importance=1),
)
CONTENT = {"title": 40, "artists": 20, "plays": 6, "key": 5}
SEEN = {key: (width, width) for key, width in CONTENT.items()}


def widths(width: int) -> dict[str, int]:
    return {COLUMNS[place.column].key: place.width for place in place_columns(COLUMNS, SEEN, width)}


@pytest.mark.parametrize("width", range(26, 240, 7))
def test_columns_fit_without_overlap(width: int) -> None:
    places = place_columns(COLUMNS, SEEN, width)
    end = -1
    for place in places:
        assert place.start > end
        end = place.start + place.width
    assert end <= width


def test_least_important_columns_are_dropped_first() -> None:
    assert list(widths(50)) == ["title", "artists", "plays", "key"]
    assert list(widths(49)) == ["title", "plays", "key"]
    assert list(widths(34)) == ["title", "plays"]


def test_no_text_is_cut_where_all_content_fits() -> None:
    # CellWidths, and three gaps.
    assert widths(71 + 3 * 2) == CONTENT
    assert widths(71 + 3 * 2 - 8)["title"] < 40


def test_columns_with_a_share_take_some_of_what_is_left_and_the_end_takes_the_rest() -> None:
    assert widths(71 + 3 * 2 + 10) == CONTENT | {"title": 46, "artists": 24}
    assert widths(240) == CONTENT | {"title": 52, "artists": 32}


def test_one_long_text_cuts_no_text_of_other_columns() -> None:
    content = CellWidths()
    for width in [10] * 40 + [60]:
        content.add(width)
    assert (content.typical, content.widest) == (10, 60)
    places = place_columns(COLUMNS, SEEN | {"title": (10, 60)}, 60)
    assert {COLUMNS[place.column].key: place.width for place in places}["artists"] == 20


@pytest.mark.parametrize("width", range(12))
def test_parts_are_cut_to_the_width(width: int) -> None:
    parts = cut_parts((("● ", "hue"), ("界界 Delayed", "hue")), width)
    assert parts_width(parts) == width
    assert sum(cell_len(text) for text, _ in parts) == width
