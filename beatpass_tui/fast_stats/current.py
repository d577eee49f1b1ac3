"""Whose token was stored last, read without anything that knows what a token is."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from beatpass_tui.errors import CredentialsError
from beatpass_tui.storage.private_file import PrivateFile

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "credentials.json"
"""The file of records."""

VERSION = 2
"""Its form."""


def account(folder: Path, origin: str, now: Callable[[], datetime]) -> int | None:
    """Return the id of the current account of an origin, None when it takes more to find it."""
    try:
        file = PrivateFile(folder, NAME, failure=CredentialsError, now=now)
        content = json.loads(file.read() or b"{}")
        if content["version"] != VERSION:
            return None
        found = content["origins"][origin][0]["account"]["id"]
    except (CredentialsError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return found if type(found) is int else None
