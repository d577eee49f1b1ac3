"""Screens that ignore events while they are closing."""

from __future__ import annotations

from textual import events, messages
from textual.message import Message
from textual.screen import Screen

_LIFECYCLE = (
    events.Callback,
    events.Compose,
    events.Unmount,
    messages.CloseMessages,
    messages.InvokeLater,
    messages.Prune,
)


class ClosingScreen(Screen[None]):
    """A screen that drops events and messages while it is closing.

    Textual removes the widgets of a screen one by one, or never mounts them if the app exits
    early, while the screen still handles the messages in its queue.
    """

    @property
    def is_closing(self) -> bool:
        """Whether this screen or the app is closing."""
        return self._pruning or self._closing or self.app.return_code is not None

    @property
    def can_show(self) -> bool:
        """Whether all widgets of this screen exist."""
        return self.is_mounted and self.is_running and not self.is_closing

    async def _dispatch_message(self, message: Message) -> None:
        if not self.is_closing or isinstance(message, _LIFECYCLE):
            await super()._dispatch_message(message)
