"""The cursor of tables."""

from __future__ import annotations

from textual.app import App, ComposeResult

from beatpass_tui.widgets.table import Column, Table


class TableApp(App[None]):
    def compose(self) -> ComposeResult:
        columns = (Column("name", "Name", 10),)
        yield Table(columns, cells=lambda row: (str(row),), key=lambda row: row)


async def test_cursor_returns_to_its_row_after_an_empty_list() -> None:
    async with TableApp().run_test() as pilot:
        table = pilot.app.query_one(Table)
        table.show(("a", "b", "c"))
        table.cursor = 2
        table.show(())
        table.show(("c", "a", "b"))
        assert table.current == "c"
