"""A bare Textual app with one list as the baseline; `p` pushes a screen with another list."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import OptionList


class SecondScreen(Screen[None]):
    """A screen with one list; `Esc` closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "app.pop_screen")]

    def compose(self) -> ComposeResult:
        """Return the list."""
        yield OptionList(*(f"Other line {number}" for number in range(100)))


class BareApp(App[None]):
    """An app with a list of 100 lines."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("p", "push_screen('other')")]

    def compose(self) -> ComposeResult:
        """Return the list."""
        yield OptionList(*(f"Line {number}" for number in range(100)))

    def on_mount(self) -> None:
        """Install the other screen once, as the dashboard keeps its pages."""
        self.install_screen(SecondScreen(), "other")


if __name__ == "__main__":
    BareApp().run()
