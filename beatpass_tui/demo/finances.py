"""Transactions, and the documented part of the finance responses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from beatpass_tui.demo.messages import Json, invalid, strict_number
from beatpass_tui.demo.model import Catalog, Chance, Purchase, Transaction

# Minor units per unit of a currency.
FACTORS: Mapping[str, int] = {"CAD": 100, "JPY": 1}
_REFUNDED_CENTS, _REFUNDED_DAYS, _REFUND_DAYS = 4_499, 141, 136


def all_transactions(now: datetime, purchases: Sequence[Purchase]) -> tuple[Transaction, ...]:
    """Return every transaction, newest first."""
    rows = [
        *(_sale(purchase) for purchase in purchases),
        *_refunded_sale(now, purchases[-1]),
        *_subscriptions(now, "CAD", months=16, low=640, high=2_980, unpaid_status="waiting"),
        *_subscriptions(now, "JPY", months=7, low=310, high=1_960, unpaid_status="needs_attention"),
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
        fee=purchase.fee_cents,
    )


def _refunded_sale(now: datetime, like: Purchase) -> Iterator[Transaction]:
    """Yield a sale and its refund, which are not part of `/artist/sales`."""
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
    now: datetime, currency: str, *, months: int, low: int, high: int, unpaid_status: str
) -> Iterator[Transaction]:
    """Yield a subscription share for each past month; the latest is unpaid."""
    chance = Chance(f"subscriptions {currency}")
    first = now.replace(day=1, hour=0, minute=0)
    for month in range(months):
        yield Transaction(
            id=f"subscription-{currency.lower()}-{first:%Y-%m}",
            at=first,
            kind="subscriptions",
            status="completed" if month else unpaid_status,
            amount=chance.between(low, high),
            currency=currency,
            track=None,
        )
        first = (first - timedelta(days=1)).replace(day=1)


STATUSES = ("waiting", "sending", "needs_attention", "completed", "refunded")
KINDS = ("sales", "subscriptions")
# The older parameter combines status and type, with fewer values.
_FILTERS = ("all", *KINDS, "waiting", "needs_attention", "completed")


@dataclass(frozen=True, slots=True)
class Selection:
    """The requested transactions and their page."""

    status: str
    kind: str
    matching: tuple[Transaction, ...]
    page: int
    size: int

    @property
    def shown(self) -> tuple[Transaction, ...]:
        """Return the rows of the page."""
        first = (self.page - 1) * self.size
        return self.matching[first : first + self.size]


def select(catalog: Catalog, query: Mapping[str, str]) -> Selection:
    """Return the selection of a query of `GET /artists/{artist}/finances/transactions`."""
    status = _chosen(query, "status", ("all", *STATUSES))
    kind = _chosen(query, "type", ("all", *KINDS))
    if "status" not in query and "type" not in query:
        combined = _chosen(query, "filter", _FILTERS)
        status, kind = ("all", combined) if combined in KINDS else (combined, "all")
    return Selection(
        status=status,
        kind=kind,
        matching=matching(catalog.transactions, status, kind),
        page=strict_number(query, "page", 1),
        size=strict_number(query, "per_page", 20, largest=20),
    )


def matching(rows: tuple[Transaction, ...], status: str, kind: str) -> tuple[Transaction, ...]:
    """Return the rows with a status and a type, each of which may be `all`."""
    return tuple(row for row in rows if status in ("all", row.status) and kind in ("all", row.kind))


def _chosen(query: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = query.get(name, "all")
    if value not in choices:
        raise invalid(name, f"The selected {name} is invalid.")
    return value


def transactions(selection: Selection) -> Json:
    """Return the documented part of `GET /artists/{artist}/finances/transactions`."""
    total, shown = len(selection.matching), len(selection.shown)
    first = (selection.page - 1) * selection.size
    return {
        "pagination": {
            "page": selection.page,
            "perPage": selection.size,
            "total": total,
            "from": first + 1 if shown else None,
            "to": first + shown if shown else None,
            "hasPrevious": selection.page > 1,
            "hasMore": selection.page * selection.size < total,
        }
    }


def summary(catalog: Catalog) -> Json:
    """Return the documented part of `GET /artists/{artist}/finances/summary`.

    The older provider is included only while it still has something to pay out.
    """
    providers: Json = {"beatpay": {}}
    if catalog.payouts_ready:
        providers["legacyStripe"] = {}
    return {"setup": {"providers": providers, "canResumeStripe": False}}
