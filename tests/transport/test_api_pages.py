"""The HTTP client against the embedded demo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from beatpass_tui.api import BeatPass, Timeouts
from beatpass_tui.demo import DemoServer
from beatpass_tui.errors import Forbidden, InvalidResponse, NotFound, RequestFailed, ServerError
from beatpass_tui.models.career import RARITIES, Achievements, XpSources
from beatpass_tui.models.catalog import Beat, Beats
from beatpass_tui.models.money import Balance, Finances, Transaction, Transactions
from beatpass_tui.models.secret import Secret
from beatpass_tui.models.uploads import UploadDay, Uploads
from beatpass_tui.transport import endpoints
from beatpass_tui.transport.endpoints import KINDS, PERIODS, STATUSES
from support.fakes import FakeClock
from support.scripted_server import ScriptedServer, answer

NOW = datetime(2026, 11, 23, 12, 4, 30, tzinfo=UTC)
ARTIST = 900000021
PATIENT = Timeouts(connect=10, read=10, total=10, backoff=0)

Ask = Callable[[BeatPass], Awaitable[object]]


class RunningClock(FakeClock):
    """A clock on which the request budget is never used up."""

    def monotonic(self) -> float:
        self.advance(1)
        return super().monotonic()


def service(url: str, token: str = "17|a-token") -> BeatPass:
    return BeatPass(url, Secret(token), timeouts=PATIENT, clock=RunningClock())


def of(server: DemoServer) -> BeatPass:
    return service(server.base_url, server.token)


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(now=lambda: NOW, growth_delay=0) as running:
        yield running


@pytest.fixture
def documented() -> Iterator[DemoServer]:
    with DemoServer(now=lambda: NOW, growth_delay=0, documented_only=True) as running:
        yield running


# Requests

MINE: dict[str, Any] = {"artist": ARTIST}
OVERDUE: dict[str, Any] = {"status": "needs_attention", "type": "subscriptions", "page": 3}
GRAPH = f"/producer-intelligence/artist/{ARTIST}/contribution-graph"
LIST = f"/artists/{ARTIST}"
REQUESTS: list[tuple[endpoints.Endpoint[Any], dict[str, Any], str]] = [
    (endpoints.ACCOUNT, {}, "/users/me"),
    (endpoints.ARTIST, {}, "/artist/profile"),
    (endpoints.APPLICATION, {}, "/backstage-request/submission-status"),
    (endpoints.STATS, {}, "/artist/dashboard-stats"),
    (endpoints.INTELLIGENCE, {}, "/producer-intelligence/dashboard"),
    (endpoints.FOLLOWERS, MINE, f"{LIST}/followers?perPage=1"),
    (endpoints.ACTIVITY, MINE, f"{LIST}/activity?period=all&per_page=1"),
    (
        endpoints.ACTIVITY_PAGE,
        {**MINE, "period": "90d", "page": 1},
        f"{LIST}/activity?period=90d&per_page=20&page=1",
    ),
    (
        endpoints.ACTIVITY_PAGE,
        {**MINE, "period": "7d", "page": 2},
        f"{LIST}/activity?period=7d&per_page=20&page=2",
    ),
    (
        endpoints.DOWNLOADS,
        {**MINE, "period": "all", "page": 2},
        f"{LIST}/activity?period=all&per_page=50&page=2",
    ),
    (endpoints.SALES, {}, "/artist/sales"),
    (endpoints.LEADERBOARD, {}, "/producer-intelligence/leaderboard"),
    (
        endpoints.LEADERBOARDS,
        {**MINE, "category": "progress", "period": "all"},
        f"/producer-intelligence/leaderboards?artist_id={ARTIST}&category=progress&period=all",
    ),
    (endpoints.BEATS, {**MINE, "page": 1}, f"{LIST}/tracks?perPage=100&page=1"),
    (endpoints.BEATS, {**MINE, "page": 2}, f"{LIST}/tracks?perPage=100&page=2"),
    (endpoints.ALBUMS, {**MINE, "page": 1}, f"{LIST}/albums?perPage=100&page=1"),
    (endpoints.ALBUM, {"album": 930000001}, "/albums/930000001"),
    (endpoints.PERFORMANCE, {}, "/artist/track-performance"),
    (endpoints.COLLABORATIONS, MINE, f"/artist/{ARTIST}/collaborative-tracks"),
    (endpoints.UPLOAD_INSIGHTS, {}, "/artist/upload-insights"),
    (endpoints.UPLOADS, MINE, GRAPH),
    (
        endpoints.PLATFORM_UPLOADS,
        {},
        "/producer-intelligence/platform/contribution-graph",
    ),
    (
        endpoints.PLAYS,
        {**MINE, "timeframe": "1y"},
        f"/producer-intelligence/insights/artists/{ARTIST}/charts?timeframe=1y",
    ),
    (
        endpoints.COLLABORATION_INSIGHTS,
        MINE,
        f"/producer-intelligence/insights/artists/{ARTIST}/collaborations",
    ),
    (
        endpoints.BEAT_INSIGHTS,
        {"track": 910000037, "insights": "1-year"},
        "/producer-intelligence/insights/tracks/910000037?period=1-year",
    ),
    (
        endpoints.ALBUM_INSIGHTS,
        {"album": 930000003, "insights": "7-days"},
        "/producer-intelligence/insights/albums/930000003?period=7-days",
    ),
    (
        endpoints.BEAT_PLAYS,
        {"track": 910000037, "timeframe": "1y"},
        "/producer-intelligence/insights/tracks/910000037/charts?timeframe=1y",
    ),
    (
        endpoints.ALBUM_PLAYS,
        {"album": 930000003, "timeframe": "7d"},
        "/producer-intelligence/insights/albums/930000003/charts?timeframe=7d",
    ),
    (endpoints.PLACEMENTS, {"track": 910000037}, "/tracks/910000037/placements"),
    (endpoints.XP_SOURCES, {}, "/producer-intelligence/xp-sources"),
    (endpoints.ACHIEVEMENTS, {}, "/producer-intelligence/achievements"),
    (endpoints.FINANCES, MINE, f"{LIST}/finances/summary"),
    (
        endpoints.TRANSACTIONS,
        {**MINE, "status": "all", "type": "all", "page": 1},
        f"{LIST}/finances/transactions?status=all&type=all&page=1&per_page=20",
    ),
    (
        endpoints.TRANSACTIONS,
        {**MINE, **OVERDUE},
        f"{LIST}/finances/transactions"
        "?status=needs_attention&type=subscriptions&page=3&per_page=20",
    ),
    (endpoints.BALANCE, MINE, f"{LIST}/finances/provider-balance"),
]


def test_requests_cover_every_endpoint() -> None:
    assert {endpoint.name for endpoint, _, _ in REQUESTS} == set(endpoints.ENDPOINTS)


@pytest.mark.parametrize(
    "endpoint, arguments, target", REQUESTS, ids=[target for _, _, target in REQUESTS]
)
async def test_requests_use_documented_paths_and_parameters(
    server: DemoServer,
    endpoint: endpoints.Endpoint[Any],
    arguments: dict[str, Any],
    target: str,
) -> None:
    async with of(server) as beatpass:
        await beatpass.fetch(endpoint, **arguments)
    assert server.requests == [("GET", target, 200)]


@pytest.mark.parametrize("bad", ["", "ALL", "1y", "all&page=2", "90", "7-days"])
async def test_invalid_period_is_not_sent(server: DemoServer, bad: str) -> None:
    async with of(server) as beatpass:
        with pytest.raises(ValueError, match="period"):
            await beatpass.fetch(endpoints.ACTIVITY_PAGE, artist=ARTIST, period=bad, page=1)
    assert server.requests == []


@pytest.mark.parametrize(
    "category, period",
    [("progress", "7d"), ("earning_share", "all"), ("releases", "90d"), ("plays", "all"), ("", "")],
)
async def test_undocumented_leaderboard_is_not_sent(
    server: DemoServer, category: str, period: str
) -> None:
    async with of(server) as beatpass:
        with pytest.raises(ValueError, match="is not a documented"):
            await beatpass.fetch(
                endpoints.LEADERBOARDS, artist=ARTIST, category=category, period=period
            )
    assert server.requests == []


@pytest.mark.parametrize(
    "status, kind, name",
    [
        ("", "all", "status"), ("paid", "all", "status"), ("sales", "all", "status"),
        ("waiting&page=2", "all", "status"), ("all", "", "type"), ("all", "sale", "type"),
        ("all", "refunded", "type"), ("ALL", "all", "status"),
    ],
)  # fmt: skip
async def test_invalid_filter_is_not_sent(
    server: DemoServer, status: str, kind: str, name: str
) -> None:
    async with of(server) as beatpass:
        with pytest.raises(ValueError, match=name):
            await beatpass.fetch(
                endpoints.TRANSACTIONS, artist=ARTIST, status=status, type=kind, page=1
            )
    assert server.requests == []


# Beats and collections


async def beats(beatpass: BeatPass) -> list[Beats]:
    pages = [await beatpass.fetch(endpoints.BEATS, artist=ARTIST, page=1)]
    while pages[-1].more:
        pages.append(await beatpass.fetch(endpoints.BEATS, artist=ARTIST, page=len(pages) + 1))
    return pages


async def test_beats_have_a_last_page(server: DemoServer) -> None:
    async with of(server) as beatpass:
        pages = await beats(beatpass)
        behind = await beatpass.fetch(endpoints.BEATS, artist=ARTIST, page=3)
    assert [(len(p.rows), p.page, p.per_page, p.total, p.more) for p in pages] == [
        (100, 1, 100, 120, True),
        (20, 2, 100, 120, False),
    ]
    assert (behind.rows, behind.page, behind.total, behind.more) == ((), 3, 120, False)
    rows = [row for page in pages for row in page.rows]
    assert len({row.id for row in rows}) == 120
    assert all(row.name and row.id and row.uploaded and row.artists for row in rows)
    uploaded = [row.uploaded for row in rows if row.uploaded is not None]
    assert uploaded == sorted(uploaded, reverse=True)


async def test_beats_without_optional_fields(server: DemoServer) -> None:
    async with of(server) as beatpass:
        rows = [row for page in await beats(beatpass) for row in page.rows]
        stats = await beatpass.fetch(endpoints.STATS)
    assert sum(row.plays is None for row in rows) == 1
    for field in ("seconds", "licensing"):
        assert 0 < sum(getattr(row, field) is None for row in rows) < 60
    licenses = {row.licensing for row in rows}
    assert licenses == {None, "both", "non_exclusive_only", "exclusive_only"}
    lengths = [row.seconds for row in rows if row.seconds is not None]
    assert 30 < min(lengths) < max(lengths) < 600
    message = [row.plays for row in rows if row.plays is not None]
    assert stats.total_plays is not None
    assert stats.top_track is not None
    assert max(message) == stats.top_track.plays
    assert 0 < stats.total_plays - sum(message) < 2_000


async def test_many_beats_have_a_last_page() -> None:
    with DemoServer(now=lambda: NOW, tracks=2_000) as server:
        async with of(server) as beatpass:
            pages = await beats(beatpass)
    result = {row.id for page in pages for row in page.rows}
    assert {page.total for page in pages} == {len(result)}
    assert len(pages) == -(-len(result) // 100)


async def test_albums_and_their_tracks(server: DemoServer) -> None:
    async with of(server) as beatpass:
        page = await beatpass.fetch(endpoints.ALBUMS, artist=ARTIST, page=1)
        whole = [
            await beatpass.fetch(endpoints.ALBUM, album=row.id)
            for row in page.rows
            if row.id is not None
        ]
        listed = {row.id: row for result in await beats(beatpass) for row in result.rows}
    assert (len(page.rows), page.total, page.page, page.more) == (9, 9, 1, False)
    on_albums: Counter[int | None] = Counter()
    for album, result in zip(page.rows, whole, strict=True):
        assert (result.album.id, result.album.name) == (album.id, album.name)
        assert result.tracks is not None
        # The list has one album without tracks and plays.
        assert album.tracks in (None, len(result.tracks))
        assert album.tracks is None or album.plays == sum(t.plays or 0 for t in result.tracks)
        on_albums.update(track.id for track in result.tracks)
    assert [album.tracks for album in page.rows].count(None) == 1
    assert [album.plays for album in page.rows].count(None) == 1
    assert None in [album.released for album in page.rows]
    assert 0 in [album.tracks for album in page.rows]
    assert max(on_albums.values()) == 1
    assert len(on_albums) == 64
    assert {track.id for result in whole for track in result.tracks or ()} & set(listed)


async def test_track_performance(server: DemoServer) -> None:
    async with of(server) as beatpass:
        result = await beatpass.fetch(endpoints.PERFORMANCE)
        page = await beatpass.fetch(endpoints.BEATS, artist=ARTIST, page=1)
    assert len(result.rows) == 20
    assert [row.pending for row in result.rows] == [True] + [False] * 19
    assert [row.contribution is None for row in result.rows] == [True] + [False] * 19
    listed: dict[int | None, Beat] = {row.id: row for row in page.rows}
    for row in result.rows:
        beat = listed.get(row.id)
        if beat is not None:
            assert (beat.name, beat.plays, beat.uploaded) == (row.name, row.plays, row.uploaded)


async def test_collaborations(server: DemoServer) -> None:
    async with of(server) as beatpass:
        result = await beatpass.fetch(endpoints.COLLABORATIONS, artist=ARTIST)
        listed = {row.id: row for page in await beats(beatpass) for row in page.rows}
    assert (len(result.rows), result.total) == (13, 13)
    assert sum(row.plays is None for row in result.rows) == 1
    for row in result.rows:
        beat = listed[row.id]
        assert beat.name == row.name
        assert row.others == beat.artists[1:] != ()


async def test_foreign_or_missing_resources(server: DemoServer) -> None:
    refusals: list[tuple[type[RequestFailed], Ask]] = [
        (Forbidden, lambda s: s.fetch(endpoints.BEATS, artist=900000022, page=1)),
        (Forbidden, lambda s: s.fetch(endpoints.UPLOADS, artist=900000022)),
        (Forbidden, lambda s: s.fetch(endpoints.FINANCES, artist=900000022)),
        (Forbidden, lambda s: s.fetch(endpoints.BALANCE, artist=900000022)),
        (NotFound, lambda s: s.fetch(endpoints.COLLABORATIONS, artist=900000022)),
        (NotFound, lambda s: s.fetch(endpoints.ALBUM, album=930000099)),
    ]
    async with of(server) as beatpass:
        for kind, ask in refusals:
            with pytest.raises(kind):
                await ask(beatpass)


# Activity


@pytest.mark.parametrize("period", PERIODS)
async def test_downloads_have_a_last_page(server: DemoServer, period: str) -> None:
    async with of(server) as beatpass:
        pages = [await beatpass.fetch(endpoints.DOWNLOADS, artist=ARTIST, period=period, page=1)]
        while pages[-1].more:
            page = len(pages) + 1
            pages.append(
                await beatpass.fetch(endpoints.DOWNLOADS, artist=ARTIST, period=period, page=page)
            )
    assert [page.page for page in pages] == list(range(1, len(pages) + 1))
    assert {page.period for page in pages} == {period}
    events = [event for page in pages for event in page.events]
    assert {page.total for page in pages} == {page.downloads for page in pages} == {len(events)}
    moments = [event.at for event in events if event.at is not None]
    assert len(moments) == len(events)
    assert moments == sorted(moments, reverse=True)
    if period != "all":
        assert moments[-1] >= NOW - timedelta(days=int(period[:-1]))
    assert sum(event.license is not None for event in events) == pages[0].licenses
    assert {event.track for event in events} >= {pages[0].top_track}
    count = Counter(event.track for event in events)[pages[0].top_track]
    assert count == pages[0].top_track_downloads


async def test_downloads_without_license_or_account(server: DemoServer) -> None:
    async with of(server) as beatpass:
        pages = [
            await beatpass.fetch(endpoints.DOWNLOADS, artist=ARTIST, period="all", page=page)
            for page in range(1, 25)
        ]
    events = [event for page in pages for event in page.events]
    assert 0 < sum(event.by is None for event in events) < len(events)
    assert 0 < sum(event.license is None for event in events) < len(events)
    assert all((event.license is None) == (event.license_status is None) for event in events)


async def test_upload_insights_agree_with_the_uploads(server: DemoServer) -> None:
    async with of(server) as beatpass:
        result = await beatpass.fetch(endpoints.UPLOAD_INSIGHTS)
        stats = await beatpass.fetch(endpoints.STATS)
        days = (await beatpass.fetch(endpoints.UPLOADS, artist=ARTIST)).days
    assert days is not None
    assert result.total == stats.total_tracks == 128
    assert result.average_plays == stats.average_plays == 353
    for first, message in (
        (date(2026, 11, 1), result.this_month),
        (date(2026, 10, 1), result.last_month),
    ):
        month = [day for when, day in days.items() if when.replace(day=1) == first]
        assert message == sum(day.uploads for day in month) > 0
    assert None not in result
    assert result.best_month is not None
    assert result.best_month.day == 1


async def test_upload_insights_need_upload_access() -> None:
    with DemoServer(now=lambda: NOW, upload_access=False) as server:
        async with of(server) as beatpass:
            assert (await beatpass.fetch(endpoints.ARTIST)).upload_access is False
            with pytest.raises(Forbidden, match="Upload access is needed"):
                await beatpass.fetch(endpoints.UPLOAD_INSIGHTS)
            assert (await beatpass.fetch(endpoints.UPLOADS, artist=ARTIST)).days


async def test_uploads_cover_53_weeks(server: DemoServer) -> None:
    async with of(server) as beatpass:
        days = (await beatpass.fetch(endpoints.UPLOADS, artist=ARTIST)).days
    assert days is not None
    assert list(days) == [NOW.date() - timedelta(days=back) for back in range(370, -1, -1)]
    assert all(len(day.tracks) == day.uploads for day in days.values())
    assert [len(day.tracks) for day in days.values() if day.uploads >= 9] == [9]
    assert UploadDay(0, ()) in days.values()


async def test_plays_over_time_include_the_team(server: DemoServer) -> None:
    async with of(server) as beatpass:
        plays = await beatpass.fetch(endpoints.PLAYS, artist=ARTIST, timeframe="30d")
        audience = await beatpass.fetch(
            endpoints.ACTIVITY_PAGE, artist=ARTIST, period="30d", page=1
        )
        year = await beatpass.fetch(endpoints.PLAYS, artist=ARTIST, timeframe="1y")
        with pytest.raises(ValueError, match="timeframe"):
            await beatpass.fetch(endpoints.PLAYS, artist=ARTIST, timeframe="all")
    assert plays.steps is not None
    assert year.steps is not None
    assert list(plays.steps) == [NOW.date() - timedelta(days=back) for back in range(29, -1, -1)]
    assert audience.plays is not None
    assert audience.plays < sum(plays.steps.values()) < audience.plays * 1.2
    assert (plays.scale, year.scale) == ("day", "month")
    assert list(year.steps)[-1] == date(2026, 11, 1)
    assert len(year.steps) == 13


# Progress


async def test_xp_sources_add_up(server: DemoServer) -> None:
    async with of(server) as beatpass:
        sources = (await beatpass.fetch(endpoints.XP_SOURCES)).rows
        level = (await beatpass.fetch(endpoints.INTELLIGENCE)).level
        achievements = (await beatpass.fetch(endpoints.ACHIEVEMENTS)).rows
    assert sources is not None
    assert achievements is not None
    assert sum(source.xp or 0 for source in sources) == level.xp == 3_774
    assert [source.name for source in sources] == [
        "Track uploads", "First plays", "Complete details", "Collaborations", "Achievements",
    ]  # fmt: skip
    unlocked = [each for each in achievements if each.unlocked]
    assert sources[-1].times == len(unlocked)
    assert sources[-1].xp == sum(each.xp or 0 for each in unlocked)


async def test_achievements_of_each_kind(server: DemoServer) -> None:
    async with of(server) as beatpass:
        rows = (await beatpass.fetch(endpoints.ACHIEVEMENTS)).rows
    assert rows is not None
    assert len(rows) == len({row.name for row in rows}) == 24
    assert {row.rarity for row in rows} == set(RARITIES)
    assert all((row.unlocked_at is not None) is row.unlocked for row in rows)
    assert [row.xp for row in rows].count(0) == 1
    assert all(row.about and row.category for row in rows)


async def test_leaderboard_rows(server: DemoServer) -> None:
    async with of(server) as beatpass:
        result = await beatpass.fetch(endpoints.LEADERBOARD)
    for row in result.rows:
        assert row.listed == len(row.entries) == 20
        ranks = [entry.rank for entry in row.entries if entry.rank is not None]
        assert len(ranks) == 20
        assert ranks == sorted(ranks)
        own = [entry for entry in row.entries if entry.you]
        assert [(row.rank, row.value, row.tier)] == (
            [(entry.rank, entry.value, entry.tier) for entry in own] or [(None, None, None)]
        )
    assert any(row.rank for row in result.rows)


# Finances


async def transactions(
    beatpass: BeatPass, status: str = "all", kind: str = "all"
) -> list[Transaction]:
    """Read all pages and check their positions."""
    result: list[Transaction] = []
    page = 1
    while True:
        each = await beatpass.fetch(
            endpoints.TRANSACTIONS, artist=ARTIST, status=status, type=kind, page=page
        )
        assert each.rows is not None
        assert each.page == page
        assert each.first == (len(result) + 1 if each.rows else None)
        result += each.rows
        assert each.last == (len(result) or None)
        if not each.more:
            assert each.total == len(result)
            return result
        page += 1


def earned(rows: list[Transaction]) -> Counter[tuple[str | None, int]]:
    """Return the minor units by currency and factor; all amounts must be known."""
    total: Counter[tuple[str | None, int]] = Counter()
    for row in rows:
        assert row.amount is not None
        total[row.amount.currency, row.amount.factor] += row.amount.minor
    return total


async def test_transactions_have_a_last_page(server: DemoServer) -> None:
    async with of(server) as beatpass:
        rows = await transactions(beatpass)
    assert len(rows) == 62
    assert {row.status for row in rows} == set(STATUSES) - {"all"}
    assert {row.kind for row in rows} == set(KINDS) - {"all"}
    assert set(earned(rows)) == {("CAD", 100), ("JPY", 1)}
    assert all(row.about for row in rows)
    moments = [row.at for row in rows if row.at is not None]
    assert len(moments) == 62
    assert moments == sorted(moments, reverse=True)
    refunds = [row for row in rows if row.amount is not None and row.amount.minor < 0]
    assert [row.status for row in refunds] == ["refunded"]
    assert refunds[0].amount is not None
    assert refunds[0].amount.major == Decimal("-44.99")


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("kind", KINDS)
async def test_transaction_filters(server: DemoServer, status: str, kind: str) -> None:
    async with of(server) as beatpass:
        every = await transactions(beatpass)
        result = await transactions(beatpass, status, kind)
    assert result == [
        row for row in every if status in ("all", row.status) and kind in ("all", row.kind)
    ]


async def test_finance_summary_agrees_with_the_transactions(server: DemoServer) -> None:
    async with of(server) as beatpass:
        result = await beatpass.fetch(endpoints.FINANCES, artist=ARTIST)
        rows = await transactions(beatpass)
        sales = await beatpass.fetch(endpoints.SALES)
    assert (result.beatpay, result.beatpay_available) == ("ready", True)
    assert (result.legacy_stripe, result.attention) == ("draining", 2)
    assert result.totals is not None
    assert [total.currency for total in result.totals] == ["CAD", "JPY"]
    named = {
        "earned": "all", "pending": "waiting", "processing": "sending",
        "delayed": "needs_attention", "sent": "completed",
    }  # fmt: skip
    for field, status in named.items():
        by_currency = earned([row for row in rows if status in ("all", row.status)])
        for total in result.totals:
            amount = getattr(total, field)
            assert amount.currency == total.currency
            assert amount.minor == by_currency[amount.currency, amount.factor]
    sold = earned([row for row in rows if row.kind == "sales"])
    assert sales.revenue is not None
    assert sold == {("CAD", 100): 100 * sales.revenue}


async def test_recent_purchases_are_transactions(server: DemoServer) -> None:
    async with of(server) as beatpass:
        sales = await beatpass.fetch(endpoints.SALES)
        rows = await transactions(beatpass, "all", "sales")
    assert sales.recent
    known = {(row.about, row.at, row.amount.major) for row in rows if row.amount is not None}
    for purchase in sales.recent:
        assert (purchase.track, purchase.at, purchase.earned) in known


async def test_legacy_balance(server: DemoServer) -> None:
    async with of(server) as beatpass:
        result = await beatpass.fetch(endpoints.BALANCE, artist=ARTIST)
        stuck = await transactions(beatpass, "needs_attention", "sales")
    assert result.available is not None
    assert result.pending is not None
    available = {(each.currency, each.factor): each.minor for each in result.available if each}
    assert available == dict(earned(stuck))
    assert [(each.minor, each.currency) for each in result.pending if each] == [(0, "CAD")]


async def test_new_artist_has_zeros() -> None:
    with DemoServer(state="new", now=lambda: NOW) as server:
        async with of(server) as beatpass:
            page = await beatpass.fetch(endpoints.BEATS, artist=ARTIST, page=1)
            albums = await beatpass.fetch(endpoints.ALBUMS, artist=ARTIST, page=1)
            assert (page.rows, page.total, page.more) == ((), 0, False)
            assert (albums.rows, albums.total, albums.more) == ((), 0, False)
            assert (await beatpass.fetch(endpoints.PERFORMANCE)).rows == ()
            assert (await beatpass.fetch(endpoints.COLLABORATIONS, artist=ARTIST)).total == 0
            assert (await beatpass.fetch(endpoints.XP_SOURCES)).rows == ()
            assert await transactions(beatpass) == []
            assert await beatpass.fetch(endpoints.BALANCE, artist=ARTIST) == Balance((), ())
            finances = await beatpass.fetch(endpoints.FINANCES, artist=ARTIST)
            assert (finances.totals, finances.attention) == ((), 0)
            assert (finances.beatpay, finances.legacy_stripe) == ("not_started", None)
            days = (await beatpass.fetch(endpoints.UPLOADS, artist=ARTIST)).days
            assert days is not None
            assert {day.uploads for day in days.values()} == {0}
            achievements = (await beatpass.fetch(endpoints.ACHIEVEMENTS)).rows
            assert achievements
            assert not any(row.unlocked for row in achievements)
            insights = await beatpass.fetch(endpoints.UPLOAD_INSIGHTS)
            assert (insights.total, insights.every_days, insights.best_month) == (0, None, None)


# Documented fields only


async def test_undocumented_values_are_unknown(documented: DemoServer) -> None:
    async with of(documented) as beatpass:
        assert await beatpass.fetch(endpoints.UPLOADS, artist=ARTIST) == Uploads(None)
        assert await beatpass.fetch(endpoints.XP_SOURCES) == XpSources(None)
        assert await beatpass.fetch(endpoints.ACHIEVEMENTS) == Achievements(None)
        assert await beatpass.fetch(endpoints.BALANCE, artist=ARTIST) == Balance(None, None)
        assert await beatpass.fetch(endpoints.FINANCES, artist=ARTIST) == Finances(
            beatpay=None,
            beatpay_available=None,
            legacy_stripe="present",
            totals=None,
            attention=None,
        )
        for page, first, last, more in ((1, 1, 20, True), (4, 61, 62, False)):
            assert await beatpass.fetch(
                endpoints.TRANSACTIONS, artist=ARTIST, status="all", type="all", page=page
            ) == Transactions(None, page=page, total=62, first=first, last=last, more=more)


DOCUMENTED: list[tuple[str, Ask]] = [
    ("albums", lambda s: s.fetch(endpoints.ALBUMS, artist=ARTIST, page=1)),
    ("album", lambda s: s.fetch(endpoints.ALBUM, album=930000003)),
    ("performance", lambda s: s.fetch(endpoints.PERFORMANCE)),
    ("collaborations", lambda s: s.fetch(endpoints.COLLABORATIONS, artist=ARTIST)),
    ("upload_insights", lambda s: s.fetch(endpoints.UPLOAD_INSIGHTS)),
    ("activity", lambda s: s.fetch(endpoints.ACTIVITY_PAGE, artist=ARTIST, period="30d", page=1)),
    ("sales", lambda s: s.fetch(endpoints.SALES)),
    ("standings", lambda s: s.fetch(endpoints.LEADERBOARD)),
]


@pytest.mark.parametrize("name, ask", DOCUMENTED, ids=[name for name, _ in DOCUMENTED])
async def test_documented_values_are_the_same(
    server: DemoServer, documented: DemoServer, name: str, ask: Ask
) -> None:
    async with of(server) as beatpass, of(documented) as strict:
        assert await ask(beatpass) == await ask(strict)


# Lists instead of objects

LISTS: list[tuple[str, Ask, object, object]] = [
    (
        "uploads",
        lambda s: s.fetch(endpoints.UPLOADS, artist=ARTIST),
        [{"date": "2026-06-14", "uploads": 9}],
        Uploads({date(2026, 6, 14): UploadDay(9, ())}),
    ),
    ("no uploads", lambda s: s.fetch(endpoints.UPLOADS, artist=ARTIST), [], Uploads({})),
    ("unknown uploads", lambda s: s.fetch(endpoints.UPLOADS, artist=ARTIST), [1, 2], Uploads(None)),
    ("no sources", lambda s: s.fetch(endpoints.XP_SOURCES), [], XpSources(())),
    ("unknown sources", lambda s: s.fetch(endpoints.XP_SOURCES), [{"foo": 1}], XpSources(None)),
    ("no achievements", lambda s: s.fetch(endpoints.ACHIEVEMENTS), [], Achievements(())),
    ("unknown achievements", lambda s: s.fetch(endpoints.ACHIEVEMENTS), ["x"], Achievements(None)),
]


@pytest.mark.parametrize("name, ask, body, result", LISTS, ids=[each[0] for each in LISTS])
async def test_bare_list_is_read_where_undocumented(
    name: str, ask: Ask, body: object, result: object
) -> None:
    async with ScriptedServer(answer(body)) as wire, service(f"{wire.url}/api/v1") as beatpass:
        assert await ask(beatpass) == result


FAULTS: list[tuple[object, type[RequestFailed], str]] = [
    *((body, InvalidResponse, "not a JSON object") for body in ("x", 3, True, None)),
    (
        {"success": False, "error": "The artist could not be read", "data": []},
        ServerError,
        "The artist could not be read",
    ),
]
LIST_FAULTS: list[tuple[object, type[RequestFailed], str]] = [
    ([], InvalidResponse, "not a JSON object"),
    ([{"id": 1}], InvalidResponse, "not a JSON object"),
]


def test_bare_lists_are_documented_for_these_endpoints() -> None:
    may_be_lists = {name for name, each in endpoints.ENDPOINTS.items() if each.bare_list}
    assert may_be_lists == {"uploads", "platform_uploads", "xp_sources", "achievements"}


@pytest.mark.parametrize(
    "endpoint, arguments", [row[:2] for row in REQUESTS], ids=[target for _, _, target in REQUESTS]
)
async def test_faulty_response_is_refused(
    endpoint: endpoints.Endpoint[Any], arguments: dict[str, Any]
) -> None:
    for body, error, message in [*FAULTS, *(() if endpoint.bare_list else LIST_FAULTS)]:
        async with ScriptedServer(answer(body)) as wire, service(f"{wire.url}/api/v1") as beatpass:
            with pytest.raises(error, match=message):
                await beatpass.fetch(endpoint, **arguments)
