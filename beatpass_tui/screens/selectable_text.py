"""A text that the program can't copy, or not for certain, to be selected with the mouse."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from beatpass_tui.screens.closing import ClosingScreen
from beatpass_tui.screens.status_screen import PAGES_CSS
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.key_footer import KeyFooter

_FAILED = (
    "Nothing could be copied: there is no program for it, and this terminal or multiplexer does "
    "not accept text. Select it with the mouse; in most terminals, hold Shift."
)
_SENT = (
    "Sent to the terminal's clipboard. If your terminal ignores that, select the text with the "
    "mouse; in most terminals, hold Shift."
)


class SelectableText(ClosingScreen, ModalScreen[None]):
    """A text from the left edge of the screen, without a frame that would be selected as well."""

    CSS_PATH = PAGES_CSS

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("page.back", "close", "Close", "Close the text."),
    ]

    def __init__(self, text: str, *, is_sent: bool) -> None:
        super().__init__()
        self._text = text
        self._help = _SENT if is_sent else _FAILED

    def compose(self) -> ComposeResult:
        yield Static(self._help, id="select-help", markup=False)
        with VerticalScroll(id="select-text"):
            yield Static(self._text, markup=False)
        yield KeyFooter()

    def action_close(self) -> None:
        self.dismiss()
