"""A row of options with one selected, such as tabs, periods or filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.reactive import reactive

from beatpass_tui.widgets.content import ContentWidget, WidgetMessage

Options = Sequence[tuple[str, str]]
"""Value and label of each option."""


class OptionRow(ContentWidget):
    """Labels in a row; the selected one is in brackets, so that it is visible without color."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "option-row--title",
        "option-row--label",
        "option-row--selected",
    }

    value: reactive[str] = reactive("")

    class Changed(WidgetMessage):
        """Another option was selected."""

        def __init__(self, option_row: OptionRow, value: str) -> None:
            super().__init__(option_row)
            self.value = value

    def __init__(self, options: Options, value: str, *, title: str = "", id: str) -> None:
        super().__init__(id=id)
        self.options = tuple(options)
        self._title = title
        self.set_reactive(OptionRow.value, value)

    def set_options(self, options: Options) -> None:
        """Replace the options; select the first one if the selected option is gone."""
        if self.options != tuple(options):
            self.options = tuple(options)
            if self.value not in dict(options):
                self.select(self.options[0][0])
            self.refresh()

    def step(self, steps: int) -> None:
        """Select the next or the previous option, wrapping around."""
        values = [value for value, _ in self.options]
        self.select(values[(values.index(self.value) + steps) % len(values)])

    def select(self, value: str) -> None:
        if value != self.value:
            self.value = value
            self.post_message(self.Changed(self, value))

    def _parts(self) -> list[tuple[str | None, str]]:
        """Return each part's text, and the value that a click on it selects, if any."""
        width = self.content_size.width
        labels: list[tuple[str | None, str]] = [
            (value, f"[{label}]" if value == self.value else f" {label} ")
            for value, label in self.options
        ]
        title: list[tuple[str | None, str]] = [(None, f"{self._title} ")] if self._title else []
        for parts in ([*title, *labels], labels):
            if sum(cell_len(text) for _, text in parts) <= width:
                return parts
        # If not all options fit, show the selected one between arrows.
        values = [value for value, _ in self.options]
        index = values.index(self.value)
        before, after = values[index - 1], values[(index + 1) % len(values)]
        return [*title, (before, "← "), labels[index], (after, " →")]

    def render(self) -> Content:
        components = {None: "option-row--title", self.value: "option-row--selected"}
        parts = (
            self.styled(text, components.get(value, "option-row--label"))
            for value, text in self._parts()
        )
        return Content("").join(parts).truncate(self.content_size.width, ellipsis=True)

    def on_click(self, event: events.Click) -> None:
        x = event.get_content_offset_capture(self).x
        start = 0
        for value, text in self._parts():
            end = start + cell_len(text)
            if value is not None and start <= x < end:
                self.select(value)
            start = end
