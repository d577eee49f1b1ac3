"""Outputs that are shown again at once as long as nothing has changed that they depend on.

Each is a file in the data folder with a keyed digest of its content and of everything that it
depends on: the program, the environment, the stored accounts and the store. This module imports
nothing that takes a millisecond, because it runs before the rest of the program is imported.
"""

from __future__ import annotations

import os
import stat
import sys
from _blake2 import blake2b

from beatpass_tui import __version__

LINE, FRAME = "stats-line", "frame"
"""The files, readable by their owner only."""

STORED = ("credentials.json", "store.sqlite3", "store.sqlite3-wal")
"""The files in the data folder that outputs depend on."""

_VARIABLES = (
    "HOME", "TZ", "LANG", "LANGUAGE", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME",
    "XDG_CACHE_HOME",
)  # fmt: skip
_PREFIXES = ("BEATPASS_", "LC_")


def folder() -> str | None:
    """Return the data folder on Linux; None elsewhere, and without one."""
    return user_folder("XDG_DATA_HOME", "/.local/share")


def user_folder(variable: str, default: str) -> str | None:
    """Return the program's folder in that of a variable, or else in the home folder; on Linux."""
    if sys.platform != "linux":
        return None
    for name, subfolder in ((variable, ""), ("HOME", default)):
        if (root := os.environ.get(name, "")).startswith("/"):
            return f"{root}{subfolder}/beatpass-tui"
    return None


def environment(names: tuple[str, ...] = (), prefixes: tuple[str, ...] = ()) -> str:
    """Return a digest of the program and of the environment variables that outputs depend on.

    Those with these names and prefixes are added. The token leaves the environment before the
    dashboard opens, so this is called earlier.
    """
    names, prefixes = names + _VARIABLES, prefixes + _PREFIXES
    values = [__version__, sys.version, __file__, str(sys.__stdout__ and sys.__stdout__.encoding)]
    for name in sorted(os.environ):
        if name in names or name.startswith(prefixes):
            values.append(f"{name}={os.environ[name]}")
    return blake2b("\0".join(values).encode("utf-8", "surrogatepass")).hexdigest()


def status_of(path: str) -> str:
    """Return what changes with a file, its owner or its mode; empty without a file."""
    try:
        status = os.lstat(path)
    except OSError:
        return ""
    changes = ""
    if not stat.S_ISDIR(status.st_mode):
        changes = f" {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"
    return f"{status.st_ino} {status.st_mode} {status.st_uid}{changes}"


def state(path: str, *environment: str) -> bytes:
    """Return what an output depends on: program and environment, and a data folder."""
    # Links, owners and modes count as well, since the program checks them when it reads the files.
    files = [status_of(f"{path}/{name}") for name in STORED]
    values = (*environment, path, status_of(path), *files)
    return "\0".join(values).encode("utf-8", "surrogatepass")


def read(path: str, max_bytes: int) -> bytes | None:
    """Return the content of a private file of this user; None for anything else.

    Links are not followed, and a pipe is not waited for.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        status = os.fstat(descriptor)
        is_private = stat.S_ISREG(status.st_mode) and not status.st_mode & 0o077
        if not is_private or status.st_uid != os.geteuid() or status.st_size > max_bytes:
            return None
        return os.read(descriptor, max_bytes)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def seal(state: bytes, content: bytes) -> bytes:
    """Return the content of a file."""
    salt = os.urandom(16).hex().encode()
    return b"\n".join((salt, _digest(salt, state, content), content))


def unseal(state: bytes, file: bytes) -> bytes | None:
    """Return the sealed content; None if it was damaged or depends on another state."""
    salt, _, rest = file.partition(b"\n")
    digest, _, content = rest.partition(b"\n")
    if not 8 <= len(salt) <= 64 or digest != _digest(salt, state, content):
        return None
    return content


def remove(path: str | os.PathLike[str]) -> None:
    """Remove all outputs from a data folder, because they have numbers of an account."""
    for name in (LINE, FRAME):
        try:
            os.unlink(f"{os.fspath(path)}/{name}")
        except OSError:
            continue


def _digest(salt: bytes, state: bytes, content: bytes) -> bytes:
    """Return a digest from which the token in the environment cannot be found."""
    digest = blake2b(b"%d\n" % len(state), key=salt, digest_size=32)
    digest.update(state)
    digest.update(content)
    return digest.hexdigest().encode()
