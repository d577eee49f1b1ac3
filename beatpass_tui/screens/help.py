"""The help screen: the keys that act on a screen, grouped, and what its signs mean."""

from collections.abc import Sequence
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Static

from beatpass_tui import __version__
from beatpass_tui.config.key_names import display_key
from beatpass_tui.config.keys import Keyboard
from beatpass_tui.models.text import fold
from beatpass_tui.screens.closing import ClosingScreen
from beatpass_tui.screens.page import Page
from beatpass_tui.screens.status_screen import PAGES_CSS
from beatpass_tui.widgets.bindings import ActiveKey, active_keys, bind
from beatpass_tui.widgets.dialog_title import DialogTitle
from beatpass_tui.widgets.help_text import Entry, HelpText, KeyGroup

_NAVIGATION = (
    "page.open_",
    "page.back",
    "move.",
    "focus.",
    "cursor.",
    "list.previous",
    "list.next",
)
_LISTS = ("list.", "page.export", "finances.", "progress.", "activity.period")
_PROGRAM = ("app.", "page.refresh", "account.")

_SIGNS = (
    Entry("+168 ▲ 31%", "7 days, and the 7 before", "$ink-success"),
    Entry("▁▃▅ ▄▆▇", "Last week, this week, today", "$hue-total-plays"),
    Entry("—", "Not sent by BeatPass", "$quiet"),
    Entry("● Delayed", "Orange: you may have to act", "$hue-delayed"),
    Entry("↗", "Opens in the browser"),
)

_FOOTNOTE = (
    "Everything also works with the mouse. Keys can be changed under [keys] in the configuration.\n"
    f"beatpass-tui {__version__} · unofficial"
)


class SearchField(Input):
    """An input that closes the help if a key in `close_keys` is pressed and nothing was typed."""

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
    """The active keys of a screen, and its signs, filtered by the text typed."""

    CSS_PATH = PAGES_CSS

    BINDINGS = [
        bind("page.back", "close", "Close", "Close the help."),
        bind("app.palette", "palette"),
        bind("move.up", "scroll(-1)"),
        bind("move.down", "scroll(1)"),
        bind("move.page_up", "page(-1)"),
        bind("move.page_down", "page(1)"),
    ]

    def __init__(self, screen: Screen[Any], keyboard: Keyboard) -> None:
        super().__init__()
        self._page, notes = "", tuple(Page.HELP_NOTES)
        if isinstance(screen, Page):
            self._page, notes = screen.info.label, tuple(screen.HELP_NOTES)
        self._keyboard = keyboard
        self._groups = self._group(active_keys(screen), notes)

    def _group(
        self, keys: Sequence[ActiveKey], notes: Sequence[tuple[str, str]]
    ) -> Sequence[KeyGroup]:
        page = f"This page · {self._page}" if self._page else "This page"
        titles = ("Navigation", "Lists", page, "Program")
        groups: dict[str, list[Entry]] = {title: [] for title in titles}
        for key in keys:
            id = key.commands[0].id
            if not key.keys:
                continue
            if id.startswith(_NAVIGATION):
                title = titles[0]
            elif id.startswith(_LISTS):
                title = titles[1]
            else:
                title = titles[3] if id.startswith(_PROGRAM) else page
            groups[title].append(Entry(key.keys, self._sentence(key)))
        signs = [*_SIGNS, *(Entry(name, sentence) for name, sentence in notes)]
        half = (len(signs) + 1) // 2
        legend = (KeyGroup("What you see", signs[:half]), KeyGroup("", signs[half:]))
        return (*(KeyGroup(title, entries) for title, entries in groups.items()), *legend)

    def _sentence(self, key: ActiveKey) -> str:
        """Return what a key does, and the other keys that do the same."""
        others = [
            display_key(other, words=self._keyboard.words)
            for command in key.commands
            for other in self._keyboard.keys(command.id)[1:]
        ]
        sentence = key.sentence.removesuffix(".")
        return f"{sentence}, also {' '.join(others)}" if others else sentence

    def compose(self) -> ComposeResult:
        with Vertical(id="help"):
            with Vertical(id="help-head"):
                yield DialogTitle("Help", self._page, self._keyboard.display("page.back"))
                yield SearchField(self._keyboard.keys("app.help"))
            with VerticalScroll(id="help-keys", can_focus=False):
                yield HelpText()
                yield Static("No matching keys.", id="no-keys", markup=False)
                yield Static(_FOOTNOTE, id="help-note", markup=False)

    def on_mount(self) -> None:
        self.search("")

    @on(Input.Changed, "#help-find")
    def apply_search(self, event: Input.Changed) -> None:
        self.search(event.value)

    def search(self, text: str) -> None:
        """Show the entries whose name or sentence contains every word of `text`."""
        words = fold(text).split()
        groups = [
            group._replace(
                entries=[
                    entry
                    for entry in group.entries
                    if all(word in fold(f"{entry.name} {entry.sentence}") for word in words)
                ]
            )
            for group in self._groups
        ]
        self.query_one(HelpText).groups = groups
        self.query_one("#no-keys").display = not any(group.entries for group in groups)
        self.query_one("#help-note").display = not words
        self.query_one("#help-keys").scroll_home(animate=False)

    @on(SearchField.Closed)
    def close(self) -> None:
        self.dismiss()

    def action_close(self) -> None:
        """Close the help."""
        self.dismiss()

    def action_palette(self) -> None:
        """Show the palette of the screen below."""
        self.dismiss()
        self.app.call_later(self.app.action_command_palette)

    def action_scroll(self, rows: int) -> None:
        self.query_one("#help-keys").scroll_relative(y=rows, animate=False)

    def action_page(self, pages: int) -> None:
        keys = self.query_one("#help-keys")
        keys.scroll_relative(y=pages * keys.size.height, animate=False)
