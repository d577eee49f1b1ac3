"""Start with the data of earlier runs: cached values, changes, milestones, charts."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from beatpass_tui.auth.access import KnownToken
from beatpass_tui.errors import NotFound, RateLimited, Unreachable
from beatpass_tui.models import trends
from beatpass_tui.models.catalog import Performance
from beatpass_tui.models.identity import Account, MenuItem
from beatpass_tui.screens.beats import Beats
from beatpass_tui.screens.blocked import Blocked
from beatpass_tui.screens.sign_in import SignIn
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.storage.store import AccountKey, Store
from beatpass_tui.widgets.chart import Chart
from beatpass_tui.widgets.movers import MoversWidget
from beatpass_tui.widgets.section import Heading
from beatpass_tui.widgets.stat_cards import StatCard
from support.app_harness import NUMBERS, FakeAccess, Stage, idle, lines, press, text_of, until
from support.catalog import pages
from support.fakes import (
    NOVA_ALBUMS,
    NOVA_BEATS,
    NOVA_FOLLOWERS,
    NOVA_INTELLIGENCE,
    NOVA_PERFORMANCE,
    NOVA_STATS,
    NOW,
    FakeClock,
    FakeService,
)
from support.speed import draw
from support.stored_answers import (
    ACCOUNT,
    ACCOUNT_KEY,
    ARTIST,
    HOME,
    ORIGIN,
    StoredHistory,
    wait_for_writes,
)

SMALL, TALL, VERY_TALL = (80, 24), (120, 36), (120, 44)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
OFFLINE = Unreachable("No network.")
VEGA = Account(id=900000007, name="vega")


class CountingService(FakeService):
    """Counts connections."""

    def __init__(self) -> None:
        super().__init__(token=None)
        self.connects = 0

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[FakeService]:
        self.connects += 1
        yield self

    def hold(self, *names: str) -> asyncio.Event:
        """Delay all answers until the returned event is set."""
        gate = asyncio.Event()
        for name in names or HOME:
            self.script(name, gate)
        return gate


class Runs:
    """Runs of the program on one machine."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.stored = StoredHistory(folder, self.clock)
        self.service = CountingService()

    def __call__(self, repository: HistoryRepository | None = None, **access: object) -> Stage:
        """Start a run with a known account."""
        return Stage(
            self.service,
            FakeAccess(known=KnownToken(ACCOUNT), **access),  # type: ignore[arg-type]
            clock=self.clock,
            repository=repository or self.stored.repository(),
        )


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    created = Runs(tmp_path)
    yield created
    created.stored.close()


def values(stage: Stage) -> dict[str, str]:
    return {name: stage.card(name)[0].split("  ")[0] for name in NUMBERS}


def stale(stage: Stage) -> set[str]:
    return {card.id or "" for card in stage.app.screen.query("StatCard.-stale")}


def since(stage: Stage) -> str:
    """Return what the heading says changes are measured against, without the key."""
    text = str(stage.app.screen.query_one("#stats-heading", Heading).render())
    return text.split("  ")[-1].strip().removesuffix(" ▾ p")


def bars(stage: Stage, name: str, cells: int = 7) -> list[str]:
    """Return the last cells of the lines of a card below its title, where its bars are."""
    lines = str(stage.app.screen.query_one(f"#{name}", StatCard).render()).split("\n")[1:]
    return [line[-cells:] for line in lines if len(line) > cells]


def movers(stage: Stage) -> str:
    """Return the top movers; empty while there are none."""
    shown = stage.app.screen.query(MoversWidget).first().movers
    if shown is None or not shown.rows:
        return ""
    moved = [f"{mover.name} {mover.gain:+}" for mover in shown.top(3)]
    return " · ".join((shown.title, *(moved or [f"none {shown.period.words}"])))


async def test_menu_that_comes_with_the_token_is_shown(runs: Runs) -> None:
    runs.stored.save_visit(NOW - DAY)
    menu = (MenuItem("Start", "/producer-dashboard"), MenuItem("Docs", "https://docs.beatpass.ca"))
    stage = runs(menu=menu)
    async with stage.run():
        assert "Docs ↗" in text_of(stage.app)
        assert "1 2 Page" in text_of(stage.app)


async def on_disk(stage: Stage, pilot: Pilot[None]) -> None:
    """Wait until pending writes are on disk and their results are drawn."""
    assert stage.app._repository is not None
    # A read may lead to a request, and its answer to another write.
    for _ in range(3):
        await wait_for_writes(stage.app._repository)
        await idle(pilot)


# The first frame


async def test_first_frame_has_the_cached_numbers(runs: Runs) -> None:
    runs.stored.save_visit(NOW - DAY)
    gate = runs.service.hold()
    stage = runs()
    async with stage.app.run_test(size=SMALL) as pilot:
        assert values(stage) == NUMBERS
        assert stale(stage) == set(NUMBERS)
        assert since(stage) == "Since Sun 20:04"
        await idle(pilot)
        text = text_of(stage.app)
        assert "@nova · updated Sun 20:04" in text
        assert "Good evening, Nova Reyes" in text
        assert "Level 12 · Experienced Producer" in text
        # Without newer values there are no changes.
        assert [stage.card(name)[1] for name in NUMBERS] == [
            "", "", "", "", "", "3,774 XP · 24%", "", "open.beatpass.ca",
        ]  # fmt: skip
        assert not stage.app.screen.query("StatCard.-waiting")
        gate.set()
        await idle(pilot)
        assert values(stage) == NUMBERS
        assert stale(stage) == set()
        assert "updated 20:04" in text_of(stage.app)


async def test_fresh_cache_is_shown_with_its_age_and_not_fetched(runs: Runs) -> None:
    runs.stored.save_visit(NOW - 5 * MINUTE, performance=NOVA_PERFORMANCE)
    stage = runs()
    async with stage.app.run_test(size=SMALL) as pilot:
        await on_disk(stage, pilot)
        assert values(stage) == NUMBERS
        assert stale(stage) == set()
        assert "@nova · updated 19:59" in text_of(stage.app)
        await press(pilot, "tab", "right", "left")
        assert runs.service.connects == 0
        await press(pilot, "r")
        assert runs.service.connects == 1
        assert sorted(runs.service.requested) == sorted(HOME)
        assert "updated 20:04" in text_of(stage.app)


async def test_garbage_collection_resumes_without_a_client(runs: Runs) -> None:
    runs.stored.save_visit(NOW - 5 * MINUTE, performance=NOVA_PERFORMANCE)
    stage = runs()
    gc.disable()
    try:
        async with stage.app.run_test(size=SMALL) as pilot:
            await on_disk(stage, pilot)
            assert runs.service.connects == 0
            assert gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()


async def test_only_stale_data_is_dimmed_and_fetched(runs: Runs) -> None:
    runs.stored.save_visit(NOW - 20 * MINUTE)
    gate = runs.service.hold()
    stage = runs()
    async with stage.run(size=SMALL) as pilot:
        # The profile is fresh for an hour.
        assert stale(stage) == set(NUMBERS) - {"view-profile"}
        assert sorted(runs.service.requested) == ["activity", "followers", "intelligence", "stats"]
        gate.set()
        await idle(pilot)
        assert stale(stage) == set()


async def test_equal_values_cause_no_repaint(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    runs.stored.save_visit(NOW - 16 * MINUTE)
    gate = runs.service.hold()
    painted: list[str | None] = []
    render = StatCard.render

    def count(self: StatCard) -> object:
        painted.append(self.id)
        return render(self)

    monkeypatch.setattr(StatCard, "render", count)
    runs.service.script("followers", gate, NOVA_FOLLOWERS._replace(total=880))
    stage = runs()
    async with stage.run(size=SMALL) as pilot:
        draw(stage.app)
        assert set(painted) == set(NUMBERS)
        painted.clear()
        gate.set()
        await idle(pilot)
        draw(stage.app)
        assert set(painted) == {"followers"}
        assert stage.card("followers")[0] == "880"
        assert "updated" in text_of(stage.app)


async def test_answers_from_the_future_are_dimmed_and_replaced(runs: Runs) -> None:
    runs.stored.save_visit(NOW + 400 * DAY, stats=NOVA_STATS._replace(total_plays=1))
    gate = runs.service.hold()
    stage = runs()
    async with stage.run(size=SMALL) as pilot:
        assert stage.card("total-plays")[0] == "1"
        assert "total-plays" in stale(stage)
        gate.set()
        await idle(pilot)
        assert values(stage) == NUMBERS
        assert stale(stage) == set()


async def test_first_run_shows_no_change(runs: Runs) -> None:
    stage = runs()
    async with stage.app.run_test(size=SMALL) as pilot:
        await on_disk(stage, pilot)
        assert values(stage) == NUMBERS
        assert since(stage) == "First visit"
        assert stage.card("total-plays")[1] == "all time"
    runs.clock.advance(60)
    before = len(runs.service.calls)
    stage = runs()
    async with stage.run(size=SMALL) as pilot:
        assert values(stage) == NUMBERS
        assert len(runs.service.calls) == before


# Changes


async def test_changes_appear_with_the_fresh_values(runs: Runs) -> None:
    runs.stored.save_visit(
        NOW - 3 * DAY,
        stats=NOVA_STATS._replace(total_tracks=130, total_plays=44_900),
        followers=NOVA_FOLLOWERS._replace(total=872),
    )
    gate = runs.service.hold("stats")
    stage = runs()
    async with stage.run(size=SMALL) as pilot:
        assert since(stage) == "Since Fri 20:04"
        assert stage.card("followers") == ("873", "+1")
        assert stage.card("albums") == ("9", "0")
        assert stage.card("total-plays") == ("44,900", "")
        gate.set()
        await idle(pilot)
        assert stage.card("total-plays") == ("45,210", "+310")
        assert stage.card("tracks") == ("128", "−2")
        # The change of a level is that of its XP.
        assert stage.card("level") == ("12", "0 XP · 24%")
        assert stage.card("growth") == ("▲ +7.5%", "")


async def test_change_since_another_day_has_a_date(runs: Runs) -> None:
    runs.stored.save_visit(NOW - 9 * DAY, followers=NOVA_FOLLOWERS._replace(total=800))
    runs.stored.save_visit(NOW - DAY, {"stats": NOVA_STATS})
    stage = runs()
    async with stage.run(size=SMALL):
        assert since(stage) == "Since Sun 20:04"
        assert stage.card("followers") == ("873", "+73 · Nov 14")
        assert stage.card("tracks") == ("128", "0")


async def test_bars_show_gains_per_day(runs: Runs) -> None:
    """Blank before the first sample; a gap is shared evenly, and a day without a gain is blank."""
    days = {9: 850.0, 8: 852.0, 5: 855.0, 4: 862.0, 3: 862.0, 2: 871.0, 1: 870.0}
    runs.stored.save_visit(
        NOW - DAY,
        history=(
            *(("followers", NOW - back * DAY, value) for back, value in days.items()),
            ("downloads", NOW - 7 * DAY, 5),
        ),
    )
    stage = runs()
    async with stage.run(size=SMALL) as pilot:
        assert bars(stage, "followers")[0] == "▁▁▅ ▇▁▂"
        assert bars(stage, "albums") == []
        await pilot.resize_terminal(*TALL)
        await idle(pilot)
        assert bars(stage, "followers", 15)[:2] == ["          ▄ █  ", "     ▄▂ ▂▂█▁█▁▅"]
        assert bars(stage, "downloads", 15)[0] == "        ███████"


async def test_help_explains_bars(runs: Runs) -> None:
    runs.stored.save_visit(NOW)
    stage = runs()
    async with stage.app.run_test(size=TALL) as pilot:
        await press(pilot, "question_mark", *"share")
        shown = " ".join(text_of(stage.app).split())
        assert "faint bar Estimated: an even share" in shown
        await press(pilot, "escape", "3", "question_mark")
        assert "Help · Activity" in text_of(stage.app)
        assert "faint bar" not in text_of(stage.app)


# Visits


async def test_half_an_hour_without_focus_begins_a_new_visit(runs: Runs) -> None:
    runs.stored.save_visit(NOW - 3 * DAY, stats=NOVA_STATS._replace(total_plays=44_900))
    stage = runs()
    async with stage.app.run_test(size=SMALL) as pilot:
        await on_disk(stage, pilot)
        assert stage.card("total-plays")[1] == "+310"
        for minutes, heading, change in (
            (29, "Since Fri 20:04", "+320"),
            (30, "Since 20:33", "0"),
        ):
            stage.app.post_message(events.AppBlur())
            await idle(pilot)
            await on_disk(stage, pilot)
            runs.clock.advance(minutes * 60)
            runs.service.script("stats", NOVA_STATS._replace(total_plays=45_220))
            stage.app.post_message(events.AppFocus())
            await idle(pilot)
            await on_disk(stage, pilot)
            assert since(stage) == heading
            assert stage.card("total-plays") == ("45,220", change)


async def test_end_of_a_run_ends_the_visit(runs: Runs) -> None:
    stage = runs()
    async with stage.app.run_test(size=SMALL) as pilot:
        await on_disk(stage, pilot)
        runs.clock.advance(600)
        stage.app.close_repository()
    runs.clock.advance(30 * 60 - 1)
    stage = runs()
    assert stage.app.session is not None
    assert stage.app.session.history is not None
    assert stage.app.session.history.last_visit is None
    runs.clock.advance(1)
    stage = runs()
    async with stage.run(size=SMALL) as pilot:
        assert since(stage) == "Since 20:14"


# Milestones


async def test_milestone_is_shown_once_until_the_cursor_moves(runs: Runs) -> None:
    runs.stored.save_visit(
        NOW - DAY,
        stats=NOVA_STATS._replace(total_plays=49_990),
        followers=NOVA_FOLLOWERS._replace(total=99),
    )
    runs.service.script("stats", NOVA_STATS._replace(total_plays=50_003))
    runs.service.script("followers", NOVA_FOLLOWERS._replace(total=101))
    message = "50,000 plays passed · 100 followers passed"
    stage = runs()
    async with stage.app.run_test(size=SMALL) as pilot:
        await on_disk(stage, pilot)
        assert stage.notice == message
        runs.clock.advance(10)
        await idle(pilot)
        assert stage.notice == message
        await press(pilot, "right")
        assert "passed" not in stage.notice
    # The next run of the same visit does not show it again.
    runs.clock.advance(20 * 60)
    stage = runs()
    async with stage.app.run_test(size=SMALL) as pilot:
        await on_disk(stage, pilot)
        assert stage.card("total-plays")[1] == "+13"
        assert "passed" not in stage.notice


async def test_problem_comes_before_milestone(runs: Runs) -> None:
    runs.stored.save_visit(NOW - DAY, followers=NOVA_FOLLOWERS._replace(total=99))
    runs.service.script("followers", NOVA_FOLLOWERS._replace(total=101))
    runs.service.fail(RateLimited("Too many.", retry_after=60), "stats")
    stage = runs()
    async with stage.app.run_test(size=SMALL) as pilot:
        await on_disk(stage, pilot)
        assert "rate limited" in stage.notice
        runs.service.script("stats", NOVA_STATS)
        runs.clock.advance(61)
        await pilot.press("r")
        await on_disk(stage, pilot)
        assert stage.notice == "100 followers passed"


async def test_milestone_of_a_new_visit_is_in_the_status_line(runs: Runs) -> None:
    runs.stored.save_visit(NOW - DAY)
    stage = runs()
    async with stage.app.run_test(size=SMALL) as pilot:
        await on_disk(stage, pilot)
        stage.app.post_message(events.AppBlur())
        await idle(pilot)
        await on_disk(stage, pilot)
        runs.clock.advance(3_600)
        runs.service.script("stats", NOVA_STATS._replace(total_plays=50_003))
        stage.app.post_message(events.AppFocus())
        await idle(pilot)
        await on_disk(stage, pilot)
        assert since(stage) == "Since 20:04"
        assert stage.notice == "50,000 plays passed"


async def test_milestone_reached_offline_is_in_the_status_line(runs: Runs) -> None:
    runs.stored.save_visit(NOW - DAY)
    runs.service.fail(OFFLINE, *HOME)
    stage = runs()
    async with stage.app.run_test(size=SMALL) as pilot:
        await on_disk(stage, pilot)
        for name in HOME:
            runs.service.script(name)
        runs.service.script("stats", NOVA_STATS._replace(total_plays=50_003))
        await pilot.press("r")
        await on_disk(stage, pilot)
        assert stage.notice == "50,000 plays passed"


async def test_new_level_is_a_milestone(runs: Runs) -> None:
    before = NOVA_INTELLIGENCE._replace(level=NOVA_INTELLIGENCE.level._replace(level=11))
    runs.stored.save_visit(NOW - DAY, intelligence=before)
    stage = runs()
    async with stage.app.run_test(size=SMALL) as pilot:
        await on_disk(stage, pilot)
        assert stage.notice == "Level 12 reached"
        assert stage.card("level")[1].startswith("+1")


# Top movers


def played(plays: int) -> Performance:
    return Performance(tuple(row._replace(plays=plays) for row in NOVA_PERFORMANCE.rows))


async def test_top_movers_key_opens_my_beats_sorted_by_gains(runs: Runs) -> None:
    runs.service.script("beats", pages(120))
    runs.stored.save_visit(NOW - DAY, performance=played(7_707))
    stage = runs()
    async with stage.app.run_test(size=TALL) as pilot:
        await on_disk(stage, pilot)
        await pilot.press("m")
        await on_disk(stage, pilot)
        page = stage.app.screen
        assert isinstance(page, Beats)
        await until(pilot, lambda: page.shown_order == ("week", True))
        assert len(page._rows) == 120


async def test_plays_of_the_latest_beats_are_requested_once_while_resizing(runs: Runs) -> None:
    runs.stored.save_visit(NOW - DAY, performance=played(7_707))
    gate = runs.service.hold("performance")
    stage = runs()
    async with stage.app.run_test(size=TALL) as pilot:
        await on_disk(stage, pilot)
        await pilot.resize_terminal(TALL[0] + 1, TALL[1])
        await pilot.resize_terminal(*TALL)
        await on_disk(stage, pilot)
        gate.set()
        await on_disk(stage, pilot)
        assert movers(stage) == "Top movers · Midnight Drive +212"
        assert runs.service.requested.count("performance") == 1


async def test_top_movers_are_cached_for_the_next_run(runs: Runs) -> None:
    runs.stored.save_visit(NOW - DAY, performance=played(7_707))
    stage = runs()
    async with stage.app.run_test(size=TALL) as pilot:
        await on_disk(stage, pilot)
        stage.app.close_repository()
    count = len(runs.service.requested)
    runs.clock.advance(60)
    stage = runs()
    async with stage.app.run_test(size=TALL) as pilot:
        await on_disk(stage, pilot)
        assert movers(stage) == "Top movers · Midnight Drive +212"
        assert len(runs.service.requested) == count


async def test_performance_fetched_by_my_beats_appears_on_home(runs: Runs) -> None:
    runs.stored.save_visit(NOW - DAY, performance=played(7_707))
    gate = asyncio.Event()
    runs.service.script("performance", gate)
    stage = runs()
    async with stage.app.run_test(size=SMALL) as pilot:
        await on_disk(stage, pilot)
        await pilot.press("6")
        await on_disk(stage, pilot)
        await pilot.press("escape")
        await pilot.resize_terminal(*TALL)
        await on_disk(stage, pilot)
        gate.set()
        await on_disk(stage, pilot)
        assert movers(stage) == "Top movers · Midnight Drive +212"
        assert runs.service.requested.count("performance") == 1


@pytest.mark.parametrize("size", [(60, 24), SMALL, TALL, VERY_TALL, (200, 50)])
async def test_home_is_seven_requests_at_every_size(runs: Runs, size: tuple[int, int]) -> None:
    runs.stored.save_visit(NOW - DAY, performance=played(7_707))
    stage = runs()
    async with stage.app.run_test(size=size) as pilot:
        await on_disk(stage, pilot)
        assert sorted(runs.service.requested) == sorted([*HOME, "performance"])
        assert movers(stage) == "Top movers · Midnight Drive +212"


async def test_no_top_movers_without_changes(runs: Runs) -> None:
    stage = runs()
    async with stage.app.run_test(size=TALL) as pilot:
        await on_disk(stage, pilot)
        assert movers(stage) == ""
        stage.app.close_repository()
    runs.clock.advance(3_600)
    stage = runs()
    async with stage.app.run_test(size=TALL) as pilot:
        await on_disk(stage, pilot)
        # Plays are recorded once a day.
        assert movers(stage) == ""
        stage.app.close_repository()
    runs.clock.advance(30 * 3_600)
    stage = runs()
    async with stage.app.run_test(size=TALL) as pilot:
        await on_disk(stage, pilot)
        assert movers(stage) == "Top movers · none since the last visit"


async def test_failed_performance_query_leaves_home_unchanged(runs: Runs) -> None:
    runs.stored.save_visit(NOW - DAY, performance=played(7_707))
    runs.service.fail(NotFound("Gone.", status=404), "performance")
    stage = runs()
    async with stage.app.run_test(size=TALL) as pilot:
        await on_disk(stage, pilot)
        assert values(stage) == NUMBERS
        assert movers(stage) == ""
        assert "Gone" not in stage.notice


# Offline


async def test_offline_home_shows_cached_data(runs: Runs) -> None:
    runs.stored.save_visit(NOW - 3 * DAY)
    runs.service.fail(OFFLINE, *HOME, "performance")
    stage = runs()
    async with stage.app.run_test(size=TALL) as pilot:
        await on_disk(stage, pilot)
        assert values(stage) == NUMBERS
        assert stale(stage) == set(NUMBERS)
        assert stage.notice.startswith("! Offline since 20:04 · retrying in 30 s")
        assert "updated Fri 20:04" in text_of(stage.app)
        assert since(stage) == "Since Fri 20:04"
        for name in HOME:
            runs.service.script(name)
        await pilot.press("r")
        await on_disk(stage, pilot)
        assert stale(stage) == set()


@pytest.mark.parametrize(
    "digit, pages, text",
    [
        ("6", {"beats:1": NOVA_BEATS}, "Midnight Drive"),
        ("7", {"albums:1": NOVA_ALBUMS}, "First Light"),
    ],
)
async def test_offline_page_shows_cached_data(
    runs: Runs, digit: str, pages: dict[str, object], text: str
) -> None:
    runs.stored.save_visit(NOW - 3 * DAY, pages=pages)
    runs.service.fail(OFFLINE, *HOME, "beats", "albums", "performance", "collaborations")
    stage = runs()
    async with stage.run(size=TALL) as pilot:
        await pilot.press(digit)
        await on_disk(stage, pilot)
        await until(pilot, lambda: text in text_of(stage.app))
        assert "Offline since" in stage.notice
        assert "Nova Reyes" in text_of(stage.app)


# Accounts


async def test_numbers_of_another_account_are_never_shown(runs: Runs) -> None:
    runs.stored.save_visit(NOW - DAY, account_key=AccountKey(ORIGIN, 5))
    runs.service.hold()
    stage = runs()
    async with stage.run(size=SMALL):
        assert "128" not in text_of(stage.app)
        assert len(stage.app.screen.query("StatCard.-waiting")) == 8


async def test_token_of_another_account_shows_only_its_numbers(runs: Runs) -> None:
    runs.stored.save_visit(
        NOW - DAY,
        stats=NOVA_STATS._replace(total_plays=44_900),
        history=(("total-plays", NOW - DAY, 44_900),),
    )
    runs.service.script("account", VEGA)
    stage = runs()
    async with stage.app.run_test(size=SMALL) as pilot:
        await on_disk(stage, pilot)
        await on_disk(stage, pilot)
        text = text_of(stage.app)
        assert "@vega" in text
        assert since(stage) == "First visit"
        assert stage.card("total-plays") == ("45,210", "all time")
        store = runs.stored.store()
        assert VEGA.id is not None
        assert store.summarize(AccountKey(ORIGIN, VEGA.id)).cached == 7
        assert store.summarize(ACCOUNT_KEY).samples == 1
        # The data of the first account is unchanged.
        assert store.summarize(ACCOUNT_KEY).last_fetched == NOW - DAY


async def test_signing_out_removes_stored_data(runs: Runs) -> None:
    runs.stored.save_visit(NOW - DAY)
    runs.stored.save_visit(NOW - DAY, account_key=AccountKey(ORIGIN, 5))
    stage = runs()
    gate = runs.service.hold("stats")
    async with stage.run(size=SMALL) as pilot:
        stage.app.sign_out()
        await on_disk(stage, pilot)
        # Neither a pending answer nor a lost focus stores data again.
        gate.set()
        stage.app.post_message(events.AppBlur())
        await on_disk(stage, pilot)
        assert isinstance(stage.app.screen, SignIn)
        assert stage.app.close_repository() == ""
    store = runs.stored.store()
    assert store.summarize(ACCOUNT_KEY).cached == 0
    assert store.summarize(AccountKey(ORIGIN, 5)).cached == 6
    # The history of the numbers that had arrived stays.
    numbers = store.load_daily_samples(ACCOUNT_KEY, ARTIST)
    assert {*numbers} == {"albums", "downloads", "followers", "growth", "level", "xp"}
    with store._database.transaction(writes=False) as sql:
        assert sql.execute("SELECT since, seen FROM account").fetchall()[0] == (None, None)


async def test_signing_out_reports_files_that_may_remain(runs: Runs) -> None:
    runs.stored.save_visit(NOW - DAY)
    path = runs.stored.path
    copies = [path.with_name(f"{path.name}.{why}-20261120-000000") for why in ("newer", "damaged")]
    for copy in copies:
        copy.write_bytes(b"numbers")
    stage = runs()
    async with stage.app.run_test(size=TALL) as pilot:
        await on_disk(stage, pilot)
        stage.app.sign_out()
        await on_disk(stage, pilot)
        assert isinstance(stage.app.screen, SignIn)
        assert "may still contain your data" in " ".join(text_of(stage.app).split())
    assert [copy.exists() for copy in copies] == [True, False]
    assert runs.stored.store().summarize(ACCOUNT_KEY).cached == 0


async def test_account_without_artist_is_blocked_despite_the_cache(runs: Runs) -> None:
    runs.stored.save_visit(NOW - DAY)
    runs.service.fail(NotFound("Artist profile not found.", status=404), "artist")
    stage = runs()
    async with stage.app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(stage.app.screen, Blocked))
        await idle(pilot)
        assert "No Artist Profile" in text_of(stage.app)


# Without a store


async def test_pages_report_a_missing_store(tmp_path: Path) -> None:
    service = CountingService()
    stage = Stage(service, FakeAccess(known=KnownToken(ACCOUNT)))
    async with stage.run(size=VERY_TALL) as pilot:
        assert values(stage) == NUMBERS
        assert since(stage) == "First visit"
        assert stage.app.close_repository() == ""
        await press(pilot, "3")
        assert stage.app.session is not None
        assert stage.app.session.history is None


async def test_quarantined_store_is_reported(runs: Runs) -> None:
    runs.stored.path.parent.mkdir(mode=0o700)
    runs.stored.path.write_bytes(b"garbage")
    runs.stored.path.chmod(0o600)
    store = Store(runs.stored.path, runs.clock.now)
    repository = HistoryRepository(store, ORIGIN, runs.clock, warning=" ".join(store.warnings))
    stage = runs(repository)
    async with stage.app.run_test(size=TALL) as pilot:
        await on_disk(stage, pilot)
        assert stage.notice.startswith("! store.sqlite3 was damaged; it was renamed to ")
        assert values(stage) == NUMBERS
        assert stage.app.close_repository() == ""


async def test_warning_is_shown_without_a_client(runs: Runs) -> None:
    runs.stored.save_visit(NOW - MINUTE, performance=NOVA_PERFORMANCE)
    repository = HistoryRepository(
        runs.stored.store(), ORIGIN, runs.clock, warning="It was accessible to other users."
    )
    stage = runs(repository)
    async with stage.run(size=SMALL):
        assert runs.service.connects == 0
        assert stage.notice == "! It was accessible to other users."


async def test_unshown_warning_is_returned_on_close(runs: Runs) -> None:
    runs.stored.save_visit(NOW - MINUTE)
    repository = runs.stored.repository()
    stage = runs(repository)
    async with stage.app.run_test(size=SMALL) as pilot:
        await on_disk(stage, pilot)
        repository._warning = "The disk is full."
    assert stage.app.close_repository() == "The disk is full."


# The history as a chart


def chart(stage: Stage, selector: str = "#chart") -> Chart:
    return stage.app.screen.query_one(selector, Chart)


async def test_activity_shows_the_history_of_each_number(runs: Runs) -> None:
    days = tuple(
        (name, NOW - n * DAY, base - 10.0 * n)
        for name, base in (("total-plays", 45_000), ("albums", 9_000))
        for n in (0, 1, 3, 300)
    )
    runs.stored.save_visit(NOW - 5 * MINUTE, history=days)
    stage = runs()
    async with stage.app.run_test(size=VERY_TALL) as pilot:
        await pilot.press("3")
        await on_disk(stage, pilot)
        history_chart = chart(stage)
        assert history_chart.data.number == "total-plays"
        assert len(history_chart.data.steps) == trends.DAY.steps
        history_chart.focus()
        await idle(pilot)
        title = next(line for line in lines(stage) if "History  " in line)
        assert title.strip("▎ ").startswith("History  ")
        assert title.endswith("  recorded on this computer")
        assert "Plays per day" in text_of(stage.app)
        assert history_chart.current == ("Monday, November 23, 2026", "10 plays")
        assert "Up and down show another number" in stage.notice
        await press(pilot, "left", "left")
        assert history_chart.current == ("Saturday, November 21, 2026", "10 plays · estimated")
        await press(pilot, "c")
        assert "p: days, weeks or months · c: gains" in stage.notice
        assert history_chart.current == ("Saturday, November 21, 2026", "44,980 plays · estimated")
        await press(pilot, "left", "y")
        assert stage.copied[-1] == "Friday, November 20, 2026: 44,970 plays"
        await press(pilot, "end", "p", "p")
        assert history_chart.data.scale.name == "month"
        # The last value of each month, from the first one on.
        known = [(step.value, step.is_estimated) for step in history_chart.data.steps]
        assert (len(known), known[0], known[-1]) == (11, (42_000, False), (45_000, False))
        assert {is_estimated for _, is_estimated in known[1:-1]} == {True}
        await pilot.press("down")
        await on_disk(stage, pilot)
        await until(pilot, lambda: chart(stage).data.number == "albums")
        assert history_chart.current == ("November 2026", "9,000 albums")
        await press(pilot, "c")
        assert history_chart.current == ("November 2026", "230 albums · estimated")


async def test_newest_value_of_this_run_ends_the_chart(runs: Runs) -> None:
    runs.stored.save_visit(NOW - DAY, history=(("total-plays", NOW - DAY, 44_900),))
    stage = runs()
    async with stage.run(size=VERY_TALL) as pilot:
        await pilot.press("3")
        await on_disk(stage, pilot)
        steps = chart(stage).data.steps
        assert [step.value for step in steps[-2:]] == [None, 310]


async def test_very_tall_home_charts_the_number_under_the_cursor(runs: Runs) -> None:
    days = tuple(
        (name, NOW - n * DAY, 800.0 - n) for name in ("followers", "total-plays") for n in (0, 1, 2)
    )
    runs.stored.save_visit(NOW - 5 * MINUTE, history=days)
    stage = runs()
    async with stage.app.run_test(size=VERY_TALL) as pilot:
        await on_disk(stage, pilot)
        assert chart(stage, "#gains-chart").data.number == "total-plays"
        assert "Plays per day" in text_of(stage.app)
        stage.app.screen.query_one("#stats").focus()
        await pilot.press("down", "home")
        for _ in range(4):
            await press(pilot, "right")
        name = chart(stage, "#gains-chart").data.number
        assert name in NUMBERS
        assert not chart(stage, "#gains-chart").can_focus
        await press(pilot, "home", "right", "c")
        assert "Total Plays" in text_of(stage.app)
        assert chart(stage, "#gains-chart").data.is_line
        await press(pilot, "c")
        assert not chart(stage, "#gains-chart").data.is_line
    stage = runs()
    async with stage.app.run_test(size=SMALL) as pilot:
        await on_disk(stage, pilot)
        assert not stage.app.screen.query("#gains-chart")
