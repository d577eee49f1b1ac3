"""The cards, the greeting and the insights of Home."""

from __future__ import annotations

import asyncio
import inspect
from datetime import timedelta

import pytest
from rich.cells import cell_len

from beatpass_tui import errors
from beatpass_tui.errors import (
    BeatPassError,
    Forbidden,
    InvalidResponse,
    NotFound,
    NotSignedIn,
    RateLimited,
    ServerError,
    ServiceUnavailable,
    Unreachable,
)
from beatpass_tui.models.home import Followers, Level, Stats, TopTrack
from beatpass_tui.models.identity import Account
from beatpass_tui.session.query import Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import periods
from beatpass_tui.view_models.cards import Phase, Stat, Welcome
from beatpass_tui.view_models.home import HomeView
from beatpass_tui.view_models.stat_cards import EMPTY_CARDS, SIGNED_OUT_CARDS
from support.fakes import (
    NOVA_ACCOUNT,
    NOVA_ACTIVITY,
    NOVA_ARTIST,
    NOVA_FOLLOWERS,
    NOVA_INTELLIGENCE,
    NOVA_STATS,
    FakeClock,
    FakeService,
    settle,
)

IDS = (
    "tracks", "total-plays", "albums", "downloads", "followers", "level", "growth", "view-profile",
)  # fmt: skip
OWNERS = {
    "tracks": "stats",
    "total-plays": "stats",
    "albums": "intelligence",
    "downloads": "activity",
    "followers": "followers",
    "level": "intelligence",
    "growth": "intelligence",
    "view-profile": "artist",
}
FAILED = ServerError("The dashboard is temporarily unavailable.", status=500)
FAILURES: list[BeatPassError] = [
    FAILED,
    Unreachable("No network."),
    Unreachable("Too slow.", reason="timed out"),
    ServiceUnavailable("Down."),
    InvalidResponse("HTML."),
    Forbidden("No.", status=403),
    NotFound("None.", status=404),
    NotSignedIn("No.", status=401),
    RateLimited("Too many.", retry_after=60),
]
CALCULATING = NOVA_INTELLIGENCE._replace(growth_rate=None, growth_calculating=True)
BLANK_LEVEL = Level(None, None, None, None, None)


class Home:
    """Home with a scripted service."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.service = FakeService()
        self.session = Session(self.service, self.clock, jitter=lambda: 0.0)
        self.view = HomeView(self.session)

    async def load(self, trigger: Trigger = Trigger.AUTOMATIC) -> None:
        await self.session.load(self.session.home, trigger, lambda: None)

    def cards(self) -> dict[str, Stat]:
        return {card.id: card for card in self.view.cards()}


@pytest.fixture
def home() -> Home:
    return Home()


def phases(cards: dict[str, Stat]) -> dict[str, Phase]:
    return {name: card.phase for name, card in cards.items()}


# The cards


def test_cards_wait_before_the_first_response(home: Home) -> None:
    cards = home.view.cards()
    assert cards == EMPTY_CARDS
    assert tuple(card.id for card in cards) == IDS
    assert {card.phase for card in cards} == {Phase.WAITING}
    assert {card.number for card in cards} == {None}


def test_no_card_waits_without_an_account() -> None:
    assert tuple(card.id for card in SIGNED_OUT_CARDS) == IDS
    assert Phase.WAITING not in {card.phase for card in SIGNED_OUT_CARDS}


def test_each_card_has_a_hint_and_a_page() -> None:
    for card in EMPTY_CARDS:
        assert card.hint.startswith(f"{card.title.removesuffix(' ↗')} · ")
        assert card.page is not None or card.id == "view-profile"


async def test_cards_with_all_values(home: Home) -> None:
    await home.load()
    cards = home.cards()
    assert tuple(cards) == IDS
    assert set(phases(cards).values()) == {Phase.KNOWN}
    numbers = {name: card.number for name, card in cards.items() if card.number is not None}
    assert numbers == {
        "tracks": 128,
        "total-plays": 45_210,
        "albums": 9,
        "downloads": 1_204,
        "followers": 873,
        "level": 12,
    }
    assert cards["level"].detail == "3,774 XP"
    assert (cards["growth"].text, cards["growth"].words) == ("▲ +7.5%", "up")
    profile = cards["view-profile"]
    assert (profile.text, profile.detail) == ("Nova Reyes", "open.beatpass.ca")
    assert profile.address == f"https://open.beatpass.ca/artist/{NOVA_ARTIST.id}/nova-reyes"


async def test_each_card_opens_the_page_of_its_number(home: Home) -> None:
    await home.load()
    assert {name: card.page for name, card in home.cards().items()} == {
        "tracks": "beats",
        "total-plays": "activity",
        "albums": "collections",
        "downloads": "activity",
        "followers": "activity",
        "level": "progress",
        "growth": "beats",
        "view-profile": None,
    }


async def test_each_hint_has_the_time_of_its_value(home: Home) -> None:
    await home.load()
    home.clock.advance(60)
    for name, card in home.cards().items():
        if name != "view-profile":
            assert card.hint.endswith(" · as of 20:04")
    assert home.cards()["downloads"].hint == (
        "Downloads · by your audience, excludes your team · next: 1,250 · as of 20:04"
    )
    assert home.cards()["level"].hint == "Level · 3,774 XP · 383 to level 13 · as of 20:04"
    home.clock.advance(24 * 3600)
    assert home.cards()["tracks"].hint.endswith(" · as of Mon 20:04")


async def test_new_artist_has_zeros_instead_of_dashes(home: Home) -> None:
    home.service.script("stats", Stats(0, 0, 0, 0, 0, 0.0, None))
    home.service.script("followers", Followers(0))
    home.service.script("activity", NOVA_ACTIVITY._replace(downloads=0))
    level = Level(1, 0.0, 100.0, 0.0, "Novice Producer")
    home.service.script(
        "intelligence", NOVA_INTELLIGENCE._replace(level=level, total_albums=0, growth_rate=0.0)
    )
    await home.load()
    cards = home.cards()
    for name in ("tracks", "total-plays", "albums", "downloads", "followers"):
        assert (cards[name].number, cards[name].phase) == (0, Phase.KNOWN)
    assert (cards["level"].number, cards["level"].detail) == (1, "0 XP")
    assert (cards["growth"].text, cards["growth"].words) == ("0.0%", "flat")
    assert home.view.is_new_artist()


@pytest.mark.parametrize("tracks, is_new", [(0, True), (1, False), (None, False)])
async def test_artist_without_tracks_is_new(home: Home, tracks: int | None, is_new: bool) -> None:
    home.service.script("stats", NOVA_STATS._replace(total_tracks=tracks))
    assert not home.view.is_new_artist()
    await home.load()
    assert home.view.is_new_artist() is is_new


@pytest.mark.parametrize("error", FAILURES, ids=repr)
@pytest.mark.parametrize("name", ["stats", "intelligence", "followers", "activity", "artist"])
async def test_failed_query_affects_only_its_cards(
    home: Home, name: str, error: BeatPassError
) -> None:
    home.service.fail(error, name)
    await home.load()
    for card in home.view.cards():
        is_affected = OWNERS[card.id] == name
        is_affected = is_affected or (
            name == "artist" and OWNERS[card.id] in ("followers", "activity")
        )
        if is_affected and name == "stats":
            assert card.phase is Phase.KNOWN
            assert " · from your artist profile" in card.hint
        elif is_affected:
            assert (card.phase, card.number, card.text) == (Phase.MISSING, None, "")
            assert card.detail == error.reason
            assert card.hint.endswith(f" · {error.message}")
            assert card.hint.startswith(card.title)
        else:
            assert card.phase is Phase.KNOWN


async def test_values_stay_after_a_failed_request(home: Home) -> None:
    await home.load()
    before = home.view.cards()
    for name in set(OWNERS.values()):
        home.service.fail(FAILED, name)
    home.clock.advance(60)
    await home.load(Trigger.MANUAL)
    assert all(query.error is FAILED for query in home.session.home if query.name != "account")
    assert home.view.cards() == before


MISSING_NUMBERS: list[tuple[str, object, str]] = [
    ("stats", NOVA_STATS._replace(total_tracks=None), "tracks"),
    ("stats", NOVA_STATS._replace(total_plays=None), "total-plays"),
    ("intelligence", NOVA_INTELLIGENCE._replace(total_albums=None), "albums"),
    ("activity", NOVA_ACTIVITY._replace(downloads=None), "downloads"),
    ("followers", Followers(None), "followers"),
    ("intelligence", NOVA_INTELLIGENCE._replace(level=BLANK_LEVEL), "level"),
    ("intelligence", NOVA_INTELLIGENCE._replace(growth_rate=None), "growth"),
]


@pytest.mark.parametrize(
    "name, answer, card", MISSING_NUMBERS, ids=[case[2] for case in MISSING_NUMBERS]
)
async def test_missing_number_affects_only_its_card(
    home: Home, name: str, answer: object, card: str
) -> None:
    home.service.script(name, answer)
    await home.load()
    cards = home.cards()
    assert [id for id, phase in phases(cards).items() if phase is Phase.MISSING] == [card]
    assert (cards[card].number, cards[card].detail) == (None, "not sent")
    assert "as of" not in cards[card].hint


async def test_level_without_xp(home: Home) -> None:
    level = Level(12, None, None, None, "Experienced Producer")
    home.service.script("intelligence", NOVA_INTELLIGENCE._replace(level=level))
    await home.load()
    card = home.cards()["level"]
    assert (card.phase, card.number, card.detail) == (Phase.KNOWN, 12, "")


async def test_artist_without_id_has_no_link_and_no_numbers(home: Home) -> None:
    home.service.script("artist", NOVA_ARTIST._replace(id=None))
    await home.load()
    cards = home.cards()
    for name in ("downloads", "followers"):
        assert (cards[name].phase, cards[name].detail) == (Phase.MISSING, "no artist id")
    profile = cards["view-profile"]
    assert (profile.phase, profile.address) == (Phase.MISSING, None)


async def test_artist_without_name_has_a_link(home: Home) -> None:
    home.service.script("artist", NOVA_ARTIST._replace(name=None))
    await home.load()
    profile = home.cards()["view-profile"]
    assert (profile.phase, profile.text) == (Phase.KNOWN, "Your artist page")
    assert profile.address == f"https://open.beatpass.ca/artist/{NOVA_ARTIST.id}"


async def test_cards_fill_as_their_queries_complete(home: Home) -> None:
    gates = {name: asyncio.Event() for name in set(OWNERS.values())}
    for name, gate in gates.items():
        home.service.script(name, gate)
    task = asyncio.create_task(home.load())
    await settle()
    completed: set[str] = set()
    # Account and artist come first.
    for name in ("artist", "intelligence", "activity", "stats", "followers"):
        gates[name].set()
        completed.add(name)
        await settle()
        for card in home.view.cards():
            known = OWNERS[card.id] in completed
            assert card.phase is (Phase.KNOWN if known else Phase.WAITING), (name, card.id)
    await task


# Growth


@pytest.mark.parametrize(
    "rate, text, words",
    [
        (7.5, "▲ +7.5%", "up"),
        (-3.2, "▼ −3.2%", "down"),
        (0.0, "0.0%", "flat"),
        (-0.04, "0.0%", "flat"),
        (100.0, "▲ +100.0%", "up"),
    ],
)
async def test_growth_is_a_signed_percentage(
    home: Home, rate: float, text: str, words: str
) -> None:
    home.service.script("intelligence", NOVA_INTELLIGENCE._replace(growth_rate=rate))
    await home.load()
    card = home.cards()["growth"]
    assert (card.phase, card.text, card.words, card.detail) == (Phase.KNOWN, text, words, "")


async def test_calculating_growth_delays_no_other_card(home: Home) -> None:
    home.service.script("intelligence", CALCULATING)
    await home.load()
    cards = home.cards()
    growth = cards.pop("growth")
    assert (growth.phase, growth.text, growth.detail) == (Phase.CALCULATING, "Calculating…", "")
    assert set(phases(cards).values()) == {Phase.KNOWN}


@pytest.mark.parametrize("error", FAILURES, ids=repr)
async def test_failed_request_ends_calculating(home: Home, error: BeatPassError) -> None:
    home.service.script("intelligence", CALCULATING, error)
    await home.load()
    home.clock.advance(30)
    await home.load()
    card = home.cards()["growth"]
    # The status line reports that the service can't be reached.
    reason = "Unavailable" if isinstance(error, Unreachable) else error.reason
    assert (card.phase, card.text, card.detail) == (Phase.MISSING, "", reason)
    assert card.hint == f"Growth · {error.message}"
    assert home.cards()["albums"].number == 9


async def test_growth_stays_until_another_rate_arrives(home: Home) -> None:
    home.service.script("intelligence", NOVA_INTELLIGENCE, FAILED)
    await home.load()
    home.clock.advance(900)
    await home.load()
    assert home.cards()["growth"].text == "▲ +7.5%"


# The greeting


def test_greeting_before_the_first_response(home: Home) -> None:
    assert home.view.welcome() == Welcome(None, None, Phase.WAITING)


async def test_greeting_has_artist_name_and_level(home: Home) -> None:
    await home.load()
    expected = Welcome("Nova Reyes", NOVA_INTELLIGENCE.level, Phase.KNOWN)
    assert home.view.welcome() == expected


@pytest.mark.parametrize(
    "artist", [NOVA_ARTIST._replace(name=None), FAILED, NotFound("None.", status=404)], ids=repr
)
async def test_greeting_falls_back_to_the_account_name(home: Home, artist: object) -> None:
    home.service.script("artist", artist)
    await home.load()
    assert home.view.welcome().name == NOVA_ACCOUNT.name


async def test_greeting_waits_for_the_artist_name(home: Home) -> None:
    gate = asyncio.Event()
    home.service.script("artist", gate)
    task = asyncio.create_task(home.load())
    await settle()
    assert home.session.account.value is not None
    assert home.view.welcome().name is None
    gate.set()
    await task
    assert home.view.welcome().name == "Nova Reyes"


async def test_greeting_without_any_name(home: Home) -> None:
    home.service.script("account", Account(7, None))
    home.service.fail(FAILED, "artist")
    await home.load()
    assert home.view.welcome().name is None


async def test_greeting_without_level_after_a_failure(home: Home) -> None:
    home.service.fail(FAILED, "intelligence")
    await home.load()
    assert home.view.welcome() == Welcome("Nova Reyes", None, Phase.MISSING)


async def test_heading_of_a_period_without_changes_says_so(home: Home) -> None:
    home.view.period = periods.by_key("24h")
    await home.load()
    assert home.view.period_text() == "24 hours · no changes known yet"
    assert home.cards()["total-plays"].detail == "all time"


# Insights


async def test_insights(home: Home) -> None:
    assert home.view.insights() == ()
    await home.load()
    assert home.view.insights() == (
        (
            "Catalog",
            "top track Midnight Drive, 7,919 plays · 4 uploads in 30 days · 353 plays per track",
        ),
        (
            "Audience",
            "611 downloaders · 41,877 audience plays · 2,310 likes · 184 reposts · 96 comments",
        ),
    )


@pytest.mark.parametrize(
    "change, line",
    [
        (
            {"top_track": TopTrack("Neon [Rain]", None)},
            "top track Neon [Rain] · 4 uploads in 30 days · 353 plays per track",
        ),
        (
            {"top_track": None, "recent_uploads": 1, "average_plays": 1},
            "1 upload in 30 days · 1 play per track",
        ),
        ({"top_track": None, "recent_uploads": None}, "353 plays per track"),
    ],
)
async def test_missing_facts_are_left_out(home: Home, change: dict[str, object], line: str) -> None:
    home.service.script("stats", Stats(**{**NOVA_STATS._asdict(), **change}))
    await home.load()
    assert home.view.insights()[0] == ("Catalog", line)


async def test_no_insights_without_facts(home: Home) -> None:
    home.service.script("stats", Stats(128, 45_210, None, None, None, None, None))
    home.service.script("activity", NOVA_ACTIVITY._replace(downloads=0))
    await home.load()
    assert home.view.insights() == ()


# Reasons

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, BeatPassError)
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_reason_fits_into_a_card(kind: type[BeatPassError]) -> None:
    assert 0 < cell_len(kind.reason) <= 16
    assert kind.reason == kind.reason.strip()


def test_every_error_class_has_its_own_reason() -> None:
    own = [kind for kind in KINDS if "reason" in vars(kind)]
    assert len({kind.reason for kind in own}) == len(own)
    # The reason of a blocked connection is that of the certificate or proxy.
    shared = {"RequestFailed", "ConnectionBlocked"}
    assert {kind.__name__ for kind in KINDS} - {kind.__name__ for kind in own} == shared


async def test_reasons_of_missing_values_fit_into_a_card(home: Home) -> None:
    home.service.script("artist", NOVA_ARTIST._replace(id=None))
    home.service.script("stats", Stats(None, None, None, None, None, None, None))
    blank = NOVA_INTELLIGENCE._replace(level=BLANK_LEVEL, total_albums=None, growth_rate=None)
    home.service.script("intelligence", blank)
    await home.load()
    cards = home.view.cards()
    assert {card.phase for card in cards} == {Phase.MISSING}
    assert max(cell_len(card.detail) for card in cards) <= 16


async def test_equal_models_make_equal_cards(home: Home) -> None:
    await home.load()
    before = home.view.cards(), home.view.welcome(), home.view.insights()
    for query, value in (
        (home.session.stats, NOVA_STATS),
        (home.session.intelligence, NOVA_INTELLIGENCE),
        (home.session.followers, NOVA_FOLLOWERS),
    ):
        query.set_value(value)  # type: ignore[arg-type]
    after = home.view.cards(), home.view.welcome(), home.view.insights()
    assert after == before
    home.clock.advance(timedelta(minutes=1).total_seconds())
    assert home.view.cards() == before[0]
