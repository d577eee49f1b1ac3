"""The message shown instead of a page when the window is too small."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

MIN_WIDTH, MIN_HEIGHT = 40, 12


class SizeWarning(Widget):
    """Covers the page; the stylesheet shows it."""

    def render(self) -> Content:
        message = f"This window is too small: at least {MIN_WIDTH}×{MIN_HEIGHT} is needed."
        if self.size.width < len(message):
            message = f"{MIN_WIDTH}×{MIN_HEIGHT} is needed"
        return Content(message).truncate(self.size.width, ellipsis=True)
