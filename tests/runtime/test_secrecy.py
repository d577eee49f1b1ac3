"""Token and password appear in no file, output, log, crash report or child process."""

from __future__ import annotations

import os
import re
import stat
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from beatpass_tui.api import BeatPass
from beatpass_tui.auth.access import LoadedToken, VariableAccess
from beatpass_tui.auth.sign_in import with_password
from beatpass_tui.config.keys import Keyboard
from beatpass_tui.demo import DemoServer, server
from beatpass_tui.demo.sign_in import Credentials
from beatpass_tui.models.identity import SignedIn
from beatpass_tui.models.secret import Secret
from beatpass_tui.screens.sign_in import SignIn
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.session.session import Session
from support.fakes import NOVA_SIGNED_IN, FakeClock
from support.terminal import Terminal, is_restored

EMAIL = "nova.reyes@mail.example"
PASSWORD = "Zq7-never-to-be-seen"
TOKEN = "90210|NeverToBeSeen8wLx4ZrB7yVc1PmJd6"

VERBOSE = {
    "TEXTUAL": "debug,devtools",
    "TEXTUAL_DEBUG": "1",
    "PYTHONASYNCIODEBUG": "1",
    "PYTHONWARNINGS": "always",
}
"""Variables that make Textual, asyncio and Python log more than usual."""

DRIVER = """\
import logging, os, sys
os.chdir(os.environ["PLACE"])
logging.basicConfig(level=logging.DEBUG, filename="everything.log")
from beatpass_tui import cli
"""
BROKEN = """\
from beatpass_tui.screens.finances import Finances
token = os.environ["BEATPASS_TOKEN"]

def compose(self):
    held = {"token": token}
    try:
        raise KeyError(f"Bearer {token}")
    except KeyError as error:
        raise ValueError(f"the server said {held} to nova.reyes@mail.example") from error

Finances.compose = compose
"""
RUN = "sys.exit(cli.main())\n"

BROWSER = """\
#!/bin/sh
{ printf '%s\\n' "$@"; env; } > "$PLACE/opened.tmp"
mv "$PLACE/opened.tmp" "$PLACE/opened"
"""


def encodings(*secrets: str) -> set[bytes]:
    """Return the encodings of secrets: plain, URL, repr, and base64 at each of its offsets."""
    encoded = set()
    for secret in secrets:
        encoded |= {secret.encode(), quote(secret, safe="").encode(), repr(secret)[1:-1].encode()}
        for skipped in range(3):
            encoded.add(b64encode(secret.encode()[skipped:])[4:-4])
    return encoded


SECRETS = encodings(TOKEN, PASSWORD)


def leaks(data: bytes, secrets: set[bytes] = SECRETS) -> set[bytes]:
    return {secret for secret in secrets if secret in data}


def leaking(folder: Path, secrets: set[bytes] = SECRETS) -> list[str]:
    """Return the files below a folder whose names or contents include a secret."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [
        str(path.relative_to(folder))
        for path in files
        if leaks(os.fsencode(path) + path.read_bytes(), secrets)
    ]


def is_focused(terminal: Terminal, placeholder: str) -> bool:
    """Return whether the cursor is on the first letter of a placeholder."""
    for row, line in enumerate(terminal.text.split("\n")):
        column = line.find(placeholder)
        cells = terminal._screen.buffer[row]
        if column >= 0 and cells[column].bg != cells[column + 1].bg:
            return True
    return False


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoServer]:
    # The demo's password is also the title of a beat.
    monkeypatch.setattr(server, "Credentials", lambda: Credentials(EMAIL, PASSWORD, TOKEN))
    with DemoServer(growth_delay=0.0) as running:
        yield running


@pytest.fixture
def env(service: DemoServer, tmp_path: Path) -> dict[str, str]:
    """Return an environment that keeps all files of the program below `tmp_path`."""
    browser = tmp_path / "browser"
    browser.write_text(BROWSER)
    browser.chmod(0o700)
    place = tmp_path / "place"
    for folder in (place, tmp_path / "tmp"):
        folder.mkdir()
    return {
        **VERBOSE,
        **{name: str(tmp_path / name.lower()) for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME")},
        "HOME": str(tmp_path),
        "PLACE": str(place),
        "TMPDIR": str(tmp_path / "tmp"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "TEXTUAL_LOG": str(place / "textual.log"),
        "BROWSER": str(browser),
        "BEATPASS_API_URL": service.base_url,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }


def test_session_from_sign_in_to_sign_out_leaks_no_secret(
    service: DemoServer, env: dict[str, str], tmp_path: Path
) -> None:
    program = [sys.executable, "-c", DRIVER + RUN]
    with Terminal("--debug", "debug.log", size=(120, 36), env=env, program=program) as terminal:
        terminal.until("Personal access token")
        # A rejected token is not repeated.
        terminal.press(f"\x1b[200~{TOKEN}x\x1b[201~\r")
        terminal.until("did not accept this token")
        terminal.press("\t\x1b[C")
        terminal.wait(lambda: is_focused(terminal, "name@"), "the cursor in the email field")
        terminal.press(f"{EMAIL}\r")
        terminal.wait(lambda: is_focused(terminal, "Your pass"), "the password field")
        terminal.press(f"{PASSWORD}\r")
        terminal.until("45,210")
        terminal.until("Your token is stored in")
        assert leaking(tmp_path) == ["data/beatpass-tui/credentials.json"]
        for key, title in enumerate(
            ("Finances", "Activity", "Progress", "Leaderboards", "My Collections", "My Beats"), 2
        ):
            terminal.press(str(key if title not in ("My Beats", "My Collections") else 13 - key))
            terminal.until(f"▸ {title}")
        terminal.until("of 120 loaded")
        terminal.press("e")
        terminal.until("Wrote 120 rows")
        terminal.press("\x10")
        terminal.until("Search")
        terminal.press("sign out")
        terminal.until("after confirmation")
        terminal.press("\r")
        terminal.until("Cancel")
        terminal.press("\t\r")
        terminal.until("Personal access token")
        assert leaking(tmp_path) == []
        terminal.press(f"\x1b[200~{TOKEN}\n\x1b[201~\r")
        terminal.until("45,210")
        arguments = Path(f"/proc/{terminal.pid}/cmdline")
        if arguments.exists():
            assert not leaks(arguments.read_bytes())
        terminal.press("q")
        assert terminal.exit() == 0
        assert is_restored(terminal)
        assert not leaks(bytes(terminal.raw))
    assert leaking(tmp_path) == ["data/beatpass-tui/credentials.json"]
    place = tmp_path / "place"
    assert {path.suffix for path in place.iterdir()} == {".log", ".csv"}
    assert {path.name for path in place.glob("*.log")} == {"debug.log", "everything.log"}
    log = place / "debug.log"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert leaking(place, encodings(EMAIL)) == []
    text = log.read_text()
    assert " GET /users/me status=401 " in text
    assert "failure=NotSignedIn (not signed in)" in text
    assert " POST /auth/login status=200 " in text
    # Every request is logged once.
    # A request that is canceled at the end is logged, but may not have reached the service.
    completed = [line for line in text.splitlines() if "failure=cancelled" not in line]
    assert len(completed) <= len(service.requests) + 1 <= len(text.splitlines())


def test_crash_report_and_browser_contain_no_secret(
    service: DemoServer, env: dict[str, str], tmp_path: Path
) -> None:
    env["BEATPASS_TOKEN"] = TOKEN
    opened = tmp_path / "place" / "opened"
    with Terminal(env=env, program=[sys.executable, "-c", DRIVER + BROKEN + RUN]) as terminal:
        terminal.until("45,210")
        terminal.press("o")
        terminal.wait(opened.exists, "the browser")
        terminal.press("2")
        assert terminal.exit() == 1
        assert is_restored(terminal)
        assert not leaks(bytes(terminal.raw))
        output = bytes(terminal.raw).rpartition(b"\x1b[?1049l")[2].decode()
    (report,) = (tmp_path / "data" / "beatpass-tui").glob("crash-*.txt")
    sentence = "The program failed unexpectedly; a report without secrets is in "
    assert f"beatpass-tui: {sentence}~/data/beatpass-tui/{report.name}." in output
    assert output.count("\n") == 1
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    text = report.read_text()
    assert "\nValueError\n" in text
    assert "\ncaused by KeyError\n" in text
    assert re.search(r"\n  <string>:\d+ in compose\n", text)
    child = opened.read_text()
    assert child.startswith("https://open.beatpass.ca/")
    assert "PLACE=" in child
    assert "BEATPASS_TOKEN" not in child
    assert leaking(tmp_path) == []
    assert leaking(tmp_path, encodings(EMAIL)) == []


async def test_objects_with_secrets_have_safe_representations(
    service: DemoServer, tmp_path: Path
) -> None:
    screen = SignIn(Keyboard())
    stored_sign_in = SignedIn(Secret(TOKEN), NOVA_SIGNED_IN.account)
    async with BeatPass(service.base_url) as client:
        signed_in = await with_password(client, EMAIL, PASSWORD, "beatpass-tui")
        assert signed_in.token == Secret(TOKEN)
        objects = [
            stored_sign_in,
            signed_in,
            client,
            LoadedToken(Secret(TOKEN)),
            VariableAccess(Secret(TOKEN)),
            vars(VariableAccess(Secret(TOKEN))),
            HistoryRepository(None, "demo", FakeClock(), token=Secret(TOKEN)),
            Session(client, FakeClock()),
            screen.TokenSubmitted(screen, Secret(TOKEN)),
            vars(screen.TokenSubmitted(screen, Secret(TOKEN))),
            vars(screen.PasswordSubmitted(screen, EMAIL, Secret(PASSWORD))),
            service,
            Credentials(EMAIL, PASSWORD, TOKEN),
        ]
        for holder in objects:
            assert not leaks(f"{holder!r} {holder}".encode())
