"""Parts of a page: headings, and sections with their own loading and error states."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from beatpass_tui import formatting
from beatpass_tui.view_models.missing import UNAVAILABLE
from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.content import ContentWidget, justify
from beatpass_tui.widgets.title_bar import TitleBar

_SAME_TIME = timedelta(minutes=1)
"""Ages that differ by less are the same."""


def set_text(widget: Static, text: str) -> None:
    """Show text; unchanged text causes no layout."""
    if text != widget.content:
        widget.update(text)


def set_note(note: Static, text: str) -> None:
    """Show text in a note, or hide the note; unchanged text causes no layout."""
    set_text(note, text)
    note.display = bool(text)


def set_optional(line: Static, text: str) -> None:
    """Show text in a line of a section's content, which takes no room without text.

    The section itself decides about `display`; changing it back would lay out the page each time.
    """
    set_text(line, text)
    line.set_class(not text, "-empty")


class HeadingText(NamedTuple):
    """Text of a heading."""

    title: str
    age: str = ""
    """At the right end, after the detail if both fit."""
    detail: str = ""
    """At the right end; cut before the title is."""
    key: str = ""
    """The key that changes what the detail says."""


class Heading(ContentWidget):
    """A row with a title at the left and a detail at the right."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"heading--title", "heading--detail", "heading--key"}

    text: reactive[HeadingText] = reactive(HeadingText(""))

    def __init__(self, title: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.set_reactive(Heading.text, HeadingText(title))

    def render(self) -> Content:
        return self.line(self.content_size.width)

    def line(self, width: int, rule: Style | None = None) -> Content:
        """Return the row, with a rule between title and detail if there is a style for it."""
        title, age, detail, key = self.text
        if key:
            detail += ", " if is_accessible(self) else " ▾ "
        name, dot, note = title.partition(" · ")
        left = self.styled(name, "heading--title") + self.styled(dot + note, "heading--detail")
        room = max(width - left.cell_length - 2, 0)
        right = " · ".join(filter(None, (detail, age)))
        if cell_len(right + key) > room:
            right = age or detail
        end = self.styled(right, "heading--detail") + self.styled(key, "heading--key")
        end = end.truncate(room, ellipsis=True)
        if rule is None:
            return justify(left, end, width)
        left = (left + " " if title else left).truncate(width, ellipsis=True)
        end = " " + end if end else end
        cells = width - left.cell_length - end.cell_length
        return left + Content("─" * cells).stylize(rule) + end


class SectionHeading(Heading):
    """A heading with a thin rule between title and detail."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"heading--rule"}

    def render(self) -> Content:
        rule = None if is_accessible(self) else self.get_visual_style("heading--rule")
        return self.line(self.content_size.width, rule)


class Section(Vertical):
    """A part of a panel: a heading, the content, and a note that explains its absence.

    `always_shown` widgets, such as filters, stay while the content is hidden.
    """

    HEADING: ClassVar[type[Heading]] = SectionHeading

    def __init__(
        self,
        title: str,
        *content: Widget,
        always_shown: Sequence[Widget] = (),
        id: str,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.title = title
        self.detail = ""
        """Text at the right end of the heading."""
        self._content = content
        self._always_shown = tuple(always_shown)

    def compose(self) -> ComposeResult:
        yield self.HEADING(self.title)
        yield from self._always_shown
        yield from self._content
        # Rows do not move when the note appears below them.
        yield Static("", classes="note", markup=False)

    def show(
        self,
        *,
        now: datetime,
        as_of: datetime | None = None,
        problem: str = "",
        known: bool = True,
        note: str = "",
    ) -> None:
        """Show the age of the content, and the problem; hide the content until it is known.

        The age is shown if it differs from that in the title row. Content does not show a problem
        that is reported elsewhere.
        """
        age = ""
        if known and as_of is not None:
            age = self._age(as_of, now)
            if problem != UNAVAILABLE:
                note = note or problem
        elif problem:
            note = problem
        elif as_of is None and not known:
            note = "Loading…"
        self.show_heading(HeadingText(self.title, age, self.detail))
        set_note(self.query_one(".note", Static), note)
        for widget in self._content:
            widget.display = known

    def _age(self, as_of: datetime, now: datetime) -> str:
        """Return the time of the content, unless the title row says the same."""
        updated = next((bar.info.updated for bar in self.screen.query_children(TitleBar)), None)
        if updated is not None and abs(as_of - updated) < _SAME_TIME:
            return ""
        return f"as of {formatting.date_or_time(as_of, now)}"

    def show_heading(self, text: HeadingText) -> None:
        """Show title and note of the section."""
        self.query_one(Heading).text = text
