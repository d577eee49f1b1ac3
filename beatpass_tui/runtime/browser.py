"""Open web pages in the user's browser."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from beatpass_tui.models.links import allowed_url, match_url
from beatpass_tui.runtime import programs

RunInTerminal = Callable[[Sequence[str]], int]
"""Run a command in place of the dashboard and return its status."""

STARTED_AFTER = 2.0
"""Seconds after which a launcher that still runs counts as a browser that is open."""

TEXT_BROWSERS = frozenset({
    "w3m", "lynx", "links", "links2", "elinks", "browsh", "carbonyl", "chawan", "cha",
    "www-browser",
})  # fmt: skip
"""Browsers that draw in the terminal."""

_LAUNCHERS = (
    ("xdg-open",), ("gio", "open"), ("x-www-browser",), ("firefox",), ("chromium",),
    ("chromium-browser",), ("google-chrome",),
)  # fmt: skip
"""Programs that open an address in a graphical browser."""

_WSL_LAUNCHERS = (("wslview",), ("rundll32.exe", "url.dll,FileProtocolHandler"))


async def open_url(
    target: str,
    run_in_terminal: RunInTerminal,
    environ: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
) -> bool:
    """Open a URL or path of BeatPass, or that of a match; return False if no browser does.

    Graphical browsers are started without the terminal and go on after the dashboard. A text
    browser that BROWSER names gets the terminal; no other text browser is started.
    """
    url = allowed_url(target) or match_url(target)
    if url is None:
        return False
    if platform == "win32" and not programs.is_ssh(environ):
        try:
            os.startfile(url)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
    for command in _commands(url, environ, platform):
        if Path(command[0]).name in TEXT_BROWSERS:
            status: int | None = run_in_terminal(command)
        else:
            status, _ = await programs.run_detached(command, environ, seconds=STARTED_AFTER)
        if not status:
            return True
    return False


def _commands(url: str, environ: Mapping[str, str], platform: str) -> Iterator[list[str]]:
    """Yield the commands that may open a URL, the best one first."""
    yield from _from_variable(url, environ)
    launchers: Sequence[tuple[str, ...]] = ()
    if platform == "darwin":
        # It would open on the screen of the other computer.
        launchers = () if programs.is_ssh(environ) else (("open",),)
    elif programs.is_wsl(environ):
        launchers = _WSL_LAUNCHERS
    elif environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        # Without a display, these would start a text browser.
        launchers = _LAUNCHERS
    for name, *arguments in launchers:
        if (path := programs.find(name, environ)) is not None:
            yield [path, *arguments, url]


def _from_variable(url: str, environ: Mapping[str, str]) -> Iterator[list[str]]:
    """Yield the commands in BROWSER, which may contain %s for the URL."""
    import shlex

    for entry in environ.get("BROWSER", "").split(os.pathsep):
        try:
            name, *arguments = shlex.split(entry.strip().removesuffix("&"))
        except ValueError:
            # The entry is empty or has an open quote.
            continue
        if (path := programs.find(name, environ)) is not None:
            if not any("%s" in argument for argument in arguments):
                arguments.append("%s")
            yield [path, *(argument.replace("%s", url) for argument in arguments)]
