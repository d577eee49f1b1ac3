"""A bare Textual app with one list, to measure against."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import OptionList


class Bare(App[None]):
    """Nothing but a list of a hundred lines."""

    def compose(self) -> ComposeResult:
        """Return the list."""
        yield OptionList(*(f"Line {number}" for number in range(100)))


if __name__ == "__main__":
    Bare().run()
