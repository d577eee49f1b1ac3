"""The rows of transactions: their values, texts and order, and the details of one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.models.links import CONTACT_URL, insights_url
from beatpass_tui.models.money import Amount, Purchase, Sales, Transaction
from beatpass_tui.models.payout_details import PayoutDetails
from beatpass_tui.models.text import fold, fold_query, natural_key
from beatpass_tui.view_models import payouts
from beatpass_tui.view_models.labels import (
    LICENSES,
    SALE_STATUSES,
    TRANSACTION_STATUSES,
    TRANSACTION_TYPES,
    label,
)


class Money(NamedTuple):
    """An amount in major units of a known currency."""

    value: Decimal
    currency: str
    decimals: int
    """Number of decimals of the currency."""


class TransactionRow(NamedTuple):
    """A transaction or track sale; dates depend on the time zone and are not formatted."""

    at: date | None
    about: str
    kind: str
    status: str
    amount: str
    code: str | None = None
    """The documented code of the status; None if it is not recognized."""
    money: Money | None = None
    """None without a currency, since it can't be added to other amounts."""
    details: PayoutDetails = PayoutDetails()
    price: str = formatting.DASH
    fee: str = formatting.DASH
    id: str | None = None
    position: int = 0
    """Its place in the list, from 0."""
    search_text: str = ""

    @property
    def is_subscription(self) -> bool:
        """Whether it is a share of subscriptions, which has no beat."""
        return self.kind == TRANSACTION_TYPES["subscriptions"]

    @property
    def beat(self) -> str | None:
        """Title of the beat that was sold."""
        if self.is_subscription:
            return None
        is_sale = self.kind == TRANSACTION_TYPES["sales"] and self.about != formatting.DASH
        return self.details.beat or (self.about if is_sale else None)

    @property
    def key(self) -> object:
        """What identifies the row across refreshes."""
        return (self.kind, self.id) if self.id else (self.at, self.about, self.kind, self.amount)

    @property
    def must_act(self) -> bool:
        """Whether the user has to do something."""
        return self.code == "needs_attention"


def transaction_rows(rows: Iterable[Transaction]) -> tuple[TransactionRow, ...]:
    """Return the rows of transactions, in the order sent."""
    return tuple(_transaction_row(row, position) for position, row in enumerate(rows))


def _transaction_row(row: Transaction, position: int) -> TransactionRow:
    code = payouts.status_code(row.status)
    about = row.about or row.details.beat or formatting.DASH
    kind = label(row.kind, TRANSACTION_TYPES) or formatting.DASH
    status = payouts.status_label(row.status) or formatting.DASH
    return TransactionRow(
        at=row.at,
        about=about,
        kind=kind,
        status=status,
        amount=formatting.amount(row.amount),
        code=code,
        money=_money(row.amount),
        details=row.details,
        price=formatting.amount(row.price),
        fee=_fee(formatting.amount(row.fee)),
        id=row.id,
        position=position,
        search_text=fold(" ".join((about, kind, status, row.details.reference or ""))),
    )


def _fee(text: str) -> str:
    """Return a fee, which is subtracted from the price."""
    is_cost = text[:1].isdigit() and any(digit in text for digit in "123456789")
    return f"{formatting.MINUS}{text}" if is_cost else text


def _money(amount: Amount | None) -> Money | None:
    if amount is None or amount.currency is None:
        return None
    text = formatting.amount(amount, named=False)
    # A factor that is not a power of ten has no decimals to draw.
    return Money(amount.major, amount.currency, len(text.partition(".")[2]))


def sale_rows(sales: Sales) -> tuple[TransactionRow, ...]:
    """Return the rows of the recent track sales."""
    return tuple(
        _sale_row(row, sales.currency, position) for position, row in enumerate(sales.recent or ())
    )


def _sale_row(row: Purchase, currency: str | None, position: int) -> TransactionRow:
    about = row.track or formatting.DASH
    status = label(row.status, SALE_STATUSES) or formatting.DASH
    amount, money = formatting.money(row.earned, currency), None
    if row.earned is not None and currency is not None:
        money = Money(row.earned, currency, len(amount.split()[0].partition(".")[2]))
    return TransactionRow(
        at=row.at,
        about=about,
        kind=TRANSACTION_TYPES["sales"],
        status=status,
        amount=amount,
        code=payouts.status_code(row.status),
        money=money,
        details=PayoutDetails(beat=row.track, beat_id=row.beat_id),
        price=formatting.money(row.price, currency),
        fee=_fee(formatting.money(row.fee, currency)),
        position=position,
        search_text=fold(f"{about} {status}"),
    )


# Order and selection


def select(
    rows: Sequence[TransactionRow], status: str, kind: str, text: str
) -> Sequence[TransactionRow]:
    """Return the rows with a status and type, `all` for any, and every word of a text."""
    if status != "all":
        rows = [row for row in rows if row.code == status]
    if kind != "all":
        rows = [row for row in rows if row.kind == TRANSACTION_TYPES[kind]]
    for word in fold_query(text).split():
        rows = [row for row in rows if word in row.search_text]
    return rows


def sort(
    rows: Sequence[TransactionRow], column: str, descending: bool, now: datetime
) -> Sequence[TransactionRow]:
    """Return the rows sorted by a column; unknown values come last in both directions.

    Amounts are ordered within their currency.
    """
    statuses = list(TRANSACTION_STATUSES.values())
    keys: Mapping[str, Callable[[TransactionRow], object]] = {
        "day": lambda row: None if row.at is None else formatting.end_of_day(row.at, now),
        "about": lambda row: natural_key(row.about),
        "kind": lambda row: row.kind,
        "status": lambda row: (
            statuses.index(row.status) if row.status in statuses else len(statuses)
        ),
        "amount": lambda row: row.money and (row.money.currency, row.money.value),
    }
    keyed = [(keys[column](row), row) for row in rows]
    known = [pair for pair in keyed if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=descending)  # type: ignore[arg-type, return-value]
    return [row for _, row in known] + [row for value, row in keyed if value is None]


def related(rows: Iterable[TransactionRow], row: TransactionRow) -> Iterator[TransactionRow]:
    """Yield the other sales of the same beat, or the other shares of subscriptions."""
    kind, beat = row.kind, row.beat
    if beat is not None or row.is_subscription:
        for each in rows:
            if each.kind == kind and each.beat == beat and each.key != row.key:
                yield each


# Texts


def row_cells(row: TransactionRow, now: datetime) -> tuple[str, ...]:
    """Return local day, subject, type, status and amount.

    The subject of a subscription is its period.
    """
    day = None if row.at is None else formatting.local_day(row.at, now)
    about = payouts.period(row.details, now) if row.is_subscription else None
    return (formatting.table_date(day), about or row.about, row.kind, row.status, row.amount)


def row_text(row: TransactionRow, now: datetime) -> str:
    """Return the cells of a row and its reference, for the clipboard."""
    cells = (*row_cells(row, now), *filter(None, (row.details.reference,)))
    return "\t".join(cells).replace(formatting.MINUS, "-")


EARNING, REFERENCE = "You earn", "Reference"
"""Labels that are drawn in another way."""


class Detail(NamedTuple):
    """Everything that is known about a transaction."""

    title: str
    status: str
    code: str | None
    facts: tuple[tuple[str, str], ...]
    """Labels and values."""
    reason: str
    next_step: str
    must_act: bool
    """Whether the next step is the user's."""
    meaning: str
    """What the status means."""


def detail(row: TransactionRow, now: datetime) -> Detail:
    """Return the details of a row; parts that were not sent are left out."""
    details = row.details
    dates = [("Sold", details.sold_at), ("Allocated", details.allocated_at)]
    if not any(date for _, date in dates):
        dates = [("Date", row.at)]
    facts = [
        (EARNING, row.amount),
        *(
            (label, formatting.date_and_time(date, now))
            for label, date in dates
            if date is not None
        ),
        ("Period", payouts.period(details, now)),
        ("Type", "" if row.kind in TRANSACTION_TYPES.values() else row.kind),
        ("License", label(details.license, LICENSES)),
        ("Price", row.price),
        ("Platform fee", row.fee),
        ("Paid by", payouts.provider(details.provider)),
        (REFERENCE, details.reference),
    ]
    return Detail(
        title=row_cells(row, now)[1] if row.is_subscription else row.about,
        status=row.status,
        code=row.code,
        facts=tuple((label, value) for label, value in facts if value and value != formatting.DASH),
        reason=payouts.reason(details.reason) or "",
        next_step=payouts.next_step(details) or "",
        must_act=row.must_act,
        meaning=payouts.MEANINGS.get(row.code or "", ""),
    )


def no_beat(row: TransactionRow) -> str:
    """Return why the beat of a transaction can't be opened."""
    if row.is_subscription:
        return "A share of subscriptions has no beat to open"
    return "BeatPass did not say which beat this is"


class WebPage(NamedTuple):
    """The web page of a transaction, and its names."""

    name: str
    """As in a sentence."""
    label: str = ""
    text: str = ""
    """As a fact with a label; empty for the page of all transactions, as is `url`."""
    url: str | None = None


def web_page(row: TransactionRow) -> WebPage:
    """Return where the user has to act, else the insights of the beat, else Finances."""
    if row.must_act and payouts.for_support(row.details):
        return WebPage("the contact page", "Support", "Contact page on the web", CONTACT_URL)
    # Sales without their transaction have nothing else that leads to the payout.
    if row.details.beat_id is not None and row.id is not None and not row.must_act:
        url = insights_url("tracks", row.details.beat_id)
        return WebPage("its insights", "Beat", "Insights on the web", url)
    return WebPage("Finances")


def row_facts(row: TransactionRow, now: datetime) -> tuple[str, ...]:
    """Return a transaction in short sentences for the status line, its subject first."""
    shown = detail(row, now)
    subject = shown.title
    if subject == formatting.DASH:
        subject = row.kind
    facts: list[str] = [subject, row.status.lower()]
    facts.append(_in_line(shown.reason or payouts.SHORT_MEANINGS.get(shown.code or "", "")))
    if shown.next_step and shown.must_act:
        # Its first sentence says what to do.
        facts.append(_in_line(shown.next_step.partition(". ")[0]))
    if row.at is not None:
        facts.append(formatting.date_and_time(row.at, now))
    return tuple(fact for fact in facts if fact and fact != formatting.DASH)


def _in_line(sentence: str) -> str:
    """Return a sentence as a part of a line: without its capital letter and its period."""
    text = sentence.rstrip(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
