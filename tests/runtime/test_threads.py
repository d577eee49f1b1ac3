"""Daemon threads: order, cancellation, undo, and name lookups."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError

import pytest

from beatpass_tui.runtime.excepthooks import HOOKS
from beatpass_tui.runtime.threads import DaemonExecutor, use_daemon_lookups


class Gate:
    """A call that hangs until it is released."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.released = threading.Event()

    def __call__(self) -> str:
        self.entered.set()
        assert self.released.wait(10)
        return "done"


@pytest.fixture
def executor() -> DaemonExecutor:
    return DaemonExecutor("test")


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.released.set()


def test_calls_run_in_order_and_errors_reach_the_caller(executor: DaemonExecutor) -> None:
    order: list[int] = []
    futures = [executor.submit(order.append, number) for number in range(20)]
    failing = executor.submit(int, "x")
    assert [future.result(10) for future in futures] == [None] * 20
    assert order == [*range(20)]
    with pytest.raises(ValueError, match="invalid literal"):
        failing.result(10)


def test_errors_of_posted_calls_end_the_program(
    executor: DaemonExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    received: list[BaseException] = []
    monkeypatch.setattr(HOOKS, "failures", [])
    monkeypatch.setattr(HOOKS, "on_failure", received.append)
    executor.post(int, "7")
    executor.post(int, "x")
    executor.close(10)
    executor.post(int, "x")
    assert [type(error) for error in received] == [ValueError]
    assert HOOKS.failures == received


def test_thread_is_a_daemon_and_ends_when_idle(executor: DaemonExecutor, gate: Gate) -> None:
    executor.submit(gate)
    assert gate.entered.wait(10)
    [thread] = [each for each in threading.enumerate() if each.name == "test"]
    assert thread.daemon
    gate.released.set()
    thread.join(10)
    assert not thread.is_alive()
    assert executor.submit(str).result(10) == ""


def test_close_finishes_submitted_calls_and_cancels_later_ones(executor: DaemonExecutor) -> None:
    calls: list[int] = []
    for number in range(5):
        executor.submit(calls.append, number)
    executor.close(10)
    assert calls == [*range(5)]
    with pytest.raises(CancelledError):
        executor.submit(calls.append, 5).result(10)


def test_close_does_not_wait_for_a_hanging_call(executor: DaemonExecutor, gate: Gate) -> None:
    executor.submit(gate)
    assert gate.entered.wait(10)
    executor.close(0)


async def test_run_returns_the_result(executor: DaemonExecutor) -> None:
    assert await executor.run(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        await executor.run(lambda: 1 // 0)


@pytest.mark.parametrize("required", [False, True])
async def test_only_required_calls_run_after_a_timeout(
    executor: DaemonExecutor, gate: Gate, required: bool
) -> None:
    ran: list[str] = []
    executor.submit(gate)
    with pytest.raises(TimeoutError):
        await executor.run(lambda: ran.append("late"), timeout=0, required=required)
    gate.released.set()
    executor.close(10)
    assert ran == ["late"] * required


async def test_late_success_is_undone_before_the_next_call(
    executor: DaemonExecutor, gate: Gate
) -> None:
    order: list[str] = []

    def store() -> None:
        gate()
        order.append("store")

    running = asyncio.create_task(executor.run(store, undo=lambda: order.append("undo")))
    assert await asyncio.to_thread(gate.entered.wait, 10)
    executor.submit(order.append, "next")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    gate.released.set()
    executor.close(10)
    assert order == ["store", "undo", "next"]


async def test_late_failure_and_dropped_calls_are_not_undone(
    executor: DaemonExecutor, gate: Gate
) -> None:
    undone: list[str] = []

    def fail() -> None:
        gate()
        raise OSError

    running = asyncio.create_task(executor.run(fail, undo=lambda: undone.append("failed")))
    assert await asyncio.to_thread(gate.entered.wait, 10)
    with pytest.raises(TimeoutError):
        await executor.run(str, timeout=0, undo=lambda: undone.append("dropped"))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    gate.released.set()
    executor.close(10)
    assert undone == []


def test_calls_cancelled_with_a_closed_loop_print_nothing(
    executor: DaemonExecutor, gate: Gate, capfd: pytest.CaptureFixture[str]
) -> None:
    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await executor.run(gate, timeout=0, required=True)

    asyncio.run(give_up())
    gate.released.set()
    executor.close(10)
    assert capfd.readouterr() == ("", "")


async def test_name_lookups_run_in_daemon_threads_and_files_in_the_pool(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lookup(*_: object) -> bool:
        return threading.current_thread().daemon

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    use_daemon_lookups()
    loop = asyncio.get_running_loop()
    assert await loop.run_in_executor(None, lookup) is True
    assert await asyncio.to_thread(lookup) is False


def test_process_ends_during_a_hanging_lookup() -> None:
    code = (
        "import asyncio, socket, threading\n"
        "from beatpass_tui.runtime.threads import use_daemon_lookups\n"
        "socket.getaddrinfo = lambda *_, **__: threading.Event().wait()\n"
        "async def main():\n"
        "    use_daemon_lookups()\n"
        "    try:\n"
        "        async with asyncio.timeout(0.01):\n"
        "            await asyncio.get_running_loop().getaddrinfo('example.com', 443)\n"
        "    except TimeoutError: print('timed out')\n"
        "asyncio.run(main())\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (run.stdout, run.stderr, run.returncode) == ("timed out\n", "", 0)
