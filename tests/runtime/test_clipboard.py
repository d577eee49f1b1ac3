"""Copying with programs that are scripts in PATH, and through the terminal."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path

import pytest

from beatpass_tui.runtime import clipboard
from beatpass_tui.runtime.clipboard import Result
from support.fake_programs import FakePrograms

TEXT = "Café Noir · 45,210"
SSH = {"SSH_TTY": "/dev/pts/3"}
X11 = {"DISPLAY": ":0"}
WAYLAND = {"WAYLAND_DISPLAY": "wayland-0", **X11}
TMUX = {"TMUX": "/tmp/tmux-0/default,1,0", "TMUX_PANE": "%4", "TERM": "tmux-256color"}


class Desktop:
    """Fake programs, and a terminal that records what is written to it."""

    def __init__(self, folder: Path) -> None:
        self.programs = FakePrograms(folder)
        self.written = ""

    def add(self, name: str, status: int = 0) -> None:
        """Add a program that stores its input."""
        body = f"cat >{self.programs.folder}/{name}.input; echo noise; exit {status}"
        self.programs.add(name, body)

    def input(self, name: str) -> bytes:
        return (self.programs.folder / f"{name}.input").read_bytes()

    async def copy(
        self, environ: dict[str, str], platform: str = "linux", text: str = TEXT
    ) -> Result:
        environ = {"PATH": str(self.programs.folder), "TERM": "xterm-256color", **environ}
        return await clipboard.copy(text, self._write, environ, platform)

    def _write(self, codes: str) -> None:
        self.written += codes


@pytest.fixture
def desktop(tmp_path: Path) -> Desktop:
    return Desktop(tmp_path / "bin")


def sent(codes: str) -> str:
    """Return the text that control codes send to a terminal's clipboard."""
    match = re.fullmatch(r"\x1b]52;c;([A-Za-z0-9+/=]+)\x07", codes)
    assert match is not None, codes
    return b64decode(match[1]).decode()


@pytest.mark.parametrize(
    "platform, environ, program, encoding",
    [
        ("darwin", {}, "pbcopy", "utf-8"),
        ("darwin", TMUX, "pbcopy", "utf-8"),
        ("linux", X11, "xclip", "utf-8"),
        ("linux", WAYLAND, "wl-copy", "utf-8"),
        ("linux", {"WSL_INTEROP": "/run/1", **WAYLAND}, "clip.exe", "utf-16-le"),
        ("win32", {}, "clip.exe", "utf-16-le"),
    ],
)
async def test_program_of_each_system(
    desktop: Desktop,
    platform: str,
    environ: dict[str, str],
    program: str,
    encoding: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for name in ("pbcopy", "wl-copy", "xclip", "xsel", "clip.exe"):
        desktop.add(name)
    assert await desktop.copy(environ, platform) is Result.COPIED
    assert desktop.input(program).decode(encoding) == TEXT
    assert len(desktop.programs.calls) == 1
    assert desktop.written == ""
    assert capfd.readouterr() == ("", "")


async def test_copied_only_after_status_0(desktop: Desktop) -> None:
    desktop.add("wl-copy", 1)
    desktop.add("xclip", 1)
    assert await desktop.copy(WAYLAND) is Result.SENT
    assert [call.split()[0] for call in desktop.programs.calls] == ["wl-copy", "xclip"]
    assert sent(desktop.written) == TEXT
    desktop.add("xsel")
    assert await desktop.copy(WAYLAND) is Result.COPIED


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
async def test_over_ssh_the_terminal_copies(desktop: Desktop, platform: str) -> None:
    for name in ("pbcopy", "wl-copy", "xclip", "clip.exe"):
        desktop.add(name)
    assert await desktop.copy({**SSH, **WAYLAND}, platform, text="\ud800") is Result.SENT
    assert desktop.programs.calls == []
    assert sent(desktop.written) == "?"


@pytest.mark.parametrize(
    "options, result",
    [
        ({}, Result.FAILED),
        ({"set-clipboard": "external", "allow-passthrough": "off"}, Result.FAILED),
        ({"set-clipboard": "off", "allow-passthrough": "on"}, Result.SENT),
        ({"set-clipboard": "external", "allow-passthrough": "all"}, Result.SENT),
        ({"set-clipboard": "on", "allow-passthrough": "off"}, Result.SENT),
    ],
)
async def test_tmux_is_asked_what_it_passes_on(
    desktop: Desktop, options: dict[str, str], result: Result
) -> None:
    cases = "".join(f"*{name}) echo {value};; " for name, value in options.items())
    desktop.programs.add("tmux", f'case "$*" in {cases}esac')
    assert await desktop.copy(TMUX) is result
    assert "show-options -Aqvp -t %4 set-clipboard" in desktop.programs.calls[0]
    if result is Result.FAILED:
        assert desktop.written == ""
    elif options["set-clipboard"] == "on":
        assert sent(desktop.written) == TEXT
    else:
        wrapped = re.fullmatch(r"\x1bPtmux;\x1b(\x1b.*)\x1b\\", desktop.written)
        assert wrapped is not None
        assert sent(wrapped[1]) == TEXT


async def test_screen_gets_chunks_that_it_passes_through(desktop: Desktop) -> None:
    text = TEXT * 100
    assert await desktop.copy({"STY": "7.pts-0", "TERM": "screen"}, text=text) is Result.SENT
    chunks = re.findall(r"\x1bP(.*?)\x1b\\", desktop.written, re.DOTALL)
    assert max(map(len, chunks)) <= 512
    assert sent("".join(chunks)) == text


@pytest.mark.parametrize(
    "environ",
    [
        {"TERM": "screen-256color"},
        {"TERM": "tmux-256color", **SSH},
        {"TERM": "linux"},
        {"VTE_VERSION": "7802"},
        {"TERM_PROGRAM": "Apple_Terminal"},
        TMUX,
    ],
)
async def test_nothing_is_sent_where_it_is_ignored(
    desktop: Desktop, environ: dict[str, str]
) -> None:
    assert await desktop.copy(environ) is Result.FAILED
    assert desktop.written == ""
