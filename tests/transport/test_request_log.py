"""`--debug FILE`: one line per request, without secrets."""

from __future__ import annotations

import asyncio
import errno
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from beatpass_tui import cli, exit_codes
from beatpass_tui.api import BeatPass, Timeouts
from beatpass_tui.commands.arguments import COMMANDS, ONLINE_COMMANDS
from beatpass_tui.commands.parser import parser
from beatpass_tui.errors import BeatPassError, RequestFailed, WriteFailed
from beatpass_tui.models.secret import Secret
from beatpass_tui.transport import endpoints, request_log
from beatpass_tui.transport.request_log import Exchange, RequestLog
from support.api_client import HASTY, NOW, PATIENT, StillClock
from support.command_harness import Machine
from support.scripted_server import ScriptedServer, Step, answer, silence

TOKEN = "17|a-token-that-must-never-be-seen"
PASSWORD = "hunter2-must-never-be-seen"
AT = "2026-11-23T12:00:00.000+00:00"
HOME = {"status": "success", "user": {"id": 7, "display_name": "nova@example.com"}}


def lines(path: Path) -> list[str]:
    """Return the lines about requests."""
    return [line for line in path.read_text().splitlines() if not line.startswith("#")]


async def logged(
    path: Path, *steps: Step, timeouts: Timeouts = PATIENT, ask: str = "account"
) -> list[str]:
    log = RequestLog(path, lambda: NOW)
    async with ScriptedServer(*steps) as server:
        beatpass = BeatPass(
            f"{server.url}/api/v1",
            Secret(TOKEN),
            timeouts=timeouts,
            clock=StillClock(),
            observe=log.add,
        )
        async with beatpass as service:
            try:
                if ask == "account":
                    await service.account()
                elif ask == "beats":
                    await service.fetch(endpoints.BEATS, artist=7, page=2)
                else:
                    await service.log_in("nova@example.com", PASSWORD, "a test")
            except RequestFailed:
                pass
    log.close()
    return lines(path)


@pytest.mark.parametrize(
    "steps, ask, line",
    [
        ([answer(HOME)], "account", "GET /users/me status=200 ms=0 bytes=76 retries=0 failure=-"),
        (
            [answer({}, 503), answer({}, 503), answer(HOME)],
            "account",
            "GET /users/me status=200 ms=0 bytes=76 retries=2 failure=-",
        ),
        (
            [answer({"message": TOKEN}, 401)],
            "account",
            "GET /users/me status=401 ms=0 bytes=49 retries=0 failure=NotSignedIn (not signed in)",
        ),
        (
            [answer(b"<html>nova@example.com</html>")],
            "account",
            "GET /users/me status=200 ms=0 bytes=29 retries=0 failure=Intercepted (a web page)",
        ),
        (
            [answer({}, 429, Retry_After="60")],
            "beats",
            "GET /artists/7/tracks?perPage=100&page=2 status=429 ms=0 bytes=2 retries=0 "
            "failure=RateLimited (rate limited)",
        ),
        (
            [answer({}, 422)],
            "log_in",
            "POST /auth/login status=422 ms=0 bytes=2 retries=0 "
            "failure=NotSignedIn (not signed in)",
        ),
    ],
)
async def test_each_request_is_logged_on_one_line(
    steps: list[Step], ask: str, line: str, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    assert await logged(path, *steps, ask=ask) == [f"{AT} {line}"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for hidden in (TOKEN, PASSWORD, "example.com", "Authorization", "127.0.0.1"):
        assert hidden not in path.read_text()


async def test_request_without_a_response_logs_the_reason(tmp_path: Path) -> None:
    (line,) = await logged(tmp_path / "log", silence, timeouts=HASTY)
    assert line == (
        f"{AT} GET /users/me status=- ms=0 bytes=- retries=0 failure=Unreachable (timed out)"
    )


async def test_cancelled_request_is_logged(tmp_path: Path) -> None:
    log = RequestLog(tmp_path / "log", lambda: NOW)
    async with ScriptedServer(silence) as server:
        beatpass = BeatPass(server.url, timeouts=PATIENT, clock=StillClock(), observe=log.add)
        async with beatpass as service:
            asking = asyncio.create_task(service.account())
            await server.received(1)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
    assert lines(tmp_path / "log")[0].endswith(" failure=cancelled")


def test_secrets_in_a_query_string_are_hidden() -> None:
    params = {"email": "nova@example.com", "token": TOKEN, "page": "2"}
    line = request_log.line(Exchange("GET", "/x", params, datetime(2026, 11, 23, tzinfo=UTC)))
    assert "example" not in line
    assert "seen" not in line


def test_log_is_appended_to(tmp_path: Path) -> None:
    path = tmp_path / "log"
    for _ in range(2):
        log = RequestLog(path, lambda: NOW)
        log.add(Exchange("GET", "/users/me", {}, NOW))
        log.close()
    starts = [line[:15] for line in path.read_text().splitlines()]
    assert starts == ["# beatpass-tui ", "2026-11-23T12:0"] * 2


def folder(path: Path) -> None:
    path.mkdir()


def link(path: Path) -> None:
    (path.parent / "aim").touch()
    path.symlink_to("aim")


def foreign(path: Path) -> None:
    path.write_text("id,title\n")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def nowhere(path: Path) -> None:
    path.parent.rmdir()


def below_a_file(path: Path) -> None:
    nowhere(path)
    path.parent.touch()


@pytest.mark.parametrize(
    "create, line",
    [
        (folder, "log is a folder; --debug needs a file."),
        (link, "log is a symbolic link, which is not followed."),
        (foreign, "log exists and is not a --debug log; it was not changed."),
        (pipe, "log exists and is not a --debug log; it was not changed."),
        (nowhere, "place is not a folder."),
        (below_a_file, "place is not a folder."),
    ],
)
@pytest.mark.parametrize("arguments", [["--demo"], ["stats"]])
def test_unusable_path_is_refused_before_anything_is_opened(
    arguments: list[str],
    create: Callable[[Path], None],
    line: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    machine: Machine,
) -> None:
    path = tmp_path / "place" / "log"
    path.parent.mkdir()
    create(path)
    before = path.read_text() if create is foreign else None
    monkeypatch.setattr(cli, "_dependencies", None)
    result = machine.run(*arguments, "--debug", str(path))
    assert (result.status, result.out) == (1, "")
    assert result.err.endswith(f"{line}\n")
    assert result.err.count("\n") == 1
    assert machine.service.requested == []
    assert before is None or path.read_text() == before


def test_full_disk_ends_the_log_but_not_the_run(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if b" GET " in data:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data)

    def work() -> int:
        observe = request_log.current()
        assert observe is not None
        for _ in range(3):
            observe(Exchange("GET", "/users/me", {}, NOW))
        return 0

    monkeypatch.setattr(os, "write", full)
    monkeypatch.setattr("beatpass_tui.commands.status.run", lambda arguments: work())
    result = machine.run("status", "--debug", str(tmp_path / "log"))
    assert result.status == 0
    assert result.err == (
        f"beatpass-tui: {tmp_path / 'log'} is incomplete: No space left on device.\n"
    )
    assert request_log.current() is None


def test_without_the_option_nothing_observes_requests(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    observers: list[object] = []

    def work(arguments: object) -> int:
        observers.append(request_log.current())
        return 0

    monkeypatch.setattr("beatpass_tui.commands.status.run", work)
    assert machine.run("status").status == 0
    assert observers == [None]


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_that_send_requests_have_the_option(command: str) -> None:
    rest = {"export": ["beats"], "completions": ["bash"], "config": ["--path"]}.get(command, [])
    rest = ["import", "FILE"] if command == "history" else rest
    arguments = [command, "--debug", "log", *rest]
    if command in ONLINE_COMMANDS:
        assert parser(command).parse_args(arguments).debug == "log"
    else:
        with pytest.raises(SystemExit):
            parser(command).parse_args(arguments)


def test_path_with_a_null_character_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WriteFailed) as caught:
        RequestLog(tmp_path / "a\0b", lambda: NOW)
    assert isinstance(caught.value, BeatPassError)
    assert "\0" not in caught.value.message


@pytest.mark.skipif(os.name != "posix", reason="descriptors of POSIX")
@pytest.mark.parametrize("name", ["/dev/stderr", "/dev/fd/2"])
def test_standard_error_takes_the_log_unless_the_dashboard_is_on_it(
    name: str, machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = os.dup(2)
    try:
        with (tmp_path / "err").open("w") as file:
            os.dup2(file.fileno(), 2)
            assert machine.run("status", "--debug", name).status == exit_codes.NOT_SIGNED_IN
    finally:
        os.dup2(saved, 2)
        os.close(saved)
    assert (tmp_path / "err").read_text().startswith("# beatpass-tui ")
    monkeypatch.setattr(os, "isatty", lambda descriptor: descriptor == 2)
    monkeypatch.setattr(cli, "_dependencies", None)
    result = machine.run("--demo", "--debug", name)
    assert (result.status, result.out) == (2, "")
    assert "--debug requires another file." in result.err
