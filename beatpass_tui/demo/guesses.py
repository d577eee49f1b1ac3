"""The undocumented parts of responses: every field name here is a guess.

The documentation describes the content of these responses, but not their field names. With
`documented_only` nothing in this module is sent, so a response without documented fields is `{}`.

Only `amountMinor`, `minorUnitFactor` and `currency` are documented, for rows of a list whose name
is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zlib import crc32

from beatpass_tui.demo import activity, finances
from beatpass_tui.demo.artist import engagement_of
from beatpass_tui.demo.finances import FACTORS
from beatpass_tui.demo.insights import find_track, people_in, period_plays, tracks_of_album
from beatpass_tui.demo.messages import Json, iso_utc
from beatpass_tui.demo.model import Achievement, Catalog, Track, Transaction, shares

_RECENT_ACHIEVEMENTS = 3
_RECENT_AWARDS = 10


def xp_sources(catalog: Catalog) -> Json:
    """Guess `GET /producer-intelligence/xp-sources`."""
    return {
        "totalXp": catalog.progress.xp,
        "sources": [
            {"source": each.key, "label": each.label, "count": each.times, "xp": each.xp}
            for each in catalog.xp_sources
        ],
    }


def achievements(catalog: Catalog) -> Json:
    """Guess `GET /producer-intelligence/achievements`."""
    return {"achievements": [_achievement(each) for each in catalog.achievements]}


def recent_progress(catalog: Catalog) -> Json:
    """Guess the latest achievements and awards of `GET /producer-intelligence/dashboard`."""
    recent = catalog.unlocked[:_RECENT_ACHIEVEMENTS]
    return {
        "achievements": [_achievement(each) for each in recent],
        "recentActivity": [
            {"type": "xp_award", "description": about, "xp": xp, "occurredAt": iso_utc(at)}
            for at, about, xp in awards(catalog)
        ],
    }


def awards(catalog: Catalog) -> list[tuple[datetime, str, int]]:
    """Return time, description and XP of the latest awards, latest first."""
    rows = []
    for place, track in enumerate(catalog.listed[:_RECENT_AWARDS]):
        rows.append((track.uploaded, f"Uploaded {track.name}", 100))
        if place:
            # The details of the newest one are still missing.
            rows.append((track.uploaded + timedelta(minutes=9), f"Details of {track.name}", 50))
        rows.append((track.uploaded + timedelta(hours=7), f"First play of {track.name}", 1))
    for each in catalog.unlocked:
        if each.unlocked is not None and each.xp:
            rows.append((each.unlocked, f"{each.name} unlocked", each.xp))
    return sorted(rows, reverse=True)[:_RECENT_AWARDS]


def _achievement(each: Achievement) -> Json:
    return {
        "id": each.id,
        "name": each.name,
        "description": each.about,
        "category": each.category,
        "rarity": each.rarity,
        "xp": each.xp,
        "unlocked": each.unlocked is not None,
        "unlockedAt": None if each.unlocked is None else iso_utc(each.unlocked),
    }


def upload_graph(catalog: Catalog, now: datetime) -> Json:
    """Guess `GET /producer-intelligence/artist/{artistId}/contribution-graph`."""
    return {
        "days": [
            {
                "date": each.day.isoformat(),
                "uploads": len(each.tracks),
                "tracks": [
                    {"id": track.id, "name": track.name, "uploadedAt": iso_utc(track.uploaded)}
                    for track in each.tracks
                ],
            }
            for each in activity.upload_days(catalog, now)
        ]
    }


def charts(catalog: Catalog, query: Mapping[str, str], now: datetime) -> Json:
    """Guess `GET /producer-intelligence/insights/artists/{artist}/charts`."""
    return {"charts": _plays_chart(*activity.plays_over_time(catalog, query, now))}


def charts_of(
    tracks: Sequence[Track], catalog: Catalog, query: Mapping[str, str], now: datetime
) -> Json:
    """Guess `GET /producer-intelligence/insights/{tracks|albums}/{id}/charts`."""
    granularity, plays = activity.plays_over_time(catalog, query, now)
    timeframe = query.get("timeframe", "30d")
    period = {"1y": "1-year"}.get(timeframe, f"{timeframe[:-1]}-days")
    total = period_plays(tracks, {"period": period}, now)
    uploaded = min((track.uploaded.date() for track in tracks), default=now.date())
    first = uploaded if granularity == "day" else uploaded.replace(day=1)
    weights = [count if day >= first else 0 for day, count in plays]
    counts = shares(total, weights) if any(weights) else weights
    chart = _plays_chart(granularity, list(zip((day for day, _ in plays), counts, strict=True)))
    number = sum(track.id for track in tracks)
    return {"charts": chart | (_share_charts(sum(counts), number) if total else {})}


def _share_charts(plays: int, number: int) -> Json:
    """Return charts of plays by device, place and listener, in three shapes."""
    people = [_LISTENERS[(number + at) % len(_LISTENERS)] for at in range(4)]
    devices = shares(plays, (61, 30, 9))
    return {
        "devices": {
            "labels": ["Mobile", "Desktop", "Tablet"],
            "datasets": [{"label": "Devices", "data": devices}],
        },
        "locations": {
            "datasets": [
                {
                    "label": "Locations",
                    "data": [
                        {
                            "label": _PLACES[(number + at) % len(_PLACES)],
                            "value": round(plays * percent / 100),
                            "percentage": percent,
                        }
                        for at, percent in enumerate((18, 14, 10, 7))
                    ],
                }
            ]
        },
        "listeners": [
            {"name": name, "plays": count}
            for name, count in zip(people, shares(plays, (9, 6, 4, 81)), strict=True)
        ][:3],
        "completion": {
            label: {"percentage": percent}
            for label, percent in zip(_COMPLETION, (44 + number % 9, 17, 14, 11, 8), strict=True)
        },
    }


def _plays_chart(granularity: str, plays: Sequence[tuple[date, int]]) -> Json:
    written = "%b %d" if granularity == "day" else "%b %Y"
    data = [
        {"label": f"{day:{written}}", "date": f"{day}T00:00:00.000000Z", "value": count}
        for day, count in plays
    ]
    dataset = {"label": "Plays", "data": data, "total": sum(count for _, count in plays)}
    labels = [point["label"] for point in data]
    chart = {"labels": labels, "datasets": [dataset], "granularity": granularity}
    return {"plays": chart}


def platform_graph(catalog: Catalog, now: datetime) -> Json:
    """Guess `GET /producer-intelligence/platform/contribution-graph`."""
    return {
        "days": [
            {"date": day.isoformat(), "uploads": count}
            for day, count in activity.platform_uploads(catalog, now)
        ]
    }


def finance_summary(catalog: Catalog, now: datetime) -> Json:
    """Guess the undocumented part of `GET /artists/{artist}/finances/summary`."""
    rows = catalog.transactions
    providers: Json = {
        "beatpay": {
            "available": True,
            "recipientStatus": "ready" if catalog.payouts_ready else "not_started",
        }
    }
    if catalog.payouts_ready:
        providers["legacyStripe"] = {"status": "draining"}
    return {
        "currencies": [_totals(currency, rows) for currency in _currencies(rows)],
        "attentionCount": len(finances.matching(rows, "needs_attention", "all")),
        "calculatedAt": iso_utc(now),
        "setup": {"providers": providers},
    }


def _currencies(rows: Iterable[Transaction]) -> list[str]:
    return sorted({row.currency for row in rows})


def _totals(currency: str, rows: tuple[Transaction, ...]) -> Json:
    own = tuple(row for row in rows if row.currency == currency)
    return {
        "currency": currency,
        "minorUnitFactor": FACTORS[currency],
        "totalEarnedMinor": _sum(own),
        "pendingMinor": _sum(finances.matching(own, "waiting", "all")),
        "processingMinor": _sum(finances.matching(own, "sending", "all")),
        "delayedMinor": _sum(finances.matching(own, "needs_attention", "all")),
        "sentMinor": _sum(finances.matching(own, "completed", "all")),
        "reversedMinor": _sum(finances.matching(own, "refunded", "all")),
    }


def _sum(rows: Iterable[Transaction]) -> int:
    return sum(row.amount for row in rows)


def transactions(catalog: Catalog, selection: finances.Selection) -> Json:
    """Guess rows and counts of `GET /artists/{artist}/finances/transactions`.

    Counts by status are of the selected type, and counts by type of the selected status.
    """
    rows, status, kind = catalog.transactions, selection.status, selection.kind
    return {
        "transactions": [_transaction(row) for row in selection.shown],
        "counts": {
            "status": {
                each: len(finances.matching(rows, each, kind))
                for each in ("all", *finances.STATUSES)
            },
            "type": {
                each: len(finances.matching(rows, status, each))
                for each in ("all", *finances.KINDS)
            },
        },
    }


_WAITING: Mapping[tuple[str, str], tuple[str, str | None]] = {
    ("waiting", "sales"): ("automatic_retry", None),
    ("waiting", "subscriptions"): ("accumulating", None),
    ("needs_attention", "sales"): (
        "The bank returned the transfer.",
        "Check your bank details in BEATPAY. It is still owed to you and is sent again.",
    ),
    ("needs_attention", "subscriptions"): ("needs_support", None),
}
"""Reason and next step by status and type."""


def _transaction(row: Transaction) -> Json:
    track = row.track
    reason, next_step = _WAITING.get((row.status, row.kind), (None, None))
    return {
        "id": row.id,
        "type": row.kind,
        "status": row.status,
        **_money(row.amount, row.currency),
        "description": "Subscription earnings" if track is None else track.name,
        "track": None if track is None else {"id": track.id, "name": track.name},
        "occurredAt": iso_utc(row.at),
        "referenceId": f"BP-{crc32(row.id.encode()) & 0xFFFF:04X}-{row.at:%Y%m%d}",
        "provider": "beatpay" if row.currency == "CAD" else "stripe",
        "reason": reason,
        "nextStep": next_step,
        **(_sale(row) if row.kind == "sales" else _subscription(row)),
    }


def _sale(row: Transaction) -> Json:
    is_sold = row.amount > 0 and row.fee is not None
    breakdown = {"grossMinor": row.amount + (row.fee or 0), "platformFeeMinor": row.fee}
    return {
        "soldAt": iso_utc(row.at) if is_sold else None,
        "licenseType": "non_exclusive",
        "breakdown": breakdown if is_sold else None,
    }


def _subscription(row: Transaction) -> Json:
    last = row.at.date() - timedelta(days=1)
    return {
        "allocatedAt": iso_utc(row.at),
        "period": {"start": last.replace(day=1).isoformat(), "end": last.isoformat()},
    }


def provider_balance(catalog: Catalog) -> Json:
    """Guess `GET /artists/{artist}/finances/provider-balance`.

    The older provider's balance is the sale that it could not pay out.
    """
    if not catalog.payouts_ready:
        return {"available": [], "pending": []}
    unpaid = finances.matching(catalog.transactions, "needs_attention", "sales")
    return {"available": [_money(_sum(unpaid), "CAD")], "pending": [_money(0, "CAD")]}


def _money(amount: int, currency: str) -> Json:
    return {
        "amountMinor": amount,
        "minorUnitFactor": FACTORS[currency],
        "currency": currency,
    }


_PLACES = ("Toronto", "Lagos", "Atlanta", "London")
_LISTENERS = ("lolasounds44", "thekidmarlo", "juno.beats", "northbound_", "saintcoda")
_COMPLETION = ("Over 80%", "60–80%", "40–60%", "20–40%", "Under 20%")


def track_insights(
    catalog: Catalog, given_id: str, query: Mapping[str, str], now: datetime
) -> Json:
    """Guess the undocumented part of a track's insights."""
    track = find_track(catalog, given_id)
    return _audience([track], period_plays([track], query, now))


def album_insights(
    catalog: Catalog, given_id: str, query: Mapping[str, str], now: datetime
) -> Json:
    """Guess `GET /producer-intelligence/insights/albums/{albumId}`."""
    tracks = tracks_of_album(catalog, given_id)
    plays = sum(track.plays for track in tracks)
    in_period = period_plays(tracks, query, now)
    guessed = _audience(tracks, in_period)
    likes, reposts = (sum(engagement_of(track)[index] for track in tracks) for index in (0, 1))
    return {
        **guessed,
        "performance_metrics": {
            "total_plays": plays,
            "period_plays": in_period,
            "listeners": round(in_period * 0.73),
        },
        "engagement_metrics": {
            "likes": likes,
            "reposts": reposts,
            "comments": sum(engagement_of(track)[2] for track in tracks),
        },
    }


def _audience(tracks: Iterable[Track], plays: int) -> Json:
    tracks = list(tracks)
    number = sum(track.id for track in tracks)
    return {
        "performance_metrics": {"listeners": round(plays * 0.73)},
        "engagement_metrics": {"comments": sum(engagement_of(track)[2] for track in tracks)},
        "audience_insights": {
            "completion_percentage": 40 + number % 37,
            "top_locations": [
                {"name": _PLACES[(number + at) % len(_PLACES)], "percentage": 18 - 4 * at}
                for at in range(3)
            ],
        },
    }


def collaborators(catalog: Catalog) -> Json:
    """Guess the entries of `GET /producer-intelligence/insights/artists/{id}/collaborations`."""
    shared = [track for track in catalog.listed if track.collaborators]
    plays: Counter[int] = Counter()
    for track in shared:
        for person in track.collaborators:
            plays[person.id] += track.plays
    ranked = people_in(shared).most_common()
    names = {person.id: person.name for track in shared for person in track.collaborators}
    rows = [
        {"id": id, "name": names[id], "track_count": count, "total_plays": plays[id]}
        for id, count in ranked
    ]
    return {"data": {"top_collaborators": rows}}
