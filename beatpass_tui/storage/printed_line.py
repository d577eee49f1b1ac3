"""The last output of `stats --line --offline`, which is printed again until it can have changed.

It is kept in a file in the data folder, with a keyed digest of everything that it depends on: the
program, the environment, the stored accounts and the store. This module imports nothing that takes
a millisecond, because a status bar runs the command every few seconds.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from _blake2 import blake2b

from beatpass_tui import __version__

NAME = "stats-line"
"""The file in the data folder, readable by its owner only."""

_MAX_BYTES = 4096
_MAX_AGE = 24 * 3600
_SETTLED = 2.0
"""Seconds after which a changed file has another time, however coarse the times of the system."""

_FILES = ("credentials.json", "store.sqlite3", "store.sqlite3-wal")
_VARIABLES = ("HOME", "TZ", "LANG", "LANGUAGE")
_PREFIXES = ("BEATPASS_", "XDG_", "LC_")


def is_requested(arguments: list[str]) -> bool:
    """Return whether the arguments of the program request this output and nothing else."""
    return arguments in (["stats", "--line", "--offline"], ["stats", "--offline", "--line"])


def folder() -> str | None:
    """Return the data folder on Linux; None elsewhere, and without one."""
    if sys.platform != "linux":
        return None
    for variable, subfolder in (("XDG_DATA_HOME", ""), ("HOME", "/.local/share")):
        if (root := os.environ.get(variable, "")).startswith("/"):
            return f"{root}{subfolder}/beatpass-tui"
    return None


def load() -> bytes | None:
    """Return the output if nothing that it depends on has changed; None otherwise."""
    path = folder()
    if path is None or sys.stdout is None:
        return None
    try:
        descriptor = os.open(f"{path}/{NAME}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        status = os.fstat(descriptor)
        is_private = stat.S_ISREG(status.st_mode) and not status.st_mode & 0o077
        if not is_private or status.st_uid != os.geteuid():
            return None
        content = os.read(descriptor, _MAX_BYTES)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    salt, _, rest = content.partition(b"\n")
    digest, _, signed = rest.partition(b"\n")
    times, _, output = signed.partition(b"\n")
    if not 8 <= len(salt) <= 64 or digest != _digest(salt, _state(path), signed):
        return None
    written, end = map(float, times.split())
    return output if written <= time.time() < end else None


def state() -> bytes | None:
    """Return what the output depends on, to be passed to `encode`; None if it is changing."""
    path = folder()
    if path is None or sys.stdout is None:
        return None
    before = time.time() - _SETTLED
    for name in _FILES:
        try:
            if os.stat(f"{path}/{name}").st_mtime > before:
                return None
        except OSError:
            continue
    return _state(path)


def encode(state: bytes, output: str, end: float | None) -> bytes:
    """Return the content of the file; `end` is the time at which the output changes, in seconds."""
    now = time.time()
    latest = now + _MAX_AGE
    data = output.encode(sys.stdout.encoding, sys.stdout.errors or "replace")
    signed = f"{now!r} {latest if end is None else min(end, latest)!r}\n".encode() + data
    salt = os.urandom(16).hex().encode()
    return b"\n".join((salt, _digest(salt, state, signed), signed))


def remove(path: str | os.PathLike[str]) -> None:
    """Remove the output from a data folder, because it has numbers of an account."""
    try:
        os.unlink(f"{os.fspath(path)}/{NAME}")
    except OSError:
        return


def _state(path: str) -> bytes:
    values = [__version__, sys.version, str(sys.stdout.encoding), path]
    for name in sorted(os.environ):
        if name in _VARIABLES or name.startswith(_PREFIXES):
            values.append(f"{name}={os.environ[name]}")
    # Links, owners and modes count as well, since the program checks them when it reads the files.
    for name in ("", *_FILES):
        try:
            status = os.lstat(f"{path}/{name}" if name else path)
            if name:
                values.append(f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}")
            values.append(f"{status.st_ino} {status.st_mode} {status.st_uid}")
        except OSError:
            values.append("")
    return "\0".join(values).encode("utf-8", "surrogatepass")


def _digest(salt: bytes, state: bytes, signed: bytes) -> bytes:
    """Return a digest from which the token in the environment cannot be found."""
    data = b"%d\n%b%b" % (len(state), state, signed)
    return blake2b(data, key=salt, digest_size=32).hexdigest().encode()
