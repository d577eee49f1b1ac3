"""Sales, payout setup, totals per currency, transactions and balances."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, Self

from beatpass_tui.models import decode
from beatpass_tui.models.decode import JsonObject
from beatpass_tui.models.payout_details import PayoutDetails, counts

PER_PAGE = 20
"""Default number of transactions per page."""

_CURRENCY = re.compile(r"[A-Za-z]{3}")
_MINOR = ("amountMinor", "amount_minor")
_FACTORS = ("minorUnitFactor", "minor_unit_factor")
_CURRENCIES = ("currency", "currencyCode", "currency_code")


class Amount(NamedTuple):
    """An exact amount in one currency."""

    minor: int
    """In minor units, such as cents; negative for a refund."""
    factor: int
    """Minor units per major unit, as sent: 100 for CAD, 1 for JPY."""
    currency: str | None
    """ISO 4217 code."""

    @property
    def major(self) -> Decimal:
        return Decimal(self.minor) / self.factor

    @classmethod
    def decode(cls, source: Mapping[str, Any], *names: str) -> Self | None:
        """Read `amountMinor`, or the first of `names`, with `minorUnitFactor` and `currency`."""
        row = JsonObject(source)
        minor, factor = row.integer(*(names or _MINOR)), row.count(*_FACTORS)
        # The amount is unknown without the factor.
        if minor is None or not factor:
            return None
        return cls(minor, factor, currency(row.first(*_CURRENCIES)))


def currency(value: Any) -> str | None:
    """Return an ISO 4217 code in upper case."""
    code = decode.string(value, 10)
    return code.upper() if code and _CURRENCY.fullmatch(code) else None


class Purchase(NamedTuple):
    """A recent sale of a track, in major units."""

    track: str | None
    earned: Decimal | None
    """The artist's share."""
    status: str | None
    at: date | None
    beat_id: int | None = None
    price: Decimal | None = None
    """What the buyer paid."""
    fee: Decimal | None = None
    """The share of the platform."""


class Sales(NamedTuple):
    """Totals of track sales in major units of one currency, from `GET /artist/sales`."""

    total_sales: int | None
    revenue: Decimal | None
    pending: Decimal | None
    paid_out: Decimal | None
    currency: str | None
    """ISO 4217 code."""
    recent: tuple[Purchase, ...] | None
    """Recent purchases in the service's order, newest first."""

    @classmethod
    def decode(cls, response: Any) -> Self:
        """Read `earnings` at the root, or under `data` in older responses."""
        body = decode.unwrap(response)
        earnings = body.nested("earnings")
        is_listed = isinstance(body.get("recent_purchases"), list)
        return cls(
            total_sales=earnings.count("total_sales"),
            revenue=earnings.decimal("total_revenue"),
            pending=earnings.decimal("pending_payout"),
            paid_out=earnings.decimal("paid_out"),
            currency=currency(earnings.get("currency")),
            recent=tuple(map(_purchase, body.objects("recent_purchases"))) if is_listed else None,
        )


def _purchase(row: JsonObject) -> Purchase:
    return Purchase(
        track=row.string("track_name", "track_title"),
        earned=row.decimal("artist_amount"),
        status=row.string("status", limit=30),
        at=row.day_or_moment("purchased_at"),
        beat_id=row.identifier("track_id"),
        price=row.decimal("total_amount"),
        fee=row.decimal("platform_fee"),
    )


class CurrencyTotals(NamedTuple):
    """Earnings in one currency; a missing total is None, never zero."""

    currency: str | None
    earned: Amount | None
    pending: Amount | None
    processing: Amount | None
    delayed: Amount | None
    sent: Amount | None
    reversed: Amount | None = None


class Finances(NamedTuple):
    """Payout setup and totals per currency, from `GET /artists/{artist}/finances/summary`."""

    beatpay: str | None
    """State of the BEATPAY bank recipient, such as `ready`; the values are not documented."""
    beatpay_available: bool | None
    legacy_stripe: str | None
    """State of the legacy Stripe account, `present` if sent without a state.

    None if not sent, which is the case once it is neither active nor draining.
    """
    totals: tuple[CurrencyTotals, ...] | None
    """None if the response has no recognizable totals."""
    attention: int | None
    """Number of transactions that need attention."""

    @classmethod
    def decode(cls, response: Any) -> Self:
        """Read the documented `setup` and the undocumented totals."""
        body = decode.unwrap(response)
        providers = body.nested("setup").nested("providers")
        beatpay, stripe = providers.get("beatpay"), providers.get("legacyStripe")
        items = decode.rows(body, *_EARNINGS)
        rows = [total for row in items or () if (total := _totals(row)) is not None]
        # Among totals with a currency, a row without a currency is valid as well.
        totals = tuple(rows) if any(row.currency is not None for row in rows) else ()
        return cls(
            beatpay=_state(beatpay),
            beatpay_available=JsonObject(beatpay).flag("available", "isAvailable", "is_available"),
            legacy_stripe=_state(stripe) or ("present" if isinstance(stripe, Mapping) else None),
            totals=totals if totals or items == [] else _totals_by_key(body),
            attention=body.count("attentionCount", "attention_count", "needsAttention"),
        )


_STATES = (
    "recipientStatus", "recipient_status", "recipientState", "recipient_state", "status", "state",
)  # fmt: skip


def _state(provider: Any) -> str | None:
    """Return the state of a provider: a string, or the state in its object or recipient."""
    row = JsonObject(provider)
    recipient = row.nested("recipient", "bankRecipient", "bank_recipient")
    state = recipient.first(*_STATES) or row.first(*_STATES)
    return decode.string(state if row else provider, 40)


_EARNINGS = ("currencies", "totals", "earnings", "earningsByCurrency", "earnings_by_currency")
_KEYS = {
    "earned": ("totalEarned", "total_earned", "earned", "total"),
    "pending": ("pending", "waiting"),
    "processing": ("processing", "sending"),
    "delayed": ("delayed", "needsAttention", "needs_attention"),
    "sent": ("sent", "completed"),
    "reversed": ("reversed", "refunded"),
}
_TOTALS = {
    total: tuple(f"{key}{suffix}" for key in keys for suffix in ("Minor", "_minor", ""))
    for total, keys in _KEYS.items()
}


def _totals(row: JsonObject, key: object = None) -> CurrencyTotals | None:
    """Read the totals of a currency, whose code is in the row or is its `key`."""
    code = currency(row.first(*_CURRENCIES, "code")) or currency(key)
    inner = row.nested("totals", "amounts")
    row = JsonObject({**row, **inner}) if inner else row
    sent = {total: row.first(*names) for total, names in _TOTALS.items()}
    if all(value is None for value in sent.values()):
        return None
    unit = JsonObject({"minorUnitFactor": row.first(*_FACTORS), "currency": code})
    amounts = {
        total: _amount(value if isinstance(value, Mapping) else {"amountMinor": value}, unit)
        for total, value in sent.items()
    }
    return CurrencyTotals(code, **amounts)


def _amount(inner: Mapping[str, Any], outer: JsonObject) -> Amount | None:
    """Read an amount from its own object, falling back to the enclosing object."""
    own = JsonObject(inner)
    merged = {}
    for names in (_MINOR, _FACTORS, _CURRENCIES):
        value = own.first(*names)
        merged[names[0]] = outer.first(*names) if value is None else value
    return Amount.decode(merged)


def _totals_by_key(body: JsonObject) -> tuple[CurrencyTotals, ...] | None:
    for place in decode.places(body, *_EARNINGS):
        rows = (_totals(JsonObject(row), code) for code, row in place.items())
        if totals := tuple(row for row in rows if row is not None and row.currency is not None):
            return totals
    return None


STATUSES = ("waiting", "sending", "needs_attention", "completed", "refunded")
"""The statuses of a transaction, as documented for the filter."""


class Transaction(NamedTuple):
    """A sale or subscription earning."""

    kind: str | None
    """`sales` or `subscriptions`, as in the `type` filter."""
    status: str | None
    """`waiting`, `sending`, `needs_attention`, `completed` or `refunded`."""
    amount: Amount | None
    about: str | None
    at: date | None
    id: str | None = None
    """Id or reference, whose field name is not documented."""
    details: PayoutDetails = PayoutDetails()
    price: Amount | None = None
    """What the buyer paid."""
    fee: Amount | None = None
    """The share of the platform."""


class Transactions(NamedTuple):
    """A page of transactions, from `GET /artists/{artist}/finances/transactions`."""

    rows: tuple[Transaction, ...] | None
    """None if the response has no readable list."""
    page: int
    total: int | None
    first: int | None
    """Position of the first row in the whole list, from 1."""
    last: int | None
    more: bool
    """Whether there is a next page."""
    counts: Mapping[str, int] | None = None
    """Number of transactions with each status, and `all`; None if not sent."""

    @classmethod
    def decode(cls, response: Any, page: int = 1) -> Self:
        """Read the documented `pagination`, and the rows under one of several names."""
        body = decode.unwrap(response)
        paging = body.nested("pagination")
        total, last = paging.count("total"), paging.count("to")
        items = decode.rows(body, "transactions", "items", "rows")
        more = paging.flag("hasMore")
        if more is None and total is not None and last is not None:
            more = last < total
        elif more is None:
            # A full page may have a next page.
            more = len(items or ()) >= (paging.count("perPage") or PER_PAGE)
        rows = tuple(map(_transaction, items or ()))
        return cls(
            rows=rows if items == [] or any(row.amount or row.at for row in rows) else None,
            page=paging.count("page") or page,
            total=total,
            first=paging.count("from"),
            last=last,
            more=more,
            counts=counts(body, _COUNTED),
        )


_COUNTED = frozenset(("all", *STATUSES))


_ABOUT = ("description", "title", "name", "trackName", "track_name")
_IDS = ("id", "uuid", "referenceId", "reference_id", "reference")
_TIMES = (
    "occurredAt", "occurred_at", "soldAt", "sold_at", "purchasedAt", "purchased_at", "earnedAt",
    "earned_at", "allocatedAt", "allocated_at", "createdAt", "created_at", "date",
)  # fmt: skip
_PRICES = ("gross", "grossAmount", "gross_amount", "price", "totalAmount", "total_amount")
_FEES = ("platformFee", "platform_fee", "fee")


def _transaction(row: JsonObject) -> Transaction:
    details = PayoutDetails.decode(row)
    return Transaction(
        kind=row.string("type", "kind", "source", limit=30),
        status=row.string("status", "state", limit=30),
        amount=_amount(row.nested("amount", "money"), row),
        about=row.string(*_ABOUT) if row.first(*_ABOUT) is not None else details.beat,
        at=row.day_or_moment(*_TIMES),
        id=row.key(*_IDS),
        details=details,
        price=_part(row, *_PRICES),
        fee=_part(row, *_FEES),
    )


def _part(row: JsonObject, *names: str) -> Amount | None:
    """Read a part of an amount from the row or its breakdown: an object, or minor units."""
    places = JsonObject({**row, **row.nested("breakdown")})
    if own := places.nested(*names):
        return _amount(own, JsonObject({**places, **dict.fromkeys(_MINOR)}))
    minor = (f"{name}{suffix}" for name in names for suffix in ("Minor", "_minor"))
    return Amount.decode(places, *minor)


class Balance(NamedTuple):
    """The legacy Stripe balance, from `GET /artists/{artist}/finances/provider-balance`."""

    available: tuple[Amount | None, ...] | None
    """None in place of an unreadable amount."""
    pending: tuple[Amount | None, ...] | None

    @classmethod
    def decode(cls, response: Any) -> Self:
        """Read amounts under `available` and `pending`, or both from a row per currency."""
        body = decode.unwrap(response)
        body = body.nested("balance", "balances") or body
        return cls(_amounts(body, "available"), _amounts(body, "pending"))


def _amounts(body: JsonObject, name: str) -> tuple[Amount | None, ...] | None:
    """Read an amount, a list of amounts, or an object of amounts by currency.

    The result is empty if there is no money, and None if nothing is readable.
    """
    value = body.get(name)
    amounts: list[Amount | None]
    if isinstance(value, list):
        amounts = [Amount.decode(row) for row in decode.objects(value)]
    elif isinstance(value, Mapping):
        by_key = (
            _amount(JsonObject(item), JsonObject({"currency": key})) for key, item in value.items()
        )
        # Other fields of the object are not amounts.
        amounts = [amount for amount in (Amount.decode(value), *by_key) if amount is not None]
    else:
        rows = decode.rows(body, "balances", "currencies") or [body]
        amounts = [Amount.decode(row, f"{name}Minor", f"{name}_minor") for row in rows]
    return tuple(amounts) if any(amounts) or value == [] else None
