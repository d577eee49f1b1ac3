"""Data of charts: gains per day, week or month, or a number over time, also as a sentence."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby, pairwise
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.models.gains import DayGain, gains_per_day, period_gain
from beatpass_tui.models.numbers import Number
from beatpass_tui.models.trends import DAY, Points, Scale, resample

NO_HISTORY = "No history yet"
NOT_RECORDED = "History is not recorded in this run"
_RECORDING = "It is recorded each time the data is refreshed"

_RATE = "%"
"""The unit of numbers that are rates, which are never interpolated."""

_TOTAL_DAYS = (7, 30)
"""Lengths of the periods that a chart of days sums up."""

CURRENT = ("today", "this week", "this month")
"""Labels of the totals of the latest step."""

PER_DAY = "per day"
"""Label of the average."""

_DAYS_IN_WORDS = 30


class ChartStep(NamedTuple):
    """One day, week or month."""

    start: date
    """Its first day."""
    value: float | None = None
    is_estimated: bool = False
    """Whether the value contains a share of a gap in the history."""
    previous: float | None = None
    """The value one period earlier."""


class Total(NamedTuple):
    """A total beside the title: 7 days, 492, up 12%."""

    label: str
    value: str
    percent: float | None = None
    """Change compared with the preceding period."""

    def __str__(self) -> str:
        """Return the total in words: 7 days 492, 12% more than before."""
        text = f"{self.label} {self.value}".lstrip()
        if self.percent is None:
            return text
        words = formatting.percent_change(self.percent, in_words=True)
        return f"{text}, {words}{' than before' if round(self.percent) else ''}"


@dataclass(frozen=True, slots=True)
class ChartData:
    """A chart: bars of gains from zero, or a line whose axis need not start at zero."""

    number: str = ""
    """Id of the number, which selects the color."""
    title: str = ""
    unit: str = ""
    """Noun of a value, such as `plays`; `%` for a rate."""
    scale: Scale = DAY
    steps: tuple[ChartStep, ...] = ()
    """Oldest first."""
    is_line: bool = False
    decimals: int = 0
    totals: tuple[Total, ...] = ()
    """The middle one is the most important."""
    name: str = ""
    """What the totals beside a chart without a title are of."""
    note: str = ""
    """Stands below them."""
    empty_text: str = NO_HISTORY
    """Shown if no step has a value."""
    empty_note: str = ""
    """Shown below it."""

    @property
    def is_empty(self) -> bool:
        """Whether no step has a value."""
        return all(step.value is None for step in self.steps)

    @property
    def empty_words(self) -> str:
        """Why there are no values, in sentences."""
        texts = filter(None, (self.empty_text, self.empty_note))
        return " ".join(f"{text.rstrip('.')}." for text in texts)

    def index_of(self, day: date | None) -> int:
        """Return the index of the step that contains a day; the closest one if none does.

        None is the latest step, -1 means that there are no steps.
        """
        last = len(self.steps) - 1
        if day is None or last < 0:
            return last
        return max(bisect_right(self.steps, day, key=lambda step: step.start) - 1, 0)

    def format_step(self, step: ChartStep) -> str:
        """Return a day, week or month: Monday, November 23, 2026."""
        if self.scale.name == "month":
            return formatting.month_and_year(step.start)
        return f"{'week of ' * (self.scale.name == 'week')}{formatting.long_date(step.start)}"

    def short_step(self, step: ChartStep) -> str:
        """Return a day, week or month in short form: Mon Nov 23."""
        if self.scale.name == "month":
            return formatting.month_and_year(step.start)
        day = formatting.short_date(step.start, self.steps[-1].start)
        return f"week of {day}" if self.scale.name == "week" else f"{_weekday(step.start)} {day}"

    def format_value(self, value: float | None) -> str:
        """Return a value without its unit, but with the sign of a rate."""
        if value is None:
            return formatting.DASH
        if self.unit == _RATE:
            if self.decimals:
                return formatting.growth(value)
            return f"{formatting.signed(value)}%"
        if self.decimals:
            return f"{value:,.{self.decimals}f}".replace("-", formatting.MINUS)
        return formatting.count(value)

    def describe(self, step: ChartStep) -> str:
        """Return a value with its details: 131 plays · estimated · 98 before."""
        text = self.format_value(step.value)
        if step.value is not None and self.unit not in ("", _RATE):
            is_one = text.lstrip(formatting.MINUS) == "1"
            text += f" {self.unit.removesuffix('s') if is_one else self.unit}"
        facts = [text]
        if step.is_estimated:
            facts.append("estimated")
        if step.previous is not None:
            facts.append(f"{self.format_value(step.previous)} before")
        return " · ".join(facts)

    def words(self) -> str:
        """Return the chart as a sentence: Plays per day, 30 days: 492, most on Nov 21 (131)."""
        known = [step for step in self.steps if step.value is not None]
        known = known[-_DAYS_IN_WORDS:] if self.scale is DAY else known
        if not known:
            return f"{self.title}: {self.empty_words}"
        if not self.is_line and any(total.label not in CURRENT for total in self.totals):
            facts = [f"{self.title}: {', '.join(map(str, self.totals))}"]
        else:
            period = formatting.plural(len(known), self.scale.name)
            facts = [f"{self.title}, {period}: {self._sum_up(known)}"]
            before = [step.previous for step in known if step.previous is not None]
            if len(before) == len(known):
                facts.append(f"{self.format_value(sum(before))} before")
        if len({step.value for step in known}) > 1:
            words = ("highest", "lowest") if self.is_line else ("most", "least")
            for word, step in zip(
                words, (max(known, key=_value), min(known, key=_value)), strict=True
            ):
                value = self.format_value(step.value) + " estimated" * step.is_estimated
                facts.append(f"{word} {self._when(step)} ({value})")
        if self.scale.name == "month" and not self.is_line and len(known) > 1:
            months = (f"{formatting.month_name(step.start)} {step.start.year}" for step in known)
            values = (self.format_value(step.value) for step in known)
            exact = [" ".join(pair) for pair in zip(months, values, strict=True)]
            facts[-1] += f"; latest first, {exact.pop()}"
            facts += reversed(exact)
        if estimated := sum(step.is_estimated for step in known):
            facts.append(f"{formatting.plural(estimated, self.scale.name)} estimated")
        return ", ".join(facts) + "."

    def _sum_up(self, known: Sequence[ChartStep]) -> str:
        """Return the sum of gains, or from where to where a value went."""
        if not self.is_line:
            return self.format_value(sum(map(_value, known)))
        ends = (known[0], known[-1]) if len(known) > 1 else known
        values = [f"{self.format_value(step.value)} {self._when(step)}" for step in ends]
        return f"from {values[0]} to {values[-1]}" if len(values) > 1 else values[0]

    def _when(self, step: ChartStep) -> str:
        if self.scale.name == "month":
            return f"in {formatting.month_and_year(step.start)}"
        return f"{'in the' if self.scale.name == 'week' else 'on'} {self.short_step(step)}"


def _value(step: ChartStep) -> float:
    return 0 if step.value is None else step.value


def _weekday(day: date) -> str:
    return formatting.long_date(day)[:3]


def gain_steps(
    days: Sequence[DayGain | None], previous: Sequence[DayGain | None] = (), scale: Scale = DAY
) -> tuple[ChartStep, ...]:
    """Return the gains of each day, week or month from the gains per day up to today.

    `previous` has the gains one period earlier, day by day. Steps before the first known gain
    are left out unless they are days.
    """
    if not any(days):
        return ()
    index, first = next((index, day) for index, day in enumerate(days) if day is not None)
    start = first.day.toordinal() - index
    dates = [date.fromordinal(start + index) for index in range(len(days))]
    before = ([None] * len(days) + list(previous))[-len(days) :]
    rows = list(zip(dates, days, before, strict=True))
    if scale is DAY:
        return tuple(
            ChartStep(
                day,
                gain and gain.gain,
                gain is not None and gain.is_estimated,
                earlier and earlier.gain,
            )
            for day, gain, earlier in rows
        )
    steps = []
    for first_day, group in groupby(rows[index:], key=lambda row: scale.start(row[0])):
        _, step_days, days_before = zip(*group, strict=True)
        gains = [gain for gain in step_days if gain is not None]
        earlier = [gain.gain for gain in days_before if gain is not None]
        steps.append(
            ChartStep(
                first_day,
                sum(gain.gain for gain in gains) if gains else None,
                any(gain.is_estimated for gain in gains),
                sum(earlier) if earlier else None,
            )
        )
    return tuple(steps)


def _without_unknown_start(steps: Sequence[ChartStep]) -> tuple[ChartStep, ...]:
    known = (index for index, step in enumerate(steps) if step.value is not None)
    return tuple(steps[next(known, len(steps)) :])


def level_steps(
    points: Points, scale: Scale, now: datetime, *, interpolate: bool = True
) -> tuple[ChartStep, ...]:
    """Return the last value of each day, week or month; gaps are filled evenly and marked."""
    steps = [ChartStep(*step) for step in resample(points, scale, now)] if points else []
    known = [index for index, step in enumerate(steps) if step.value is not None]
    for before, after in pairwise(known) if interpolate else ():
        first, last = _value(steps[before]), _value(steps[after])
        for index in range(before + 1, after):
            value = first + (last - first) * (index - before) / (after - before)
            steps[index] = steps[index]._replace(value=value, is_estimated=True)
    return tuple(steps) if scale is DAY else _without_unknown_start(steps)


def number_chart(
    number: Number,
    points: Points | None,
    now: datetime,
    scale: Scale = DAY,
    *,
    cumulative: bool = False,
) -> ChartData:
    """Return a chart of a number's gains, or of its values if `cumulative` or without a unit.

    None instead of points means that no history is recorded.
    """
    if points is None:
        data = number_chart(number, (), now, scale, cumulative=cumulative)
        return replace(data, empty_text=NOT_RECORDED, empty_note="")
    if cumulative or not number.unit:
        return _level_chart(number, points, now, scale)
    first = scale.subtract(scale.start(now), scale.steps - 1)
    days = gains_per_day(points, now, (now.date() - first).days + 1)
    data = gains_chart(number.id, number.unit, gain_steps(days, scale=scale), scale)
    if not points:
        return replace(data, empty_note=_RECORDING)
    if not data.is_empty:
        return replace(data, totals=(*data.totals, *_period_totals(points, now, scale)))
    last, value = points[-1]
    start = data.describe(ChartStep(now.date(), value))
    note = f"{start} {'is' if start.startswith('1 ') else 'are'} today's starting point"
    first_day = points[0][0].astimezone(now.tzinfo).date()
    return replace(
        data,
        totals=(Total("today is day", "1"),) if first_day == now.date() else (),
        steps=(ChartStep(scale.start(now)),),
        empty_text=f"{'Daily g' if scale is DAY else 'G'}ains appear from tomorrow",
        empty_note=note if last.date() == now.date() else "",
    )


def gains_chart(
    number: str, unit: str, steps: tuple[ChartStep, ...], scale: Scale = DAY
) -> ChartData:
    """Return a chart of gains: Plays per day."""
    data = ChartData(number, f"{unit[:1].upper()}{unit[1:]} per {scale.name}", unit, scale, steps)
    if not steps or steps[-1].value is None:
        return data
    label = "today" if scale is DAY else f"this {scale.name}"
    return replace(data, totals=(Total(label, data.format_value(steps[-1].value)),))


def _period_totals(points: Points, now: datetime, scale: Scale) -> tuple[Total, ...]:
    lengths = _TOTAL_DAYS if scale is DAY else ()
    gains = ((days, period_gain(points, now, days)) for days in lengths)
    return tuple(
        Total(f"{days} days", formatting.count(gain.gain), gain.percent)
        for days, gain in gains
        if gain.gain is not None
    )


def _level_chart(number: Number, points: Points, now: datetime, scale: Scale) -> ChartData:
    is_rate = number.id == "growth"
    steps = level_steps(points, scale, now, interpolate=not is_rate)
    data = ChartData(
        number.id,
        number.title,
        _RATE if is_rate else number.unit,
        scale,
        steps,
        is_line=True,
        decimals=1 if is_rate else 0,
        empty_text=f"No history in these {scale.steps} {scale.name}s" if points else NO_HISTORY,
        empty_note="" if points else _RECORDING,
    )
    last = next((step for step in reversed(steps) if step.value is not None), None)
    if last is None:
        return data
    return replace(data, totals=(Total("", data.format_value(last.value)),))
