"""The commands over a real connection to a server that misbehaves: a sentence and a status."""

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
    ("status",),
    ("export", "beats", "--json"),
    ("login", "--with-token"),
)
WRONG: dict[str, tuple[Step, int, str]] = {
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
    """Serve from a thread: a command has an event loop of its own."""
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


@pytest.mark.parametrize("wrong", WRONG)
def test_a_command_ends_with_a_sentence_and_its_status(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    step, status, words = WRONG[wrong]
    server = FaultyServer()
    server.script(ALL_ENDPOINTS, step)
    machine.store(Account(900000021, "nova"))
    with serving(server):
        hasty = Timeouts(connect=5.0, read=0.2, total=5.0, backoff=0.001)
        monkeypatch.setattr(
            machine.service, "connect", lambda: BeatPass(server.base_url, timeouts=hasty)
        )
        for command in COMMANDS:
            token = PipedInput(server.token.encode()) if command[0] == "login" else None
            done = machine.run(*command, stdin=token)
            assert done.status == status, (command, done)
            assert words in done.out + done.err, (command, done)
            assert SECRET not in done.out + done.err
            assert server.token not in done.out + done.err
            assert "Traceback" not in done.err
