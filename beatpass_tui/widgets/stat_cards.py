"""Quick Stats: the eight numbers, each in a card of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.reactive import reactive

from beatpass_tui import formatting
from beatpass_tui.models.numbers import NUMBERS
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.view_models.cards import Phase, Stat
from beatpass_tui.widgets.accessibility import (
    LOADING_TEXT,
    is_accessible,
    without_symbols,
)
from beatpass_tui.widgets.card_grid import Card, CardGrid
from beatpass_tui.widgets.content import justify

SPINNER_FRAMES = "◐◓◑◒"
_FRAME_SECONDS = 1 / 8
_SLOW_FRAME_SECONDS = 1.0
_LONG_WAIT = 30.0
"""Seconds after which the spinner of Growth slows down."""


class StatCard(Card):
    """One number: a spinner until it arrives, a dash with a reason if it is not available."""

    stat: reactive[Stat] = reactive[Stat](Stat("", ""), init=False, repaint=False)

    def __init__(self, stat: Stat, clock: Clock, *, short: bool = False) -> None:
        super().__init__(id=stat.id)
        self._short = short
        self._clock = clock
        self._waiting_since = clock.monotonic()
        self.border_title = Content(stat.title)
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

    def render(self) -> Content:
        width = self.content_size.width
        if is_accessible(self):
            return Content(self._accessible_text()).truncate(width, ellipsis=True)
        lines = (self._value_line(width), self._detail_line())
        return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines)

    def _accessible_text(self) -> str:
        """Return the whole card in words, such as `Downloads: 1,204` or `Growth: +7.5%, up`."""
        stat = self.stat
        if _is_waiting(stat):
            value = stat.text or LOADING_TEXT
        elif stat.phase is Phase.MISSING:
            value = "not available"
        else:
            value = self._number(None) or stat.text
        change = f"{stat.change} since the last visit" if stat.change else ""
        parts = filter(None, map(without_symbols, (value, change, stat.detail)))
        return f"{'>' if self.at_cursor else ' '} {without_symbols(stat.title)}: {', '.join(parts)}"

    def _number(self, width: int | None) -> str:
        number = self.stat.number
        if number is None:
            return ""
        return formatting.short_count(number) if self._short else formatting.count(number, width)

    def _value_line(self, width: int) -> Content:
        stat = self.stat
        if _is_waiting(stat):
            seconds = self._clock.monotonic() - self._waiting_since
            frame = int(seconds / self._frame_seconds()) % len(SPINNER_FRAMES)
            spinner = self.styled(SPINNER_FRAMES[frame], "stat-grid--spinner")
            return spinner + (f" {stat.text}" if stat.text else "")
        style = self.component_style(f"stat-grid--{stat.id}")
        text = self._number(width) or stat.text
        if stat.phase is Phase.MISSING:
            text, style = formatting.DASH, self.component_style("stat-grid--missing") + style
        if stat.stale:
            style = self.component_style("stat-grid--stale")
        value = Content(text).stylize(style)
        if not stat.sparkline or value.cell_length + 1 + len(stat.sparkline) > width:
            return value
        return justify(value, self.styled(stat.sparkline, "stat-grid--spark"), width)

    def _detail_line(self) -> Content:
        stat = self.stat
        unchanged = stat.change.startswith("±0")
        change = self.styled(stat.change, f"stat-grid--{'detail' if unchanged else 'change'}")
        separator = " · " if stat.change and stat.detail else ""
        return change + self.styled(separator + stat.detail, "stat-grid--detail")


def _is_waiting(stat: Stat) -> bool:
    return stat.phase in (Phase.WAITING, Phase.CALCULATING)


def _visible_part(stat: Stat) -> Stat:
    return stat._replace(hint="", page=None, address=None)


class StatGrid(CardGrid[StatCard]):
    """The eight stat cards."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "stat-grid--detail",
        "stat-grid--change",
        "stat-grid--spark",
        "stat-grid--stale",
        "stat-grid--missing",
        "stat-grid--spinner",
        "stat-grid--view-profile",
        *(f"stat-grid--{number.id}" for number in NUMBERS),
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
