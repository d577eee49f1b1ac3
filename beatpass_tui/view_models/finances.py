"""Values and texts of the Finances page: payout setup, earnings, sales and transactions."""

import re
from datetime import date, datetime
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.models.money import Amount, Balance, Finances, Sales, Transactions
from beatpass_tui.models.text import words
from beatpass_tui.view_models.labels import (
    SALE_STATUSES,
    TRANSACTION_STATUSES,
    TRANSACTION_TYPES,
    label,
)

STATUS_OPTIONS = (("all", "All"), *TRANSACTION_STATUSES.items())
KIND_OPTIONS = (("all", "All"), ("sales", "Sales"), ("subscriptions", "Subscriptions"))

_EARNINGS_HEADER = ("", "Earned", "Pending", "Processing", "Delayed", "Sent")

_NOT_STARTED = frozenset(
    ("not_started", "not_set_up", "none", "missing", "setup_required", "setup_needed")
)


class PayoutSetup(NamedTuple):
    """The state of the payout setup."""

    providers: tuple[tuple[str, str], ...]
    """Name and state of each provider."""
    next_step: str = ""
    """The next step for the user, if any."""


def payout_setup(finances: Finances) -> PayoutSetup | None:
    """Return the payout setup; None if it is unknown."""
    state, available = finances.beatpay, finances.beatpay_available
    if state is None and available is None and finances.legacy_stripe is None:
        return None
    next_step = ""
    if state is not None:
        label, next_step = _beatpay(state)
    elif available is None:
        label = formatting.DASH
        next_step = "The BEATPAY state is unknown; {page.browse} opens the web page."
    else:
        label = "Available" if available else "Not available"
    providers = [("BEATPAY", label)]
    if finances.legacy_stripe is not None:
        # The service sends it only while it is active or draining.
        has_no_state = finances.legacy_stripe == "present"
        label = "Active/draining" if has_no_state else words(finances.legacy_stripe)
        providers.append(("Legacy Stripe", label))
    return PayoutSetup(tuple(providers), next_step)


def _beatpay(state: str) -> tuple[str, str]:
    """Return label and next step for a state, whose spelling is not documented."""
    key = re.sub(r"\W+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", state)).lower()
    if key in _NOT_STARTED:
        return "Not started", "To be paid, set up BEATPAY on the web page; {page.browse} opens it."
    if "different" in key:
        label = "Needs a different bank account"
        return label, "Change it on the web page; {page.browse} opens it."
    if "upgrade" in key:
        return "Upgrade to BEATPAY", "Upgrade on the web page; {page.browse} opens it."
    return ("Under review" if "review" in key else words(state)), ""


def earnings_rows(finances: Finances) -> tuple[tuple[str, ...], ...]:
    """Return a header and one row per currency; currencies are never summed."""
    rows = [
        (
            currency or formatting.DASH,
            *(formatting.amount(amount, named=False) for amount in amounts),
        )
        for currency, *amounts, _ in finances.totals or ()
    ]
    return (_EARNINGS_HEADER, *rows) if rows else ()


def attention_label(finances: Finances) -> str:
    """Return how many transactions need attention, if any."""
    number = finances.attention
    return f"{formatting.count(number)} need{'s' * (number == 1)} attention" if number else ""


def sales_summary(sales: Sales) -> tuple[str, ...]:
    """Return the numbers of track sales; empty if all are unknown."""
    numbers = (sales.total_sales, sales.revenue, sales.pending, sales.paid_out)
    if all(number is None for number in numbers):
        return ()
    noun = "sale" if sales.total_sales == 1 else "sales"
    return (
        f"{formatting.count(sales.total_sales)} {noun}",
        f"{formatting.money(sales.revenue, sales.currency)} revenue",
        f"{formatting.money(sales.pending, sales.currency)} pending",
        f"{formatting.money(sales.paid_out, sales.currency)} paid out",
    )


def balance_amounts(balance: Balance) -> tuple[tuple[str, str], ...]:
    """Return the balance of the legacy account; empty if it is unknown."""
    if balance.available is None and balance.pending is None:
        return ()
    return (("Available", _amounts(balance.available)), ("Pending", _amounts(balance.pending)))


def _amounts(amounts: tuple[Amount | None, ...] | None) -> str:
    if amounts is None:
        return formatting.DASH
    return " · ".join(map(formatting.amount, amounts)) or "None"


class TransactionRow(NamedTuple):
    """A formatted transaction or track sale; only its time is not formatted."""

    at: date | None
    about: str
    kind: str
    status: str
    amount: str


def transaction_rows(page: Transactions) -> tuple[TransactionRow, ...]:
    """Return the rows of a page of transactions, in the order sent."""
    return tuple(
        TransactionRow(
            row.at,
            row.about or formatting.DASH,
            label(row.kind, TRANSACTION_TYPES) or formatting.DASH,
            label(row.status, TRANSACTION_STATUSES) or formatting.DASH,
            formatting.amount(row.amount),
        )
        for row in page.rows or ()
    )


def sale_rows(sales: Sales) -> tuple[TransactionRow, ...]:
    """Return the rows of the recent track sales."""
    return tuple(
        TransactionRow(
            purchase.at,
            purchase.track or formatting.DASH,
            TRANSACTION_TYPES["sales"],
            label(purchase.status, SALE_STATUSES) or formatting.DASH,
            formatting.money(purchase.earned, sales.currency),
        )
        for purchase in sales.recent or ()
    )


def row_cells(row: TransactionRow, now: datetime) -> tuple[str, ...]:
    """Return local day, subject, type, status and amount."""
    day = None if row.at is None else formatting.local_day(row.at, now)
    return (formatting.table_date(day), row.about, row.kind, row.status, row.amount)


def row_summary(row: TransactionRow, now: datetime) -> str:
    """Return a transaction on one line, starting with columns hidden in narrow windows."""
    time = formatting.DASH
    if row.at is not None:
        time = formatting.date_and_time(row.at, now)
    parts = (row.kind, time, row.about, row.status, row.amount)
    return " · ".join(part for part in parts if part != formatting.DASH)


def page_position(page: Transactions) -> str:
    """Return the position of a page in the list, such as 21–40 of 62 · page 2 of 4."""
    if not page.rows:
        return ""
    parts = []
    pages = None if page.more else page.page
    if page.first is not None and page.last is not None:
        total = ""
        if page.total is not None:
            total = f" of {formatting.count(page.total)}"
            if page.more:
                pages = -(-page.total // max(page.last - page.first + 1, 1))
        parts.append(f"{formatting.count(page.first)}–{formatting.count(page.last)}{total}")
    of_pages = f" of {formatting.count(pages)}" if pages is not None else ""
    parts.append(f"page {formatting.count(page.page)}{of_pages}")
    return " · ".join(parts)
