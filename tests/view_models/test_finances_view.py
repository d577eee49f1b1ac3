"""Texts of payout setup, earnings, sales and transactions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from beatpass_tui.models.money import Balance, Finances, Sales, Transactions
from beatpass_tui.transport.endpoints import KINDS, STATUSES
from beatpass_tui.view_models import finances
from support.fakes import NOVA_BALANCE, NOVA_FINANCES, NOVA_SALES, NOVA_TRANSACTIONS

NOW = datetime(2026, 11, 23, 20, 4, tzinfo=UTC)


def decoded(beatpay: dict[str, Any] | None, stripe: dict[str, Any] | None = None) -> Finances:
    providers: dict[str, Any] = {}
    if beatpay is not None:
        providers["beatpay"] = beatpay
    if stripe is not None:
        providers["legacyStripe"] = stripe
    return Finances.decode({"setup": {"providers": providers}})


@pytest.mark.parametrize(
    "state, label, has_next_step",
    [
        ("ready", "Ready", False),
        ("bank_payouts_active", "Bank payouts active", False),
        ("not_started", "Not started", True),
        ("notStarted", "Not started", True),
        ("NOT-STARTED", "Not started", True),
        ("under_review", "Under review", False),
        ("needs_quick_review", "Under review", False),
        ("use_different_bank_account", "Needs a different bank account", True),
        ("upgrade_to_beatpay", "Upgrade to BEATPAY", True),
        ("resting for a while", "Resting for a while", False),
        ("[red]x[/]", "[red]x[/]", False),
    ],
)
def test_setup_states(state: str, label: str, has_next_step: bool) -> None:
    setup = finances.payout_setup(decoded({"recipientStatus": state}))
    assert setup is not None
    assert setup.providers == (("BEATPAY", label),)
    assert bool(setup.next_step) is has_next_step
    assert not has_next_step or "{page.browse} opens it" in setup.next_step


def test_setup_is_not_guessed() -> None:
    assert finances.payout_setup(decoded(None)) is None
    assert finances.payout_setup(decoded({})) is None
    available = finances.payout_setup(decoded({"available": True}))
    assert available is not None
    assert available.providers == (("BEATPAY", "Available"),)
    refused = finances.payout_setup(decoded({"available": False}))
    assert refused is not None
    assert refused.providers == (("BEATPAY", "Not available"),)


@pytest.mark.parametrize(
    "stripe, label",
    [({}, "Active/draining"), ({"status": "draining"}, "Draining"), ({"state": "odd"}, "Odd")],
)
def test_legacy_account_is_shown_only_if_sent(stripe: dict[str, Any], label: str) -> None:
    setup = finances.payout_setup(decoded({}, stripe))
    assert setup is not None
    assert setup.providers == (("BEATPAY", "—"), ("Legacy Stripe", label))
    assert "The BEATPAY state is unknown" in setup.next_step


def test_earnings_are_per_currency_with_dashes_for_missing_amounts() -> None:
    assert finances.earnings_rows(NOVA_FINANCES) == (
        ("", "Earned", "Pending", "Processing", "Delayed", "Sent"),
        ("CAD", "2,576.67", "122.64", "0.00", "26.99", "2,400.04"),
        ("JPY", "6,766", "—", "—", "—", "5,755"),
    )
    assert finances.earnings_rows(Finances.decode({})) == ()


@pytest.mark.parametrize(
    "number, label", [(0, ""), (None, ""), (1, "1 needs attention"), (2, "2 need attention")]
)
def test_attention_label(number: int | None, label: str) -> None:
    assert finances.attention_label(Finances.decode({"attentionCount": number})) == label


def test_sales_summary() -> None:
    assert finances.sales_summary(NOVA_SALES) == (
        "37 sales",
        "1,234.50 CAD revenue",
        "84.00 CAD pending",
        "1,150.50 CAD paid out",
    )
    part = Sales.decode({"earnings": {"total_sales": 1, "currency": "JPY"}})
    assert finances.sales_summary(part) == ("1 sale", "— revenue", "— pending", "— paid out")
    assert finances.sales_summary(Sales.decode({})) == ()


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


def test_every_documented_filter_is_offered() -> None:
    assert tuple(key for key, _ in finances.STATUS_OPTIONS) == STATUSES
    assert tuple(key for key, _ in finances.KIND_OPTIONS) == KINDS


def test_transaction_labels() -> None:
    first, second = finances.transaction_rows(NOVA_TRANSACTIONS)
    assert finances.row_cells(first, NOW) == (
        "2026-11-20",
        "Midnight Drive",
        "Track sale",
        "Pending",
        "26.99 CAD",
    )
    assert second.status == "Reversed"
    assert second.amount == "−44.99 CAD"


def test_unknown_values_stay_and_missing_ones_are_dashes() -> None:
    row, bare = finances.transaction_rows(
        Transactions.decode(
            {
                "transactions": [
                    {"type": "tip", "status": "on_hold", "date": "2026-11-20"},
                    {"type": "sales"},
                ]
            }
        )
    )
    assert finances.row_cells(row, NOW) == ("2026-11-20", "—", "Tip", "On hold", "—")
    assert finances.row_summary(row, NOW) == "Tip · Nov 20 · On hold"
    assert finances.row_cells(bare, NOW) == ("—", "—", "Track sale", "—", "—")
    assert finances.row_summary(bare, NOW) == "Track sale"


def test_days_are_local() -> None:
    (row, _) = finances.transaction_rows(NOVA_TRANSACTIONS)
    far_east = NOW.astimezone(timezone(timedelta(hours=13)))
    assert finances.row_cells(row, far_east)[0] == "2026-11-21"
    assert finances.row_summary(row, far_east).startswith("Track sale · Nov 21 02:10 · Midnight")


@pytest.mark.parametrize(
    "paging, position",
    [
        (
            {"page": 1, "total": 62, "from": 1, "to": 20, "hasMore": True},
            "1–20 of 62 · page 1 of 4",
        ),
        ({"page": 4, "total": 62, "from": 61, "to": 62}, "61–62 of 62 · page 4 of 4"),
        ({"page": 1, "total": 2, "from": 1, "to": 2}, "1–2 of 2 · page 1 of 1"),
        ({"page": 2, "from": 21, "to": 40, "hasMore": True}, "21–40 · page 2"),
        ({"page": 3, "hasMore": True}, "page 3"),
        ({}, "page 1 of 1"),
    ],
)
def test_page_position(paging: dict[str, Any], position: str) -> None:
    page = Transactions.decode({"pagination": paging, "transactions": [{"date": "2026-11-20"}]})
    assert finances.page_position(page) == position


def test_empty_page_has_no_position() -> None:
    assert finances.page_position(Transactions.decode({"transactions": []})) == ""


def test_track_sales_have_the_same_columns() -> None:
    (row,) = finances.sale_rows(NOVA_SALES)
    assert finances.row_cells(row, NOW) == (
        "2026-11-20",
        "Midnight Drive",
        "Track sale",
        "Completed",
        "26.99 CAD",
    )
    assert finances.sale_rows(Sales.decode({})) == ()
