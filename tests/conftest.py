"""The same run on every machine: no color variables, no animation, no keyring, no folders."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from functools import lru_cache
from itertools import count
from pathlib import Path

import pytest
from textual import app, constants, pilot, screen
from textual.app import App
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen
from textual.widgets import Input

from beatpass_tui.config.settings import OPTIONS
from beatpass_tui.demo import catalog
from beatpass_tui.session.worker import Worker
from support.command_harness import Machine
from support.sheets import parse_rules_once
from support.stillness import (
    ask_and_tell,
    draw_and_shut_down,
    key_handled,
    nothing_queued,
    nothing_ready,
    put_off,
)

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


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Places for what a test writes without having asked for a folder, one after another."""
    root = tmp_path_factory.mktemp("homes")
    return (root / str(number) for number in count())


@pytest.fixture(autouse=True)
def _at_home(request: pytest.FixtureRequest, homes: Iterator[Path]) -> None:
    # Making a folder for each of thousands of tests takes longer than most of them.
    wanted = "tmp_path" in request.fixturenames
    home: Path = request.getfixturevalue("tmp_path") if wanted else next(homes)
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        # The next test says where its own is, so that there is nothing to be put back.
        os.environ[name] = str(home / name.lower())


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
    """Make every run the same, and have done once what is the same for every test."""
    _keep_bytecode()
    _take_keys()
    for name in _LEAKING:
        os.environ.pop(name, None)
    os.environ["TERM"] = "xterm-256color"
    monkeypatch = pytest.MonkeyPatch()
    # The environment is too late for these: textual read it when it was imported.
    monkeypatch.setattr(constants, "TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setattr(constants, "COLOR_SYSTEM", "truecolor")
    monkeypatch.setattr(Input, "cursor_blink", False)
    monkeypatch.setattr(app, "wait_for_idle", key_handled)
    monkeypatch.setattr(pilot, "wait_for_idle", nothing_ready)
    monkeypatch.setattr(pilot.Pilot, "_wait_for_screen", nothing_queued)
    # Frames are made when a test waits, not whenever the time has come for one.
    monkeypatch.setattr(screen, "UPDATE_PERIOD", 60.0)
    monkeypatch.setattr(Screen, "_compositor_refresh", put_off)
    monkeypatch.setattr(App, "_shutdown", draw_and_shut_down)
    monkeypatch.setattr(Worker, "ask", ask_and_tell)
    monkeypatch.setattr(Stylesheet, "_parse_rules", parse_rules_once)
    # The same number, without a frame of Python for each of the millions of times.
    monkeypatch.setattr(RuleSet, "__hash__", object.__hash__)
    # What the demo offers in a minute is the same for all servers, and nothing in it can change.
    monkeypatch.setattr(catalog, "full", lru_cache(maxsize=8)(catalog.full))


def _keep_bytecode() -> None:
    """Have modules compiled once, not by each worker and each program that a test starts."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def _take_keys() -> None:
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
