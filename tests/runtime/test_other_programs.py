"""Browsers, clipboards and multiplexers with the program in a pseudo-terminal."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from base64 import b64decode
from functools import partial
from pathlib import Path

import pytest

from support.fake_programs import FakePrograms
from support.terminal import Terminal, is_restored

FINANCES_URL = "https://open.beatpass.ca/producer-dashboard/finances"


def test_launchers_do_not_draw_and_a_text_browser_gets_the_terminal(tmp_path: Path) -> None:
    programs = FakePrograms(tmp_path / "bin")
    programs.add("firefox", "echo NOISE; echo NOISE >&2; echo NOISE >/dev/tty; exit 3")
    # The interrupt key is for the browser alone.
    programs.add(
        "w3m",
        f"trap 'echo interrupted' INT; stty -a >{programs.folder}/modes; echo PAGE\n"
        f'while [ -z "$line" ]; do read line; done; echo "read $line" >>{programs.folder}/calls',
    )
    env = {
        "PATH": f"{programs.folder}{os.pathsep}{os.environ['PATH']}",
        "BROWSER": os.pathsep.join(("firefox", "w3m")),
    }
    with Terminal("--demo", "--no-store", env=env) as terminal:
        terminal.until("45,210")
        terminal.press("o")
        terminal.until("PAGE")
        terminal.press("\x03")
        terminal.until("interrupted")
        terminal.clear()
        terminal.press("word\r")
        terminal.until("Total Plays")
        terminal.until(f"Opening {FINANCES_URL}")
        terminal.press("2")
        terminal.until("▸ Finances")
        terminal.press("q")
        assert terminal.exit() == 0
        assert is_restored(terminal)
        assert b"NOISE" not in terminal.raw
    assert not {"-isig", "-icanon", "-echo"} & set(programs.read("modes").split())
    assert programs.calls == [f"firefox {FINANCES_URL}", f"w3m {FINANCES_URL}", "read word"]


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
def test_copying_inside_tmux(tmp_path: Path) -> None:
    tmux = ["tmux", "-S", str(tmp_path / "socket"), "-f", "/dev/null"]
    inside = f"{sys.executable} -m beatpass_tui --demo --no-store"

    def set_option(*arguments: str) -> None:
        subprocess.run([*tmux, "set", *arguments], check=True, timeout=30)

    try:
        with Terminal("new-session", inside, program=tmux) as terminal:
            terminal.until("45,210")
            terminal.press("y")
            terminal.until("Nothing could be copied")
            assert FINANCES_URL in terminal.text.splitlines()
            terminal.press("\x1b")
            options = (
                (("-w", "allow-passthrough", "on"), "finances", "Activity · "),
                (("-s", "set-clipboard", "on"), "activity", "Progress · "),
            )
            for option, page, next_page in options:
                terminal.until("45,210")
                assert b"\x1b]52;" not in terminal.raw
                set_option(*option)
                terminal.press("y")
                terminal.until("Sent to the terminal: https://")
                (copied,) = re.findall(rb"\x1b]52;c?;([A-Za-z0-9+/=]+)", terminal.raw)
                assert b64decode(copied).decode().endswith(page)
                set_option("-wu", "allow-passthrough")
                terminal.raw.clear()
                terminal.press("\x1b[C")
                terminal.until(next_page)
            terminal.press("q")
            assert terminal.exit() == 0
    finally:
        # The server and the program in it outlive the client.
        subprocess.run([*tmux, "kill-server"], check=False, capture_output=True, timeout=30)


def test_screen_reader_finds_the_item_at_the_cursor_of_the_terminal() -> None:
    def until(text: str) -> None:
        terminal.wait(lambda: terminal.text_at_cursor.startswith(text), f"{text} at the cursor")

    with Terminal("--demo", "--no-store", "--accessible", size=(100, 36)) as terminal:
        terminal.until("Growth: +7.5%")
        until("> 2 Finances, ")
        terminal.press("\x1b[B")
        until("> 3 Activity, ")
        terminal.press("\t\x1b[B")
        until("> Total Plays: 45,210")
        # Messages come whole and in their order, and the cursor goes back to its item.
        messages = (b"Sent Total Plays to the terminal's clipboard: 45,210", b"Up to date")
        for key, message in zip("yr", messages, strict=True):
            terminal.press(key)
            terminal.wait(partial(terminal.raw.__contains__, message), repr(message))
            until("> Total Plays: 45,210")
        terminal.press("6")
        terminal.until("Catalog")
        until("> ")
        first = terminal.text_at_cursor
        terminal.press("\x1b[B")
        terminal.wait(lambda: terminal.text_at_cursor not in ("", first), "the next row")
        until("> ")
        terminal.press("q")
        assert terminal.exit() == 0
        assert is_restored(terminal)
