"""A keyring in memory whose calls can be delayed or made to fail."""

from __future__ import annotations

import threading
from collections.abc import Callable

from beatpass_tui.auth.system_keyring import Keyring, KeyringUnavailable


class FakeKeyring:
    """A keyring in memory; calls in `held` wait for `release`, calls in `failing` raise."""

    def __init__(self) -> None:
        self.passwords: dict[tuple[str, str], str] = {}
        self.calls: list[str] = []
        self.failing: dict[str, BaseException] = {}
        self.held: set[str] = set()
        self.release = threading.Event()
        self.waiting = threading.Event()
        self.deleted = threading.Event()

    def _enter(self, call: str) -> None:
        self.calls.append(call)
        if call in self.held:
            self.waiting.set()
            self.release.wait()
        if call in self.failing:
            raise self.failing[call]

    def get_password(self, service: str, username: str, /) -> str | None:
        self._enter("get")
        return self.passwords.get((service, username))

    def set_password(self, service: str, username: str, password: str, /) -> None:
        self._enter("set")
        self.passwords[service, username] = password

    def delete_password(self, service: str, username: str, /) -> None:
        self._enter("delete")
        del self.passwords[service, username]
        self.deleted.set()


def finder(keyring: Keyring | None = None) -> Callable[[], Keyring]:
    """Return a function that finds `keyring`, by default none."""

    def find() -> Keyring:
        if keyring is None:
            raise KeyringUnavailable("This machine has no system keyring.", absent=True)
        return keyring

    return find
