"""A dialog that asks for confirmation before something is deleted."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from beatpass_tui.screens.status_screen import PAGES_CSS
from beatpass_tui.widgets.bindings import bind


class Confirmation(ModalScreen[bool]):
    """A dialog with the focused button Cancel and a second one labeled `action`.

    Its result is whether the second button was pressed.
    """

    CSS_PATH = PAGES_CSS

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("page.back", "cancel", "Cancel", "Close without changing anything."),
        bind("focus.next", "app.focus_next", show=False),
        bind("focus.previous", "app.focus_previous", show=False),
        bind("move.left", "app.focus_previous", show=False),
        bind("move.right", "app.focus_next", show=False),
    ]
    AUTO_FOCUS: ClassVar[str] = "#cancel"

    def __init__(self, title: str, text: str, action: str) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._action = action

    def compose(self) -> ComposeResult:
        with Vertical(id="confirmation") as box:
            box.border_title = Content(self._title)
            yield Static(self._text, id="question", markup=False)
            with Horizontal(id="buttons"):
                yield Button("Cancel", id="cancel")
                yield Button(Content(self._action), id="confirm")

    @on(Button.Pressed)
    def close(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "confirm")

    def action_cancel(self) -> None:
        """Close without changing anything."""
        self.dismiss(False)
