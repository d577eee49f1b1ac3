"""Access to the system keyring in a daemon thread, with a time limit."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

from beatpass_tui.errors import CredentialsError
from beatpass_tui.models.secret import Secret
from beatpass_tui.runtime.threads import DaemonExecutor

SERVICE = "beatpass-tui"
"""The service name of every token in the keyring."""

T = TypeVar("T")


class Keyring(Protocol):
    """The methods of the keyring package's backends that are used here."""

    def get_password(self, service: str, username: str, /) -> str | None:
        """Return the password, if any."""

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Store or replace the password."""

    def delete_password(self, service: str, username: str, /) -> None:
        """Delete the password; raises if it doesn't exist."""


class KeyringUnavailable(CredentialsError):
    """The keyring is missing, locked, broken, or did not respond in time."""

    def __init__(self, message: str, *, absent: bool = False) -> None:
        super().__init__(message)
        self.absent = absent
        """Whether this machine has no keyring at all, which is no reason for a warning."""


def find_system_keyring() -> Keyring:
    """Return the recommended keyring backend; raises KeyringUnavailable."""
    # The import takes 100 ms and may talk to D-Bus.
    from keyring import core

    # Without a handler, its log messages would appear on the screen.
    logging.getLogger("keyring").addHandler(logging.NullHandler())
    # The limit also applies to the backends of a chain. Other backends are plain files, no better
    # than ours, or prompt on the terminal.
    core.init_backend(limit=core.recommended)
    backend = core.get_keyring()
    # A backend that is configured by name is not checked against the limit.
    if not core.recommended(backend):
        raise KeyringUnavailable("This machine has no system keyring.", absent=True)
    return backend


class TimedKeyring:
    """Token storage in a keyring; calls raise KeyringUnavailable after `timeout` seconds.

    `find` returns the keyring and is called before each use. Calls run one after another, so that
    a slow write can't overwrite a newer one.
    """

    def __init__(self, find: Callable[[], Keyring], timeout: float) -> None:
        self._find = find
        self._timeout = timeout
        self._executor = DaemonExecutor("keyring")

    async def read(self, user: str) -> Secret | None:
        """Return the token of `user`, if any."""
        return await self._run(partial(_read, user))

    async def store(self, user: str, token: Secret) -> None:
        """Store the token of `user`; a write that completes after the time limit is undone."""
        await self._run(partial(_store, user, token), undo=partial(_remove, user))

    async def remove(self, user: str) -> None:
        """Remove the token of `user`, even if it takes longer than the time limit."""
        await self._run(partial(_remove, user), required=True)

    async def _run(
        self,
        action: Callable[[Keyring], T],
        *,
        undo: Callable[[Keyring], None] | None = None,
        required: bool = False,
    ) -> T:
        try:
            return await self._executor.run(
                lambda: self._call(action),
                timeout=self._timeout,
                undo=None if undo is None else lambda: self._call(undo),
                required=required,
            )
        except TimeoutError:
            raise KeyringUnavailable(
                f"The system keyring did not respond within {self._timeout:g} seconds."
            ) from None

    def _call(self, action: Callable[[Keyring], T]) -> T:
        try:
            return action(self._find())
        except KeyringUnavailable as error:
            failure = KeyringUnavailable(error.message, absent=error.absent)
        # Backends may raise anything, including Rust panics outside of Exception.
        except BaseException as error:  # noqa: BLE001
            failure = _unavailable(type(error).__name__)
        # Raised outside of `except`: the frames of the original error contain the token.
        raise failure


def _read(user: str, keyring: Keyring) -> Secret | None:
    password = keyring.get_password(SERVICE, user)
    return None if password is None else Secret.parse(password)


def _store(user: str, token: Secret, keyring: Keyring) -> None:
    stored = False
    try:
        keyring.set_password(SERVICE, user, token.reveal())
        # Some backends silently discard passwords.
        stored = keyring.get_password(SERVICE, user) == token.reveal()
    finally:
        if not stored:
            _remove(user, keyring)
    if not stored:
        raise _unavailable("token not saved")


def _remove(user: str, keyring: Keyring) -> None:
    # Backends raise different errors if there is nothing to delete.
    if keyring.get_password(SERVICE, user) is not None:
        keyring.delete_password(SERVICE, user)


def _unavailable(reason: str) -> KeyringUnavailable:
    return KeyringUnavailable(f"The system keyring could not be used ({reason}).")
