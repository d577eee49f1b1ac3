"""The report of a period: gains, downloads, ranks, milestones and earnings, from stored data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from beatpass_tui.models.audience import Download
from beatpass_tui.models.beat_plays import BeatPlays
from beatpass_tui.models.career import Achievement, Achievements
from beatpass_tui.models.gains import PeriodGain
from beatpass_tui.models.money import Amount, Transaction, Transactions
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.session.query import Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.storage.store import NAME, Store
from beatpass_tui.view_models.report import Earned, Rank, Reached, Report, load_report
from support.command_harness import KEY, ORIGIN
from support.fakes import (
    NOVA_ACTIVITY,
    NOVA_ARTIST,
    NOVA_INTELLIGENCE,
    NOW,
    FakeClock,
    FakeService,
)

DAY = timedelta(days=1)
ARTIST = NOVA_ARTIST.id or 0


class Reporter:
    """A session with a store of earlier values; `clock` is after them."""

    def __init__(self, path: Path) -> None:
        self.clock = FakeClock()
        self.service = FakeService()
        self.store = Store(path, lambda: self.clock.now())
        self.repository = HistoryRepository(self.store, ORIGIN, self.clock)
        self.session = Session(
            self.service, self.clock, repository=self.repository, jitter=lambda: 0.0
        )

    def record(self, values: Mapping[str, Mapping[float, float]]) -> None:
        """Add values of numbers by days ago."""
        now = self.clock.now()
        rows = [
            (number, now - days * DAY, value)
            for number, by_day in values.items()
            for days, value in by_day.items()
        ]
        self.store.add_samples(KEY, ARTIST, rows)

    async def load(self, *, is_online: bool = True) -> None:
        session = self.session
        if is_online:
            await session.load((session.account, session.artist), Trigger.AUTOMATIC, lambda: None)
            await session.load(session.home, Trigger.AUTOMATIC, lambda: None)
        else:
            history = await self.repository.open(KEY.account)
            self.session = Session(None, self.clock, history=history, jitter=lambda: 0.0)

    async def report(self, days: int = 7, *, with_earnings: bool = False) -> Report:
        await self.load()
        return await load_report(self.session, days, with_earnings=with_earnings)


@pytest.fixture
def reporter(tmp_path: Path) -> Iterator[Reporter]:
    reporter = Reporter(tmp_path / NAME)
    yield reporter
    reporter.repository.close()


def gains(report: Report) -> dict[str, PeriodGain]:
    """Return the known gains by published name."""
    known = (figure for figure in report.figures if figure.gain.gain is not None)
    return {figure.number.published_name: figure.gain for figure in known}


async def test_gains_are_compared_with_the_period_before(reporter: Reporter) -> None:
    reporter.record(
        {
            "total-plays": {14: 44_282, 7: 44_710},
            "downloads": {7: 1_200},
            "level": {14: 10, 7: 11},
            "xp": {7: 3_774},
        }
    )
    report = await reporter.report()
    assert gains(report) == {
        "plays": PeriodGain(500, 428),
        "downloads": PeriodGain(4, None),
        "level": PeriodGain(1, None),
        "xp": PeriodGain(0, None),
    }
    assert (report.name, report.end, report.as_of) == ("Nova Reyes", NOW, NOW)
    assert (report.first, report.days, len(report.plays_per_day)) == (NOW.date() - 6 * DAY, 7, 14)
    assert report.note() == ""
    assert [each.text for each in report.reached] == ["Level 12 reached"]
    assert ("Total Plays", "46,000") in [(each.name, each.target) for each in report.ahead]


@pytest.mark.parametrize("days", [1, 30, 150])
async def test_any_number_of_days_can_be_reported(reporter: Reporter, days: int) -> None:
    reporter.record({"total-plays": {2 * days: 100, days: 45_000}})
    report = await reporter.report(days)
    assert gains(report)["plays"] == PeriodGain(210, 44_900)


async def test_first_day_says_when_gains_appear(reporter: Reporter) -> None:
    report = await reporter.report()
    assert (gains(report), report.ranks, report.reached) == ({}, (), ())
    assert report.note() == "Recorded since Nov 23; gains in 7 days appear from Nov 30."


async def test_without_a_store_no_gains_are_known() -> None:
    session = Session(FakeService(), FakeClock(), jitter=lambda: 0.0)
    await session.load((session.account, session.artist), Trigger.AUTOMATIC, lambda: None)
    await session.load((*session.home, session.performance), Trigger.AUTOMATIC, lambda: None)
    report = await load_report(session, 7)
    assert (report.figure("total-plays").value, gains(report)) == (45_210, {})
    assert report.note() == "Nothing is recorded in this run, so gains are unknown."


async def test_gap_at_the_start_leaves_the_gain_unknown(reporter: Reporter) -> None:
    reporter.record({"total-plays": {30: 45_000, 12: 45_100, 3: 45_200}})
    report = await reporter.report()
    assert gains(report) == {}
    assert report.note() == "No plays were recorded around Nov 16."


async def test_old_values_are_reported_as_of_their_time(reporter: Reporter) -> None:
    reporter.record({"total-plays": {7: 45_000}})
    await reporter.load()
    beats = [(14, 10), (7, 20), (0, 50)]
    for days, plays in beats:
        beat = BeatPlays(1, plays, "Mirage")
        reporter.store.beats.record(KEY, ARTIST, [beat], NOW - days * DAY)
    await reporter.repository.run(lambda _: None, None)
    reporter.clock.advance(5 * 86_400)
    await reporter.load(is_online=False)
    report = await load_report(reporter.session, 7)
    assert (report.end, report.as_of) == (NOW, NOW)
    assert gains(report) == {"plays": PeriodGain(210, None)}
    assert report.movers is not None
    assert [(mover.name, mover.gain) for mover in report.movers.rows] == [("Mirage", 30)]


async def test_values_of_more_than_a_year_ago_are_reported_as_of_their_time(
    reporter: Reporter,
) -> None:
    reporter.record({"total-plays": {7: 45_000}})
    await reporter.load()
    await reporter.repository.run(lambda _: None, None)
    reporter.clock.advance(400 * 86_400)
    await reporter.load(is_online=False)
    report = await load_report(reporter.session, 7)
    assert (report.end.date(), report.as_of, report.note()) == (NOW.date(), NOW, "")
    assert gains(report) == {"plays": PeriodGain(210, None)}
    # With new values, gains are those since then.
    reporter.session.connect(reporter.service)
    await reporter.load()
    report = await load_report(reporter.session, 7)
    assert gains(report) == {}
    assert report.note() == "Recorded since Dec 28; gains in 7 days appear from Jan 4, 2028."


async def test_clock_that_was_set_back_dates_nothing_in_the_future(reporter: Reporter) -> None:
    await reporter.load()
    await reporter.repository.run(lambda _: None, None)
    reporter.clock.set_wall(NOW - timedelta(hours=3))
    await reporter.load(is_online=False)
    report = await load_report(reporter.session, 7)
    assert (report.figure("total-plays").value, report.as_of) == (45_210, None)


async def test_imported_values_after_the_cached_ones_are_reported(reporter: Reporter) -> None:
    await reporter.load()
    await reporter.repository.run(lambda _: None, None)
    reporter.clock.advance(3 * 86_400)
    reporter.record({"total-plays": {1: 45_300, 8: 45_100}})
    await reporter.load(is_online=False)
    report = await load_report(reporter.session, 7)
    figure = report.figure("total-plays")
    assert (figure.value, figure.at, figure.gain.gain) == (45_300, NOW + 2 * DAY, 200)


async def test_downloads_are_counted_by_beat_and_without_names(reporter: Reporter) -> None:
    event = Download(NOW - DAY, "Velvet", "Ana Secret", None, None, id="1", track_id=5)
    events = (
        event,
        event._replace(id="2", at=(NOW - 2 * DAY).date()),
        event._replace(id="3", track="Mirage", track_id=6),
        event._replace(id="4", at=NOW - 8 * DAY),
        event._replace(id="5", at=NOW + DAY),
        event._replace(id="6", at=None),
    )
    reporter.record({"downloads": {7: 1_199}})
    reporter.service.script("activity_in", NOVA_ACTIVITY._replace(period="7d", events=events))
    await reporter.load()
    pages = (reporter.session.activity_in("7d", 1),)
    await reporter.session.load(pages, Trigger.AUTOMATIC, lambda: None)
    report = await load_report(reporter.session, 7)
    beats = [(beat.id, beat.title, beat.downloads) for beat in report.downloads.beats]
    assert beats == [(5, "Velvet", 2), (6, "Mirage", 1)]
    assert (report.downloads.known, report.downloads.total) == (3, 5)
    assert "Ana" not in repr(report)


async def test_ranks_are_those_of_the_period(reporter: Reporter) -> None:
    reporter.record(
        {
            "rank.audience_plays.7d": {9: 30, 7.5: 28, 2: 25},
            "rank.audience_plays.30d": {7: 9, 0: 8},
            "rank.releases.30d": {40: 20, 3: 14, 1: 12},
            "rank.progress.all": {1: 16},
            "rank.earning_share.current": {20: 3},
        }
    )
    report = await reporter.report()
    assert report.ranks == (
        Rank("progress", "all", 16, NOW - DAY),
        Rank("audience_plays", "7d", 25, NOW - 2 * DAY, 28, NOW - 7.5 * DAY),
        Rank("releases", "30d", 12, NOW - DAY, 14, NOW - 3 * DAY),
    )
    assert [rank.label for rank in report.ranks] == [
        "Progress, all time", "Audience plays, 7 days", "Releases, 30 days",
    ]  # fmt: skip


async def test_reached_are_milestones_of_numbers_and_beats_and_achievements(
    reporter: Reporter,
) -> None:
    reporter.record({"total-plays": {7: 24_000}, "followers": {7: 873}})
    for days, plays in ((7, 90), (0, 260)):
        reporter.store.beats.record(KEY, ARTIST, [BeatPlays(1, plays, "Mirage")], NOW - days * DAY)
    row = Achievement("Rising", None, None, "rare", 50.0, True, (NOW - DAY).date())
    rows = (row, row._replace(name="Old", unlocked_at=(NOW - 9 * DAY).date()), row)
    reporter.service.script("achievements", Achievements(rows))
    await reporter.load()
    queries = (reporter.session.achievements,)
    await reporter.session.load(queries, Trigger.AUTOMATIC, lambda: None)
    report = await load_report(reporter.session, 7)
    assert report.reached == (
        Reached("plays", "25,000 plays passed"),
        Reached("beat", "Mirage: 250 plays passed"),
        Reached("achievement", "New achievement: Rising"),
    )


async def test_values_that_are_not_sent_have_a_reason(reporter: Reporter) -> None:
    nothing = NOVA_INTELLIGENCE._replace(total_albums=None)
    reporter.service.script("intelligence", nothing)
    report = await reporter.report()
    figure = report.figure("albums")
    assert (figure.value, figure.reason) == (None, "not sent")


async def test_earnings_are_only_loaded_on_request(reporter: Reporter) -> None:
    assert (await reporter.report()).earnings is None


@pytest.mark.parametrize("has_more", [True, False])
async def test_earnings_are_added_up_by_currency(reporter: Reporter, has_more: bool) -> None:
    def sale(id: str, days: float, minor: int, status: str = "completed") -> Transaction:
        amount = Amount(minor, 1 if id == "yen" else 100, "JPY" if id == "yen" else "CAD")
        return Transaction("sales", status, amount, "Mirage", NOW - days * DAY, id)

    rows = (
        sale("a", 0, 2_550), sale("b", 2, 1_000), sale("c", 3, 9_900, "waiting"),
        sale("yen", 4, 900), sale("d", 8, 500),
    )  # fmt: skip
    total = 25 if has_more else len(rows)
    page = Transactions(rows, 1, total, 1, len(rows), has_more)
    reporter.service.script("transactions", page)
    await reporter.load()
    queries = (reporter.session.transactions("all", "all", 1),)
    await reporter.session.load(queries, Trigger.AUTOMATIC, lambda: None)
    earnings = (await load_report(reporter.session, 7, with_earnings=True)).earnings
    assert earnings is not None
    # Rows of the 7 days before may be on the next page, which is not loaded.
    cad, jpy = ((None, ""),) * 2 if has_more else ((Decimal(5), "5.00"), (Decimal(0), "0"))
    assert earnings.rows == (
        Earned("CAD", Decimal("35.5"), "35.50 CAD", *cad),
        Earned("JPY", Decimal(900), "900 JPY", *jpy),
    )
    assert earnings.is_complete
