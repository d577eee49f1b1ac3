"""One row of choices, of which one holds: tabs, periods, filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from beatpass_tui.widgets.text_line import text


class OptionRow(Widget):
    """Labels in a row; the one that holds stands in brackets, so that it shows without color."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "option-row--title",
        "option-row--label",
        "option-row--selected",
    }

    value: reactive[str] = reactive("")
    """Key of the choice that holds."""

    class Changed(Message):
        """Another choice holds."""

        def __init__(self, choice: Widget, value: str) -> None:
            super().__init__()
            self.choice = choice
            self.value = value

        @property
        def control(self) -> Widget:
            """The row that was changed."""
            return self.choice

    def __init__(
        self, options: Sequence[tuple[str, str]], value: str, *, title: str = "", id: str
    ) -> None:
        super().__init__(id=id)
        self.options = tuple(options)
        self._title = title
        self.set_reactive(OptionRow.value, value)

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """Offer other choices; the one that holds stays if it is among them, else the first."""
        if self.options != tuple(options):
            self.options = tuple(options)
            if self.value not in dict(options):
                self.choose(self.options[0][0])
            self.refresh()

    def step(self, steps: int) -> None:
        """Take the next or the previous choice, round and round."""
        keys = [key for key, _ in self.options]
        self.choose(keys[(keys.index(self.value) + steps) % len(keys)])

    def choose(self, value: str) -> None:
        """Take a choice and say so, if it is another one."""
        if value != self.value:
            self.value = value
            self.post_message(self.Changed(self, value))

    def _parts(self) -> list[tuple[str | None, str]]:
        """Return what stands in the row: the key of a choice or None, and the words."""
        room = self.content_size.width
        words: list[tuple[str | None, str]] = [
            (key, f"[{label}]" if key == self.value else f" {label} ")
            for key, label in self.options
        ]
        title: list[tuple[str | None, str]] = [(None, f"{self._title} ")] if self._title else []
        for parts in ([*title, *words], words):
            if sum(text(word).cell_length for _, word in parts) <= room:
                return parts
        # Too narrow for all: the one that holds, between arrows.
        keys = [key for key, _ in self.options]
        place = keys.index(self.value)
        before, after = keys[place - 1], keys[(place + 1) % len(keys)]
        return [*title, (before, "← "), words[place], (after, " →")]

    def render(self) -> Content:
        """Draw the row."""
        styles = {
            None: self.get_visual_style("option-row--title", partial=True),
            self.value: self.get_visual_style("option-row--selected", partial=True),
        }
        plain = self.get_visual_style("option-row--label", partial=True)
        parts = [text(words).stylize(styles.get(key, plain)) for key, words in self._parts()]
        return Content("").join(parts).truncate(self.content_size.width, ellipsis=True)

    def on_click(self, event: events.Click) -> None:
        """Take the choice that was clicked."""
        x = event.get_content_offset_capture(self).x
        start = 0
        for key, words in self._parts():
            end = start + text(words).cell_length
            if key is not None and start <= x < end:
                self.choose(key)
            start = end
