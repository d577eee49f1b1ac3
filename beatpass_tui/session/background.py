"""Background loading of the catalog, which records the plays of every beat."""

from beatpass_tui.models.beat_plays import beats_in
from beatpass_tui.session.query import Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.session.status import SessionStatus

PAGES_A_DAY = 5
"""Maximum number of pages requested per day."""


class BackgroundLoad:
    """Loads the pages of a session's catalog that have not been fetched today."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def load_page(self) -> bool:
        """Request the page with the oldest data; return whether that succeeded.

        Nothing is requested during other requests, while requests fail, or after `PAGES_A_DAY`.
        """
        session, history = self._session, self._session.history
        if history is None or not self._may_request():
            return False
        number = await self._oldest_page()
        # Other requests may have started in the meantime.
        if number is None or not self._may_request():
            return False
        query = session.beats(number)
        await session.restore((query,))
        if not query.is_due(Trigger.AUTOMATIC) or not await history.take_page(PAGES_A_DAY):
            return False
        return await session.load((query,), Trigger.AUTOMATIC, lambda: None) and not query.error

    def _may_request(self) -> bool:
        session = self._session
        return (
            session.status is SessionStatus.NORMAL
            and session.artist_id is not None
            and session.offline_since() is None
            and not any(q.loading or q.rate_limited_for is not None for q in session.all)
        )

    async def _oldest_page(self) -> int | None:
        """Return the page that was fetched longest ago; None if all were fetched today.

        Pages whose last request failed are left out, so that they don't block the others.
        """
        session, history = self._session, self._session.history
        assert history is not None
        now, page_times = session.clock.now(), await history.page_times()
        count = await self._page_count(max(page_times, default=1))
        # A clock that was ahead must not put off a page until then.
        times = {number: at for number, at in page_times.items() if at <= now}
        first = session.beats(1).value
        if first is not None and first.rows and not beats_in(first):
            # The service sends no plays of the artist's beats.
            count = 1
        pages = range(1, count + 1)
        # The total may be implausibly large, so page numbers are not collected.
        new = (n for n in pages if n not in times and session.beats(n).error is None)
        if (number := next(new, None)) is not None:
            return number
        known = (n for n in times if n in pages and session.beats(n).error is None)
        oldest = min(known, key=lambda n: (times[n], n), default=None)
        is_of_today = oldest and times[oldest].astimezone(now.tzinfo).date() == now.date()
        return None if is_of_today else oldest

    async def _page_count(self, known: int) -> int:
        """Return the number of pages; without a total, the number of known pages."""
        first, last = self._session.beats(1), self._session.beats(known)
        await self._session.restore((first, last))
        if first.value is not None and first.value.total is not None and first.value.rows:
            return max(-(-first.value.total // len(first.value.rows)), 1)
        return known + 1 if last.value is not None and last.value.more else known
