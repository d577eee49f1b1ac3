"""A bad value in a response affects only its own card or cell."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

import pytest

from beatpass_tui import formatting
from beatpass_tui.models import levels
from beatpass_tui.models.career import Achievements, Standings, XpSources
from beatpass_tui.models.catalog import Albums, Beats, Performance
from beatpass_tui.models.home import Intelligence
from beatpass_tui.models.money import STATUSES, Amount, Finances, Sales, Transactions
from beatpass_tui.session.query import Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.transport import responses
from beatpass_tui.transport.endpoints import Service
from beatpass_tui.view_models import albums, beat_table, finances, progress, season, transactions
from beatpass_tui.view_models.beats import Catalog
from beatpass_tui.view_models.cards import Phase
from beatpass_tui.view_models.home import HomeView
from beatpass_tui.view_models.labels import label
from beatpass_tui.widgets import level_meter
from beatpass_tui.widgets.content import progress_bar
from support.app_harness import NUMBERS, Stage, press, text_of
from support.fakes import NOW, TOKEN, FakeClock, FakeService
from support.fuzzing import REQUESTS, SEEDS, FixedService, is_model, run
from support.mutations import Raw, get, paths, written

Json = dict[str, Any]
MISSING = object()

# Models


def differences(expected: Any, actual: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the fields in which two models differ, with the actual value."""
    if is_model(expected) and type(expected) is type(actual):
        for field, before, after in zip(expected._fields, expected, actual, strict=True):
            yield from differences(before, after, f"{type(expected).__name__}.{field}")
    elif isinstance(expected, tuple) and isinstance(actual, tuple) and len(expected) == len(actual):
        for before, after in zip(expected, actual, strict=True):
            yield from differences(before, after, at)
    elif expected != actual:
        yield at, actual


COMPLETION_SHARES = ("Over 80", "60–80", "40–60", "20–40", "Under 20")

DEPENDENT_FIELDS = {
    "xp.currentLevel": {"Level.level", "Level.title"},
    "xp.levelProgress": {"Level.progress"},
    "overview.growthRate": {"Intelligence.growth_rate", "Intelligence.growth_calculating"},
    "placements.release_date": {"Match.released"},
    "spotify_url": {"Match.links"},
    "youtube_url": {"Match.links"},
    "performance_metrics.total_plays": {"Insights.figures"},
    "performance_metrics.period_plays": {"Insights.figures"},
    "performance_metrics.listeners": {"Insights.figures"},
    "engagement_metrics.likes": {"Insights.figures"},
    "engagement_metrics.reposts": {"Insights.figures"},
    "engagement_metrics.comments": {"Insights.figures"},
    "audience_insights.completion_percentage": {"Insights.figures"},
    "top_locations.name": {"Insights.top_place", "Share.name"},
    "top_locations.percentage": {"Share.percent"},
    "top_collaborators.name": {"CollaborationInsights.top"},
    "top_collaborators.track_count": {"CollaborationInsights.top"},
    "tracks.id": {"Beat.id", "Album.track_ids"},
    "data.album.id": {"Beat.album_id"},
    "data.album.name": {"Beat.album"},
    "album.genres.name": {"Album.genres"},
    "release_date": {"Album.released", "Album.misdated", "Beat.released"},
    "last_updated": {"TrackPerformance.contribution", "TrackPerformance.pending"},
    "legacyStripe.status": {"Finances.legacy_stripe"},
    "currencies.currency": {"CurrencyTotals.currency", "Amount.currency"},
    "currencies.minorUnitFactor": {
        "CurrencyTotals.earned",
        "CurrencyTotals.pending",
        "CurrencyTotals.processing",
        "CurrencyTotals.delayed",
        "CurrencyTotals.sent",
        "CurrencyTotals.reversed",
    },
    **{f"counts.status.{each}": {"Transactions.counts"} for each in ("all", *STATUSES)},
    "transactions.minorUnitFactor": {
        "Transaction.amount",
        "Transaction.price",
        "Transaction.fee",
    },
    "transactions.currency": {"Amount.currency"},
    "transactions.track.name": {"PayoutDetails.beat", "Transaction.about"},
    "transactions.soldAt": {"PayoutDetails.sold_at"},
    "achievements.name": {"Achievement.name", "Intelligence.unlocked"},
    "pagination.hasMore": {"Activity.more"},
    "recentActivity.description": {"Intelligence.awards"},
    "recentActivity.xp": {"Intelligence.awards"},
    "context.playedTracks": {"RankedArtist.details"},
    "artists.name": {"Beat.artists", "Album.artists"},
    "collaborators.name": {"Collaboration.others"},
    "days.date": {"Uploads.days"},
    "days.uploads": {"Uploads.days"},
    "charts.devices.labels": {"ShareChart.rows"},
    "charts.devices.datasets.data": {"ShareChart.rows"},
    "charts.locations.datasets.data.label": {"ShareChart.rows"},
    "charts.listeners.name": {"ShareChart.rows"},
    "charts.listeners.plays": {"ShareChart.rows"},
    **{f"{share}%.percentage": {"ShareChart.rows"} for share in COMPLETION_SHARES},
    "charts.locations.datasets.data.value": {"ShareRow.number"},
    "datasets.data.date": {"PlaysOverTime.steps"},
    "datasets.data.value": {"PlaysOverTime.steps"},
}
"""The model fields that depend on a field of the response."""


BAD: list[Any] = [[], {"a": {}}, "\0", math.nan]


@pytest.mark.parametrize("seed", range(len(SEEDS)), ids=[name for name, _ in SEEDS])
def test_bad_value_affects_only_its_field(seed: int) -> None:
    name, whole = SEEDS[seed]
    if name == "log_in":
        return
    model = run(REQUESTS[name](FixedService(written(whole))))
    for path in paths(whole):
        if isinstance(get(whole, path), dict | list):
            continue
        where = ".".join(key for key in path if isinstance(key, str))
        affected = next(
            (fields for end, fields in DEPENDENT_FIELDS.items() if where.endswith(end)), None
        )
        for bad in BAD:
            answer = deepcopy(whole)
            get(answer, path[:-1])[path[-1]] = bad
            differing = list(differences(model, run(REQUESTS[name](FixedService(written(answer))))))
            if affected is not None:
                assert {place for place, _ in differing} <= affected, (where, bad)
            else:
                assert [value for _, value in differing] in ([], [None]), (where, bad)


@pytest.mark.parametrize("seed", range(len(SEEDS)), ids=[name for name, _ in SEEDS])
def test_undocumented_fields_change_nothing(seed: int) -> None:
    name, whole = SEEDS[seed]
    answer = deepcopy(whole)
    for path in [(), *paths(whole)]:
        place = get(answer, path)
        if isinstance(place, dict) and place:
            place |= {"links": {"first": "x"}, "model_type": "odd", "zz": [1, 2]}
    model, with_undocumented = (
        run(REQUESTS[name](FixedService(written(each)))) for each in (whole, answer)
    )
    assert with_undocumented == model or name == "log_in"


RAW = ("intelligence", "activity", "sales", "album", "uploads", "xp_sources", "achievements",
       "finances", "transactions", "balance")  # fmt: skip


@pytest.mark.parametrize("name", RAW)
def test_object_in_an_envelope_is_decoded_alike(name: str) -> None:
    for of, whole in SEEDS:
        if of == name:
            wrapped = {"success": True, "data": whole}
            models = [run(REQUESTS[name](FixedService(written(each)))) for each in (whole, wrapped)]
            assert models[0] == models[1]


# The eight numbers


HOME: Mapping[str, Json] = {
    "/users/me": {"status": "success", "user": {"id": 1, "display_name": "nova"}},
    "/artist/profile": {"success": True, "data": {"id": 7, "name": "Nova Reyes"}},
    "/artist/track-performance": {"data": []},
    "/artist/dashboard-stats": {
        "success": True,
        "data": {"total_tracks": 128, "total_plays": 45_210},
    },
    "/producer-intelligence/dashboard": {
        "xp": {"currentLevel": 12, "currentXP": 3774, "xpToNextLevel": 383, "levelProgress": 24.8},
        "overview": {"totalAlbums": 9, "growthRate": 7.5},
    },
    "/artists/7/followers": {"status": "success", "pagination": {"total": 873}},
    "/artists/7/activity": {"period": {"key": "all"}, "summary": {"audienceDownloads": 1_204}},
}
PLACES = {
    "tracks": ("/artist/dashboard-stats", "data", "total_tracks"),
    "total-plays": ("/artist/dashboard-stats", "data", "total_plays"),
    "albums": ("/producer-intelligence/dashboard", "overview", "totalAlbums"),
    "downloads": ("/artists/7/activity", "summary", "audienceDownloads"),
    "followers": ("/artists/7/followers", "pagination", "total"),
    "level": ("/producer-intelligence/dashboard", "xp", "currentLevel"),
    "growth": ("/producer-intelligence/dashboard", "overview", "growthRate"),
    "view-profile": ("/artist/profile", "data", "id"),
}
HUGE = Raw("9" * 5000)
ODD: Mapping[str, Any] = {
    "null": None,
    "missing": MISSING,
    "text": "many",
    "true": True,
    "list": [],
    "object": {},
    "nan": math.nan,
    "infinity": Raw("Infinity"),
    "1e999": Raw("1e999"),
    "10^23": 10**23,
    "5,000 digits": HUGE,
    "-5": -5,
    "1.5": 1.5,
    "12": "12",
    "1.0": 1.0,
    "-0.0": -0.0,
    "0": 0,
}
COUNTED = {"12": "12", "1.0": "1", "-0.0": "0", "0": "0"}
"""The text of odd values that are valid counts; the others are a dash."""
RATES = {"-5": "−5.0%", "1.5": "+1.5%", "12": "+12.0%", "1.0": "+1.0%", "-0.0": "0.0%", "0": "0.0%"}
CALCULATED = ("null", "missing", "nan", "infinity", "1e999", "5,000 digits")
"""Odd values that mean a growth rate is still being calculated."""


class BytesService(FakeService):
    """Answers the requests of Home with bytes, as received over HTTP."""

    def __init__(self) -> None:
        super().__init__(TOKEN)
        self.bodies = {path: written(body) for path, body in HOME.items()}

    def replace_number(self, card: str, odd: object) -> None:
        """Replace the number of one card, and restore the others."""
        bodies = deepcopy(dict(HOME))
        path, *inner, last = PLACES[card]
        place = get(bodies[path], tuple(inner))
        if odd is MISSING:
            del place[last]
        else:
            place[last] = odd
        self.bodies = {path: written(body) for path, body in bodies.items()}

    async def get(self, path: str, *, bare_list: bool = False, **params: str) -> Json:
        content = responses.Response(200, "", {}, self.bodies[path])
        return responses.read(content, NOW, bare_list=bare_list)

    fetch = Service.fetch


async def cards(service: Service) -> dict[str, tuple[str, str]]:
    """Return the two lines of each card."""
    session = Session(service, FakeClock(), jitter=lambda: 0.0)
    await session.load(session.home, Trigger.AUTOMATIC, lambda: None)
    texts = {}
    for stat in HomeView(session).cards():
        value = stat.text if stat.number is None else formatting.count(stat.number)
        texts[stat.id] = (formatting.DASH if stat.phase is Phase.MISSING else value, stat.detail)
        assert (stat.phase is Phase.CALCULATING) == (value == "Calculating…")
        assert stat.phase is not Phase.WAITING
    return texts


def expected(card: str, odd: str) -> tuple[str, str | None]:
    """Return the text of a card, and the reason if that is a dash."""
    if card == "growth":
        if odd in CALCULATED:
            return "Calculating…", None
        rate = RATES.get(odd, "")
        arrow = {"+": "▲ ", "−": "▼ "}.get(rate[:1], "")
        return (arrow + rate, None) if odd in RATES else (formatting.DASH, "not sent")
    if card == "view-profile":
        return (NUMBERS[card], None) if odd == "12" else (formatting.DASH, "not sent")
    return (COUNTED[odd], None) if odd in COUNTED else (formatting.DASH, "not sent")


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("card", [card for card in PLACES if card != "view-profile"])
async def test_bad_number_affects_only_its_card(card: str, odd: str) -> None:
    service = BytesService()
    service.replace_number(card, ODD[odd])
    shown_cards = await cards(service)
    value, reason = expected(card, odd)
    assert shown_cards[card][0] == value
    assert reason is None or shown_cards[card][1] == reason
    assert {name: shown for name, (shown, _) in shown_cards.items() if name != card} == {
        name: shown for name, shown in NUMBERS.items() if name != card
    }


@pytest.mark.parametrize("odd", [odd for odd in ODD if odd != "12"])
async def test_cards_that_need_an_artist_id_show_a_dash_without_it(odd: str) -> None:
    service = BytesService()
    service.replace_number("view-profile", ODD[odd])
    shown = await cards(service)
    dash = (formatting.DASH, "no artist id")
    assert shown["view-profile"] == (formatting.DASH, "not sent")
    assert (shown["downloads"], shown["followers"]) == (dash, dash)
    unaffected = ("tracks", "total-plays", "albums", "level", "growth")
    assert [shown[name][0] for name in unaffected] == [NUMBERS[name] for name in unaffected]


async def test_card_with_a_bad_number_is_a_dash_until_refreshed() -> None:
    service, clock = BytesService(), FakeClock()
    stage = Stage(service, clock=clock)
    bad: tuple[Any, ...] = (True, HUGE, None, -5, [], 10**23, {})
    odd = dict(zip(list(PLACES)[:7], bad, strict=True))
    async with stage.run() as pilot:
        for card, bad_value in odd.items():
            service.replace_number(card, bad_value)
            clock.advance(60)
            await press(pilot, "r")
            assert stage.card(card) == (formatting.DASH, "not sent")
            others = [name for name in NUMBERS if name != card]
            assert [stage.card(name)[0] for name in others] == [NUMBERS[name] for name in others]
        assert "nan" not in text_of(stage.app).lower().split()


# Levels and bars


@pytest.mark.parametrize(
    "xp, text, percent, filled",
    [
        # XP above the next level
        ((12, 99_999, 383, 24.8), "99,999 XP · 383 to level 13", 24.8, 4),
        ((12, 3_774, 0, 100), "3,774 XP · 0 to level 13", 100, 20),
        ((12, 3_774, 383, 150), "3,774 XP · 383 to level 13", 150, 20),
        ((12, 3_774, 383, -20), "3,774 XP · 383 to level 13", -20, 0),
        ((12, 3_774, -383, 24.8), "3,774 XP", 24.8, 4),
        ((12, -3_774, 383, 24.8), "XP unknown · 383 to level 13", 24.8, 4),
        ((1, 0, 100, 0), "0 XP · 100 to level 2", 0, 0),
        # XP outside the range of the level
        ((12, 9, 383, None), "9 XP · 383 to level 13", None, None),
        ((12, None, None, None), "XP unknown", None, None),
    ],
)
def test_bars_are_clamped_and_numbers_are_not(
    xp: tuple[Any, ...], text: str, percent: float | None, filled: int | None
) -> None:
    names = ("currentLevel", "currentXP", "xpToNextLevel", "levelProgress")
    level = Intelligence.decode({"xp": dict(zip(names, xp, strict=True))}).level
    assert levels.xp_summary(level.level, level.xp, level.to_next) == text
    assert level.progress == percent
    if percent is not None:
        done, rest = progress_bar(percent, 20)
        assert (len(done), len(done + rest)) == (filled, 20)
    assert level_meter.level_and_title(level, 40).startswith(f"Level {xp[0]} · ")


async def test_level_meter_shows_the_percentage_as_sent() -> None:
    service = FakeService()
    answer = {"xp": {"currentLevel": 12, "currentXP": 3774, "xpToNextLevel": 383}}
    answer["xp"]["levelProgress"] = 150
    service.script("intelligence", Intelligence.decode(answer))
    stage = Stage(service)
    async with stage.run("4"):
        shown = text_of(stage.app)
    assert "━ 150%" in shown
    assert "383 XP to level 13, at 4,157" in shown


# Cells


TRACK: Json = {
    "id": 1, "name": "Neon Rain", "artists": [{"name": "Nova"}], "duration": 187_000, "plays": 0,
    "created_at": "2026-11-02T11:45:00Z", "release_date": "2026-11-02",
}  # fmt: skip
PERFORMANCE: Json = {
    "track_id": 1, "contribution_value": 88.1, "last_updated": "2026-11-20T00:00:00Z"
}  # fmt: skip


def beat_cells(row: Json) -> tuple[str, ...]:
    session = Session(None, FakeClock(), jitter=lambda: 0.0)
    own = {name: row[name] for name in row.keys() & TRACK.keys()}
    rest = {name: row[name] for name in row.keys() & PERFORMANCE.keys()}
    session.beats(1).set_value(Beats.decode({"pagination": {"data": [own], "total": 1}}))
    session.performance.set_value(Performance.decode({"data": [rest]}))
    [loaded] = Catalog(session).rows()
    keys = ("title", "artists", "length", "plays", "contribution")
    texts = beat_table.cell_texts()
    cells = (texts[key](loaded) or formatting.DASH for key in keys)
    return (*cells, formatting.table_date(loaded.uploaded))


def album_cells(row: Json) -> tuple[str, ...]:
    album = Albums.decode({"pagination": {"data": [row]}}).rows[0]
    released = albums.released_text(albums.to_row(0, album, None, {}, NOW), NOW)
    counts = map(formatting.count, (album.tracks, album.plays))
    return (album.name or formatting.DASH, released, *counts)


def sale_cells(row: Json) -> tuple[str, ...]:
    # A readable row makes the list recognizable.
    page = Transactions.decode({"transactions": [SALE, row]})
    return transactions.row_cells(transactions.transaction_rows(page.rows or ())[1], NOW)


def total_cells(row: Json) -> tuple[str, ...]:
    sent = {"currencies": [{**TOTALS, "currency": "JPY"}, row]}
    table = finances.balance_table(Finances.decode(sent))
    return (table.currencies[1], *(each.amounts[1] for each in table.rows))


def rank_cells(row: Json) -> tuple[str, ...]:
    standing = Standings.decode({"data": {"plays": [row]}}).rows[3]
    entry = season.entry_rows(standing)[0]
    return (entry.rank, entry.name, entry.value, entry.tier)


def award_cells(row: Json) -> tuple[str, ...]:
    rows = Achievements.decode({"achievements": [AWARD, row]}).rows
    assert rows is not None
    award = rows[1]
    return (
        progress.state_symbol(award),
        award.name or formatting.DASH,
        progress.rarity_label(award.rarity),
        progress.xp_text(award),
        label(award.category) or formatting.DASH,
        progress.state_text(award, NOW) if award.unlocked_at else formatting.DASH,
    )


def source_cells(row: Json) -> tuple[str, ...]:
    rows = XpSources.decode({"sources": [SOURCE, row]}).rows
    assert rows is not None
    return (
        rows[1].name or formatting.DASH,
        formatting.count(rows[1].xp),
        formatting.count(rows[1].times),
    )


SALE: Json = {
    "type": "sales", "status": "refunded", "amountMinor": -4_499, "minorUnitFactor": 100,
    "currency": "CAD", "description": "Neon Rain", "occurredAt": "2026-11-10T13:10:00Z",
}  # fmt: skip
TOTALS: Json = {
    "currency": "CAD", "minorUnitFactor": 100, "totalEarnedMinor": 0, "pendingMinor": 1,
    "processingMinor": 2, "delayedMinor": -3, "sentMinor": 400_000,
}  # fmt: skip
ALBUM: Json = {"id": 1, "name": "First Light", "release_date": "2026-01-02", "plays": 0,
               "track_count": 7}  # fmt: skip
ENTRY: Json = {"rank": 3, "name": "Nova", "value": 0, "tier": "Gold"}
AWARD: Json = {
    "name": "Oracle", "category": "Profile", "rarity": "common", "xp": 300, "unlocked": True,
    "unlockedAt": "2026-02-07T10:11:00Z",
}  # fmt: skip
SOURCE: Json = {"label": "Uploads", "xp": 0, "count": 0}

Cells = Callable[[Json], tuple[str, ...]]
TABLES: Mapping[str, tuple[Cells, Json, Mapping[str, int], tuple[str, ...]]] = {
    "beats": (
        beat_cells,
        {**TRACK, **PERFORMANCE},
        {"name": 0, "artists": 1, "duration": 2, "plays": 3, "contribution_value": 4,
         "created_at": 5},
        ("Neon Rain", "Nova", "3:07", "0", "88.1", "2026-11-02"),
    ),
    "collections": (
        album_cells,
        ALBUM,
        {"name": 0, "release_date": 1, "track_count": 2, "plays": 3},
        ("First Light", "2026-01-02", "7", "0"),
    ),
    "transactions": (
        sale_cells,
        SALE,
        {"occurredAt": 0, "description": 1, "type": 2, "status": 3, "amountMinor": 4,
         "minorUnitFactor": 4},
        ("2026-11-10", "Neon Rain", "Track sale", "Reversed", "−44.99 CAD"),
    ),
    "earnings": (
        total_cells,
        TOTALS,
        {"currency": 0, "pendingMinor": 1, "processingMinor": 2, "delayedMinor": 3,
         "sentMinor": 4, "totalEarnedMinor": 5},
        ("CAD", "0.01", "0.02", "−0.03", "4,000.00", "0.00"),
    ),
    "leaderboards": (
        rank_cells,
        ENTRY,
        {"rank": 0, "name": 1, "value": 2, "tier": 3},
        ("3", "Nova", "0", "Gold"),
    ),
    "achievements": (
        award_cells,
        AWARD,
        {"name": 1, "rarity": 2, "xp": 3, "category": 4, "unlockedAt": 5},
        ("✓", "Oracle", "Common", "300", "Profile", "2026-02-07"),
    ),
    "sources": (source_cells, SOURCE, {"label": 0, "xp": 1, "count": 2}, ("Uploads", "0", "0")),
}  # fmt: skip
CELLS = [(table, field) for table, (_, _, columns, _) in TABLES.items() for field in columns]


@pytest.mark.parametrize("table, field", CELLS)
def test_bad_field_affects_only_its_cell(table: str, field: str) -> None:
    cells, row, columns, whole = TABLES[table]
    assert cells(row) == whole
    bad = [None, True, [], {}, math.nan, math.inf, 10**23, "\0", MISSING]
    if field not in ("amountMinor", "totalEarnedMinor", "pendingMinor", "processingMinor",
                     "delayedMinor", "sentMinor", "value", "contribution_value", "xp"):  # fmt: skip
        bad.append(-5)
    for odd in bad:
        bad_value = {
            name: value for name, value in row.items() if name != field or odd is not MISSING
        }
        if odd is not MISSING:
            bad_value[field] = odd
        dash = formatting.DASH
        if field == "release_date" and odd in (None, MISSING):
            dash = albums.NO_DATE
        assert cells(bad_value) == tuple(
            dash if at == columns[field] else cell for at, cell in enumerate(whole)
        ), odd


# Money


@pytest.mark.parametrize(
    "sent, shown",
    [
        ({"amountMinor": 900, "minorUnitFactor": 1, "currency": "JPY"}, "900 JPY"),
        ({"amountMinor": 1_234, "minorUnitFactor": 1000, "currency": "KWD"}, "1.234 KWD"),
        ({"amountMinor": 7, "minorUnitFactor": 5, "currency": "MGA"}, "1.4 MGA"),
        ({"amountMinor": 7, "minorUnitFactor": 3, "currency": "XXX"}, "7/3 XXX"),
        ({"amountMinor": 2_699, "minorUnitFactor": 100, "currency": "???"}, "26.99"),
        ({"amountMinor": 2_699, "minorUnitFactor": 100}, "26.99"),
        ({"amountMinor": -4_499, "minorUnitFactor": 100, "currency": "cad"}, "−44.99 CAD"),
        ({"amountMinor": -0.0, "minorUnitFactor": 100, "currency": "CAD"}, "0.00 CAD"),
        ({"amountMinor": 0, "minorUnitFactor": 100, "currency": "CAD"}, "0.00 CAD"),
        ({"amountMinor": 2_699, "minorUnitFactor": 0, "currency": "CAD"}, "—"),
        ({"amountMinor": 2_699, "currency": "CAD"}, "—"),
        ({"amountMinor": 26.99, "minorUnitFactor": 100, "currency": "CAD"}, "—"),
    ],
)
def test_amount_is_exact_or_missing(sent: Json, shown: str) -> None:
    assert formatting.amount(Amount.decode(sent)) == shown


@pytest.mark.parametrize(
    "amount, currency, shown",
    [
        ("-44.99", "CAD", "−44.99 CAD"),
        (900, "JPY", "900 JPY"),
        (12.5, "XXX", "12.50 XXX"),
        (12.5, "dollars", "12.50"),
        (-0.0, "CAD", "0.00 CAD"),
        (None, "CAD", "—"),
        ("1e-999999999", "CAD", "0.00 CAD"),
        (math.nan, "CAD", "—"),
    ],
)
def test_sales_are_shown_in_their_currency(amount: object, currency: str, shown: str) -> None:
    sales = Sales.decode({"earnings": {"total_revenue": amount, "currency": currency}})
    assert finances.sales_facts(sales) == ((("Revenue", shown),) if shown != "—" else ())
