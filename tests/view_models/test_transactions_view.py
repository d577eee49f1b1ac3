"""Rows of transactions: cells, order, selection and details."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Any

from beatpass_tui.models.money import Sales, Transactions
from beatpass_tui.view_models import transactions
from beatpass_tui.view_models.transactions import TransactionRow
from support.fakes import NOVA_SALES, NOVA_TRANSACTIONS, NOW

ALL: dict[str, Any] = {
    "id": "sale-1",
    "type": "sales",
    "status": "needs_attention",
    "amountMinor": 2_699,
    "minorUnitFactor": 100,
    "currency": "CAD",
    "description": "Cold Tides",
    "soldAt": "2026-10-31T21:14:00Z",
    "licenseType": "non_exclusive",
    "breakdown": {"grossMinor": 2_999, "platformFeeMinor": 300},
    "provider": "beatpay",
    "referenceId": "BP-7F3A",
    "reason": "The bank returned the transfer on Nov 6.",
    "nextStep": "Check your bank details in BEATPAY.",
}


def rows(*sent: dict[str, Any]) -> tuple[TransactionRow, ...]:
    return transactions.transaction_rows(
        Transactions.decode({"transactions": list(sent)}).rows or ()
    )


def test_cells() -> None:
    first, second = transactions.transaction_rows(NOVA_TRANSACTIONS.rows or ())
    cells = transactions.row_cells(first, NOW)
    assert cells == ("2026-11-20", "Midnight Drive", "Track sale", "Pending", "26.99 CAD")
    assert (second.status, second.code, second.amount) == ("Reversed", "refunded", "−44.99 CAD")
    # A spreadsheet does not read a minus sign.
    assert transactions.row_text(second, NOW).endswith("\tReversed\t-44.99 CAD")
    far_east = NOW.astimezone(timezone(timedelta(hours=13)))
    assert transactions.row_cells(first, far_east)[0] == "2026-11-21"


def test_unknown_values_stay_and_missing_ones_are_dashes() -> None:
    row, bare = rows({"type": "tip", "status": "on_hold", "date": "2026-11-20"}, {"type": "sales"})
    assert transactions.row_cells(row, NOW) == ("2026-11-20", "—", "Tip", "On hold", "—")
    assert transactions.row_facts(row, NOW) == ("Tip", "on hold", "Nov 20")
    assert transactions.row_cells(bare, NOW) == ("—", "—", "Track sale", "—", "—")
    assert transactions.row_facts(bare, NOW) == ("Track sale",)
    assert transactions.detail(bare, NOW).facts == ()
    assert transactions.detail(row, NOW).facts == (("Date", "Nov 20"), ("Type", "Tip"))


def test_item_of_a_subscription_is_its_period() -> None:
    sent = {**ALL, "type": "subscriptions", "description": "Subscription earnings"}
    with_period, without = rows(
        {**sent, "period": {"start": "2026-10-01", "end": "2026-10-31"}}, sent
    )
    assert transactions.row_cells(with_period, NOW)[1:3] == ("Oct 1–31", "Subscription")
    assert transactions.row_cells(without, NOW)[1] == "Subscription earnings"
    assert with_period.beat is None


def test_detail_has_what_was_sent() -> None:
    (row,) = rows(ALL)
    shown = transactions.detail(row, NOW)
    assert (shown.title, shown.status, shown.code) == ("Cold Tides", "Delayed", "needs_attention")
    assert shown.facts == (
        ("You earn", "26.99 CAD"),
        ("Sold", "Oct 31 21:14"),
        ("License", "Non-exclusive"),
        ("Price", "29.99 CAD"),
        ("Platform fee", "−3.00 CAD"),
        ("Paid by", "BEATPAY"),
        ("Reference", "BP-7F3A"),
    )
    assert shown.reason == "The bank returned the transfer on Nov 6."
    assert (shown.next_step, shown.must_act) == ("Check your bank details in BEATPAY.", True)
    assert transactions.row_facts(row, NOW) == (
        "Cold Tides",
        "delayed",
        "the bank returned the transfer on Nov 6",
        "check your bank details in BEATPAY",
        "Oct 31 21:14",
    )
    assert transactions.row_text(row, NOW).endswith("\t26.99 CAD\tBP-7F3A")


def test_sent_says_that_the_bank_may_take_longer() -> None:
    (row,) = rows({**ALL, "status": "completed", "reason": None, "nextStep": None})
    assert "may not have reached your bank" in transactions.detail(row, NOW).meaning
    line = " · ".join(transactions.row_facts(row, NOW))
    assert " · sent · may not have reached your bank yet · " in line
    # It fits into the status line of 80 columns.
    assert len(line) <= 78


def test_sales_have_price_and_fee() -> None:
    (row,) = transactions.sale_rows(NOVA_SALES)
    assert transactions.row_cells(row, NOW) == (
        "2026-11-20", "Midnight Drive", "Track sale", "Completed", "26.99 CAD",
    )  # fmt: skip
    assert transactions.sale_rows(Sales.decode({})) == ()


def test_selection_and_search() -> None:
    sale, share = rows(ALL, {**ALL, "type": "subscriptions", "status": "completed"})
    assert transactions.select((sale, share), "completed", "all", "") == [share]
    assert transactions.select((sale, share), "all", "sales", "") == [sale]
    assert transactions.select((sale, share), "all", "all", "TIDES delayed") == [sale]
    assert transactions.select((sale, share), "all", "all", "bp-7f3a") == [sale, share]


def test_order_keeps_currencies_together_and_unknown_values_last() -> None:
    sent = [
        {**ALL, "amountMinor": 5, "minorUnitFactor": 1, "currency": "JPY"},
        {**ALL, "amountMinor": None},
        {**ALL, "amountMinor": 1_000, "soldAt": "2026-11-01"},
        ALL,
    ]
    shown = rows(*sent)

    def amounts(column: str, descending: bool) -> list[str]:
        ordered = transactions.sort(shown, column, descending, NOW)
        return [row.amount for row in ordered]

    assert amounts("amount", True) == ["5 JPY", "26.99 CAD", "10.00 CAD", "—"]
    assert amounts("amount", False) == ["10.00 CAD", "26.99 CAD", "5 JPY", "—"]
    assert amounts("day", True)[0] == "10.00 CAD"
    for column in ("about", "kind", "status"):
        assert len(amounts(column, True)) == 4


def test_related_ones_are_of_the_same_beat_or_subscriptions() -> None:
    share = {**ALL, "type": "subscriptions", "description": "Oct 1-31"}
    sent = rows(ALL, {**ALL, "id": "sale-2"}, {**ALL, "id": "sale-3", "description": "Iron Rain"})
    shares = rows(*({**share, "id": id} for id in ("share-1", "share-2")))
    every = (*sent, *shares)
    assert list(transactions.related(every, sent[0])) == [sent[1]]
    assert list(transactions.related(every, sent[2])) == []
    assert list(transactions.related(every, every[3])) == [every[4]]
