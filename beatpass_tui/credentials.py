"""Where the token lives: in the system keyring, or in a file that only its owner can read."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from beatpass_tui import text
from beatpass_tui.clock import SystemClock
from beatpass_tui.errors import CredentialsUnreadable, UnusableToken
from beatpass_tui.keyrings import SYSTEM, KeyringLike, KeyringUnavailable, TimedKeyring
from beatpass_tui.models import MenuItem, SignedIn
from beatpass_tui.secret import VARIABLE, Secret

if sys.platform != "win32":
    import fcntl

NAME = "credentials.json"
VERSION = 1
_LARGEST = 1 << 20
"""No file of ours is larger than this many bytes; one that is, is not ours."""
_MENU_LIMIT = 100
_NO_LINK = "a token is not kept behind one"
# Flags that Windows and the other systems do not have in common.
_NOFOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
_BINARY: int = getattr(os, "O_BINARY", 0)
_LOCK_WAIT = 5.0
"""How many seconds another instance may take to finish its writing."""

_CLOCK = SystemClock()

Place = Literal["keyring", "file"]


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a stored token without looking at it."""

    origin: str
    """Scheme, host and port of the API that the token is for; it goes to no other."""
    place: Place
    stored_at: datetime
    account_id: int | None
    account_name: str | None
    menu: tuple[MenuItem, ...] | None
    """The menu that came with the sign-in; empty when it came empty, None when none came."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a token was stored, and what the producer should know about it."""

    place: Place
    words: str
    """The place in words: "the system keyring", or the path of the file."""
    warnings: tuple[str, ...] = ()
    """Whole sentences."""


def environment_token(environ: Mapping[str, str]) -> Secret | None:
    """Return the token of BEATPASS_TOKEN, None when it is not set; raises UnusableToken."""
    if VARIABLE not in environ:
        return None
    if not environ[VARIABLE].strip():
        raise UnusableToken(f"{VARIABLE} is set but empty; put a token into it or unset it.")
    try:
        return Secret.parse(environ[VARIABLE])
    except UnusableToken as error:
        sentence = error.sentence
    # Raised out here so that no traceback leads back to what was parsed.
    raise UnusableToken(f"{VARIABLE}: {sentence}")


class Credentials:
    """The stored tokens, one for each API origin."""

    def __init__(
        self,
        folder: Path | None = None,
        keyring: KeyringLike | None = SYSTEM,
        keyring_wait: float = 3.0,
        now: Callable[[], datetime] = _CLOCK.now,
    ) -> None:
        self.warnings: tuple[str, ...] = ()
        """What the latest load, save or forget put right and the producer should know."""
        self._folder = folder
        self._keyring = TimedKeyring(keyring, keyring_wait)
        self._now = now

    def peek(self, origin: str) -> Record | None:
        """Return the record of `origin` from the file alone, changing nothing.

        Raises CredentialsUnreadable when the file is there and cannot be read.
        """
        entry = self._file().read().get(origin)
        return entry.record if entry is not None else None

    async def load(self, origin: str) -> Secret | None:
        """Return the token that was stored for exactly this origin, None when there is none.

        Raises CredentialsUnreadable when there is one that cannot be had. A keyring that no
        longer holds the token of a record counts as none.
        """
        warnings: list[str] = []
        entry = await asyncio.to_thread(self._find, origin, warnings)
        self.warnings = tuple(warnings)
        if entry is None:
            return None
        if entry.token is not None:
            return entry.token
        try:
            return await self._keyring.read(origin)
        except KeyringUnavailable as error:
            raise CredentialsUnreadable(
                f"{error.sentence} The token is kept in it; unlock it and start again, "
                f"or sign in again."
            ) from None

    async def save(self, origin: str, signed_in: SignedIn) -> Kept:
        """Store a token with what came with it.

        Raises CredentialsUnreadable when there is no place for it.
        """
        warnings: list[str] = []
        in_keyring = False
        try:
            # First of all, so that a file that must not be touched leaves the keyring alone too.
            await asyncio.to_thread(self._prepare, warnings)
            try:
                await self._keyring.store(origin, signed_in.token)
                in_keyring = True
            except KeyringUnavailable as error:
                if not error.absent:
                    warnings.append(error.sentence)
            record = self._record(origin, "keyring" if in_keyring else "file", signed_in)
            entry = _Entry(record, None if in_keyring else signed_in.token)
            words = await asyncio.to_thread(self._put, entry, warnings)
        except CredentialsUnreadable as error:
            if in_keyring:
                # Without a record nobody would ever find it there, nor remove it.
                with suppress(KeyringUnavailable):
                    await self._keyring.remove(origin)
            self.warnings = tuple(warnings)
            raise CredentialsUnreadable(
                f"{error.sentence} The token is kept for this session only."
            ) from error
        self.warnings = tuple(warnings)
        return Kept(record.place, "the system keyring" if in_keyring else words, self.warnings)

    async def forget(self, origin: str) -> None:
        """Remove the token from the keyring and the file.

        Raises CredentialsUnreadable, after all that could be removed was, when a copy may be left.
        """
        warnings: list[str] = []
        problems: list[str] = []
        place: Place | None = None
        try:
            place = await asyncio.to_thread(self._drop, origin, warnings)
        except CredentialsUnreadable as error:
            problems.append(error.sentence)
        self.warnings = tuple(warnings)
        try:
            # Whatever the record says: an earlier sign-in may have left one there.
            await self._keyring.remove(origin)
        except KeyringUnavailable as error:
            if place == "keyring":
                problems.append(
                    f"{error.sentence} The token may still be in it; delete it there, or in "
                    f"Account Settings → Developers."
                )
        if problems:
            raise CredentialsUnreadable(" ".join(problems))

    def _file(self) -> _File:
        if self._folder is None:
            self._folder = _default_folder()
        return _File(self._folder, self._now)

    def _record(self, origin: str, place: Place, signed_in: SignedIn) -> Record:
        account = signed_in.account
        menu = signed_in.menu[:_MENU_LIMIT] if signed_in.menu is not None else None
        return Record(origin, place, self._now(), account.id, account.name, menu)

    def _find(self, origin: str, warnings: list[str]) -> _Entry | None:
        file = self._file()
        with suppress(_Damaged):
            return file.read(warnings).get(origin)
        with file.locked():
            try:
                return file.read(warnings).get(origin)
            except _Damaged:
                kept_aside = file.set_aside()
        raise CredentialsUnreadable(f"{kept_aside} Sign in again.")

    def _prepare(self, warnings: list[str]) -> None:
        file = self._file()
        file.make_folder(warnings)
        with file.locked():
            try:
                file.read(warnings)
            except _Damaged:
                warnings.append(file.set_aside())

    def _put(self, entry: _Entry, warnings: list[str]) -> str:
        file = self._file()
        with file.locked():
            entries = file.read(warnings)
            entries[entry.record.origin] = entry
            file.replace(entries)
        return file.words

    def _drop(self, origin: str, warnings: list[str]) -> Place | None:
        file = self._file()
        if not file.exists():
            return None
        with file.locked():
            try:
                entries = file.read(warnings)
            except _Damaged:
                kept_aside = file.set_aside()
            else:
                entry = entries.pop(origin, None)
                if entry is not None:
                    file.replace(entries)
                return entry.record.place if entry is not None else None
        raise CredentialsUnreadable(f"{kept_aside} Delete it, since it may still hold a token.")


class _Damaged(CredentialsUnreadable):
    """What stands in the file is not what was written there."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A record, and the token when it is kept beside it."""

    record: Record
    token: Secret | None


class _File:
    """The file of records, in a folder of its own.

    Every OSError becomes a CredentialsUnreadable that names the file and never its content.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self.folder = folder
        self.path = folder / NAME
        self.words = _words(self.path)
        self._now = now

    def exists(self) -> bool:
        """Whether there is anything at all in its place."""
        with self._told("read"):
            self._check_folder(None)
            return os.path.lexists(self.path)

    def make_folder(self, warnings: list[str]) -> None:
        """Make the folder, readable by its owner only."""
        with self._told("written"):
            self._check_folder(warnings)
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def read(self, warnings: list[str] | None = None) -> dict[str, _Entry]:
        """Return the entries by origin; modes that are too open are put right when told where.

        Raises _Damaged when the content is not ours.
        """
        with self._told("read"):
            self._check_folder(warnings)
            entries = _parse(self._bytes(warnings))
        if entries is None:
            raise _Damaged(f"{self.words} is damaged.")
        if isinstance(entries, int):
            raise CredentialsUnreadable(
                f"{self.words} was written by a newer version of this program; update it."
            )
        return entries

    def replace(self, entries: Mapping[str, _Entry]) -> None:
        """Write all entries: either all of them are in the file afterwards or none is."""
        with self._told("written"):
            temporary = self.folder / f".{NAME}.{secrets.token_hex(8)}.tmp"
            descriptor = os.open(
                temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW | _BINARY, 0o600
            )
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(_serialise(entries))
                    file.flush()
                    os.fsync(descriptor)
                temporary.replace(self.path)
            finally:
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)
            self._sync_folder()

    def set_aside(self) -> str:
        """Move a damaged file out of the way without overwriting another; say where it is."""
        stamp = self._now().strftime("%Y%m%d-%H%M%S")
        aside = self.path.with_name(f"{NAME}.damaged-{stamp}")
        number = 1
        with self._told("kept aside"):
            # Taking the name first makes sure that the move overwrites nothing.
            while not _take(aside):
                number += 1
                aside = self.path.with_name(f"{NAME}.damaged-{stamp}-{number}")
            self.path.replace(aside)
        return f"{self.words} was damaged and is kept beside it as {aside.name}."

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other instances from writing meanwhile, so that no record gets lost."""
        if sys.platform == "win32":
            yield
            return
        with self._told("locked"):
            descriptor = os.open(
                self.folder / f"{NAME}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600
            )
        try:
            if self._lock(descriptor):
                self._sweep()
            yield
        finally:
            os.close(descriptor)

    def _lock(self, descriptor: int) -> bool:
        """Wait for the lock, though not for an instance that was stopped while it held it."""
        if sys.platform == "win32":
            return False
        give_up = time.monotonic() + _LOCK_WAIT
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > give_up:
                    raise CredentialsUnreadable(
                        f"Another instance keeps {self.words} locked."
                    ) from None
                time.sleep(0.02)
            except OSError:
                # A file system without locks: the replacing is atomic all the same.
                return False
            else:
                return True

    def _sweep(self) -> None:
        """Remove what a writer that was killed left behind, since a token may be in it."""
        with suppress(OSError):
            for leftover in self.folder.glob(f".{NAME}.*.tmp"):
                leftover.unlink(missing_ok=True)

    def _check_folder(self, warnings: list[str] | None) -> None:
        with suppress(FileNotFoundError):
            mode = self.folder.lstat().st_mode
            words = _words(self.folder)
            if stat.S_ISLNK(mode):
                raise CredentialsUnreadable(f"{words} is a symbolic link; {_NO_LINK}.")
            if not stat.S_ISDIR(mode):
                raise CredentialsUnreadable(f"{words} is not a folder.")
            if warnings is not None and _is_open(mode):
                warnings.append(_close(self.folder, 0o700))

    def _bytes(self, warnings: list[str] | None) -> bytes | None:
        with suppress(FileNotFoundError):
            mode = self.path.lstat().st_mode
            if stat.S_ISLNK(mode):
                raise CredentialsUnreadable(f"{self.words} is a symbolic link; {_NO_LINK}.")
            if not stat.S_ISREG(mode):
                raise CredentialsUnreadable(f"{self.words} is not a file.")
            if warnings is not None and _is_open(mode):
                warnings.append(_close(self.path, 0o600))
            descriptor = os.open(self.path, os.O_RDONLY | _NOFOLLOW | _BINARY)
            with os.fdopen(descriptor, "rb") as file:
                return file.read(_LARGEST + 1)
        return None

    def _sync_folder(self) -> None:
        # Not every system can; the file itself is whole in any case.
        with suppress(OSError):
            descriptor = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise CredentialsUnreadable(f"{self.words} could not be {what}: {reason}.") from error


def _default_folder() -> Path:
    import platformdirs

    with suppress(RuntimeError):
        folder = platformdirs.user_data_path("beatpass-tui", appauthor=False)
        # A relative one would put the token wherever the program happens to be started.
        if folder.is_absolute():
            return folder
    raise CredentialsUnreadable(
        "There is no home folder to keep the token in; set HOME to an absolute path."
    )


def _words(path: Path) -> str:
    with suppress(RuntimeError, ValueError):
        return text.clean(f"~{os.sep}{path.relative_to(Path.home())}")
    return text.clean(str(path))


def _is_open(mode: int) -> bool:
    """Whether other users may do anything; Windows keeps that elsewhere than in the mode."""
    return os.name == "posix" and bool(mode & 0o077)


def _close(path: Path, mode: int) -> str:
    """Take other users' access away and say so."""
    # Some file systems refuse and some pretend, so what counts is what it is afterwards.
    with suppress(OSError):
        path.chmod(mode)
    if _is_open(path.lstat().st_mode):
        return f"{_words(path)} is open to other users, and this disk cannot make it private."
    return f"{_words(path)} was open to other users; it is private now."


def _take(path: Path) -> bool:
    """Make an empty file unless the name is taken."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    return True


def _serialise(entries: Mapping[str, _Entry]) -> bytes:
    records = {origin: _to_json(entry) for origin, entry in entries.items()}
    return json.dumps({"version": VERSION, "records": records}, indent=2).encode() + b"\n"


def _to_json(entry: _Entry) -> dict[str, Any]:
    record = entry.record
    written: dict[str, Any] = {
        "place": record.place,
        "stored_at": record.stored_at.isoformat(),
        "account": {"id": record.account_id, "name": record.account_name},
        "menu": None
        if record.menu is None
        else [{"label": item.label, "target": item.target} for item in record.menu],
    }
    if entry.token is not None:
        written["token"] = entry.token.reveal()
    return written


def _parse(body: bytes | None) -> dict[str, _Entry] | int | None:
    """Return the entries, the version when it is newer than ours, None when damaged.

    Never raises: an exception would carry the content, token and all, in its traceback.
    """
    if body is None:
        return {}
    if len(body) > _LARGEST:
        return None
    try:
        content = json.loads(body)
        version = content["version"]
        if type(version) is not int or version < 1:
            return None
        if version > VERSION:
            return version
        return {origin: _entry(origin, found) for origin, found in content["records"].items()}
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError, UnusableToken):
        return None


def _entry(origin: str, found: Mapping[str, Any]) -> _Entry:
    """Read one entry; raises what `_parse` catches when anything is not as it was written."""
    account, menu = found["account"], found["menu"]
    name = account["name"]
    stored_at = datetime.fromisoformat(found["stored_at"])
    if (
        found["place"] not in ("keyring", "file")
        or stored_at.tzinfo is None
        or type(account["id"]) not in (int, type(None))
        or not isinstance(menu, list | None)
    ):
        raise TypeError
    record = Record(
        origin=origin,
        place=found["place"],
        stored_at=stored_at,
        account_id=account["id"],
        account_name=None if name is None else _string(name),
        menu=None if menu is None else tuple(map(_menu_item, menu)),
    )
    return _Entry(record, Secret.parse(found["token"]) if record.place == "file" else None)


def _menu_item(found: Mapping[str, Any]) -> MenuItem:
    return MenuItem(_string(found["label"]), _string(found["target"], 2000))


def _string(value: object, limit: int = text.MAX_CHARACTERS) -> str:
    if not isinstance(value, str):
        raise TypeError
    return text.clean(value, limit)
