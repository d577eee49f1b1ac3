"""Run programs of the system, detached from the terminal or in place of the dashboard."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from beatpass_tui.runtime import signals
from beatpass_tui.runtime.threads import DaemonExecutor

if TYPE_CHECKING:
    from asyncio.subprocess import Process

# `subprocess` is imported late, since most runs need no other program.

CANNOT_START = 127
"""Status of a program that could not be started, as in a shell."""

_END_TIMEOUT = 0.5
"""Seconds that a program has to end itself, less than a signal gives this program."""

_POLL = 0.2
"""Seconds between checks whether a signal has ended the dashboard."""


def find(name: str, environ: Mapping[str, str]) -> str | None:
    """Return the path of a program; None if it is not in PATH."""
    return shutil.which(name, path=environ.get("PATH", os.defpath))


def is_ssh(environ: Mapping[str, str]) -> bool:
    """Return whether the terminal is on another computer."""
    return any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"))


def is_wsl(environ: Mapping[str, str]) -> bool:
    """Return whether programs of Windows can be run from Linux."""
    return bool(environ.get("WSL_DISTRO_NAME") or environ.get("WSL_INTEROP"))


async def run_detached(
    command: Sequence[str],
    environ: Mapping[str, str],
    *,
    seconds: float,
    data: bytes = b"",
    reads_output: bool = False,
) -> tuple[int | None, bytes]:
    """Run a program without a terminal; return its status, and its output if that is read.

    A program that still runs after `seconds` is not ended, and its status is None.
    """
    call = partial(_run, command, environ, data, reads_output)
    try:
        return await DaemonExecutor("program").run(call, timeout=seconds)
    except TimeoutError:
        return None, b""


def _run(
    command: Sequence[str], environ: Mapping[str, str], data: bytes, reads_output: bool
) -> tuple[int, bytes]:
    import subprocess

    try:
        done = subprocess.run(
            command,
            env=environ,
            input=data,
            # A program that stays in the background would keep a pipe open.
            stdout=subprocess.PIPE if reads_output else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            check=False,
        )
    except OSError:
        return CANNOT_START, b""
    return done.returncode, done.stdout or b""


async def run_limited(
    command: Sequence[str], environ: Mapping[str, str], data: bytes, *, seconds: float
) -> int | None:
    """Run a program without a terminal and return its status, negative for a signal.

    After `seconds`, or if this is canceled, its process group is ended, and the status is None.
    Raises OSError if it can't be started.
    """
    import asyncio
    from asyncio.subprocess import DEVNULL, PIPE

    process = await asyncio.create_subprocess_exec(
        *command,
        env=environ,
        stdin=PIPE,
        stdout=DEVNULL,
        stderr=DEVNULL,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(seconds):
            await process.communicate(data)
            return process.returncode
    except TimeoutError:
        return None
    finally:
        if process.returncode is None:
            await _end_group(process)


async def _end_group(process: Process) -> None:
    """End a process that leads its group, and the group."""
    import asyncio

    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_TIMEOUT):
                await process.wait()


def run_in_terminal(command: Sequence[str], environ: Mapping[str, str] = os.environ) -> int:
    """Run a program that uses the terminal, blocking; return its status.

    The dashboard must be suspended. A signal that ends the dashboard also ends the program.
    """
    import subprocess

    try:
        with _foreground(), subprocess.Popen(command, env=environ) as process:
            while True:
                try:
                    return process.wait(_POLL)
                except subprocess.TimeoutExpired:
                    if signals.exit_status() is not None:
                        process.terminate()
    except OSError:
        return CANNOT_START


@contextmanager
def _foreground() -> Iterator[None]:
    """Leave Ctrl+C to a program in the foreground; Ctrl+Z stops it and this process.

    Ignored signals would stay ignored in the program, so they get an empty handler.
    """
    previous: dict[int, Any] = {}
    for name, is_stopping in (("SIGINT", False), ("SIGQUIT", False), ("SIGTSTP", True)):
        number = getattr(signal, name, None)
        if number is not None:
            handler = signal.SIG_DFL if is_stopping else _ignore
            previous[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, handler in previous.items():
            if handler is not None:
                signal.signal(number, handler)


def _ignore(*_: object) -> None:
    """Handle a signal by doing nothing."""
