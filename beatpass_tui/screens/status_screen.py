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

    def compose_footer(self) -> ComposeResult:
        """Yield status line, footer and the warning for small windows."""
        yield StatusLine(id="notice")
        yield KeyFooter(id="keys")
        yield SizeWarning()

    def show_message(self, text: str, severity: Severity = Severity.GOOD) -> None:
        """Show a message in the status line."""
        if not self.is_closing:
            self.query_one(StatusLine).notice = Notice(text, severity)
