"""Base class of pages with a list whose rows open below it."""

from typing import ClassVar, TypeVar

from textual import on

from beatpass_tui.screens.inner_page import InnerPage
from beatpass_tui.view_models.cards import Severity
from beatpass_tui.widgets.key_values import KeyValue, KeyValueList
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.row_list import Enter
from beatpass_tui.widgets.table import Table

R = TypeVar("R")

OPEN = "-open"
"""Class of the panel of the list while the detail of a row is shown."""


class RowPage(InnerPage[R]):
    """A page whose list shows everything about the row under the cursor after Enter.

    The detail is in the panel of the list, which keeps the focus; nothing is requested.
    """

    LIST_PANEL: ClassVar[str]
    """Selector of the panel with the list and a `row_detail`."""

    def row_details(self, row: R) -> tuple[KeyValue, ...]:
        """Return what is known about a row."""
        raise NotImplementedError

    @staticmethod
    def row_detail() -> KeyValueList:
        """Return the widget of the detail."""
        return KeyValueList(min_label_width=13, wrap=True, id="row-detail")

    @property
    def is_row_open(self) -> bool:
        """Whether the detail of a row is shown."""
        return self.is_mounted and self.query_one(self.LIST_PANEL, Panel).has_class(OPEN)

    @on(Table.Selected)
    def toggle_row(self) -> None:
        """Show or hide the detail of the row under the cursor."""
        self._open_row(not self.is_row_open)
        self.show_row()
        self.end_message(Severity.HINT, Severity.GOOD)
        self.refresh_bindings()

    def _open_row(self, is_open: bool) -> None:
        self.query_one(self.LIST_PANEL, Panel).set_class(is_open, OPEN)
        table = self.query_one(self.SEARCH_TARGET, Table)
        table.enter = Enter.CLOSE if is_open else Enter.OPEN

    def show_row(self) -> None:
        """Show the row under the cursor in an open detail."""
        if not self.is_row_open:
            return
        row = self.query_one(self.SEARCH_TARGET, Table).current
        details = self.row_details(row) if row is not None else ()
        self.query_one("#row-detail", KeyValueList).items = details

    def on_mount(self) -> None:
        super().on_mount()
        self.watch(self.query_one(self.SEARCH_TARGET, Table), "cursor", self.show_row, init=False)

    @property
    def open_item(self) -> str:
        return "item" if self.is_row_open else super().open_item

    def close_open_item(self) -> None:
        if self.is_row_open:
            self._open_row(False)
        else:
            super().close_open_item()
