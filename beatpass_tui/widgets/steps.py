"""The steps of a process, one per row."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual.color import Color
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.style import Style

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
        width = self.content_size.width
        rows = (self._row(step, names).truncate(width, ellipsis=True) for step in self.steps)
        return Content("\n").join(
            self._raised(row, width) if step.is_current else row
            for row, step in zip(rows, self.steps, strict=True)
        )

    def _raised(self, row: Content, width: int) -> Content:
        """Return the row of the current step with the fill of a cursor."""
        if is_accessible(self):
            return row
        ground = Style(background=Color.parse(self.app.theme_variables["panel"]))
        return (row + " " * (width - row.cell_length)).stylize_before(ground)

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
