"""A program that writes files while its disk fills up, and that is killed while it writes.

Each fault happens in its own child process and folder; the exit statuses are printed as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, NoReturn

from beatpass_tui.auth.credentials import Credentials
from beatpass_tui.errors import BeatPassError
from beatpass_tui.models.identity import Account, SignedIn
from beatpass_tui.models.secret import Secret
from beatpass_tui.storage.files import write_text
from beatpass_tui.storage.store import AccountKey, CachedModel, Store
from support.fake_keyring import finder

ORIGIN = "https://open.beatpass.ca"
OLD, NEW = "317|made-up-old-token", "318|made-up-new-token"
NOW = datetime(2026, 11, 23, 18, 20, 5, tzinfo=UTC)
KEY = AccountKey(ORIGIN, 7)

POINTS = ("open", "half", "fsync", "replace", "replaced", "folder")
"""Points at which a writer of tokens is killed; from `replaced` on the new file exists."""


def credentials_in(folder: Path) -> Credentials:
    return Credentials(folder, finder(), now=lambda: NOW)


def save(folder: Path, token: str, number: int = 7) -> None:
    account = Account(number, f"nova{number}")
    asyncio.run(credentials_in(folder).save(ORIGIN, SignedIn(Secret(token), account)))


def open_store(folder: Path) -> Store:
    return Store(folder / "store.sqlite3", lambda: NOW, lock_wait=20)


def cache_model(store: Store, body: str) -> None:
    store.save_cached(KEY, {"stats": CachedModel(NOW, "shape", body)})


def die(*_: object, **__: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def kill_at(point: str) -> None:
    """Kill this process at a point of its next write."""
    real_fdopen, real_replace, real_fsync = os.fdopen, os.replace, os.fsync
    synced: list[int] = []

    def begin(descriptor: int, mode: str) -> IO[bytes]:
        if mode != "wb":
            return real_fdopen(descriptor, mode)
        if point == "half":
            os.write(descriptor, f'{{"token": "{NEW}'.encode())
        die()

    def replace(old: Path, new: Path) -> None:
        real_replace(old, new)
        die()

    def second(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) == 2:
            die()
        real_fsync(descriptor)

    name, fault = {
        "open": ("fdopen", begin),
        "half": ("fdopen", begin),
        "fsync": ("fsync", die),
        "replace": ("replace", die),
        "replaced": ("replace", replace),
        "folder": ("fsync", second),
    }[point]
    setattr(os, name, fault)


def error_message(work: Callable[[], object]) -> str:
    """Return the message of the error that work on a full disk raises."""
    try:
        work()
    except BeatPassError as error:
        return error.message
    return ""


def limit_file_size(size: int) -> None:
    """Limit the size of files, in bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def remove_limit() -> None:
    limit_file_size(resource.RLIM_INFINITY)


# Work of the children


def killed_while_saving(point: str) -> Callable[[Path], None]:
    def run(folder: Path) -> None:
        kill_at(point)
        save(folder, NEW)

    return run


def killed_while_caching(folder: Path) -> None:
    store = open_store(folder)
    cache_model(store, "second")
    with store._database.transaction() as sql:
        sql.execute("UPDATE answer SET body = 'half'")
        sql.execute("INSERT INTO setting VALUES ('big', ?)", ("x" * 5_000_000,))
        die()


def full_while_saving(folder: Path) -> None:
    limit_file_size(64)
    message = error_message(lambda: save(folder, NEW))
    remove_limit()
    (folder / "message").write_text(message)


def full_while_caching(folder: Path) -> None:
    with closing(open_store(folder)) as store:
        cache_model(store, "second")
        limit_file_size(200_000)
        message = error_message(lambda: cache_model(store, "x" * 5_000_000))
        remove_limit()
        # Writing works again once there is space.
        store.save_setting("theme", "nord")
    (folder / "message").write_text(message)


def full_while_exporting(folder: Path) -> None:
    limit_file_size(1000)
    (folder / "old.csv").write_text("old")
    messages = [
        error_message(partial(write_text, folder / name, "x" * 100_000, overwrite=replaces))
        for name, replaces in (("old.csv", True), ("new.csv", False))
    ]
    (folder / "message").write_text("\n".join(messages))


def save_accounts(begin: int) -> Callable[[Path], None]:
    def run(folder: Path) -> None:
        for number in range(begin, begin + 8):
            save(folder, NEW, number)

    return run


def remove_accounts(folder: Path) -> None:
    for number in range(100, 108):
        asyncio.run(credentials_in(folder).remove(ORIGIN, str(number)))


def start(work: Callable[[Path], None], folder: Path) -> int:
    """Run work in a child process; return its id.

    Only children save, since that leaves threads behind and a process with threads must not fork.
    """
    child = os.fork()
    if child == 0:
        try:
            work(folder)
        except BaseException as error:  # noqa: BLE001
            print(f"{folder.name}: {error!r}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return child


def wait_for(child: int) -> int:
    """Wait for a child and return its exit status; negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def after_earlier_data(work: Callable[[Path], None]) -> Callable[[Path], None]:
    """Return `work`, preceded by saving an old token and a first model."""

    def run(folder: Path) -> None:
        save(folder, OLD)
        with closing(open_store(folder)) as store:
            cache_model(store, "first")
        work(folder)

    return run


def save_old_accounts(folder: Path) -> None:
    for number in range(100, 108):
        save(folder, OLD, number)


def main(base: Path) -> None:
    statuses: dict[str, int] = {}
    cases = {
        **{point: killed_while_saving(point) for point in POINTS},
        "caching": killed_while_caching,
        "full-saving": full_while_saving,
        "full-caching": full_while_caching,
        "full-exporting": full_while_exporting,
    }
    for name, work in cases.items():
        statuses[name] = wait_for(start(after_earlier_data(work), base / name))
    folder = base / "at-once"
    first = wait_for(start(save_old_accounts, folder))
    children = [
        start(work, folder) for work in (save_accounts(200), save_accounts(300), remove_accounts)
    ]
    statuses["at-once"] = max(first, *map(wait_for, children), key=abs)
    print(json.dumps(statuses))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
