"""Parts of a page: headings, and sections with their own loading and error states."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from beatpass_tui import formatting
from beatpass_tui.view_models.missing import UNAVAILABLE
from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.content import ContentWidget, justify


def set_note(note: Static, text: str) -> None:
    """Show text in a note, or hide the note; unchanged text causes no layout."""
    if text != note.content:
        note.update(text)
    note.display = bool(text)


class HeadingText(NamedTuple):
    """Text of a heading."""

    title: str
    age: str = ""
    """Follows the title if it fits."""
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
        width = self.content_size.width
        title, age, detail, key = self.text
        if key:
            detail += ", " if is_accessible(self) else " ▾ "
        left = title + age
        if cell_len(left) + cell_len(detail + key) + 2 * bool(detail) > width:
            left = title
        right = self.styled(detail, "heading--detail") + self.styled(key, "heading--key")
        right = right.truncate(max(width - cell_len(left) - 2, 0), ellipsis=True)
        return justify(self.styled(left, "heading--title"), right, width)


class Section(Vertical):
    """A heading with the age of the data, the content, and a note that explains its absence.

    `always_shown` widgets, such as filters, stay while the content is hidden.
    """

    def __init__(
        self, title: str, *content: Widget, always_shown: Sequence[Widget] = (), id: str
    ) -> None:
        super().__init__(id=id)
        self.title = title
        self.detail = ""
        """Text at the right end of the heading."""
        self._content = content
        self._always_shown = tuple(always_shown)

    def compose(self) -> ComposeResult:
        yield Heading(self.title)
        yield from self._always_shown
        yield from self._content
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

        Content does not show a problem that is reported elsewhere.
        """
        age = ""
        if known and as_of is not None:
            age = f" · as of {formatting.date_or_time(as_of, now)}"
            if problem != UNAVAILABLE:
                note = note or problem
        elif problem:
            note = problem
        elif as_of is None and not known:
            note = "Loading…"
        self.query_one(Heading).text = HeadingText(self.title, age, self.detail)
        set_note(self.query_one(".note", Static), note)
        for widget in self._content:
            widget.display = known
