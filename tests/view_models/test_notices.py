"""The most severe problem, with the key to press."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from typing import NoReturn

import pytest

from beatpass_tui.errors import (
    BeatPassError,
    CaptivePortal,
    ConnectionBlocked,
    NotSignedIn,
    RateLimited,
    ServerError,
    ServiceUnavailable,
    Throttled,
    Unreachable,
)
from beatpass_tui.session.query import Query, Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.transport.endpoints import ENDPOINTS
from beatpass_tui.view_models import notices
from beatpass_tui.view_models.cards import Notice, Severity
from support.fakes import NOVA_STATS, FakeClock, FakeService, settle
from support.stored_answers import HOME

REFUSED = NotSignedIn("Unauthenticated.", status=401)
OFFLINE = Unreachable("The name of the service could not be found.")
DOWN = ServiceUnavailable("The service is down for the moment (503).")
SLOW = Unreachable("The service did not answer in time.", reason="timed out")
PORTAL = CaptivePortal("Received a web page.")
UNTRUSTED = ConnectionBlocked("No.", reason="certificate not trusted")
FAILED = ServerError("The dashboard is temporarily unavailable.", status=500)


def limited(seconds: float | None) -> RateLimited:
    return RateLimited("Too many attempts.", retry_after=seconds)


class Home:
    """Home with a scripted service."""

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

    async def all_failing(self, error: BeatPassError, **failures: BeatPassError) -> Home:
        """Let everything fail with `error`, except for `failures`."""
        return await self.failing(**{**dict.fromkeys(HOME, error), **failures})

    def text(self) -> str:
        notice = self.notice()
        return notice.text if notice is not None else ""

    def notice(self, *, variable: str | None = None, focused: bool = True) -> Notice | None:
        return notices.most_severe(
            self.session, self.session.home, variable=variable, focused=focused
        )


def test_no_notice_before_the_first_request() -> None:
    assert Home().notice() is None


async def test_no_notice_without_errors() -> None:
    home = await Home().failing()
    assert home.notice() is None


# The token


async def test_expired_token() -> None:
    home = await Home().failing(account=REFUSED)
    assert home.notice() == Notice(
        "Your token has expired or was revoked",
        Severity.ERROR,
        action="{account.sign_in} to sign in again",
    )


async def test_expired_token_variable() -> None:
    home = await Home().failing(account=REFUSED)
    assert home.notice(variable="BEATPASS_TOKEN") == Notice(
        "The token in BEATPASS_TOKEN has expired or was revoked",
        Severity.ERROR,
        action="set a new one and restart",
    )


ZONE = timezone(timedelta(hours=-5))
ENDS = datetime(2026, 12, 7, 2, 0, tzinfo=UTC)
"""December 6 in `ZONE`."""


@pytest.mark.parametrize(
    "now, text",
    [
        (ENDS - timedelta(days=15), None),
        (ENDS - timedelta(days=14, seconds=1), None),
        (ENDS - timedelta(days=14), "Your token expires by Dec 6"),
        (ENDS - timedelta(seconds=1), "Your token expires by Dec 6"),
        (ENDS, "Your token was due to expire by Dec 6"),
        (ENDS + timedelta(days=60), "Your token was due to expire by Dec 6, 2026"),
    ],
)
def test_token_that_expires_soon_is_a_hint(now: datetime, text: str | None) -> None:
    notice = notices.token_ending(ENDS, now.astimezone(ZONE))
    if text is None:
        assert notice is None
    else:
        assert notice == Notice(text, Severity.HINT, action="beatpass-tui login renews it")
        # The row is 80 cells wide less one at each end.
        assert len(f"{notice.text} · {notice.action}") <= 78


def test_no_notice_for_a_token_without_expiration() -> None:
    assert notices.token_ending(None, ENDS) is None


# The network


async def test_offline_has_start_and_countdown() -> None:
    home = await Home().all_failing(OFFLINE)
    home.clock.advance(12.5)
    assert home.notice() == Notice(
        "Offline since 20:04 · retrying in 18 s",
        Severity.WARNING,
        action="{page.refresh} to retry now",
        has_countdown=True,
    )


async def test_outage_keeps_its_start_time() -> None:
    home = await Home().all_failing(OFFLINE)
    for _ in range(3):
        home.clock.advance(300)
        await home.load()
    notice = home.notice()
    assert notice is not None
    assert notice.text == "Offline since 20:04 · retrying in 5 min 00 s"


async def test_outage_never_starts_in_the_future() -> None:
    home = await Home().failing(stats=OFFLINE)
    home.clock.set_wall(home.clock.now() - timedelta(hours=2))
    notice = home.notice()
    assert notice is not None
    assert notice.text == "Offline since 18:04 · retrying in 30 s"


async def test_retry_in_progress() -> None:
    home = await Home().all_failing(OFFLINE)
    gate = asyncio.Event()
    for name in HOME:
        home.service.script(name, gate)
    task = asyncio.create_task(home.load(Trigger.MANUAL))
    await settle()
    text = "Offline since 20:04 · retrying…"
    assert home.notice() == Notice(text, Severity.WARNING, is_progress=True)
    gate.set()
    await task
    assert home.notice() is None


async def test_no_countdown_without_focus() -> None:
    home = await Home().all_failing(OFFLINE)
    notice = home.notice(focused=False)
    assert notice is not None
    assert notice.text == "Offline since 20:04 · retries on focus"
    assert (notice.action, notice.has_countdown) == ("{page.refresh} to retry", False)


@pytest.mark.parametrize(
    "failures, text",
    [
        ({"account": DOWN}, "BeatPass is down since 20:04"),
        ({"account": OFFLINE}, "Offline since 20:04"),
        (dict.fromkeys(HOME, PORTAL), "This network seems to require a login"),
        (dict.fromkeys(HOME, UNTRUSTED), "Certificate not trusted"),
    ],
)
async def test_server_down_is_not_offline(failures: dict[str, BeatPassError], text: str) -> None:
    home = await Home().all_failing(DOWN, **failures)
    notice = home.notice()
    assert notice is not None
    assert notice.text.startswith(f"{text} · ")


@pytest.mark.parametrize(
    "failures, text",
    [
        ({"stats": SLOW}, "Totals from profile: timed out"),
        ({"activity": DOWN}, "Downloads: server down"),
        (
            {"stats": SLOW, "followers": DOWN},
            "Totals from profile +1: timed out",
        ),
    ],
)
async def test_one_unreachable_query_is_not_offline(
    failures: dict[str, BeatPassError], text: str
) -> None:
    home = await Home().failing(**failures)
    assert home.notice() == Notice(
        f"{text} · retry in 30 s",
        Severity.WARNING,
        action="{page.refresh} to retry",
        has_countdown=True,
    )
    # Old responses do not prove that the network works.
    home = Home()
    await home.load()
    home.clock.advance(1_000)
    assert (await home.all_failing(SLOW)).text().startswith("Offline since 20:20 · ")


PARTIAL_FAILURES = [
    Unreachable("The connection was lost.", reason="connection lost"),
    limited(300),
    limited(3599),
    limited(86_399),
    Throttled("Paused to stay within the limit.", retry_after=300),
]


@pytest.mark.parametrize("focused", [True, False])
@pytest.mark.parametrize("error", PARTIAL_FAILURES, ids=str)
async def test_notice_of_some_queries_fits_80_columns(error: BeatPassError, focused: bool) -> None:
    home = Home()
    working = home.session.followers

    async def request() -> NoReturn:
        raise error

    await home.session.artist.fetch()
    # The totals of the profile replace those of the statistics.
    queries = [home.session.stats]
    queries += [Query(row, request, home.clock) for row in ENDPOINTS.values()]
    home.service.fail(error, "stats")
    for number, query in enumerate(queries):
        for _ in range(5):
            # The longest countdown is that of the last back-off.
            home.clock.advance(400)
            await query.fetch()
        await working.fetch()
        # As many queries as a page has, and a single one.
        for shown in ([query, *queries[:number][-9:]], [query]):
            notice = notices.most_severe(
                home.session, [*shown, working], variable=None, focused=focused
            )
            assert notice is not None
            mark = "! " if notice.severity is Severity.WARNING else ""
            action = f" · {notice.action}" if notice.action else ""
            line = f"{mark}{notice.text}{action}".replace("{page.refresh}", "r")
            # The row is 80 cells wide less one at each end.
            assert len(line) <= 78, line
            assert not notice.text.startswith("Offline")


async def test_countdown_ends_at_the_first_retry() -> None:
    home = await Home().all_failing(OFFLINE)
    home.clock.advance(20)
    home.service.fail(OFFLINE, "account")
    await home.session.account.fetch()
    notice = home.notice()
    assert notice is not None
    assert notice.text == "Offline since 20:04 · retrying in 10 s"


# Rate limits


async def test_rate_limit_has_label_and_countdown() -> None:
    home = await Home().failing(activity=limited(60))
    home.clock.advance(18)
    assert home.notice() == Notice(
        "Downloads: rate limited · retry in 42 s", Severity.WARNING, has_countdown=True
    )


async def test_pause_is_a_hint() -> None:
    home = await Home().failing(activity=Throttled("Paused.", retry_after=42))
    assert home.notice() == Notice(
        "Downloads: paused to limit requests · retry in 42 s", has_countdown=True
    )


async def test_long_rate_limit_needs_a_manual_refresh() -> None:
    home = await Home().failing(activity=limited(19056))
    assert home.notice() == Notice(
        "Downloads: rate limited · retry in 5 h 18 min",
        Severity.WARNING,
        action="then {page.refresh} to retry",
        has_countdown=True,
    )


async def test_longest_rate_limit_is_shown() -> None:
    home = await Home().failing(activity=limited(60), stats=limited(120))
    notice = home.notice()
    assert notice is not None
    assert notice.text == "Totals from profile: rate limited · retry in 2 min 00 s"


async def test_ended_rate_limit_has_no_countdown() -> None:
    home = await Home().failing(activity=limited(400))
    home.clock.advance(400)
    assert home.notice() == Notice(
        "Downloads: rate limit ended", Severity.WARNING, action="{page.refresh} to retry"
    )


# One query


async def test_failed_query_has_label_and_message() -> None:
    home = await Home().failing(intelligence=FAILED)
    assert home.notice() == Notice(
        "Albums, Level, Growth: The dashboard is temporarily unavailable",
        Severity.WARNING,
        action="{page.refresh} to retry",
        short="The dashboard is temporarily unavailable",
    )


@pytest.mark.parametrize(
    "text, short",
    [
        (
            "~/.local/share/beatpass-tui/store.sqlite3 is read-only. Nothing is saved in this run.",
            "store.sqlite3 is read-only. Nothing is saved in this run.",
        ),
        (
            "/mnt/a/store.sqlite3 could not be used: disk I/O error.",
            "store.sqlite3 could not be used: disk I/O error.",
        ),
        (
            "/mnt/a/store.sqlite3.newer-20261120 may still contain your data; delete it.",
            "/mnt/a/store.sqlite3.newer-20261120 may still contain your data; delete it.",
        ),
    ],
)
def test_short_message_has_no_folder_of_the_store(text: str, short: str) -> None:
    expected = Notice(text, Severity.GOOD, short=short, has_item=False)
    assert notices.message(text, Severity.GOOD) == expected


async def test_further_failed_queries_are_counted() -> None:
    home = await Home().failing(stats=FAILED, followers=FAILED, activity=FAILED)
    notice = home.notice()
    assert notice is not None
    assert notice.text.startswith("Totals from profile +2: ")


async def test_hidden_queries_have_no_notice() -> None:
    home = await Home().failing(intelligence=FAILED)
    session = home.session
    shown = (session.account, session.artist, session.activity)
    assert notices.most_severe(session, shown, variable=None, focused=True) is None


# The order

ORDER: list[tuple[dict[str, BeatPassError], str]] = [
    ({"account": REFUSED}, "Your token"),
    ({"stats": OFFLINE}, "Totals from profile: offline"),
    ({"activity": limited(60)}, "Downloads: rate limited"),
    ({"followers": FAILED}, "Followers: "),
]


@pytest.mark.parametrize("first", range(len(ORDER)))
async def test_most_severe_problem_wins(first: int) -> None:
    failures: dict[str, BeatPassError] = {}
    for problem, _ in ORDER[first:]:
        failures |= problem
    home = await Home().failing(**failures)
    notice = home.notice()
    assert notice is not None
    assert notice.text.startswith(ORDER[first][1])


async def test_no_notice_after_recovery() -> None:
    home = Home()
    home.service.script("stats", FAILED, NOVA_STATS)
    await home.load()
    assert home.notice() is not None
    await home.load(Trigger.MANUAL)
    assert home.notice() is None
