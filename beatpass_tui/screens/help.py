"""The help screen: a searchable list of the keys that are active."""

from collections.abc import Sequence
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Static

from beatpass_tui.config.keys import Keyboard
from beatpass_tui.models.text import fold
from beatpass_tui.screens.closing import ClosingScreen
from beatpass_tui.screens.page import Page
from beatpass_tui.screens.status_screen import PAGES_CSS
from beatpass_tui.widgets.bindings import active_keys, bind
from beatpass_tui.widgets.key_values import KeyValueList
from beatpass_tui.widgets.section import Heading


class SearchField(Input):
    """An input that closes the help if it is empty and a key in `close_keys` is pressed."""

    class Closed(Message):
        """A key to close the help was pressed."""

    def __init__(self, close_keys: Sequence[str]) -> None:
        super().__init__(placeholder="Type to find a key", id="help-find", max_length=60)
        self._close_keys = tuple(close_keys)

    async def _on_key(self, event: events.Key) -> None:
        if event.key in self._close_keys and not (self.value and event.is_printable):
            event.stop()
            event.prevent_default()
            self.post_message(self.Closed())
        else:
            await super()._on_key(event)


class Help(ClosingScreen, ModalScreen[None]):
    """The active keys of a screen and its notes, filtered by the text typed."""

    CSS_PATH = PAGES_CSS

    BINDINGS = [
        bind("page.back", "close", "Close", "Close the help."),
        bind("move.up", "scroll(-1)"),
        bind("move.down", "scroll(1)"),
        bind("move.page_up", "page(-1)"),
        bind("move.page_down", "page(1)"),
    ]

    def __init__(self, screen: Screen[Any], keyboard: Keyboard) -> None:
        super().__init__()
        self._title, self._notes = "this screen", tuple(Page.HELP_NOTES)
        if isinstance(screen, Page):
            self._title, self._notes = screen.info.label, tuple(screen.HELP_NOTES)
        self._keys = tuple(active_keys(screen))
        self._keyboard = keyboard

    def compose(self) -> ComposeResult:
        with Vertical(id="help") as box:
            box.border_title = "Help"
            box.border_subtitle = Content(self._keyboard.fill("{page.back} closes"))
            yield SearchField(self._keyboard.keys("app.help"))
            with VerticalScroll(id="help-keys", can_focus=False):
                yield Heading(f"Keys on {self._title}")
                yield KeyValueList(min_label_width=6)
                yield Static("No matching keys.", id="no-keys", markup=False)

    def on_mount(self) -> None:
        self.search("")

    @on(Input.Changed, "#help-find")
    def apply_search(self, event: Input.Changed) -> None:
        self.search(event.value)

    def search(self, text: str) -> None:
        """Show the keys and notes whose name or sentence contains every word of `text`."""
        words = fold(text).split()
        entries = [(entry.search_text, entry.keys, entry.sentence) for entry in self._keys]
        entries += [(f"{name} {sentence}", name, sentence) for name, sentence in self._notes]
        matches = tuple(
            (name, sentence)
            for searchable, name, sentence in entries
            if all(word in fold(searchable) for word in words)
        )
        self.query_one(KeyValueList).items = matches
        self.query_one("#no-keys").display = not matches
        self.query_one("#help-keys").scroll_home(animate=False)

    @on(SearchField.Closed)
    def close(self) -> None:
        self.dismiss()

    def action_close(self) -> None:
        """Clear the search, else close the help."""
        field = self.query_one(SearchField)
        if field.value:
            field.value = ""
        else:
            self.dismiss()

    def action_scroll(self, rows: int) -> None:
        self.query_one("#help-keys").scroll_relative(y=rows, animate=False)

    def action_page(self, pages: int) -> None:
        keys = self.query_one("#help-keys")
        keys.scroll_relative(y=pages * keys.size.height, animate=False)
