"""Commands report the faults of a real server on one line, with an exit code."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from beatpass_tui.api import BeatPass, Timeouts
from beatpass_tui.models.identity import Account
from support.bad_responses import FAULTS, SECRET, rate_limited, redirect
from support.command_harness import Machine, PipedInput
from support.faulty_server import ALL_ENDPOINTS, FaultyServer
from support.scripted_server import Step, silence

COMMANDS = (
    ("stats",),
    ("report",),
    ("status",),
    ("export", "beats", "--json"),
    ("login", "--with-token"),
)
FAULT_CASES: dict[str, tuple[Step, int, str]] = {
    "reset": (FAULTS["reset"].step, 6, "The connection was lost"),
    "silence": (silence, 6, "did not respond in time"),
    "portal": (FAULTS["a captive portal"].step, 6, "this network seems to require a login"),
    "503": (FAULTS["503"].step, 6, "temporarily unavailable"),
    "bomb": (FAULTS["a gzip bomb"].step, 1, "too large"),
    "redirect": (redirect("http://localhost:1/"), 1, "redirects are not followed"),
    "429": (rate_limited(Retry_After="60"), 5, "in 1 min 00 s"),
}


@contextmanager
def serving(server: FaultyServer) -> Iterator[None]:
    """Serve from a thread, since each command runs its own event loop."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(10)
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(server.__aexit__(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@pytest.mark.parametrize("fault", FAULT_CASES)
def test_network_fault_is_reported_with_its_exit_code(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    step, status, message = FAULT_CASES[fault]
    server = FaultyServer()
    server.script(ALL_ENDPOINTS, step)
    machine.store(Account(900000021, "nova"))
    with serving(server):
        timeouts = Timeouts(connect=5.0, read=0.2, total=5.0, backoff=0.001)
        monkeypatch.setattr(
            machine.service, "connect", lambda: BeatPass(server.base_url, timeouts=timeouts)
        )
        for command in COMMANDS:
            token = PipedInput(server.token.encode()) if command[0] == "login" else None
            result = machine.run(*command, stdin=token)
            assert result.status == status, (command, result)
            assert message in result.out + result.err, (command, result)
            assert SECRET not in result.out + result.err
            assert server.token not in result.out + result.err
            assert "Traceback" not in result.err
