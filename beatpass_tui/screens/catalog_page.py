"""Base class of My Beats and My Collections: a list with filters, an order and a detail."""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import ClassVar, TypeVar

from textual import on
from textual.containers import Horizontal
from textual.widget import Widget

from beatpass_tui import formatting
from beatpass_tui.screens.detail_page import DetailPage
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.details import sentence
from beatpass_tui.widgets.filter_row import FilterRow, RowCount
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.section import Heading
from beatpass_tui.widgets.table import Cell, Column, Table

R = TypeVar("R")

ALL = "ALL"
"""The name of the filter that shows every row."""


class CatalogPage(DetailPage[R]):
    """The artist's own beats or albums; the ids of widgets begin with that of the list."""

    NOUN: ClassVar[str]
    """Singular noun of a row."""
    PANEL: ClassVar[str]
    """Id of the panel with the list."""
    EMPTY: ClassVar[str]
    """Shown if the service has no rows."""
    ASCENDING: ClassVar[Sequence[str]] = ("title",)
    """Columns whose first order is ascending."""

    FILTERS = ("#filter",)

    order_by: tuple[str, bool] | None = None
    """The column and whether it is descending; None for the order of the service."""
    shown_order: tuple[str, bool] | None = None
    """The order of the rows in the table, which changes once all rows are loaded."""

    def compose_list(
        self,
        title: str,
        columns: Sequence[Column],
        cells: Callable[[R], Sequence[Cell]],
        key: Callable[[R], object],
        *below: Widget,
        is_muted: Callable[[R], bool] = lambda _: False,
        classes: str,
    ) -> Panel:
        """Return the panel with the filters, the count of rows and the table."""
        return Panel(
            title,
            Horizontal(
                FilterRow(((ALL, "All"),), ALL, id="filter"),
                RowCount(id="count"),
                id="filter-row",
            ),
            Table[R](
                columns,
                cells,
                key=key,
                is_muted=is_muted,
                sortable=True,
                selectable=True,
                empty_text=f"No {self.NOUN}s match.",
                id=self.LIST.removeprefix("#"),
            ),
            *below,
            classes=f"-list {classes}",
            id=self.PANEL,
        )

    # Drawing

    def settle_order(self) -> bool:
        """Use the chosen order unless rows for it are loading; return whether it has changed."""
        before = self.shown_order
        if not self.awaits_rest:
            self.shown_order = self.order_by
        return self.shown_order != before

    @property
    def selected_filter(self) -> str:
        """The name of the selected filter."""
        return self.query_one("#filter", OptionRow).value

    def show_filters(self, available: Sequence[tuple[Enum, int]]) -> None:
        """Show the filters that match any row, with their numbers of rows."""
        options = [(each.name, f"{each.value} {formatting.count(n)}") for each, n in available]
        self.query_one("#filter", OptionRow).set_options(options or ((ALL, "All"),))

    def show_count(self, shown: int, *facts: str, order: object) -> None:
        """Show how many rows are loaded and how many of them match, and the age of the list."""
        count = ""
        if self.session is not None and self.paged(self.session).query(1).value is not None:
            needs_all = bool(self.search_text or order or self.selected_filter != ALL)
            count = self.describe_loaded(
                self.NOUN, shown=shown, needs_all=needs_all, is_sorted=order is not None
            )
        age = self.query_one(f"#{self.PANEL} > Heading", Heading).text.age
        self.query_one(RowCount).text = sentence((count, *facts, age))

    def empty_text(self, session: Session, rows: Sequence[R]) -> str:
        """Return why no row is shown."""
        if not rows:
            return self.EMPTY
        is_complete = self.paged(session).loaded.is_complete
        return f"No{'' if is_complete else ' loaded'} {self.NOUN}s match."

    # Order, filter and next detail

    @on(Table.SortRequested)
    def sort(self, event: Table.SortRequested) -> None:
        """Sort by a column, numbers descending first; the third time restores the sent order."""
        # Plays per day are those of the gain.
        key = "week" if event.key == "days" else event.key
        descending = key not in self.ASCENDING
        previous, self.order_by = self.order_by, (key, descending)
        if previous is not None and previous[0] == key:
            self.order_by = (key, not descending) if previous[1] is descending else None
        if self.order_by is not None:
            self.need_all()
        self.show()
        if not self.is_open and not self.awaits_rest:
            self.query_one(self.LIST, Table).action_first()

    @on(OptionRow.Changed, "#filter")
    def filter_changed(self) -> None:
        """Show the rows that match the selected filter."""
        if self.selected_filter != ALL:
            self.need_all()
        self.show()

    def can_step(self, steps: int) -> bool:
        return self.is_open

    def action_step(self, steps: int) -> None:
        """Open the detail of the next or the previous row."""
        table = self.query_one(self.LIST, Table)
        cursor = table.cursor + steps
        if 0 <= cursor < len(table.rows):
            self._opened = None
            table.cursor = cursor
            self.open_detail(self._row_id(table))
