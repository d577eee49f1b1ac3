"""What the Finances page says: states and statuses in words, totals and transactions as rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from beatpass_tui import formatting
from beatpass_tui.models import (
    Amount,
    Balance,
    Finances,
    Purchase,
    Sales,
    Transaction,
    Transactions,
)

STATUSES: Mapping[str, str] = {
    "waiting": "Pending",
    "sending": "Processing",
    "needs_attention": "Delayed",
    "completed": "Sent",
    "refunded": "Reversed",
}
"""What the web page calls the statuses of the API."""

_KINDS: Mapping[str, str] = {
    "sales": "Track sale",
    "sale": "Track sale",
    "subscriptions": "Subscription",
    "subscription": "Subscription",
}

STATUS_OPTIONS = (("all", "All"), *STATUSES.items())
KIND_OPTIONS = (("all", "All"), ("sales", "Sales"), ("subscriptions", "Subscriptions"))

TOTALS = ("", "Earned", "Pending", "Processing", "Delayed", "Sent")

_NOT_STARTED = frozenset(
    ("not_started", "not_set_up", "none", "missing", "setup_required", "setup_needed")
)


@dataclass(frozen=True, slots=True)
class PayoutSetup:
    """How payouts are set up."""

    providers: tuple[tuple[str, str], ...]
    """A provider and its state in words, for each provider."""
    next_step: str = ""
    """A sentence that says what to do about it, if there is something to be done."""


def payout_setup(finances: Finances) -> PayoutSetup | None:
    """Return the payout setup; None when nothing of it came."""
    state, available = finances.beatpay, finances.beatpay_available
    if state is None and available is None and finances.legacy_stripe is None:
        return None
    todo = ""
    if state is not None:
        words, todo = _beatpay(state)
    elif available is None:
        words = formatting.DASH
        todo = "BeatPass sent no BEATPAY state that can be read; {page.browse} opens the web page."
    else:
        words = "Available" if available else "Not available"
    facts = [("BEATPAY", words)]
    if finances.legacy_stripe is not None:
        # It only comes while it is one of the two.
        present = finances.legacy_stripe == "present"
        words = "Active/draining" if present else _own_words(finances.legacy_stripe)
        facts.append(("Legacy Stripe", words))
    return PayoutSetup(tuple(facts), todo)


def _beatpay(state: str) -> tuple[str, str]:
    """Return a state in words and what to do; how states are spelled is not documented."""
    key = re.sub(r"\W+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", state)).lower()
    if key in _NOT_STARTED:
        return "Not started", "To be paid, set up BEATPAY on the web page; {page.browse} opens it."
    if "different" in key:
        return (
            "Needs a different bank account",
            "Change it on the web page; {page.browse} opens it.",
        )
    if "upgrade" in key:
        return "Upgrade to BEATPAY", "Upgrade on the web page; {page.browse} opens it."
    if "review" in key:
        return "Under review", ""
    return _own_words(state), ""


def _own_words(state: str) -> str:
    words = state.replace("_", " ").replace("-", " ").strip() or state
    return words[:1].upper() + words[1:]


def earnings_rows(finances: Finances) -> tuple[tuple[str, ...], ...]:
    """Return a header and a row for each currency; currencies are never added up."""
    rows = [
        (
            each.currency or formatting.DASH,
            *(
                formatting.amount(total, named=False)
                for total in (each.earned, each.pending, each.processing, each.delayed, each.sent)
            ),
        )
        for each in finances.totals or ()
    ]
    return (TOTALS, *rows) if rows else ()


def attention_label(finances: Finances) -> str:
    """Return how many transactions need attention, in words, when there are any."""
    number = finances.attention
    return f"{formatting.count(number)} need{'s' * (number == 1)} attention" if number else ""


def sales_summary(figures: Sales) -> tuple[str, ...]:
    """Return the figures of track sales, empty when none came."""
    money = (figures.revenue, figures.pending, figures.paid_out)
    if figures.total_sales is None and all(value is None for value in money):
        return ()
    noun = "sale" if figures.total_sales == 1 else "sales"
    return (
        f"{formatting.count(figures.total_sales)} {noun}",
        f"{formatting.money(figures.revenue, figures.currency)} revenue",
        f"{formatting.money(figures.pending, figures.currency)} pending",
        f"{formatting.money(figures.paid_out, figures.currency)} paid out",
    )


def balance_amounts(held: Balance) -> tuple[tuple[str, str], ...]:
    """Return what the legacy account holds, empty when nothing of it could be read."""
    if held.available is None and held.pending is None:
        return ()
    return (("Available", _listed(held.available)), ("Pending", _listed(held.pending)))


def _listed(amounts: tuple[Amount | None, ...] | None) -> str:
    if amounts is None:
        return formatting.DASH
    return " · ".join(formatting.amount(each) for each in amounts) or "None"


@dataclass(frozen=True, slots=True)
class TransactionRow:
    """One transaction in words."""

    at: datetime | None
    about: str
    kind: str
    status: str
    amount: str


def transaction_rows(page: Transactions) -> tuple[TransactionRow, ...]:
    """Return a page of transactions in words, newest first as it was sent."""
    return tuple(_row(each) for each in page.rows or ())


def _row(each: Transaction) -> TransactionRow:
    return TransactionRow(
        each.at,
        each.about or formatting.DASH,
        _word(_KINDS, each.kind),
        _word(STATUSES, each.status),
        formatting.amount(each.amount),
    )


def sale_rows(figures: Sales) -> tuple[TransactionRow, ...]:
    """Return the recent track sales in words."""
    return tuple(_purchase(each, figures) for each in figures.recent or ())


def _purchase(each: Purchase, figures: Sales) -> TransactionRow:
    # These statuses are not those of transactions, so they keep their own words.
    return TransactionRow(
        each.at,
        each.track or formatting.DASH,
        _KINDS["sales"],
        each.status or formatting.DASH,
        formatting.money(each.earned, figures.currency),
    )


def _word(words: Mapping[str, str], word: str | None) -> str:
    return formatting.DASH if word is None else words.get(word, word)


def row_cells(row: TransactionRow, now: datetime) -> tuple[str, ...]:
    """Return day, subject, type, status and amount of a transaction, the day in local time."""
    day = None if row.at is None else row.at.astimezone(now.tzinfo).date()
    return (formatting.iso_date(day), row.about, row.kind, row.status, row.amount)


def row_summary(row: TransactionRow, now: datetime) -> str:
    """Return a transaction on one line, first what a narrow window leaves out of its row."""
    local = row.at.astimezone(now.tzinfo) if row.at is not None else None
    when = formatting.DASH if local is None else f"{local:%Y-%m-%d %H:%M}"
    parts = (row.kind, when, row.about, row.status, row.amount)
    return " · ".join(part for part in parts if part != formatting.DASH)


def page_position(page: Transactions) -> str:
    """Return which part of the whole list a page is: 21–40 of 62 · page 2 of 4."""
    if not page.rows:
        return ""
    parts = []
    if page.first is not None and page.last is not None:
        of = f" of {formatting.count(page.total)}" if page.total is not None else ""
        parts.append(f"{formatting.count(page.first)}–{formatting.count(page.last)}{of}")
    parts.append(f"page {formatting.count(page.page)}")
    if not page.more:
        parts[-1] += f" of {formatting.count(page.page)}"
    elif page.total is not None and page.first is not None and page.last is not None:
        size = max(page.last - page.first + 1, 1)
        parts[-1] += f" of {formatting.count(-(-page.total // size))}"
    return " · ".join(parts)
