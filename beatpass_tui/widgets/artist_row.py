"""The row under the title of a page: whose numbers these are, and a word about them."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from beatpass_tui.widgets.text_line import justified, text


class ArtistRow(Widget):
    """The artist's name at the left, what the page says of its whole at the right."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"artist-row--name", "artist-row--aside"}

    artist: reactive[str] = reactive("")
    """Name of the artist, empty while it is not known."""
    aside: reactive[str] = reactive("")
    """What is said at the right end; it is cut before the name is."""

    def render(self) -> Content:
        """Draw the row."""
        width = self.content_size.width
        name = text(self.artist).stylize(self.get_visual_style("artist-row--name", partial=True))
        aside = text(self.aside).truncate(max(width - name.cell_length - 2, 0), ellipsis=True)
        style = self.get_visual_style("artist-row--aside", partial=True)
        return justified(name, aside.stylize(style), width)
