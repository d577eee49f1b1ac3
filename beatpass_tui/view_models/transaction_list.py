"""The list of transactions of a session: what is loaded, selected and sorted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from beatpass_tui.models.money import STATUSES, Transaction, Transactions
from beatpass_tui.session.lists import PagedList
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import transactions
from beatpass_tui.view_models.earnings import Earnings
from beatpass_tui.view_models.transactions import TransactionRow

NEWEST_FIRST = ("day", True)
"""The order in which the service sends transactions."""


class TransactionList:
    """The transactions of a session, or its recent track sales if those are unreadable.

    All transactions are loaded, up to the limit of a list, and selected here. If some are missing,
    the service selects them.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.status = "all"
        self.kind = "all"
        self.order: tuple[str, bool] | None = None
        """Key of the sort column, and whether the order is descending."""
        self.everything = self._selection("all", "all")
        self._selections: dict[tuple[str, str], PagedList[Transaction]] = {}
        self._rows: tuple[object, Sequence[TransactionRow]] = (None, ())
        self._shown: tuple[object, Sequence[TransactionRow]] = (None, ())
        self._earnings: tuple[object, Earnings | None] = (None, None)
        self._state: object = None
        self.is_restored = False
        """Whether the pages after a cached first one are being restored, or were."""

    def _selection(self, status: str, kind: str) -> PagedList[Transaction]:
        return PagedList(self.session, lambda page: self.session.transactions(status, kind, page))

    @property
    def first(self) -> Query[Transactions]:
        """The query of the newest transactions."""
        return self.session.transactions("all", "all", 1)

    async def restore(self) -> bool:
        """Restore the pages after the first one from the cache; return whether there were any."""
        self.is_restored = True
        pages = self.everything.loaded.pages
        while (query := self.everything.next_query) is not None:
            if not await self.session.restore((query,)) or query.value is None:
                break
        return self.everything.loaded.pages > pages

    def check(self) -> None:
        """Have other pages loaded again if they are outdated, which the first one may not show.

        A status changes without another order of rows, but with other counts and totals.
        """
        value, finances = self.first.value, self.session.finances.value
        state = (value and value.counts, finances and finances.totals)
        pages = range(2, self.everything.loaded.pages + 1)
        cached = (self.everything.query(page) for page in pages)
        is_outdated = any(query.restored and not query.is_fresh for query in cached)
        if is_outdated or self._state not in (None, state):
            self.everything.outdate()
        self._state = state

    @property
    def is_readable(self) -> bool:
        """Whether transactions, not sales, are shown, or may still be."""
        value = self.first.value
        return value is None or value.rows is not None

    @property
    def is_filtered(self) -> bool:
        """Whether only some transactions are selected."""
        return (self.status, self.kind) != ("all", "all")

    @property
    def selection(self) -> PagedList[Transaction]:
        """The list of the selection: the whole list, unless it stays incomplete."""
        joined, is_loading = self.everything.loaded, self.everything.should_load
        if not self.is_filtered or is_loading or joined.is_complete or not joined.pages:
            return self.everything
        key = (self.status, self.kind)
        if key not in self._selections:
            self._selections[key] = self._selection(*key)
        return self._selections[key]

    def all_rows(self) -> Sequence[TransactionRow]:
        """Return all loaded rows in the order sent; the same object until they change."""
        if self.is_readable:
            loaded = self.everything.loaded
            if self._rows[0] is not loaded:
                self._rows = loaded, transactions.transaction_rows(loaded.rows)
        else:
            sales = self.session.sales.value
            if self._rows[0] is not sales:
                self._rows = sales, () if sales is None else transactions.sale_rows(sales)
        return self._rows[1]

    def rows(self, text: str) -> Sequence[TransactionRow]:
        """Return the selected rows that contain every word of a text, in order."""
        paged, now = self.selection, self.session.clock.now()
        source: object = self.all_rows()
        if paged is not self.everything and self.is_readable:
            source = paged.loaded
        key = (source, self.status, self.kind, text, self.order, now.date())
        if not _is_same(self._shown[0], key):
            rows = self.all_rows()
            if paged is not self.everything:
                rows = transactions.transaction_rows(paged.loaded.rows)
            selected = transactions.select(rows, self.status, self.kind, text)
            self._shown = key, transactions.sort(selected, *(self.order or NEWEST_FIRST), now)
        return self._shown[1]

    @property
    def total(self) -> int | None:
        """Number of transactions at BeatPass, or of track sales if those are shown."""
        if self.is_readable:
            return self.everything.loaded.total
        sales = self.session.sales.value
        return None if sales is None else sales.total_sales

    def earnings(self) -> Earnings:
        """Return the earnings of all loaded rows; the same object until they change."""
        rows, now = self.all_rows(), self.session.clock.now()
        key = (rows, self.total, now.date())
        before, earnings = self._earnings
        if earnings is None or not _is_same(before, key):
            earnings = Earnings(rows, now, self.total, "row" if self.is_readable else "sale")
            self._earnings = key, earnings
        return earnings

    def counts(self) -> Mapping[str, int]:
        """Return the number of transactions by status, and `all`; empty if not known."""
        loaded = self.everything.loaded
        if loaded.is_complete or not self.is_readable:
            rows = transactions.select(self.all_rows(), "all", self.kind, "")
            codes = Counter(row.code for row in rows)
            return {**{code: codes[code] for code in STATUSES}, "all": len(rows)}
        value = self.first.value
        sent = dict(value.counts or {}) if value is not None and self.kind == "all" else {}
        if loaded.total is not None and self.kind == "all":
            sent["all"] = loaded.total
        return sent

    def choose(self, status: str, kind: str) -> None:
        """Select a status and a type, `all` for any."""
        self.status, self.kind = status, kind


def _is_same(first: object, second: tuple[object, ...]) -> bool:
    """Return whether two keys have the same first object and equal other parts."""
    return isinstance(first, tuple) and first[0] is second[0] and first[1:] == second[1:]
