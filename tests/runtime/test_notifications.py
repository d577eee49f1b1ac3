"""Notifications through the terminal, and with programs that are scripts in PATH."""

from __future__ import annotations

import asyncio
import re
import signal
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from beatpass_tui.runtime import notifications
from beatpass_tui.runtime.notifications import send
from support.fake_programs import FakePrograms

TEXT = "Total Plays 50,000 (+12)"
SSH = {"SSH_TTY": "/dev/pts/3"}
TMUX = {"TMUX": "/tmp/tmux-0/default,1,0", "TERM": "tmux-256color"}
ST = "\x1b\\"


class Desktop:
    """Fake programs, and a terminal that records what is written to it."""

    def __init__(self, folder: Path) -> None:
        self.programs = FakePrograms(folder)
        self.written = ""

    async def notify(
        self,
        environ: dict[str, str],
        text: str = TEXT,
        *,
        platform: str = "linux",
        terminal: bool = True,
    ) -> bool:
        environ = {"PATH": str(self.programs.folder), "TERM": "xterm-256color", **environ}
        return await send(text, self._write if terminal else None, environ, platform)

    def _write(self, codes: str) -> None:
        self.written += codes


@pytest.fixture
def desktop(tmp_path: Path) -> Desktop:
    return Desktop(tmp_path / "bin")


@pytest.mark.parametrize(
    "environ, codes",
    [
        ({"TERM_PROGRAM": "iTerm.app"}, f"\x1b]9;BeatPass: {TEXT}{ST}"),
        ({"TERM_PROGRAM": "WezTerm", **SSH}, f"\x1b]9;BeatPass: {TEXT}{ST}"),
        ({"TERM": "xterm-ghostty"}, f"\x1b]9;BeatPass: {TEXT}{ST}"),
        ({"LC_TERMINAL": "iTerm2", **SSH}, f"\x1b]9;BeatPass: {TEXT}{ST}"),
        ({"TERM": "foot"}, f"\x1b]777;notify;BeatPass;{TEXT}{ST}"),
        ({"TERM": "rxvt-unicode-256color"}, f"\x1b]777;notify;BeatPass;{TEXT}{ST}"),
    ],
)
async def test_terminal_gets_its_own_control_code(
    desktop: Desktop, environ: dict[str, str], codes: str
) -> None:
    desktop.programs.add("notify-send")
    assert await desktop.notify(environ)
    assert desktop.written == codes
    assert desktop.programs.calls == []


async def test_kitty_gets_title_and_text(desktop: Desktop) -> None:
    assert await desktop.notify({"KITTY_WINDOW_ID": "1"})
    parts = re.findall(r"\x1b]99;i=beatpass:d=(\d):e=1:p=(\w+);(.*?)\x1b\\", desktop.written)
    assert [(done, part, b64decode(data).decode()) for done, part, data in parts] == [
        ("0", "title", "BeatPass"),
        ("1", "body", TEXT),
    ]


@pytest.mark.parametrize("allowed", ["on", "off"])
async def test_tmux_is_asked_whether_it_passes_the_code_on(desktop: Desktop, allowed: str) -> None:
    desktop.programs.add("tmux", f"echo {allowed}")
    desktop.programs.add("notify-send")
    assert await desktop.notify({**TMUX, "LC_TERMINAL": "iTerm2"})
    wrapped = f"\x1bPtmux;\x1b\x1b]9;BeatPass: {TEXT}\x1b\x1b\\{ST}"
    assert desktop.written == (wrapped if allowed == "on" else "")
    assert any("notify-send" in call for call in desktop.programs.calls) is (allowed == "off")


async def test_screen_passes_the_code_on(desktop: Desktop) -> None:
    assert await desktop.notify({"STY": "7.pts-0", "TERM": "screen", "LC_TERMINAL": "iTerm2"})
    assert desktop.written == f"\x1bP\x1b]9;BeatPass: {TEXT}{ST}{ST}"


@pytest.mark.parametrize(
    "platform, name, arguments",
    [
        ("linux", "notify-send", f"--app-name=BeatPass -- BeatPass {TEXT}"),
        (
            "darwin",
            "osascript",
            "-e on run argv -e display notification (item 1 of argv) with title (item 2 of argv) "
            f"-e end run {TEXT} BeatPass",
        ),
    ],
)
@pytest.mark.parametrize("terminal", [True, False])
async def test_other_terminals_leave_it_to_a_program(
    desktop: Desktop, platform: str, name: str, arguments: str, terminal: bool
) -> None:
    desktop.programs.add(name)
    assert await desktop.notify({}, platform=platform, terminal=terminal)
    assert desktop.programs.calls == [f"{name} {arguments}"]
    assert desktop.written == ""


async def test_text_is_cleaned_and_no_markup(desktop: Desktop) -> None:
    hostile = "-h <b>x</b> \x1b]52;c;AAAA\a\x9b31m\u202e$(id)\n`id`"
    desktop.programs.add("notify-send")
    assert await desktop.notify({}, hostile)
    expected = "-h &lt;b&gt;x&lt;/b&gt; $(id) `id`"
    assert desktop.programs.calls == [f"notify-send --app-name=BeatPass -- BeatPass {expected}"]
    assert await desktop.notify({"TERM": "xterm-ghostty"}, hostile * 100)
    assert desktop.written.count("\x1b") == 2
    assert len(desktop.written) < 300


async def test_program_that_hangs_is_ended(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def record(*args: Any, **options: Any) -> asyncio.subprocess.Process:  # noqa: ANN401
        started.append(await start(*args, **options))
        return started[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", record)
    monkeypatch.setattr(notifications, "TIMEOUT", 0.0)
    desktop.programs.add("notify-send", "exec sleep 600")
    assert not await desktop.notify({})
    assert [process.returncode for process in started] == [-signal.SIGTERM]


@pytest.mark.parametrize("environ", [{}, SSH, {"TERM": "linux"}])
async def test_nowhere_to_show_it(desktop: Desktop, environ: dict[str, str]) -> None:
    desktop.programs.add("notify-send", "exit 1")
    assert not await desktop.notify(environ)
    assert desktop.written == ""
    assert bool(desktop.programs.calls) is (environ is not SSH)
