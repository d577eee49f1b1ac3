"""The panels of Finances: earnings, balances, track sales, transactions and their details."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from textual import work
from textual.containers import Container
from textual.geometry import Offset
from textual.widget import Widget

from beatpass_tui import formatting
from beatpass_tui.models.money import Transaction
from beatpass_tui.screens.list_page import ListPage
from beatpass_tui.session.lists import PagedList
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import finances, payouts, transactions
from beatpass_tui.view_models.charts import ChartData
from beatpass_tui.view_models.transaction_list import NEWEST_FIRST, TransactionList
from beatpass_tui.view_models.transactions import TransactionRow
from beatpass_tui.widgets.balance import BalanceData, BalanceView, SalesData, SalesView
from beatpass_tui.widgets.chart import Chart
from beatpass_tui.widgets.earnings import (
    TOP_BEATS,
    BeatTotals,
    EarningsHeading,
    EarningsInfo,
    EarningsPanel,
    TopBeats,
)
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.table import Cell
from beatpass_tui.widgets.transactions import (
    COLUMNS,
    DetailData,
    Ledger,
    StatusCounts,
    StatusHeading,
    TransactionDetail,
    TransactionHeading,
    TransactionPanel,
    TransactionsPanel,
    cells,
    columns,
)

_UNREADABLE = "Transactions not sent by BeatPass · {page.browse} opens them"
_NO_TOTALS = "Totals not sent by BeatPass · {page.browse} opens them"
OPEN = "-transaction"
"""Class of the page while a transaction is open in place of the list."""


class FinancePanels(ListPage[TransactionRow]):
    """The content of Finances; the page itself has its queries and keys."""

    ledger: TransactionList | None = None
    currency = ""
    """The currency of the chart; the first one unless another was chosen."""
    order: tuple[str, bool] | None = None
    """The chosen order, which applies once the rows that it needs are loaded."""

    def compose_sections(self) -> Iterable[Widget]:
        with Container(id="finance-summary", classes="tiles"):
            yield EarningsPanel(
                "Earnings by month",
                Chart(title=False, id="earnings-chart"),
                id="earnings",
                classes="-top",
            )
            yield Panel("Balance", BalanceView(), id="balances", classes="-top")
            yield Panel("Track sales", SalesView(), id="sales", classes="-top")
        with Container(id="finance-list", classes="tiles"):
            yield TransactionsPanel(
                "Transactions",
                Ledger(
                    COLUMNS,
                    self._cells,
                    key=lambda row: row.key,
                    sortable=True,
                    selectable=True,
                    empty_text="",
                    id="ledger",
                ),
                id="transactions",
                classes="-list",
            )
            yield TransactionPanel("Statuses", TransactionDetail(), id="transaction")
            yield Panel(TOP_BEATS, TopBeats(), id="beats")

    def paged(self, session: Session) -> PagedList[Transaction]:
        return self.ledger_of(session).selection

    def ledger_of(self, session: Session) -> TransactionList:
        if self.ledger is None or self.ledger.session is not session:
            # Rows of another account must not remain while this one loads.
            self.ledger, self.currency = TransactionList(session), ""
            self.close_detail()
        return self.ledger

    @work(group="restore")
    async def _restore(self, ledger: TransactionList) -> None:
        if await ledger.restore():
            self.show_if_current(ledger.session)

    def show_sections(self, session: Session) -> None:
        ledger = self.ledger_of(session)
        if ledger.first.restored and not ledger.is_restored:
            self._restore(ledger)
        # Without transactions, the page is arranged around the sales.
        self.set_class(not ledger.is_readable, "-sales")
        self._show_earnings(ledger)
        self._show_balances(ledger)
        self._show_sales(session)
        self._show_transactions(ledger)
        self._show_beats(ledger)
        self.show_detail()

    def _source(self, ledger: TransactionList) -> Query[Any]:
        """Return the query of the rows that are shown."""
        return ledger.first if ledger.is_readable else ledger.session.sales

    def currencies_of(self, ledger: TransactionList) -> tuple[str, ...]:
        value = ledger.session.finances.value
        totals = value.totals if value is not None else None
        sent = (each.currency for each in totals or () if each.currency is not None)
        return tuple(dict.fromkeys((*ledger.earnings().currencies, *sent)))

    def current_currency(self, ledger: TransactionList) -> str:
        currencies = self.currencies_of(ledger)
        if self.currency in currencies:
            return self.currency
        return next(iter(currencies), "")

    def _show_earnings(self, ledger: TransactionList) -> None:
        earnings, currency = ledger.earnings(), self.current_currency(ledger)
        heading = self.query_one(EarningsHeading)
        heading.info = EarningsInfo(
            self.currencies_of(ledger),
            currency,
            self.settings.keyboard.display("finances.currency"),
            earnings.facts(currency),
        )
        source = self._source(ledger)
        if self.show_section("earnings", source, known=_is_read(source)):
            self.query_one("#earnings-chart", Chart).data = earnings.chart(currency)

    def _show_balances(self, ledger: TransactionList) -> None:
        session, currency = ledger.session, self.current_currency(ledger)
        value, sales = session.finances.value, session.sales.value
        panel = self.query_one("#balances", Panel)
        table = finances.balance_table(value) if value is not None else finances.BalanceTable()
        panel.title, panel.detail, note = "Balance", "by currency" if table.rows else "", ""
        if value is not None and value.totals is None:
            note = self.settings.keyboard.fill(_NO_TOTALS)
            table = finances.sales_table(sales) if sales is not None else table
            panel.title, panel.detail = "Track sales", ""
        if self.show_section("balances", session.finances, known=value is not None, note=note):
            self.query_one(BalanceView).data = BalanceData(
                table,
                payouts.setup(value) if value is not None else (),
                self.settings.keyboard.display("page.browse"),
                self._charts(ledger, table.currencies, currency),
                "" if note or table.rows else "No earnings yet.",
                panel.title,
            )

    def _charts(
        self, ledger: TransactionList, listed: Sequence[str], currency: str
    ) -> tuple[ChartData, ...]:
        """Return the chart of each currency of the balance, or of the current one."""
        earnings = ledger.earnings()
        return tuple(map(earnings.chart, listed if len(listed) > 1 else (currency,)))

    def _show_sales(self, session: Session) -> None:
        value, balance, sales = session.finances.value, session.balance.value, session.sales.value
        panel = self.query_one("#sales", Panel)
        legacy = payouts.legacy_stripe(value) if value is not None else None
        panel.title, panel.detail = "Track sales", ""
        facts: tuple[tuple[str, str], ...] = ()
        if value is not None and value.totals is None:
            # They are in the place of the balance.
            panel.title = "Payouts"
        elif sales is not None:
            panel.detail, facts = formatting.count(sales.total_sales), finances.sales_facts(sales)
        if self.show_section("sales", session.sales, known=sales is not None):
            amounts = finances.balance_amounts(balance) if balance is not None else ()
            self.query_one(SalesView).data = SalesData(facts, legacy, amounts)

    def _show_transactions(self, ledger: TransactionList) -> None:
        if not self.awaits_rest:
            ledger.order = self.order
        rows = ledger.rows(self.search_text)
        source, table = self._source(ledger), self.query_one(Ledger)
        is_read = _is_read(source)
        heading = self.query_one(StatusHeading)
        heading.info = StatusCounts(
            ledger.status,
            ledger.counts(),
            self._describe_list(ledger) if is_read else "",
            self.settings.keyboard.display("list.filter"),
            "" if ledger.is_readable else "Recent track sales",
        )
        note = self._describe_rows(ledger, len(rows)) if is_read else ""
        self.show_section("transactions", source, known=is_read, note=note)
        table.empty_text = self._empty_text(ledger)
        if table.rows is not rows:
            table.show_columns(columns(rows))
        table.show(rows, ledger.order or NEWEST_FIRST)

    def _describe_list(self, ledger: TransactionList) -> str:
        """Return a chosen type, or the number of sales."""
        parts = [dict(finances.KIND_OPTIONS)[ledger.kind]] if ledger.kind != "all" else []
        if not ledger.is_readable:
            count = formatting.plural(len(ledger.all_rows()), "sale")
            parts.append(ledger.earnings().coverage or count)
        return " · ".join(parts)

    def _describe_rows(self, ledger: TransactionList, shown: int) -> str:
        """Return what is found and what is missing, or that transactions can't be read."""
        if not ledger.is_readable:
            return self.settings.keyboard.fill(_UNREADABLE)
        parts = []
        if self.search_text or not self.paged(ledger.session).loaded.is_complete:
            is_sorted = ledger.order not in (None, NEWEST_FIRST)
            parts.append(
                self.describe_loaded(
                    "transaction", shown=shown, needs_all=True, is_sorted=is_sorted
                )
            )
        if self.settings.accessible:
            key, descending = ledger.order or NEWEST_FIRST
            title = next(column.title for column in COLUMNS if column.key == key)
            parts.append(f"sorted by {title}, {'descending' if descending else 'ascending'}")
        return " · ".join(parts)

    def _empty_text(self, ledger: TransactionList) -> str:
        if self.search_text or ledger.is_filtered:
            return "No transactions match."
        return "No transactions yet."

    def _show_beats(self, ledger: TransactionList) -> None:
        earnings, currency = ledger.earnings(), self.current_currency(ledger)
        panel = self.query_one("#beats", Panel)
        rows = earnings.beats(currency)
        panel.detail = f"{currency} · {earnings.beats_note}" if rows else ""
        source = self._source(ledger)
        note = "" if rows else "No earnings of a beat yet."
        if self.show_section("beats", source, known=_is_read(source), note=note):
            months = earnings.months(currency)
            self.query_one(TopBeats).totals = BeatTotals(rows, panel.detail or currency, months)

    def _cells(self, row: TransactionRow) -> Sequence[Cell]:
        shown = self.query_one(Ledger).columns
        return cells(row, shown, self.clock.now(), words=self.settings.accessible)

    # Details

    @property
    def cursor_row(self) -> TransactionRow | None:
        row: TransactionRow | None = self.query_one(Ledger).current
        return row

    def show_detail(self) -> None:
        """Show the details of the row under the cursor; nothing is requested for them."""
        row, keyboard = self.cursor_row, self.settings.keyboard
        data = DetailData(beats=self.query_one(TopBeats).totals)
        if row is not None:
            page = transactions.web_page(row)
            data = data._replace(
                detail=transactions.detail(row, self.clock.now()),
                copy_key=keyboard.display("page.copy"),
                web=(page.label, page.text),
                web_key=keyboard.display("page.browse") if page.url is not None else "",
                related=self._related(row) if self.has_class("-third") else (),
            )
        heading = self.query_one(TransactionHeading)
        heading.detail = data.detail
        self.query_one(TransactionPanel).show_heading(heading.text)
        self.query_one(TransactionDetail).data = data

    def _related(self, row: TransactionRow) -> tuple[tuple[str, TransactionRow], ...]:
        rows = self.ledger.all_rows() if self.ledger is not None else ()
        others = islice(transactions.related(rows, row), self.size.height)
        now = self.clock.now()
        return tuple((transactions.row_cells(each, now)[0], each) for each in others)

    @property
    def cursor_offset(self) -> Offset:
        """Where the details are, for the terminal's cursor while they replace the list."""
        return self.query_one(TransactionPanel).content_region.offset

    def close_detail(self) -> bool:
        """Show the list again; return whether a transaction was open."""
        was_open = self.has_class(OPEN)
        self.remove_class(OPEN)
        return was_open


def _is_read(query: Query[Any]) -> bool:
    return query.value is not None
