"""`stats` and `export` as programs of their own: over real sockets, into pipes, and cut short."""

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
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from beatpass_tui.auth.credentials import Credentials
from beatpass_tui.demo import DemoServer
from beatpass_tui.demo.model import ACCOUNT_ID
from beatpass_tui.models.identity import Account, SignedIn
from beatpass_tui.models.secret import Secret
from beatpass_tui.storage.store import NAME
from beatpass_tui.transport.urls import origin
from support.contract import CheckedServer
from support.fake_keyring import finder
from support.unused_port import unused_port

HEAVY = {"textual", "rich", "httpx", "keyring", "asyncio", "dataclasses", "inspect", "ssl"}
"""What a status bar has no time for."""


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with CheckedServer() as found:
        yield found
        assert found.problems == []


@pytest.fixture
def environ(server: DemoServer, tmp_path: Path) -> dict[str, str]:
    """The surroundings of a program that knows the demo's server and no keyring."""
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
    """Runs the program, signed in to the demo."""

    def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "beatpass_tui", *arguments],
            input=given,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            env=environ,
            check=False,
        )

    folder = Path(environ["XDG_DATA_HOME"]) / "beatpass-tui"
    found = SignedIn(Secret(server.token), Account(ACCOUNT_ID, "nova"))
    asyncio.run(Credentials(folder, finder(), 0.0).save(origin(server.base_url), found))
    return run


def asked(server: DemoServer) -> list[str]:
    return sorted(request.path.partition("?")[0] for request in server.requests)


def test_six_requests_over_real_sockets_and_none_while_they_are_fresh(
    run: Run, server: DemoServer
) -> None:
    done = run("stats", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(asked(server)) == 6
    found = json.loads(done.stdout)["numbers"]
    assert (found["tracks"]["value"], found["plays"]["value"]) == (128, 45_210)
    assert found["growth"]["reason"] == "calculating"
    server.requests.clear()
    again = json.loads(run("stats", "--json").stdout)["numbers"]
    assert (again, asked(server)) == (found, [])
    server.close()
    there = run("stats", "--json", "--offline")
    assert (there.returncode, json.loads(there.stdout)["numbers"]) == (0, found)


def test_the_server_is_gone(run: Run, server: DemoServer, environ: dict[str, str]) -> None:
    run("stats")
    with sqlite3.connect(Path(environ["XDG_DATA_HOME"]) / "beatpass-tui" / NAME) as sql:
        sql.execute("UPDATE answer SET fetched = fetched - 7200")
    sql.close()
    server.close()
    with unused_port(server.base_url):
        done = run("stats", "--line")
        there = run("export", "achievements")
    assert done.returncode == 6
    assert done.stdout.startswith("45,210 plays")
    assert done.stderr.startswith("beatpass-tui: ")
    assert (there.returncode, there.stdout) == (6, "")
    assert there.stderr.startswith("beatpass-tui: ")


def test_what_is_remembered_is_printed_without_anything_heavy(
    run: Run, environ: dict[str, str]
) -> None:
    run("stats")
    code = (
        "import sys\n"
        "from beatpass_tui.cli import main\n"
        "status = main(['stats', '--offline', '--line'])\n"
        "print(status, *{name.partition('.')[0] for name in sys.modules})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        env=environ,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    line, loaded = done.stdout.splitlines()
    assert line.startswith("45,210 plays")
    assert loaded.split()[0] == "0"
    assert set(loaded.split()) & HEAVY == set()


def test_an_export_over_real_sockets(run: Run, server: DemoServer, tmp_path: Path) -> None:
    target = tmp_path / "achievements.json"
    done = run("export", "achievements", "--json", "--output", str(target))
    assert (done.returncode, done.stdout) == (0, "")
    assert len(json.loads(target.read_text("utf-8"))["rows"]) > 20
    server.requests.clear()
    done = run("export", "leaderboards")
    assert (done.returncode, done.stderr) == (0, "")
    assert asked(server) == ["/producer-intelligence/leaderboard"]
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {row["category"] for row in rows} >= {"Overall", "Plays"}


@pytest.mark.parametrize("words", [["stats"], ["stats", "--json"], ["export", "leaderboards"]])
def test_a_reader_that_has_seen_enough_is_no_noise(
    run: Run, environ: dict[str, str], words: list[str]
) -> None:
    run("stats")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run(
            [sys.executable, "-m", "beatpass_tui", *words],
            stdin=subprocess.DEVNULL,
            stdout=pipe,
            stderr=subprocess.PIPE,
            timeout=60,
            env=environ,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to offer")
@pytest.mark.parametrize("words", [["stats", "--offline"], ["export", "leaderboards"], ["status"]])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_behind_the_output_is_a_sentence(
    run: Run, environ: dict[str, str], words: list[str], unbuffered: str
) -> None:
    run("stats")
    environ["PYTHONUNBUFFERED"] = unbuffered
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "beatpass_tui", *words],
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            env=environ,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(b"beatpass-tui: Output could not be written")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="other systems interrupt otherwise")
def test_ctrl_c_leaves_no_file_and_the_pages_that_came(
    run: Run, server: DemoServer, environ: dict[str, str], tmp_path: Path
) -> None:
    target = tmp_path / "out" / "downloads.csv"
    target.parent.mkdir()
    words = ["export", "activity", "--output", str(target)]
    process = subprocess.Popen(
        [sys.executable, "-m", "beatpass_tui", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environ,
        encoding="utf-8",
    )
    # Between two pages it waits, so that one answer is on disk by the time of the next request.
    while sum("/activity" in path for path in asked(server)) < 2:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.01)
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert "Stopped." in said
    assert "Traceback" not in said
    assert list(target.parent.iterdir()) == []
    server.close()
    kept = run("export", "activity", "--offline", "--json")
    found = json.loads(kept.stdout)
    assert (kept.returncode, found["complete"], found["total"]) == (6, False, 1_204)
    assert len(found["rows"]) in (50, 100)
