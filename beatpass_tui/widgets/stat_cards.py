"""Quick Stats: a card for each of the eight numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.color import Color
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style

from beatpass_tui import formatting
from beatpass_tui.models.numbers import PROFILE
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.view_models.cards import Change, Phase, Stat
from beatpass_tui.view_models.missing import UNAVAILABLE
from beatpass_tui.widgets import bars
from beatpass_tui.widgets.accessibility import (
    LOADING_TEXT,
    is_accessible,
    is_plain,
    without_symbols,
)
from beatpass_tui.widgets.card_grid import Card, CardGrid
from beatpass_tui.widgets.content import justify, progress_bar

SPINNER_FRAMES = "◐◓◑◒"
_FRAME_SECONDS = 1 / 8
_SLOW_FRAME_SECONDS = 1.0
_LONG_WAIT = 30.0
"""Seconds after which the spinner of Growth slows down."""

_SEVEN_DAYS_WIDTH = 22
"""Minimum width at which "7 days" is not shortened to "7d"."""

_STRIP_WIDTHS = {2 * bars.WEEK: 2 * bars.WEEK + 1, bars.WEEK: bars.WEEK}
"""Cells of a strip by its days, widest first."""


class StatCard(Card):
    """One number: a spinner until it arrives, a dash with a reason if it is not available."""

    stat: reactive[Stat] = reactive[Stat](Stat("", ""), init=False, repaint=False)

    def __init__(self, stat: Stat, clock: Clock, *, short: bool = False) -> None:
        super().__init__(stat.title, id=stat.id)
        self._short = short
        self._clock = clock
        self._waiting_since = clock.monotonic()
        self.set_reactive(StatCard.stat, stat)
        self.set_class(_is_waiting(stat), "-waiting", update=False)

    def on_mount(self) -> None:
        self.update_state()

    def watch_stat(self, before: Stat, after: Stat) -> None:
        if _visible_part(before) != _visible_part(after):
            self.refresh()
        if before.phase is not after.phase or before.stale is not after.stale:
            if not _is_waiting(before):
                self._waiting_since = self._clock.monotonic()
            self.update_state()

    def _frame_seconds(self) -> float:
        """Return the duration of a spinner frame, which is longer after a long wait for Growth."""
        waited = self._clock.monotonic() - self._waiting_since
        is_slow = self.stat.id == "growth" and waited >= _LONG_WAIT
        return _SLOW_FRAME_SECONDS if is_slow else _FRAME_SECONDS

    def update_state(self) -> None:
        """Set the classes of the state, and start or stop the spinner."""
        waiting = _is_waiting(self.stat)
        animated = waiting and self.screen.is_current and not is_accessible(self)
        self.auto_refresh = self._frame_seconds() if animated else None
        self.set_class(waiting, "-waiting", update=False)
        self.set_class(self.stat.stale, "-stale", update=False)

    def automatic_refresh(self) -> None:
        if self.auto_refresh is not None and self.auto_refresh != self._frame_seconds():
            self.auto_refresh = self._frame_seconds()
        super().automatic_refresh()

    def pause(self) -> None:
        """Stop the spinner while the card is not visible."""
        self.auto_refresh = None

    # Words

    def accessible_text(self) -> str:
        """Return the whole card in words: `Total Plays: 45,210, +310 since the last visit`."""
        stat = self.stat
        if _is_waiting(stat):
            value = stat.text or LOADING_TEXT
        elif stat.phase is Phase.MISSING:
            value = "" if stat.detail == UNAVAILABLE else "not available"
        else:
            value = self._number(None) or stat.text
        parts = [value]
        if stat.change.text:
            parts.append(f"{stat.change.text} {stat.period}")
            parts.append(_comparison_words(stat.comparison))
        if stat.second.text and stat.second_label == "7 days":
            parts.append(f"{stat.second.text} in 7 days")
            parts.append(_comparison_words(stat.second_comparison))
        parts += (stat.words, stat.detail, stat.remaining)
        words = filter(None, map(without_symbols, parts))
        return f"{without_symbols(stat.title)}: {', '.join(words)}"

    # Lines

    def title_line(self) -> Content:
        return Content(self.stat.title).stylize(Style(foreground=self._hue))

    def lines(self, width: int, height: int) -> Sequence[Content]:
        stat = self.stat
        if _is_waiting(stat):
            return (self._spinner(),)
        value = self._value(width)
        if stat.number is None:
            notes = stat.notes if stat.notes and height > 2 else (stat.detail,)
            return (value, *(self.styled(note, "stat-grid--detail") for note in notes))
        if height <= 2:
            return (*self._beside([value], width), self._compact_line(width))
        if height <= 4:
            beside = self._beside([value, self._change_line(width)], width)
            return (*beside, self._second_line(width))
        below: Sequence[Content] = self._strip(2 * bars.WEEK, 2)
        if stat.meter is not None:
            below = (self._meter(width), self.styled(stat.remaining, "stat-grid--detail"))
        return (value, self._change_line(width), self._second_line(width), *below)

    def _spinner(self) -> Content:
        seconds = self._clock.monotonic() - self._waiting_since
        frame = int(seconds / self._frame_seconds()) % len(SPINNER_FRAMES)
        spinner = Content(SPINNER_FRAMES[frame]).stylize(Style(foreground=self._hue))
        return spinner + self.styled(f" {self.stat.text or 'Loading…'}", "stat-grid--detail")

    @property
    def _hue(self) -> Color:
        """The color of the number, weaker if its value is stale."""
        color = self.styles.border_title_color
        if not self.stat.stale:
            return color
        return color.multiply_alpha(self.opacity_of("stat-grid--stale"))

    def _number(self, width: int | None) -> str:
        number = self.stat.number
        if number is None:
            return ""
        return formatting.short_count(number) if self._short else formatting.count(number, width)

    def _value(self, width: int) -> Content:
        stat = self.stat
        if stat.phase is Phase.MISSING:
            return self.styled(formatting.DASH, "stat-grid--missing")
        value = Content(self._number(width) or stat.text)
        style = self.component_style("stat-grid--value")
        if stat.number is None and stat.change.direction < 0:
            style += self.component_style("stat-grid--loss")
        elif stat.id != PROFILE.id:
            style += Style(foreground=self._hue)
        if stat.stale:
            style += self.component_style("stat-grid--stale")
        return value.stylize(style)

    def _changed(self, change: Change) -> Content:
        kind = {1: "gain", 0: "detail", -1: "loss"}[change.direction]
        return self.styled(change.text, f"stat-grid--{kind}")

    def _change_line(self, width: int) -> Content:
        """Return the change and, if they fit, its comparison and its date."""
        stat = self.stat
        if not stat.change.text:
            return self.styled(stat.detail, "stat-grid--detail")
        line = self._changed(stat.change)
        if stat.change_date:
            line += self.styled(f" · {stat.change_date}", "stat-grid--detail")
        longer = line + " " + self._changed(stat.comparison)
        return longer if stat.comparison.text and longer.cell_length <= width else line

    def _second_line(self, width: int) -> Content:
        """Return the gain in 7 days and its comparison with the 7 days before."""
        stat = self.stat
        if not stat.second.text:
            return Content("")
        label = stat.second_label
        if width < _SEVEN_DAYS_WIDTH:
            label = {"7 days": "7d"}.get(label, "before")
        line = self.styled(f"{label} ", "stat-grid--detail")
        line += self._changed(stat.second) if stat.second.direction < 0 else stat.second.text
        longer = line + " " + self._changed(stat.second_comparison)
        fits = stat.second_comparison.text and longer.cell_length <= width
        return longer if fits else line

    def _compact_line(self, width: int) -> Content:
        """Return the change and, if it fits, the gain in 7 days or what is compared with it."""
        stat = self.stat
        line = self._change_line(0)
        more = Content("")
        if stat.meter is not None:
            # Rounded down, so that an incomplete level never shows 100%.
            more = self.styled(f"{int(stat.meter)}%", "stat-grid--detail")
        elif stat.second_label != "7 days":
            more = self._changed(stat.comparison)
        elif stat.second.text:
            kind = "loss" if stat.second.direction < 0 else "detail"
            more = self.styled(f"7d {stat.second.text}", f"stat-grid--{kind}")
        separator = self.styled(" · " if line and more else "", "stat-grid--detail")
        longer = line + separator + more
        return longer if longer.cell_length <= width else line

    # Bars

    def _strip(self, days: int, rows: int) -> Sequence[Content]:
        """Return the bars of the last days; zeros are marked by a thin line if it fits."""
        stat, grid = self.stat, self.parent
        if not stat.gains or not isinstance(grid, CardGrid):
            return ()
        strip = bars.strip(stat.gains[-days:], rows=rows, zero=rows > 1, plain=is_plain(self))
        return bars.strip_lines(strip, bars.shade_styles(grid, self._hue))

    def _meter(self, width: int) -> Content:
        done, remaining = progress_bar(self.stat.meter or 0, width)
        bar = Content(done).stylize(Style(foreground=self._hue))
        return bar + self.styled(remaining, "stat-grid--remaining")

    def _beside(self, lines: Sequence[Content], width: int) -> Sequence[Content]:
        """Return lines with the bars, or the progress within the level, at their right."""
        stat = self.stat
        for days, cells in _STRIP_WIDTHS.items():
            if max(line.cell_length for line in lines) + 1 + cells > width:
                continue
            right = self._strip(days, len(lines))
            if stat.meter is not None:
                room, text = width - lines[-1].cell_length - 1, stat.remaining
                if cell_len(text) > room:
                    # Rounded down, so that an incomplete level never shows 100%.
                    text = f"{int(stat.meter)}%"
                remaining = self.styled(text, "stat-grid--detail")
                right = (self._meter(cells), remaining.truncate(room, ellipsis=True))
            pairs = zip(lines, right, strict=False)
            return [justify(*pair, width) for pair in pairs] if right else lines
        return lines


def _is_waiting(stat: Stat) -> bool:
    return stat.phase in (Phase.WAITING, Phase.CALCULATING)


def _visible_part(stat: Stat) -> Stat:
    return stat._replace(hint="", page=None, address=None)


def _comparison_words(comparison: Change) -> str:
    """Return a comparison in words, short enough for a line of 80 cells: up 12%."""
    if not comparison.text:
        return ""
    percent = without_symbols(comparison.text)
    return {1: f"up {percent}", -1: f"down {percent}"}.get(comparison.direction, "unchanged")


class StatGrid(CardGrid[StatCard]):
    """The eight stat cards."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "stat-grid--value",
        "stat-grid--detail",
        "stat-grid--gain",
        "stat-grid--loss",
        "stat-grid--remaining",
        "stat-grid--stale",
        "stat-grid--missing",
    }

    def __init__(
        self, stats: Sequence[Stat], clock: Clock, *, short: bool = False, id: str
    ) -> None:
        super().__init__(id=id)
        self._cards = tuple(StatCard(stat, clock, short=short) for stat in stats)

    def compose(self) -> ComposeResult:
        yield from self.with_cursor_class(self._cards)

    def show(self, stats: Sequence[Stat]) -> None:
        for card, stat in zip(self.cards, stats, strict=True):
            card.stat = stat
