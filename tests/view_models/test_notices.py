"""Of all that is wrong the worst is said, with what can be done about it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest

from beatpass_tui.errors import (
    BeatPassError,
    CaptivePortal,
    NotSignedIn,
    RateLimited,
    ServerError,
    ServiceUnavailable,
    Throttled,
    Unreachable,
)
from beatpass_tui.session.query import Query, Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import notices
from beatpass_tui.view_models.cards import Notice, Severity
from support.fakes import NOVA_STATS, FakeClock, FakeService, settle
from support.stored_answers import HOME

REFUSED = NotSignedIn("Unauthenticated.", status=401)
OFFLINE = Unreachable("The name of the service could not be found.")
DOWN = ServiceUnavailable("The service is down for the moment (503).")
SLOW = Unreachable("The service did not answer in time.", reason="timed out")
PORTAL = CaptivePortal("A web page came.")
FAILED = ServerError("The dashboard could not be put together.", status=500)


def limited(seconds: float | None) -> RateLimited:
    return RateLimited("Too many attempts.", retry_after=seconds)


class Home:
    """What Home would say about a scripted service."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.service = FakeService()
        self.session = Session(self.service, self.clock, jitter=lambda: 0.0)

    async def load(self, trigger: Trigger = Trigger.AUTOMATIC) -> None:
        await self.session.load(self.session.home, trigger, lambda: None)

    async def failing(self, **failures: BeatPassError) -> Home:
        for name, error in failures.items():
            self.service.fail(error, name)
        await self.load()
        return self

    async def out(self, error: BeatPassError, **failures: BeatPassError) -> Home:
        """Let everything fail with `error`, and some of it otherwise."""
        return await self.failing(**{**dict.fromkeys(HOME, error), **failures})

    def said(self) -> str:
        notice = self.worst()
        return notice.text if notice is not None else ""

    def worst(self, *, variable: str | None = None, focused: bool = True) -> Notice | None:
        return notices.most_severe(
            self.session, self.session.home, variable=variable, focused=focused
        )


def test_nothing_is_wrong_before_anything_was_asked() -> None:
    assert Home().worst() is None


async def test_nothing_is_wrong_when_all_is_well() -> None:
    home = await Home().failing()
    assert home.worst() is None


async def test_every_group_has_a_label() -> None:
    session = Home().session
    keyed = (
        session.activity_in("90d", 1),
        session.transactions("all", "all", 1),
        session.beats(1),
        session.albums(1),
        session.album(1),
    )
    held = [query for query in vars(session).values() if isinstance(query, Query)]
    assert set(notices.LABELS) == {query.name for query in (*held, *keyed)}


# The token


async def test_an_expired_token() -> None:
    home = await Home().failing(account=REFUSED)
    assert home.worst() == Notice(
        "Your token has expired or was revoked",
        Severity.ERROR,
        action="{account.sign_in} signs in again",
    )


async def test_an_expired_token_of_a_variable() -> None:
    home = await Home().failing(account=REFUSED)
    assert home.worst(variable="BEATPASS_TOKEN") == Notice(
        "The token in BEATPASS_TOKEN has expired or was revoked",
        Severity.ERROR,
        action="set a new one and start again",
    )


ZONE = timezone(timedelta(hours=-5))
ENDS = datetime(2026, 12, 7, 2, 0, tzinfo=UTC)
"""The 6th of December in that zone."""


@pytest.mark.parametrize(
    "now, text",
    [
        (ENDS - timedelta(days=15), None),
        (ENDS - timedelta(days=14, seconds=1), None),
        (ENDS - timedelta(days=14), "Your token ends by 6 December at the latest"),
        (ENDS - timedelta(seconds=1), "Your token ends by 6 December at the latest"),
        (ENDS, "Your token was to end by 6 December"),
        (ENDS + timedelta(days=60), "Your token was to end by 6 December 2026"),
    ],
)
def test_a_token_that_ends_soon_is_spoken_of_quietly(now: datetime, text: str | None) -> None:
    notice = notices.token_ending(ENDS, now.astimezone(ZONE))
    if text is None:
        assert notice is None
    else:
        assert notice == Notice(text, Severity.HINT, action="beatpass-tui login renews it")
        # The row is 80 cells wide less one at each end.
        assert len(f"{notice.text} · {notice.action}") <= 78


def test_of_a_token_whose_end_is_not_known_nothing_is_said() -> None:
    assert notices.token_ending(None, ENDS) is None


# The network


async def test_offline_says_since_when_and_counts_down() -> None:
    home = await Home().out(OFFLINE)
    home.clock.advance(12.5)
    assert home.worst() == Notice(
        "Offline since 20:04 · trying again in 18 s",
        Severity.WARNING,
        action="{page.refresh} now",
        has_countdown=True,
    )


async def test_the_time_of_an_outage_stays_that_of_its_beginning() -> None:
    home = await Home().out(OFFLINE)
    for _ in range(3):
        home.clock.advance(300)
        await home.load()
    notice = home.worst()
    assert notice is not None
    assert notice.text == "Offline since 20:04 · trying again in 5 min 00 s"


async def test_an_outage_did_not_begin_in_a_time_that_is_still_to_come() -> None:
    home = await Home().failing(stats=OFFLINE)
    home.clock.set_wall(home.clock.now() - timedelta(hours=2))
    notice = home.worst()
    assert notice is not None
    assert notice.text == "Offline since 18:04 · trying again in 30 s"


async def test_while_it_is_tried_again_that_is_said() -> None:
    home = await Home().out(OFFLINE)
    gate = asyncio.Event()
    for name in HOME:
        home.service.script(name, gate)
    task = asyncio.create_task(home.load(Trigger.MANUAL))
    await settle()
    assert home.worst() == Notice("Offline since 20:04 · trying again…", Severity.WARNING)
    gate.set()
    await task
    assert home.worst() is None


async def test_nothing_counts_down_while_the_terminal_is_elsewhere() -> None:
    home = await Home().out(OFFLINE)
    notice = home.worst(focused=False)
    assert notice is not None
    assert notice.text == "Offline since 20:04 · tries again once this window is used"
    assert (notice.action, notice.has_countdown) == ("{page.refresh} now", False)


@pytest.mark.parametrize(
    "failures, words",
    [
        ({"account": DOWN}, "BeatPass is down since 20:04"),
        ({"account": OFFLINE}, "Offline since 20:04"),
        (dict.fromkeys(HOME, PORTAL), "A login of the network seems to be in the way"),
    ],
)
async def test_a_service_that_is_down_is_not_called_offline(
    failures: dict[str, BeatPassError], words: str
) -> None:
    home = await Home().out(DOWN, **failures)
    notice = home.worst()
    assert notice is not None
    assert notice.text.startswith(f"{words} · ")


@pytest.mark.parametrize(
    "failures, words",
    [
        ({"stats": SLOW}, "Tracks and Total Plays: timed out"),
        ({"activity": DOWN}, "Downloads: server down"),
        ({"stats": SLOW, "followers": DOWN}, "Tracks and Total Plays (and 1 more): timed out"),
    ],
)
async def test_while_others_answer_nobody_is_called_offline(
    failures: dict[str, BeatPassError], words: str
) -> None:
    home = await Home().failing(**failures)
    assert home.worst() == Notice(
        f"{words} · trying again in 30 s",
        Severity.WARNING,
        action="{page.refresh} now",
        has_countdown=True,
    )
    # Answers of long before say nothing about the network of now.
    home = Home()
    await home.load()
    home.clock.advance(1_000)
    assert (await home.out(SLOW)).said().startswith("Offline since 20:20 · ")


async def test_the_next_try_is_that_of_the_first_group_to_try() -> None:
    home = await Home().out(OFFLINE)
    home.clock.advance(20)
    home.service.fail(OFFLINE, "account")
    await home.session.account.fetch()
    notice = home.worst()
    assert notice is not None
    assert notice.text == "Offline since 20:04 · trying again in 10 s"


# Rate limits


async def test_a_rate_limit_names_its_numbers_and_counts_down() -> None:
    home = await Home().failing(activity=limited(60))
    home.clock.advance(18)
    assert home.worst() == Notice(
        "Downloads: asked too often · again in 42 s", Severity.WARNING, has_countdown=True
    )


async def test_a_pause_is_said_quietly() -> None:
    home = await Home().failing(activity=Throttled("BeatPass wants a rest.", retry_after=42))
    assert home.worst() == Notice(
        "Downloads: paused, to ask less often · again in 42 s", has_countdown=True
    )


async def test_a_long_rate_limit_is_left_to_r() -> None:
    home = await Home().failing(activity=limited(19056))
    assert home.worst() == Notice(
        "Downloads: asked too often · again in 5 h 18 min",
        Severity.WARNING,
        action="then {page.refresh} asks again",
        has_countdown=True,
    )


async def test_the_longest_of_several_rate_limits_is_said() -> None:
    home = await Home().failing(activity=limited(60), stats=limited(120))
    notice = home.worst()
    assert notice is not None
    assert notice.text == "Tracks and Total Plays: asked too often · again in 2 min 00 s"


async def test_a_rate_limit_that_is_over_no_longer_counts() -> None:
    home = await Home().failing(activity=limited(400))
    home.clock.advance(400)
    assert home.worst() == Notice(
        "Downloads: the rate limit has ended", Severity.WARNING, action="{page.refresh} asks again"
    )


# One group


async def test_a_failed_group_is_named_with_its_sentence() -> None:
    home = await Home().failing(intelligence=FAILED)
    assert home.worst() == Notice(
        "Albums, Level and Growth: The dashboard could not be put together",
        Severity.WARNING,
        action="{page.refresh} tries again",
    )


async def test_of_several_failed_groups_the_first_is_named_and_the_rest_counted() -> None:
    home = await Home().failing(stats=FAILED, followers=FAILED, activity=FAILED)
    notice = home.worst()
    assert notice is not None
    assert notice.text.startswith("Tracks and Total Plays (and 2 more): ")


async def test_only_what_is_shown_is_spoken_of() -> None:
    home = await Home().failing(intelligence=FAILED)
    session = home.session
    shown = (session.account, session.artist, session.activity)
    assert notices.most_severe(session, shown, variable=None, focused=True) is None


# The order

ORDER: list[tuple[dict[str, BeatPassError], str]] = [
    ({"account": REFUSED}, "Your token"),
    ({"stats": OFFLINE}, "Tracks and Total Plays: offline"),
    ({"activity": limited(60)}, "Downloads: asked too often"),
    ({"followers": FAILED}, "Followers: "),
]


@pytest.mark.parametrize("worst", range(len(ORDER)))
async def test_the_worst_wins(worst: int) -> None:
    failures: dict[str, BeatPassError] = {}
    for found, _ in ORDER[worst:]:
        failures |= found
    home = await Home().failing(**failures)
    notice = home.worst()
    assert notice is not None
    assert notice.text.startswith(ORDER[worst][1])


async def test_once_all_is_well_again_nothing_is_said() -> None:
    home = Home()
    home.service.script("stats", FAILED, NOVA_STATS)
    await home.load()
    assert home.worst() is not None
    await home.load(Trigger.MANUAL)
    assert home.worst() is None
