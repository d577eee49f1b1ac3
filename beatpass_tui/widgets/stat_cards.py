"""Quick Stats: the eight numbers, each in a card of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.reactive import reactive

from beatpass_tui import formatting
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.view_models.cards import Phase, Stat
from beatpass_tui.widgets import spinner
from beatpass_tui.widgets.accessibility import (
    LOADING_TEXT,
    cursor_prefix,
    is_accessible,
    without_symbols,
)
from beatpass_tui.widgets.card_grid import Card, CardGrid
from beatpass_tui.widgets.text_line import justified, text


class StatCard(Card):
    """One number: a spinner until it arrives, a dash with a reason when it could not be had."""

    stat: reactive[Stat] = reactive[Stat](Stat("", ""), init=False, repaint=False)
    """What the card says; one that looks the same causes no repaint."""

    def __init__(self, stat: Stat, clock: Clock, *, short: bool = False) -> None:
        super().__init__(id=stat.id)
        self._short = short
        self._clock = clock
        self._since = clock.monotonic()
        self.border_title = text(stat.title)
        self.set_reactive(StatCard.stat, stat)
        self.set_class(self.spins(stat), "-waiting", update=False)

    def on_mount(self) -> None:
        """Begin to wait."""
        self._settle()

    def watch_stat(self, before: Stat, after: Stat) -> None:
        """Start or stop the spinner when the card begins or ends to wait."""
        if _looks(before) != _looks(after):
            self.refresh()
        if before.phase is not after.phase or before.stale is not after.stale:
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
        turns = spins and self.screen.is_current and not is_accessible(self)
        self.auto_refresh = self.interval() if turns else None
        self.set_class(spins, "-waiting", update=False)
        self.set_class(self.stat.stale, "-stale", update=False)

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
            value = stat.text or LOADING_TEXT
        elif stat.phase is Phase.MISSING:
            value = "not available"
        else:
            value = self._number() or stat.text
        since = f"{stat.change} since the last visit" if stat.change else ""
        parts = (without_symbols(part) for part in (value, since, stat.detail))
        return (
            f"{cursor_prefix(self)} {without_symbols(stat.title)}: {', '.join(filter(None, parts))}"
        )

    def _number(self) -> str:
        if self.stat.number is None:
            return ""
        if self._short:
            return formatting.short_count(self.stat.number)
        return formatting.count(
            self.stat.number, None if is_accessible(self) else self.content_size.width
        )

    def first_line(self) -> Content:
        """Return the number and its course, or what stands in their place."""
        stat, width = self.stat, self.content_size.width
        if self.spins(stat):
            waited = self._clock.monotonic() - self._since
            style = self.part_style("stat-grid--spinner")
            sign = spinner.frame(waited, self.interval())
            return Content.assemble((sign, style), f" {stat.text}" if stat.text else "")
        style = self.part_style(f"stat-grid--{stat.id}")
        words = stat.text
        if stat.phase is Phase.MISSING:
            words, style = formatting.DASH, self.part_style("stat-grid--missing") + style
        elif stat.number is not None:
            words = self._number()
        if stat.stale:
            style = self.part_style("stat-grid--stale")
        value = text(words).stylize(style)
        if not stat.sparkline or value.cell_length + 1 + len(stat.sparkline) > width:
            return value
        return justified(value, self._styled(stat.sparkline, "spark"), width)

    def second_line(self) -> Content:
        """Return the change since the last visit, and what belongs to the number."""
        stat = self.stat
        part = "detail" if stat.change.startswith("±0") else "change"
        between = " · " if stat.change and stat.detail else ""
        return self._styled(stat.change, part) + self._styled(between + stat.detail, "detail")

    def render(self) -> Content:
        """Draw the value and the line below it; in words all of it is one line."""
        if is_accessible(self):
            return text(self._sentence()).truncate(self.content_size.width, ellipsis=True)
        width = self.content_size.width
        return Content("\n").join(
            line.truncate(width, ellipsis=True) for line in (self.first_line(), self.second_line())
        )

    def _styled(self, words: str, part: str) -> Content:
        return text(words).stylize(self.part_style(f"stat-grid--{part}"))


def _looks(stat: Stat) -> Stat:
    """Return what of a stat can be seen on its card."""
    return stat._replace(hint="", page=None, address=None)


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

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "stat-grid--detail",
        "stat-grid--change",
        "stat-grid--spark",
        "stat-grid--stale",
        "stat-grid--missing",
        "stat-grid--spinner",
        "stat-grid--tracks",
        "stat-grid--total-plays",
        "stat-grid--albums",
        "stat-grid--downloads",
        "stat-grid--followers",
        "stat-grid--level",
        "stat-grid--growth",
        "stat-grid--view-profile",
    }

    def __init__(
        self, stats: Sequence[Stat], clock: Clock, *, short: bool = False, id: str
    ) -> None:
        super().__init__(id=id)
        self._short = short
        self._stats = tuple(stats)
        self._clock = clock

    def compose(self) -> ComposeResult:
        """Make a card for each stat."""
        yield from self.marked(self._made())

    def _made(self) -> Iterator[StatCard]:
        for stat in self._stats:
            kind = GrowthCard if stat.id == "growth" else StatCard
            yield kind(stat, self._clock, short=self._short)

    def show(self, stats: Sequence[Stat]) -> None:
        """Hand each card what it says now."""
        for card, stat in zip(self.cards, stats, strict=True):
            card.stat = stat
