"""Finances of the demo server: filters, pages and consistent totals."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from beatpass_tui.demo import DemoServer
from support.demo_client import NOW, ZULU, call, check, matching, one_of, optional

FINANCES = "/artists/900000021/finances"
STATUSES = ("waiting", "sending", "needs_attention", "completed", "refunded")
KINDS = ("sales", "subscriptions")
CURRENCY = matching("[A-Z]{3}")
PAGE = {
    "page": int,
    "perPage": int,
    "total": int,
    "from": optional(int),
    "to": optional(int),
    "hasPrevious": bool,
    "hasMore": bool,
}


def transactions(server: DemoServer, query: str = "") -> list[Any]:
    """Read all pages of transactions and check the position that each states."""
    rows: list[Any] = []
    page = 1
    while True:
        body = call(server, f"{FINANCES}/transactions?page={page}{query}").body
        pagination = body["pagination"]
        check(pagination, PAGE)
        assert (pagination["page"], pagination["perPage"]) == (page, 20)
        assert pagination["hasPrevious"] == (page > 1)
        if body["transactions"]:
            assert pagination["from"] == len(rows) + 1
        rows += body["transactions"]
        assert pagination["to"] == (len(rows) or None)
        if not pagination["hasMore"]:
            assert pagination["total"] == len(rows)
            return rows
        page += 1


def earned(rows: list[Any]) -> Counter[str]:
    total: Counter[str] = Counter()
    for row in rows:
        total[row["currency"]] += row["amountMinor"]
    return total


def test_transactions_have_a_last_page(server: DemoServer) -> None:
    rows = transactions(server)
    assert len({row["id"] for row in rows}) == len(rows) == 62
    for row in rows:
        check(row["amountMinor"], int)
        assert row["minorUnitFactor"] == {"CAD": 100, "JPY": 1}[row["currency"]]
        check(row["occurredAt"], ZULU)
    times = [row["occurredAt"] for row in rows]
    assert times == sorted(times, reverse=True)
    assert times[0] <= "2026-11-23T12:04:30Z"
    assert {row["status"] for row in rows} == set(STATUSES)
    assert {row["currency"] for row in rows} == {"CAD", "JPY"}
    assert [row["status"] for row in rows if row["amountMinor"] < 0] == ["refunded"]


@pytest.mark.parametrize("status", ["all", *STATUSES])
@pytest.mark.parametrize("kind", ["all", *KINDS])
def test_transactions_are_filtered(server: DemoServer, status: str, kind: str) -> None:
    all_rows = transactions(server)
    requested = [
        row for row in all_rows if status in ("all", row["status"]) and kind in ("all", row["type"])
    ]
    assert transactions(server, f"&status={status}&type={kind}") == requested
    counts = call(server, f"{FINANCES}/transactions?status={status}&type={kind}").body["counts"]
    assert counts["status"][status] == counts["type"][kind] == len(requested)
    assert counts["status"]["all"] == sum(counts["status"][each] for each in STATUSES)
    assert counts["type"]["all"] == sum(counts["type"][each] for each in KINDS)


def test_status_and_type_replace_the_older_filter(server: DemoServer) -> None:
    assert transactions(server, "&filter=sales") == transactions(server, "&type=sales")
    assert transactions(server, "&filter=waiting") == transactions(server, "&status=waiting")
    assert transactions(server, "&filter=waiting&type=all") == transactions(server)


@pytest.mark.parametrize(
    "query, field",
    [
        ("status=paid", "status"),
        ("status=", "status"),
        ("type=refunds", "type"),
        ("filter=refunded", "filter"),
        ("per_page=0", "per_page"),
        ("per_page=21", "per_page"),
        ("per_page=all", "per_page"),
        ("page=0", "page"),
        ("page=-1", "page"),
    ],
)
def test_undocumented_parameter_is_refused(server: DemoServer, query: str, field: str) -> None:
    reply = call(server, f"{FINANCES}/transactions?{query}")
    assert reply.status == 422
    check(reply.body, {"message": str, "errors": {field: [str]}})


@pytest.mark.parametrize("size", [1, 20])
def test_page_size_is_that_of_the_request(server: DemoServer, size: int) -> None:
    body = call(server, f"{FINANCES}/transactions?per_page={size}").body
    assert len(body["transactions"]) == body["pagination"]["perPage"] == size


def test_page_after_the_last_is_empty(server: DemoServer) -> None:
    body = call(server, f"{FINANCES}/transactions?page=9").body
    assert body["transactions"] == []
    assert body["pagination"] == {
        "page": 9,
        "perPage": 20,
        "total": 62,
        "from": None,
        "to": None,
        "hasPrevious": True,
        "hasMore": False,
    }


def test_summary_agrees_with_the_transactions(server: DemoServer) -> None:
    summary = call(server, f"{FINANCES}/summary").body
    rows = transactions(server)
    currencies = {each["currency"]: each for each in summary["currencies"]}
    assert currencies.keys() == {"CAD", "JPY"}
    fields = zip(
        ("pendingMinor", "processingMinor", "delayedMinor", "sentMinor", "reversedMinor"),
        STATUSES,
        strict=True,
    )
    for name, status in fields:
        total = earned([row for row in rows if row["status"] == status])
        assert {key: each[name] for key, each in currencies.items()} == {
            key: total[key] for key in currencies
        }
    total = earned(rows)
    assert {key: each["totalEarnedMinor"] for key, each in currencies.items()} == dict(total)
    assert summary["attentionCount"] == sum(row["status"] == "needs_attention" for row in rows)
    assert summary["attentionCount"] == 2
    check(summary["calculatedAt"], ZULU)
    check(
        summary["setup"],
        {"providers": {"beatpay": dict, "legacyStripe": dict}, "canResumeStripe": one_of(False)},
    )


def test_sales_agree_with_the_transactions(server: DemoServer) -> None:
    sales = call(server, "/artist/sales").body
    rows = [row for row in transactions(server) if row["type"] == "sales"]
    earnings = sales["earnings"]
    assert earned(rows) == {"CAD": round(100 * earnings["total_revenue"])}
    # A refunded sale is two transactions, and not in the sales.
    assert len(rows) == earnings["total_sales"] + 2
    unpaid = [row for row in rows if row["status"] in ("waiting", "sending", "needs_attention")]
    assert earned(unpaid) == {"CAD": round(100 * earnings["pending_payout"])}
    by_id = {row["id"]: row for row in rows}
    for purchase in sales["recent_purchases"]:
        row = by_id[f"sale-{purchase['id']}"]
        assert row["amountMinor"] == round(100 * purchase["artist_amount"])
        assert row["track"] == {"id": purchase["track_id"], "name": purchase["track_name"]}
        assert (purchase["status"] == "completed") == (row["status"] == "completed")


def test_legacy_balance_is_the_total_of_delayed_sales(server: DemoServer) -> None:
    balance = call(server, f"{FINANCES}/provider-balance").body
    money = {"amountMinor": int, "minorUnitFactor": int, "currency": CURRENCY}
    check(balance, {"available": [money], "pending": [money]})
    delayed = earned(transactions(server, "&status=needs_attention&type=sales"))
    assert {each["currency"]: each["amountMinor"] for each in balance["available"]} == delayed


def test_new_artist_has_no_payout_setup() -> None:
    with DemoServer(state="new", now=lambda: NOW) as server:
        assert transactions(server) == []
        summary = call(server, f"{FINANCES}/summary").body
        balance = call(server, f"{FINANCES}/provider-balance").body
    assert (summary["currencies"], summary["attentionCount"]) == ([], 0)
    assert summary["setup"] == {
        "providers": {"beatpay": {"available": True, "recipientStatus": "not_started"}},
        "canResumeStripe": False,
    }
    assert balance == {"available": [], "pending": []}


def test_documented_only_leaves_out_guessed_fields() -> None:
    with DemoServer(now=lambda: NOW, documented_only=True) as server:
        assert call(server, f"{FINANCES}/summary").body == {
            "setup": {"providers": {"beatpay": {}, "legacyStripe": {}}, "canResumeStripe": False}
        }
        body = call(server, f"{FINANCES}/transactions?type=sales").body
        assert body.keys() == {"pagination"}
        check(body["pagination"], PAGE)
        assert body["pagination"]["total"] == 39
        assert call(server, f"{FINANCES}/transactions?type=x").status == 422
    with DemoServer(state="new", now=lambda: NOW, documented_only=True) as server:
        assert call(server, f"{FINANCES}/summary").body == {
            "setup": {"providers": {"beatpay": {}}, "canResumeStripe": False}
        }
