"""A row of options with one selected, such as tabs, periods or filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.color import Color
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style

from beatpass_tui.widgets.accessibility import is_accessible, is_plain
from beatpass_tui.widgets.content import ContentWidget, WidgetMessage

Options = Sequence[tuple[str, str]]
"""Value and label of each option."""


class OptionGroup(NamedTuple):
    """Options of which one is selected, as data."""

    id: str
    title: str
    options: Options
    value: str


class OptionRow(ContentWidget):
    """Labels in a row; the selected one is raised, or in brackets where fills are not visible.

    Args:
        title: Text before the options, left out where space is short.
        key: The displayed key that selects another option.
        colors: Names of theme colors by value, such as "$hue-delayed".
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "option-row--title",
        "option-row--label",
        "option-row--selected",
        "option-row--key",
    }

    value: reactive[str] = reactive("")

    class Changed(WidgetMessage):
        """Another option was selected."""

        def __init__(self, option_row: OptionRow, value: str) -> None:
            super().__init__(option_row)
            self.value = value

    def __init__(
        self,
        options: Options,
        value: str,
        *,
        title: str = "",
        key: str = "",
        colors: Mapping[str, str] = MappingProxyType({}),
        id: str,
    ) -> None:
        super().__init__(id=id)
        self.options = tuple(options)
        self.title = title
        self._key = key
        self._colors = colors
        self.set_reactive(OptionRow.value, value)

    @property
    def group(self) -> OptionGroup:
        """The options as data."""
        return OptionGroup(self.id or "", self.title, self.options, self.value)

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
        width = self.content_size.width - (cell_len(self._key) + 1 if self._key else 0)
        labels = self._labels()
        title: list[tuple[str | None, str]] = [(None, f"{self.title} ")] if self.title else []
        for parts in ([*title, *labels], labels):
            # The row starts with text, not with the blank around a label.
            parts = [(parts[0][0], parts[0][1].lstrip(" ")), *parts[1:]]
            if sum(cell_len(text) for _, text in parts) <= width:
                return parts
        # If not all options fit, show the selected one between arrows.
        values = [value for value, _ in self.options]
        index = values.index(self.value)
        before, after = values[index - 1], values[(index + 1) % len(values)]
        return [*title, (before, "← "), labels[index], (after, " →")]

    def _labels(self) -> list[tuple[str | None, str]]:
        """Return each label with the cells around it; it is in brackets if fills are invisible."""
        in_brackets = is_plain(self) or is_accessible(self)
        return [
            (value, f"[{label}]" if value == self.value and in_brackets else f" {label} ")
            for value, label in self.options
        ]

    def render(self) -> Content:
        content = Content("").join(self._styled_part(*part) for part in self._parts())
        if self._key:
            content += self.styled(f" {self._key}", "option-row--key")
        return content.truncate(self.content_size.width, ellipsis=True)

    def _styled_part(self, value: str | None, text: str) -> Content:
        if value is None:
            return self.styled(text, "option-row--title")
        if value == self.value:
            # Textual's partial visual style lacks the background.
            return Content(text).stylize(self.get_visual_style("option-row--selected"))
        content = self.styled(text, "option-row--label")
        if name := self._colors.get(value):
            color = Color.parse(self.app.theme_variables[name.removeprefix("$")])
            word = text.rstrip(" 0123456789,")
            content = content.stylize(Style(foreground=color), 0, len(word))
        return content

    def on_click(self, event: events.Click) -> None:
        x = event.get_content_offset_capture(self).x
        start = 0
        for value, text in self._parts():
            end = start + cell_len(text)
            if value is not None and start <= x < end:
                self.select(value)
            start = end
