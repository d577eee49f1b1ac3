"""A row of filters that shows as many as fit, the count of rows beside it, and the search field."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.reactive import Reactive, reactive
from textual.widget import Widget
from textual.widgets import Input

from beatpass_tui.widgets.content import fitting_facts
from beatpass_tui.widgets.option_row import OptionRow


class FilterRow(OptionRow):
    """Options in a row; of those that don't fit, the last ones are left out."""

    def _parts(self) -> list[tuple[str | None, str]]:
        width = self.content_size.width
        parts = self._labels()
        shown = [(parts[0][0], parts[0][1].lstrip(" ")), *parts[1:]]
        while len(shown) > 1 and _cells(shown) + 2 * (len(shown) < len(parts)) > width:
            shown.remove(next(part for part in reversed(shown) if part[0] != self.value))
        return shown if len(shown) == len(parts) else [*shown, (None, " …")]


class RowCount(Widget):
    """How many rows there are; of facts that don't fit, the last ones are left out."""

    text: reactive[str] = reactive("")

    def watch_text(self, before: str, after: str) -> None:
        self.refresh(layout=cell_len(before) != cell_len(after))

    def get_content_width(self, container: Size, viewport: Size) -> int:
        # The filters keep a quarter of the row.
        return cell_len(fitting_facts(self.text, container.width * 3 // 4))

    def render(self) -> Content:
        width = self.content_size.width
        return Content(fitting_facts(self.text, width)).truncate(width, ellipsis=True)


class FindField(Input):
    """The field in which a search is typed; a letter lays nothing out."""

    virtual_size = Reactive(Size(0, 0))


def _cells(parts: list[tuple[str | None, str]]) -> int:
    return sum(cell_len(text) for _, text in parts)
