"""The level with its title, progress bar and exact XP."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive

from beatpass_tui import formatting
from beatpass_tui.models import levels
from beatpass_tui.models.home import Level
from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.content import ContentWidget, progress_bar

_MAX_BAR_WIDTH = 60
_PERCENT_WIDTH = 6


class LevelMeter(ContentWidget):
    """Four rows about a level; a missing value is a dash or left out, never zero."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "level-meter--level",
        "level-meter--bar",
        "level-meter--remaining",
        "level-meter--muted",
    }

    level: reactive[Level | None] = reactive(None)

    def render(self) -> Content:
        if self.level is None:
            return Content("")
        width = self.content_size.width
        rows = (
            self.styled(level_and_title(self.level, width), "level-meter--level"),
            self._bar(self.level.progress, width),
            Content(f"{formatting.count(self.level.xp)} XP"),
            self.styled(next_level_text(self.level, width), "level-meter--muted"),
        )
        return Content("\n").join(row.truncate(width, ellipsis=True) for row in rows)

    def _bar(self, percent: float | None, width: int) -> Content:
        if percent is None:
            return self.styled(f"{formatting.DASH} progress unknown", "level-meter--muted")
        # Rounded down, so that an incomplete level never shows 100%.
        if is_accessible(self):
            return Content(f"{int(percent)}% of this level")
        cells = min(max(width - _PERCENT_WIDTH, 1), _MAX_BAR_WIDTH)
        done, remaining = progress_bar(percent, cells)
        bar = self.styled(done, "level-meter--bar")
        return bar + self.styled(remaining, "level-meter--remaining") + f" {int(percent):>3}%"


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
