"""The status line above the footer."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.reactive import reactive

from beatpass_tui.view_models.cards import Notice, Severity
from beatpass_tui.widgets.content import ContentWidget, fitting_facts


class StatusLine(ContentWidget):
    """The most important notice; an empty row is kept, so that the page never jumps."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"status-line--item"}

    notice: reactive[Notice] = reactive(Notice(""))

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes=f"-{Severity.HINT.value}")

    def watch_notice(self, notice: Notice) -> None:
        for severity in Severity:
            self.set_class(severity is notice.severity, f"-{severity.value}")

    def render(self) -> Content:
        notice, width = self.notice, self.content_size.width
        mark = "! " if notice.severity in (Severity.WARNING, Severity.ERROR) else ""
        message = Content(mark + notice.text)
        if self.content_size.height > 1:
            # The text wraps if the stylesheet provides several rows.
            return message
        # Cut the text, not the keys to press.
        action = Content(f" · {notice.action}" if notice.action else "")
        room = max(width - action.cell_length, 0)
        if message.cell_length > room and notice.short:
            message = Content(mark + notice.short)
        if message.cell_length > room:
            # Leave out whole facts; a first one that does not fit is cut.
            message = Content(fitting_facts(message.plain, room))
        message = message.truncate(room, ellipsis=True)
        line = (message + action).truncate(width, ellipsis=True)
        item, dot, _ = message.plain.partition(" · ")
        is_about_loading = notice.is_progress or notice.has_countdown
        if dot and notice.severity is Severity.HINT and notice.has_item and not is_about_loading:
            # What is under the cursor comes before its facts.
            line = self.styled(line.plain[: len(item)], "status-line--item") + line[len(item) :]
        return line
