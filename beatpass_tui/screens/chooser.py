"""A dialog to choose the filters of a page."""

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from beatpass_tui.screens.closing import ClosingScreen
from beatpass_tui.screens.status_screen import PAGES_CSS
from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.columns import Column
from beatpass_tui.widgets.dialog_title import DialogTitle
from beatpass_tui.widgets.option_row import OptionGroup
from beatpass_tui.widgets.table import Cell, Table

_COLUMNS = (Column("mark", "", 1), Column("label", "", 8, grow=1), Column("state", "", 0))


class _Row(NamedTuple):
    """An option, or the title of a group."""

    group: str
    value: str
    text: str
    is_chosen: bool = False
    is_title: bool = False


class Chooser(ClosingScreen, ModalScreen[None]):
    """The filters of a page, one below the other, with the chosen ones marked.

    Args:
        groups: The options of each filter.
        choose: Applies the choice of a value of a group.
        close_key: The displayed key that closes the dialog.
    """

    CSS_PATH = PAGES_CSS

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("page.back", "close", "Close", "Close the filters."),
        bind("list.filter", "close", "Close filters", "Close the filters.", show=False),
    ]

    def __init__(
        self,
        groups: Sequence[OptionGroup],
        choose: Callable[[str, str], None],
        *,
        close_key: str,
    ) -> None:
        super().__init__()
        self._groups = groups
        self._choose = choose
        self._close_key = close_key

    def compose(self) -> ComposeResult:
        with Vertical(id="chooser"):
            yield DialogTitle("Filter", "", self._close_key)
            yield Table[_Row](
                _COLUMNS,
                self._cells,
                key=lambda row: (row.group, row.value, row.is_title),
                rule=lambda row: row.text if row.is_title else "",
                rule_at_start=True,
                selectable=True,
                id="choices",
            )

    def on_mount(self) -> None:
        rows = self._rows()
        table = self.query_one("#choices", Table)
        table.show(rows)
        table.cursor = next((i for i, row in enumerate(rows) if row.is_chosen), 0)

    def _rows(self) -> list[_Row]:
        rows = []
        for id, title, options, chosen in self._groups:
            if len(self._groups) > 1:
                rows.append(_Row(id, "", title or "Show", is_title=True))
            rows += [_Row(id, value, label, value == chosen) for value, label in options]
        return rows

    def _cells(self, row: _Row) -> Sequence[Cell]:
        state = "chosen" if row.is_chosen and is_accessible(self.screen) else ""
        return [("✓", "table--bar")] if row.is_chosen else "", row.text, state

    @on(Table.Selected)
    def select(self) -> None:
        """Apply the option under the cursor."""
        table: Table[_Row] = self.query_one("#choices", Table)
        if (row := table.current) is not None:
            self._choose(row.group, row.value)
            self.dismiss()

    def action_close(self) -> None:
        """Close the filters."""
        self.dismiss()
