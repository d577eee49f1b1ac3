"""The same run on every machine: no colour variables, no animation, no keyring, no folders."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from machine import Machine
from stillness import nothing_ready
from textual import constants, pilot
from textual.widgets import Input

from beatpass_tui.settings import OPTIONS

_LEAKING = (
    "ACCESSIBLE",
    *(option.variable for option in OPTIONS),
    "COLUMNS",
    "LINES",
    "NO_COLOR",
    "FORCE_COLOR",
    "COLORTERM",
    "TEXTUAL",
    "TEXTUAL_THEME",
    "TEXTUAL_ANIMATIONS",
    "TEXTUAL_COLOR_SYSTEM",
    "BEATPASS_TOKEN",
    "BEATPASS_API_URL",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "BROWSER",
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in _LEAKING:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    # The environment is too late for these: textual read it when it was imported.
    monkeypatch.setattr(constants, "TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setattr(constants, "COLOR_SYSTEM", "truecolor")
    monkeypatch.setattr(Input, "cursor_blink", False)
    monkeypatch.setattr(pilot, "wait_for_idle", nothing_ready)


@pytest.fixture
def machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Machine]:
    """A machine for commands, with a keyring that is let go at the end."""
    found = Machine(tmp_path / "data", monkeypatch, capsys)
    ring = found.ring
    yield found
    if ring is not None:
        ring.release.set()


def pytest_configure() -> None:
    """Have keys that end a program work in what the tests start, also in the background.

    A shell without job control has those ignore it, and they hand that on.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGQUIT) is signal.SIG_IGN:
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)


def pytest_collection_finish() -> None:
    """Leave what the tests are made of out of every later search for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
