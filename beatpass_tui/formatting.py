"""Counts, money, growth, ages and the greeting as people read them: pure functions."""

from __future__ import annotations

import datetime as calendar
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from decimal import Decimal

Count = Callable[[float | None], str]
"""How counts are written: in full, or short."""

DASH = "—"
"""What stands where a number could not be had."""

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


def count(value: float | None, width: int | None = None) -> str:
    """Return a count with thousands separators, shortened only where `width` cells are too few.

    None is a dash. A fraction, as XP may have, is left out.
    """
    if value is None:
        return DASH
    # An int has no negative zero.
    number = round(value)
    whole = f"{number:,}"
    if width is None or len(whole) <= width:
        return whole
    for size, unit in ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K")):
        if abs(number) >= size:
            # Rounded down, since 999,999 is not yet "1M", and in whole numbers throughout.
            for digits in (2, 1, 0):
                units, rest = divmod(abs(number) * 10**digits // size, 10**digits)
                decimals = f".{rest:0{digits}d}" if digits else ""
                short = f"{'-' if number < 0 else ''}{units:,}{decimals}{unit}"
                if len(short) <= width or digits == 0:
                    return short
    return whole


def signed(difference: float) -> str:
    """Return by how much a count has changed: +310, -2, ±0."""
    whole = round(difference)
    return f"{whole:+,}" if whole else "±0"


def short_count(value: float | None) -> str:
    """Return a count in at most three digits and a unit, rounded down: 45.2K, 1.2M, 987."""
    if value is None:
        return DASH
    number = round(value)
    for size, unit in ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K")):
        if abs(number) >= size:
            units, tenths = divmod(abs(number) * 10 // size, 10)
            decimal = f".{tenths}" if tenths and units < 100 else ""
            return f"{'-' if number < 0 else ''}{units:,}{decimal}{unit}"
    return str(number)


def growth(rate: float) -> str:
    """Return a growth rate as a signed percentage: +7.5%, -3.2%, 0.0%."""
    return f"{_rounded(rate):+,.1f}%" if _rounded(rate) else "0.0%"


def direction(rate: float) -> int:
    """Return 1, 0 or -1 for a rate that is shown as rising, flat or falling."""
    shown = _rounded(rate)
    return (shown > 0) - (shown < 0)


def _rounded(rate: float) -> float:
    return round(rate, 1)


def money(amount: Decimal | None, currency: str | None) -> str:
    """Return an amount in major units with its currency code: 1,234.50 CAD, 900 JPY."""
    if amount is None:
        return DASH
    from decimal import ROUND_HALF_EVEN, Decimal

    places = Decimal(1) if currency in _NO_MINOR_UNIT else Decimal("0.01")
    # Adding nothing turns a negative zero into a plain one.
    shown = f"{amount.quantize(places, rounding=ROUND_HALF_EVEN) + 0:,}"
    return f"{shown} {currency}" if currency else shown


def plural(number: float, one: str, many: str | None = None) -> str:
    """Return a count with its noun: 1 track, 2 tracks."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def greeting(now: datetime) -> str:
    """Return the greeting of the local hour."""
    if 5 <= now.hour < 12:
        return "Good morning"
    return "Good afternoon" if 12 <= now.hour < 18 else "Good evening"


def long_date(moment: calendar.date) -> str:
    """Return the weekday and the date in full: Monday, 23 November 2026."""
    return f"{_DAYS[moment.weekday()]}, {moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def month_and_year(moment: calendar.date) -> str:
    """Return month and year: November 2026."""
    return f"{_MONTHS[moment.month - 1]} {moment.year}"


def date_or_time(moment: datetime, now: datetime) -> str:
    """Return when something was, as short as it stays clear: 12:04, Friday 18:20, 3 March 2026."""
    local = moment.astimezone(now.tzinfo)
    days = (now.date() - local.date()).days
    if days == 0:
        return f"{local:%H:%M}"
    if 0 < days < 7:
        return f"{_DAYS[local.weekday()]} {local:%H:%M}"
    return day_and_month(local, now)


def day_and_month(moment: datetime, now: datetime, *, short: bool = False) -> str:
    """Return the date without the weekday, and the year only if it is another: 30 November."""
    month = month_name(moment) if short else _MONTHS[moment.month - 1]
    day = f"{moment.day} {month}"
    return day if moment.year == now.year else f"{day} {moment.year}"


def duration(seconds: float) -> str:
    """Return a wait that is still ahead, rounded up: 42 s, 3 min 05 s, 2 h 10 min."""
    left = max(int(-(-seconds // 1)), 0)
    if left < 60:
        return f"{left} s"
    if left < 3600:
        return f"{left // 60} min {left % 60:02d} s"
    minutes = -(-left // 60)
    return f"{minutes // 60} h {minutes % 60:02d} min"


def track_length(seconds: float | None) -> str:
    """Return how long a track is: 3:07, 1:02:05."""
    if seconds is None:
        return DASH
    whole = round(seconds)
    hours, minutes = whole // 3600, whole // 60
    if hours:
        return f"{hours}:{minutes % 60:02d}:{whole % 60:02d}"
    return f"{minutes}:{whole % 60:02d}"


def decimal(value: float | None) -> str:
    """Return a value without a unit, with one decimal where it has any."""
    if value is None:
        return DASH
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def iso_date(value: calendar.date | None) -> str:
    """Return a calendar day that sorts as it reads: 2026-11-23."""
    return DASH if value is None else value.isoformat()


def bar(done: float, of: float, cells: int) -> str:
    """Return a bar of `cells` cells that reads without color too."""
    filled = min(int(done / of * cells), cells) if of > 0 else 0
    return "━" * filled + "╺" * (filled < cells) + "─" * (cells - filled - 1)


def month_name(moment: calendar.date) -> str:
    """Return the month in three letters: Nov."""
    return _MONTHS[moment.month - 1][:3]


def short_date(moment: calendar.date) -> str:
    """Return a calendar day that fits a column: 23 Nov 2026."""
    return f"{moment.day} {month_name(moment)} {moment.year}"


def timestamp(moment: datetime | None, now: datetime) -> str:
    """Return when something was for a column: 23 Nov 20:04, in other years 23 Nov 2025."""
    if moment is None:
        return DASH
    local = moment.astimezone(now.tzinfo)
    if local.year != now.year:
        return short_date(local)
    return f"{local.day} {month_name(local)} {local:%H:%M}"


def percentage(part: float | None, whole: float) -> str:
    """Return a part in whole percent of a whole: 21 %; a little is <1 %, never 0 %."""
    if part is None or whole <= 0:
        return DASH
    percent = round(part / whole * 100)
    return "<1 %" if percent == 0 and part > 0 else f"{percent} %"


class Exact(Protocol):
    """An exact amount, as `models.Amount` is one."""

    @property
    def minor(self) -> int:
        """The amount in minor units."""

    @property
    def factor(self) -> int:
        """Minor units in a major one."""

    @property
    def currency(self) -> str | None:
        """ISO 4217 code."""


def amount(value: Exact | None, *, named: bool = True) -> str:
    """Return an exact amount with its currency code, in the decimals of its factor: -44.99 CAD."""
    if value is None:
        return DASH
    places = next((places for places in range(7) if 10**places % value.factor == 0), None)
    if places is None:
        # No number of decimals tells it exactly.
        shown = f"{value.minor:,}/{value.factor:,}"
    else:
        units, rest = divmod(abs(value.minor) * 10**places // value.factor, 10**places)
        decimals = f".{rest:0{places}d}" if places else ""
        shown = f"{'-' if value.minor < 0 else ''}{units:,}{decimals}"
    return f"{shown} {value.currency}" if named and value.currency else shown
