"""The order and the number of keys in the footer."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.geometry import Size
from textual.widgets import Static

from beatpass_tui.config.keys import GROUPS, KEYS
from beatpass_tui.widgets.bindings import active_keys
from beatpass_tui.widgets.key_footer import DROPPED_FIRST, KEPT, ORDER, KeyFooter
from support.app_harness import Stage, idle, press

PAGES = "1234567"
RARE = {"Part", "X-Ray", "Next", "Your ranks", "List", "Next page", "Column"}
"""Labels without a place of their own in the footer."""


async def test_every_width_has_all_keys_that_fit_by_priority(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At no width of a page or of an opened row a key is cut, or left out although it has room."""
    stage, width = Stage(), 0
    monkeypatch.setattr(KeyFooter, "content_size", property(lambda _: Size(width, 1)))
    async with stage.run(size=(80, 24)) as pilot:
        for keys in (*PAGES, "2enter", "6enter"):
            await press(pilot, *filter(None, (keys[0], keys[1:])))
            footer = stage.app.screen.query_one(KeyFooter)
            for has_more in (False, True):
                footer.set_reactive(KeyFooter.has_more, has_more)
                for width in range(60, 201):
                    shown = footer._shown_keys()
                    room = width + 2 - sum(key.width + 2 for key in shown)
                    labels = [key.label for key in shown]
                    assert room >= 0, (keys, width)
                    assert labels[-1] == "Quit", (keys, width, labels)
                    assert "Help" in labels, (keys, width, labels)
                    assert has_more is ("More below" in labels), (keys, width, labels)
                    left_out = [key for key in footer.keys if key not in shown]
                    assert all(key.width + 2 > room for key in left_out), (keys, width, labels)
                    if width == 200:
                        assert left_out == [], keys
                        assert footer.render().cell_length == width - room
            if keys in PAGES:
                # Without a place of their own they come before Web; only rare ones may.
                named = {entry.label for entry in active_keys(stage.app.screen) if entry.shown}
                assert named - set(ORDER) <= RARE, keys


def test_footer_lists_every_label_of_the_keys_once() -> None:
    """Labels are those of the table, of bindings that share one, and of the fold."""
    labels = {key.label or key.name for key in KEYS} | set(GROUPS)
    # Bindings rename these on some screens, and Esc says what it does.
    labels |= {"More below", "Check again", "Period", "Rarity", "Currency"}
    labels |= {"Home", "Clear", "Stop", "Load", "Open beat", "Close"}
    dropped = [*DROPPED_FIRST, *KEPT]
    for listed in (ORDER, dropped):
        assert len(listed) == len(set(listed))
        assert set(listed) - {""} <= labels
    # Every label that has a place in the row also has one among those that are dropped.
    assert set(ORDER) <= set(dropped)


class LongPage(App[None]):
    CSS = "KeyFooter { dock: bottom; height: 1; }"

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="body"):
            yield Static("\n" * 50)
        yield KeyFooter()


async def test_footer_says_that_the_page_goes_on_below() -> None:
    app = LongPage()
    async with app.run_test(size=(40, 12)) as pilot:
        await idle(pilot)
        footer, body = app.query_one(KeyFooter), app.query_one("#body")
        assert "More below" in str(footer.render())
        body.scroll_to(y=body.max_scroll_y, animate=False, immediate=True)
        await idle(pilot)
        assert "More below" not in str(footer.render())
