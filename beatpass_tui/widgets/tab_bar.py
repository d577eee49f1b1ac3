"""The row with the pages of the dashboard above every page but Home."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len, set_cell_size
from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from beatpass_tui.widgets.accessibility import is_accessible, is_plain
from beatpass_tui.widgets.content import ContentWidget

SHORT_LABELS = {
    "Dashboard": "Home",
    "Leaderboards": "Leaders",
    "My Beats": "Beats",
    "My Collections": "Collections",
}
"""Names of pages where space is short."""


class Tab(NamedTuple):
    """A page, or another entry of the menu."""

    label: str
    key: str = ""
    """The key that opens it; empty without one."""
    is_current: bool = False


class TabBar(ContentWidget):
    """The entries of Quick Navigation with their keys; a click opens one.

    In a narrow window, pages have short names, and then the longest labels are cut first.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tab-bar--current", "tab-bar--key"}

    tabs: reactive[tuple[Tab, ...]] = reactive(())

    class Selected(Message):
        """A tab was clicked."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position
            """Position in the menu, from 1."""

    def render(self) -> Content:
        width = self.size.width
        text = Content("").join(
            self._tab(tab) + " " * (cells - _cells(tab)) for _, tab, cells in self._shown()
        )
        return text.truncate(width)

    def _tab(self, tab: Tab) -> Content:
        if not tab.is_current:
            return Content(f" {_text(tab)} ")
        # Brackets are visible without color, and are read by screen readers.
        left, right = "[]" if is_plain(self) or is_accessible(self) else "  "
        key = self.styled(tab.key, "tab-bar--key")
        rest = _text(tab).removeprefix(tab.key)
        text = Content(left) + key + rest + right
        return text.stylize_before(self.get_visual_style("tab-bar--current"))

    def _shown(self) -> Iterator[tuple[int, Tab, int]]:
        """Yield each tab that fits, its position from 1, and its cells including the gap."""
        tabs = fit_tabs(self.tabs, self.size.width)
        used = sum(_cells(tab) for _, tab in tabs)
        gap = int(used + len(tabs) - 1 <= self.size.width)
        for position, tab in tabs:
            yield position, tab, _cells(tab) + gap

    def on_click(self, event: events.Click) -> None:
        end = 0
        for position, _, cells in self._shown():
            end += cells
            if event.x < end:
                self.post_message(self.Selected(position))
                break


def fit_tabs(tabs: Sequence[Tab], width: int) -> list[tuple[int, Tab]]:
    """Return the tabs that fit into a row, with their positions from 1.

    Pages get short names, then the longest labels are cut, but not the current one, then tabs are
    dropped from the end.
    """
    short = [tab._replace(label=SHORT_LABELS.get(tab.label, tab.label)) for tab in tabs]
    spare, candidates = 0, tabs
    longest = max((cell_len(tab.label) for tab in short), default=0)
    for candidates in (
        tabs,
        short,
        *([_cut(tab, limit) for tab in short] for limit in range(longest - 1, -1, -1)),
    ):
        spare = width - sum(map(_cells, candidates))
        if spare >= 0:
            break
    fitting = list(candidates)
    if spare < 0:
        kept = next((tab for tab in enumerate(fitting, start=1) if tab[1].is_current), None)
        positions = list(enumerate(fitting, start=1))
        while len(positions) > 1 and sum(_cells(tab) for _, tab in positions) > width:
            positions.remove(next(tab for tab in reversed(positions) if tab != kept))
        return positions
    # Give the remaining cells to the first labels that were cut.
    for index, tab in enumerate(short):
        longer = _cut(tab, cell_len(fitting[index].label) + 1)
        if (growth := _cells(longer) - _cells(fitting[index])) in range(1, spare + 1):
            fitting[index], spare = longer, spare - growth
    return list(enumerate(fitting, start=1))


def _cut(tab: Tab, limit: int) -> Tab:
    """Cut the label of a page other than the current one."""
    if tab.is_current or cell_len(tab.label) <= limit:
        return tab
    label = set_cell_size(tab.label, limit - 1).rstrip() + "…" if limit > 1 else ""
    return tab._replace(label=label)


def _text(tab: Tab) -> str:
    return " ".join(filter(None, (tab.key, tab.label)))


def _cells(tab: Tab) -> int:
    return cell_len(_text(tab)) + 2
