"""The system keyring, asked from a thread of its own and never waited for too long."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from beatpass_tui.errors import CredentialsError
from beatpass_tui.models.secret import Secret

SERVICE = "beatpass-tui"
"""Under this service name the tokens stand in the keyring; the user name is the API origin."""

_SILENT = logging.NullHandler()


class KeyringLike(Protocol):
    """What is needed of a keyring; every backend of the keyring package has it."""

    def get_password(self, service: str, username: str, /) -> str | None:
        """Return the password, or None when there is none."""

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Keep the password in place of an older one."""

    def delete_password(self, service: str, username: str, /) -> None:
        """Remove the password; raises when there is none."""


class KeyringUnavailable(CredentialsError):
    """The keyring is absent, locked, broken, or did not answer in time."""

    def __init__(self, sentence: str, *, absent: bool = False) -> None:
        super().__init__(sentence)
        self.absent = absent
        """Whether this machine has no keyring at all, which is nothing to complain about."""


class SystemKeyring:
    """The keyring that the keyring package finds on this machine, looked for at each use."""

    def get_password(self, service: str, username: str, /) -> str | None:
        """Return the password, or None when there is none."""
        return self._backend().get_password(service, username)

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Keep the password in place of an older one."""
        self._backend().set_password(service, username, password)

    def delete_password(self, service: str, username: str, /) -> None:
        """Remove the password; raises when there is none."""
        self._backend().delete_password(service, username)

    def _backend(self) -> KeyringLike:
        # Importing it costs 100 ms and may talk to D-Bus, so it happens here, in the thread.
        from keyring import core

        # What it logs without a handler would be printed over the screen.
        logging.getLogger("keyring").addHandler(_SILENT)
        # The limit also holds for the parts of a chain. Below "recommended" are the plain
        # files of keyrings.alt, which our own file is as good as, and backends that prompt on
        # the terminal, which belongs to the program.
        core.init_backend(limit=core.recommended)
        backend = core.get_keyring()
        # A backend that was configured by name is not asked whether it is within the limit.
        if not core.recommended(backend):
            raise _absent()
        return backend


SYSTEM = SystemKeyring()


@dataclass(slots=True, eq=False)
class _Job:
    """One thing to do with the keyring, and who waits for it."""

    work: Callable[[], Secret | None]
    undo: Callable[[], None] | None = None
    """What takes the work back when it failed or nobody waited for it any more."""
    needless_late: bool = True
    """Whether the work need not be begun once nobody waits for it."""
    hand_back: Callable[[Secret | KeyringUnavailable | None], None] | None = None
    finished: bool = False
    abandoned: bool = False


class TimedKeyring:
    """A keyring that answers within `wait` seconds or counts as unavailable.

    All that is asked runs one after another in one daemon thread: a keyring that hangs can
    then neither keep the process alive nor let an old write overtake a new one. `None` stands
    for a machine without a keyring.
    """

    def __init__(self, keyring: KeyringLike | None, wait: float) -> None:
        self._keyring = keyring
        self._wait = wait
        self._guard = threading.Lock()
        self._jobs: deque[_Job] = deque()
        self._running = False

    async def read(self, origin: str) -> Secret | None:
        """Return the token kept for `origin`; raises KeyringUnavailable."""
        keyring = self._present()

        def work() -> Secret | None:
            found = keyring.get_password(SERVICE, origin)
            return None if found is None else Secret.parse(found)

        return await self._ask(_Job(work))

    async def store(self, origin: str, token: Secret) -> None:
        """Keep the token for `origin`; raises KeyringUnavailable and then leaves none there.

        A write that succeeds after the time is over is taken back as soon as it does.
        """
        keyring = self._present()

        def work() -> None:
            keyring.set_password(SERVICE, origin, token.reveal())
            # Some backends drop what they are given without a word.
            if keyring.get_password(SERVICE, origin) != token.reveal():
                raise _unavailable("not kept")

        await self._ask(_Job(work, undo=lambda: _remove(keyring, origin)))

    async def remove(self, origin: str) -> None:
        """Remove the token of `origin`, late if need be; raises KeyringUnavailable."""
        keyring = self._present()
        await self._ask(_Job(lambda: _remove(keyring, origin), needless_late=False))

    def _present(self) -> KeyringLike:
        if self._keyring is None:
            raise _absent()
        return self._keyring

    async def _ask(self, job: _Job) -> Secret | None:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Secret | KeyringUnavailable | None] = loop.create_future()

        def settle(answer: Secret | KeyringUnavailable | None) -> None:
            if not future.done():
                future.set_result(answer)

        def hand_back(answer: Secret | KeyringUnavailable | None) -> None:
            # The loop may be closed by the time that a slow keyring answers.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(settle, answer)

        job.hand_back = hand_back
        self._submit(job)
        answered = False
        try:
            async with asyncio.timeout(self._wait):
                answer = await future
            answered = True
        except TimeoutError:
            raise KeyringUnavailable(
                f"The system keyring did not answer within {self._wait:g} seconds."
            ) from None
        finally:
            if not answered:
                self._abandon(job)
        if isinstance(answer, KeyringUnavailable):
            raise answer
        return answer

    def _submit(self, job: _Job) -> None:
        with self._guard:
            self._jobs.append(job)
            if self._running:
                return
            self._running = True
        threading.Thread(target=self._run, name="keyring", daemon=True).start()

    def _abandon(self, job: _Job) -> None:
        with self._guard:
            job.abandoned = True
            too_late = job.finished
        # It had ended well just before: what it did is taken back after the fact.
        if too_late and job.undo is not None:
            self._submit(_Job(job.undo, needless_late=False))

    def _next(self) -> _Job | None:
        with self._guard:
            while self._jobs:
                job = self._jobs.popleft()
                if not (job.abandoned and job.needless_late):
                    return job
            self._running = False
            return None

    def _run(self) -> None:
        while (job := self._next()) is not None:
            answer = _attempt(job.work)
            with self._guard:
                job.finished = True
                unwanted = job.abandoned or isinstance(answer, KeyringUnavailable)
            if unwanted and job.undo is not None:
                _attempt(job.undo)
            if job.hand_back is not None:
                job.hand_back(answer)


def _attempt(work: Callable[[], Secret | None]) -> Secret | KeyringUnavailable | None:
    try:
        return work()
    # Backends are third-party code over D-Bus, COM and Rust: they raise whatever they like,
    # panics outside of Exception included. In this thread nothing can be meant for anybody
    # else, and the error itself is dropped, since its frames hold the token.
    except BaseException as error:  # noqa: BLE001
        if isinstance(error, KeyringUnavailable):
            return KeyringUnavailable(error.message, absent=error.absent)
        return _unavailable(type(error).__name__)


def _remove(keyring: KeyringLike, origin: str) -> None:
    # Asked first, because deleting what is not there fails differently in every backend.
    if keyring.get_password(SERVICE, origin) is not None:
        keyring.delete_password(SERVICE, origin)


def _absent() -> KeyringUnavailable:
    return KeyringUnavailable("There is no system keyring here.", absent=True)


def _unavailable(why: str) -> KeyringUnavailable:
    return KeyringUnavailable(f"The system keyring could not be used ({why}).")
