"""Rounds of `watch`: fetch outdated numbers, compare them, and wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from beatpass_tui import exit_codes
from beatpass_tui.auth import sign_in
from beatpass_tui.errors import (
    BeatPassError,
    Misconfigured,
    NotSignedIn,
    RateLimited,
    StoreUnavailable,
    UnknownAccount,
)
from beatpass_tui.models.identity import Account, Artist
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.session.fetch import Fetcher, StoredToken
from beatpass_tui.session.query import BACKOFF
from beatpass_tui.transport.endpoints import MINUTE
from beatpass_tui.view_models.changes import Change, ChangeDetector
from beatpass_tui.view_models.snapshots import take_snapshot

UNSAVED_WAIT = 60 * MINUTE
"""Seconds between rounds whose values could not be saved, the longest freshness of a number."""

_STEP = 60.0
"""Maximum seconds until the clock is read again, since timers stop while the computer sleeps."""

_SOON = 60.0
"""Seconds by which a round is put off if more numbers are outdated then."""

_LONGEST_LIMIT = 86_400.0

_FATAL = frozenset((exit_codes.USAGE, exit_codes.NO_ARTIST, exit_codes.NOT_SIGNED_IN,
                    exit_codes.LOCAL_DATA))  # fmt: skip

OpenFetcher = Callable[[str | None], Fetcher]
"""Return a fetcher for a stored account, by name or ID, or for the current one."""


class Rounds:
    """Fetches the numbers of one account, in rounds at least `every` seconds apart.

    Each round reads the store, so that values fetched by other processes are not requested again,
    and the stored token, so that a new sign-in is noticed. `report` gets the messages of problems,
    each once until it is solved, and then a message that it is.
    """

    def __init__(
        self,
        open_fetcher: OpenFetcher,
        clock: Clock,
        every: float,
        report: Callable[[str], None],
        *,
        account: str | None = None,
        has_fixed_token: bool = False,
        sleep: Callable[[float], Awaitable[None]] | None = None,
    ) -> None:
        self.account: Account | None = None
        self.artist: Artist | None = None
        self._open_fetcher = open_fetcher
        self._clock = clock
        self._every = every
        self._report = report
        self._selector = account
        self._has_fixed_token = has_fixed_token
        self._sleep = sleep or asyncio.sleep
        self._detector = ChangeDetector()
        self._rejected: StoredToken | None = None
        """The last token that was rejected, which is not used again until it is stored again."""
        self._problems: set[tuple[type, str]] = set()
        self._failures = 0
        """Number of rounds in succession with an error."""
        self._next = 0.0
        """When the next round begins, on the monotonic clock."""
        self._is_first = True
        self._warning = ""
        """The last warning about the store at the beginning of a round."""

    async def wait(self, check: Callable[[], None]) -> None:
        """Wait for the next round; `check` is called at least once a minute."""
        while (seconds := self._next - self._clock.monotonic()) > 0:
            check()
            await self._sleep(min(seconds, _STEP))

    async def run(self) -> Sequence[Change]:
        """Fetch what is outdated and return the changes.

        Raises BeatPassError for a problem that waiting can't solve.
        """
        self._next = self._clock.monotonic() + self._every
        changes: list[Change] = []
        errors: Sequence[BeatPassError] = ()
        unsaved: Sequence[BeatPassError] = ()
        try:
            fetcher = self._open()
        except BeatPassError as error:
            errors = (error,)
        else:
            try:
                self._report_warning(fetcher.warning)
                changes += self._detect(fetcher)
                errors = await self._fetch(fetcher)
                changes += self._detect(fetcher)
                if fetcher.warning != self._warning:
                    unsaved = (StoreUnavailable(fetcher.warning),)
                self._schedule(fetcher, errors, is_saved=not unsaved)
            finally:
                fetcher.close()
        self._raise_fatal(errors)
        self._report_problems([*errors, *unsaved])
        self._is_first = False
        return changes

    def _open(self) -> Fetcher:
        try:
            return self._open_fetcher(self._selector)
        except UnknownAccount:
            if self._is_first:
                raise
            raise sign_in.not_signed_in("BeatPass") from None

    def _detect(self, fetcher: Fetcher) -> Sequence[Change]:
        snapshot = take_snapshot(fetcher.session)
        self.account = snapshot.account or self.account
        self.artist = snapshot.artist or self.artist
        return self._detector.update(snapshot, self._clock.now())

    async def _fetch(self, fetcher: Fetcher) -> Sequence[BeatPassError]:
        fetcher.rejected_token = self._rejected
        errors: list[BeatPassError] = []
        try:
            if fetcher.due_queries(None):
                async with fetcher.connected():
                    await fetcher.load(fetcher.due_queries(None))
        except BeatPassError as error:
            errors.append(error)
        errors += fetcher.errors(fetcher.session.home)
        if any(isinstance(error, NotSignedIn) for error in errors):
            self._rejected = fetcher.token or self._rejected
        if self._selector is None and not self._has_fixed_token and fetcher.account_id is not None:
            # Another process may switch to another account.
            self._selector = str(fetcher.account_id)
        return errors

    def _schedule(
        self, fetcher: Fetcher, errors: Sequence[BeatPassError], *, is_saved: bool
    ) -> None:
        """Set when the next round begins."""
        now = self._clock.monotonic()
        self._failures = self._failures + 1 if errors else 0
        if errors:
            backoff = BACKOFF[min(self._failures, len(BACKOFF)) - 1]
            limits = (e.retry_after or 0.0 for e in errors if isinstance(e, RateLimited))
            limit = min(max(limits, default=0.0), _LONGEST_LIMIT)
            self._next = max(self._next, now + max(backoff, limit))
        if not is_saved:
            self._next = max(self._next, now + UNSAVED_WAIT)
        waits = (query.retry_in for query in fetcher.session.home)
        for due in sorted(now + wait for wait in waits if wait is not None):
            if self._next < due <= self._next + _SOON:
                self._next = due

    def _raise_fatal(self, errors: Sequence[BeatPassError]) -> None:
        """Raise a problem at the start that stays, or the rejection of a token that stays."""
        for error in errors:
            is_rejected = self._has_fixed_token and isinstance(error, NotSignedIn)
            is_fatal = error.exit_code in _FATAL or isinstance(error, Misconfigured)
            if is_rejected or (self._is_first and is_fatal):
                raise error

    def _report_warning(self, warning: str) -> None:
        """Report what happened when the store was opened, such as a damaged file."""
        if warning and warning != self._warning:
            self._report(warning)
        self._warning = warning

    def _report_problems(self, errors: Sequence[BeatPassError]) -> None:
        # Messages of rate limits contain a time that changes.
        problems = {(type(error), error.reason): error.message for error in errors}
        for problem, message in problems.items():
            if problem not in self._problems:
                self._report(message)
        if self._problems and not problems:
            self._report("Watching again.")
        self._problems = set(problems)
