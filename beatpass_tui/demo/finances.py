"""The documented part of the finance answers: what is asked for, pages, and the setup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from beatpass_tui.demo.exchange import Json
from beatpass_tui.demo.model import Catalog, Transaction
from beatpass_tui.demo.paging import invalid, strict_number

STATUSES = ("waiting", "sending", "needs_attention", "completed", "refunded")
KINDS = ("sales", "subscriptions")
# The older parameter has both in one, and fewer of them.
_FILTERS = ("all", *KINDS, "waiting", "needs_attention", "completed")


@dataclass(frozen=True, slots=True)
class Selection:
    """The transactions that were asked for, and the page of them that is shown."""

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
    """Return what a query of `GET /artists/{artist}/finances/transactions` asks for."""
    status = _chosen(query, "status", ("all", *STATUSES))
    kind = _chosen(query, "type", ("all", *KINDS))
    if "status" not in query and "type" not in query:
        either = _chosen(query, "filter", _FILTERS)
        status, kind = ("all", either) if either in KINDS else (either, "all")
    return Selection(
        status=status,
        kind=kind,
        matching=matching(catalog.transactions, status, kind),
        page=strict_number(query, "page", 1),
        size=strict_number(query, "per_page", 20, largest=20),
    )


def matching(rows: tuple[Transaction, ...], status: str, kind: str) -> tuple[Transaction, ...]:
    """Return the rows of a status and a type, either of which may be all."""
    return tuple(row for row in rows if status in ("all", row.status) and kind in ("all", row.kind))


def _chosen(query: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = query.get(name, "all")
    if value not in choices:
        raise invalid(name, f"The selected {name} is invalid.")
    return value


def transactions(selection: Selection) -> Json:
    """Answer `GET /artists/{artist}/finances/transactions`, where only the page is documented."""
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
    """Answer `GET /artists/{artist}/finances/summary`, where only the providers have names.

    The older provider is there while it still has something to pay out, and not otherwise.
    """
    providers: Json = {"beatpay": {}}
    if catalog.payouts_ready:
        providers["legacyStripe"] = {}
    return {"setup": {"providers": providers, "canResumeStripe": False}}
