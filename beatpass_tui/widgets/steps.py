"""The steps of a process, one per row."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive

from beatpass_tui.view_models.blocked import Step
from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.content import ContentWidget


class StepList(ContentWidget):
    """Steps with a mark, a name and a detail; in accessible mode the mark is a word."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "step-list--done",
        "step-list--current",
        "step-list--detail",
    }

    steps: reactive[tuple[Step, ...]] = reactive((), layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.steps)

    def render(self) -> Content:
        names = max((cell_len(step.name) for step in self.steps), default=0)
        rows = (self._row(step, names) for step in self.steps)
        width = self.content_size.width
        return Content("\n").join(row.truncate(width, ellipsis=True) for row in rows)

    def _row(self, step: Step, name_width: int) -> Content:
        mark, word, style = "·", "next", "step-list--detail"
        if step.is_done:
            mark, word, style = "✓", "done", "step-list--done"
        elif step.is_current:
            mark, word, style = "●", "now", "step-list--current"
        name = Content(step.name)
        if step.is_current:
            name = self.styled(step.name, "step-list--current")
        start = f"{word:4}" if is_accessible(self) else mark
        gap = " " * (name_width - name.cell_length + 3)
        detail = self.styled(step.detail, "step-list--detail")
        return self.styled(start, style) + "  " + name + gap + detail
