"""Token and password are nowhere: a whole life of the program, and everything that it leaves."""

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
from beatpass_tui.auth.access import LoadedToken, VariableAccess, with_password
from beatpass_tui.demo import DemoServer, server
from beatpass_tui.demo.signin import Credentials
from beatpass_tui.models import SignedIn
from beatpass_tui.models.secret import Secret
from beatpass_tui.screens.sign_in import SignIn
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.session.session import Session
from support.fakes import NOVA_SIGNED_IN, FakeClock
from support.terminal import Terminal, is_clean

EMAIL = "nova.reyes@mail.example"
PASSWORD = "Zq7-never-to-be-seen"
TOKEN = "90210|NeverToBeSeen8wLx4ZrB7yVc1PmJd6"

TALKATIVE = {
    "TEXTUAL": "debug,devtools",
    "TEXTUAL_DEBUG": "1",
    "PYTHONASYNCIODEBUG": "1",
    "PYTHONWARNINGS": "always",
}
"""What makes Textual, asyncio and Python tell more than usual."""

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


def forms(*secrets: str) -> set[bytes]:
    """Every spelling in which a secret could lie about; base64 at each offset in its triples."""
    found = set()
    for secret in secrets:
        found |= {secret.encode(), quote(secret, safe="").encode(), repr(secret)[1:-1].encode()}
        for skipped in range(3):
            found.add(b64encode(secret.encode()[skipped:])[4:-4])
    return found


SECRETS = forms(TOKEN, PASSWORD)


def leaks(data: bytes, secrets: set[bytes] = SECRETS) -> set[bytes]:
    return {secret for secret in secrets if secret in data}


def leaking(folder: Path, secrets: set[bytes] = SECRETS) -> list[str]:
    """The files below a folder that hold a secret in their names or in themselves."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [
        str(path.relative_to(folder))
        for path in files
        if leaks(os.fsencode(path) + path.read_bytes(), secrets)
    ]


def awaits(terminal: Terminal, placeholder: str) -> bool:
    """Whether the cursor stands on the first letter of a placeholder."""
    for row, line in enumerate(terminal.text.split("\n")):
        column = line.find(placeholder)
        cells = terminal._screen.buffer[row]
        if column >= 0 and cells[column].bg != cells[column + 1].bg:
            return True
    return False


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoServer]:
    # The demo's own password is the title of a beat as well.
    monkeypatch.setattr(server, "Credentials", lambda: Credentials(EMAIL, PASSWORD, TOKEN))
    with DemoServer(growth_delay=0.0) as running:
        yield running


@pytest.fixture
def env(service: DemoServer, tmp_path: Path) -> dict[str, str]:
    """The surroundings of a program all of whose files lie below one folder."""
    browser = tmp_path / "browser"
    browser.write_text(BROWSER)
    browser.chmod(0o700)
    place = tmp_path / "place"
    for folder in (place, tmp_path / "tmp"):
        folder.mkdir()
    return {
        **TALKATIVE,
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


def test_from_sign_in_to_sign_out_nothing_tells_token_or_password(
    service: DemoServer, env: dict[str, str], tmp_path: Path
) -> None:
    data = tmp_path / "data" / "beatpass-tui"
    program = [sys.executable, "-c", DRIVER + RUN]
    with Terminal("--debug", "debug.log", size=(120, 36), env=env, program=program) as terminal:
        terminal.until("Personal access token")
        # The token is in the first field; a wrong one is refused without being repeated.
        terminal.press(f"\x1b[200~{TOKEN}x\x1b[201~\r")
        terminal.until("did not accept this token")
        terminal.press("\t\t")
        terminal.wait(lambda: awaits(terminal, "E-mail"), "the cursor in the e-mail field")
        terminal.press(f"{EMAIL}\r")
        terminal.wait(lambda: awaits(terminal, "Password"), "the cursor in the password field")
        terminal.press(f"{PASSWORD}\r")
        terminal.until("45,210")
        terminal.until("Your token is kept in")
        assert leaking(tmp_path) == ["data/beatpass-tui/credentials.json"]
        for key, title in enumerate(
            ("Finances", "Activity", "Progress", "Leaderboards", "My Collections", "My Beats"), 2
        ):
            terminal.press(str(key if title not in ("My Beats", "My Collections") else 13 - key))
            terminal.until(f"▸ {title}")
        terminal.until("of 120 loaded")
        terminal.press("e")
        terminal.until("Wrote 100 rows")
        terminal.press("\x10")
        terminal.until("Search")
        terminal.press("sign out")
        terminal.until("Forget the token")
        terminal.press("\r")
        terminal.until("Personal access token")
        assert leaking(tmp_path) == []
        terminal.press(f"\x1b[200~{TOKEN}\n\x1b[201~\r")
        terminal.until("45,210")
        arguments = Path(f"/proc/{terminal.pid}/cmdline")
        if arguments.exists():
            assert not leaks(arguments.read_bytes())
        terminal.press("\x10")
        terminal.until("Search")
        terminal.press("sign out")
        terminal.until("Forget the token")
        terminal.press("\r")
        terminal.until("Personal access token")
        terminal.press("\x11")
        assert terminal.exit() == 4
        assert is_clean(terminal)
        assert not leaks(bytes(terminal.raw))
    assert leaking(tmp_path) == []
    place = tmp_path / "place"
    assert {path.suffix for path in place.iterdir()} == {".log", ".csv"}
    assert {path.name for path in place.glob("*.log")} == {"debug.log", "everything.log"}
    log = place / "debug.log"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert leaking(place, forms(EMAIL)) == []
    told = log.read_text()
    assert " GET /users/me status=401 " in told
    assert "failure=NotSignedIn (not signed in)" in told
    assert " POST /auth/login status=200 " in told
    # Everything that was asked is told, and nothing else.
    assert len(told.splitlines()) == len(service.requests) + 1
    assert data.exists()


def test_a_crash_tells_where_it_was_and_a_browser_inherits_nothing(
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
        assert is_clean(terminal)
        assert not leaks(bytes(terminal.raw))
        left = bytes(terminal.raw).rpartition(b"\x1b[?1049l")[2].decode()
    (report,) = (tmp_path / "data" / "beatpass-tui").glob("crash-*.txt")
    sentence = "The program failed unexpectedly; a report without secrets is in "
    assert f"beatpass-tui: {sentence}~/data/beatpass-tui/{report.name}." in left
    assert left.count("\n") == 1
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    told = report.read_text()
    assert "\nValueError\n" in told
    assert "\ncaused by KeyError\n" in told
    assert re.search(r"\n  <string>:\d+ in compose\n", told)
    child = opened.read_text()
    assert child.startswith("https://open.beatpass.ca/")
    assert "PLACE=" in child
    assert "BEATPASS_TOKEN" not in child
    assert leaking(tmp_path) == []
    assert leaking(tmp_path, forms(EMAIL)) == []


async def test_no_holder_of_a_secret_shows_it(service: DemoServer, tmp_path: Path) -> None:
    screen = SignIn()
    held = SignedIn(Secret(TOKEN), NOVA_SIGNED_IN.account)
    async with BeatPass(service.base_url) as client:
        signed_in = await with_password(client, EMAIL, PASSWORD)
        assert signed_in.token == Secret(TOKEN)
        shown = [
            held,
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
        for holder in shown:
            assert not leaks(f"{holder!r} {holder}".encode())
