"""The footer with the keys of the current screen."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen

from beatpass_tui.widgets.bindings import active_keys
from beatpass_tui.widgets.content import ContentWidget

ORDER = ("Page", "Move", "Open", "Refresh", "Open web", "Copy", "Help", "Palette", "Quit")
"""Labels in their order; other labels come before Help."""

_ESSENTIAL = frozenset({"Page", "Refresh", "Help", "Quit", "Sign in", "Back", "Check again"})
_DROPPED_FIRST = ("Copy", "Top movers", "Open web", "Palette", "Move", "Open")


class Key(NamedTuple):
    """One entry of the footer."""

    display: str
    label: str
    press: str
    """The key that a click presses."""


class KeyFooter(ContentWidget):
    """The footer row; a click on a key presses it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-footer--key", "key-footer--label"}

    keys: reactive[tuple[Key, ...]] = reactive(())

    _update_scheduled_on: Screen[Any] | None = None
    """The screen whose next frame is followed by an update of the keys."""

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self._schedule_update())
        self._update_keys()

    def _schedule_update(self) -> None:
        # Opening a page updates the bindings a dozen times within a few frames. A screen that
        # closes before its next frame never calls back, so another screen schedules it again.
        if self.is_attached and self._update_scheduled_on is not self.app.screen:
            self._update_scheduled_on = self.app.screen
            self.call_after_refresh(self._update_keys)

    def _update_keys(self) -> None:
        self._update_scheduled_on = None
        if not self.is_attached or not self.screen.is_attached:
            return
        self.keys = tuple(
            Key(entry.keys, entry.label, entry.commands[0].key)
            for entry in active_keys(self.screen)
            if entry.shown
        )

    def render(self) -> Content:
        return Content("  ").join(
            self.styled(key.display, "key-footer--key")
            + " "
            + self.styled(key.label, "key-footer--label")
            for key in self._shown_keys()
        )

    def _shown_keys(self) -> list[Key]:
        """Return the keys that fit into the row, in order, without the least important ones."""
        order = {label: index for index, label in enumerate(ORDER)}
        shown = sorted(self.keys, key=lambda key: order.get(key.label, order["Help"] - 0.5))
        if self.outer_size.width < 80:
            shown = [key for key in shown if key.label in _ESSENTIAL] or shown
        labels = [key.label for key in reversed(shown)]
        optional = [label for label in labels if label not in _ESSENTIAL]
        for label in (*_DROPPED_FIRST, *optional, *labels):
            line = "  ".join(f"{key.display} {key.label}" for key in shown)
            if cell_len(line) <= self.content_size.width:
                break
            shown = [key for key in shown if key.label != label]
        return shown

    def on_click(self, event: events.Click) -> None:
        x = event.get_content_offset_capture(self).x
        start = 0
        for key in self._shown_keys():
            end = start + cell_len(f"{key.display} {key.label}")
            if start <= x < end:
                self.app.simulate_key(key.press)
                return
            start = end + 2
