"""What the pages behind the grid share: the artist, sections, finding, the way back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from beatpass_tui import formatting
from beatpass_tui.errors import BeatPassError
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.screens.page import PAGES_CSS, Page
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.missing import missing
from beatpass_tui.widgets.artist_row import ArtistRow
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.section import Section
from beatpass_tui.widgets.table import Table


class InnerPage(Page):
    """A page with the artist's name above it; Esc closes the innermost thing, then goes Home."""

    CSS_PATH = PAGES_CSS

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("page.back", "back"),
        bind("list.find", "find"),
        bind("list.previous", "step(-1)"),
        bind("list.next", "step(1)"),
        bind("page.export", "export('csv')", show=False),
        bind("page.export_json", "export('json')", show=False),
    ]

    class ExportWanted(Message):
        """Rows are to be written to a file, as "csv" or "json"."""

        def __init__(self, extract: ExportFile, kind: str) -> None:
            super().__init__()
            self.extract = extract
            self.kind = kind

    FINDS: ClassVar[bool] = False
    """Whether `/` finds something here."""

    def compose(self) -> ComposeResult:
        """Put the field for finding where the notice row stands."""
        yield from super().compose()
        if self.FINDS:
            yield Input(placeholder="Find", id="find", max_length=80)

    def on_mount(self) -> None:
        """Follow the cursors of the tables.

        They are watched, since what a message says would only be drawn a frame after the cursor.
        """
        for table in self.query(Table):
            self.watch(table, "cursor", self.show_notice, init=False)

    def compose_body(self) -> Iterable[Widget]:
        """Return the artist's row and the page's own parts."""
        yield ArtistRow(id="artist")
        yield from self.compose_parts()

    def compose_parts(self) -> Iterable[Widget]:
        """Return the widgets below the artist's row."""
        raise NotImplementedError

    def show_parts(self, session: Session) -> None:
        """Draw what the session knows."""
        raise NotImplementedError

    def aside(self, session: Session) -> str:
        """Return what stands at the right end of the artist's row."""
        del session
        return ""

    def show_answers(self, session: Session) -> None:
        """Draw the artist's row and the parts."""
        artist = session.artist.value
        row = self.query_one(ArtistRow)
        row.artist = (artist.name if artist is not None else None) or ""
        row.aside = self.aside(session)
        self.show_parts(session)
        self._take_focus()

    def _take_focus(self) -> None:
        """Give the focus back that was lost while the content was not known, and hidden."""
        chain = self.focus_chain
        if self.is_current and self.focused not in chain and self.AUTO_FOCUS:
            wanted = set(self.query(self.AUTO_FOCUS))
            target = next((widget for widget in chain if widget in wanted), None)
            # The page opens at its top, wherever the cursor is.
            self.set_focus(target, scroll_visible=False)

    def tell(
        self, name: str, query: Query[Any], *, known: bool | None = None, note: str = ""
    ) -> bool:
        """Let a section say how its group stands; return whether its content can be drawn.

        `known` is whether the answer holds what the section shows, if that is not the same as
        there being one.
        """
        value = query.value is not None
        readable = value if known is None else value and known
        if value and not readable:
            note = (
                note or f"{formatting.DASH} BeatPass sent this in a form that cannot be read yet."
            )
        self.query_one(f"#{name}", Section).show(
            now=self.clock.now(),
            as_of=query.fetched_at,
            error=self.reason(query),
            known=readable,
            note=note,
        )
        return readable

    def reason(self, query: Query[Any]) -> BeatPassError | None:
        """Return why a query has nothing to show; None without a reason."""
        return query.error if self.session is None else missing(self.session, query)

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer finding and stepping only where there is something to find or to step."""
        if action == "find":
            return self.FINDS and not isinstance(self.focused, Input)
        if action == "step":
            return self.steps()
        if action == "export":
            return self.exportable()
        return super().check_action(action, parameters)

    def exportable(self) -> bool:
        """Whether there are rows that can be written to a file."""
        return False

    async def extract(self) -> ExportFile | None:
        """Return the rows that can be written to a file."""
        return None

    @work(group="export", exclusive=True)
    async def action_export(self, kind: str) -> None:
        """Have the rows written."""
        extract = await self.extract()
        if extract is not None and self.is_running:
            self.post_message(self.ExportWanted(extract, kind))

    def steps(self) -> bool:
        """Whether `[` and `]` lead somewhere."""
        return False

    def action_step(self, steps: int) -> None:
        """Go to the previous or the next tab."""

    async def action_back(self) -> None:
        """Close the field, undo the search, else go Home."""
        field = self.query_one("#find", Input) if self.FINDS else None
        if field is not None and field.has_class("-open"):
            field.value = ""
            self._close(field)
        elif self.close_innermost():
            return
        elif field is not None and field.value:
            field.value = ""
            self._close(field)
        else:
            self.post_message(self.PageWanted("dashboard"))

    def close_innermost(self) -> bool:
        """Close what the page itself has opened and return whether there was something."""
        return False

    def action_find(self) -> None:
        """Open the field."""
        field = self.query_one("#find", Input)
        field.add_class("-open")
        field.focus()

    @on(Input.Submitted, "#find")
    def keep_search(self) -> None:
        """Go on with what was found."""
        self._close(self.query_one("#find", Input))

    def _close(self, field: Input) -> None:
        field.remove_class("-open")
        target = self.find_target()
        if target is not None:
            target.focus()

    def find_target(self) -> Widget | None:
        """Return the widget that is searched."""
        return None

    @on(Input.Changed, "#find")
    def search(self, event: Input.Changed) -> None:
        """Show what fits what was typed so far."""
        self.show_found(event.value)

    def show_found(self, words: str) -> None:
        """Show only what fits `words`, or everything when they are empty."""

    def scroll_body(self, rows: int) -> None:
        """Scroll the body, on pages where nothing else takes the arrows."""
        self.query_one("#body", VerticalScroll).scroll_relative(y=rows, animate=False)
