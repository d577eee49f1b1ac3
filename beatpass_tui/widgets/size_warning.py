"""The message shown instead of a page when the window is too small."""

from __future__ import annotations

from textwrap import wrap

from textual.content import Content
from textual.widget import Widget

MIN_WIDTH, MIN_HEIGHT = 40, 12


class SizeWarning(Widget):
    """A message that covers the page; the stylesheet shows it in small windows."""

    def render(self) -> Content:
        width, height = self.size
        size = f"{MIN_WIDTH}×{MIN_HEIGHT}"
        lines: list[str] = []
        for message in (
            f"This window is too small; it must be at least {size}.",
            f"{size} is needed",
            size,
        ):
            lines = wrap(message, max(width, 1))
            if len(lines) <= height:
                break
        return Content("\n").join(map(Content, lines))
