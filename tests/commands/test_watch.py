"""`watch`: changes as they happen, in rounds that ask no earlier than necessary."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import select
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from beatpass_tui.commands import watch
from beatpass_tui.errors import (
    Forbidden,
    Misconfigured,
    NotFound,
    NotSignedIn,
    RateLimited,
    Unreachable,
)
from beatpass_tui.models.home import Followers, Stats
from beatpass_tui.models.identity import Account, SignedIn
from beatpass_tui.models.secret import Secret
from beatpass_tui.runtime import notifications
from beatpass_tui.storage import serialization
from beatpass_tui.storage.store import NAME, CachedModel, Store
from support.command_harness import HOME, KEY, ORIGIN, CommandResult, Machine
from support.fakes import (
    NOVA_ACCOUNT,
    NOVA_FOLLOWERS,
    NOVA_INTELLIGENCE,
    NOVA_STATS,
    NOW,
    FakeClock,
)

MINUTE = 60.0
TOKEN = "901|made-up-token-for-the-tests"
OFFLINE = Unreachable("No network.")
FOUR = ["activity", "followers", "intelligence", "stats"]

Step = Callable[[], object]


class Watching:
    """Runs `watch` with a clock that sleeps at once, and with steps at given minutes."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.clock = FakeClock(NOW)
        self.end = NOW
        self.steps: dict[float, Step] = {}
        machine.clock, machine.sleep = self.clock, self._sleep
        self.requests: list[tuple[float, str]] = []
        """Minute and name of each request."""
        fetch = machine.service._answer

        async def recorded(name: str, *arguments: Any) -> Any:  # noqa: ANN401
            self.requests.append((self.minute, name))
            return await fetch(name, *arguments)

        machine.service._answer = recorded  # type: ignore[assignment, method-assign]

    @property
    def minute(self) -> float:
        return (self.clock.monotonic() - 1_000) / MINUTE

    async def _sleep(self, seconds: float) -> None:
        # The store is written by a thread.
        await asyncio.sleep(0)
        assert seconds <= MINUTE
        until = self.clock.monotonic() + seconds
        for at in sorted(self.steps):
            if 1_000 + at * MINUTE <= until:
                self._advance(1_000 + at * MINUTE)
                self.steps.pop(at)()
        self._advance(until)
        if self.clock.now() >= self.end:
            raise KeyboardInterrupt

    def _advance(self, until: float) -> None:
        self.clock.advance(max(until - self.clock.monotonic(), 0.0))

    def run(
        self, *arguments: str, minutes: float, steps: Mapping[float, Step] | None = None
    ) -> CommandResult:
        self.steps = dict(steps or {})
        self.end = self.clock.now() + timedelta(minutes=minutes)
        result = self.machine.run("watch", *arguments)
        assert result.status == 130 or minutes == 0, result
        # Ctrl+C ends the line on which a terminal shows it.
        return dataclasses.replace(result, err=result.err.rstrip("\n"))

    def requests_at(self, *, after: float = -1.0) -> dict[float, list[str]]:
        """Return the names of the requests by minute."""
        minutes: dict[float, list[str]] = {}
        for minute, name in self.requests:
            if minute > after:
                minutes.setdefault(round(minute, 2), []).append(name)
        return minutes

    def plays(self, count: int) -> Step:
        return lambda: self.machine.service.script("stats", NOVA_STATS._replace(total_plays=count))

    def store(self) -> Store:
        return Store(self.machine.folder / NAME, self.clock.now)

    def fetched_elsewhere(self, plays: int) -> Step:
        """Store plays as the dashboard does after a request."""

        def save() -> None:
            store = self.store()
            stats = NOVA_STATS._replace(total_plays=plays)
            body = serialization.dump(stats)
            cached = CachedModel(self.clock.now(), serialization.shape(Stats), body)
            store.save_cached(KEY, {"stats": cached})
            store.close()

        return save


@pytest.fixture
def watching(nova: Machine) -> Watching:
    return Watching(nova)


def test_changes_are_printed_as_they_happen(watching: Watching) -> None:
    result = watching.run(
        minutes=62,
        steps={
            10: watching.plays(45_222),
            40: lambda: watching.machine.service.script(
                "followers", Followers(871), NOVA_FOLLOWERS
            ),
            41: lambda: watching.machine.service.script(
                "intelligence", NOVA_INTELLIGENCE._replace(growth_rate=8.2)
            ),
        },
    )
    assert result.out.splitlines() == [
        "20:19 Total Plays 45,222 (+12)",
        "20:49 Followers 871 (-2)",
        "20:49 Growth +8.2% (+0.7)",
        "21:04 Followers 873 (+2)",
    ]
    assert result.err.splitlines() == ["Watching @nova every 15 min."]
    requests = watching.requests_at()
    assert requests.pop(0) == HOME
    assert sorted(requests.pop(60)) == sorted(HOME)
    assert {minute: sorted(names) for minute, names in requests.items()} == dict.fromkeys(
        (15, 30, 45), FOUR
    )
    # Watching is no visit.
    store = watching.store()
    assert store.load_visit(KEY).since is None
    assert store.begin_visit(KEY).since is None
    store.close()


def test_values_of_the_dashboard_are_neither_requested_again_nor_missed(
    watching: Watching,
) -> None:
    result = watching.run(
        "--every",
        "1m",
        minutes=31,
        steps={
            5.2: watching.fetched_elsewhere(45_215),
            10: watching.plays(45_230),
        },
    )
    assert result.out.splitlines() == [
        "20:09 Total Plays 45,215 (+5)",
        "20:24 Total Plays 45,230 (+15)",
    ]
    assert [at for at, names in watching.requests_at().items() if "stats" in names] == [0, 20.2]
    # Watching goes on from the values that are stored.
    watching.plays(45_240)()
    watching.clock.advance(9 * 3_600)
    restarted = watching.run("--quiet", minutes=14)
    assert restarted.out.splitlines() == ["05:35 Total Plays 45,240 (+10)"]
    assert restarted.err == ""


def test_json_has_one_object_for_each_change(watching: Watching) -> None:
    result = watching.run("--json", minutes=16, steps={5: watching.plays(50_000)})
    (line,) = result.out.splitlines()
    assert json.loads(line) == {
        "version": 1,
        "at": "2026-11-23T20:19:00+00:00",
        "account": {"id": 900000001, "name": "nova"},
        "artist": {"id": 900000002, "name": "Nova Reyes"},
        "number": "plays",
        "title": "Total Plays",
        "value": 50_000,
        "previous": 45_210,
        "change": 4_790,
        "since": "2026-11-23T20:04:00+00:00",
        "milestone": "50,000 plays passed",
    }


def test_outages_are_reported_once_with_longer_waits(watching: Watching) -> None:
    service = watching.machine.service
    result = watching.run(
        "--every",
        "1m",
        minutes=60,
        steps={
            1: lambda: service.fail(OFFLINE, *HOME),
            40: service.recover,
            41: watching.plays(45_211),
        },
    )
    assert result.err.splitlines() == [
        "Watching @nova every 1 min.",
        "beatpass-tui: No network.",
        "beatpass-tui: Watching again.",
    ]
    assert result.out.splitlines() == ["20:48 Total Plays 45,211 (+1)"]
    failed = [minute for minute in watching.requests_at() if 0 < minute < 40]
    assert failed == [15, 16, 17, 19, 24, 29, 34, 39]


def test_artist_that_is_not_found_any_more_is_named(watching: Watching) -> None:
    service = watching.machine.service
    gone = NotFound("Not found (HTTP 404).", status=404)
    result = watching.run(minutes=120, steps={50: lambda: service.fail(gone, *HOME[1:])})
    assert result.err.splitlines()[1:] == [
        "beatpass-tui: @nova (900000001) has no artist profile: Not found (HTTP 404). Apply to the "
        "Producer Program or use another account."
    ]


def test_rate_limits_are_obeyed(watching: Watching) -> None:
    limited = RateLimited("Too many requests.", retry_after=1_200)
    watching.machine.service.script("stats", NOVA_STATS, limited, NOVA_STATS)
    result = watching.run("--every", "1m", minutes=40)
    times = [minute for minute, names in watching.requests_at().items() if "stats" in names]
    assert times == [0, 15, 35]
    assert result.err.count("Too many requests") == 1


def test_sleep_of_the_computer_is_one_round(watching: Watching) -> None:
    def sleep() -> None:
        watching.clock.advance(9 * 3_600)
        watching.plays(45_300)()

    result = watching.run(minutes=10 * 60, steps={20: sleep})
    assert result.out.splitlines() == ["05:24 Total Plays 45,300 (+90)"]
    assert [m for m in watching.requests_at() if 15 < m < 565] == [560]


def test_clock_that_is_set_back_hides_no_change(watching: Watching) -> None:
    def set_back() -> None:
        watching.clock.set_wall(watching.clock.now() - timedelta(hours=3))
        watching.plays(45_215)()
        watching.end -= timedelta(hours=3)

    result = watching.run(minutes=50, steps={20: set_back, 40: watching.plays(45_220)})
    assert result.out.splitlines() == [
        "17:34 Total Plays 45,215 (+5)",
        "17:49 Total Plays 45,220 (+5)",
    ]
    assert list(watching.requests_at()) == [0, 15, 30, 45]


@pytest.mark.parametrize("token", ["902|new-token", "900000001|made-up-token"])
def test_expired_token_is_reported_once_and_not_used_again(watching: Watching, token: str) -> None:
    service, machine = watching.machine.service, watching.machine
    expired = NotSignedIn("Unauthenticated.", status=401)

    def sign_in() -> None:
        service.recover()
        watching.plays(45_299)()
        machine.now = watching.clock.now()
        signed_in = SignedIn(Secret(token), NOVA_ACCOUNT)
        coroutine = machine.credentials.save(ORIGIN, signed_in)
        # The event loop of the command is running.
        run_in_thread(coroutine)

    result = watching.run(
        minutes=200, steps={20: lambda: service.fail(expired, *HOME), 100: sign_in}
    )
    assert result.err.splitlines() == [
        "Watching @nova every 15 min.",
        "beatpass-tui: Your token has expired or was revoked; sign in with `beatpass-tui login`.",
        "beatpass-tui: Watching again.",
    ]
    assert result.out.splitlines() == ["21:49 Total Plays 45,299 (+89)"]
    assert [m for m in watching.requests_at() if 20 < m < 100] == [30]


def run_in_thread(coroutine: Any) -> None:  # noqa: ANN401
    """Run a coroutine while the event loop of this thread is running."""
    import threading

    thread = threading.Thread(target=asyncio.run, args=(coroutine,))
    thread.start()
    thread.join()


def test_account_stays_after_a_switch_and_until_signed_in_again(watching: Watching) -> None:
    machine = watching.machine
    vega = Account(900000007, "vega")

    def switch() -> None:
        run_in_thread(machine.credentials.save(ORIGIN, SignedIn(Secret("907|made-up"), vega)))

    def sign_out() -> None:
        record = machine.credentials.file.get_account(ORIGIN, "nova")
        run_in_thread(machine.credentials.remove(ORIGIN, record))

    result = watching.run(minutes=70, steps={5: switch, 40: sign_out})
    assert {call.token and call.token.reveal() for call in machine.service.calls} == {
        "900000001|made-up-token"
    }
    assert result.err.splitlines()[1:] == [
        "beatpass-tui: Not signed in to BeatPass; run `beatpass-tui login`."
    ]
    assert max(watching.requests_at()) == 30


@pytest.mark.parametrize(
    "errors, status",
    [
        ({name: NotSignedIn("Unauthenticated.", status=401) for name in HOME}, 4),
        ({name: Forbidden("No.", status=403) for name in HOME}, 4),
        ({"artist": NotFound("No artist.", status=404)}, 3),
        (dict.fromkeys(HOME, Misconfigured("The proxy can't be used.")), 1),
    ],
)
def test_problems_that_stay_end_the_command_at_its_start(
    watching: Watching, errors: Mapping[str, Exception], status: int
) -> None:
    for name, error in errors.items():
        watching.machine.service.fail(error, name)
    result = watching.run(minutes=0)
    assert (result.status, result.out) == (status, "")
    assert len(result.err.splitlines()) == 1


def test_signed_out_and_unusable_store_end_the_command(machine: Machine) -> None:
    assert Watching(machine).run(minutes=0).status == 4
    machine.store(NOVA_ACCOUNT)
    for path in machine.folder.glob(f"{NAME}*"):
        path.unlink()
    (machine.folder / NAME).mkdir()
    result = Watching(machine).run(minutes=0)
    assert (result.status, machine.service.requested) == (7, [])


def test_rejected_variable_ends_the_command(watching: Watching) -> None:
    watching.machine.environ["BEATPASS_TOKEN"] = TOKEN
    expired = NotSignedIn("Unauthenticated.", status=401)
    watching.steps = {20: lambda: watching.machine.service.fail(expired, *HOME)}
    watching.end = NOW + timedelta(hours=2)
    result = watching.machine.run("watch")
    assert result.status == 4
    assert "BEATPASS_TOKEN" in result.err
    assert max(watching.requests_at()) == 30


def test_failing_store_does_not_cause_more_requests(
    watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        from beatpass_tui.errors import StoreUnavailable

        raise StoreUnavailable("The disk is full.")

    def break_store() -> None:
        monkeypatch.setattr(Store, "save_cached", fail)

    steps: dict[float, Step] = {1: break_store, 100: monkeypatch.undo}
    result = watching.run("--every", "1m", minutes=180, steps=steps)
    assert list(watching.requests_at()) == [0, 15, 75, 135, 150, 165]
    assert result.err.splitlines()[1:] == [
        "beatpass-tui: The disk is full.",
        "beatpass-tui: Watching again.",
    ]


def test_damaged_store_is_reported_and_does_not_delay_rounds(watching: Watching) -> None:
    def damage() -> None:
        (watching.machine.folder / NAME).write_bytes(b"garbage" * 1_000)

    steps: dict[float, Step] = {5: damage, 20: watching.plays(45_222)}
    result = watching.run(minutes=40, steps=steps)
    assert result.out.splitlines() == ["20:34 Total Plays 45,222 (+12)"]
    (message,) = result.err.splitlines()[1:]
    assert "damaged" in message


@pytest.mark.parametrize(
    "value, minutes",
    [("1m", 1), ("90", 90), ("2h", 120), ("168h", 10_080)],
)
def test_every_accepts_minutes_and_hours(value: str, minutes: int) -> None:
    assert watch._minutes(value) == minutes


@pytest.mark.parametrize(
    "arguments",
    [["--every", each] for each in ("0m", "59s", "0", "-5", "1.5h", "mh", "", "1d", "999h", "٣m")]
    + [["--exec", each] for each in ("", "''", "'open")],
)
def test_other_intervals_and_programs_are_wrong_usage(
    machine: Machine, arguments: list[str]
) -> None:
    result = machine.run("watch", *arguments)
    assert (result.status, machine.service.requested) == (2, [])


def script(folder: Path, body: str) -> str:
    path = folder / "on change.sh"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return f"'{path}'"


def test_exec_gets_each_change_without_variables_of_beatpass(
    watching: Watching, tmp_path: Path
) -> None:
    watching.machine.environ |= {
        **os.environ,
        "BEATPASS_TOKEN": TOKEN,
        "BEATPASS_THEME": "nord",
        "KEPT": "1",
    }
    target = tmp_path / "changes"
    command = script(tmp_path, f"cat >>'{target}'; env >>'{target}'; echo noise; exit $1")
    change = {5.0: watching.plays(45_222)}
    result = watching.run("--exec", f"{command} 3", minutes=20, steps=change)
    assert result.out.splitlines() == ["20:19 Total Plays 45,222 (+12)"]
    first, *variables = target.read_text().splitlines()
    assert json.loads(first)["change"] == 12
    assert "KEPT=1" in variables
    assert not any("BEATPASS" in each for each in variables)
    (failure,) = result.err.splitlines()[1:]
    assert failure.endswith("on change.sh failed with status 3.")


def test_program_of_exec_is_ended_with_its_group(
    watching: Watching, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "PROGRAM_SECONDS", 0.0)
    reading, writing = os.pipe()
    # The child ignores SIGTERM and holds the pipe open.
    command = script(tmp_path, "(trap '' TERM; sleep 600) & sleep 600")
    os.set_inheritable(writing, True)
    watching.machine.environ |= os.environ
    real = asyncio.create_subprocess_exec

    async def inheriting(*args: Any, **options: Any) -> Any:  # noqa: ANN401
        return await real(*args, **options, pass_fds=[writing])

    monkeypatch.setattr(asyncio, "create_subprocess_exec", inheriting)
    result = watching.run("--exec", command, minutes=16, steps={5: watching.plays(45_222)})
    assert "was ended after 0 seconds" in result.err
    os.close(writing)
    # Nothing holds the other end any more.
    with os.fdopen(reading, "rb") as pipe:
        assert select.select([pipe], [], [], 60)[0]
        assert pipe.read() == b""


@pytest.mark.parametrize(
    "command, message",
    [
        ("/does/not/exist", "exist could not be started: No such file or directory."),
        (os.curdir, ". could not be started: Permission denied."),
        ("sh -c 'exit 127'", "sh failed with status 127."),
    ],
)
def test_program_that_fails_is_one_line(watching: Watching, command: str, message: str) -> None:
    watching.machine.environ |= os.environ
    change = {5.0: watching.plays(45_222)}
    result = watching.run("--exec", command, minutes=16, steps=change)
    *warnings, _, failure = result.err.splitlines()
    assert failure == f"beatpass-tui: {message}"
    # A program that is missing from the start is named before the first change.
    assert ["was not found or is not executable" in each for each in warnings] == (
        [True] if "could not be started" in message else []
    )


def test_notification_names_all_changes_of_a_round(
    watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []

    async def notify(text: str, _: object, environ: Mapping[str, str]) -> bool:
        shown.append(text)
        assert "BEATPASS_TOKEN" not in environ
        return len(shown) < 2

    monkeypatch.setattr(notifications, "send", notify)
    watching.machine.environ["BEATPASS_TOKEN"] = TOKEN

    def change(plays: int) -> Step:
        def script() -> None:
            watching.plays(plays)()
            watching.machine.service.script("followers", Followers(plays))

        return script

    result = watching.run("--notify", minutes=61, steps={5: change(50_000), 35: change(50_001)})
    assert shown == [
        "Total Plays 50,000 (+4,790), 50,000 plays passed · "
        "Followers 50,000 (+49,127), 50,000 followers passed",
        "Total Plays 50,001 (+1) · Followers 50,001 (+1)",
    ]
    assert result.err.count("No notification") == 1


def test_bell_needs_a_terminal(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.open

    def open_file(path: Path, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        if str(path) == "/dev/tty":
            raise OSError(6, "No such device or address")
        return real(path, *args, **options)

    monkeypatch.setattr(Path, "open", open_file)
    result = machine.run("watch", "--bell")
    assert (result.status, result.err) == (2, "beatpass-tui: --bell requires a terminal.\n")
