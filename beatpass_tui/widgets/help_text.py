"""The text of the help: groups of keys or signs in one or two columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.color import Color
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.style import Style

from beatpass_tui.widgets.content import ContentWidget

_TWO_COLUMNS = 84
"""Width from which two groups are beside each other."""

_GAP = 4
_NAME = 16
"""Width of keys and signs, including the blank after them."""


class Entry(NamedTuple):
    """A key or a sign, and what it means."""

    name: str
    sentence: str
    color: str = ""
    """Name of a theme color, such as "$hue-delayed"; by default that of keys."""


class KeyGroup(NamedTuple):
    """Entries with a title."""

    title: str
    entries: Sequence[Entry]


def _joined(groups: Sequence[KeyGroup]) -> list[KeyGroup]:
    """Append the entries of groups without a title to the group before."""
    joined: list[KeyGroup] = []
    for group in groups:
        if group.title or not joined:
            joined.append(group)
        else:
            joined[-1] = KeyGroup(joined[-1].title, (*joined[-1].entries, *group.entries))
    return joined


class HelpText(ContentWidget):
    """Groups with a title and a rule; pairs of groups are beside each other if there is room."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "help-text--title",
        "help-text--rule",
        "help-text--name",
        "help-text--sentence",
    }

    groups: reactive[Sequence[KeyGroup]] = reactive((), layout=True)

    def render(self) -> Content:
        return Content("\n").join(self._lines(self.content_size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def _lines(self, width: int) -> list[Content]:
        groups = [group for group in self.groups if group.entries]
        if width < _TWO_COLUMNS or len(groups) % 2:
            groups = _joined(groups)
        if width < _TWO_COLUMNS:
            blocks = [self._block(group, width) for group in groups]
        else:
            half = (width - _GAP) // 2
            blocks = [
                self._beside([self._block(group, half) for group in groups[i : i + 2]], half)
                for i in range(0, len(groups), 2)
            ]
        lines: list[Content] = []
        for block in blocks:
            lines += [Content(""), *block] if lines else block
        return lines

    def _block(self, group: KeyGroup, width: int) -> list[Content]:
        title = self.styled(group.title, "help-text--title")
        rule = "─" * max(width - title.cell_length - 1, 0)
        lines = [title + " " + self.styled(rule, "help-text--rule")]
        for entry in group.entries:
            name = self.styled(entry.name, "help-text--name")
            if entry.color:
                color = Color.parse(self.app.theme_variables[entry.color.removeprefix("$")])
                name = Content(entry.name).stylize(Style(foreground=color))
            start = name.pad_right(max(_NAME - name.cell_length, 1))
            sentence = self.styled(entry.sentence, "help-text--sentence")
            first, *rest = sentence.wrap(max(width - start.cell_length, 1)) or [Content("")]
            lines.append(start + first)
            lines += [Content(" " * start.cell_length) + line for line in rest]
        return lines

    def _beside(self, blocks: Sequence[Sequence[Content]], half: int) -> list[Content]:
        left, right = (*blocks, ())[:2]
        return [
            (left[i] if i < len(left) else Content("")).pad_right(
                half + _GAP - (left[i].cell_length if i < len(left) else 0)
            )
            + (right[i] if i < len(right) else "")
            for i in range(max(len(left), len(right)))
        ]
