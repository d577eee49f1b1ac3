"""The numbers on one line, for prompts and status bars."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from beatpass_tui import formatting
from beatpass_tui.errors import UsageError, unknown_message
from beatpass_tui.models.numbers import NUMBERS, Reading, Snapshot, Value

_NAMES = tuple(number.published_name for number in NUMBERS)
_KINDS = ("change", "percent")
FIELDS = (
    *_NAMES,
    *(f"{name}_{kind}" for kind in _KINDS for name in _NAMES),
    *("xp", "as_of", "since", "profile"),
)
"""The fields of a template; no field is free text, which a status bar might interpret."""

_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def check_template(template: str) -> None:
    """Raise UsageError if a template has an unknown field or an unmatched brace."""
    for match in _BRACES.finditer(template):
        name = match[1]
        if name is not None and name not in FIELDS:
            from beatpass_tui.models.text import clean

            raise UsageError(f"--format: {unknown_message('field', clean(name, 40), FIELDS)}.")
        if name is None and len(match[0]) == 1:
            raise UsageError(
                f'Unmatched "{match[0]}" in --format; write "{match[0] * 2}" for a literal brace.'
            )


def fill_template(
    template: str,
    readings: Sequence[Reading],
    snapshot: Snapshot,
    since: datetime | None,
    now: datetime,
) -> str:
    """Return a checked template with its fields replaced; unknown values are dashes."""
    values = {reading.number.published_name: format_value(reading) for reading in readings}
    values |= {
        f"{reading.number.published_name}_change": format_change(reading) for reading in readings
    }
    values |= {
        f"{reading.number.published_name}_percent": format_percent(reading) for reading in readings
    }
    oldest = min((reading.fetched_at for reading in readings if reading.fetched_at), default=None)
    values["xp"] = formatting.count(snapshot.xp)
    values["as_of"] = _format_time(oldest, now)
    values["since"] = _format_time(since, now)
    return _BRACES.sub(
        lambda match: match[0][0] if match[1] is None else values[match[1]], template
    )


def default_line(readings: Sequence[Reading]) -> str:
    """Return the line of `stats --line`."""
    by_name = {reading.number.published_name: reading for reading in readings}
    parts = []
    for reading in (by_name["plays"], by_name["downloads"], by_name["followers"]):
        percent = f", {format_percent(reading)}" if reading.percent is not None else ""
        change = f" ({format_change(reading)}{percent})" if reading.change else ""
        parts.append(f"{format_value(reading)} {reading.number.unit}{change}")
    return " · ".join((*parts, f"growth {format_value(by_name['growth'])}"))


def format_value(reading: Reading) -> str:
    """Return the value of a number for display, or a dash."""
    value: Value = reading.value
    if value is None or isinstance(value, str):
        return value or formatting.DASH
    text = formatting.growth(value) if reading.number.id == "growth" else formatting.count(value)
    return _with_hyphen(text)


def format_change(reading: Reading) -> str:
    """Return the change of a number for display, or a dash."""
    change = reading.change
    if change is None:
        return formatting.DASH
    if reading.number.id == "growth":
        return _with_hyphen(formatting.signed(change, 1))
    return _with_hyphen(formatting.signed(change))


def format_percent(reading: Reading) -> str:
    """Return the change of a gain in percent, such as +12%, or a dash."""
    if reading.percent is None:
        return formatting.DASH
    return _with_hyphen(f"{formatting.signed(reading.percent)}%")


def _with_hyphen(number: str) -> str:
    """Return a number with the sign that scripts and status bars expect."""
    return number.replace(formatting.MINUS, "-")


def _format_time(moment: datetime | None, now: datetime) -> str:
    return formatting.DASH if moment is None else formatting.date_or_time(moment, now)
