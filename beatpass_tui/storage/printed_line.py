"""The last output of `stats --line --offline`, which is printed again until it can have changed.

A status bar runs the command every few seconds; see `kept_output`.
"""

from __future__ import annotations

import os
import sys
import time

from beatpass_tui.storage import kept_output

NAME = kept_output.LINE

_MAX_BYTES = 4096
_MAX_AGE = 24 * 3600
_SETTLED = 2.0
"""Seconds after which a changed file has another time, however coarse the times of the system."""


def is_requested(arguments: list[str]) -> bool:
    """Return whether the arguments of the program request this output and nothing else."""
    return arguments in (["stats", "--line", "--offline"], ["stats", "--offline", "--line"])


def load() -> bytes | None:
    """Return the output if nothing that it depends on has changed; None otherwise."""
    path = kept_output.folder()
    if path is None or sys.stdout is None:
        return None
    file = kept_output.read(f"{path}/{NAME}", _MAX_BYTES)
    if file is None:
        return None
    signed = kept_output.unseal(kept_output.state(path, kept_output.environment()), file)
    if signed is None:
        return None
    times, _, output = signed.partition(b"\n")
    written, end = map(float, times.split())
    return output if written <= time.time() < end else None


def state() -> bytes | None:
    """Return what the output depends on, to be passed to `encode`; None if it is changing."""
    path = kept_output.folder()
    if path is None or sys.stdout is None:
        return None
    before = time.time() - _SETTLED
    for name in kept_output.STORED:
        try:
            if os.stat(f"{path}/{name}").st_mtime > before:
                return None
        except OSError:
            continue
    return kept_output.state(path, kept_output.environment())


def encode(state: bytes, output: str, end: float | None) -> bytes:
    """Return the content of the file; `end` is the time at which the output changes, in seconds."""
    now = time.time()
    latest = now + _MAX_AGE
    data = output.encode(sys.stdout.encoding, sys.stdout.errors or "replace")
    times = f"{now!r} {latest if end is None else min(end, latest)!r}\n"
    return kept_output.seal(state, times.encode() + data)
