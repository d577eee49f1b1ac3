"""Account commands as processes: with real sockets, pipes and a terminal."""

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
from beatpass_tui.storage import kept_output
from support.command_harness import Machine
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


def run(env: dict[str, str], *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "beatpass_tui", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        env=env,
        check=False,
    )


def origin(server: DemoServer) -> str:
    return server.base_url.removesuffix("/api/v1")


# In pipes


def test_login_status_and_logout_work_through_pipes(
    server: DemoServer, env: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "data" / "beatpass-tui" / "credentials.json"
    outputs = []

    def step(status: int, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        result = run(env, *arguments, stdin=stdin)
        outputs.append(result.stdout + result.stderr)
        assert result.returncode == status, result.stderr
        return result

    step(4, "status")
    result = step(0, "login", "--with-token", stdin=f"{server.token}\n")
    assert result.stdout == ""
    assert result.stderr.startswith(f"Signed in to {origin(server)} as @nova (900000007).\n")
    assert "stored in ~/data/beatpass-tui/credentials.json." in result.stderr
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert server.token in path.read_text()
    result = step(0, "status", "--json")
    assert result.stderr == ""
    report = json.loads(result.stdout)
    assert (report["signed_in"], report["artist"]["name"]) == (True, "Nova Reyes")
    assert step(0, "switch").stdout.startswith("* @nova (900000007)")
    step(0, "switch", "nova")
    count = len(server.requests)
    step(0, "status", "--offline")
    step(0, "logout")
    assert len(server.requests) == count
    step(4, "status")
    assert server.token not in path.read_text() + "".join(outputs)


def test_rejected_token_is_not_stored(env: dict[str, str], tmp_path: Path) -> None:
    result = run(env, "login", "--with-token", stdin="901|wrong-and-made-up")
    assert (result.returncode, result.stdout) == (4, "")
    assert "did not accept this token" in result.stderr
    assert "made-up" not in result.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("state, status", [("no-artist", 3), ("forbidden", 4), ("new", 0)])
def test_exit_code_reflects_the_state_of_the_account(
    state: str, status: int, tmp_path: Path
) -> None:
    with DemoServer(state=state) as server:
        env = {**environment(server, tmp_path), "BEATPASS_TOKEN": server.token}
        result = run(env, "status", "--json")
        assert result.returncode == status
        assert json.loads(result.stdout)["token"]["place"] == "variable"
        assert server.token not in result.stdout + result.stderr


def test_stored_data_is_shown_offline(server: DemoServer, env: dict[str, str]) -> None:
    run(env, "login", "--with-token", stdin=server.token)
    server.close()
    with unused_port(server.base_url):
        result = run(env, "status")
    assert result.returncode == 6
    assert "@nova (900000007)" in result.stdout
    assert result.stderr.count("\n") == 1
    assert run(env, "status", "--offline").returncode == 0
    assert run(env, "logout").returncode == 0


def test_unreadable_certificates_are_not_reported_as_offline(tmp_path: Path) -> None:
    (tmp_path / "broken.pem").write_text("no certificate")
    env = {
        **os.environ,
        "SSL_CERT_FILE": str(tmp_path / "broken.pem"),
        "BEATPASS_TOKEN": "901|any",
    }
    result = run(env, "status")
    assert result.returncode == 1
    assert "SSL_CERT_FILE" in result.stderr


def test_switch_lists_a_word_for_each_account(machine: Machine) -> None:
    names = {7: "nova", 8: "two words", 9: "vega", 10: "vega"}
    machine.store(*(Account(id, name) for id, name in names.items()))
    assert machine.run("switch", "--names").out.split() == ["10", "9", "8", "nova"]
    assert machine.run("switch", "--names", "nova").status == 2
    frame = machine.folder / kept_output.FRAME
    for name in ("10", "8", "nova"):
        frame.write_bytes(b"Home of the account before")
        assert machine.run("switch", name).status == 0
        assert not frame.exists()


@pytest.mark.parametrize("command", ["login", "logout", "status", "switch"])
def test_invalid_api_url_is_wrong_usage(command: str) -> None:
    result = run({**os.environ, "BEATPASS_API_URL": "http://u:p@beatpass.example"}, command)
    assert (result.returncode, result.stdout) == (2, "")
    assert "u:p" not in result.stderr


def test_concurrent_logins_leave_a_valid_file(server: DemoServer, env: dict[str, str]) -> None:
    def sign_in(_: int) -> int:
        return run(env, "login", "--with-token", stdin=server.token).returncode

    with ThreadPoolExecutor() as pool:
        assert list(pool.map(sign_in, range(3))) == [0, 0, 0]
    result = run(env, "status", "--json")
    assert result.returncode == 0
    assert len(json.loads(result.stdout)["accounts"]) == 1


# In a terminal


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
    content = (tmp_path / "data" / "beatpass-tui" / "credentials.json").read_text()
    assert server.password not in content
    # The demo sends no menu of the dashboard.
    assert '"menu": null' in content


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


def test_rest_of_a_multiline_paste_is_discarded(env: dict[str, str]) -> None:
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
    """Store Nova's token, and as the current account one whose token has expired."""
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
    # `--account` does not change the current account.
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


# Responses of the service


def refused(status: int, message: str, **more: object) -> bytes:
    return answer({"message": message, **more}, status)


def signed_in(**user: object) -> bytes:
    return answer({"status": "success", "user": {"id": 7, "display_name": "nova", **user}})


USER = answer({"status": "success", "user": {"id": 7, "display_name": "nova"}})

RESPONSES: dict[str, tuple[bytes, int, str]] = {
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
    "token with a line break": (signed_in(access_token="7|made-up\r\nX: y"), 4, "token"),
    "two-factor": (answer({"two_factor": True}), 4, "Two-factor"),
    "a web page": (
        answer(b"<html>Sign in to the hotel</html>", Content_Type="text/html"),
        6,
        "a web page",
    ),
}


def environment_of(fake_server: ScriptedServer, tmp_path: Path) -> Environment:
    url = f"{fake_server.url}/api/v1"
    credentials = Credentials(tmp_path / "kept", finder(), now=lambda: NOW)
    return Environment({}, url, lambda: BeatPass(url), FakeClock(), credentials=credentials)


async def by_password(service: SignInService) -> SignedIn:
    return await with_password(service, "n@b.ca", PASSWORD, "beatpass-tui")


async def by_token(service: SignInService) -> SignedIn:
    return await with_token(service, Secret("7|made-up"))


async def sign_in(environ: Environment, attempt: login.Attempt) -> int:
    return await login._sign_in(environ, attempt, None, by_token=attempt is by_token)


@pytest.mark.parametrize("response, status, message", RESPONSES.values(), ids=RESPONSES.keys())
async def test_sign_in_without_a_token_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], response: bytes, status: int, message: str
) -> None:
    async with ScriptedServer(response) as fake_server:
        command_environment = environment_of(fake_server, tmp_path)
        code = await sign_in(command_environment, by_password)
        assert [request.path for request in fake_server.requests] == ["/api/v1/auth/login"]
    output = capsys.readouterr()
    assert (code, output.out) == (status, "")
    assert message in output.err
    assert output.err.count("\n") == 1
    assert "made-up" not in output.err
    assert not (tmp_path / "kept").exists()


async def test_new_token_is_verified_before_it_is_stored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = refused(401, "Unauthenticated.")
    async with ScriptedServer(signed_in(access_token="7|made-up"), bad) as fake_server:
        command_environment = environment_of(fake_server, tmp_path)
        assert await sign_in(command_environment, by_password) == 4
        assert not (tmp_path / "kept").exists()
    async with ScriptedServer(signed_in(access_token="7|made-up"), USER) as fake_server:
        command_environment = environment_of(fake_server, tmp_path)
        assert await sign_in(command_environment, by_password) == 0
        sent = [request.headers.get("authorization") for request in fake_server.requests]
        assert sent == [None, "Bearer 7|made-up"]
        assert await command_environment.credentials.load(command_environment.origin) == Secret(
            "7|made-up"
        )
    assert "made-up" not in capsys.readouterr().err


async def test_account_without_id_and_name_can_sign_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with ScriptedServer(answer({"status": "success", "user": {}})) as fake_server:
        command_environment = environment_of(fake_server, tmp_path)
        assert await sign_in(command_environment, by_token) == 0
    assert "as unnamed account." in capsys.readouterr().err


async def test_control_codes_in_a_name_are_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = {"id": 7, "display_name": "no\x1b]52;c;eA==\x07va\n[red]"}
    async with ScriptedServer(answer({"status": "success", "user": evil})) as fake_server:
        command_environment = environment_of(fake_server, tmp_path)
        assert await sign_in(command_environment, by_token) == 0
    errors = capsys.readouterr().err
    assert "[red] (7)" in errors
    assert not set(errors) & {"\x1b", "\x07", "\x9b"}


def test_options_take_no_secrets() -> None:
    # Arguments are visible to all users of the machine.
    parser = argparse.ArgumentParser()
    login.add_arguments(parser)
    options: list[Any] = [action for action in parser._actions if action.nargs != 0]
    assert {action.dest for action in options} == {"email", "account", "misplaced"}
