"""Short facts one after the other, over as many rows as they need."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from beatpass_tui.widgets.text_line import text

_BETWEEN = " · "


def rows(parts: Sequence[str], width: int) -> list[str]:
    """Return the parts in rows of at most `width` cells, broken only between two of them."""
    found: list[str] = []
    for part in parts:
        longer = f"{found[-1]}{_BETWEEN}{part}" if found else part
        if found and text(longer).cell_length <= width:
            found[-1] = longer
        else:
            found.append(part)
    return found


class WrappedFacts(Widget):
    """Facts with dots between them."""

    parts: reactive[tuple[str, ...]] = reactive((), layout=True)
    """What is shown; equal values cause no repaint."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the rows that the parts need."""
        del container, viewport
        return len(rows(self.parts, width))

    def render(self) -> Content:
        """Draw the rows."""
        width = self.content_size.width
        lines = (text(row).truncate(width, ellipsis=True) for row in rows(self.parts, width))
        return Content("\n").join(lines)
