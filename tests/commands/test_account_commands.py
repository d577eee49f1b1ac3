"""The account commands as programs: over real sockets, in pipes and at a terminal."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from beatpass_tui.api import BeatPass
from beatpass_tui.auth.credentials import Credentials
from beatpass_tui.auth.sign_in import SignInService, with_password, with_token
from beatpass_tui.bootstrap import Environment
from beatpass_tui.commands import login
from beatpass_tui.demo import DemoServer
from beatpass_tui.models.identity import Account, SignedIn
from beatpass_tui.models.secret import Secret
from support.contract import CheckedServer
from support.fake_keyring import finder
from support.fakes import NOW, FakeClock
from support.scripted_server import ScriptedServer, answer
from support.terminal import Terminal
from support.unused_port import unused_port

PASSWORD = "midnight made-up drive"


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with CheckedServer(growth_delay=0.0) as running:
        yield running
        assert running.problems == []


@pytest.fixture
def env(server: DemoServer, tmp_path: Path) -> dict[str, str]:
    return environment(server, tmp_path)


def environment(server: DemoServer, tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "BEATPASS_API_URL": server.base_url,
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "HOME": str(tmp_path),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }


def run(env: dict[str, str], *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "beatpass_tui", *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        env=env,
        check=False,
    )


def origin(server: DemoServer) -> str:
    return server.base_url.removesuffix("/api/v1")


# From the first sign-in to the last sign-out


def test_login_status_and_logout_work_through_pipes(
    server: DemoServer, env: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "data" / "beatpass-tui" / "credentials.json"
    said = []

    def step(status: int, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        done = run(env, *arguments, given=given)
        said.append(done.stdout + done.stderr)
        assert done.returncode == status, done.stderr
        return done

    step(4, "status")
    done = step(0, "login", "--with-token", given=f"{server.token}\n")
    assert done.stdout == ""
    assert done.stderr.startswith(f"Signed in to {origin(server)} as @nova (900000007).\n")
    assert "stored in ~/data/beatpass-tui/credentials.json." in done.stderr
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert server.token in path.read_text()
    done = step(0, "status", "--json")
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert (found["signed_in"], found["artist"]["name"]) == (True, "Nova Reyes")
    assert step(0, "switch").stdout.startswith("* @nova (900000007)")
    step(0, "switch", "nova")
    asked = len(server.requests)
    step(0, "status", "--offline")
    step(0, "logout")
    assert len(server.requests) == asked
    step(4, "status")
    assert server.token not in path.read_text() + "".join(said)


def test_rejected_token_is_not_stored(env: dict[str, str], tmp_path: Path) -> None:
    done = run(env, "login", "--with-token", given="901|wrong-and-made-up")
    assert (done.returncode, done.stdout) == (4, "")
    assert "did not accept this token" in done.stderr
    assert "made-up" not in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("state, status", [("no-artist", 3), ("forbidden", 4), ("new", 0)])
def test_exit_code_reflects_the_state_of_the_account(
    state: str, status: int, tmp_path: Path
) -> None:
    with DemoServer(state=state) as server:
        env = {**environment(server, tmp_path), "BEATPASS_TOKEN": server.token}
        done = run(env, "status", "--json")
        assert done.returncode == status
        assert json.loads(done.stdout)["token"]["place"] == "variable"
        assert server.token not in done.stdout + done.stderr


def test_stored_data_is_shown_offline(server: DemoServer, env: dict[str, str]) -> None:
    run(env, "login", "--with-token", given=server.token)
    server.close()
    with unused_port(server.base_url):
        done = run(env, "status")
    assert done.returncode == 6
    assert "@nova (900000007)" in done.stdout
    assert done.stderr.count("\n") == 1
    assert run(env, "status", "--offline").returncode == 0
    assert run(env, "logout").returncode == 0


def test_unreadable_certificates_are_not_reported_as_offline(tmp_path: Path) -> None:
    (tmp_path / "broken.pem").write_text("no certificate")
    env = {
        **os.environ,
        "SSL_CERT_FILE": str(tmp_path / "broken.pem"),
        "BEATPASS_TOKEN": "901|any",
    }
    done = run(env, "status")
    assert done.returncode == 1
    assert "SSL_CERT_FILE" in done.stderr


@pytest.mark.parametrize("command", ["login", "logout", "status", "switch"])
def test_invalid_api_url_is_wrong_usage(command: str) -> None:
    done = run({**os.environ, "BEATPASS_API_URL": "http://u:p@beatpass.example"}, command)
    assert (done.returncode, done.stdout) == (2, "")
    assert "u:p" not in done.stderr


def test_concurrent_logins_leave_a_valid_file(server: DemoServer, env: dict[str, str]) -> None:
    def sign_in(_: int) -> int:
        return run(env, "login", "--with-token", given=server.token).returncode

    with ThreadPoolExecutor() as pool:
        assert list(pool.map(sign_in, range(3))) == [0, 0, 0]
    done = run(env, "status", "--json")
    assert done.returncode == 0
    assert len(json.loads(done.stdout)["accounts"]) == 1


# At a terminal


def test_typed_token_is_hidden(server: DemoServer, env: dict[str, str]) -> None:
    with Terminal("login", env=env) as terminal:
        terminal.until("Token (not shown):")
        terminal.press(f"{server.token}\r")
        terminal.until("Signed in to")
        assert terminal.exit() == 0
        assert server.token.encode() not in terminal.raw
        assert terminal.modes() == terminal.initial_modes
    assert run(env, "status", "--offline").returncode == 0


def test_email_is_prompted_for_and_the_password_hidden(
    server: DemoServer, env: dict[str, str], tmp_path: Path
) -> None:
    with Terminal("login", "--email", env=env) as terminal:
        terminal.until("Email:")
        terminal.press(f"{server.email}\r")
        terminal.until("Password (not shown):")
        terminal.press(f"{server.password}\r")
        terminal.until("Signed in to")
        assert terminal.exit() == 0
        assert server.password.encode() not in terminal.raw
        assert server.token.encode() not in terminal.raw
    kept = (tmp_path / "data" / "beatpass-tui" / "credentials.json").read_text()
    assert server.password not in kept
    # The demo sends no menu of the dashboard.
    assert '"menu": null' in kept


def test_wrong_password_stores_nothing(
    server: DemoServer, env: dict[str, str], tmp_path: Path
) -> None:
    with Terminal("login", "--email", server.email, env=env) as terminal:
        terminal.until("Password (not shown):")
        terminal.press(f"{PASSWORD}\r")
        assert terminal.exit() == 4
        assert b"made-up" not in terminal.raw
    assert not (tmp_path / "data").exists()


def test_ctrl_c_at_a_prompt_restores_the_terminal(env: dict[str, str]) -> None:
    with Terminal("login", env=env) as terminal:
        terminal.until("Token (not shown):")
        terminal.press("901|made\x03")
        assert terminal.exit() == 130
        assert "Traceback" not in terminal.text
        assert terminal.modes() == terminal.initial_modes


def test_rest_of_a_multiline_paste_is_discarded(
    env: dict[str, str],
) -> None:
    with Terminal("login", env=env) as terminal:
        terminal.until("Token (not shown):")
        terminal.press("901|made-up\rrm -rf made-up\r")
        assert terminal.exit() == 4
        assert b"made-up" not in terminal.raw
        os.set_blocking(terminal._slave, False)
        with pytest.raises(BlockingIOError):
            os.read(terminal._slave, 100)


def test_with_token_at_a_terminal_is_rejected(env: dict[str, str]) -> None:
    with Terminal("login", "--with-token", env=env) as terminal:
        assert terminal.exit() == 2
        assert "--with-token reads from standard input" in terminal.text


# The dashboard of one of several accounts


def two_accounts(server: DemoServer, tmp_path: Path) -> Credentials:
    """Keep Nova's token, and as the current account one whose token is no longer good."""
    stored = Credentials(tmp_path / "data" / "beatpass-tui", finder())
    nova = SignedIn(Secret(server.token), Account(900000007, "nova"))
    vega = SignedIn(Secret("8|expired-and-made-up"), Account(8, "vega"))
    for signed_in in (nova, vega):
        asyncio.run(stored.save(origin(server), signed_in))
    return stored


def test_dashboard_opens_the_named_account(
    server: DemoServer, env: dict[str, str], tmp_path: Path
) -> None:
    stored = two_accounts(server, tmp_path)
    with Terminal("--account", "nova", env=env) as terminal:
        terminal.until("45,210")
        terminal.until("@nova")
        terminal.press("q")
        assert terminal.exit() == 0
    # Looking at it does not make it the current one.
    current = stored.file.find_account(origin(server))
    assert current is not None
    assert current.account_name == "vega"


def test_dashboard_opens_the_current_account(
    server: DemoServer, env: dict[str, str], tmp_path: Path
) -> None:
    stored = two_accounts(server, tmp_path)
    with Terminal(env=env) as terminal:
        terminal.until("has expired or was revoked")
        terminal.press("\x1b")
        assert terminal.exit() == 4
    asyncio.run(stored.switch(origin(server), "nova"))
    with Terminal(env=env) as terminal:
        terminal.until("@nova")
        terminal.press("q")
        assert terminal.exit() == 0


def test_dashboard_of_an_unknown_account_does_not_open(
    server: DemoServer, env: dict[str, str], tmp_path: Path
) -> None:
    two_accounts(server, tmp_path)
    with Terminal("--account", "rigel", env=env) as terminal:
        assert terminal.exit() == 4
        assert 'Unknown account "rigel"' in terminal.text
        assert b"?1049h" not in terminal.raw


# What the service answers, over a socket


def refused(status: int, message: str, **more: object) -> bytes:
    return answer({"message": message, **more}, status)


def signed_in(**user: object) -> bytes:
    return answer({"status": "success", "user": {"id": 7, "display_name": "nova", **user}})


USER = answer({"status": "success", "user": {"id": 7, "display_name": "nova"}})

ANSWERS: dict[str, tuple[bytes, int, str]] = {
    "401": (refused(401, "Bad credentials."), 4, "did not accept this email and password"),
    "422": (
        refused(422, "Invalid.", errors={"email": ["These do not match."]}),
        4,
        "These do not match.",
    ),
    "403": (refused(403, "Verify your email address."), 4, "unverified or suspended"),
    "429": (refused(429, "Too Many Attempts.", retry_after=60), 5, "Try again in 1 min 00 s"),
    "503": (refused(503, "Maintenance."), 6, "temporarily unavailable"),
    "no token": (signed_in(), 4, "token"),
    "empty token": (signed_in(access_token=""), 4, "token"),
    "token of two lines": (signed_in(access_token="7|made-up\r\nX: y"), 4, "token"),
    "two-factor": (answer({"two_factor": True}), 4, "Two-factor"),
    "a web page": (
        answer(b"<html>Sign in to the hotel</html>", Content_Type="text/html"),
        6,
        "a web page",
    ),
}


def at(wire: ScriptedServer, tmp_path: Path) -> Environment:
    url = f"{wire.url}/api/v1"
    credentials = Credentials(tmp_path / "kept", finder(), now=lambda: NOW)
    return Environment({}, url, lambda: BeatPass(url), FakeClock(), credentials=credentials)


async def by_password(service: SignInService) -> SignedIn:
    return await with_password(service, "n@b.ca", PASSWORD, "beatpass-tui")


async def by_token(service: SignInService) -> SignedIn:
    return await with_token(service, Secret("7|made-up"))


async def sign_in(found: Environment, attempt: login.Attempt) -> int:
    return await login._sign_in(found, attempt, None, by_token=attempt is by_token)


@pytest.mark.parametrize("said, status, words", ANSWERS.values(), ids=ANSWERS.keys())
async def test_sign_in_without_a_token_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], said: bytes, status: int, words: str
) -> None:
    async with ScriptedServer(said) as wire:
        found = at(wire, tmp_path)
        ended = await sign_in(found, by_password)
        assert [request.path for request in wire.requests] == ["/api/v1/auth/login"]
    shown = capsys.readouterr()
    assert (ended, shown.out) == (status, "")
    assert words in shown.err
    assert shown.err.count("\n") == 1
    assert "made-up" not in shown.err
    assert not (tmp_path / "kept").exists()


async def test_new_token_is_verified_before_it_is_stored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = refused(401, "Unauthenticated.")
    async with ScriptedServer(signed_in(access_token="7|made-up"), bad) as wire:
        found = at(wire, tmp_path)
        assert await sign_in(found, by_password) == 4
        assert not (tmp_path / "kept").exists()
    async with ScriptedServer(signed_in(access_token="7|made-up"), USER) as wire:
        found = at(wire, tmp_path)
        assert await sign_in(found, by_password) == 0
        sent = [request.headers.get("authorization") for request in wire.requests]
        assert sent == [None, "Bearer 7|made-up"]
        assert await found.credentials.load(found.origin) == Secret("7|made-up")
    assert "made-up" not in capsys.readouterr().err


async def test_account_without_id_and_name_can_sign_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with ScriptedServer(answer({"status": "success", "user": {}})) as wire:
        found = at(wire, tmp_path)
        assert await sign_in(found, by_token) == 0
    assert "as unnamed account." in capsys.readouterr().err


async def test_control_codes_in_a_name_are_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = {"id": 7, "display_name": "no\x1b]52;c;eA==\x07va\n[red]"}
    async with ScriptedServer(answer({"status": "success", "user": evil})) as wire:
        found = at(wire, tmp_path)
        assert await sign_in(found, by_token) == 0
    said = capsys.readouterr().err
    assert "[red] (7)" in said
    assert not set(said) & {"\x1b", "\x07", "\x9b"}


def test_options_take_no_secrets() -> None:
    """A secret in the arguments could be read by every user of the machine."""
    parser = argparse.ArgumentParser()
    login.add_arguments(parser)
    taking: list[Any] = [action for action in parser._actions if action.nargs != 0]
    assert {action.dest for action in taking} == {"email", "account", "misplaced"}
