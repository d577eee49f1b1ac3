"""What is said in a window that is too small for anything else."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

MIN_WIDTH, MIN_HEIGHT = 40, 12


class SizeWarning(Widget):
    """Covers the page and says how large the window must be; the stylesheet shows it."""

    def render(self) -> Content:
        """Draw as much of the sentence as fits."""
        words = f"This window is too small: {MIN_WIDTH}×{MIN_HEIGHT} is needed."
        if self.size.width < len(words):
            words = f"{MIN_WIDTH}×{MIN_HEIGHT} is needed"
        return Content(words).truncate(self.size.width, ellipsis=True)
