"""A part of a page that waits, fails and is refreshed on its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from beatpass_tui import formatting
from beatpass_tui.errors import BeatPassError
from beatpass_tui.widgets.heading import Heading


def say(note: Static, words: str) -> None:
    """Let a note say something, or hide it; the page is arranged anew only for other words."""
    if words != note.content:
        note.update(words)
    note.display = bool(words)


class Section(Vertical):
    """A heading that says as of when, the content, and a note that says why not.

    What `stays` is shown whether or not the content is known, such as a filter.
    """

    def __init__(self, title: str, *content: Widget, stays: Sequence[Widget] = (), id: str) -> None:
        super().__init__(id=id)
        self.title = title
        self.aside = ""
        """What is said at the right end of the heading."""
        self._content = content
        self._stays = tuple(stays)

    def compose(self) -> ComposeResult:
        """Put the heading above the content and the note below."""
        yield Heading(self.title)
        yield from self._stays
        yield from self._content
        yield Static("", classes="note", markup=False)

    def show(
        self,
        *,
        now: datetime,
        as_of: datetime | None,
        error: BeatPassError | None,
        known: bool,
        note: str = "",
    ) -> None:
        """Say as of when the content is and what is wrong with it; hide it until it is known."""
        when = wrong = ""
        if known and as_of is not None:
            when = f" · as of {formatting.date_or_time(as_of, now)}"
            if error is not None:
                wrong = f" · not refreshed: {error.reason}"
        elif error is not None:
            note = f"{formatting.DASH} {error.message}"
        elif as_of is None and not known:
            note = "Loading…"
        self.query_one(Heading).say(self.title, when, wrong, self.aside)
        say(self.query_one(".note", Static), note)
        for widget in self._content:
            widget.display = known
