"""Help: every key that does something here, out of the bindings themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from beatpass_tui.widgets.facts import Fact, Facts


class Help(ModalScreen[None]):
    """Keys with a sentence each."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q", "dismiss", "Close", key_display="Esc"),
        Binding("up,k", "scroll_up", "Scroll up", show=False),
        Binding("down,j", "scroll_down", "Scroll down", show=False),
    ]

    def __init__(self, title: str, keys: Sequence[Fact]) -> None:
        super().__init__()
        self._title = title
        self._keys = tuple(keys)

    def compose(self) -> ComposeResult:
        """List the keys."""
        with Vertical(id="help") as box:
            box.border_title = "Help"
            box.border_subtitle = "Esc closes"
            with VerticalScroll(id="help-keys", can_focus=False):
                yield Static(f"Keys on {self._title}", classes="heading", markup=False)
                yield Facts(least_label=6)

    def on_mount(self) -> None:
        """Show the keys."""
        self.query_one(Facts).facts = self._keys

    def action_scroll_up(self) -> None:
        """Scroll up by a row."""
        self.query_one("#help-keys").scroll_relative(y=-1, animate=False)

    def action_scroll_down(self) -> None:
        """Scroll down by a row."""
        self.query_one("#help-keys").scroll_relative(y=1, animate=False)
