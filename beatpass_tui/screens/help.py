"""Help: every key that does something here, out of the bindings themselves, to be searched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from beatpass_tui.config.keys import Keyboard
from beatpass_tui.screens.page import PAGES_CSS
from beatpass_tui.widgets.bindings import ActiveKey, bind
from beatpass_tui.widgets.key_value_list import KeyValueList
from beatpass_tui.widgets.text_line import text


class Field(Input):
    """Where words are typed; while it is empty the key that opened the help closes it."""

    class Left(Message):
        """The help is to be closed."""

    def __init__(self, closing: Sequence[str]) -> None:
        super().__init__(placeholder="Type to find a key", id="help-find", max_length=60)
        self._keys_to_close = tuple(closing)

    async def _on_key(self, event: events.Key) -> None:
        if event.key in self._keys_to_close and not (self.value and event.is_printable):
            event.stop()
            event.prevent_default()
            self.post_message(self.Left())
        else:
            await super()._on_key(event)


class Help(ModalScreen[None]):
    """Keys with a sentence each; what is typed leaves those that have it in them.

    Below them stand `notes`, names and sentences, on what cannot be read off the page itself.
    """

    CSS_PATH = PAGES_CSS

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("page.back", "close", "Close", "Close the help."),
        bind("move.up", "scroll(-1)"),
        bind("move.down", "scroll(1)"),
        bind("move.page_up", "page(-1)"),
        bind("move.page_down", "page(1)"),
    ]

    def __init__(
        self,
        title: str,
        keys: Sequence[ActiveKey],
        keyboard: Keyboard,
        notes: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__()
        self._title = title
        self._keys = tuple(keys)
        self._keyboard = keyboard
        self._notes = tuple(notes)

    def compose(self) -> ComposeResult:
        """List the keys."""
        with Vertical(id="help") as box:
            box.border_title = "Help"
            box.border_subtitle = text(self._keyboard.fill("{page.back} closes"))
            yield Field(self._keyboard.keys("app.help"))
            with VerticalScroll(id="help-keys", can_focus=False):
                yield Static(f"Keys on {self._title}", classes="heading", markup=False)
                yield KeyValueList(min_label_width=6)
                yield Static("No key has that in it.", id="no-keys", markup=False)

    def on_mount(self) -> None:
        """Show every key."""
        self.find("")

    @on(Input.Changed, "#help-find")
    def typed(self, event: Input.Changed) -> None:
        """Show the keys that fit what was typed so far."""
        self.find(event.value)

    def find(self, words: str) -> None:
        """Show the keys and notes whose name or sentence has every one of `words` in it."""
        wanted = words.casefold().split()
        entries = [(entry.text, entry.keys, entry.sentence) for entry in self._keys]
        entries += [(f"{name} {sentence}", name, sentence) for name, sentence in self._notes]
        found = tuple(
            (name, sentence)
            for text, name, sentence in entries
            if all(word in text.casefold() for word in wanted)
        )
        self.query_one(KeyValueList).facts = found
        self.query_one("#no-keys").display = not found
        self.query_one("#help-keys").scroll_home(animate=False)

    @on(Field.Left)
    def leave(self) -> None:
        """Close the help."""
        self.dismiss()

    def action_close(self) -> None:
        """Forget what was typed, else close the help."""
        field = self.query_one(Field)
        if field.value:
            field.value = ""
        else:
            self.dismiss()

    def action_scroll(self, rows: int) -> None:
        """Scroll by rows."""
        self.query_one("#help-keys").scroll_relative(y=rows, animate=False)

    def action_page(self, pages: int) -> None:
        """Scroll by windows."""
        keys = self.query_one("#help-keys")
        keys.scroll_relative(y=pages * keys.size.height, animate=False)
