"""The header of Home: greeting, date, level and progress to the next level."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.reactive import reactive

from beatpass_tui import formatting
from beatpass_tui.models import levels
from beatpass_tui.models.home import Level
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.view_models.cards import Phase, Welcome
from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.content import ContentWidget, justify, progress_bar
from beatpass_tui.widgets.level_meter import level_and_title

_MEDIUM_WIDTH, _LARGE_WIDTH = 76, 100


class Greeting(ContentWidget):
    """Two lines: greeting and level title, date and the bar to the next level."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "greeting--name",
        "greeting--muted",
        "greeting--level",
        "greeting--bar",
        "greeting--remaining",
    }

    welcome: reactive[Welcome] = reactive(Welcome())

    def __init__(self, clock: Clock, *, id: str) -> None:
        super().__init__(id=id)
        self._clock = clock

    def render(self) -> Content:
        width, now, welcome = self.content_size.width, self._clock.now(), self.welcome
        greeting = Content(formatting.greeting(now))
        if welcome.name:
            greeting += Content(", ") + self.styled(welcome.name, "greeting--name")
        date = self.styled(formatting.long_date(now), "greeting--muted")
        level = progress = Content("")
        if welcome.level is not None:
            progress = self._progress(welcome.level, width)
        if welcome.level is not None and welcome.level.level is not None:
            title = level_and_title(welcome.level, width - greeting.cell_length - 1)
            number, separator, name = title.partition(" · ")
            level = self.styled(number, "greeting--level")
            level += self.styled(separator, "greeting--muted") + name
        elif welcome.level is not None or welcome.phase is Phase.MISSING:
            level = self.styled("Level not available", "greeting--muted")
        return Content("\n").join((justify(greeting, level, width), justify(date, progress, width)))

    def _progress(self, level: Level, width: int) -> Content:
        short = width < _LARGE_WIDTH
        text = levels.xp_summary(level.level, level.xp, level.to_next, short=short)
        summary = self.styled(text, "greeting--muted")
        if level.progress is None or width < _MEDIUM_WIDTH - 20 or is_accessible(self):
            return summary if width >= 50 else Content("")
        cells = 24 if width >= _LARGE_WIDTH else 12 if width >= _MEDIUM_WIDTH else 6
        done, remaining = progress_bar(level.progress, cells)
        bar = self.styled(done, "greeting--bar") + self.styled(remaining, "greeting--remaining")
        return bar + "  " + summary
