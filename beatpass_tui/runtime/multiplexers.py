"""Send control codes through tmux and GNU screen to the terminal that they run in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from beatpass_tui.runtime import programs

TIMEOUT = 2.0
"""Seconds after which tmux counts as failed."""

_SCREEN_CHUNK = 512
"""Characters that GNU screen passes through at once; 768 is its limit."""


async def tmux_passthrough(environ: Mapping[str, str]) -> Callable[[str], str] | None:
    """Return how tmux passes control codes on; None if it doesn't."""
    allowed = await tmux_option("allow-passthrough", environ) in ("on", "all")
    return _through_tmux if allowed else None


async def tmux_option(name: str, environ: Mapping[str, str]) -> str:
    """Return the value of an option of tmux, or ""."""
    path = programs.find("tmux", environ)
    if path is None:
        return ""
    command = [path, "show-options", "-Aqvp", name]
    if pane := environ.get("TMUX_PANE"):
        command[-1:] = ["-t", pane, name]
    _, output = await programs.run_detached(command, environ, seconds=TIMEOUT, reads_output=True)
    return output.decode("utf-8", "replace").strip()


def through_screen(codes: str) -> str:
    """Return control codes as GNU screen passes them on."""
    chunks = (codes[at : at + _SCREEN_CHUNK] for at in range(0, len(codes), _SCREEN_CHUNK))
    return "".join(f"\x1bP{chunk}\x1b\\" for chunk in chunks)


def _through_tmux(codes: str) -> str:
    return f"\x1bPtmux;{codes.replace(chr(27), chr(27) * 2)}\x1b\\"
