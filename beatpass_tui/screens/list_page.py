"""Base class of the pages with one long list that is loaded on demand."""

from typing import Any, ClassVar, TypeVar

from textual import on, work
from textual.worker import Worker, WorkerCancelled

from beatpass_tui import formatting
from beatpass_tui.screens.inner_page import InnerPage
from beatpass_tui.session.lists import AUTOMATIC_ROWS, PagedList
from beatpass_tui.session.query import Query, Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import notices
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.table import PREFETCH_ROWS, Table

R = TypeVar("R")


class ListPage(InnerPage[R]):
    """A page with a paged list of the session.

    Actions that need all rows, such as sorting, load up to `AUTOMATIC_ROWS` automatically.
    """

    PACE: ClassVar[float] = 2.0
    """Seconds between pages while the rest is loaded: 30 pages per minute."""

    BINDINGS = [bind("beats.load_all", "load_rest", show=False)]

    _rest: Worker[None] | None = None
    """Worker that loads the rest of the list."""
    _is_automatic = False
    """Whether the rest is loaded without a request by the user."""

    def paged(self, session: Session) -> PagedList[Any]:
        """Return the list of a session."""
        raise NotImplementedError

    def attach(self, session: Session | None) -> None:
        self._stop_loading()
        super().attach(session)

    def list_queries(self, session: Session, position: int | None) -> list[Query[Any]]:
        """Return the queries of the first page, the page at `position`, and a failed next page."""
        paged = self.paged(session)
        queries = [paged.query(1)]
        if position is not None:
            queries.append(paged.query_at(position))
        following = paged.next_query
        if following is not None and following.error is not None:
            queries.append(following)
        return queries

    # Progress

    def describe_loaded(
        self, name: str, *, shown: int, needs_all: bool, is_sorted: bool = False
    ) -> str:
        """Return how many rows are loaded and how many of them are shown.

        `name` is a singular noun for a row, and `needs_all` is whether the order or the selection
        of the shown rows depends on all rows. Rows that are sorted before all are loaded have no
        order of all.
        """
        if self.session is None:
            return ""
        paged = self.paged(self.session)
        loaded, count = paged.loaded, len(paged.loaded.rows)
        if loaded.missing:
            text = f"{formatting.count(count)} of {formatting.count(loaded.total)} loaded"
            text += " and sorted" * is_sorted
        else:
            text = formatting.plural(count, name) + ("" if loaded.has_ended else " loaded so far")
        if shown < count:
            text = f"{formatting.count(shown)} found in {text}"
        if self.is_loading_rest or loaded.is_complete:
            return text
        if loaded.pages > 1 and (loaded.has_ended or loaded.has_changed):
            missing = f"{formatting.count(loaded.missing)} missing" if loaded.missing else "changed"
            text += f" · {missing}, {{beats.load_all}} reloads the list"
        elif needs_all:
            text += " · {beats.load_all} loads the rest"
        return self.settings.keyboard.fill(text)

    # Loading

    @property
    def is_loading_rest(self) -> bool:
        """Whether the rest is being loaded."""
        return self._rest is not None and not self._rest.is_finished

    @property
    def awaits_rest(self) -> bool:
        """Whether rows that were needed for sorting, searching or filtering are being loaded."""
        return self.is_loading_rest and self._is_automatic

    def need_all(self) -> None:
        # All of a short list, and the first rows of a long one.
        if self.session is None or self.is_loading_rest:
            return
        if self.paged(self.session).should_load:
            self._is_automatic = True
            self._rest = self._load_rest(self.session, pace=0.0, row_limit=AUTOMATIC_ROWS)
            self.follow_cursor()

    async def all_loaded(self) -> bool:
        """Load like `need_all` and wait until it ends; return False if it was canceled."""
        self.need_all()
        if self._rest is None:
            return True
        try:
            await self._rest.wait()
        except WorkerCancelled:
            self._rest = None
            return False
        return True

    def action_load_rest(self) -> None:
        """Load all missing pages."""
        if self.session is not None and not self.awaits_rest and self.is_loading_rest:
            return
        if self.session is not None:
            self._stop_loading()
            self._is_automatic = False
            self._rest = self._load_rest(self.session, pace=self.PACE)
            self.follow_cursor()

    @work(group="rest")
    async def _load_rest(
        self, session: Session, *, pace: float, row_limit: int | None = None
    ) -> None:
        paged = self.paged(session)
        await paged.load(lambda: self.show_if_current(session), pace=pace, row_limit=row_limit)
        # Draw again once this worker has ended.
        self.call_later(self.show_if_current, session)

    def _stop_loading(self) -> None:
        if self._rest is not None and self.is_loading_rest:
            self._rest.cancel()
        self._rest = None

    @property
    def open_item(self) -> str:
        return "loading" if self.is_loading_rest else super().open_item

    def close_open_item(self) -> None:
        self._stop_loading()
        self.show()

    @on(Table.EndApproached)
    def load_next(self) -> None:
        """Load more rows when the cursor approaches the end."""
        if self.session is not None:
            self._load_rows(len(self.paged(self.session).loaded.rows) + PREFETCH_ROWS)

    @work(group="pages", exclusive=False)
    async def _load_rows(self, count: int) -> None:
        """Load further pages until there are `count` rows."""
        session = self.session
        while session is not None and not self.is_loading_rest:
            paged = self.paged(session)
            query = paged.next_query
            if query is None or query.loading or len(paged.loaded.rows) >= count:
                break
            sent = await session.load((query,), Trigger.AUTOMATIC, lambda: None)
            if not self.still_shows(session):
                return
            self.show()
            if not sent or query.error is not None:
                break
        if session is not None:
            self._reload_if_changed(session)

    def after_load(self, session: Session) -> None:
        """Load enough rows to fill a window, and reload a list that has changed."""
        super().after_load(session)
        self._reload_if_changed(session)
        following = self.paged(session).next_query
        is_short = len(self.paged(session).loaded.rows) < PREFETCH_ROWS
        if is_short and following is not None and following.error is None:
            self._load_rows(PREFETCH_ROWS)

    def _reload_if_changed(self, session: Session) -> None:
        loaded = self.paged(session).loaded
        if loaded.pages > 1 and loaded.has_changed:
            self.need_all()

    # Status line and keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "load_rest":
            loaded = self.paged(self.session).loaded if self.session is not None else None
            return loaded is not None and loaded.pages > 0 and not loaded.is_complete
        return super().check_action(action, parameters)

    def cursor_notice(self) -> Notice | None:
        """Return the progress of loading, otherwise help on the row under the cursor."""
        if self.is_loading_rest and self.session is not None:
            loaded = self.paged(self.session).loaded
            return notices.loading_rest(loaded, AUTOMATIC_ROWS if self._is_automatic else None)
        return super().cursor_notice()
