"""The footer with the keys of the current screen."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.bindings import active_keys
from beatpass_tui.widgets.content import ContentWidget

ORDER = (
    "Page", "Move", "More below", "Open", "Open beat", "Close", "Tab", "Category", "View",
    "Period", "Find", "Sort", "Filter", "Rarity", "Currency", "Movers", "Total", "", "Web", "Copy",
    "Export", "Load all", "Load", "Sign in", "Refresh", "Check again", "Clear", "Stop", "Back",
    "Home", "Help", "Palette", "Quit",
)  # fmt: skip
"""Labels in their order; others come in the place of the empty one."""

DROPPED_FIRST = (
    "Part", "Column", "Copy", "Total", "Movers", "Rarity", "Currency", "View",
    "Category", "Next page", "Tab", "Export", "Home", "Web", "Palette", "", "Load all", "Load",
    "Period", "Sort", "Filter", "Refresh", "Find", "Close", "Open beat", "Open", "Move",
    "More below", "Page",
)  # fmt: skip
"""Labels in the order in which they are dropped; others in the place of the empty one."""

KEPT = ("Clear", "Stop", "Back", "Sign in", "Check again", "Help", "Quit")
"""Labels that are dropped last, in this order."""

_GAP = 2


class Key(NamedTuple):
    """One entry of the footer."""

    display: str
    label: str
    press: str
    """The key that a click presses."""

    @property
    def width(self) -> int:
        return cell_len(self.display) + bool(self.display) + cell_len(self.label)


_MORE = Key("▾", "More below", "")
"""Says that the page goes on; a click scrolls it."""


class KeyFooter(ContentWidget):
    """The footer row; a click on a key presses it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-footer--key", "key-footer--label"}

    keys: reactive[tuple[Key, ...]] = reactive(())
    has_more: reactive[bool] = reactive(False)
    """Whether there is content below the window."""

    _update_scheduled_on: Screen[Any] | None = None
    """The screen whose next frame is followed by an update of the keys."""

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self._schedule_update())
        self._update_keys()
        for body in self.screen.query("#body"):
            for name in ("show_vertical_scrollbar", "scroll_y"):
                self.watch(body, name, partial(self._check_fold, body))

    def _check_fold(self, body: Widget) -> None:
        self.has_more = body.show_vertical_scrollbar and body.scroll_y < body.max_scroll_y

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
            for entry in active_keys(self.screen, for_footer=True)
        )

    def render(self) -> Content:
        return Content(" " * _GAP).join(
            self.styled(key.display, "key-footer--key")
            + " " * bool(key.display)
            + self.styled(key.label, "key-footer--label")
            for key in self._shown_keys()
        )

    def _shown_keys(self) -> list[Key]:
        """Return the keys that fit into the row, in order, without the least important ones."""
        order = {label: index for index, label in enumerate(ORDER)}
        more = _MORE._replace(display="") if is_accessible(self) else _MORE
        keys = (*self.keys, more) if self.has_more else self.keys
        shown = sorted(keys, key=lambda key: order.get(key.label, order[""]))
        place = DROPPED_FIRST.index("")
        others = [key.label for key in shown if key.label not in {*DROPPED_FIRST, *KEPT}]
        dropped = [*DROPPED_FIRST[:place], *others, *DROPPED_FIRST[place + 1 :], *KEPT]
        if self.screen.query("#page-tabs"):
            # The tab bar shows the digits.
            dropped.remove("Page")
            dropped.insert(0, "Page")
        if all(key.label != "Filter" for key in shown):
            # Categories are chosen in no other way.
            dropped.remove("Category")
            dropped.insert(dropped.index("Period"), "Category")
        if any(key.label == "Back" for key in shown):
            # What can be done with an open item comes before what can be done with the page.
            for label in ("Copy", "Load", "Web"):
                dropped = [each for each in dropped if each != label]
                dropped.insert(dropped.index("Refresh"), label)
        # The most important ones first, then each of the others that still fits.
        kept: set[str] = set()
        room = self.content_size.width + _GAP
        for label in reversed(dropped):
            width = sum(key.width + _GAP for key in shown if key.label == label)
            if width <= room:
                kept.add(label)
                room -= width
        return [key for key in shown if key.label in kept]

    def on_click(self, event: events.Click) -> None:
        x = event.get_content_offset_capture(self).x
        start = 0
        for key in self._shown_keys():
            end = start + key.width
            if start <= x < end:
                if key.label == _MORE.label:
                    self.screen.query_one("#body").scroll_page_down(animate=False)
                else:
                    self.app.simulate_key(key.press)
                return
            start = end + _GAP
