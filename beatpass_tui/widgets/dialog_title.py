"""The first row of a dialog."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.content import Content

from beatpass_tui.widgets.content import ContentWidget, justify


class DialogTitle(ContentWidget):
    """A title, what it is about, and at the right the key that closes the dialog."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "dialog-title--title",
        "dialog-title--detail",
        "dialog-title--key",
    }

    def __init__(self, title: str, detail: str, key: str) -> None:
        super().__init__()
        self._title, self._detail, self._key = title, detail, key

    def render(self) -> Content:
        title = self.styled(self._title, "dialog-title--title")
        if self._detail:
            title += self.styled(f" · {self._detail}", "dialog-title--detail")
        close = self.styled(self._key, "dialog-title--key")
        close += self.styled(" Close", "dialog-title--detail")
        return justify(title, close, self.content_size.width)

    async def on_click(self, event: events.Click) -> None:
        """Close the dialog with a click on the key."""
        if event.x >= self.size.width - len(self._key) - 7:
            await self.run_action("screen.close")
