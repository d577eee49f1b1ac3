"""The order and the number of keys in the footer."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from beatpass_tui.config.keys import GROUPS, KEYS
from beatpass_tui.widgets.bindings import active_keys
from beatpass_tui.widgets.key_footer import DROPPED_FIRST, KEPT, ORDER, KeyFooter
from support.app_harness import Stage, idle, lines, press

RARE = {"Part", "X-Ray", "Next", "Your ranks", "List", "Next page", "Column"}
"""Labels without a place of their own in the footer."""


async def test_help_and_quit_stay_at_every_width_and_nothing_is_cut() -> None:
    stage = Stage()
    async with stage.run(size=(60, 24)) as pilot:
        for page in "1234567":
            await press(pilot, page)
            for size in (*((width, 24) for width in (60, 80, 85, 100, 120, 160, 200)), (200, 50)):
                await pilot.resize_terminal(*size)
                await idle(pilot)
                footer = lines(stage)[-1]
                assert " ? Help " in footer, (page, size)
                assert footer.endswith("q Quit"), (page, size)
                assert "…" not in footer, (page, size)
            labels = {entry.label for entry in active_keys(stage.app.screen) if entry.shown}
            # Without a place of their own they come before Web; only rare ones may.
            assert labels - set(ORDER) <= RARE, page


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
