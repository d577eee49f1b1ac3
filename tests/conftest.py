"""Fixtures, and a setup that makes every run independent of the machine."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from textual import constants
from textual.widgets import Input

from beatpass_tui import formatting
from beatpass_tui.config.settings import OPTIONS
from beatpass_tui.demo import DemoServer
from support import speed, waiting
from support.command_harness import Machine
from support.demo_client import NOW
from support.fake_keyring import FakeKeyring
from support.fakes import NOVA_ACCOUNT

_REMOVED_VARIABLES = (
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
    "SSH_CONNECTION",
    "SSH_CLIENT",
    "SSH_TTY",
    "STY",
    "KITTY_WINDOW_ID",
    "LC_TERMINAL",
    "TERM_PROGRAM",
    "TMUX",
    "TMUX_PANE",
    "VTE_VERSION",
    "WSL_DISTRO_NAME",
    "WSL_INTEROP",
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Unused paths for the user folders of tests that do not request `tmp_path`."""
    root = tmp_path_factory.mktemp("homes")
    return (root / str(number) for number in count())


@pytest.fixture(autouse=True)
def _user_folders(request: pytest.FixtureRequest, homes: Iterator[Path]) -> None:
    # Creating a folder for each of thousands of tests takes longer than most of them.
    has_folder = "tmp_path" in request.fixturenames
    home: Path = request.getfixturevalue("tmp_path") if has_folder else next(homes)
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        # Every test sets them, so there is nothing to restore.
        os.environ[name] = str(home / name.lower())


@pytest.fixture(autouse=True)
def _date_style() -> None:
    formatting.set_date_style("iso")


@pytest.fixture
def machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Machine]:
    """A machine on which commands run; calls that its keyring holds are released at the end."""
    machine = Machine(tmp_path / "data", monkeypatch, capsys)
    ring = machine.keyring
    yield machine
    if ring is not None:
        ring.release.set()


@pytest.fixture
def nova(machine: Machine) -> Machine:
    """A machine where Nova is signed in."""
    machine.store(NOVA_ACCOUNT)
    return machine


@pytest.fixture
def fake_keyring() -> Iterator[FakeKeyring]:
    """A keyring whose pending calls are released at the end."""
    keyring = FakeKeyring()
    yield keyring
    keyring.release.set()


@pytest.fixture
def server() -> Iterator[DemoServer]:
    """A demo server at a fixed time, whose growth rate is known."""
    with DemoServer(now=lambda: NOW, growth_delay=0) as running:
        yield running


def pytest_configure() -> None:
    """Set up what all tests share: the environment, Textual's constants, speed-ups and waits."""
    # Most objects that exist during the collection of the tests are kept.
    gc.disable()
    _keep_bytecode()
    _reset_signals()
    for name in _REMOVED_VARIABLES:
        os.environ.pop(name, None)
    os.environ["TERM"] = "xterm-256color"
    monkeypatch = pytest.MonkeyPatch()
    # Textual has read the environment at its import.
    monkeypatch.setattr(constants, "TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setattr(constants, "COLOR_SYSTEM", "truecolor")
    monkeypatch.setattr(Input, "cursor_blink", False)
    speed.install(monkeypatch)
    waiting.install(monkeypatch)
    # The same examples on every machine, however slow.
    settings.register_profile(
        "suite",
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("suite")


def _keep_bytecode() -> None:
    """Compile modules once, not in each worker and each program that a test starts."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def _reset_signals() -> None:
    """Restore the signals that `nohup` and background jobs of a shell without job control ignore.

    The programs that tests start inherit the setting.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGHUP, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


def pytest_collection_finish() -> None:
    speed.tune_garbage_collector()


def pytest_unconfigure() -> None:
    speed.finish_garbage_collection()
