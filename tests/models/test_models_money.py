"""Decoding of sales, finances, transactions and balances: amounts are exact or None."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from beatpass_tui.models.money import (
    Amount,
    Balance,
    CurrencyTotals,
    Finances,
    Purchase,
    Sales,
    Transaction,
    Transactions,
)
from beatpass_tui.view_models import finances
from support.hostile import HOSTILE, check_clean

Json = dict[str, Any]

# Amounts


def money(minor: object = 2_699, factor: object = 100, currency: object = "CAD") -> Json:
    return {"amountMinor": minor, "minorUnitFactor": factor, "currency": currency}


@pytest.mark.parametrize(
    "minor, factor, currency, major",
    [
        (2_699, 100, "CAD", "26.99"),
        (1, 100, "CAD", "0.01"),
        (0, 100, "CAD", "0"),
        (-4_499, 100, "CAD", "-44.99"),
        (1_960, 1, "JPY", "1960"),
        (1_234_567, 1_000, "KWD", "1234.567"),
        (10**15, 100, "CAD", "10000000000000"),
        (10**15 - 1, 1_000, "KWD", "999999999999.999"),
        (-(10**15) + 1, 1, "JPY", "-999999999999999"),
    ],
)
def test_amount_is_exact(minor: int, factor: int, currency: str, major: str) -> None:
    result = Amount.decode(money(minor, factor, currency))
    assert result == Amount(minor, factor, currency)
    assert result is not None
    assert result.major == Decimal(major)


@pytest.mark.parametrize("minor", [2_699, 2_699.0, "2699", "2699.0", " 2699 "])
@pytest.mark.parametrize("factor", [100, 100.0, "100"])
def test_amount_in_another_format(minor: object, factor: object) -> None:
    result = Amount.decode(money(minor, factor, "cad"))
    assert result == Amount(2_699, 100, "CAD")
    assert result is not None
    assert type(result.minor) is type(result.factor) is int


def test_amount_in_snake_case() -> None:
    sent = {"amount_minor": 2_699, "minor_unit_factor": 100, "currency_code": "CAD"}
    assert Amount.decode(sent) == Amount(2_699, 100, "CAD")


@pytest.mark.parametrize(
    "factor", [None, 0, "0", -100, "-100", 0.5, 1.5, "x", "", [], {}, True, math.nan, 10**23]
)
def test_amount_without_factor_is_none(factor: object) -> None:
    assert Amount.decode(money(2_699, factor)) is None


def test_factor_has_no_default() -> None:
    assert Amount.decode({"amountMinor": 2_699, "currency": "CAD"}) is None
    assert Amount.decode({"minorUnitFactor": 100, "currency": "CAD"}) is None
    assert Amount.decode({}) is None


@pytest.mark.parametrize(
    "minor",
    [None, "", "x", "26.99", 26.99, 0.5, "1e999", [], {}, True, False, math.nan, math.inf,
     -math.inf, 10**23, -(10**23), "1" * 41, "1_000", "1,000", "$5"],
    ids=repr,
)  # fmt: skip
def test_invalid_amount_is_none(minor: object) -> None:
    assert Amount.decode(money(minor)) is None


def test_negative_zero_amount() -> None:
    result = Amount.decode(money(-0.0))
    assert result is not None
    assert str(result.major) == "0"


@pytest.mark.parametrize("currency", [None, "", "EURO", "€", "C$1", 840, ["CAD"], {}, True])
def test_amount_in_an_unknown_currency(currency: object) -> None:
    assert Amount.decode(money(currency=currency)) == Amount(2_699, 100, None)


# Sales

PURCHASE: Json = {
    "id": 7,
    "track_id": 910000001,
    "track_name": "Midnight Drive",
    "artist_amount": 26.99,
    "total_amount": 29.99,
    "platform_fee": 3.0,
    "status": "completed",
    "purchased_at": "2026-11-20 13:10:00",
}
DECODED_PURCHASE = Purchase(
    "Midnight Drive",
    Decimal("26.99"),
    "completed",
    datetime(2026, 11, 20, 13, 10, tzinfo=UTC),
    beat_id=910000001,
    price=Decimal("29.99"),
    fee=Decimal("3.0"),
)
EARNINGS: Json = {
    "total_sales": 37,
    "total_revenue": 1234.5,
    "pending_payout": 84,
    "paid_out": "1150.50",
    "currency": "CAD",
}


def purchases(*rows: object) -> tuple[Purchase, ...] | None:
    response = {"status": "success", "earnings": EARNINGS, "recent_purchases": list(rows)}
    return Sales.decode(response).recent


def test_purchase_in_each_shape() -> None:
    body = {"earnings": EARNINGS, "recent_purchases": [PURCHASE]}
    for response in ({"status": "success", **body}, {"status": "success", "data": body}):
        result = Sales.decode(response)
        assert result.recent == (DECODED_PURCHASE,)
        assert (result.revenue, result.paid_out) == (Decimal("1234.5"), Decimal("1150.50"))


def test_purchase_with_other_field_name() -> None:
    sent = {**PURCHASE, "track_name": None, "track_title": "Midnight Drive"}
    assert purchases(sent) == (DECODED_PURCHASE,)


@pytest.mark.parametrize("junk", [None, [], {}, True, math.nan], ids=repr)
def test_invalid_purchase_field_affects_itself_only(junk: object) -> None:
    for name, field in (
        ("track_name", "track"),
        ("artist_amount", "earned"),
        ("status", "status"),
        ("purchased_at", "at"),
    ):
        result = purchases({**PURCHASE, name: junk})
        assert result is not None
        for other in ("track", "earned", "status", "at"):
            expected = None if other == field else getattr(DECODED_PURCHASE, other)
            assert getattr(result[0], other) == expected


@pytest.mark.parametrize("sent, earned", [(0, 0), (-5.25, "-5.25"), ("0.10", "0.10"), (12, 12)])
def test_purchase_earnings(sent: object, earned: int | str) -> None:
    result = purchases({**PURCHASE, "artist_amount": sent})
    assert result is not None
    assert result[0].earned == Decimal(earned)


def test_purchases_that_are_not_objects_are_skipped() -> None:
    assert purchases(None, PURCHASE, "x", []) == (DECODED_PURCHASE,)


# Finances (totals are undocumented)

SETUP: Json = {
    "setup": {
        "providers": {
            "beatpay": {"available": True, "recipientStatus": "ready"},
            "legacyStripe": {"status": "draining"},
        },
        "canResumeStripe": False,
    }
}
CAD = CurrencyTotals(
    currency="CAD",
    earned=Amount(257_667, 100, "CAD"),
    pending=Amount(12_264, 100, "CAD"),
    processing=Amount(0, 100, "CAD"),
    delayed=Amount(2_699, 100, "CAD"),
    sent=Amount(-240_004, 100, "CAD"),
)
JPY = CurrencyTotals("JPY", Amount(6_766, 1, "JPY"), None, None, None, Amount(5_755, 1, "JPY"))
CAD_CAMEL: Json = {
    "currency": "CAD", "minorUnitFactor": 100, "totalEarnedMinor": 257_667,
    "pendingMinor": 12_264, "processingMinor": 0, "delayedMinor": 2_699, "sentMinor": -240_004,
}  # fmt: skip
JPY_CAMEL: Json = {
    "currency": "JPY", "minorUnitFactor": 1, "totalEarnedMinor": 6_766, "sentMinor": 5_755,
}  # fmt: skip
CAD_SNAKE: Json = {
    "currency_code": "cad", "minor_unit_factor": "100", "total_earned_minor": "257667",
    "waiting_minor": "12264", "sending_minor": "0", "needs_attention_minor": "2699",
    "completed_minor": "-240004",
}  # fmt: skip
JPY_SNAKE: Json = {
    "currency_code": "jpy", "minor_unit_factor": 1, "earned_minor": 6_766, "sent_minor": 5_755,
}  # fmt: skip
CAD_NESTED: Json = {
    "code": "CAD",
    "earned": {"amountMinor": 257_667, "minorUnitFactor": 100, "currency": "CAD"},
    "pending": {"amountMinor": 12_264, "minorUnitFactor": 100, "currency": "CAD"},
    "processing": {"amountMinor": 0, "minorUnitFactor": 100, "currency": "CAD"},
    "delayed": {"amountMinor": 2_699, "minorUnitFactor": 100, "currency": "CAD"},
    "sent": {"amountMinor": -240_004, "minorUnitFactor": 100, "currency": "CAD"},
}
JPY_NESTED: Json = {
    "code": "JPY",
    "minorUnitFactor": 100,
    "total": {"amount_minor": 6_766, "minor_unit_factor": 1},
    "sent": {"amount_minor": 5_755, "minor_unit_factor": 1},
}
CAD_BARE: Json = {
    "minorUnitFactor": 100, "totalEarned": 257_667, "pending": 12_264, "processing": 0,
    "delayed": 2_699, "sent": -240_004,
}  # fmt: skip
JPY_BARE: Json = {"minorUnitFactor": 1, "earned": 6_766, "completed": 5_755}
SUMMARIES: list[tuple[str, Json]] = [
    ("list under currencies", {"currencies": [CAD_CAMEL, JPY_CAMEL]}),
    ("snake case under another key", {"totals": [CAD_SNAKE, JPY_SNAKE], "calculated_at": "x"}),
    ("amount objects", {"earningsByCurrency": [CAD_NESTED, JPY_NESTED]}),
    ("an unknown key", {"money": [CAD_CAMEL, JPY_SNAKE]}),
    ("objects by currency", {"totals": {"CAD": CAD_BARE, "JPY": JPY_BARE}}),
    ("objects by currency in lowercase", {"earnings": {"cad": CAD_BARE, "jpy": JPY_BARE}}),
    ("nested in an object", {"earnings": {"currencies": [CAD_CAMEL, JPY_CAMEL], "count": 2}}),
]


@pytest.mark.parametrize("body", [body for _, body in SUMMARIES], ids=[n for n, _ in SUMMARIES])
def test_totals_in_each_shape(body: Json) -> None:
    for response in ({**SETUP, **body}, {"success": True, "data": {**SETUP, **body}}):
        result = Finances.decode(response)
        assert result.totals == (CAD, JPY)
        assert (result.beatpay, result.beatpay_available) == ("ready", True)
        assert result.legacy_stripe == "draining"


@pytest.mark.parametrize(
    "body",
    [
        {}, {"currencies": None}, {"currencies": {}}, {"currencies": "CAD"},
        {"currencies": ["CAD", "JPY"]}, {"currencies": [{}]}, {"currencies": [{"currency": "CAD"}]},
        {"currencies": [{"minorUnitFactor": 100, "pendingMinor": 5}]},
        {"totals": {"CAD": {}, "JPY": 5}}, {"totals": {"Canada": CAD_BARE}},
        {"warnings": [{"code": "stale", "message": "Old"}]},
        {"recent": [{"currency": "CAD", "amountMinor": 5, "minorUnitFactor": 100}]},
        {"statuses": [{"status": "waiting", "count": 3}]}, {"calculatedAt": "2026-11-23T12:00:00Z"},
    ],
    ids=repr,
)  # fmt: skip
def test_unrecognized_totals_are_none(body: Json) -> None:
    result = Finances.decode({**SETUP, **body})
    assert result.totals is None
    assert result.beatpay == "ready"


def test_empty_totals() -> None:
    assert Finances.decode({**SETUP, "currencies": []}).totals == ()


@pytest.mark.parametrize("response", [None, [], {}, "x", 3, {"setup": None}, {"setup": []}])
def test_empty_finances(response: object) -> None:
    assert Finances.decode(response) == Finances(None, None, None, None, None)


@pytest.mark.parametrize("factor", [None, 0, -100, "x", 1.5, True])
def test_totals_without_factor_keep_their_currency(factor: object) -> None:
    result = Finances.decode({"currencies": [{**CAD_CAMEL, "minorUnitFactor": factor}, JPY_CAMEL]})
    assert result.totals == (CurrencyTotals("CAD", None, None, None, None, None), JPY)


@pytest.mark.parametrize("junk", [None, "x", [], {}, True, 26.99, 10**23, math.nan], ids=repr)
def test_invalid_total_affects_itself_only(junk: object) -> None:
    (result,) = Finances.decode({"currencies": [{**CAD_CAMEL, "pendingMinor": junk}]}).totals or ()
    assert result.pending is None
    assert (result.earned, result.sent) == (CAD.earned, CAD.sent)


def test_total_inherits_only_its_unit() -> None:
    row = {**money(999_999), "pending": {"count": 2}, "sentMinor": 5}
    (result,) = Finances.decode({"currencies": [row]}).totals or ()
    assert result == CurrencyTotals("CAD", None, None, None, None, Amount(5, 100, "CAD"))


@pytest.mark.parametrize(
    "sent, attention",
    [
        ({"attentionCount": 2}, 2), ({"attention_count": "2"}, 2), ({"needsAttention": 0}, 0),
        ({"attentionCount": None}, None), ({"attentionCount": -1}, None), ({}, None),
        ({"needsAttention": True}, None), ({"attentionCount": []}, None),
    ],
)  # fmt: skip
def test_attention_count(sent: Json, attention: int | None) -> None:
    assert Finances.decode({**SETUP, **sent}).attention == attention


def setup(**providers: object) -> Finances:
    return Finances.decode({"setup": {"providers": providers}})


@pytest.mark.parametrize(
    "beatpay, state, available",
    [
        ({"available": True, "recipientStatus": "ready"}, "ready", True),
        ({"isAvailable": False, "recipient_status": "not_started"}, "not_started", False),
        ({"is_available": 1, "recipient": {"status": "ready"}}, "ready", True),
        ({"available": True, "status": "on", "bankRecipient": {"state": "ready"}}, "ready", True),
        ({"state": "ready"}, "ready", None),
        ("ready", "ready", None),
        ({"available": "soon", "recipientStatus": 3}, None, None),
        ({}, None, None),
        ([], None, None),
        (None, None, None),
        (True, None, None),
    ],
)
def test_beatpay_state(beatpay: object, state: str | None, available: bool | None) -> None:
    result = setup(beatpay=beatpay)
    assert (result.beatpay, result.beatpay_available) == (state, available)


@pytest.mark.parametrize(
    "stripe, state",
    [
        ({"status": "draining"}, "draining"), ({"state": "active"}, "active"),
        ("active", "active"), ({}, "present"), ({"status": None}, "present"),
        ({"accountStatus": "x"}, "present"), (None, None), ([], None), (False, None), ("", None),
    ],
)  # fmt: skip
def test_legacy_stripe_state(stripe: object, state: str | None) -> None:
    assert setup(legacyStripe=stripe).legacy_stripe == state
    assert setup().legacy_stripe is None


@pytest.mark.parametrize("providers", [None, [], "x", {}])
def test_missing_providers(providers: object) -> None:
    result = Finances.decode({"setup": {"providers": providers}, "currencies": [JPY_CAMEL]})
    assert (result.beatpay, result.legacy_stripe) == (None, None)
    assert result.totals == (JPY,)


def test_setup_text_is_cleaned() -> None:
    result = setup(beatpay={"recipientStatus": HOSTILE}, legacyStripe={"status": HOSTILE})
    check_clean(result.beatpay, 40)
    check_clean(result.legacy_stripe, 40)


# Transactions (rows are undocumented)

PAGE: Json = {
    "page": 2, "perPage": 20, "total": 62, "from": 21, "to": 40, "hasPrevious": True,
    "hasMore": True,
}  # fmt: skip
SALE = Transaction(
    kind="sales",
    status="waiting",
    amount=Amount(2_699, 100, "CAD"),
    about="Midnight Drive",
    at=datetime(2026, 11, 20, 13, 10, tzinfo=UTC),
    id="sale-1",
)
SALE_CAMEL: Json = {
    "id": "sale-1", "type": "sales", "status": "waiting", **money(),
    "description": "Midnight Drive", "occurredAt": "2026-11-20T13:10:00Z",
}  # fmt: skip
SALE_SNAKE: Json = {
    "uuid": "sale-1",
    "kind": "sales", "state": "waiting", "amount_minor": "2699", "minor_unit_factor": "100",
    "currency_code": "cad", "track_name": "Midnight Drive", "created_at": "2026-11-20 13:10:00",
}  # fmt: skip
SALE_NESTED: Json = {
    "reference_id": "sale-1",
    "source": "sales", "status": "waiting", "amount": money(), "date": "2026-11-20T13:10:00Z",
    "track": {"id": 1, "name": "Midnight Drive"},
}  # fmt: skip
SALE_HALF_NESTED: Json = {
    **SALE_NESTED, "amount": {"amount_minor": 2_699}, "minorUnitFactor": 100, "currency": "CAD",
}  # fmt: skip
LISTS: list[tuple[str, Json]] = [
    ("list under transactions", {"transactions": [SALE_CAMEL], "pagination": PAGE}),
    ("snake case under data", {"status": "success", "data": [SALE_SNAKE], "pagination": PAGE}),
    ("nested under items", {"items": [SALE_NESTED], "pagination": PAGE}),
    ("half nested under rows", {"rows": [SALE_HALF_NESTED], "pagination": PAGE}),
    ("an envelope", {"success": True, "data": {"transactions": [SALE_CAMEL], "pagination": PAGE}}),
    ("inside the page", {"pagination": {**PAGE, "data": [SALE_SNAKE]}}),
    ("another key", {"entries": [SALE_NESTED], "pagination": PAGE, "counts": {"all": 62}}),
]


@pytest.mark.parametrize("response", [a for _, a in LISTS], ids=[name for name, _ in LISTS])
def test_transactions_in_each_shape(response: Json) -> None:
    page = Transactions.decode(response, 2)
    assert page._replace(rows=None, counts=None) == Transactions(
        None, page=2, total=62, first=21, last=40, more=True
    )
    # The details differ: tests/models/test_payout_details.py.
    assert [row._replace(details=SALE.details) for row in page.rows or ()] == [SALE]


@pytest.mark.parametrize(
    "body",
    [
        {}, {"transactions": None}, {"transactions": {}}, {"transactions": "x"},
        {"transactions": ["sale-1"]}, {"transactions": [{}]}, {"transactions": [{"id": "sale-1"}]},
        {"counts": [{"status": "waiting", "count": 3}]},
        {"statusCounts": [{"status": "all", "count": 3}], "typeCounts": [{"type": "all"}]},
        {"counts": {"status": {"all": 62}}},
    ],
    ids=repr,
)  # fmt: skip
def test_unrecognized_transactions_are_none(body: Json) -> None:
    result = Transactions.decode({**body, "pagination": PAGE})
    assert result.rows is None
    assert (result.total, result.first, result.last) == (62, 21, 40)


def test_empty_transaction_list() -> None:
    page = {**PAGE, "page": 1, "total": 0, "from": None, "to": None, "hasMore": False}
    assert Transactions.decode({"transactions": [], "pagination": page}) == Transactions(
        (), page=1, total=0, first=None, last=None, more=False
    )


@pytest.mark.parametrize("response", [None, [], {}, "x", 3])
def test_empty_transactions_response(response: object) -> None:
    result = Transactions.decode(response, 3)
    assert result.page == 3
    assert (result.total, result.first, result.last, result.more) == (None, None, None, False)
    assert result.rows is None


@pytest.mark.parametrize(
    "page, expected",
    [
        ({"page": "2", "total": "62", "from": "21", "to": "40", "hasMore": "true"},
         (2, 62, 21, 40, True)),
        ({"page": None, "total": None, "from": None, "to": None, "hasMore": None},
         (5, None, None, None, False)),
        ({"page": 0, "total": -1, "from": 1.5, "to": [], "hasMore": 2},
         (5, None, None, None, False)),
        ({}, (5, None, None, None, False)),
        ([], (5, None, None, None, False)),
        (None, (5, None, None, None, False)),
    ],
)  # fmt: skip
def test_transaction_paging(page: object, expected: tuple[object, ...]) -> None:
    result = Transactions.decode({"transactions": [SALE_CAMEL], "pagination": page}, 5)
    assert (result.page, result.total, result.first, result.last, result.more) == expected
    assert result.rows == (SALE,)


def transaction(**changes: object) -> Transaction:
    rows = Transactions.decode({"transactions": [SALE_CAMEL, {**SALE_CAMEL, **changes}]}).rows
    assert rows is not None
    assert rows[0] == SALE
    return rows[1]


@pytest.mark.parametrize(
    "sent, field",
    [
        ("type", "kind"), ("status", "status"), ("amountMinor", "amount"),
        ("minorUnitFactor", "amount"), ("description", "about"), ("occurredAt", "at"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("junk", [None, [], {}, True, 0.5, math.nan, 10**23], ids=repr)
def test_invalid_transaction_field_affects_itself_only(sent: str, field: str, junk: object) -> None:
    result = transaction(**{sent: junk})
    for other in ("kind", "status", "amount", "about", "at"):
        assert getattr(result, other) == (None if other == field else getattr(SALE, other))


def test_refund_is_negative() -> None:
    result = transaction(status="refunded", amountMinor=-4_499)
    assert result.amount == Amount(-4_499, 100, "CAD")
    assert result.amount.major == Decimal("-44.99")


def test_nested_amount_has_its_own_unit() -> None:
    own = {"amount_minor": 500, "minor_unit_factor": 1, "currency_code": "JPY"}
    assert transaction(amount=own).amount == Amount(500, 1, "JPY")


def test_transaction_without_amount_is_listed() -> None:
    sent = [{**SALE_CAMEL, "minorUnitFactor": 0}]
    rows = Transactions.decode({"transactions": sent}).rows
    assert rows is not None
    assert (rows[0].amount, rows[0].about) == (None, "Midnight Drive")


def test_transaction_text_is_cleaned() -> None:
    result = transaction(type=HOSTILE, status=HOSTILE, description=HOSTILE)
    check_clean(result.kind, 30)
    check_clean(result.status, 30)
    check_clean(result.about)
    check_clean(transaction(description=None, track={"name": HOSTILE}).about)


def test_purchase_text_is_cleaned() -> None:
    result = purchases({**PURCHASE, "track_name": HOSTILE, "status": HOSTILE})
    assert result is not None
    check_clean(result[0].track)
    check_clean(result[0].status, 30)


# Legacy balance

CAD_27, ZERO_CAD = Amount(2_699, 100, "CAD"), Amount(0, 100, "CAD")
YEN, ZERO_YEN = Amount(500, 1, "JPY"), Amount(0, 1, "JPY")
BALANCES: list[tuple[str, Json]] = [
    (
        "lists",
        {
            "available": [money(), money(500, 1, "JPY")],
            "pending": [money(0), money(0, 1, "JPY")],
        },
    ),
    (
        "objects by currency",
        {
            "success": True,
            "data": {
                "available": {
                    "CAD": {"amountMinor": 2_699, "minorUnitFactor": 100},
                    "JPY": {"amountMinor": 500, "minorUnitFactor": 1},
                },
                "pending": {
                    "CAD": {"amountMinor": 0, "minorUnitFactor": 100},
                    "JPY": {"amountMinor": 0, "minorUnitFactor": 1},
                },
            },
        },
    ),
    (
        "snake case under a name",
        {
            "balance": {
                "available": [
                    {"amount_minor": "2699", "minor_unit_factor": "100", "currency": "cad"},
                    {"amount_minor": "500", "minor_unit_factor": "1", "currency": "jpy"},
                ],
                "pending": [
                    {"amount_minor": "0", "minor_unit_factor": "100", "currency": "cad"},
                    {"amount_minor": "0", "minor_unit_factor": "1", "currency": "jpy"},
                ],
            }
        },
    ),
    (
        "a row for each currency",
        {
            "balances": [
                {"currency": "CAD", "minorUnitFactor": 100, "availableMinor": 2_699,
                 "pendingMinor": 0},
                {"currency": "JPY", "minorUnitFactor": 1, "available_minor": 500,
                 "pending_minor": 0},
            ]
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize("response", [a for _, a in BALANCES], ids=[name for name, _ in BALANCES])
def test_balance_in_each_shape(response: Json) -> None:
    assert Balance.decode(response) == Balance((CAD_27, YEN), (ZERO_CAD, ZERO_YEN))


@pytest.mark.parametrize(
    "response",
    [
        {"available": money(), "pending": money(0)},
        {"currency": "CAD", "minorUnitFactor": 100, "availableMinor": 2_699, "pendingMinor": 0},
    ],
)
def test_balance_in_one_currency(response: Json) -> None:
    assert Balance.decode(response) == Balance((CAD_27,), (ZERO_CAD,))


@pytest.mark.parametrize(
    "result",
    [
        None, "x", 3, True, {}, ["CAD"], [None], [{}], [{"amount": 2_699, "currency": "cad"}],
        [money(factor=0)], [money(factor=None)], [money(26.99)], money(None), {"CAD": 2_699},
        {"CAD": {}}, money(factor=-100),
    ],
    ids=repr,
)  # fmt: skip
def test_unreadable_balance_is_none(result: object) -> None:
    assert Balance.decode({"available": result, "pending": [money(0)]}) == Balance(
        None, (ZERO_CAD,)
    )
    assert Balance.decode({"pending": result, "available": [money()]}) == Balance((CAD_27,), None)


def test_empty_balance() -> None:
    assert Balance.decode({"available": [], "pending": []}) == Balance((), ())


@pytest.mark.parametrize("response", [None, [], {}, "x", {"data": {}}, {"message": "Cached"}])
def test_missing_balance(response: object) -> None:
    assert Balance.decode(response) == Balance(None, None)


def test_invalid_balance_amount_affects_itself_only() -> None:
    sent = [money(), money(factor=0), None, "x", money(-500, 1, "JPY")]
    result = Balance.decode({"available": sent})
    assert result.available == (CAD_27, None, Amount(-500, 1, "JPY"))
    assert finances.balance_amounts(result)[0] == ("Available", "26.99 CAD · — · −500 JPY")


@pytest.mark.parametrize("code", [None, "", "C$", 3, [], True], ids=repr)
def test_invalid_balance_currency(code: object) -> None:
    result = Finances.decode({"currencies": [JPY_CAMEL, {**CAD_CAMEL, "currency": code}]})
    assert result.totals is not None
    assert result.totals[0] == JPY
    assert result.totals[1].currency is None
    assert result.totals[1].sent == Amount(CAD_CAMEL["sentMinor"], 100, None)
    assert finances.balance_table(result).currencies[1] == "—"


@pytest.mark.parametrize("more", [None, "x", [], 2], ids=repr)
@pytest.mark.parametrize(
    "rows, page, expected",
    [
        (1, {"total": 62, "to": 20}, True),
        (1, {"total": 62, "to": 62}, False),
        (20, {}, True),
        (19, {}, False),
        (5, {"perPage": 5}, True),
        (0, {"perPage": 5}, False),
    ],
)
def test_missing_has_more_is_derived(rows: int, page: Json, expected: bool, more: object) -> None:
    response = {"transactions": [SALE_CAMEL] * rows, "pagination": {**page, "hasMore": more}}
    assert Transactions.decode(response).more is expected
