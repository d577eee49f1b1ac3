"""Texts of balances, sales and the legacy account."""

from __future__ import annotations

from beatpass_tui.models.money import Balance, Finances, Sales
from beatpass_tui.view_models import finances
from beatpass_tui.view_models.finances import BalanceRow
from support.fakes import NOVA_BALANCE, NOVA_FINANCES, NOVA_SALES


def test_balances_are_per_currency_with_dashes_for_missing_amounts() -> None:
    table = finances.balance_table(NOVA_FINANCES)
    assert table.currencies == ("CAD", "JPY")
    # Reversed was not sent, and is left out.
    assert table.rows == (
        BalanceRow("Pending", "waiting", ("122.64", "—")),
        BalanceRow("Processing", "sending", ("0.00", "—")),
        BalanceRow("Delayed", "needs_attention", ("26.99", "—")),
        BalanceRow("Sent", "completed", ("2,400.04", "5,755")),
        BalanceRow("Earned", None, ("2,576.67", "6,766")),
    )
    assert finances.balance_table(Finances.decode({})) == ((), ())
    reversal = {"currency": "CAD", "minorUnitFactor": 100, "reversedMinor": -4_499}
    table = finances.balance_table(Finances.decode({"currencies": [reversal]}))
    assert table.rows == (BalanceRow("Reversed", "refunded", ("−44.99",)),)


def test_zero_amounts() -> None:
    assert [finances.is_zero(text) for text in ("0.00", "0", "—", "0.01", "−10")] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_sales_are_a_table_and_facts() -> None:
    assert finances.sales_table(NOVA_SALES) == (
        ("CAD",),
        (
            BalanceRow("Sales", "", ("37",)),
            BalanceRow("Pending", "waiting", ("84.00",)),
            BalanceRow("Paid out", "completed", ("1,150.50",)),
            BalanceRow("Revenue", None, ("1,234.50",)),
        ),
    )
    assert finances.sales_facts(NOVA_SALES) == (
        ("Revenue", "1,234.50 CAD"),
        ("Pending", "84.00 CAD"),
        ("Paid out", "1,150.50 CAD"),
    )
    part = Sales.decode({"earnings": {"total_sales": 1, "currency": "JPY"}})
    assert finances.sales_table(part).rows == (BalanceRow("Sales", "", ("1",)),)
    assert finances.sales_table(Sales.decode({})).rows == ()
    assert finances.sales_facts(Sales.decode({})) == ()


def test_balance_amounts() -> None:
    assert finances.balance_amounts(NOVA_BALANCE) == (
        ("Available", "26.99 CAD"),
        ("Pending", "0.00 CAD"),
    )
    assert finances.balance_amounts(Balance.decode({"available": []})) == (
        ("Available", "None"),
        ("Pending", "—"),
    )
    assert finances.balance_amounts(Balance.decode({})) == ()
