"""Redact secrets from text that is written to crash reports and logs."""

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from beatpass_tui.models import text

_MAX_LENGTH = 400
_MIN_SECRET_LENGTH = 16
"""Shorter secrets may be ordinary words; redacting them would reveal them by their absence."""

_SECRETS = re.compile(
    r"(?:bearer|basic)\s+\S+"
    # A token in the service's format, plain or URL-encoded.
    r"|\d+(?:\||%7c)\S+"
    # An email address.
    r"|[^\s@<>()\"',;:=/?&]+(?:@|%40)[\w-]+(?:\.[\w-]+)+",
    re.IGNORECASE,
)
_HIDDEN = "[hidden]"


def scrub(line: str, secrets: Iterable[str] = ()) -> str:
    """Return a line without tokens, email addresses, control characters and the home folder.

    `secrets` are additional strings to hide.
    """
    for secret in secrets:
        if len(secret) >= _MIN_SECRET_LENGTH:
            line = line.replace(secret, _HIDDEN)
    line = _SECRETS.sub(_HIDDEN, text.clean(line, _MAX_LENGTH))
    with suppress(RuntimeError):
        home = str(Path.home())
        if len(home) > 1:
            return line.replace(home, "~")
    return line
