"""The numbers on one line, for prompts and status bars."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from beatpass_tui import formatting
from beatpass_tui.errors import UsageError
from beatpass_tui.fast_stats.figures import Figure, Known, Value

NUMBERS = ("tracks", "plays", "albums", "downloads", "followers", "level", "growth")
FIELDS = (
    *NUMBERS,
    *(f"{name}_change" for name in NUMBERS),
    "xp",
    "as_of",
    "since",
    "profile",
)
"""What may stand in braces; none of it is text of somebody's own, which a bar might obey."""

_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_NOUNS = {"plays": "plays", "downloads": "downloads", "followers": "followers"}


def check(template: str) -> None:
    """Raise UsageError when a template has a field that there is not, or a brace by itself."""
    for found in _BRACES.finditer(template):
        name = found[1]
        if name is not None and name not in FIELDS:
            raise UsageError(_unknown(name))
        if name is None and len(found[0]) == 1:
            raise UsageError(f'A "{found[0]}" stands alone in --format; write it twice to mean it.')


def _unknown(name: str) -> str:
    # Loaded here, since a right template needs no other names.
    from difflib import get_close_matches

    from beatpass_tui.models.text import clean

    wanted = name.strip().lower().replace("-", "_")
    near = get_close_matches(wanted, FIELDS, n=1, cutoff=0.5)
    meant = f'did you mean "{near[0]}"?' if near else f"there are {', '.join(FIELDS)}."
    return f'--format has no field "{clean(name, 40)}"; {meant}'


def fill(template: str, numbers: Sequence[Figure], known: Known, now: datetime) -> str:
    """Return a checked template with what its fields stand for; what is not known is a dash."""
    values = _values(numbers, known, now)

    def put(found: re.Match[str]) -> str:
        return found[0][0] if found[1] is None else values[found[1]]

    return _BRACES.sub(put, template)


def usual(numbers: Sequence[Figure]) -> str:
    """Return the line that is printed where no template is given."""
    by_name = {figure.spec.name: figure for figure in numbers}
    parts = []
    for name, noun in _NOUNS.items():
        figure = by_name[name]
        change = f" ({shown_change(figure)})" if figure.change else ""
        parts.append(f"{shown(figure)} {noun}{change}")
    return " · ".join((*parts, f"growth {shown(by_name['growth'])}"))


def shown(figure: Figure) -> str:
    """Return the value of a number as people read it, or a dash."""
    return _word(figure.spec.name, figure.value)


def _word(name: str, value: Value) -> str:
    if value is None or isinstance(value, str):
        return value or formatting.DASH
    return formatting.growth(value) if name == "growth" else formatting.count(value)


def shown_change(figure: Figure) -> str:
    """Return the change of a number as people read it, or a dash."""
    if figure.change is None:
        return formatting.DASH
    if figure.spec.name == "growth":
        return f"{figure.change:+,.1f}" if round(figure.change, 1) else "±0"
    return formatting.signed(figure.change)


def _values(numbers: Sequence[Figure], known: Known, now: datetime) -> Mapping[str, str]:
    at: Callable[[datetime], str] = lambda moment: formatting.date_or_time(moment, now)  # noqa: E731
    values = {figure.spec.name: shown(figure) for figure in numbers}
    values |= {f"{figure.spec.name}_change": shown_change(figure) for figure in numbers}
    intelligence = known.readings.get("intelligence")
    oldest = min((figure.as_of for figure in numbers if figure.as_of is not None), default=None)
    values["xp"] = _word("xp", intelligence.values["xp"] if intelligence is not None else None)
    values["as_of"] = formatting.DASH if oldest is None else at(oldest)
    values["since"] = formatting.DASH if known.since is None else at(known.since)
    return values
