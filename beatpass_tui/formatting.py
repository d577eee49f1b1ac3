"""Format counts, money, rates, dates and durations for display."""

from __future__ import annotations

import datetime as calendar
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from decimal import Decimal

Count = Callable[[float | None], str]
"""A function that formats counts: `count` or `short_count`."""

DATE_STYLES = ("iso", "us", "eu")
"""Values of `set_date_style`, the default first."""

_date_style = DATE_STYLES[0]

DASH = "—"
"""Placeholder for a missing value."""

MINUS = "−"
"""Sign of negative numbers; output for other programs has a hyphen."""

ASCII_SYMBOLS = str.maketrans(
    {"▲": "+", "▼": "-", MINUS: "-", "–": "-", DASH: "-", "·": "-", "…": "."}
)
"""The symbols in the output of commands, with ASCII characters for `str.translate`."""

_MAX_PERCENT = 999
"""A larger change in percent says nothing but that it is large."""

_UNITS = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K"))
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_NO_MINOR_UNIT = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV",
     "XAF", "XOF", "XPF")
)  # fmt: skip
"""ISO 4217 currencies whose amounts have no decimals."""


def set_date_style(style: str) -> None:
    """Set how dates are shown: 2026-11-24, 11/24/2026 or 24.11.2026; Nov 24 or 24 Nov."""
    global _date_style
    _date_style = style


def count(value: float | None, width: int | None = None) -> str:
    """Return a rounded count with thousands separators, shortened if `width` is exceeded."""
    if value is None:
        return DASH
    number = round(value)
    whole = _with_minus(f"{number:,}")
    if width is None or len(whole) <= width:
        return whole
    for size, unit in _UNITS:
        if abs(number) >= size:
            # Rounded down: 999,999 must not become 1M.
            for digits in (2, 1, 0):
                units, rest = divmod(abs(number) * 10**digits // size, 10**digits)
                decimals = f".{rest:0{digits}d}" if digits else ""
                short = f"{MINUS if number < 0 else ''}{units:,}{decimals}{unit}"
                if len(short) <= width or digits == 0:
                    return short
    return whole


def signed(difference: float, decimals: int = 0) -> str:
    """Return a change with its sign: +310, −2, 0."""
    rounded = round(difference, decimals)
    return _with_minus(f"{rounded:+,.{decimals}f}" if rounded else "0")


def _with_minus(number: str) -> str:
    return number.replace("-", MINUS)


def percent_change(percent: float, *, in_words: bool = False) -> str:
    """Return a change in percent: ▲ 12%, ▼ 3%, 0%; or 12% more, 3% less, no change."""
    whole = round(percent)
    size = f"{'>' * (abs(whole) > _MAX_PERCENT)}{min(abs(whole), _MAX_PERCENT)}%"
    if in_words:
        return f"{size} {'more' if whole > 0 else 'less'}" if whole else "no change"
    return f"{'▲ ' if whole > 0 else '▼ ' if whole < 0 else ''}{size}"


def short_count(value: float | None) -> str:
    """Return a count with at most three digits, rounded down: 45.2K, 1.2M, 987."""
    if value is None:
        return DASH
    number = round(value)
    for size, unit in _UNITS:
        if abs(number) >= size:
            units, tenths = divmod(abs(number) * 10 // size, 10)
            decimal = f".{tenths}" if tenths and units < 100 else ""
            return f"{MINUS if number < 0 else ''}{units:,}{decimal}{unit}"
    return _with_minus(str(number))


def growth(rate: float) -> str:
    """Return a growth rate as a signed percentage: +7.5%, −3.2%, 0.0%."""
    return f"{signed(rate, 1)}%" if round(rate, 1) else "0.0%"


def direction(rate: float) -> int:
    """Return 1, 0 or -1 for a rate that is displayed as rising, flat or falling."""
    rounded = round(rate, 1)
    return (rounded > 0) - (rounded < 0)


def money(amount: Decimal | None, currency: str | None) -> str:
    """Return an amount in major units with its currency code: 1,234.50 CAD, 900 JPY."""
    if amount is None:
        return DASH
    from decimal import ROUND_HALF_EVEN, Decimal

    places = Decimal(1) if currency in _NO_MINOR_UNIT else Decimal("0.01")
    # Adding 0 removes the sign of a negative zero.
    number = _with_minus(f"{amount.quantize(places, rounding=ROUND_HALF_EVEN) + 0:,}")
    return f"{number} {currency}" if currency else number


def plural(number: float, singular: str) -> str:
    """Return a count with its noun: 1 track, 2 tracks."""
    return f"{count(number)} {singular if number == 1 else singular + 's'}"


def greeting(now: datetime) -> str:
    """Return the greeting for the time of day."""
    if 5 <= now.hour < 12:
        return "Good morning"
    return "Good afternoon" if 12 <= now.hour < 18 else "Good evening"


def long_date(moment: calendar.date) -> str:
    """Return weekday and date: Monday, November 23, 2026, or Monday, 23 November 2026."""
    weekday, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    if _date_style == "eu":
        return f"{weekday}, {moment.day} {month} {moment.year}"
    return f"{weekday}, {month} {moment.day}, {moment.year}"


def weekday(day: calendar.date) -> str:
    """Return the short name of a weekday: Mon."""
    return _DAYS[day.weekday()][:3]


def month_and_year(moment: calendar.date) -> str:
    """Return month and year: November 2026."""
    return f"{_MONTHS[moment.month - 1]} {moment.year}"


def date_or_time(moment: datetime, now: datetime) -> str:
    """Return the time today, weekday and time in the last week, else the date: Fri 18:20."""
    local = moment.astimezone(now.tzinfo)
    days = (now.date() - local.date()).days
    if days == 0:
        return f"{local:%H:%M}"
    if 0 < days < 7:
        return f"{weekday(local)} {local:%H:%M}"
    return short_date(local, now)


def local_day(moment: calendar.date, now: calendar.date) -> calendar.date:
    """Return the day of a moment in the time zone of `now`; a plain date is returned unchanged."""
    if isinstance(moment, datetime) and isinstance(now, datetime):
        return moment.astimezone(now.tzinfo).date()
    return moment


def end_of_day(moment: calendar.date, now: datetime) -> datetime:
    """Return the end of a plain date in the time zone of `now`; a moment is returned unchanged."""
    if isinstance(moment, datetime):
        return moment
    from datetime import time

    return datetime.combine(moment, time.max, now.tzinfo)


def short_date(moment: calendar.date, now: calendar.date) -> str:
    """Return a date for a sentence, with the year if it is not the current one: Nov 30."""
    day = local_day(moment, now)
    text = month_and_day(day)
    if day.year == now.year:
        return text
    return f"{text} {day.year}" if _date_style == "eu" else f"{text}, {day.year}"


def day_range(first: calendar.date, last: calendar.date, now: calendar.date) -> str:
    """Return a range of days: Oct 1–31, Sep 15 – Oct 14, Dec 1–31, 2025."""
    if first == last:
        return short_date(last, now)
    if (first.year, first.month) != (last.year, last.month):
        return f"{short_date(first, last)} – {short_date(last, now)}"
    start, end = month_and_day(first), short_date(last, now)
    if start[0].isdigit():
        return f"{first.day}–{end}"
    return end.replace(str(last.day), f"{first.day}–{last.day}", 1)


def month_and_day(moment: calendar.date) -> str:
    """Return a date without its year: Nov 30, or 30 Nov."""
    name = month_name(moment)
    return f"{moment.day} {name}" if _date_style == "eu" else f"{name} {moment.day}"


def date_and_time(moment: calendar.date, now: datetime) -> str:
    """Return date and time for a sentence: today 12:04, Nov 23 12:04, Nov 23, 2025 12:04.

    A plain date has no time.
    """
    day = local_day(moment, now)
    text = "today" if day == now.date() else short_date(day, now)
    return f"{text} {moment.astimezone(now.tzinfo):%H:%M}" if isinstance(moment, datetime) else text


def duration(seconds: float) -> str:
    """Return a duration, rounded up: 42 s, 3 min 05 s, 2 h 10 min."""
    whole = max(int(-(-seconds // 1)), 0)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    minutes = -(-whole // 60)
    return f"{minutes // 60} h {minutes % 60:02d} min"


def track_length(seconds: float | None) -> str:
    """Return the length of a track: 3:07, 1:02:05."""
    if seconds is None:
        return DASH
    whole = round(seconds)
    hours, minutes = whole // 3600, whole // 60
    if hours:
        return f"{hours}:{minutes % 60:02d}:{whole % 60:02d}"
    return f"{minutes}:{whole % 60:02d}"


def decimal(value: float | None) -> str:
    """Return a number with one decimal, or none for a whole number."""
    if value is None:
        return DASH
    return _with_minus(f"{value:,.0f}" if value == int(value) else f"{value:,.1f}")


def table_date(value: calendar.date | None) -> str:
    """Return a day for a table: 2026-11-23, 11/23/2026 or 23.11.2026."""
    if value is None:
        return DASH
    patterns = {"us": "{0:%m/%d}/{0.year:04}", "eu": "{0:%d.%m}.{0.year:04}"}
    return patterns.get(_date_style, "{0.year:04}-{0:%m-%d}").format(value)


def bar(done: float, of: float, cells: int) -> str:
    """Return a progress bar of `cells` cells that is readable without color."""
    filled = min(int(done / of * cells), cells) if of > 0 else 0
    return "━" * filled + "╺" * (filled < cells) + "─" * (cells - filled - 1)


def month_name(moment: calendar.date) -> str:
    """Return the abbreviated month: Nov."""
    return _MONTHS[moment.month - 1][:3]


def timestamp(moment: calendar.date | None, now: datetime) -> str:
    """Return the time today, otherwise date and time, for a table: 20:04, 2026-11-22 20:04.

    A plain date has no time.
    """
    if not isinstance(moment, datetime):
        return table_date(moment)
    local = moment.astimezone(now.tzinfo)
    return f"{local:%H:%M}" if local.date() == now.date() else f"{table_date(local)} {local:%H:%M}"


def iso_time(moment: datetime | None, now: datetime) -> str | None:
    """Return a local time for JSON, as ISO 8601."""
    return None if moment is None else moment.astimezone(now.tzinfo).isoformat(timespec="seconds")


def percentage(part: float | None, whole: float) -> str:
    """Return a share as a percentage: 21%. A nonzero share is at least <1%."""
    if part is None or whole <= 0:
        return DASH
    percent = round(part / whole * 100)
    return "<1%" if percent == 0 and part > 0 else f"{percent}%"


class ExactAmount(Protocol):
    """An exact amount, such as `models.Amount`."""

    @property
    def minor(self) -> int:
        """The amount in minor units."""

    @property
    def factor(self) -> int:
        """Minor units per major unit."""

    @property
    def currency(self) -> str | None:
        """ISO 4217 code."""


def amount(value: ExactAmount | None, *, named: bool = True) -> str:
    """Return an exact amount, with its currency code if `named`: −44.99 CAD."""
    if value is None:
        return DASH
    places = next((places for places in range(7) if 10**places % value.factor == 0), None)
    if places is None:
        # The factor is not a power of ten.
        number = _with_minus(f"{value.minor:,}/{value.factor:,}")
    else:
        units, rest = divmod(abs(value.minor) * 10**places // value.factor, 10**places)
        decimals = f".{rest:0{places}d}" if places else ""
        number = f"{MINUS if value.minor < 0 else ''}{units:,}{decimals}"
    return f"{number} {value.currency}" if named and value.currency else number
