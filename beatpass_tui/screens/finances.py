"""Finances: payout setup, earnings and transactions."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual import on
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from beatpass_tui.exports import tables
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.models.money import Transaction
from beatpass_tui.screens.inner_page import InnerPage, list_page_keys
from beatpass_tui.session.lists import PagedList
from beatpass_tui.session.query import Query, Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import finances
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.view_models.finances import TransactionRow
from beatpass_tui.view_models.transactions import TransactionList
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.key_values import AmountTable, KeyValueList, WrappedFacts
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.section import set_note
from beatpass_tui.widgets.table import Column, Table


def _columns(rows: Sequence[TransactionRow]) -> tuple[Column, ...]:
    amount = max((len(row.amount) for row in rows), default=0)
    return (
        Column("day", "Date", 10, importance=1),
        Column("about", "Item", 10, grow=1),
        Column("kind", "Type", 12, importance=2),
        Column("status", "Status", 10),
        # An amount is never cut.
        Column("amount", "Amount", max(amount, 12), right=True),
    )


class Finances(InnerPage[TransactionRow]):
    """Setup, earnings and transactions of `/artists/{artist}/finances`, and `/artist/sales`."""

    info = BY_NAME["finances"]
    AUTO_FOCUS = "#ledger"
    FILTER_DELAY: ClassVar[float] = 0.2
    """Seconds between a filter change and its request, so that skipped options send nothing."""

    BINDINGS = [
        bind(
            "list.filter", "filter('status')", sentence="Show the transactions of another status."
        ),
        bind("finances.type", "filter('kind')"),
        *list_page_keys("transactions"),
    ]

    _ledger: TransactionList | None = None
    _shown: Query[Any] | None = None
    """The query whose rows the table shows."""
    _filter_timer: Timer | None = None
    _drawing = False
    """Whether the page itself is setting the option rows."""

    def compose_sections(self) -> Iterable[Widget]:
        with Container(id="overview"):
            with Horizontal(id="accounts"):
                yield Panel(
                    "Payout setup",
                    Vertical(
                        KeyValueList(min_label_width=7, id="setup-facts"),
                        Static("", id="setup-todo", markup=False),
                        id="setup-known",
                    ),
                    id="setup",
                )
                yield Panel(
                    "Legacy balance", KeyValueList(min_label_width=9, id="held"), id="balance"
                )
            yield Panel("Track sales", WrappedFacts(id="sold"), id="sales")
        yield Panel("Earnings", AmountTable(id="totals"), id="earnings")
        yield Panel(
            "Transactions",
            always_shown=(
                Horizontal(
                    OptionRow(finances.STATUS_OPTIONS, "all", title="Status", id="ledger-status"),
                    OptionRow(finances.KIND_OPTIONS, "all", title="Type", id="ledger-kind"),
                    id="ledger-filters",
                ),
                Table[TransactionRow](
                    _columns(()),
                    lambda row: finances.row_cells(row, self.clock.now()),
                    key=lambda row: (row.at, row.about, row.kind, row.amount),
                    empty_text="",
                    id="ledger",
                ),
            ),
            id="transactions",
            classes="-list",
        )

    def on_mount(self) -> None:
        """Watch the filters, so that they always match the rows below."""
        for row in self.query("#ledger-filters OptionRow").results(OptionRow):
            self.watch(row, "value", self.filter_changed, init=False)

    def queries(self, session: Session) -> Sequence[Query[Any]]:
        legacy = (session.balance,) if _has_legacy(session) else ()
        return (
            session.account,
            session.artist,
            session.finances,
            session.sales,
            *legacy,
            self._ledger_of(session).requested,
        )

    def _ledger_of(self, session: Session) -> TransactionList:
        if self._ledger is None or self._ledger.session is not session:
            # Rows of another account must not remain while this one loads.
            self._ledger = TransactionList(session)
        return self._ledger

    def show_sections(self, session: Session) -> None:
        self._show_setup(session)
        self._show_balance(session)
        self._show_sales(session)
        self._show_transactions(session)

    def _show_setup(self, session: Session) -> None:
        value = session.finances.value
        setup = finances.payout_setup(value) if value is not None else None
        self.show_section("setup", session.finances, known=setup is not None)
        if setup is not None:
            self.query_one("#setup-facts", KeyValueList).items = setup.providers
            todo = self.settings.keyboard.fill(setup.next_step)
            set_note(self.query_one("#setup-todo", Static), todo)
        section = self.query_one("#earnings", Panel)
        section.title = "Earnings"
        if value is not None and (label := finances.attention_label(value)):
            section.title += f" · {label}"
        totals = finances.earnings_rows(value) if value is not None else ()
        is_wide = self.size.width >= 72
        section.detail = "Sent may not have reached your bank yet" if totals and is_wide else ""
        readable = value is not None and value.totals is not None
        note = "No earnings yet." if readable and not totals else ""
        if self.show_section("earnings", session.finances, known=readable, note=note):
            self.query_one(AmountTable).table = totals

    def _show_balance(self, session: Session) -> None:
        legacy = _has_legacy(session)
        self.query_one("#balance").display = legacy
        if not legacy:
            return
        balance = session.balance.value
        amounts = finances.balance_amounts(balance) if balance is not None else ()
        if self.show_section("balance", session.balance, known=bool(amounts)):
            self.query_one("#held", KeyValueList).items = amounts

    def _show_sales(self, session: Session) -> None:
        sales = session.sales.value
        summary = finances.sales_summary(sales) if sales is not None else ()
        if self.show_section("sales", session.sales, known=bool(summary)):
            self.query_one("#sold", WrappedFacts).items = summary

    # Transactions

    def _show_transactions(self, session: Session) -> None:
        ledger = self._ledger_of(session)
        view = ledger.view()
        self._drawing = True
        self.query_one("#ledger-status", OptionRow).value = ledger.status
        self.query_one("#ledger-kind", OptionRow).value = ledger.kind
        self._drawing = False
        self.query_one("#ledger-filters").display = view.readable
        section, table = self.query_one("#transactions", Panel), self.query_one("#ledger", Table)
        section.detail = view.detail
        known = view.query.value is not None and view.readable
        self.show_section("transactions", view.query, known=known, note=view.note)
        if table.rows is not view.rows:
            table.columns = _columns(view.rows)
        table.empty_text = view.empty_text
        table.show(view.rows)
        if self._shown is not view.query:
            self._shown = view.query
            table.cursor = 0

    def action_filter(self, name: str) -> None:
        self.query_one(f"#ledger-{name}", OptionRow).step(1)

    def filter_changed(self) -> None:
        session = self.session
        if session is None:
            return
        ledger = self._ledger_of(session)
        status, kind = (
            self.query_one(f"#ledger-{name}", OptionRow).value for name in ("status", "kind")
        )
        if self._drawing or (status, kind) == (ledger.status, ledger.kind):
            return
        ledger.choose(status, kind)
        self.show()
        if self._filter_timer is not None:
            self._filter_timer.stop()
        self._filter_timer = self.set_timer(self.FILTER_DELAY, lambda: self.load(Trigger.AUTOMATIC))

    def can_export(self) -> bool:
        value = self._ledger.requested.value if self._ledger is not None else None
        return value is not None and bool(value.rows)

    async def export_file(self) -> ExportFile | None:
        if self._ledger is None:
            return None
        query = self._ledger.requested
        if query.value is None or query.value.rows is None:
            return None
        ledger, shown = self._ledger, query.value.rows
        status, kind = ledger.status, ledger.kind
        transactions = PagedList[Transaction](
            ledger.session, lambda page: ledger.session.transactions(status, kind, page)
        )
        loaded = await self.load_for_export(transactions)
        rows = loaded.rows if len(loaded.rows) > len(shown) else shown
        return ExportFile(
            "transactions",
            tables.transactions(rows),
            loaded.oldest or query.fetched_at,
            loaded.total if loaded.pages else query.value.total,
            loaded.is_complete,
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "filter":
            return self._ledger is not None and self._ledger.readable
        return super().check_action(action, parameters)

    def can_step(self, steps: int) -> bool:
        return self._ledger is not None and self._ledger.has_page(steps)

    def action_step(self, steps: int) -> None:
        """Go to another page; the current rows stay until it is loaded."""
        if self._ledger is not None:
            self._ledger.page += steps
            self.update()

    # Cursor

    def follow_cursor(self) -> None:
        self.query_one("#ledger", Table).scroll_visible(animate=False)
        super().follow_cursor()

    @on(Table.EdgeReached)
    def scroll_body(self, event: Table.EdgeReached) -> None:
        """Scroll to the sections above the table in a low window."""
        self.query_one("#body", VerticalScroll).scroll_relative(y=event.rows, animate=False)

    def describe_row(self, row: TransactionRow) -> Notice:
        return Notice(finances.row_summary(row, self.clock.now()))

    def copyable_row(self, row: TransactionRow) -> tuple[str, str]:
        return "\t".join(finances.row_cells(row, self.clock.now())), "the transaction"


def _has_legacy(session: Session) -> bool:
    value = session.finances.value
    return value is not None and value.legacy_stripe is not None
