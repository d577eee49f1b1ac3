"""Style sheets that are read once for all apps of a test run, as they are the same in each."""

from __future__ import annotations

from typing import Any

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_read: dict[tuple[Any, ...], list[RuleSet]] = {}
_parse_rules = Stylesheet._parse_rules


def parse_rules_once(
    sheet: Stylesheet,
    css: str,
    read_from: tuple[str, str],
    is_default_rules: bool = False,
    tie_breaker: int = 0,
    scope: str = "",
) -> list[RuleSet]:
    """Stand in for the parsing of Textual, which keeps what it has read for one app alone."""
    asked = (css, read_from, is_default_rules, tie_breaker, scope)
    key = (*asked, tuple(sheet._variables.items()))
    if key not in _read:
        _read[key] = _parse_rules(sheet, *asked)
    return _read[key]
