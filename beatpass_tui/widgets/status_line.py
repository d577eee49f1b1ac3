"""The one row above the footer for everything that has to be said."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from beatpass_tui.view_models.cards import Notice, Severity
from beatpass_tui.widgets.text_line import text


class StatusLine(Widget):
    """Always there, so that the frame never jumps; empty when there is nothing to say."""

    notice: reactive[Notice] = reactive(Notice(""))
    """What is said; an equal notice causes no repaint."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes=f"-{Severity.HINT.value}")

    def watch_notice(self, notice: Notice) -> None:
        """Take on the look of the severity."""
        for severity in Severity:
            self.set_class(severity is notice.severity, f"-{severity.value}")

    def render(self) -> Content:
        """Draw the line; where it is too long the text is cut, not the way out.

        Where the stylesheet gives more rows, the text takes them instead.
        """
        notice, width = self.notice, self.content_size.width
        mark = "! " if notice.severity in (Severity.WARNING, Severity.ERROR) else ""
        if self.content_size.height > 1:
            return text(mark + notice.text)
        action = text(f" · {notice.action}" if notice.action else "")
        said = text(mark + notice.text).truncate(max(width - action.cell_length, 0), ellipsis=True)
        return (said + action).truncate(width, ellipsis=True)
