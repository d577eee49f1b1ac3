"""Pages that are rows of facts under headings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from beatpass_tui import format
from beatpass_tui.groups import Group
from beatpass_tui.screens.page import Page
from beatpass_tui.session import Session
from beatpass_tui.widgets.facts import Fact, Facts


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, the group it is drawn from, and its rows once the group has answered."""

    heading: str
    group: Group[Any]
    facts: tuple[Fact, ...]
    note: str = ""
    """A sentence below the rows that says what they count."""


class FactsPage(Page):
    """A page of sections; each waits, fails and refreshes with its own group."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "app.go_home", "Back", key_display="Esc", tooltip="Go back to Home."),
        Binding("up,k", "scroll('up')", "Scroll up", show=False, tooltip="Scroll up."),
        Binding("down,j", "scroll('down')", "Scroll down", show=False, tooltip="Scroll down."),
    ]

    SECTIONS: ClassVar[int] = 1

    def compose_body(self) -> Iterable[Widget]:
        """Return the artist, and a heading, rows and a note for each section."""
        yield Static("", id="artist", markup=False)
        for index in range(self.SECTIONS):
            yield Static("", classes="heading", id=f"heading-{index}", markup=False)
            yield Facts(id=f"facts-{index}")
            yield Static("", classes="note", id=f"note-{index}", markup=False)

    def sections(self, session: Session) -> Sequence[Section]:
        """Return the sections, always `SECTIONS` of them."""
        raise NotImplementedError

    def groups(self, session: Session) -> Sequence[Group[Any]]:
        """Return the account and the groups of the sections."""
        own = dict.fromkeys(section.group for section in self.sections(session))
        return tuple(dict.fromkeys((session.account, session.artist, *own)))

    def show_answers(self, session: Session) -> None:
        """Draw each section as far as its group has come."""
        artist = session.artist.value
        self.query_one("#artist", Static).update(artist.name or "" if artist else "")
        for index, section in enumerate(self.sections(session)):
            heading = section.heading
            if section.group.as_of is not None:
                heading += f" · as of {format.at(section.group.as_of, self.clock.now())}"
            self.query_one(f"#heading-{index}", Static).update(heading)
            facts, note = section.facts, section.note
            error = section.group.error or (
                session.artist.error if section.group in session.of_artist else None
            )
            if section.group.value is None:
                facts = ()
                note = f"{format.DASH} {error.sentence} r tries again." if error else "Loading…"
            self.query_one(f"#facts-{index}", Facts).facts = facts
            self.query_one(f"#note-{index}", Static).update(note)

    def action_scroll(self, direction: str) -> None:
        """Scroll the body by a row."""
        body = self.query_one("#body", VerticalScroll)
        body.scroll_relative(y=-1 if direction == "up" else 1, animate=False)


def fact(label: str, value: float | None) -> Fact:
    """Return a row for a count; what is not known is a dash."""
    return label, format.count(value)
