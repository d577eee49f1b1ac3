"""Details of a transaction, whose field names are not documented: read by their meaning."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple, Self

from beatpass_tui.models import decode, text
from beatpass_tui.models.decode import JsonObject

_TRACKS = ("trackName", "track_name", "trackTitle", "track_title", "beat")
_TRACK_IDS = ("trackId", "track_id")
_PROVIDERS = ("provider", "payoutProvider", "payout_provider", "paymentProvider")
_STEPS = ("nextStep", "next_step", "nextAction", "next_action", "actionRequired", "action_required")
_CODES = ("message", "label", "description", "text", "name", "code", "key", "type")
"""Fields with the text of a value that is sent as an object."""

_PERIODS = ("period", "subscriptionPeriod", "subscription_period")
_STARTS, _ENDS = ("start", "from", "startsAt", "starts_at"), ("end", "to", "endsAt", "ends_at")


class PayoutDetails(NamedTuple):
    """What else was sent about a transaction; parts that were not sent are None."""

    beat: str | None = None
    """Title of the beat that was sold."""
    beat_id: int | None = None
    reference: str | None = None
    reason: str | None = None
    """Why it waits: a code, or text for people."""
    next_step: str | None = None
    provider: str | None = None
    sold_at: date | None = None
    allocated_at: date | None = None
    period_start: date | None = None
    period_end: date | None = None
    license: str | None = None

    @classmethod
    def decode(cls, row: JsonObject) -> Self:
        """Read the details of a row of transactions."""
        track = row.nested("track", "beat")
        title = decode.string(row.first(*_TRACKS))
        period = row.nested(*_PERIODS)
        return cls(
            beat=track.string("name", "title") or title,
            beat_id=track.identifier("id") or row.identifier(*_TRACK_IDS),
            reference=_with_meaning(row, "reference"),
            reason=_with_meaning(row, "reason"),
            next_step=_text(row.first(*_STEPS)),
            provider=_text(row.first(*_PROVIDERS)),
            sold_at=row.day_or_moment("soldAt", "sold_at", "purchasedAt", "purchased_at"),
            allocated_at=row.day_or_moment("allocatedAt", "allocated_at"),
            period_start=row.day_or_moment("periodStart", "period_start")
            or period.day_or_moment(*_STARTS),
            period_end=row.day_or_moment("periodEnd", "period_end") or period.day_or_moment(*_ENDS),
            license=_text(row.first("license", "licenseType", "license_type")),
        )


def _with_meaning(row: JsonObject, meaning: str) -> str | None:
    """Return the text of the first field whose name contains a word."""
    fields = (value for name, value in row.items() if meaning in name.lower())
    return next(filter(None, map(_text, fields)), None)


def _text(value: Any) -> str | None:
    """Return a text or number, or the text in an object."""
    if isinstance(value, Mapping):
        value = JsonObject(value).first(*_CODES)
    return decode.string(str(value) if type(value) is int else value, text.MAX_CHARACTERS)


def counts(body: JsonObject, keys: frozenset[str]) -> Mapping[str, int] | None:
    """Return counts by key: `{"counts": {"status": {"waiting": 3}}}`, or as a list of objects.

    None if no field whose name contains `count` has a count for any of `keys`.
    """
    for name, value in body.items():
        if "count" not in name.lower():
            continue
        inner = JsonObject(value)
        for place in (value, *inner.values()):
            if known := _counts(place, keys):
                return known
    return None


def _counts(place: Any, keys: frozenset[str]) -> dict[str, int]:
    if isinstance(place, list):
        rows = decode.objects(place)
        place = {row.key("status", "key", "name", "value"): decode.only_count(row) for row in rows}
    items = JsonObject(place).items()
    return {
        key: number
        for key, value in items
        if key in keys and (number := decode.count(value)) is not None
    }
