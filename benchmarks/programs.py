"""Start the measured programs, each in a pseudo-terminal."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from beatpass_tui.demo import DemoServer
from support.terminal import Chunk, Terminal

__all__ = [
    "LARGE",
    "Chunk",
    "Terminal",
    "bare",
    "beats",
    "dashboard",
    "home",
    "load",
    "temporary_home",
    "warm",
]

SIZE, LARGE = (120, 36), (160, 45)
"""Columns and rows; in a large window, each page shows all of its panels."""
LISTED_SHARE = 0.9375
"""The listed share of the demo's linked tracks."""
MIN_TRACKS = 128
"""The smallest catalog of the demo in linked tracks."""
FILLED = "+7.5%"
"""The text that completes Home: the growth rate of the demo's artist."""


@contextmanager
def temporary_home() -> Iterator[dict[str, str]]:
    """Yield an environment with new, temporary user folders."""
    with TemporaryDirectory() as folder:
        variables = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
        yield dict.fromkeys(variables, folder)


def bare(size: tuple[int, int] = SIZE) -> Terminal:
    """Start the bare Textual app."""
    return Terminal(size=size, program=[sys.executable, "-m", "benchmarks.bare"])


def dashboard(
    server: DemoServer,
    env: dict[str, str],
    module: str = "beatpass_tui",
    *options: str,
    size: tuple[int, int] = SIZE,
) -> Terminal:
    """Start the dashboard with a token in the environment."""
    env = {**env, "BEATPASS_API_URL": server.base_url, "BEATPASS_TOKEN": server.token}
    return Terminal(*options, size=size, program=[sys.executable, "-m", module], env=env)


@contextmanager
def home(
    listed: int = 0, *, unpaced: bool = False, size: tuple[int, int] = SIZE
) -> Iterator[tuple[Terminal, DemoServer]]:
    """Run the dashboard with at least `listed` beats until Home is complete."""
    tracks = max(round(listed / LISTED_SHARE), MIN_TRACKS)
    module = "benchmarks.unpaced" if unpaced else "beatpass_tui"
    with (
        temporary_home() as env,
        DemoServer(tracks=tracks, growth_delay=0.0) as server,
        dashboard(server, env, module, size=size) as terminal,
    ):
        terminal.until(FILLED)
        yield terminal, server


@contextmanager
def beats(listed: int, size: tuple[int, int] = SIZE) -> Iterator[Terminal]:
    """Run the dashboard until My Beats has loaded `listed` beats."""
    with home(listed, unpaced=True, size=size) as (terminal, _):
        load(terminal)
        yield terminal


_COUNT = re.compile(r"\d of [\d,]+ loaded|\d beats")
"""The number of beats above the list of My Beats."""


def load(terminal: Terminal) -> None:
    """Open My Beats and load the whole catalog."""
    terminal.press("6")
    terminal.wait(lambda: bool(_COUNT.search(terminal.text)), "the number of beats")
    # The key does nothing until the page is complete.
    terminal.wait_for_silence()
    terminal.press("L")
    terminal.wait(lambda: is_whole(terminal.text), "the whole catalog")


def is_whole(screen: str) -> bool:
    """Return whether My Beats has loaded every beat."""
    counts = [match[0] for match in _COUNT.finditer(screen)]
    return counts != [] and "loaded" not in " ".join(counts) and "Loading" not in screen


def warm() -> None:
    """Enable byte code files, and start everything once so that they exist."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with bare() as terminal:
        terminal.until("Line 10")
    with beats(0) as terminal:
        terminal.press("2")
        terminal.until("▸ Finances")
