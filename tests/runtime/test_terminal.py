"""The program in a pseudo-terminal."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.request import Request, urlopen

import pytest

from beatpass_tui import exit_codes
from beatpass_tui.api import MAX_CONCURRENT
from beatpass_tui.demo import DemoServer
from support.terminal import Terminal, is_restored, unrestored_modes

PYTHON = f"exec {sys.executable} -m beatpass_tui"


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(growth_delay=0.0) as running:
        yield running


def test_demo_from_start_to_end_writes_only_to_standard_output(tmp_path: Path) -> None:
    errors = tmp_path / "errors"
    # Values that a shell exported for a window of another size are ignored.
    env = {"COLUMNS": "91", "LINES": "33"}
    with Terminal(env=env, program=["sh", "-c", f"{PYTHON} --demo 2>{errors}"]) as terminal:
        terminal.until("Calculating")
        terminal.until("45,210")
        terminal.until("+7.5%")
        assert b"\x1b[?1000h" in terminal.raw
        terminal.press("2")
        terminal.until("▸ Finances")
        terminal.press("\x1b")
        terminal.until("▸ Dashboard")
        terminal.press("q")
        assert terminal.exit() == 0
        assert is_restored(terminal)
    assert errors.read_bytes() == b""


def test_token_sign_in_over_http_stores_it_in_a_file(server: DemoServer, tmp_path: Path) -> None:
    env = {
        "BEATPASS_API_URL": server.base_url,
        "XDG_DATA_HOME": str(tmp_path),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    with Terminal(env=env) as terminal:
        terminal.until("Personal access token")
        terminal.press("901|wrong\r")
        terminal.until("did not accept this token")
        terminal.press("\x7f" * len("901|wrong"))
        terminal.until("Paste your token")
        terminal.press(server.token + "\r")
        terminal.until("45,210")
        terminal.until("Your token is stored in")
        terminal.press("q")
        assert terminal.exit() == 0
        assert server.token.encode() not in terminal.raw
    path = tmp_path / "beatpass-tui" / "credentials.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert server.token in path.read_text()
    with Terminal(env=env) as terminal:
        terminal.until("+7.5%")
        assert "Personal access token" not in terminal.text
        terminal.press("q")
        assert terminal.exit() == 0


def test_rejected_token_variable_prints_one_message_and_exits_with_4(server: DemoServer) -> None:
    env = {"BEATPASS_API_URL": server.base_url, "BEATPASS_TOKEN": "901|wrong"}
    with Terminal(env=env) as terminal:
        assert terminal.exit() == 4
        assert is_restored(terminal)
        assert "did not accept the token in BEATPASS_TOKEN" in " ".join(terminal.text.split())
        assert b"901|wrong" not in terminal.raw


def test_token_variable_opens_the_dashboard_and_is_never_stored(tmp_path: Path) -> None:
    with DemoServer(growth_delay=0.0) as server:
        env = {
            "BEATPASS_API_URL": server.base_url,
            "BEATPASS_TOKEN": server.token,
            "XDG_DATA_HOME": str(tmp_path),
        }
        with Terminal(env=env) as terminal:
            for value in ("45,210", "1,204", "873", "+7.5%", "@nova", "Nova Reyes"):
                terminal.until(value)
            terminal.press("q")
            assert terminal.exit() == 0
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"store.sqlite3"}
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert server.token.encode() not in path.read_bytes()
    requests = len(server.requests)
    # The server is gone, but the numbers are fresh.
    with Terminal(env=env) as terminal:
        terminal.until("45,210")
        terminal.until("+7.5%")
        terminal.until("@nova · updated")
        assert "Offline" not in terminal.text
        terminal.press("q")
        assert terminal.exit() == 0
    assert len(server.requests) == requests


def test_no_store_writes_no_files(server: DemoServer, tmp_path: Path) -> None:
    env = {
        "BEATPASS_API_URL": server.base_url,
        "BEATPASS_TOKEN": server.token,
        "XDG_DATA_HOME": str(tmp_path),
    }
    with Terminal("--no-store", env=env) as terminal:
        terminal.until("45,210")
        terminal.press("q")
        assert terminal.exit() == 0
    assert not list(tmp_path.iterdir())


def quits_quickly(terminal: Terminal, keys: str = "q", status: int = 0) -> bool:
    """Quit, check that the terminal is restored, and return whether it took under 300 ms."""
    seconds = terminal.quit(keys)
    assert terminal.status == status
    assert unrestored_modes(terminal) == []
    output = bytes(terminal.raw).rpartition(b"\x1b[?1049l")[2]
    assert re.sub(rb"\x1b\[\?\d+[hl]", b"", output) == b""
    return seconds < 0.3 * slowdown()


def slowdown() -> float:
    """Return how much longer a program takes because of other processes."""
    wall, own = time.perf_counter(), time.process_time()
    while (worked := time.process_time() - own) < 0.05:
        pass
    return max((time.perf_counter() - wall) / worked, 1.0)


class SilentServer(ThreadingHTTPServer):
    """Forwards requests for the account and artist and never answers others."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, behind: DemoServer) -> None:
        self.behind = behind
        self.held: list[str] = []
        self.over = Event()
        super().__init__(("127.0.0.1", 0), _SilentHandler)

    def busy(self) -> bool:
        """Return whether the maximum number of concurrent requests has arrived."""
        return len(self.held) >= MAX_CONCURRENT


class _SilentHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, SilentServer)
        if not self.path.endswith(("/users/me", "/artist/profile")):
            server.held.append(self.path)
            server.over.wait()
            return
        path = self.path.rpartition("/v1")[2]
        head = {"Authorization": self.headers["Authorization"], "Accept": "application/json"}
        with urlopen(Request(server.behind.base_url + path, headers=head)) as answer:
            body = answer.read()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_quitting_with_eight_requests_in_flight_is_quick_and_silent(server: DemoServer) -> None:
    # Three tries, since the machine may be busy.
    for _ in range(3):
        with SilentServer(server) as silent:
            Thread(target=silent.serve_forever, args=(0.01,), daemon=True).start()
            env = {
                "BEATPASS_API_URL": f"http://127.0.0.1:{silent.server_port}/v1",
                "BEATPASS_TOKEN": server.token,
            }
            with Terminal("--no-store", env=env) as terminal:
                terminal.until("@nova")
                for key, page in zip("23", ("Finances", "Activity"), strict=True):
                    terminal.press(key)
                    terminal.until(f"▸ {page}")
                # Half of them are on the wire, the others are queued.
                terminal.wait(silent.busy, "the requests")
                is_quick = quits_quickly(terminal)
            silent.over.set()
            silent.shutdown()
        if is_quick:
            return
    pytest.fail("it took more than 300 ms")


_HUNG = """
import socket, sys, threading
from pathlib import Path
from beatpass_tui import cli

def hang(*_, **__):
    Path(sys.argv[2]).touch()
    threading.Event().wait()

if sys.argv[1] == "name":
    socket.getaddrinfo = hang
else:
    from keyring import core

    core.get_keyring = hang
sys.exit(cli.main(["--no-store"]))
"""


@pytest.mark.parametrize("hanging", ["name", "keyring"])
def test_quitting_while_a_thread_hangs_is_quick(
    hanging: str, server: DemoServer, tmp_path: Path
) -> None:
    status = exit_codes.OK
    env = {"BEATPASS_API_URL": "https://beatpass.invalid", "BEATPASS_TOKEN": "901|any"}
    if hanging == "keyring":
        status = exit_codes.NOT_SIGNED_IN
        env = {"BEATPASS_API_URL": server.base_url}
    for turn in range(3):
        hung = tmp_path / str(turn)
        program = [sys.executable, "-c", _HUNG, hanging, str(hung)]
        with Terminal(env=env, program=program) as terminal:
            if hanging == "keyring":
                terminal.until("Paste your token")
                terminal.press(server.token + "\r")
            terminal.wait(hung.exists, "a hanging thread")
            terminal.until("BEATPASS")
            if quits_quickly(terminal, "\x03", status):
                return
    pytest.fail("it took more than 300 ms")


def test_unreadable_certificates_print_one_message_and_exit_with_1(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    env = {"SSL_CERT_FILE": str(broken), "BEATPASS_TOKEN": "901|any"}
    with Terminal(env=env) as terminal:
        assert terminal.exit() == 1
        assert is_restored(terminal)
        assert "SSL_CERT_FILE" in terminal.text
        assert "Traceback" not in terminal.text


def test_config_file_variable_and_option_take_effect(tmp_path: Path) -> None:
    file = tmp_path / "beatpass-tui" / "config.toml"
    file.parent.mkdir()
    file.write_text('start_page = "progress"\nnumbers = "short"\n[keys]\napp.quit = "x"\n')
    env = {"XDG_CONFIG_HOME": str(tmp_path), "BEATPASS_START_PAGE": "finances"}
    arguments = ("--demo", "--numbers", "full", "--no-mouse")
    with Terminal(*arguments, size=(120, 36), env=env) as terminal:
        terminal.until("▸ Finances")
        terminal.press("\x1b")
        terminal.until("45,210")
        terminal.until("x Quit")
        assert b"\x1b[?1000h" not in terminal.raw
        terminal.press("x")
        assert terminal.exit() == 0
        assert is_restored(terminal)


def test_keys_directly_after_escape_are_not_lost(server: DemoServer, tmp_path: Path) -> None:
    env = {
        "BEATPASS_API_URL": server.base_url,
        "BEATPASS_TOKEN": server.token,
        "XDG_DATA_HOME": str(tmp_path),
    }
    with Terminal(env=env) as terminal:
        terminal.until("45,210")
        for digit, title in (("2", "Finances"), ("5", "Leaderboards"), ("6", "My Beats")):
            # Escape goes Home first; with the next key at once it would be Alt and that key.
            terminal.press_separately("\x1b", digit)
            terminal.until(f"▸ {title}")
        # An arrow key in two parts is no Escape.
        terminal.press_separately("\x1b", "[B")
        terminal.press_separately("\x1b", "?")
        terminal.until("Refresh stale or failed data")
        terminal.press_separately("\x1b", "q")
        assert terminal.exit() == 0


def test_accessible_mode_draws_no_symbols_and_quits_by_ctrl_c(server: DemoServer) -> None:
    env = {
        "BEATPASS_API_URL": server.base_url,
        "BEATPASS_TOKEN": server.token,
        "ACCESSIBLE": "1",
    }
    with Terminal("--no-store", env=env) as terminal:
        terminal.until("Growth: +7.5%, up")
        assert not set("╭│━◐⌂▲·") & set(terminal.text)
        terminal.press("\x03")
        assert terminal.exit() == 0


@pytest.mark.parametrize(
    "command, status, message",
    [
        ("--demo </dev/null", exit_codes.USAGE, "Not a terminal"),
        ("--demo <&-", exit_codes.USAGE, "Not a terminal"),
        ("--demo >/dev/null", exit_codes.USAGE, "Not a terminal"),
        ("--demo >&-", exit_codes.USAGE, "Not a terminal"),
        ("login <&-", exit_codes.USAGE, "Not a terminal; use `--with-token`"),
        ("config --path >&-", exit_codes.UNEXPECTED, "standard output is closed"),
        ("completions bash >/dev/full", exit_codes.UNEXPECTED, "could not be written"),
        ("config --path 2>&-", exit_codes.OK, ""),
        ("stats --offline 2>&-", exit_codes.NOT_SIGNED_IN, None),
    ],
)
def test_missing_stream_prints_one_message_and_sets_the_exit_code(
    command: str, status: int, message: str | None
) -> None:
    with Terminal(program=["sh", "-c", f"{PYTHON} {command}"]) as terminal:
        assert terminal.exit() == status
        assert unrestored_modes(terminal) == []
        text = " ".join(terminal.text.split())
        assert "Traceback" not in text
        assert text == "" if message is None else message in text


@pytest.mark.parametrize("term", ["dumb", "unknown", ""])
def test_terminal_without_cursor_movement_prints_one_message(term: str) -> None:
    with Terminal("--demo", env={"TERM": term}) as terminal:
        assert terminal.exit() == exit_codes.USAGE
        assert bytes(terminal.raw).count(b"\x1b") == 0
        assert "check TERM" in " ".join(terminal.text.split())


def test_ascii_locale_writes_only_ascii_and_quits_by_ctrl_q() -> None:
    env = {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    env["PYTHONIOENCODING"] = "ascii"
    with Terminal("--demo", size=(60, 24), env=env) as terminal:
        terminal.until("45,210")
        terminal.press("6")
        terminal.until("Cafe Noir")
        # Bytes that are invalid in the input encoding are ignored.
        os.write(terminal._fd, b"\xe9\xff")
        terminal.press("\x11")
        assert terminal.exit() == 0
        assert unrestored_modes(terminal) == []
        assert bytes(terminal.raw).isascii()


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
def test_works_inside_tmux(tmp_path: Path) -> None:
    def tmux(*arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", str(tmp_path / "socket"), "-f", "/dev/null", *arguments],
            capture_output=True,
            text=True,
            env={**os.environ, "LANG": "C.UTF-8"},
            timeout=30,
        )
        return done.stdout

    def until(expected: str) -> str:
        end = time.monotonic() + 30
        while expected not in (text := tmux("capture-pane", "-p", "-t", "0")):
            assert time.monotonic() < end, text
        return text

    try:
        tmux("new-session", "-d", "-x", "80", "-y", "24", "sh")
        tmux(
            "send-keys", "-t", "0", f"PS1='> '; clear; {PYTHON[5:]} --demo; echo over:$?:", "Enter"
        )
        assert "Total Plays" in until("45,210")
        tmux("resize-window", "-t", "0", "-x", "120", "-y", "36")
        wide = until("Plays per day").splitlines()
        assert max(map(len, wide)) == 120
        assert "y Copy" in wide[35]
        tmux("send-keys", "-t", "0", "q")
        until("over:0:")
        modes = "#{alternate_on} #{mouse_any_flag} #{cursor_flag} #{wrap_flag}"
        assert tmux("display-message", "-p", "-t", "0", modes).strip() == "0 0 1 1"
    finally:
        tmux("kill-server")
