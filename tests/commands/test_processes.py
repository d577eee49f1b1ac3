"""`stats` and `export` as processes: with real sockets, closed pipes and interrupts."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from beatpass_tui.auth.credentials import Credentials
from beatpass_tui.demo import DemoServer
from beatpass_tui.demo.model import ACCOUNT_ID
from beatpass_tui.models.identity import Account, SignedIn
from beatpass_tui.models.secret import Secret
from beatpass_tui.storage import printed_line
from beatpass_tui.storage.store import NAME
from beatpass_tui.transport.urls import origin
from support.contract import CheckedServer
from support.fake_keyring import finder
from support.unused_port import unused_port

HEAVY = {"textual", "rich", "httpx", "keyring", "asyncio", "dataclasses", "inspect", "ssl"}
"""Modules that take too long to import for a status bar."""


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with CheckedServer() as checked:
        yield checked
        assert checked.problems == []


@pytest.fixture
def environ(server: DemoServer, tmp_path: Path) -> dict[str, str]:
    """The environment of a program that uses the demo server and has no keyring."""
    return {
        **os.environ,
        "BEATPASS_API_URL": server.base_url,
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "HOME": str(tmp_path),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "",
    }


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(server: DemoServer, environ: dict[str, str]) -> Run:
    """Run the program, signed in to the demo."""

    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "beatpass_tui", *arguments],
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            env=environ,
            check=False,
        )

    folder = Path(environ["XDG_DATA_HOME"]) / "beatpass-tui"
    signed_in = SignedIn(Secret(server.token), Account(ACCOUNT_ID, "nova"))
    asyncio.run(Credentials(folder, finder(), 0.0).save(origin(server.base_url), signed_in))
    return run


def requested_paths(server: DemoServer) -> list[str]:
    return sorted(request.path.partition("?")[0] for request in server.requests)


def test_stats_sends_six_requests_and_none_while_fresh(run: Run, server: DemoServer) -> None:
    result = run("stats", "--json")
    assert (result.returncode, result.stderr) == (0, "")
    assert len(requested_paths(server)) == 6
    numbers = json.loads(result.stdout)["numbers"]
    assert (numbers["tracks"]["value"], numbers["plays"]["value"]) == (128, 45_210)
    assert numbers["growth"]["reason"] == "calculating"
    server.requests.clear()
    repeated = json.loads(run("stats", "--json").stdout)["numbers"]
    assert (repeated, requested_paths(server)) == (numbers, [])
    server.close()
    offline = run("stats", "--json", "--offline")
    assert (offline.returncode, json.loads(offline.stdout)["numbers"]) == (0, numbers)


def test_stopped_server_is_reported_as_unreachable(
    run: Run, server: DemoServer, environ: dict[str, str]
) -> None:
    run("stats")
    with sqlite3.connect(Path(environ["XDG_DATA_HOME"]) / "beatpass-tui" / NAME) as sql:
        sql.execute("UPDATE answer SET fetched = fetched - 7200")
    sql.close()
    server.close()
    with unused_port(server.base_url):
        result = run("stats", "--line")
        export = run("export", "achievements")
    assert result.returncode == 6
    assert result.stdout.startswith("45,210 plays")
    assert result.stderr.startswith("beatpass-tui: ")
    assert (export.returncode, export.stdout) == (6, "")
    assert export.stderr.startswith("beatpass-tui: ")


def test_report_sends_seven_requests_and_draws_offline(
    run: Run, server: DemoServer, tmp_path: Path
) -> None:
    result = run("report")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("Nova Reyes · ")
    assert len(requested_paths(server)) == 7
    server.close()
    card = tmp_path / "card.svg"
    offline = run("report", "--as", "svg", "--offline", "--output", str(card))
    assert (offline.returncode, offline.stdout) == (0, "")
    assert ">45,210</text>" in card.read_text("utf-8")


def test_offline_stats_loads_no_heavy_modules(run: Run, environ: dict[str, str]) -> None:
    run("stats")
    code = (
        "import sys\n"
        "from beatpass_tui.cli import main\n"
        "status = main(['stats', '--offline', '--line'])\n"
        "print(status, *{name.partition('.')[0] for name in sys.modules})\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        env=environ,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    line, loaded = result.stdout.splitlines()
    assert line.startswith("45,210 plays")
    assert loaded.split()[0] == "0"
    assert set(loaded.split()) & HEAVY == set()


@pytest.mark.skipif(sys.platform != "linux", reason="kept on Linux only")
def test_second_offline_line_is_printed_without_the_program(
    run: Run, environ: dict[str, str]
) -> None:
    run("stats")
    folder = Path(environ["XDG_DATA_HOME"]) / "beatpass-tui"
    for path in folder.iterdir():
        os.utime(path, (path.stat().st_mtime - 60,) * 2)
    first = run("stats", "--line", "--offline")
    assert first.stdout.startswith("45,210 plays")
    environ["PYTHONPROFILEIMPORTTIME"] = "1"
    second = run("stats", "--line", "--offline")
    assert (second.returncode, second.stdout) == (0, first.stdout)
    assert "beatpass_tui.storage.printed_line" in second.stderr
    assert "beatpass_tui.cli" not in second.stderr
    assert run("logout").returncode == 0
    assert not (folder / printed_line.NAME).exists()
    assert run("stats", "--line", "--offline").returncode == 4


def test_export_writes_the_list_over_real_sockets(
    run: Run, server: DemoServer, tmp_path: Path
) -> None:
    target = tmp_path / "achievements.json"
    result = run("export", "achievements", "--json", "--output", str(target))
    assert (result.returncode, result.stdout) == (0, "")
    assert len(json.loads(target.read_text("utf-8"))["rows"]) > 20
    server.requests.clear()
    result = run("export", "leaderboards")
    assert (result.returncode, result.stderr) == (0, "")
    assert requested_paths(server) == ["/producer-intelligence/leaderboard"]
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert {row["category"] for row in rows} >= {"Overall", "Plays"}


@pytest.mark.parametrize("arguments", [["stats"], ["stats", "--json"], ["export", "leaderboards"]])
def test_closed_pipe_is_not_reported(
    run: Run, environ: dict[str, str], arguments: list[str]
) -> None:
    run("stats")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        result = subprocess.run(
            [sys.executable, "-m", "beatpass_tui", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=pipe,
            stderr=subprocess.PIPE,
            timeout=60,
            env=environ,
            check=False,
        )
    assert (result.returncode, result.stderr) == (1, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "arguments", [["stats", "--offline"], ["export", "leaderboards"], ["status"]]
)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_full_disk_is_reported_on_one_line(
    run: Run, environ: dict[str, str], arguments: list[str], unbuffered: str
) -> None:
    run("stats")
    environ["PYTHONUNBUFFERED"] = unbuffered
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [sys.executable, "-m", "beatpass_tui", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            env=environ,
            check=False,
        )
    assert result.returncode == 1
    assert result.stderr.startswith(b"beatpass-tui: Output could not be written")
    assert result.stderr.count(b"\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_interrupted_export_keeps_loaded_pages_and_leaves_no_file(
    run: Run, server: DemoServer, environ: dict[str, str], tmp_path: Path
) -> None:
    target = tmp_path / "out" / "downloads.csv"
    target.parent.mkdir()
    arguments = ["export", "activity", "--output", str(target)]
    process = subprocess.Popen(
        [sys.executable, "-m", "beatpass_tui", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environ,
        encoding="utf-8",
    )
    # Requests are paced, so the first page is stored by the time of the second request.
    while sum("/activity" in path for path in requested_paths(server)) < 2:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.01)
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert "Stopped." in errors
    assert "Traceback" not in errors
    assert list(target.parent.iterdir()) == []
    server.close()
    stored = run("export", "activity", "--offline", "--json")
    exported = json.loads(stored.stdout)
    assert (stored.returncode, exported["complete"], exported["total"]) == (6, False, 1_204)
    assert len(exported["rows"]) in (50, 100)


def test_processes_of_one_account_share_one_budget(
    run: Run, server: DemoServer, environ: dict[str, str]
) -> None:
    assert run("stats").returncode == 0
    path = Path(environ["XDG_DATA_HOME"]) / "beatpass-tui" / NAME
    with closing(sqlite3.connect(path)) as sql, sql:
        # A clock that was ahead, so that nothing refills the budget but the first request.
        sql.execute("UPDATE budget SET tokens = 20, at = at + 86400")
        sql.execute("UPDATE answer SET fetched = fetched - 7200")
    server.requests.clear()
    began = time.time()
    commands = (["stats"], ["export", "achievements"], ["export", "leaderboards"])
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "beatpass_tui", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environ,
        )
        for arguments in commands
    ]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    with closing(sqlite3.connect(path)) as sql:
        tokens, at = sql.execute("SELECT tokens, at FROM budget").fetchone()
    sent = len(server.requests)
    assert sent >= 8
    # One token a second is refilled.
    assert 20 - sent - 1e-6 <= tokens <= 20 - sent + at - began


@pytest.fixture
def watch(run: Run, environ: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start `watch`, signed in to the demo."""
    started: list[subprocess.Popen[str]] = []

    def watch(*arguments: str, stdout: int = subprocess.PIPE) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "beatpass_tui", "watch", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            env=environ,
            encoding="utf-8",
        )
        started.append(process)
        return process

    yield watch
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize(
    "number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_signal_ends_watch_and_the_program_that_it_runs(
    watch: Callable[..., subprocess.Popen[str]],
    run: Run,
    environ: dict[str, str],
    tmp_path: Path,
    number: signal.Signals,
    status: int,
) -> None:
    assert run("stats").returncode == 0
    with (
        closing(sqlite3.connect(Path(environ["XDG_DATA_HOME"]) / "beatpass-tui" / NAME)) as sql,
        sql,
    ):
        sql.execute(
            "UPDATE answer SET fetched = fetched - 7200, body = replace(body, '45210', '45200')"
        )
    pipe, program = tmp_path / "pipe", tmp_path / "program"
    os.mkfifo(pipe)
    program.write_text(f"#!/bin/sh\nexec 3>'{pipe}'\ncat >&3\nsleep 600 & sleep 600\n")
    program.chmod(0o755)
    process = watch("--json", "--exec", str(program))
    with pipe.open() as reader:
        change = json.loads(reader.readline())
        process.send_signal(number)
        out, errors = process.communicate(timeout=60)
        # The pipe is closed once every process of the group has ended.
        assert reader.read() == ""
    assert process.returncode == status
    # Ctrl+C ends the line on which a terminal shows it.
    assert errors.splitlines()[: -1 if number == signal.SIGINT else None] == [
        "Watching @nova every 15 min."
    ]
    assert json.loads(out) == change
    assert (change["number"], change["change"]) == ("plays", 10)


def test_watch_ends_with_the_reader_of_its_output(
    watch: Callable[..., subprocess.Popen[str]],
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = watch("--quiet", stdout=writing)
    os.close(writing)
    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == 1
