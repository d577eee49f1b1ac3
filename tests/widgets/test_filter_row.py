"""Filters of a list and the count of its rows, in one row."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.containers import Horizontal

from beatpass_tui.widgets.filter_row import FilterRow, RowCount
from support.app_harness import idle

COUNT = "100 of 120 loaded · L loads the rest · 118 compared"


class Row(App[None]):
    CSS = """
    Horizontal, FilterRow, RowCount { height: 1; }
    FilterRow { width: 1fr; }
    RowCount { width: auto; max-width: 75%; }
    """

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield FilterRow((("ALL", "All 100"),), "ALL", id="filter")
            yield RowCount(id="count")


@pytest.mark.parametrize(
    "width, text",
    [
        (68, COUNT),
        (66, "100 of 120 loaded · L loads the rest"),
        (40, "100 of 120 loaded"),
        (20, "100 of 120 loa…"),
    ],
)
async def test_facts_that_do_not_fit_are_left_out_whole(width: int, text: str) -> None:
    app = Row()
    async with app.run_test(size=(width, 2)) as pilot:
        count = app.query_one(RowCount)
        count.text = COUNT
        await idle(pilot)
        assert str(count.render()) == text
        assert count.region.right == width
        assert count.region.width == len(text)
