"""The panel and the line of top movers: names cut by cells, columns by width, words."""

from __future__ import annotations

from typing import ClassVar

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.screen import Screen

from beatpass_tui.models.gains import DayGain
from beatpass_tui.models.text import clean
from beatpass_tui.view_models.movers import Mover, Movers, TopBeat
from beatpass_tui.view_models.periods import WEEK
from beatpass_tui.widgets.bars import SHADE_CLASSES
from beatpass_tui.widgets.movers import MoversLine, MoversPanel
from support.fakes import NOW
from support.hostile import ATTACKS

DAYS = (None, *(DayGain(NOW.date(), gain) for gain in (0, 8, 0, -1, 4, 1) * 2), None)
ROWS = (
    Mover(1, "Midnight Drive", 7_919, 168, 31.2, False, DAYS),
    Mover(2, "夜のドライブ", 232, 61, -12.0, False, DAYS),
    Mover(3, "Sunday Service [FREE]", 9, 9, None, True, DAYS),
    Mover(4, "Iron Rain", 49, -3, 0.2, False, DAYS),
)


class Shades(Screen[None]):
    """A screen with the component classes of strips."""

    AUTO_FOCUS = ""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(SHADE_CLASSES)


class MoversApp(App[None]):
    CSS = "MoversPanel { width: 1fr; height: 9; } MoversLine { height: 1; }"

    def __init__(self, movers: Movers | None, *, accessible: bool = False) -> None:
        super().__init__()
        self.movers = movers
        self.set_class(accessible, "-accessible")

    def get_default_screen(self) -> Shades:
        return Shades()

    def compose(self) -> ComposeResult:
        for widget in (MoversPanel(), MoversLine()):
            widget.movers = self.movers
            yield widget

    def text(self) -> list[str]:
        panel, line = self.query_one(MoversPanel).render(), self.query_one(MoversLine).render()
        return [*(row.plain for row in panel.split("\n")), line.plain]


async def render(movers: Movers | None, width: int, *, accessible: bool = False) -> list[str]:
    app = MoversApp(movers, accessible=accessible)
    async with app.run_test(size=(width, 12)):
        return app.text()


async def test_columns_are_hidden_in_narrow_panels() -> None:
    movers = Movers(WEEK, ROWS, (), 6)
    wide, regular, narrow, small = [await render(movers, width) for width in (90, 55, 40, 24)]
    assert wide[0].startswith("Movers · 7 days · 1 of 6 lost plays")
    assert wide[0].endswith("3 compared")
    assert "▲ 31%" in wide[1]
    assert "7,919" in regular[1]
    assert "▼ 12%" in regular[2]
    assert "new" in regular[3]
    assert "-3" in regular[4].replace("−", "-")
    assert "7,919" not in narrow[1]
    assert "▼ 12%" in narrow[2]
    assert "▼" not in small[2]
    for width, rows in ((90, wide), (55, regular), (40, narrow), (24, small)):
        assert max(map(cell_len, rows)) <= width
        # The last column ends at the edge, also after wide names.
        assert len({cell_len(row) for row in rows[1:5]}) == 1


@pytest.mark.parametrize("width", [9, 24, 40, 55, 120])
async def test_names_are_cut_by_cells(width: int) -> None:
    rows = [ROWS[0]._replace(name=clean(text)) for text in ATTACKS]
    for row in await render(Movers(WEEK, rows), width):
        assert cell_len(row) <= width


async def test_line_has_complete_movers_only() -> None:
    movers = Movers(WEEK, ROWS[:3])
    assert (await render(movers, 80))[-1] == (
        "Top movers  Midnight Drive +168 · 夜のドライブ +61 · Sunday Service [FREE] +9"
    )
    assert (await render(movers, 60))[-1] == "Top movers  Midnight Drive +168 · 夜のドライブ +61"
    assert (await render(movers, 25))[-1] == "Top movers  Midnigh… +168"


async def test_most_played_beats_are_listed_without_movers() -> None:
    beats = [TopBeat("Midnight Drive", 90), TopBeat("Yellow Fever", 10)]
    rows = await render(Movers(WEEK, (), beats, 2), 60)
    assert rows[0].split() == ["Top", "beats", "·", "all", "time", "2", "of", "2", "beats"]
    assert rows[1].endswith("90.0%")
    assert rows[-1] == "Top movers  appear from tomorrow"
    incomplete = await render(Movers(WEEK, (), beats, 128), 60)
    assert "%" not in incomplete[1]
    assert incomplete[0].startswith("Top of loaded beats")
    assert incomplete[0].endswith("2 of 128 beats")
    assert (await render(Movers(WEEK, ()), 60))[1] == "Top movers appear from tomorrow"


async def test_period_without_gains_has_a_message() -> None:
    rows = await render(Movers(WEEK, [ROWS[0]._replace(gain=0)]), 60)
    assert rows[1] == "No gains or losses in 7 days"
    assert rows[-1] == "Top movers  none in 7 days"


async def test_words_replace_symbols_in_accessible_mode() -> None:
    rows = await render(Movers(WEEK, ROWS), 60, accessible=True)
    assert rows[1].endswith("31% more")
    assert rows[2].endswith("12% less")
    assert rows[4].endswith("no change")
    assert not set("▲▼▁▂▃▄▅▆▇█━") & set("".join(rows))


async def test_nothing_is_shown_while_loading() -> None:
    assert await render(None, 60) == ["", ""]
