"""Finances: sales, setup, totals per currency, transactions and balances."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, Self

from beatpass_tui.models import decode
from beatpass_tui.models.identity import NAME_LIMIT

PER_PAGE = 20
"""The rows of a page of transactions, unless the answer says otherwise."""

_CURRENCY = re.compile(r"[A-Za-z]{3}")
_MINOR = ("amountMinor", "amount_minor")
_FACTORS = ("minorUnitFactor", "minor_unit_factor")
_CURRENCIES = ("currency", "currencyCode", "currency_code")


class Amount(NamedTuple):
    """An exact amount of one currency."""

    minor: int
    """In minor units, such as cents; negative for a refund."""
    factor: int
    """How many minor units make a major one, as the service says: 100 for CAD, 1 for JPY."""
    currency: str | None
    """ISO 4217 code."""

    @property
    def major(self) -> Decimal:
        """The amount in major units."""
        return Decimal(self.minor) / self.factor

    @classmethod
    def decode(cls, source: Mapping[str, Any], *names: str) -> Self | None:
        """Read `amountMinor`, or the first of `names`, with `minorUnitFactor` and `currency`."""
        minor = decode.integer(decode.first(source, *(names or _MINOR)))
        factor = decode.count(decode.first(source, *_FACTORS))
        # Without a factor that the service gave, no amount can be told.
        if minor is None or not factor:
            return None
        return cls(minor, factor, currency(decode.first(source, *_CURRENCIES)))


def currency(value: Any) -> str | None:
    """Return an ISO 4217 code in capitals."""
    code = decode.string(value, 10)
    return code.upper() if code and _CURRENCY.fullmatch(code) else None


class Purchase(NamedTuple):
    """One recent sale of a track, in major units."""

    track: str | None
    earned: Decimal | None
    """The artist's part."""
    status: str | None
    at: datetime | None


class Sales(NamedTuple):
    """Totals of track sales in major units of one currency, from `GET /artist/sales`."""

    total_sales: int | None
    revenue: Decimal | None
    pending: Decimal | None
    paid_out: Decimal | None
    currency: str | None
    """ISO 4217 code."""
    recent: tuple[Purchase, ...] | None
    """The recent purchases, newest first as the service lists them."""

    @classmethod
    def decode(cls, answer: Any) -> Self:
        """Read `earnings` at the root, or under `data` as it once was."""
        body = decode.unwrap(answer)
        earnings = decode.mapping(body.get("earnings"))
        recent = body.get("recent_purchases")
        return cls(
            total_sales=decode.count(earnings.get("total_sales")),
            revenue=decode.decimal(earnings.get("total_revenue")),
            pending=decode.decimal(earnings.get("pending_payout")),
            paid_out=decode.decimal(earnings.get("paid_out")),
            currency=currency(earnings.get("currency")),
            recent=tuple(_purchase(row) for row in decode.items(recent))
            if isinstance(recent, list)
            else None,
        )


def _purchase(row: Mapping[str, Any]) -> Purchase:
    return Purchase(
        track=decode.string(decode.first(row, "track_name", "track_title"), NAME_LIMIT),
        earned=decode.decimal(row.get("artist_amount")),
        status=decode.string(row.get("status"), 30),
        at=decode.moment(row.get("purchased_at")),
    )


class CurrencyTotals(NamedTuple):
    """Earnings of one currency; a total that did not come is None, never zero."""

    currency: str | None
    earned: Amount | None
    pending: Amount | None
    processing: Amount | None
    delayed: Amount | None
    sent: Amount | None


class Finances(NamedTuple):
    """Payout setup and totals per currency, from `GET /artists/{artist}/finances/summary`."""

    beatpay: str | None
    """State of the BEATPAY bank recipient, such as `ready`; its names are not documented."""
    beatpay_available: bool | None
    legacy_stripe: str | None
    """State of the legacy Stripe account, `present` when it came without one.

    None when it did not come, as once it is neither active nor draining.
    """
    totals: tuple[CurrencyTotals, ...] | None
    """None when nothing of the answer could be told to be totals."""
    attention: int | None
    """How many transactions need attention."""

    @classmethod
    def decode(cls, answer: Any) -> Self:
        """Read the documented `setup`, and the totals key by key."""
        body = decode.unwrap(answer)
        providers = decode.mapping(decode.mapping(body.get("setup")).get("providers"))
        beatpay = providers.get("beatpay")
        stripe = providers.get("legacyStripe")
        found = decode.rows(body, *_EARNINGS)
        rows = [total for row in found or () if (total := _totals(row)) is not None]
        # Among totals, those whose currency cannot be read are some as well.
        totals = tuple(rows) if any(row.currency is not None for row in rows) else ()
        return cls(
            beatpay=_state(beatpay),
            beatpay_available=decode.flag(
                decode.first(decode.mapping(beatpay), "available", "isAvailable", "is_available")
            ),
            legacy_stripe=_state(stripe) or ("present" if isinstance(stripe, Mapping) else None),
            totals=totals if totals or found == [] else _totals_by_key(body),
            attention=decode.count(
                decode.first(body, "attentionCount", "attention_count", "needsAttention")
            ),
        )


_STATES = (
    "recipientStatus", "recipient_status", "recipientState", "recipient_state", "status", "state",
)  # fmt: skip


def _state(provider: Any) -> str | None:
    """Return the state of a provider: a word, or an object with one or with a recipient's."""
    found = decode.mapping(provider)
    recipient = decode.mapping(decode.first(found, "recipient", "bankRecipient", "bank_recipient"))
    word = decode.first(recipient, *_STATES) or decode.first(found, *_STATES)
    return decode.string(word if found else provider, 40)


_EARNINGS = ("currencies", "totals", "earnings", "earningsByCurrency", "earnings_by_currency")
_WORDS = {
    "earned": ("totalEarned", "total_earned", "earned", "total"),
    "pending": ("pending", "waiting"),
    "processing": ("processing", "sending"),
    "delayed": ("delayed", "needsAttention", "needs_attention"),
    "sent": ("sent", "completed"),
}
_NAMES = {
    total: tuple(f"{word}{ending}" for word in words for ending in ("Minor", "_minor", ""))
    for total, words in _WORDS.items()
}


def _totals(row: Mapping[str, Any], key: object = None) -> CurrencyTotals | None:
    """Read the totals of one currency, which may stand in the row or be its `key`."""
    code = currency(decode.first(row, *_CURRENCIES, "code")) or currency(key)
    sent = {total: decode.first(row, *names) for total, names in _NAMES.items()}
    if all(value is None for value in sent.values()):
        return None
    unit = {"minorUnitFactor": decode.first(row, *_FACTORS), "currency": code}
    read = {
        total: _amount(value if isinstance(value, Mapping) else {"amountMinor": value}, unit)
        for total, value in sent.items()
    }
    return CurrencyTotals(code, **read)


def _amount(inner: Mapping[str, Any], outer: Mapping[str, Any]) -> Amount | None:
    """Read an amount in an object of its own; what that leaves out is said by the outer one."""

    def said(*names: str) -> Any:
        own = decode.first(inner, *names)
        return own if own is not None else decode.first(outer, *names)

    return Amount.decode(
        {
            "amountMinor": said(*_MINOR),
            "minorUnitFactor": said(*_FACTORS),
            "currency": said(*_CURRENCIES),
        }
    )


def _totals_by_key(body: Mapping[str, Any]) -> tuple[CurrencyTotals, ...] | None:
    for place in decode.places(body, *_EARNINGS):
        rows = ((decode.mapping(row), code) for code, row in place.items())
        totals = [found for row, code in rows if (found := _totals(row, code)) is not None]
        if named := tuple(total for total in totals if total.currency is not None):
            return named
    return None


class Transaction(NamedTuple):
    """One sale or subscription earning."""

    kind: str | None
    """`sales` or `subscriptions`, as the `type` filter spells them."""
    status: str | None
    """`waiting`, `sending`, `needs_attention`, `completed` or `refunded`."""
    amount: Amount | None
    about: str | None
    at: datetime | None


class Transactions(NamedTuple):
    """A page of transactions, from `GET /artists/{artist}/finances/transactions`."""

    rows: tuple[Transaction, ...] | None
    """None when the answer holds no list that could be read."""
    page: int
    total: int | None
    first: int | None
    """Position of the first row in the whole list, from 1."""
    last: int | None
    more: bool
    """Whether there is a next page."""

    @classmethod
    def decode(cls, answer: Any, page: int = 1) -> Self:
        """Read the documented `pagination`, and the rows under whatever key they have."""
        body = decode.unwrap(answer)
        paging = decode.mapping(body.get("pagination"))
        total, last = decode.count(paging.get("total")), decode.count(paging.get("to"))
        found = decode.rows(body, "transactions", "items", "rows")
        more = decode.flag(paging.get("hasMore"))
        if more is None and total is not None and last is not None:
            more = last < total
        elif more is None:
            # A full page may have another one behind it; an empty one ends the list.
            more = len(found or ()) >= (decode.count(paging.get("perPage")) or PER_PAGE)
        rows = tuple(_transaction(row) for row in found or ())
        return cls(
            rows=rows if found == [] or any(row.amount or row.at for row in rows) else None,
            page=decode.count(paging.get("page")) or page,
            total=total,
            first=decode.count(paging.get("from")),
            last=last,
            more=more,
        )


def _transaction(row: Mapping[str, Any]) -> Transaction:
    track = decode.mapping(row.get("track"))
    money = decode.mapping(decode.first(row, "amount", "money"))
    about = decode.first(row, "description", "title", "name", "trackName", "track_name")
    return Transaction(
        kind=decode.string(decode.first(row, "type", "kind", "source"), 30),
        status=decode.string(decode.first(row, "status", "state"), 30),
        amount=_amount(money, row),
        about=decode.string(about if about is not None else track.get("name"), NAME_LIMIT),
        at=decode.moment(
            decode.first(
                row, "occurredAt", "occurred_at", "createdAt", "created_at", "date", "purchased_at"
            )
        ),
    )


class Balance(NamedTuple):
    """The legacy Stripe balance, from `GET /artists/{artist}/finances/provider-balance`."""

    available: tuple[Amount | None, ...] | None
    """An amount among others that cannot be read is None."""
    pending: tuple[Amount | None, ...] | None

    @classmethod
    def decode(cls, answer: Any) -> Self:
        """Read the amounts under `available` and `pending`, or both in a row for each currency."""
        body = decode.unwrap(answer)
        body = decode.mapping(decode.first(body, "balance", "balances")) or body
        return cls(_amounts(body, "available"), _amounts(body, "pending"))


def _amounts(body: Mapping[str, Any], name: str) -> tuple[Amount | None, ...] | None:
    """Read one amount, a list of them, or an object of them by currency; None when there is none.

    An empty list says that there is no money, unlike one in which nothing can be read.
    """
    found = body.get(name)
    if isinstance(found, list):
        read = [Amount.decode(row) for row in decode.items(found)]
    elif isinstance(found, Mapping):
        by_key = [(decode.mapping(value), {"currency": key}) for key, value in found.items()]
        # Whatever else the object holds is no amount.
        read = [Amount.decode(found), *(_amount(row, key) for row, key in by_key)]
        read = [amount for amount in read if amount is not None]
    else:
        rows = decode.rows(body, "balances", "currencies") or [body]
        read = [Amount.decode(row, f"{name}Minor", f"{name}_minor") for row in rows]
    return tuple(read) if any(read) or found == [] else None
