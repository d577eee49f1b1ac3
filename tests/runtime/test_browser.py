"""Opening BeatPass pages with launchers that are scripts in PATH."""

from __future__ import annotations

import os
import shlex
import signal
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import Mock

import pytest

from beatpass_tui.runtime import browser
from support.fake_programs import FakePrograms

URL = "https://open.beatpass.ca/artist/7/nova"
DISPLAY = {"DISPLAY": ":0"}
WSL = {"WSL_DISTRO_NAME": "Ubuntu"}
SSH = {"SSH_CONNECTION": "1 2 3 4"}


class Desktop:
    """Fake launchers, and a terminal that records the programs which get it."""

    def __init__(self, folder: Path) -> None:
        self.programs = FakePrograms(folder)
        self.in_terminal: list[str] = []
        self.status = 0

    async def open(
        self, environ: dict[str, str], platform: str = "linux", target: str = URL
    ) -> bool:
        environ = {"PATH": str(self.programs.folder), **environ}
        return await browser.open_url(target, self._run, environ, platform)

    def _run(self, command: Sequence[str]) -> int:
        self.in_terminal.append(shlex.join((Path(command[0]).name, *command[1:])))
        return self.status


@pytest.fixture
def desktop(tmp_path: Path) -> Desktop:
    return Desktop(tmp_path / "bin")


@pytest.mark.parametrize(
    "platform, environ, called",
    [
        ("linux", {}, None),
        ("linux", {"DISPLAY": ""}, None),
        ("linux", DISPLAY, "xdg-open"),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, "xdg-open"),
        ("linux", {"BROWSER": "firefox"}, "firefox"),
        ("linux", {"BROWSER": "missing:'open quote:firefox --new-tab %s &"}, "firefox --new-tab"),
        ("linux", {"BROWSER": "missing", **DISPLAY}, "xdg-open"),
        ("linux", SSH, None),
        ("linux", SSH | DISPLAY, "xdg-open"),
        ("linux", WSL, "rundll32.exe url.dll,FileProtocolHandler"),
        ("linux", WSL | DISPLAY, "rundll32.exe url.dll,FileProtocolHandler"),
        ("freebsd14", DISPLAY, "xdg-open"),
        ("darwin", {}, "open"),
        ("darwin", SSH, None),
        ("win32", SSH, None),
    ],
)
async def test_launcher_of_each_system(
    desktop: Desktop, platform: str, environ: dict[str, str], called: str | None
) -> None:
    for name in ("xdg-open", "firefox", "open", "rundll32.exe", "w3m"):
        desktop.programs.add(name)
    assert await desktop.open(environ, platform) is (called is not None)
    assert desktop.programs.calls == ([] if called is None else [f"{called} {URL}"])
    assert desktop.in_terminal == []


async def test_windows_opens_addresses_itself(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Mock(side_effect=[None, OSError("No application.")])
    monkeypatch.setattr(os, "startfile", opened, raising=False)
    assert await desktop.open({}, "win32")
    opened.assert_called_once_with(URL)
    assert not await desktop.open({}, "win32")


async def test_next_launcher_is_tried_after_a_failure(desktop: Desktop) -> None:
    desktop.programs.add("xdg-open", "exit 3")
    desktop.programs.add("gio", "exit 0")
    (desktop.programs.folder / "not-a-program").write_text("garbage")
    (desktop.programs.folder / "not-a-program").chmod(0o755)
    assert await desktop.open({"BROWSER": "not-a-program", **DISPLAY})
    assert desktop.programs.calls == [f"xdg-open {URL}", f"gio open {URL}"]
    desktop.programs.add("gio", "exit 4")
    assert not await desktop.open(DISPLAY)


async def test_launcher_does_not_get_the_terminal(
    desktop: Desktop, capfd: pytest.CaptureFixture[str]
) -> None:
    desktop.programs.add(
        "xdg-open",
        f"cd {desktop.programs.folder}; echo noise; echo noise >&2; ps -o sid= $$ >session; cat\n"
        "(echo noise >/dev/tty) 2>/dev/null || echo none >terminal",
    )
    assert await desktop.open(DISPLAY)
    assert capfd.readouterr() == ("", "")
    assert desktop.programs.read("terminal") == "none\n"
    assert int(desktop.programs.read("session")) != os.getsid(0)


async def test_launcher_that_runs_on_is_an_open_browser(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "STARTED_AFTER", 0.05)
    pid = desktop.programs.folder / "pid"
    os.mkfifo(pid)
    desktop.programs.add("xdg-open", f"echo $$ >{pid}; exec sleep 600")
    assert await desktop.open(DISPLAY)
    os.kill(int(pid.read_text()), signal.SIGKILL)


@pytest.mark.parametrize("environ", [{}, SSH, DISPLAY])
async def test_text_browser_gets_the_terminal_only_if_it_is_asked_for(
    desktop: Desktop, environ: dict[str, str]
) -> None:
    for name in ("w3m", "lynx", "www-browser"):
        desktop.programs.add(name)
    assert not await desktop.open(environ)
    assert await desktop.open({**environ, "BROWSER": "w3m -no-mouse"})
    desktop.status = 1
    assert not await desktop.open({**environ, "BROWSER": "lynx"})
    assert desktop.in_terminal == [f"w3m -no-mouse {URL}", f"lynx {URL}"]
    assert desktop.programs.calls == []


async def test_only_beatpass_is_opened(desktop: Desktop) -> None:
    desktop.programs.add("xdg-open")
    for target in ("javascript:alert(1)", "file:///etc/passwd", "https://evil.example/", "-h", ""):
        assert not await desktop.open(DISPLAY, target=target)
    assert await desktop.open(DISPLAY, target="/artist/7/nova")
    assert desktop.programs.calls == [f"xdg-open {URL}"]
