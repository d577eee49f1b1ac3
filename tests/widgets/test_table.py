"""Tables: cursor, scrolling, the own row, separators, sort arrow and cut text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from beatpass_tui.widgets.accessibility import ASCII_CLASS
from beatpass_tui.widgets.columns import Column
from beatpass_tui.widgets.table import Cell, Table
from support.app_harness import idle, press

HEIGHT = 12
COLUMNS = (Column("name", "Name", 10, grow=1), Column("count", "Count", 5, right=True))


class TableApp(App[None]):
    CSS = "Table { height: 12; } .table--bar, .table--row { color: red; }"

    def __init__(self, own: str = "", rule: Callable[[str], str] = lambda _: "") -> None:
        super().__init__()
        self._own, self._rule = own, rule
        self.ends = 0

    def compose(self) -> ComposeResult:
        yield Table[str](
            COLUMNS,
            cells=self._cells,
            key=lambda row: row,
            is_own=lambda row: row == self._own,
            rule=self._rule,
        )

    def _cells(self, row: str) -> Sequence[Cell]:
        return row, [("+", "table--gain"), (str(len(row)), "$primary")]

    @property
    def table(self) -> Table[str]:
        return self.query_one(Table)

    def on_row_list_end_approached(self) -> None:
        self.ends += 1

    def lines(self) -> list[str]:
        strips = self.screen._compositor.render_strips(self.size)
        return [strip.text.rstrip() for strip in strips[:HEIGHT]]

    def bar(self) -> str:
        return "".join(f"{line:40}"[-1] for line in self.lines())


def rows(count: int) -> list[str]:
    return [f"row {number}" for number in range(count)]


async def scroll(pilot: Pilot[None], kind: type[events.MouseEvent], times: int = 1) -> None:
    for _ in range(times):
        await pilot._post_mouse_events([kind], Table, offset=(5, 5))


async def test_cursor_returns_to_its_row_after_an_empty_list() -> None:
    app = TableApp()
    async with app.run_test():
        app.table.show(("a", "b", "c"))
        app.table.cursor = 2
        app.table.show(())
        app.table.show(("c", "a", "b"))
        assert app.table.current == "c"


async def test_header_stays_while_the_window_scrolls_with_the_cursor_in_it() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 14)) as pilot:
        table = app.table
        table.show(rows(100))
        await idle(pilot)
        assert app.lines()[0].startswith(" Name")
        assert app.bar() == " ▐▕▕▕▕▕▕▕▕▕▕"
        await scroll(pilot, events.MouseScrollDown, 4)
        await idle(pilot)
        assert table.top > 0
        assert table.cursor == table.top
        assert app.lines()[0].startswith(" Name")
        assert app.lines()[1].startswith(f"▎row {table.top}")
        assert app.lines()[1][-1] == "▕"
        # A refresh with rows before the cursor keeps cursor and line.
        cursor, top, row = table.cursor, table.top, table.current
        table.show(["new", *rows(100)])
        assert (table.cursor, table.top, table.current) == (cursor + 1, top + 1, row)
        await press(pilot, "end")
        assert table.top == 101 - 11
        assert app.ends
        await pilot.press("pageup")
        assert table.cursor == 100 - 11
        assert table.top == table.cursor
        # At the first row, nothing scrolls, and the rows fill the window.
        await pilot.press("home")
        await scroll(pilot, events.MouseScrollUp)
        assert (table.top, table.cursor) == (0, 0)


async def test_scroll_bar_appears_only_if_rows_exceed_the_window() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 14)) as pilot:
        app.table.show(rows(11))
        await idle(pilot)
        assert not app.table.show_vertical_scrollbar
        app.table.show(rows(12))
        await idle(pilot)
        assert app.bar() == " ▐▐▐▐▐▐▐▐▐▐▕"


async def test_own_row_is_pinned_behind_a_separator_and_never_covers_the_cursor() -> None:
    app = TableApp(own="row 50")
    async with app.run_test(size=(40, 14)) as pilot:
        table = app.table
        table.show(rows(100))
        await idle(pilot)
        assert "── your place" not in app.lines()[9]
        assert " your place ──" in app.lines()[10]
        assert "row 50" in app.lines()[11]
        for _ in range(99):
            await pilot.press("down")
            shown = [line for line in app.lines() if line.startswith("▎")]
            assert [line.split("+")[0].strip("▎ ▕▐") for line in shown] == [f"row {table.cursor}"]
        assert "row 50" in app.lines()[1]
        assert " your place ──" in app.lines()[2]
        await pilot.click(Table, offset=(5, 2))
        assert table.cursor == 99
        await pilot.click(Table, offset=(5, 1))
        assert table.current == "row 50"


async def test_cursor_skips_separators() -> None:
    app = TableApp(rule=lambda row: "gap" if row == "row 2" else "")
    async with app.run_test(size=(40, 14)) as pilot:
        table = app.table
        table.show(rows(5))
        await pilot.press("down", "down")
        assert table.cursor == 3
        assert " gap ──" in app.lines()[3]
        await pilot.click(Table, offset=(5, 3))
        assert table.cursor == 3
        await pilot.press("up")
        assert table.cursor == 1


async def test_arrow_is_on_the_sorted_column_and_long_text_is_cut() -> None:
    app = TableApp()
    async with app.run_test(size=(40, 14)) as pilot:
        app.table.show(["a" * 50, "b"], ("count", True))
        await idle(pilot)
        assert app.lines()[0].split() == ["Name", "Count▾"]
        assert app.lines()[1] == f"▎{'a' * 29}…    +50"
        assert app.lines()[2].split() == ["b", "+1"]
        app.table.show(["b", "c"], ("name", False))
        await idle(pilot)
        assert app.lines()[0].split() == ["Name▴", "Count"]
        # In ASCII the arrow is the letter v, which is not part of the title.
        app.add_class(ASCII_CLASS)
        for key, header in (("name", ["Name", "▾", "Count"]), ("count", ["Name", "Count", "▾"])):
            app.table.show(["b", "c"], (key, True))
            await idle(pilot)
            assert app.lines()[0].split() == header
