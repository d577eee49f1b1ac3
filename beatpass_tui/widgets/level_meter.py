"""The level with its title, progress bar and exact XP, and the XP of each day, week and month."""

from __future__ import annotations

from itertools import zip_longest

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive

from beatpass_tui import formatting
from beatpass_tui.models import levels
from beatpass_tui.models.gains import DayGain
from beatpass_tui.models.home import Level
from beatpass_tui.view_models.progress import XpPeriods
from beatpass_tui.widgets.accessibility import is_accessible, is_plain
from beatpass_tui.widgets.bars import LEVELS, eighths, meter
from beatpass_tui.widgets.content import ContentWidget, justify

_WIDE = 64
"""Width from which the days are beside the level, not below it."""
_DAYS_WIDTH = 31
_LEVEL_ROWS = 3
_MIN_HEIGHT = _LEVEL_ROWS + 3
"""Height from which the days are below the level."""
_MAX_BARS = 9
"""Height of the bars of days above weeks and months; they are higher where rows are left."""
_MIN_LIST = 4
_LIST_WIDTH = 60
_TWO_LISTS = 100
"""Width from which the months are beside the weeks."""
_LABEL = 10
_AMOUNT = 9

GAIN_DAYS = 90
"""Number of days, of which those are shown that fit."""

_HUE = "hue-level"


class LevelMeter(ContentWidget):
    """Rows about a level; a missing value is a dash or left out, never zero."""

    level: reactive[Level | None] = reactive(None)
    gains: reactive[tuple[DayGain | None, ...]] = reactive(())
    """The XP of the last days, the last one today."""
    week: reactive[str] = reactive("")
    """The XP gained in 7 days."""
    periods: reactive[tuple[XpPeriods, ...]] = reactive(())
    """The XP of each week and of each month."""

    def render(self) -> Content:
        if self.level is None:
            return Content("")
        width, height = self.content_size
        if width >= _WIDE and height < _MIN_HEIGHT:
            rows = self._level_rows(self.level, width - _DAYS_WIDTH - 3, apart=False)
            days = self._days(_DAYS_WIDTH, height)
            days += [Content("")] * (len(rows) - len(days))
            rows = [justify(*pair, width) for pair in zip(rows, days, strict=False)]
        else:
            rows = self._level_rows(self.level, width, apart=True)
            if height >= _MIN_HEIGHT:
                rows += self._below(width, height - _LEVEL_ROWS)
        return Content("\n").join(row.truncate(width, ellipsis=True) for row in rows)

    def _level_rows(self, level: Level, width: int, *, apart: bool) -> list[Content]:
        """Return the rows; `apart` has the percentage in the first one, else it ends the bar."""
        name = self.colored(level_and_title(level, width - 6), _HUE, bold=True)
        percent, progress = level.progress, Content("")
        # Rounded down, so that an incomplete level never shows 100%.
        if percent is not None and not is_accessible(self):
            progress = self.colored(f"{int(percent)}%", _HUE, bold=True)
        xp = Content(f"{formatting.count(level.xp)} XP").stylize("bold")
        gap = "   " if apart else " · "
        rest = self.colored(gap + next_level_text(level, width - xp.cell_length - 3), "quiet")
        if apart:
            return [justify(name, progress, width), self._bar(percent, width), xp + rest]
        cells = width - 5 if progress.cell_length else width
        bar = self._bar(percent, cells)
        return [name.truncate(width, pad=True), xp + rest, justify(bar, progress, width)]

    def _bar(self, percent: float | None, width: int) -> Content:
        if percent is None:
            return self.colored(f"{formatting.DASH} progress unknown", "quiet")
        if is_accessible(self):
            return Content(f"{int(percent)}% of this level")
        filled, empty = meter(percent / 100, width)
        if is_plain(self):
            # Filled and empty parts differ without color as well.
            empty = "─" * len(empty)
        return self.colored(filled, _HUE) + self.colored(empty, "track")

    def _below(self, width: int, height: int) -> list[Content]:
        """Return the days and, if there is room, the weeks and months."""
        days = 1 if is_accessible(self) else _MAX_BARS + 1
        if height - days < _MIN_LIST or not self.periods:
            return self._days(width, height)
        lengths = [1 + len(each.rows) for each in self.periods]
        needed = max(lengths) if width >= _TWO_LISTS else sum(lengths)
        if not is_accessible(self):
            days = max(days, height - needed)
        rows, height = self._days(width, days), height - days
        if width >= _TWO_LISTS:
            cells = min(width // 2 - 2, _LIST_WIDTH)
            lists = [self._list(each, cells, height) for each in self.periods]
            pairs = zip_longest(*lists, fillvalue=Content(" " * cells))
            gap = " " * (width - len(lists) * cells)
            return rows + [Content(gap).join(pair) for pair in pairs]
        for each in self.periods:
            if height >= _MIN_LIST:
                drawn = self._list(each, width, height)
                rows, height = rows + drawn, height - len(drawn)
        return rows

    def _list(self, periods: XpPeriods, width: int, count: int) -> list[Content]:
        """Return a heading and the latest periods, each with its exact XP."""
        most = max((row.gain for row in periods.rows), default=0)
        lines = [self._head(periods.title, Content(""), width)]
        for row in periods.rows[: count - 1]:
            label = self.colored(row.label.ljust(_LABEL), "quiet")
            amount = Content(row.text.rjust(_AMOUNT)).stylize("bold" if row.gain else "")
            cells = width - _LABEL - _AMOUNT - 1
            bar = Content(" " * cells)
            if not is_accessible(self):
                filled, empty = meter(row.gain / most if most > 0 else 0, cells)
                empty = " " * len(empty) if is_plain(self) else empty
                bar = self.colored(filled, _HUE) + self.colored(empty, "track")
            lines.append(label + bar + " " + amount)
        return lines

    def _head(self, text: str, note: Content, width: int) -> Content:
        title = self.colored(text, _HUE)
        if is_accessible(self):
            return justify(title, note, width)
        cells = width - title.cell_length - note.cell_length - (2 if note else 1)
        head = title + " " + self.colored("─" * cells, "track")
        return head + " " + note if note else head

    def _days(self, width: int, height: int) -> list[Content]:
        note = Content(f"7 days {self.week}") if self.week else Content("")
        title = self.colored("XP per day", _HUE)
        if not any(day is not None for day in self.gains):
            empty = self.colored("Daily XP appears from tomorrow.", "quiet")
            return [title.truncate(width, pad=True), empty.truncate(width, pad=True)]
        head = self._head("XP per day", note, width)
        return [head] if is_accessible(self) else [head, *self._bars(width, max(height - 1, 1))]

    def _bars(self, width: int, rows: int) -> list[Content]:
        days = self.gains[-((width + 1) // 2) :]
        most = max((day.gain for day in days if day is not None), default=0)
        drawn = []
        for row in range(rows - 1, -1, -1):
            line = Content("")
            for index, day in enumerate(days):
                line += self._cell(day, most, row, rows, is_today=index == len(days) - 1)
                line += self.colored(" " if row else "▁", "track")
            drawn.append(line.truncate(width, pad=True))
        return drawn

    def _cell(
        self, day: DayGain | None, most: float, row: int, rows: int, *, is_today: bool
    ) -> Content:
        height = eighths(day.gain, most, 8 * rows) if day is not None else 0
        cell = LEVELS[min(max(height - 8 * row, 0), 8)]
        if day is None or cell == " ":
            return self.colored("▁" if row == 0 else " ", "track")
        bar = self.colored(cell, _HUE)
        return bar if is_today else bar.stylize("dim")


def level_and_title(level: Level, width: int) -> str:
    """Return level and title; a title that is too long is shortened or left out."""
    if level.level is None:
        return f"Level {formatting.DASH}"
    text = f"Level {level.level}"
    for title in (level.title, (level.title or "").removesuffix(" Producer")):
        if title and cell_len(longer := f"{text} · {title}") <= width:
            return longer
    return text


def next_level_text(level: Level, width: int) -> str:
    """Return the XP needed for the next level and, if it fits, its total XP."""
    if level.level is not None and level.level >= levels.MAX_LEVEL:
        return "Maximum level reached"
    if level.level is None or level.to_next is None:
        return f"{formatting.DASH} to the next level"
    text = f"{formatting.count(level.to_next)} XP to level {level.level + 1}"
    if level.xp is None:
        return text
    longer = f"{text}, at {formatting.count(level.xp + level.to_next)}"
    return longer if len(longer) <= width else text
