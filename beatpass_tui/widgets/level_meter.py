"""The level in full: title, the bar to the next level, and the exact figures."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from beatpass_tui import formatting
from beatpass_tui.models import Level, levels
from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.bar import bar
from beatpass_tui.widgets.text_line import text

_MOST_CELLS = 60
_PERCENT = 7


class LevelMeter(Widget):
    """Four rows about a level; what did not come is a dash or left out, never a zero."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "level-meter--level",
        "level-meter--bar",
        "level-meter--remaining",
        "level-meter--muted",
    }

    level: reactive[Level | None] = reactive(None)
    """What is shown; an equal value causes no repaint."""

    def render(self) -> Content:
        """Draw the rows."""
        if self.level is None:
            return Content("")
        width = self.content_size.width
        rows = (
            self._styled(rank(self.level, width), "level"),
            self._bar(self.level.progress, width),
            text(f"{formatting.count(self.level.xp)} XP"),
            self._styled(ahead(self.level, width), "muted"),
        )
        return Content("\n").join(row.truncate(width, ellipsis=True) for row in rows)

    def _bar(self, percent: float | None, width: int) -> Content:
        if percent is None:
            return self._styled(f"{formatting.DASH} how far into the level is not known", "muted")
        if is_accessible(self):
            return text(f"{int(percent)} % of this level")
        done, rest = bar(percent, min(max(width - _PERCENT, 1), _MOST_CELLS))
        # Rounded down, since a level that is nearly done is not done.
        said = f" {int(percent):>3} %"
        return self._styled(done, "bar") + self._styled(rest, "remaining") + text(said)

    def _styled(self, words: str, name: str) -> Content:
        return text(words).stylize(self.get_visual_style(f"level-meter--{name}", partial=True))


def rank(level: Level, width: int) -> str:
    """Return level and title; the title loses its last word where there is no room for it."""
    if level.level is None:
        return f"Level {formatting.DASH}"
    said = f"Level {level.level}"
    for title in (level.title, (level.title or "").removesuffix(" Producer")):
        if title and text(longer := f"{said} · {title}").cell_length <= width:
            return longer
    return said


def ahead(level: Level, width: int) -> str:
    """Return what is missing to the next level, and at how many XP that is if it fits."""
    if level.level is not None and level.level >= levels.MAX_LEVEL:
        return "Maximum level reached"
    if level.level is None or level.to_next is None:
        return f"{formatting.DASH} to the next level"
    said = f"{formatting.count(level.to_next)} XP to level {level.level + 1}"
    if level.xp is None:
        return said
    longer = f"{said}, at {formatting.count(level.xp + level.to_next)}"
    return longer if len(longer) <= width else said
