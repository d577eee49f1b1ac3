"""Lists of XP: by source, awards and ways to earn; and the achievement under the cursor."""

from __future__ import annotations

from textwrap import wrap

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive

from beatpass_tui.models.career import Achievement
from beatpass_tui.view_models import progress
from beatpass_tui.view_models.labels import label
from beatpass_tui.view_models.progress import AmountRow, SourceRow
from beatpass_tui.widgets.accessibility import is_accessible, is_plain
from beatpass_tui.widgets.bars import meter
from beatpass_tui.widgets.content import ContentWidget, justify

_LABEL, _XP, _PERCENT, _TIMES = 16, 7, 5, 5
_MIN_METER = 6


class SourceList(ContentWidget):
    """Sources of XP or categories: how often, a bar of the share, XP and percentage."""

    items: reactive[tuple[SourceRow, ...]] = reactive((), layout=True)

    def __init__(self, empty_text: str, *, id: str) -> None:
        super().__init__(id=id)
        self._empty_text = empty_text

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(len(self.items), 1)

    def render(self) -> Content:
        if not self.items:
            return self.colored(self._empty_text, "quiet")
        width = self.content_size.width
        return Content("\n").join(self._row(item, width) for item in self.items)

    def _row(self, item: SourceRow, width: int) -> Content:
        times = max(_TIMES, *(cell_len(row.times) + 2 for row in self.items))
        longest = max(cell_len(row.label) for row in self.items)
        # Long labels leave room for the numbers.
        labels = min(longest, max(width - _XP - _PERCENT - times, width // 2) - 1)
        left = self.colored(item.label, "quiet").truncate(labels, ellipsis=True, pad=True)
        spare = width - labels - _XP
        right = Content(item.xp.rjust(_XP)).stylize("bold")
        if spare >= _PERCENT + times + _MIN_METER + 3:
            spare -= _PERCENT + times
            left += self.colored(item.times.rjust(times), "quiet")
            right += self.colored(item.percent.rjust(_PERCENT), "quiet")
        if spare >= _MIN_METER + 3 and not is_accessible(self):
            filled, empty = meter(item.share, spare - 3)
            empty = " " * len(empty) if is_plain(self) else empty
            left += "  " + self.colored(filled, "hue-level") + self.colored(empty, "track")
        return justify(left, right, width)


_MAX_GAP = 14


class AmountList(ContentWidget):
    """Texts with amounts of XP, as many as fit."""

    items: reactive[tuple[AmountRow, ...]] = reactive((), layout=True)

    def __init__(self, color: str, *, most: int, id: str) -> None:
        super().__init__(id=id)
        self._color = color
        self._most = most

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return min(len(self.items), self._most)

    def render(self) -> Content:
        width = self.content_size.width
        days = max((cell_len(item.day) for item in self.items), default=0)
        longest = max((cell_len(item.text) + cell_len(item.xp) for item in self.items), default=0)
        # Amounts stand near their texts.
        width = min(width, days + 2 + longest + _MAX_GAP)
        rows = []
        for item in self.items[: self._most]:
            day = self.colored(item.day.ljust(days + 2), "quiet") if days else Content("")
            rows.append(justify(day + item.text, self.colored(item.xp, self._color), width))
        return Content("\n").join(rows)


class AchievementDetail(ContentWidget):
    """The achievement under the cursor and how to unlock it."""

    achievement: reactive[Achievement | None] = reactive(None)

    def render(self) -> Content:
        row, (width, height) = self.achievement, self.content_size
        if row is None:
            return Content("")
        name = self.colored(row.name or "", progress.rarity_color(row.rarity))
        note = self.colored(
            " · ".join(filter(None, (label(row.rarity), label(row.category)))), "quiet"
        )
        name = name.truncate(max(width - note.cell_length - 4, 0), ellipsis=True)
        rule = " " if is_accessible(self) else "─"
        cells = max(width - name.cell_length - note.cell_length - 2, 0)
        head = name + " " + self.colored(rule * cells, "track") + " " + note
        lines = wrap(progress.description(row), max(width, 10))
        if len(lines) > height - 1:
            lines = wrap(row.about or "", max(width, 10))[: max(height - 1, 1)]
        return Content("\n").join([head, *map(Content, lines)])
