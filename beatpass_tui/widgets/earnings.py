"""Earnings: the heading of their chart, and the beats that earned most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from beatpass_tui.view_models.earnings import BeatTotal, Fact
from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.content import WidgetMessage, justify, progress_bar
from beatpass_tui.widgets.named_rows import NamedRow, NamedRows
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.section import Heading
from beatpass_tui.widgets.status_text import chosen, colored, rule


class EarningsInfo(NamedTuple):
    """What the heading of the chart says."""

    currencies: tuple[str, ...] = ()
    current: str = ""
    key: str = ""
    """The key that shows the next currency."""
    facts: tuple[Fact, ...] = ()
    """The most important ones first."""


class EarningsHeading(Heading):
    """A title, the currencies with the current one marked, and facts at the right end."""

    info: reactive[EarningsInfo] = reactive(EarningsInfo())

    class CurrencySelected(WidgetMessage):
        """A currency was clicked."""

        def __init__(self, heading: EarningsHeading, currency: str) -> None:
            super().__init__(heading)
            self.currency = currency

    def line(self, width: int, rule: Style | None = None) -> Content:
        info = self.info
        left = colored(self, self.text.title, "hue-tracks")
        for currency in info.currencies:
            left += self._chip(currency, is_current=currency == info.current)
        if len(info.currencies) > 1 and not is_accessible(self):
            left += colored(self, f" {info.key}", "ink-secondary", bold=True)
        facts = list(info.facts)
        if self.text.age:
            facts.insert(0, Fact(self.text.age))
        right = self._facts(facts)
        while facts and left.cell_length + right.cell_length + 2 > width:
            facts.pop()
            right = self._facts(facts)
        if rule is None:
            return justify(left, right, width)
        left, right = left + " ", Content(" ") + right if right else right
        left = left.truncate(max(width - right.cell_length, 0), ellipsis=True)
        cells = max(width - left.cell_length - right.cell_length, 0)
        return left + Content("─" * cells).stylize(rule) + right

    def _chip(self, currency: str, *, is_current: bool) -> Content:
        if is_current:
            return Content(" ") + chosen(self, currency)
        return colored(self, f" {currency}", "quiet")

    def _facts(self, facts: list[Fact]) -> Content:
        parts = [
            colored(self, f"{label} " if value else label, "quiet")
            + colored(self, value, "foreground", bold=True)
            for label, value in facts
        ]
        return Content(" · ").join(parts) if parts else Content()

    def on_click(self, event: events.Click) -> None:
        """Select the currency under the mouse."""
        text = self.line(self.content_size.width).plain
        x = event.get_content_offset_capture(self).x
        for currency in self.info.currencies:
            start = text.find(currency, len(self.text.title))
            if start <= x < start + len(currency):
                self.post_message(self.CurrencySelected(self, currency))


class EarningsPanel(Panel):
    """The panel of the chart."""

    HEADING = EarningsHeading


class BeatTotals(NamedTuple):
    """The beats of a currency that earned most."""

    rows: tuple[BeatTotal, ...] = ()
    note: str = ""
    months: tuple[tuple[str, str], ...] = ()
    """Each month and what was earned in it, latest first."""


TOP_BEATS = "Top beats by earnings"
BY_MONTH = "By month"
_MIN_MONTHS = 3
_MIN_METER, _MAX_METER = 6, 32
_GAP = 2


class TopBeats(NamedRows):
    """Beats with a meter of their share of the best one, and their earnings; Enter opens one."""

    HEADING = 0

    totals: reactive[BeatTotals] = reactive(BeatTotals())

    def allow_focus(self) -> bool:
        return super().allow_focus() and bool(self.totals.rows)

    @property
    def named_rows(self) -> Sequence[NamedRow]:
        currency = self.totals.note.partition(" ")[0]
        return [
            NamedRow(row.title, (f"{row.text} {currency} earned",), row.beat, name=row.title)
            for row in self.totals.rows[: self.content_size.height]
        ]

    @property
    def _has_bar(self) -> bool:
        # Its panel has one.
        return False

    def render(self) -> Content:
        width, height = self.row_width, self.content_size.height
        lines = [*beat_lines(self, self.totals.rows, width, height)]
        lines += month_lines(self, self.totals, width, height - len(lines))
        return self.joined(lines)


def beat_lines(
    widget: Widget, rows: Sequence[BeatTotal], width: int, count: int
) -> Sequence[Content]:
    """Return a line for each of the first beats, as many as fit."""
    rows = rows[:count]
    if not rows:
        return []
    amount = max(len(each.text) for each in rows)
    spare = width - amount - 2 * _GAP
    longest = max(Content(each.title).cell_length for each in rows)
    meter = 0 if is_accessible(widget) else min(max(spare - longest, _MIN_METER), _MAX_METER)
    room = max(width - amount - meter - _GAP * (1 + bool(meter)), 1)
    best = max(float(rows[0].value), 0.01)
    lines = []
    for each in rows:
        name = Content(each.title).truncate(room, ellipsis=True)
        line = colored(widget, name.plain, "quiet") + " " * (room - name.cell_length)
        if meter:
            done, rest = progress_bar(100 * float(each.value) / best, meter)
            line += (
                " " * _GAP + colored(widget, done, "hue-tracks") + colored(widget, rest, "track")
            )
        line += " " * _GAP + colored(widget, each.text.rjust(amount), "foreground")
        lines.append(line.truncate(width, ellipsis=True))
    return lines


def month_lines(widget: Widget, totals: BeatTotals, width: int, count: int) -> Sequence[Content]:
    """Return a heading and a line for each of the latest months, as many as fit."""
    months = totals.months[: count - 1]
    if len(months) < min(_MIN_MONTHS, len(totals.months)) or not months:
        return []
    title = colored(widget, BY_MONTH, "foreground", bold=True)
    note = colored(widget, totals.note.partition(" ")[0], "quiet")
    return [
        rule(widget, title, note, width),
        *(
            justify(colored(widget, month, "quiet"), colored(widget, text, "foreground"), width)
            for month, text in months
        ),
    ]
