"""Earnings by month and by beat, in each currency, from the loaded transactions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.models.trends import MONTH
from beatpass_tui.view_models.charts import ChartData, ChartStep
from beatpass_tui.view_models.transactions import Money, TransactionRow

_MAX_MONTHS = 60


class Fact(NamedTuple):
    """A label and a value beside the title of the chart."""

    label: str
    value: str = ""


class BeatTotal(NamedTuple):
    """The earnings of a beat in one currency."""

    title: str
    value: Decimal
    text: str
    beat: int | None = None
    """The id of the beat, if a transaction has it."""


class Earnings:
    """Earnings of rows in each currency; `total` is the number of rows at BeatPass, if known.

    An earning counts in the local month of its date once its payout is processed, sent or delayed.
    What is pending is apart. A reversal with a negative amount is subtracted; an earning whose own
    status is reversed counts as nothing.
    """

    def __init__(
        self, rows: Sequence[TransactionRow], now: datetime, total: int | None, noun: str = "row"
    ) -> None:
        self.rows = rows
        self.total = len(rows) if total is None else max(total, len(rows))
        self.noun = noun
        self._now = now

    @property
    def is_complete(self) -> bool:
        """Whether all rows are loaded."""
        return len(self.rows) == self.total

    @cached_property
    def currencies(self) -> tuple[str, ...]:
        """The currencies with earnings, that of most rows first."""
        counts = Counter(money.currency for _, money, _ in self._earned(self.rows))
        return tuple(sorted(counts, key=lambda code: (-counts[code], code)))

    def _earned(
        self, rows: Sequence[TransactionRow]
    ) -> Iterator[tuple[TransactionRow, Money, Decimal]]:
        """Yield the rows that count as earnings, with the amount that counts."""
        for row in rows:
            # Nothing is known about an amount with an unknown status.
            if row.money is None or (row.code is None and row.status != formatting.DASH):
                continue
            if row.code != "waiting":
                value = row.money.value
                yield row, row.money, min(value, Decimal(0)) if row.code == "refunded" else value

    # By month

    @cached_property
    def _by_month(self) -> dict[str, dict[date, Decimal]]:
        months: dict[str, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for row, money, value in self._earned(self.rows):
            if row.at is not None:
                day = formatting.local_day(row.at, self._now)
                months[money.currency][MONTH.start(day)] += value
        return months

    def chart(self, currency: str) -> ChartData:
        """Return the chart of a currency, from its first month to the current one."""
        months, last = self._by_month.get(currency, {}), MONTH.start(self._now)
        known = [month for month in months if month <= last]
        steps: list[ChartStep] = []
        if known:
            first = max(min(known), MONTH.subtract(last, _MAX_MONTHS - 1))
            count = (last.year - first.year) * 12 + last.month - first.month
            starts = (MONTH.subtract(last, back) for back in range(count, -1, -1))
            steps = [ChartStep(start, float(months.get(start, 0))) for start in starts]
        return ChartData(
            "earnings",
            f"Earnings by month in {currency}",
            currency,
            MONTH,
            tuple(steps),
            decimals=self._decimals(currency),
            empty_text="No earnings with a date" if self.rows else "No earnings yet",
        )

    def months(self, currency: str) -> tuple[tuple[str, str], ...]:
        """Return each month of the chart with its exact earnings, latest first."""
        chart = self.chart(currency)
        return tuple(
            (formatting.month_and_year(step.start), chart.format_value(step.value))
            for step in reversed(chart.steps)
        )

    def facts(self, currency: str) -> tuple[Fact, ...]:
        """Return the number of rows if some are missing, this month, the best, and pending."""
        chart = self.chart(currency)
        facts = [Fact(self.coverage)] if self.coverage else []
        if not chart.is_empty:
            this, best = chart.steps[-1], max(chart.steps, key=lambda step: step.value or 0)
            for label, step in (("", this), ("best ", best)):
                if step.value and (not label or step is not this):
                    month = formatting.month_name(step.start)
                    month += f" {step.start.year}" * (step.start.year != this.start.year)
                    facts.append(Fact(label + month, chart.format_value(step.value)))
        if pending := self.pending(currency):
            facts.append(Fact("pending", pending))
        return tuple(facts)

    def pending(self, currency: str) -> str:
        """Return what is pending in a currency, which no month contains; empty if nothing is."""
        waiting = (row.money for row in self.rows if row.code == "waiting" and row.money)
        value = sum((money.value for money in waiting if money.currency == currency), Decimal(0))
        return self.format(value, currency) if value else ""

    @cached_property
    def coverage(self) -> str:
        """How many rows the months contain, such as 500 of 1,340 rows; empty if all."""
        last = MONTH.start(self._now)
        used = sum(
            row.at is not None
            and (row.code is not None or row.status == formatting.DASH)
            and MONTH.start(formatting.local_day(row.at, self._now)) <= last
            for row in self.rows
            if row.money is not None
        )
        return self._of_total(used) if used < self.total else ""

    def _of_total(self, used: int) -> str:
        return f"{formatting.count(used)} of {formatting.plural(self.total, self.noun)}"

    def between(self, currency: str, first: date, last: date) -> Decimal:
        """Return the earnings in a currency on the days from `first` to `last`."""
        return sum(
            (
                value
                for row, money, value in self._earned(self.rows)
                if money.currency == currency
                and row.at is not None
                and first <= formatting.local_day(row.at, self._now) <= last
            ),
            Decimal(0),
        )

    def format(self, value: Decimal, currency: str) -> str:
        """Return an amount with the decimals of its currency."""
        return f"{value:,.{self._decimals(currency)}f}".replace("-", formatting.MINUS)

    # By beat

    def beats(self, currency: str) -> tuple[BeatTotal, ...]:
        """Return the earnings by beat, largest first, of rows with the title of a beat."""
        totals: dict[str, Decimal] = defaultdict(Decimal)
        ids: dict[str, int | None] = {}
        for row, money, value in self._earned(self.rows):
            if row.beat and money.currency == currency:
                totals[row.beat] += value
                ids[row.beat] = row.details.beat_id or ids.get(row.beat)
        ordered = sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple(
            BeatTotal(title, value, self.format(value, currency), ids[title])
            for title, value in ordered
            if value > 0
        )

    @cached_property
    def beats_note(self) -> str:
        """How many rows the totals by beat are from: 62 of 62."""
        nameless = sum(row.beat is None and not row.is_subscription for row in self.rows)
        return f"{formatting.count(len(self.rows) - nameless)} of {formatting.count(self.total)}"

    def _decimals(self, currency: str) -> int:
        amounts = (row.money for row in self.rows if row.money is not None)
        return max((each.decimals for each in amounts if each.currency == currency), default=0)
