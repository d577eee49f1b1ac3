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
from beatpass_tui.models import Account, SignedIn
from beatpass_tui.models.secret import Secret
from beatpass_tui.storage.files import write_text
from beatpass_tui.storage.store import AccountKey, CachedModel, Store
from support.fake_keyring import finder

ORIGIN = "https://open.beatpass.ca"
OLD, NEW = "317|made-up-old-token", "318|made-up-new-token"
NOW = datetime(2026, 11, 23, 18, 20, 5, tzinfo=UTC)
WHOSE = AccountKey(ORIGIN, 7)

POINTS = ("open", "half", "fsync", "replace", "replaced", "folder")
"""Points at which a writer of tokens is killed; from `replaced` on the new file exists."""


def stored(folder: Path) -> Credentials:
    return Credentials(folder, finder(), now=lambda: NOW)


def save(folder: Path, token: str, number: int = 7) -> None:
    account = Account(number, f"nova{number}")
    asyncio.run(stored(folder).save(ORIGIN, SignedIn(Secret(token), account)))


def opened(folder: Path) -> Store:
    return Store(folder / "store.sqlite3", lambda: NOW, lock_wait=20)


def keep(store: Store, body: str) -> None:
    store.save_cached(WHOSE, {"stats": CachedModel(NOW, "shape", body)})


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


def told(work: Callable[[], object]) -> str:
    """Return the message of the error that work on a full disk raises."""
    try:
        work()
    except BeatPassError as error:
        return error.message
    return ""


def full(size: int) -> None:
    """Limit the size of files, in bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def room() -> None:
    full(resource.RLIM_INFINITY)


# Work of the children


def killed_saving(point: str) -> Callable[[Path], None]:
    def run(folder: Path) -> None:
        kill_at(point)
        save(folder, NEW)

    return run


def killed_remembering(folder: Path) -> None:
    store = opened(folder)
    keep(store, "second")
    with store._database.transaction() as sql:
        sql.execute("UPDATE answer SET body = 'half'")
        sql.execute("INSERT INTO setting VALUES ('big', ?)", ("x" * 5_000_000,))
        die()


def full_saving(folder: Path) -> None:
    full(64)
    sentence = told(lambda: save(folder, NEW))
    room()
    (folder / "told").write_text(sentence)


def full_remembering(folder: Path) -> None:
    with closing(opened(folder)) as store:
        keep(store, "second")
        full(200_000)
        sentence = told(lambda: keep(store, "x" * 5_000_000))
        room()
        # Writing works again once there is space.
        store.save_setting("theme", "nord")
    (folder / "told").write_text(sentence)


def full_exporting(folder: Path) -> None:
    full(1000)
    (folder / "old.csv").write_text("old")
    sentences = [
        told(partial(write_text, folder / name, "x" * 100_000, overwrite=replaces))
        for name, replaces in (("old.csv", True), ("new.csv", False))
    ]
    (folder / "told").write_text("\n".join(sentences))


def writing(begin: int) -> Callable[[Path], None]:
    def run(folder: Path) -> None:
        for number in range(begin, begin + 8):
            save(folder, NEW, number)

    return run


def forgetting(folder: Path) -> None:
    for number in range(100, 108):
        asyncio.run(stored(folder).remove(ORIGIN, str(number)))


def start(work: Callable[[Path], None], folder: Path) -> int:
    """Do it in a child; return its number.

    Saving leaves threads behind that end in their own time, and a process with threads must not
    fork. So all saving is done in children.
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


def ended(child: int) -> int:
    """Wait for a child and return its exit status; negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def after_first(work: Callable[[Path], None]) -> Callable[[Path], None]:
    """Return the work that comes upon an old token and a first answer."""

    def run(folder: Path) -> None:
        save(folder, OLD)
        with closing(opened(folder)) as store:
            keep(store, "first")
        work(folder)

    return run


def crowd(folder: Path) -> None:
    for number in range(100, 108):
        save(folder, OLD, number)


def main(base: Path) -> None:
    statuses: dict[str, int] = {}
    works = {
        **{point: killed_saving(point) for point in POINTS},
        "remembering": killed_remembering,
        "full-saving": full_saving,
        "full-remembering": full_remembering,
        "full-exporting": full_exporting,
    }
    for name, work in works.items():
        statuses[name] = ended(start(after_first(work), base / name))
    folder = base / "at-once"
    first = ended(start(crowd, folder))
    children = [start(work, folder) for work in (writing(200), writing(300), forgetting)]
    statuses["at-once"] = max(first, *map(ended, children), key=abs)
    print(json.dumps(statuses))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
