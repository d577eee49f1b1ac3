"""Quick Stats: the eight numbers, each in a card of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from beatpass_tui import format
from beatpass_tui.cards import Phase, Stat
from beatpass_tui.clock import Clock
from beatpass_tui.widgets import spinner
from beatpass_tui.widgets.card_grid import CardGrid
from beatpass_tui.widgets.line import text
from beatpass_tui.widgets.plain import LOADING, in_words, pointer, spoken


class StatCard(Widget):
    """One number: a spinner until it arrives, a dash with a reason when it could not be had."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "stat-card--value",
        "stat-card--below",
        "stat-card--spinner",
    }

    stat: reactive[Stat] = reactive[Stat](Stat("", ""), init=False)
    """What the card says; an equal value causes no repaint."""

    def __init__(self, stat: Stat, clock: Clock, *, short: bool = False) -> None:
        super().__init__(id=stat.id)
        self._short = short
        self._clock = clock
        self._since = clock.monotonic()
        self.border_title = stat.title
        self.set_reactive(StatCard.stat, stat)

    def on_mount(self) -> None:
        """Begin to wait."""
        self._settle()

    def watch_stat(self, before: Stat, after: Stat) -> None:
        """Start or stop the spinner when the card begins or ends to wait."""
        if before.phase is not after.phase:
            if not self.spins(before):
                self._since = self._clock.monotonic()
            self._settle()

    def spins(self, stat: Stat) -> bool:
        """Whether a card in this state has a spinner."""
        return stat.phase is Phase.WAITING

    def interval(self) -> float:
        """Return how many seconds a frame of the spinner stays."""
        return spinner.INTERVAL

    def _settle(self) -> None:
        spins = self.spins(self.stat)
        turns = spins and self.screen.is_current and not in_words(self)
        self.auto_refresh = self.interval() if turns else None
        self.set_class(self.stat.phase is Phase.MISSING, "-missing")
        self.set_class(spins, "-waiting")

    def rest(self) -> None:
        """Let the spinner stand still while the card cannot be seen."""
        self.auto_refresh = None

    def wake(self) -> None:
        """Go on from where the card stands now."""
        self._settle()

    def _sentence(self) -> str:
        """Return the whole card in words: Downloads: 1,204; Growth: +7.5%, up."""
        stat = self.stat
        if self.spins(stat):
            value = stat.text or LOADING
        elif stat.phase is Phase.MISSING:
            value = "not available"
        else:
            value = self._number() or stat.text
        parts = (spoken(part) for part in (value, stat.below))
        return f"{pointer(self)} {spoken(stat.title)}: {', '.join(filter(None, parts))}"

    def _number(self) -> str:
        if self.stat.number is None:
            return ""
        if self._short:
            return format.short(self.stat.number)
        return format.count(self.stat.number, None if in_words(self) else self.content_size.width)

    def first_line(self) -> Content:
        """Return the number, or what stands in its place."""
        stat = self.stat
        if self.spins(stat):
            waited = self._clock.monotonic() - self._since
            style = self.get_visual_style("stat-card--spinner", partial=True)
            sign = spinner.frame(waited, self.interval())
            return Content.assemble((sign, style), f" {stat.text}" if stat.text else "")
        words = stat.text
        if stat.phase is Phase.MISSING:
            words = format.DASH
        elif stat.number is not None:
            words = self._number()
        return text(words).stylize(self.get_visual_style("stat-card--value", partial=True))

    def render(self) -> Content:
        """Draw the value and the line below it; in words all of it is one line."""
        if in_words(self):
            return text(self._sentence()).truncate(self.content_size.width, ellipsis=True)
        below = text(self.stat.below).stylize(
            self.get_visual_style("stat-card--below", partial=True)
        )
        width = self.content_size.width
        return Content("\n").join(
            line.truncate(width, ellipsis=True) for line in (self.first_line(), below)
        )


class GrowthCard(StatCard):
    """Growth, which may go on calculating long after every other number is there."""

    LONG_WAIT = 30.0
    """Seconds after which the spinner slows down to one frame a second."""

    def spins(self, stat: Stat) -> bool:
        """Whether the rate has not arrived, be it the answer or the calculation."""
        return stat.phase in (Phase.WAITING, Phase.CALCULATING)

    def interval(self) -> float:
        """Return a slow interval once the wait has become a long one."""
        long = self._clock.monotonic() - self._since >= self.LONG_WAIT
        return spinner.SLOW_INTERVAL if long else spinner.INTERVAL

    def automatic_refresh(self) -> None:
        """Slow the timer down with the spinner."""
        if self.auto_refresh is not None and self.auto_refresh != self.interval():
            self.auto_refresh = self.interval()
        super().automatic_refresh()


class StatGrid(CardGrid[StatCard]):
    """The eight stat cards."""

    def __init__(
        self, stats: Sequence[Stat], clock: Clock, *, short: bool = False, id: str
    ) -> None:
        super().__init__(id=id)
        self._short = short
        self._stats = tuple(stats)
        self._clock = clock

    def compose(self) -> ComposeResult:
        """Make a card for each stat."""
        for stat in self._stats:
            kind = GrowthCard if stat.id == "growth" else StatCard
            yield kind(stat, self._clock, short=self._short)

    def show(self, stats: Sequence[Stat]) -> None:
        """Hand each card what it says now."""
        for card, stat in zip(self.cards, stats, strict=True):
            card.stat = stat
