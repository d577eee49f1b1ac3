"""Earnings by month and by beat: exact, per currency, local, and honest about missing rows."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

from beatpass_tui.models.money import Sales, Transactions
from beatpass_tui.view_models.earnings import Earnings, Fact
from beatpass_tui.view_models.transactions import sale_rows, transaction_rows
from support.fakes import NOW


def sale(
    day: str, minor: int, status: str | None = "completed", **fields: object
) -> dict[str, Any]:
    return {
        "type": "sales",
        "status": status,
        "amountMinor": minor,
        "minorUnitFactor": 100,
        "currency": "CAD",
        "description": "Midnight Drive",
        "occurredAt": f"{day}T12:00:00Z",
        **fields,
    }


def earnings(*rows: dict[str, Any], total: int | None = None, now: datetime = NOW) -> Earnings:
    page = Transactions.decode({"transactions": list(rows)})
    return Earnings(transaction_rows(page.rows or ()), now, total)


def months(result: Earnings, currency: str = "CAD") -> dict[date, float | None]:
    return {step.start: step.value for step in result.chart(currency).steps}


def test_months_are_sums_per_currency_up_to_now() -> None:
    result = earnings(
        sale("2026-11-20", 1_010),
        sale("2026-11-02", 2_020, "sending"),
        sale("2026-09-30", 5_000, "needs_attention"),
        sale("2026-11-01", 900, currency="JPY", minorUnitFactor=1),
    )
    assert result.currencies == ("CAD", "JPY")
    assert months(result) == {
        date(2026, 9, 1): 50.0,
        date(2026, 10, 1): 0.0,
        date(2026, 11, 1): 30.3,
    }
    assert months(result, "JPY") == {date(2026, 11, 1): 900.0}
    assert result.facts("CAD") == (Fact("Nov", "30.30"), Fact("best Sep", "50.00"))
    assert result.facts("JPY") == (Fact("Nov", "900"),)
    assert result.chart("JPY").decimals == 0
    assert result.chart("CAD").words() == (
        "Earnings by month in CAD, 3 months: 80.30, most in September 2026 (50.00), "
        "least in October 2026 (0.00); latest first, Nov 2026 30.30, Oct 2026 0.00, "
        "Sep 2026 50.00."
    )
    assert result.months("CAD") == (
        ("November 2026", "30.30"),
        ("October 2026", "0.00"),
        ("September 2026", "50.00"),
    )


def test_reversed_is_subtracted_and_pending_is_apart() -> None:
    result = earnings(
        sale("2026-11-20", 1_000),
        sale("2026-11-20", 9_999, "waiting"),
        sale("2026-11-20", -400, "refunded"),
        # Its own sale was reversed, so that nothing was earned by it.
        sale("2026-11-20", 700, "refunded"),
        sale("2026-11-20", 500, "sleeping"),
        sale("2026-11-20", 50, None),
    )
    assert months(result) == {date(2026, 11, 1): 6.5}
    assert result.pending("CAD") == "99.99"
    assert result.facts("CAD")[-1] == Fact("pending", "99.99")
    assert [(each.title, each.text) for each in result.beats("CAD")] == [("Midnight Drive", "6.50")]
    # The amount with an unknown status is not in the months.
    assert result.coverage == "5 of 6 rows"


def test_months_are_local() -> None:
    row = sale("2026-11-01", 1_000, occurredAt="2026-11-01T01:30:00Z")
    toronto = NOW.astimezone(timezone(timedelta(hours=-4)))
    assert months(earnings(row, now=toronto))[date(2026, 10, 1)] == 10.0
    assert months(earnings(row)) == {date(2026, 11, 1): 10.0}
    assert months(earnings(sale("x", 1_000, occurredAt="2026-11-01"), now=toronto)) == {
        date(2026, 11, 1): 10.0
    }


def test_missing_rows_are_said() -> None:
    rows = [sale("2026-11-20", 1_000), sale("x", 500, occurredAt=None), sale("2026-10-02", 1)]
    assert earnings(*rows, total=1_340).facts("CAD")[0] == Fact("2 of 1,340 rows")
    assert earnings(*rows, total=1_340).beats_note == "3 of 1,340"
    assert not earnings(*rows, total=3).chart("CAD").is_empty
    assert earnings(*rows, total=3).coverage == "2 of 3 rows"
    assert earnings(rows[0], total=1).coverage == ""
    # A row of a clock that was ahead is in no month.
    assert earnings(sale("2026-12-02", 5), total=1).coverage == "0 of 1 row"


def test_totals_by_beat_are_of_rows_with_a_title() -> None:
    result = earnings(
        sale("2026-11-20", 1_000),
        sale("2026-01-20", 3_000, description="Cold Tides"),
        sale("2026-01-20", 100, description=None, track={"name": "Midnight Drive"}),
        sale("2026-01-20", 9_000, description=None),
        sale("2026-01-20", 9_000, type="subscriptions", description="Subscription earnings"),
        sale("2026-01-20", 8_000, description="In yen", currency="JPY"),
    )
    assert [(each.title, each.text) for each in result.beats("CAD")] == [
        ("Cold Tides", "30.00"),
        ("Midnight Drive", "11.00"),
    ]
    assert result.beats_note == "5 of 6"


def test_nothing_is_invented() -> None:
    empty = earnings()
    assert (empty.currencies, empty.coverage, empty.facts("CAD")) == ((), "", ())
    assert empty.chart("CAD").is_empty
    assert empty.beats("CAD") == ()
    without_currency = earnings(sale("2026-11-20", 1_000, currency=None))
    assert without_currency.currencies == ()
    assert without_currency.coverage == "0 of 1 row"


def test_best_month_of_another_year_has_its_year() -> None:
    facts = earnings(sale("2025-12-20", 5_000), sale("2026-11-20", 1_000)).facts("CAD")
    assert facts == (Fact("Nov", "10.00"), Fact("best Dec 2025", "50.00"))


def test_sales_are_earnings_too() -> None:
    purchase = {
        "id": 7, "track_id": 9, "track_name": "Midnight Drive", "artist_amount": 26.99,
        "total_amount": 29.99, "platform_fee": 3.0, "status": "succeeded",
        "purchased_at": "2026-11-20 13:10:00",
    }  # fmt: skip
    sales = Sales.decode(
        {"earnings": {"currency": "CAD", "total_sales": 37}, "recent_purchases": [purchase]}
    )
    result = Earnings(sale_rows(sales), NOW, sales.total_sales, "sale")
    assert months(result) == {date(2026, 11, 1): 26.99}
    assert result.coverage == "1 of 37 sales"
    assert [(each.title, each.text) for each in result.beats("CAD")] == [
        ("Midnight Drive", "26.99")
    ]
