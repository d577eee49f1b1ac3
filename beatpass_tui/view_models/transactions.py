"""The transactions that are looked at: by which filters, which page, and what stays meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from beatpass_tui.models import Transactions
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import finances
from beatpass_tui.view_models.finances import TransactionRow

Answer = TypeVar("Answer")

UNREADABLE = "— BeatPass sent transactions in a form that cannot be read yet."


@dataclass(frozen=True, slots=True)
class TransactionsView:
    """What there is to be shown of the transactions."""

    query: Query[Transactions]
    """The request that the rows came from, or that is waited for."""
    rows: tuple[TransactionRow, ...]
    readable: bool
    """Whether the rows are transactions."""
    detail: str = ""
    note: str = ""
    empty: str = ""
    """What stands in place of the rows of an answer that has none."""


class TransactionList:
    """Filters and page of the transactions of one session; rows stay until others have come."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.status = "all"
        self.kind = "all"
        self.page = 1
        self._landed: Query[Transactions] | None = None
        self._made: tuple[object, tuple[TransactionRow, ...]] = (None, ())

    @property
    def requested(self) -> Query[Transactions]:
        """The request of the chosen filters and page."""
        return self.session.transactions(self.status, self.kind, self.page)

    @property
    def readable(self) -> bool:
        """Whether nothing says that transactions cannot be read, so that choosing makes sense."""
        answer = self.requested.value
        return answer is None or answer.rows is not None

    def choose(self, status: str, kind: str) -> None:
        """Take other filters, from their first page."""
        self.status, self.kind, self.page = status, kind, 1

    def has_page(self, pages: int) -> bool:
        """Whether there is a page of newer (-1) or older (1) transactions."""
        if not self.readable:
            return False
        answer = self.requested.value
        return self.page > 1 if pages < 0 else answer is not None and answer.more

    def turn_page(self, pages: int) -> None:
        """Go to a page of newer or older transactions."""
        self.page += pages

    def view(self) -> TransactionsView:
        """Return what is to be shown now."""
        wanted = self.requested
        if not wanted.is_pending:
            self._landed = wanted
        query = self._landed or wanted
        answer = query.value
        if answer is None:
            return TransactionsView(
                query, (), readable=True, detail="" if query is wanted else "Loading…"
            )
        if answer.rows is None:
            return self._sales_instead(query)
        return TransactionsView(
            query,
            self._words(answer, finances.transaction_rows),
            readable=True,
            detail="Loading…" if query is not wanted else finances.page_position(answer),
            empty=self._empty_text(),
        )

    def _empty_text(self) -> str:
        if self.page > 1:
            return "Nothing is on this page any more."
        if (self.status, self.kind) == ("all", "all"):
            return "No transactions yet."
        return "No transaction fits these filters."

    def _sales_instead(self, query: Query[Transactions]) -> TransactionsView:
        """Return the recent track sales, whose form is documented."""
        sales = self.session.sales.value
        rows = self._words(sales, finances.sale_rows) if sales is not None else ()
        note = f"{UNREADABLE} These are the recent track sales:" if rows else UNREADABLE
        return TransactionsView(query, rows, readable=False, note=note)

    def _words(
        self, answer: Answer, words: Callable[[Answer], tuple[TransactionRow, ...]]
    ) -> tuple[TransactionRow, ...]:
        """Return the rows of an answer, the same ones for as long as it is the same answer."""
        if self._made[0] is not answer:
            self._made = (answer, words(answer))
        return self._made[1]
