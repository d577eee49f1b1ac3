"""Balances of the Finances page: totals per currency and status, sales, the legacy account."""

from collections.abc import Sequence
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.models.money import Amount, Balance, CurrencyTotals, Finances, Sales
from beatpass_tui.view_models.labels import TRANSACTION_STATUSES

STATUS_OPTIONS = (("all", "All"), *TRANSACTION_STATUSES.items())
KIND_OPTIONS = (("all", "All"), ("sales", "Sales"), ("subscriptions", "Subscriptions"))

EARNED = "Earned"


class BalanceRow(NamedTuple):
    """The amounts of a status in each currency."""

    label: str
    code: str | None
    """The code of the status; empty for none, None for the sum."""
    amounts: tuple[str, ...]


class BalanceTable(NamedTuple):
    """Totals per status and currency; currencies are never summed."""

    currencies: tuple[str, ...] = ()
    rows: tuple[BalanceRow, ...] = ()
    """The statuses, then what was earned."""


def balance_table(finances: Finances) -> BalanceTable:
    """Return the totals; statuses without any amount are left out."""
    totals = finances.totals or ()
    rows = [
        _balance_row(totals, label, code, name)
        for name, (code, label) in zip(
            ("pending", "processing", "delayed", "sent", "reversed"),
            TRANSACTION_STATUSES.items(),
            strict=True,
        )
    ]
    rows.append(_balance_row(totals, EARNED, None, "earned"))
    return BalanceTable(
        tuple(each.currency or formatting.DASH for each in totals),
        tuple(row for row in rows if any(text != formatting.DASH for text in row.amounts)),
    )


def _balance_row(
    totals: Sequence[CurrencyTotals], label: str, code: str | None, name: str
) -> BalanceRow:
    amounts = (formatting.amount(getattr(each, name), named=False) for each in totals)
    return BalanceRow(label, code, tuple(amounts))


def is_zero(amount: str) -> bool:
    """Return whether an amount is zero or unknown, which is less prominent."""
    return not any(digit in amount for digit in "123456789")


def sales_table(sales: Sales) -> BalanceTable:
    """Return the numbers of track sales; unknown ones are left out."""
    money = (formatting.money(each, sales.currency) for each in (sales.pending, sales.paid_out))
    pending, paid = (text.partition(" ")[0] for text in money)
    revenue = formatting.money(sales.revenue, sales.currency).partition(" ")[0]
    rows = (
        BalanceRow("Sales", "", (formatting.count(sales.total_sales),)),
        BalanceRow("Pending", "waiting", (pending,)),
        BalanceRow("Paid out", "completed", (paid,)),
        BalanceRow("Revenue", None, (revenue,)),
    )
    known = tuple(row for row in rows if row.amounts != (formatting.DASH,))
    return BalanceTable((sales.currency or formatting.DASH,), known)


def sales_facts(sales: Sales) -> tuple[tuple[str, str], ...]:
    """Return the known numbers of track sales with their labels."""
    facts = (
        ("Revenue", formatting.money(sales.revenue, sales.currency)),
        ("Pending", formatting.money(sales.pending, sales.currency)),
        ("Paid out", formatting.money(sales.paid_out, sales.currency)),
    )
    return tuple(fact for fact in facts if fact[1] != formatting.DASH)


def balance_amounts(balance: Balance) -> tuple[tuple[str, str], ...]:
    """Return the balance of the legacy account; empty if it is unknown."""
    if balance.available is None and balance.pending is None:
        return ()
    return (("Available", _amounts(balance.available)), ("Pending", _amounts(balance.pending)))


def _amounts(amounts: tuple[Amount | None, ...] | None) -> str:
    if amounts is None:
        return formatting.DASH
    return " · ".join(map(formatting.amount, amounts)) or "None"
