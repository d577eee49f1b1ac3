"""Base classes and helpers for rendering content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widget import Widget

_FACTS = " · "
"""Stands between the facts of a text."""


class ContentWidget(Widget):
    """A widget that renders text in the styles of its component classes."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._part_styles: dict[str, Style] = {}

    def notify_style_update(self) -> None:
        self._part_styles.clear()
        super().notify_style_update()

    def styled(self, text: str, component: str) -> Content:
        """Return text in the style of a component class."""
        if component not in self._part_styles:
            # Textual computes it anew each time, which takes longer than the rest of a widget.
            self._part_styles[component] = self.get_visual_style(component, partial=True)
        return Content(text).stylize(self._part_styles[component])

    def colored(self, text: str, color: str, *, bold: bool | None = None) -> Content:
        """Return text in a color of the theme, such as "quiet"; "" is the widget's own.

        Component classes would be matched with the whole stylesheet for each widget.
        """
        foreground = Color.parse(self.app.theme_variables[color]) if color else None
        return Content(text).stylize(Style(foreground=foreground, bold=bold))


class WidgetMessage(Message):
    """A message with a widget as its control, for selectors of `textual.on`."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget

    @property
    def control(self) -> Widget:
        return self.widget


class CursorWidget(Widget, can_focus=True):
    """A widget with a cursor, rendered line by line."""

    # Textual would copy only the name of a widget that is rendered line by line.
    ALLOW_SELECT: ClassVar[bool] = False

    class Highlighted(WidgetMessage):
        """The cursor moved, or the widget received the focus."""

    def segment(self, text: str, component: str) -> Segment:
        return Segment(text, self.get_component_rich_style(component))

    def on_focus(self) -> None:
        self.post_message(self.Highlighted(self))

    def cursor_moved(self) -> None:
        """Post `Highlighted` if the cursor is visible."""
        if self.has_focus:
            self.post_message(self.Highlighted(self))


def fitting_facts(text: str, room: int, separator: str = _FACTS) -> str:
    """Return text without the last of its facts, so that the rest fits; the first one stays."""
    facts = text.split(separator)
    while len(facts) > 1 and cell_len(separator.join(facts)) > room:
        del facts[-1]
    return separator.join(facts)


def wrap_facts(facts: Sequence[str], width: int, rows: int) -> list[str]:
    """Return facts separated by dots in at most some rows, wrapped between facts."""
    lines: list[str] = []
    for fact in facts:
        if lines and cell_len(longer := f"{lines[-1]} · {fact}") <= width:
            lines[-1] = longer
        else:
            lines.append(fact)
    return lines[:rows]


def justify(left: Content, right: Content, width: int) -> Content:
    """Return `left` and `right` at the ends of a line; `left` is cut if both don't fit."""
    left_width = width - right.cell_length
    if right.cell_length:
        left_width -= 1
    if left_width <= 0:
        return right.truncate(width, ellipsis=True)
    left = left.truncate(left_width, ellipsis=True)
    return left + " " * (width - left.cell_length - right.cell_length) + right


def progress_bar(percent: float, cells: int) -> tuple[str, str]:
    """Return the completed and the remaining part of a bar, which differ even without color."""
    done = min(max(int(percent / 100 * cells), 0), cells)
    return "━" * done, "╺" + "━" * (cells - done - 1) if done < cells else ""
