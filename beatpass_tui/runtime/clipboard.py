"""Copy text to the clipboard: with a program of the system, or through the terminal (OSC 52).

pyperclip is not used: it ignores the status of these programs and lets them write on the screen.
"""

from __future__ import annotations

import os
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from enum import Enum

from beatpass_tui.runtime import programs

TIMEOUT = 2.0
"""Seconds after which a program counts as failed."""

_SCREEN_CHUNK = 512
"""Characters that GNU screen passes through at once; 768 is its limit."""


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
        if await _tmux_option("set-clipboard", environ) == "on":
            return str
        allowed = await _tmux_option("allow-passthrough", environ) in ("on", "all")
        return _through_tmux if allowed else None
    if environ.get("STY"):
        return _through_screen
    term = environ.get("TERM", "")
    if term.partition("-")[0] in ("screen", "tmux", "linux"):
        # A multiplexer on another computer can't be asked. The Linux console has no clipboard.
        return None
    # Terminals built on VTE, such as GNOME Terminal, and Terminal.app ignore OSC 52.
    is_deaf = environ.get("VTE_VERSION") or environ.get("TERM_PROGRAM") == "Apple_Terminal"
    return None if is_deaf else str


async def _tmux_option(name: str, environ: Mapping[str, str]) -> str:
    """Return the value of an option of tmux, or ""."""
    path = programs.find("tmux", environ)
    if path is None:
        return ""
    command = [path, "show-options", "-Aqvp", name]
    if pane := environ.get("TMUX_PANE"):
        command[-1:] = ["-t", pane, name]
    _, output = await programs.run_detached(command, environ, seconds=TIMEOUT, reads_output=True)
    return output.decode("utf-8", "replace").strip()


def _through_tmux(codes: str) -> str:
    return f"\x1bPtmux;{codes.replace(chr(27), chr(27) * 2)}\x1b\\"


def _through_screen(codes: str) -> str:
    chunks = (codes[at : at + _SCREEN_CHUNK] for at in range(0, len(codes), _SCREEN_CHUNK))
    return "".join(f"\x1bP{chunk}\x1b\\" for chunk in chunks)
