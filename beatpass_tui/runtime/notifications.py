"""Notifications of the desktop: through the terminal, or with a program of the system.

The text is cleaned, and is an argument or data of a control code, never part of a script.
"""

from __future__ import annotations

import os
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from beatpass_tui.models.text import clean
from beatpass_tui.runtime import multiplexers, programs

TITLE = "BeatPass"
TIMEOUT = 5.0
"""Seconds after which a program is ended and counts as failed."""

_MAX_LENGTH = 240

_APPLESCRIPT = (
    "on run argv",
    "display notification (item 1 of argv) with title (item 2 of argv)",
    "end run",
)


async def send(
    text: str,
    write: Callable[[str], None] | None,
    environ: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
) -> bool:
    """Show a notification; return whether a terminal that knows them or a program took it.

    `write` sends control codes to the terminal; None without one.
    """
    text = clean(text, _MAX_LENGTH)
    encode = _encoding(environ)
    if write is not None and encode is not None:
        wrap = await _passthrough(environ)
        if wrap is not None:
            write(wrap(encode(text)))
            return True
    for name, arguments in _programs(text, environ, platform):
        if (path := programs.find(name, environ)) is not None:
            # Ended after a while, so that programs that hang do not add up over weeks.
            with suppress(OSError):
                command = [path, *arguments]
                if await programs.run_limited(command, environ, b"", seconds=TIMEOUT) == 0:
                    return True
    return False


def _programs(
    text: str, environ: Mapping[str, str], platform: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield name and arguments of the programs that reach the user's desktop."""
    if programs.is_ssh(environ):
        return
    if platform == "darwin":
        script = (argument for line in _APPLESCRIPT for argument in ("-e", line))
        yield "osascript", (*script, text, TITLE)
    elif platform != "win32":
        from html import escape

        # Many desktops interpret the text as markup.
        yield "notify-send", (f"--app-name={TITLE}", "--", TITLE, escape(text, quote=False))


def _encoding(environ: Mapping[str, str]) -> Callable[[str], str] | None:
    """Return the control codes for notifications of the terminal; None if it has none.

    A multiplexer leaves the variables of the terminal that it was started in.
    """
    program, term = environ.get("TERM_PROGRAM", ""), environ.get("TERM", "")
    if environ.get("KITTY_WINDOW_ID") or term == "xterm-kitty":
        return _osc_99
    if term.startswith(("foot", "rxvt-unicode")):
        return _osc_777
    names = (program, environ.get("LC_TERMINAL", ""), term)
    if any(
        name in ("iTerm.app", "iTerm2", "WezTerm", "ghostty", "xterm-ghostty") for name in names
    ):
        return _osc_9
    return None


def _osc_9(text: str) -> str:
    # A text that begins with a digit would be another command.
    return f"\x1b]9;{TITLE}: {text}\x1b\\"


def _osc_777(text: str) -> str:
    return f"\x1b]777;notify;{TITLE};{text}\x1b\\"


def _osc_99(text: str) -> str:
    parts = (("title", "0", TITLE), ("body", "1", text))
    return "".join(
        f"\x1b]99;i=beatpass:d={done}:e=1:p={part};{b64encode(content.encode()).decode()}\x1b\\"
        for part, done, content in parts
    )


async def _passthrough(environ: Mapping[str, str]) -> Callable[[str], str] | None:
    """Return how to send control codes to the terminal; None if they would be ignored."""
    if environ.get("TMUX"):
        return await multiplexers.tmux_passthrough(environ)
    return multiplexers.through_screen if environ.get("STY") else str
