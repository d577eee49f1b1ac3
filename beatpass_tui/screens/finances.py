"""Finances: earnings by month and beat, balances, payout setup and transactions."""

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from textual import on

from beatpass_tui.exports import tables
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.models.links import insights_url
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.screens.finance_panels import OPEN, FinancePanels
from beatpass_tui.screens.messages import BeatRequested
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import finances, payouts, transactions
from beatpass_tui.view_models.cards import Notice, Severity
from beatpass_tui.view_models.transaction_list import NEWEST_FIRST
from beatpass_tui.view_models.transactions import TransactionRow
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.chart import Chart
from beatpass_tui.widgets.earnings import EarningsHeading, TopBeats
from beatpass_tui.widgets.named_rows import NamedRows
from beatpass_tui.widgets.option_row import OptionGroup
from beatpass_tui.widgets.table import Table
from beatpass_tui.widgets.transactions import (
    Ledger,
    StatusHeading,
)


class Finances(FinancePanels):
    """Summary and transactions of `/artists/{artist}/finances`, and `/artist/sales`."""

    info = BY_NAME["finances"]
    SEARCH_TARGET = "#ledger"
    AUTO_FOCUS = "#ledger"
    HELP_NOTES = payouts.LEGEND

    BINDINGS = [
        bind("finances.type", "filter('kind')"),
        bind("list.previous", "step(-1)", "Previous status", "Show the previous status."),
        bind("list.next", "step(1)", "Next status", "Show the next status."),
        bind("finances.currency", "currency"),
        bind("cursor.open", "open_beat", "Open beat", "Open the beat of the transaction."),
        bind("move.up", "move_row(-1)", show=False),
        bind("move.down", "move_row(1)", show=False),
    ]

    # Queries

    def queries(self, session: Session) -> Sequence[Query[Any]]:
        ledger = self.ledger_of(session)
        row = self.cursor_row if self.is_mounted and ledger.is_readable else None
        position = row.position if row is not None else None
        legacy = (session.balance,) if _has_legacy(session) else ()
        identity = (session.account, session.artist)
        pages = self.list_queries(session, position)
        return tuple(
            dict.fromkeys(
                (*identity, session.finances, session.sales, *legacy, ledger.first, *pages)
            )
        )

    def after_load(self, session: Session) -> None:
        """Load the transactions that the earnings need."""
        ledger = self.ledger_of(session)
        first = ledger.first
        if first.error is None and first.value is not None and first.value.rows is not None:
            ledger.check()
            self.need_all()
        super().after_load(session)

    # Details

    def on_mount(self) -> None:
        """Follow the cursor of the list."""
        super().on_mount()
        self.watch(self.query_one(Ledger), "cursor", self.show_detail, init=False)

    @on(Table.Selected, "#ledger")
    def open_detail(self) -> None:
        """Show the details in place of the list; if they are beside it, open the beat."""
        if self.has_class("-side"):
            self.action_open_beat()
        else:
            self.add_class(OPEN)
            self.end_message(Severity.HINT, Severity.GOOD)
            self.refresh_bindings()

    def action_open_beat(self) -> None:
        """Open the detail of the beat of the transaction."""
        row = self.cursor_row
        if row is not None and row.details.beat_id is not None:
            self.post_message(BeatRequested(row.details.beat_id, row.beat))

    @on(NamedRows.Selected)
    def open_top_beat(self, event: NamedRows.Selected) -> None:
        """Open the detail of a beat that earned most."""
        if event.row.beat is not None:
            self.post_message(BeatRequested(event.row.beat, event.row.name))

    def explain(self, id: str) -> str:
        row = self.cursor_row
        if id == "cursor.open" and row is not None:
            return transactions.no_beat(row)
        return super().explain(id)

    @property
    def open_item(self) -> str:
        if self.has_class(OPEN):
            return "item"
        # Esc leaves the page while the list loads automatically.
        return "" if self.awaits_rest else super().open_item

    def close_open_item(self) -> None:
        if self.close_detail():
            self.query_one(Ledger).focus()
        else:
            super().close_open_item()

    def action_move_row(self, rows: int) -> None:
        """Show the details of another transaction."""
        self.query_one(Ledger).cursor += rows
        self.follow_cursor()

    @property
    def selected_row(self) -> TransactionRow | None:
        if self.has_class(OPEN):
            return self.cursor_row
        return super().selected_row

    # Filters, order and currency

    def action_find(self) -> None:
        self.close_detail()
        super().action_find()

    def can_filter(self) -> bool:
        return self.ledger is not None and self.ledger.is_readable

    def filter_groups(self) -> Sequence[OptionGroup]:
        ledger = self.ledger
        if ledger is None:
            return ()
        return (
            OptionGroup("status", "Status", finances.STATUS_OPTIONS, ledger.status),
            OptionGroup("kind", "Type", finances.KIND_OPTIONS, ledger.kind),
        )

    def choose_filter(self, id: str, value: str) -> None:
        if self.ledger is not None:
            is_status = id == "status"
            status, kind = self.ledger.status, self.ledger.kind
            self._choose(value if is_status else status, kind if is_status else value)

    def action_filter(self, name: str) -> None:
        """Show the next status or type."""
        if name == "status":
            self.action_step(1)
        elif self.ledger is not None:
            kind = _next(finances.KIND_OPTIONS, self.ledger.kind, 1)
            self._choose(self.ledger.status, kind)

    def can_step(self, steps: int) -> bool:
        return self.ledger is not None and self.ledger.is_readable

    def action_step(self, steps: int) -> None:
        """Show the previous or the next status."""
        if self.ledger is not None:
            status = _next(finances.STATUS_OPTIONS, self.ledger.status, steps)
            self._choose(status, self.ledger.kind)

    def _choose(self, status: str, kind: str) -> None:
        if self.ledger is None:
            return
        self.close_detail()
        self.ledger.choose(status, kind)
        self.query_one(Ledger).action_first()
        self.update()

    @on(StatusHeading.StatusSelected)
    def status_selected(self, event: StatusHeading.StatusSelected) -> None:
        if self.ledger is not None:
            self._choose(event.status, self.ledger.kind)

    @on(Table.SortRequested, "#ledger")
    def sort(self, event: Table.SortRequested) -> None:
        """Sort by a column, dates and amounts descending first; the third time newest first."""
        descending = event.key in ("day", "amount")
        previous, self.order = self.order or NEWEST_FIRST, (event.key, descending)
        if previous[0] == event.key:
            is_first = previous[1] is descending
            self.order = (event.key, not descending) if is_first else None
        self.need_all()
        self.show()
        self.query_one(Ledger).action_first()

    def action_currency(self) -> None:
        """Show the next currency."""
        if self.ledger is not None:
            currencies = self.currencies_of(self.ledger)
            place = currencies.index(self.current_currency(self.ledger)) + 1
            self.currency = currencies[place % len(currencies)]
            self.show()

    @on(EarningsHeading.CurrencySelected)
    def currency_selected(self, event: EarningsHeading.CurrencySelected) -> None:
        self.currency = event.currency
        self.show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        ledger = self.ledger
        if action == "move_row":
            return self.has_class(OPEN)
        if action == "open_beat":
            row = self.cursor_row if self.has_class(OPEN) else None
            return row is not None and row.details.beat_id is not None
        if action == "filter":
            return self.can_filter()
        if action == "currency":
            return ledger is not None and len(self.currencies_of(ledger)) > 1
        if action == "load_rest" and ledger is not None and not ledger.is_readable:
            return False
        return super().check_action(action, parameters)

    # Export

    def can_export(self) -> bool:
        return self.is_mounted and bool(self.query_one(Ledger).rows)

    async def export_file(self) -> ExportFile | None:
        ledger = self.ledger
        if ledger is None:
            return None
        self._exporting = self.paged(ledger.session)
        try:
            is_loaded = await self.all_loaded()
        finally:
            self._exporting = None
        if not is_loaded or ledger is not self.ledger:
            return None
        shown = ledger.rows(self.search_text)
        if not ledger.is_readable:
            return self._export_sales(ledger.session, shown)
        loaded = self.paged(ledger.session).loaded
        rows = [loaded.rows[row.position] for row in shown]
        complete = loaded.is_complete and not ledger.is_filtered and len(rows) == len(loaded.rows)
        return ExportFile(
            "transactions", tables.transactions(rows), loaded.oldest, loaded.total, complete
        )

    def _export_sales(self, session: Session, shown: Sequence[TransactionRow]) -> ExportFile | None:
        sales = session.sales.value
        if sales is None or sales.recent is None:
            return None
        table = tables.sales([sales.recent[row.position] for row in shown], sales.currency)
        total, count = sales.total_sales, len(table.rows)
        complete = total is not None and count >= total
        return ExportFile("transactions", table, session.sales.fetched_at, total, complete)

    # Cursor

    def cursor_notice(self) -> Notice | None:
        row = self.selected_row
        if self.awaits_rest and self._exporting is None and row is not None:
            return self.describe_row(row)
        if isinstance(self.focused, Chart) and self.focused.current is not None:
            return Notice(" · ".join(self.focused.current))
        if isinstance(self.focused, TopBeats) and (beat := self.focused.current) is not None:
            return Notice(" · ".join((beat.text, *beat.facts)))
        return super().cursor_notice() or self._setup_notice()

    def copyable(self) -> tuple[str, str] | None:
        if isinstance(self.focused, Chart) and self.focused.current is not None:
            return ": ".join(self.focused.current), "the month"
        if isinstance(self.focused, TopBeats) and (beat := self.focused.current) is not None:
            return beat.name, "the name"
        return super().copyable()

    def _setup_notice(self) -> Notice | None:
        """Return the step of the setup that is left to do, for a page without transactions."""
        value = self.session.finances.value if self.session is not None else None
        state = payouts.beatpay(value) if value is not None else None
        if state is None or not state.is_open or not state.status:
            return None
        return Notice(f"{state.text} to be paid", action="{page.browse} opens it")

    def describe_row(self, row: TransactionRow) -> Notice:
        facts = transactions.row_facts(row, self.clock.now())
        action = ""
        if row.must_act:
            action = f"{{page.browse}} opens {transactions.web_page(row).name}"
        room = self.size.width - 2 - len(self.settings.keyboard.fill(action)) - 3 * bool(action)
        text = facts[0]
        for fact in facts[1:]:
            longer = f"{text} · {fact}"
            if cell_len(longer) > room and text != facts[0]:
                break
            text = longer
        return Notice(text, action=action)

    def copyable_row(self, row: TransactionRow) -> tuple[str, str]:
        if row.details.reference is not None:
            return row.details.reference, "the reference"
        return transactions.row_text(row, self.clock.now()), "the transaction"

    def address(self) -> str | None:
        row = self.selected_row
        if isinstance(self.focused, TopBeats) and (beat := self.focused.current) is not None:
            return insights_url("tracks", beat.beat) if beat.beat is not None else self.info.url
        if row is None:
            return super().address()
        return transactions.web_page(row).url or super().address()


def _next(options: Sequence[tuple[str, str]], value: str, steps: int) -> str:
    """Return the value of the option some steps after that of `value`, wrapping around."""
    values = [each for each, _ in options]
    return values[(values.index(value) + steps) % len(values)]


def _has_legacy(session: Session) -> bool:
    value = session.finances.value
    return value is not None and value.legacy_stripe is not None
