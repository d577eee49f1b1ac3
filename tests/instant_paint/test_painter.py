"""The program in a pseudo-terminal while it shows the frame of its last run."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyte
import pytest

from beatpass_tui import exit_codes
from beatpass_tui.demo import DemoServer
from beatpass_tui.instant_paint import frame
from support.terminal import Terminal, is_restored

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kept on Linux only")

Cells = Sequence[Sequence[pyte.screens.Char]]

SIZES = ((80, 24), (120, 36), (160, 45), (200, 50))
ENTER, LEAVE, PAINTED = b"\x1b[?1049h", b"\x1b[?1049l", b"\x1b[?2026l"
RESTORED = b"\x1b[?1049l\x1b[?25h"
LAUNCHER = "import beatpass_tui.__main__ as program"
"""As installed; `python -m` is started with the same arguments."""


class Machine:
    """A machine with an account, on which the program is started."""

    def __init__(self, folder: Path, server: DemoServer) -> None:
        folders = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
        self.env = dict.fromkeys(folders, str(folder)) | {
            "BEATPASS_API_URL": server.base_url,
            "BEATPASS_TOKEN": server.token,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
        }

    def start(self, code: str = "", size: tuple[int, int] = SIZES[0]) -> Terminal:
        """Start the program after some code, which has it as `program`."""
        script = f"{LAUNCHER}\n{code}\nraise SystemExit(program.main())"
        return Terminal(env=self.env, size=size, program=[sys.executable, "-c", script])

    def keep_frame(self, size: tuple[int, int] = SIZES[0]) -> Cells:
        """Run the program, and return its last screen."""
        with self.start(size=size) as terminal:
            terminal.until("+7.5%")
            terminal.wait_for_silence(0.3)
            screen = terminal.screen()
            terminal.quit()
        return screen


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(growth_delay=0.0) as running:
        yield running


@pytest.fixture(scope="module")
def kept(server: DemoServer, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """A machine with a frame, for starts that end before they open the store."""
    machine = Machine(tmp_path_factory.mktemp("kept"), server)
    machine.keep_frame()
    return machine


def draw(raw: bytes, size: tuple[int, int]) -> Iterator[Cells]:
    """Yield the screens that show the output, piece by piece."""
    screen = pyte.Screen(*size)
    stream = pyte.ByteStream(screen)
    painted = raw.index(PAINTED) + len(PAINTED)
    ends = [painted, *range(painted + 1000, len(raw), 1000), len(raw)]
    start = 0
    for end in ends:
        stream.feed(raw[start:end])
        yield [[screen.buffer[row][column] for column in range(size[0])] for row in range(size[1])]
        start = end


def differences(screen: Cells, other: Cells) -> list[tuple[str, str]]:
    """Return the rows that differ, except for the time of the next refresh."""
    rows = ("".join(cell.data for cell in row) for row in (screen[0], other[0]))
    title, other_title = (row.split(" · next")[0].split() for row in rows)
    differing = [] if title == other_title else [(" ".join(title), " ".join(other_title))]
    for row, other_row in zip(screen[1:], other[1:], strict=True):
        if row != other_row:
            differing.append(("".join(c.data for c in row), "".join(c.data for c in other_row)))
    return differing


@pytest.mark.parametrize("size", SIZES)
def test_app_takes_over_without_changing_a_cell(
    size: tuple[int, int], server: DemoServer, tmp_path: Path
) -> None:
    machine = Machine(tmp_path, server)
    last = machine.keep_frame(size)
    with machine.start(size=size) as terminal:
        terminal.wait(lambda: terminal.raw.count(b"Quick Stats") > 1, "the app")
        terminal.wait_for_silence(0.3)
        raw = bytes(terminal.raw)
        terminal.quit()
        assert terminal.status == 0
        assert is_restored(terminal)
    first, *later = draw(raw, size)
    assert "+7.5%" in "".join(cell.data for row in first for cell in row)
    assert differences(first, last) == []
    assert [row for screen in later for row in differences(first, screen)] == []
    assert raw.count(ENTER) == 1
    assert b"\x1b[2J" not in raw
    assert b"\x1b[J" not in raw


WAIT = """
import sys, time, types
sys.modules["beatpass_tui.runtime.excepthooks"] = types.ModuleType("half imported")
program._run = lambda: time.sleep(60)
"""
"""Stay between the frame and the app, in an import."""


@pytest.mark.parametrize(
    "end, status",
    [
        (b"\x03", exit_codes.BY_SIGNAL + signal.SIGINT),
        (b"\x1c", exit_codes.BY_SIGNAL + signal.SIGQUIT),
        (signal.SIGTERM, exit_codes.BY_SIGNAL + signal.SIGTERM),
        (signal.SIGHUP, exit_codes.BY_SIGNAL + signal.SIGHUP),
    ],
)
def test_signal_before_the_app_gives_the_terminal_back(
    end: bytes | int, status: int, kept: Machine
) -> None:
    with kept.start(WAIT) as terminal:
        terminal.until("q Quit")
        if isinstance(end, bytes):
            terminal.press(end.decode())
        else:
            terminal.send(end)
        assert terminal.exit() == status
        assert is_restored(terminal)
        assert terminal.raw.endswith(RESTORED)


@pytest.mark.parametrize(
    "code, status, text",
    [
        ("raise ImportError('no module')", exit_codes.UNEXPECTED, "no module"),
        (
            "from beatpass_tui.config import flags; from beatpass_tui.errors import ConfigError\n"
            "    def fail(*_): raise ConfigError(['The file is broken.'])\n"
            "    flags.settings = fail; from beatpass_tui.cli import main; return main()",
            exit_codes.USAGE,
            "The file is broken.",
        ),
    ],
    ids=["exception", "error"],
)
def test_complaint_before_the_app_comes_after_the_frame(
    code: str, status: int, text: str, kept: Machine
) -> None:
    with kept.start(f"def run():\n    {code}\nprogram._run = run") as terminal:
        assert terminal.exit() == status
        assert is_restored(terminal)
        assert LEAVE in terminal.raw
        assert text in terminal.raw[terminal.raw.index(LEAVE) :].decode()


def test_suspension_before_the_app_gives_the_terminal_back(kept: Machine) -> None:
    with kept.start(WAIT) as terminal:
        terminal.until("q Quit")
        terminal.send(signal.SIGTSTP)
        terminal.wait_until_stopped()
        terminal.wait_for_silence(0.01)
        assert is_restored(terminal)


def test_keys_before_the_app_are_kept_and_not_echoed(server: DemoServer, tmp_path: Path) -> None:
    machine = Machine(tmp_path, server)
    machine.keep_frame()
    typed_before = "import os, select; select.select([0], [], []); print('started')"
    with machine.start(typed_before) as terminal:
        # In line mode the kernel echoes it, and turns Enter into a line feed.
        terminal.press("\r")
        terminal.until("q Quit")
        terminal.press("\x1a")
        terminal.wait_until_stopped()
        assert terminal.raw.count(ENTER) == 1
        assert b"^Z" not in terminal.raw
        terminal.send(signal.SIGCONT)
        terminal.until("▸ Finances")
        terminal.quit()
        assert is_restored(terminal)


def test_window_that_is_resized_before_the_app_is_drawn_again(
    server: DemoServer, tmp_path: Path
) -> None:
    machine = Machine(tmp_path, server)
    machine.keep_frame()
    wait = "import select; run = program._run\n"
    wait += "program._run = lambda: (select.select([0], [], []), run())[1]"
    with machine.start(wait) as terminal:
        terminal.until("q Quit")
        terminal.resize(120, 36)
        terminal.press("3")
        terminal.until("▸ Activity")
        terminal.press("\x1b")
        terminal.until("▸ Dashboard")
        terminal.until("Plays per day")
        assert terminal.raw.count(ENTER) == 1
        terminal.quit()
        assert is_restored(terminal)


CONDITIONS = """
import fcntl, os, shutil, struct, sys, termios, time
from pathlib import Path
from beatpass_tui.instant_paint import painter
from beatpass_tui.storage import kept_output

folder = Path(os.environ["XDG_DATA_HOME"]) / "beatpass-tui"
path, saved = folder / "frame", folder.parent / "saved"
content, now = path.read_bytes(), time.time

class Ahead:
    tm_gmtoff = 3600

def restore():
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    else:
        path.rmdir()
    path.write_bytes(content)
    path.chmod(0o600)

def replace(data):
    path.write_bytes(data)

def link():
    saved.write_bytes(content)
    saved.chmod(0o600)
    path.unlink()
    path.symlink_to(saved)

def pipe():
    path.unlink()
    os.mkfifo(path, 0o600)

def variable(name, value):
    def change():
        before = os.environ.get(name)
        os.environ[name] = value
        return lambda: os.environ.pop(name) and before and os.environ.update({name: before})
    return change

def window(columns, rows):
    def change():
        size = fcntl.ioctl(1, termios.TIOCGWINSZ, bytes(8))
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        return lambda: fcntl.ioctl(1, termios.TIOCSWINSZ, size)
    return change

def attribute(owner, name, value):
    def change():
        before = getattr(owner, name)
        setattr(owner, name, value)
        return lambda: setattr(owner, name, before)
    return change

def configuration():
    file = folder / "config.toml"
    file.write_text("")
    return file.unlink

def output():
    kept, null = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    return lambda: os.dup2(kept, 1)

def account():
    file = folder / "credentials.json"
    file.write_text("{}")
    return file.unlink

CASES = {
    "nothing": lambda: None,
    "link": link, "pipe": pipe,
    "open to others": lambda: path.chmod(0o644),
    "no file": path.unlink,
    "folder": lambda: (path.unlink(), path.mkdir())[1],
    "empty": lambda: replace(b""),
    "cut": lambda: replace(content[:-100]),
    "changed number": lambda: replace(content.replace(b"45,210", b"99,999")),
    "binary": lambda: replace(bytes(range(256)) * 100),
    "huge": lambda: replace(content + b"x" * (1 << 21)),
    "size": window(81, 24), "no size": window(0, 0),
    "dumb": variable("TERM", "dumb"), "other terminal": variable("TERM", "xterm"),
    "no color": variable("NO_COLOR", "1"), "accessible": variable("ACCESSIBLE", "1"),
    "token": variable("BEATPASS_TOKEN", "901|another"), "theme": variable("BEATPASS_THEME", "x"),
    "API": variable("BEATPASS_API_URL", "http://127.0.0.1:9/api/v1"),
    "locale": variable("LC_ALL", "C"), "zone": variable("TZ", "Pacific/Chatham"),
    "home": variable("HOME", "/nowhere"), "data": variable("XDG_DATA_HOME", "/nowhere"),
    "configuration": configuration, "account": account, "output": output,
    "version": attribute(kept_output, "__version__", "0.0.0"),
    "background": attribute(os, "tcgetpgrp", lambda _: 1),
    "clock set back": attribute(time, "time", lambda: now() - 7200),
    "weeks later": attribute(time, "time", lambda: now() + 15 * 86400),
    "daylight saving": attribute(time, "localtime", lambda _: Ahead),
}
shown = []
for name, change in CASES.items():
    undo = change()
    painter.paint()
    if painter.painted is not None:
        shown.append(name)
        painter.leave()
    if callable(undo):
        undo()
    restore()
    painter.paint()
    assert painter.painted is not None, name
    painter.leave()
print("SHOWN", shown)
raise SystemExit
"""


def test_frame_is_shown_only_if_nothing_has_changed(kept: Machine) -> None:
    with kept.start(CONDITIONS) as terminal:
        assert terminal.exit() == 0, terminal.text
        assert b"SHOWN ['nothing']" in terminal.raw
        assert is_restored(terminal)


def test_frame_is_shown_only_without_arguments(kept: Machine) -> None:
    with kept.start(
        "program._run = lambda: 0; import sys; sys.argv.append('--no-store')"
    ) as terminal:
        assert terminal.exit() == 0
        assert ENTER not in terminal.raw


def test_no_frame_is_kept_if_the_configuration_can_be_anywhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    monkeypatch.setenv("XDG_CONFIG_HOME", "configuration")
    monkeypatch.setenv("HOME", "/home")
    assert frame.Start().folder == "/data/beatpass-tui"
    monkeypatch.delenv("HOME")
    assert frame.Start().folder is None
