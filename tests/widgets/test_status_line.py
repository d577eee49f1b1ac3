"""The status line in narrow windows."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from beatpass_tui.view_models import notices
from beatpass_tui.view_models.cards import Notice, Severity
from beatpass_tui.widgets.status_line import StatusLine
from support.app_harness import idle


class Line(App[None]):
    CSS = "StatusLine { height: 1; }"

    def compose(self) -> ComposeResult:
        yield StatusLine()


@pytest.mark.parametrize(
    "notice, text",
    [
        (Notice("Late Shift · K. Mora · released Jul 31"), "Late Shift · K. Mora"),
        (Notice("Late Shift · K. Mora", action="o opens"), "Late Shift · o opens"),
        (Notice("夜のドライブ 夜のドライブ · K. Mora"), "夜のドライブ 夜のドラ…"),
        (Notice("A title without any other facts"), "A title without any o…"),
        (Notice("A long title · and a fact", short="A short one"), "A short one"),
    ],
)
async def test_whole_facts_are_left_out(notice: Notice, text: str) -> None:
    app = Line()
    async with app.run_test(size=(22, 3)) as pilot:
        line = app.query_one(StatusLine)
        line.notice = notice
        await idle(pilot)
        assert str(line.render()).rstrip() == text


async def test_only_an_item_stands_out_from_its_facts() -> None:
    app = Line()
    async with app.run_test(size=(60, 3)) as pilot:
        line = app.query_one(StatusLine)
        hint = "g does nothing here · ? lists the keys"
        for notice, styled in (
            (Notice("Late Shift · K. Mora"), ["Late Shift"]),
            (Notice("Late Shift"), []),
            (notices.message(hint, Severity.HINT), []),
            (Notice("Up and down move · p: period", has_item=False), []),
            (Notice("Downloads: paused · retry in 42 s", has_countdown=True), []),
            (Notice("Loading · 100 of 120", is_progress=True), []),
        ):
            line.notice = notice
            await idle(pilot)
            content = line.render()
            assert [content.plain[span.start : span.end] for span in content.spans] == styled
