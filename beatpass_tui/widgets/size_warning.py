"""The message shown instead of a page when the window is too small."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

MIN_WIDTH, MIN_HEIGHT = 40, 12


class SizeWarning(Widget):
    """A message that covers the page; the stylesheet shows it in small windows."""

    def render(self) -> Content:
        message = f"This window is too small; it must be at least {MIN_WIDTH}×{MIN_HEIGHT}."
        if self.size.width < len(message):
            message = f"{MIN_WIDTH}×{MIN_HEIGHT} is needed"
        return Content(message).truncate(self.size.width, ellipsis=True)
