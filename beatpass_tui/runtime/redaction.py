"""Taking out of a text what must not be told, before it is written for others to read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from beatpass_tui.models import text

_LONGEST_LINE = 400
_SHORTEST = 16
"""Of fewer characters a known secret may be an ordinary word, which its absence would tell."""

_TELLING = re.compile(
    r"(?:bearer|basic)\s+\S+"
    # A token as the service makes them, and as it stands in an address.
    r"|\d+(?:\||%7c)\S+"
    r"|[^\s@<>()\"',;:=/?&]+(?:@|%40)[\w-]+(?:\.[\w-]+)+",
    re.IGNORECASE,
)
_HIDDEN = "[hidden]"


def scrub(line: str, known: Iterable[str] = ()) -> str:
    """Return one line without tokens, e-mail addresses, control characters and the home folder.

    `known` are secrets that may look like anything else.
    """
    for secret in known:
        if len(secret) >= _SHORTEST:
            line = line.replace(secret, _HIDDEN)
    line = _TELLING.sub(_HIDDEN, text.clean(line, _LONGEST_LINE))
    return _at_home(line)


def _at_home(line: str) -> str:
    try:
        home = str(Path.home())
    except RuntimeError:
        return line
    return line.replace(home, "~") if len(home) > 1 else line
