"""Base class of the screens with a status line and a footer."""

from pathlib import Path, PurePath

from textual.app import ComposeResult

from beatpass_tui.screens.closing import ClosingScreen
from beatpass_tui.view_models.cards import Notice, Severity
from beatpass_tui.widgets.key_footer import KeyFooter
from beatpass_tui.widgets.size_warning import SizeWarning
from beatpass_tui.widgets.status_line import StatusLine

_SHEETS = ("pages", "finances", "activity", "progress", "leaderboards", "beats")

PAGES_CSS: list[str | PurePath] = [
    Path(__file__).resolve().with_name(f"{name}.tcss") for name in _SHEETS
]
"""Style sheets of every screen but Home, in their order."""

FRAMED_CLASS = "-framed"
"""Class of the app if tiles are drawn as frames, used by the stylesheet."""


class StatusScreen(ClosingScreen):
    """A screen with a status line above the footer."""

    HORIZONTAL_BREAKPOINTS = [
        (0, "-too-narrow"),
        (40, "-two"),
        (76, "-four"),
    ]
    VERTICAL_BREAKPOINTS = [
        (0, "-too-low"),
        (12, "-short"),
        (24, "-regular"),
    ]

    def _add_size_classes(self) -> None:
        """Add the breakpoint classes before the first frame.

        Textual adds them later, which would lay out everything twice. Windows that are too small
        are left to Textual.
        """
        breakpoints = (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS)
        for extent, (_, *usable) in zip(self.app.size, breakpoints, strict=True):
            name = next((name for least, name in reversed(usable) if extent >= least), None)
            if name is not None:
                self.add_class(name, update=False)

    def compose_footer(self) -> ComposeResult:
        """Yield status line, footer and the warning for small windows."""
        yield StatusLine(id="notice")
        yield KeyFooter(id="keys")
        yield SizeWarning()

    def show_message(self, text: str, severity: Severity = Severity.GOOD) -> None:
        """Show a message in the status line."""
        if not self.is_closing:
            self.query_one(StatusLine).notice = Notice(text, severity)
