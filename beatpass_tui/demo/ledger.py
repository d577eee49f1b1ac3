"""The made-up money: a row for each sale and each month of subscriptions, and what went back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from beatpass_tui.demo.chance import Chance
from beatpass_tui.demo.model import Purchase, Transaction

# How many minor units make one unit of a currency.
FACTORS: Mapping[str, int] = {"CAD": 100, "JPY": 1}
_REFUNDED_CENTS, _REFUNDED_DAYS, _REFUND_DAYS = 4_499, 141, 136


def transactions(now: datetime, purchases: Sequence[Purchase]) -> tuple[Transaction, ...]:
    """Return every movement, newest first."""
    rows = [
        *(_sale(purchase) for purchase in purchases),
        *_taken_back(now, purchases[-1]),
        *_subscriptions(now, "CAD", months=16, low=640, high=2_980, on_its_way="waiting"),
        *_subscriptions(now, "JPY", months=7, low=310, high=1_960, on_its_way="needs_attention"),
    ]
    return tuple(sorted(rows, key=lambda row: (row.at, row.id), reverse=True))


def _sale(purchase: Purchase) -> Transaction:
    return Transaction(
        id=f"sale-{purchase.id}",
        at=purchase.at,
        kind="sales",
        status=purchase.status,
        amount=purchase.artist_cents,
        currency="CAD",
        track=purchase.track,
    )


def _taken_back(now: datetime, like: Purchase) -> Iterator[Transaction]:
    """Return a sale and its refund: they cancel out, and `/artist/sales` knows neither of them."""
    for name, days, amount, status in (
        ("sale", _REFUNDED_DAYS, _REFUNDED_CENTS, "completed"),
        ("refund", _REFUND_DAYS, -_REFUNDED_CENTS, "refunded"),
    ):
        yield Transaction(
            id=f"{name}-{like.id - 1}",
            at=now - timedelta(days=days),
            kind="sales",
            status=status,
            amount=amount,
            currency="CAD",
            track=like.track,
        )


def _subscriptions(
    now: datetime, currency: str, *, months: int, low: int, high: int, on_its_way: str
) -> Iterator[Transaction]:
    """Return a share of the subscriptions for each month that is over, the latest unpaid."""
    chance = Chance(f"subscriptions {currency}")
    first = now.replace(day=1, hour=0, minute=0)
    for month in range(months):
        yield Transaction(
            id=f"subscription-{currency.lower()}-{first:%Y-%m}",
            at=first,
            kind="subscriptions",
            status="completed" if month else on_its_way,
            amount=chance.between(low, high),
            currency=currency,
            track=None,
        )
        first = (first - timedelta(days=1)).replace(day=1)
