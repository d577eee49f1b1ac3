"""The list of transactions: filters, current page and rows."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from beatpass_tui.models.money import Transactions
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import finances
from beatpass_tui.view_models.finances import TransactionRow

T = TypeVar("T")

UNREADABLE = "— BeatPass did not send the transactions in a known format."


class TransactionsView(NamedTuple):
    """The content of the transactions section."""

    query: Query[Transactions]
    """The query whose rows are shown, or the one that is loading."""
    rows: tuple[TransactionRow, ...]
    readable: bool
    """Whether the rows are transactions rather than track sales."""
    detail: str = ""
    note: str = ""
    empty_text: str = ""
    """Shown instead of rows if there are none."""


class TransactionList:
    """Filters and page of a session's transactions; old rows are shown until new ones load."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.status = "all"
        self.kind = "all"
        self.page = 1
        self._completed: Query[Transactions] | None = None
        self._cached_rows: tuple[object, tuple[TransactionRow, ...]] = (None, ())

    @property
    def requested(self) -> Query[Transactions]:
        """The query of the selected filters and page."""
        return self.session.transactions(self.status, self.kind, self.page)

    @property
    def readable(self) -> bool:
        """Whether filters are useful, because the transactions are not known to be unreadable."""
        value = self.requested.value
        return value is None or value.rows is not None

    def choose(self, status: str, kind: str) -> None:
        """Select filters and go to the first page."""
        self.status, self.kind, self.page = status, kind, 1

    def has_page(self, step: int) -> bool:
        """Return whether there is a page of newer (-1) or older (1) transactions."""
        if not self.readable:
            return False
        value = self.requested.value
        return self.page > 1 if step < 0 else value is not None and value.more

    def view(self) -> TransactionsView:
        """Return the current content."""
        requested = self.requested
        if not requested.is_pending:
            self._completed = requested
        query = self._completed or requested
        loading = "" if query is requested else "Loading…"
        value = query.value
        if value is None:
            return TransactionsView(query, (), readable=True, detail=loading)
        if value.rows is None:
            return self._sales_view(query)
        return TransactionsView(
            query,
            self._rows(value, finances.transaction_rows),
            readable=True,
            detail=loading or finances.page_position(value),
            empty_text=self._empty_text(),
        )

    def _empty_text(self) -> str:
        if self.page > 1:
            return "This page no longer has transactions."
        if (self.status, self.kind) == ("all", "all"):
            return "No transactions yet."
        return "No transactions match."

    def _sales_view(self, query: Query[Transactions]) -> TransactionsView:
        """Return the recent track sales, whose format is documented."""
        sales = self.session.sales.value
        rows = self._rows(sales, finances.sale_rows) if sales is not None else ()
        note = f"{UNREADABLE} These are the recent track sales:" if rows else UNREADABLE
        return TransactionsView(query, rows, readable=False, note=note)

    def _rows(
        self, value: T, convert: Callable[[T], tuple[TransactionRow, ...]]
    ) -> tuple[TransactionRow, ...]:
        """Return the rows of a value, cached for the last value."""
        if self._cached_rows[0] is not value:
            self._cached_rows = (value, convert(value))
        return self._cached_rows[1]
