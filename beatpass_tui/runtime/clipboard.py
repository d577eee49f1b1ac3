"""Copy text to the clipboard: with a program of the system, or through the terminal (OSC 52).

pyperclip is not used: it ignores the status of these programs and lets them write on the screen.
"""

from __future__ import annotations

import os
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from enum import Enum

from beatpass_tui.runtime import multiplexers, programs

TIMEOUT = 2.0
"""Seconds after which a program counts as failed."""


class Result(Enum):
    """What became of a text to be copied."""

    COPIED = "copied"
    SENT = "sent"
    """Sent to the terminal, which does not confirm it."""
    FAILED = "failed"


async def copy(
    text: str,
    write: Callable[[str], None],
    environ: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
) -> Result:
    """Copy a text; `write` sends control codes to the terminal."""
    for name, arguments, encoding in _programs(environ, platform):
        if (path := programs.find(name, environ)) is None:
            continue
        data = text.encode(encoding, "replace")
        command = [path, *arguments]
        status, _ = await programs.run_detached(command, environ, data=data, seconds=TIMEOUT)
        if status == 0:
            return Result.COPIED
    wrap = await _passthrough(environ)
    if wrap is None:
        return Result.FAILED
    write(wrap(f"\x1b]52;c;{b64encode(text.encode('utf-8', 'replace')).decode()}\a"))
    return Result.SENT


def _programs(
    environ: Mapping[str, str], platform: str
) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Yield name, arguments and encoding of the programs that reach the user's clipboard."""
    if programs.is_ssh(environ):
        return
    if platform == "darwin":
        yield "pbcopy", (), "utf-8"
    elif platform == "win32" or programs.is_wsl(environ):
        yield "clip.exe", (), "utf-16-le"
    if environ.get("WAYLAND_DISPLAY"):
        yield "wl-copy", ("--type", "text/plain"), "utf-8"
    if environ.get("DISPLAY"):
        yield "xclip", ("-selection", "clipboard"), "utf-8"
        yield "xsel", ("--clipboard", "--input"), "utf-8"


async def _passthrough(environ: Mapping[str, str]) -> Callable[[str], str] | None:
    """Return how to send control codes to the terminal; None if it would ignore OSC 52."""
    if environ.get("TMUX"):
        if await multiplexers.tmux_option("set-clipboard", environ) == "on":
            return str
        return await multiplexers.tmux_passthrough(environ)
    if environ.get("STY"):
        return multiplexers.through_screen
    term = environ.get("TERM", "")
    if term.partition("-")[0] in ("screen", "tmux", "linux"):
        # A multiplexer on another computer can't be asked. The Linux console has no clipboard.
        return None
    # Terminals built on VTE, such as GNOME Terminal, and Terminal.app ignore OSC 52.
    is_deaf = environ.get("VTE_VERSION") or environ.get("TERM_PROGRAM") == "Apple_Terminal"
    return None if is_deaf else str
