"""The row above a part of a page: what it is, as of when, and a word at the right end."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from beatpass_tui.widgets.text_line import justified, text


class Heading(Static):
    """A title with its age, which is left out where there is no room for both ends."""

    def __init__(self, title: str, *, id: str | None = None) -> None:
        super().__init__(title, classes="heading", markup=False, id=id)
        self._parts = (title, "", "", "")

    def say(self, title: str, when: str, wrong: str, aside: str) -> None:
        """Show the title, as of when its answer is, what went wrong since, and the right end."""
        self._parts = (title, when, wrong, aside)
        self._fill()

    def on_resize(self) -> None:
        """Arrange the row for another width."""
        self._fill()

    def _fill(self) -> None:
        line = self._line(self.content_size.width)
        if line != self.content:
            # It is one row whatever it says: the page need not be arranged anew.
            self.update(line, layout=False)

    def _line(self, width: int) -> Content:
        title, when, wrong, aside = self._parts
        right = text(aside)
        left = text(title + when + wrong)
        if left.cell_length + right.cell_length + 2 * bool(aside) > width:
            left = text(title + wrong)
        return justified(left, right, width)
