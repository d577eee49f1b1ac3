"""The greeting header: who, when, and how far."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from beatpass_tui import formatting
from beatpass_tui.models import levels
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.view_models.cards import Phase, Welcome
from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.bar import bar
from beatpass_tui.widgets.text_line import justified, text

if TYPE_CHECKING:
    from beatpass_tui.models import Level

_NARROW, _WIDE = 76, 100


class Greeting(Widget):
    """Two lines: greeting and level title, date and the bar to the next level."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "greeting--name",
        "greeting--muted",
        "greeting--level",
        "greeting--bar",
        "greeting--remaining",
    }

    welcome: reactive[Welcome] = reactive(Welcome())
    """Name and level; equal values cause no repaint."""

    def __init__(self, clock: Clock, *, id: str) -> None:
        super().__init__(id=id)
        self._clock = clock

    def render(self) -> Content:
        """Draw the two lines for this hour, as long as the width allows."""
        width, now, welcome = self.content_size.width, self._clock.now(), self.welcome
        hello = Content(formatting.greeting(now))
        if welcome.name:
            hello += Content(", ") + self._styled(welcome.name, "greeting--name")
        today = self._styled(formatting.long_date(now), "greeting--muted")
        if welcome.level is None:
            words = "Level not available" if welcome.phase is Phase.MISSING else ""
            return Content("\n").join(
                (
                    justified(hello, self._styled(words, "greeting--muted"), width),
                    justified(today, Content(""), width),
                )
            )
        return Content("\n").join(
            (
                justified(hello, self._rank(welcome.level, width - hello.cell_length - 1), width),
                justified(today, self._progress(welcome.level, width), width),
            )
        )

    def _rank(self, level: Level, room: int) -> Content:
        """Return level and title, as much of them as there is room for beside the name."""
        if level.level is None:
            return self._styled("Level not available", "greeting--muted")
        words = short = f"Level {level.level}"
        for title in (level.title, (level.title or "").removesuffix(" Producer")):
            if title and text(longer := f"{short} · {title}").cell_length <= room:
                words = longer
                break
        return self._styled(words, "greeting--level")

    def _progress(self, level: Level, width: int) -> Content:
        short = width < _WIDE
        words = text(levels.xp_summary(level.level, level.xp, level.to_next, short=short))
        if level.progress is None or width < _NARROW - 20 or is_accessible(self):
            return words if width >= 50 else Content("")
        cells = 24 if width >= _WIDE else 12 if width >= _NARROW else 6
        done, rest = bar(level.progress, cells)
        drawn = self._styled(done, "greeting--bar") + self._styled(rest, "greeting--remaining")
        return drawn + Content("  ") + words

    def _styled(self, words: str, component: str) -> Content:
        return text(words).stylize(self.get_visual_style(component, partial=True))
