"""Details of transactions by the meaning of their field names, and counts by status."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from beatpass_tui.models.money import Amount, Transaction, Transactions
from beatpass_tui.models.payout_details import PayoutDetails
from beatpass_tui.models.text import MAX_CHARACTERS
from beatpass_tui.storage.serialization import dump, load
from support.hostile import HOSTILE, check_clean

Json = dict[str, Any]
UNIT = {"minorUnitFactor": 100, "currency": "CAD"}


def transaction(**fields: object) -> Transaction:
    response = {"transactions": [{"amountMinor": 2_699, **UNIT, **fields}]}
    (row,) = Transactions.decode(response).rows or ()
    return row


def details(**fields: object) -> PayoutDetails:
    return transaction(**fields).details


@pytest.mark.parametrize(
    "fields, field, value",
    [
        ({"reference": "BP-7"}, "reference", "BP-7"),
        ({"referenceId": "BP-7"}, "reference", "BP-7"),
        ({"payment_reference": 712}, "reference", "712"),
        ({"reason": "accumulating"}, "reason", "accumulating"),
        ({"waiting_reason": "accumulating"}, "reason", "accumulating"),
        ({"holdReason": None, "waitingReason": "retry"}, "reason", "retry"),
        ({"reason": {"code": "x", "message": "The bank said no."}}, "reason", "The bank said no."),
        ({"nextStep": "Check your bank."}, "next_step", "Check your bank."),
        ({"next_step": {"label": "Check."}}, "next_step", "Check."),
        ({"provider": "beatpay"}, "provider", "beatpay"),
        ({"payoutProvider": {"name": "BEATPAY"}}, "provider", "BEATPAY"),
        ({"soldAt": "2026-10-31"}, "sold_at", date(2026, 10, 31)),
        ({"allocated_at": "2026-10-31T21:14:00Z"}, "allocated_at",
         datetime(2026, 10, 31, 21, 14, tzinfo=UTC)),
        ({"period_start": "2026-10-01"}, "period_start", date(2026, 10, 1)),
        ({"period": {"start": "2026-10-01"}}, "period_start", date(2026, 10, 1)),
        ({"subscriptionPeriod": {"to": "2026-10-31"}}, "period_end", date(2026, 10, 31)),
        ({"track": {"id": 7, "name": "Cold Tides"}}, "beat", "Cold Tides"),
        ({"trackTitle": "Cold Tides"}, "beat", "Cold Tides"),
        ({"track": {"id": 7}}, "beat_id", 7),
        ({"track_id": "7"}, "beat_id", 7),
        ({"track_id": "1/../../users/me"}, "beat_id", None),
        ({"license": {"name": "Exclusive"}}, "license", "Exclusive"),
    ],
)  # fmt: skip
def test_detail_is_read_by_its_meaning(fields: Json, field: str, value: object) -> None:
    assert getattr(details(**fields), field) == value


@pytest.mark.parametrize("junk", [None, "", [], {}, [1], True, 1.5, {"a": {}}, "2026-99-99"])
def test_junk_is_not_a_detail(junk: object) -> None:
    names = ("soldAt", "allocatedAt", "period", "track", "trackId", "fee", "breakdown")
    row = transaction(**dict.fromkeys(names, junk))
    assert row.details == PayoutDetails()
    assert (row.price, row.fee) == (None, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"grossMinor": 2_999, "platformFeeMinor": 300},
        {"breakdown": {"priceMinor": 2_999, "fee_minor": 300}},
        {"price": {"amountMinor": 2_999}, "breakdown": {"fee": {"amountMinor": 300, **UNIT}}},
    ],
)
def test_breakdown_is_exact(fields: Json) -> None:
    row = transaction(**fields)
    assert (row.price, row.fee) == (Amount(2_999, 100, "CAD"), Amount(300, 100, "CAD"))
    assert row.amount == Amount(2_699, 100, "CAD")


def test_breakdown_in_major_units_is_not_guessed() -> None:
    row = transaction(price=29.99, fee="3.00")
    assert (row.price, row.fee) == (None, None)


@pytest.mark.parametrize(
    "body, counts",
    [
        ({"counts": {"status": {"all": 9, "waiting": 3}, "type": {"all": 9}}},
         {"all": 9, "waiting": 3}),
        ({"counts": {"type": {"sales": 9}, "byStatus": {"waiting": 3}}}, {"waiting": 3}),
        ({"statusCounts": {"waiting": 3, "resting": 1}}, {"waiting": 3}),
        ({"status_counts": [{"status": "waiting", "count": 3}, {"status": None}]}, {"waiting": 3}),
        ({"counts": {"waiting": -3, "sending": "2"}}, {"sending": 2}),
        ({"counts": {"waiting": None}}, None),
        ({"counts": [[], "x", 3]}, None),
        ({"waiting": 3}, None),
    ],
)  # fmt: skip
def test_counts_by_status(body: Json, counts: Json | None) -> None:
    assert Transactions.decode({"transactions": [], **body}).counts == counts


def test_detail_text_is_cleaned() -> None:
    names = ("reference", "reason", "nextStep", "provider", "license")
    row = details(**dict.fromkeys(names, HOSTILE), track={"name": HOSTILE})
    check_clean(row.beat)
    for text in (row.reference, row.reason, row.next_step, row.provider, row.license):
        check_clean(text, MAX_CHARACTERS)


def test_details_are_kept_on_disk() -> None:
    response = {
        "transactions": [{"amountMinor": 1, **UNIT, "reference": "B", "soldAt": "2026-10-31"}],
        "counts": {"waiting": 1},
    }
    page = Transactions.decode(response)
    assert load(Transactions, dump(page)) == page
    # An older version saved the first six fields of a row.
    old = page._replace(rows=tuple(row[:6] for row in page.rows or ()))  # type: ignore[misc]
    (row,) = load(Transactions, dump(old)).rows or ()
    assert row.details == PayoutDetails()
