"""The footer: the keys that do something here, the least needed dropped first."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from beatpass_tui.widgets.bindings import active_keys
from beatpass_tui.widgets.text_line import text

ORDER = ("Page", "Move", "Open", "Refresh", "Browser", "Copy", "Help", "Palette", "Quit")
"""The order in which keys stand; others come before Help."""

_ESSENTIAL = frozenset(
    {"Page", "Refresh", "Help", "Quit", "Sign in", "Back", "Try again", "Sign out"}
)
_DROPPED_FIRST = ("Copy", "Palette", "Browser", "Move", "Open")
_ROOMY = 80


class Key(NamedTuple):
    """One entry of the footer."""

    shown: str
    """How the key is written."""
    label: str
    press: str
    """The key that a click presses."""


def arrange(keys: list[Key], width: int, *, roomy: bool) -> list[Key]:
    """Return the keys that fit into `width` cells, in order.

    Without room only the essential ones stay; else the least needed go until the rest fits.
    """
    place = {label: index for index, label in enumerate(ORDER)}
    others = place["Help"] - 0.5
    kept = sorted(keys, key=lambda key: place.get(key.label, others))
    if not roomy:
        kept = [key for key in kept if key.label in _ESSENTIAL] or kept
    last = [key.label for key in reversed(kept)]
    spare = [label for label in last if label not in _ESSENTIAL]
    for label in (*_DROPPED_FIRST, *spare, *last):
        if _cells(kept) <= width:
            break
        kept = [key for key in kept if key.label != label]
    return kept


def _cells(keys: list[Key]) -> int:
    return sum(len(key.shown) + 1 + len(key.label) for key in keys) + 2 * max(len(keys) - 1, 0)


class KeyFooter(Widget):
    """The footer row; a click on a key presses it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-footer--key", "key-footer--label"}

    keys: reactive[tuple[Key, ...]] = reactive(())
    """Every key that does something here; equal values cause no repaint."""

    _collects_after: Screen[Any] | None = None
    """The screen whose next frame is waited for; one that is closed before would keep none."""

    def on_mount(self) -> None:
        """Follow the bindings of the screen, which change with the focus."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self._outdate())
        self._collect()

    def _outdate(self) -> None:
        # A page that opens says a dozen times that its keys have changed, within few frames.
        if self.is_attached and self._collects_after is not self.app.screen:
            self._collects_after = self.app.screen
            self.call_after_refresh(self._collect)

    def _collect(self) -> None:
        self._collects_after = None
        if not self.is_attached or not self.screen.is_attached:
            return
        self.keys = tuple(
            Key(entry.keys, entry.label, entry.commands[0].key)
            for entry in active_keys(self.screen)
            if entry.shown
        )

    def render(self) -> Content:
        """Draw the keys that fit."""
        key_style = self.get_visual_style("key-footer--key", partial=True)
        label_style = self.get_visual_style("key-footer--label", partial=True)
        return Content("  ").join(
            Content.assemble((key.shown, key_style), " ", (key.label, label_style))
            for key in self._shown()
        )

    def _shown(self) -> list[Key]:
        roomy = self.outer_size.width >= _ROOMY
        return arrange(list(self.keys), self.content_size.width, roomy=roomy)

    def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked."""
        x = event.get_content_offset_capture(self).x
        start = 0
        for key in self._shown():
            end = start + len(text(f"{key.shown} {key.label}").plain)
            if start <= x < end and len(key.press) > 0:
                self.app.simulate_key(key.press)
                return
            start = end + 2
