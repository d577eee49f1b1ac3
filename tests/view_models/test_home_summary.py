"""Recent activity, audience and milestones on Home, from cached answers only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from beatpass_tui.models import pace
from beatpass_tui.models.audience import Download
from beatpass_tui.models.career import Achievement, Achievements
from beatpass_tui.models.catalog import Performance, TrackPerformance
from beatpass_tui.session.query import Query, Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.cards import Change, Phase, Stat
from beatpass_tui.view_models.home_summary import (
    AudienceFigure,
    HomeSummary,
    home_summary,
    recent_events,
)
from support.fakes import NOVA_ACTIVITY, FakeClock, FakeService


class Home:
    """A session with scripted answers."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.service = FakeService()
        self.session = Session(self.service, self.clock, jitter=lambda: 0.0)

    async def answer(self, query: Query[Any], value: object) -> None:
        self.service.script(query.name, value)
        self.clock.advance(60)
        identity = (self.session.account, self.session.artist)
        await self.session.load((*identity, query), Trigger.MANUAL, lambda: None)
        assert query.value == value, query.error


@pytest.fixture
def home() -> Home:
    return Home()


def test_nothing_is_known_before_the_first_answer(home: Home) -> None:
    summary = home_summary(home.session, (), None)
    assert summary == HomeSummary(events=[], audience_title="")


async def test_events_of_all_kinds_are_sorted(home: Home) -> None:
    session, now = home.session, home.clock.now()
    download = Download(now - timedelta(hours=1), "Velvet", "ana", "non_exclusive", "active")
    old = download._replace(at=now - timedelta(days=40), by=None, license=None)
    future = download._replace(at=now + timedelta(days=2))
    activity = NOVA_ACTIVITY._replace(events=(download, old, future))
    await home.answer(session.activity, activity)
    await home.answer(session.activity_in("30d", 1), activity._replace(period="30d"))
    track = TrackPerformance(1, "Mirage", 9, None, True, (now - timedelta(days=2)).date())
    await home.answer(session.performance, Performance((track, track._replace(uploaded=None))))
    unlocked = Achievement("Enthusiast", None, None, "common", 500.0, True, now.date())
    await home.answer(session.achievements, Achievements((unlocked,)))

    events = recent_events(session)
    sentences = [" · ".join((event.before + event.name, *event.details)) for event in events]
    assert sentences == [
        "ana downloaded Velvet · Non-exclusive",
        "Achievement Enthusiast · Common · +500 XP",
        "You uploaded Mirage",
        "Someone downloaded Velvet",
    ]
    assert [event.when for event in events][:2] == [f"{events[0].at:%H:%M}", "Today"]
    assert isinstance(events[0].at, datetime)
    assert events[2].when == f"{events[2].at:%a}"


async def test_audience_and_note_name_their_periods(home: Home) -> None:
    session = home.session
    await home.answer(session.activity, NOVA_ACTIVITY)
    change = Change("+12", 1)
    card = Stat("downloads", "Downloads", Phase.KNOWN, number=1204, change=change, period="today")
    summary = home_summary(session, (card,), None)
    assert summary.audience_title == "all time"
    assert summary.events_note == "12 downloads today"
    await home.answer(
        session.activity_in("30d", 1), NOVA_ACTIVITY._replace(period="30d", plays=7, likes=None)
    )
    summary = home_summary(session, (card,), None)
    assert summary.audience_title == "30 days"
    assert AudienceFigure("Audience plays", "7") in summary.audience
    assert "Likes" not in {figure.label for figure in summary.audience}


def test_milestones_have_target_progress_and_distance(home: Home) -> None:
    cards = (
        Stat("total-plays", "Total Plays", Phase.KNOWN, number=45_210),
        Stat("level", "Level", Phase.KNOWN, number=12, meter=24.0, remaining="383 XP to 13"),
        Stat("followers", "Followers", Phase.KNOWN, number=873),
        Stat("downloads", "Downloads", Phase.WAITING),
        Stat("tracks", "Tracks", Phase.KNOWN, number=0),
    )
    plays, followers, level = home_summary(
        home.session, cards, None, {"followers": 1000}
    ).milestones
    assert (plays.target, plays.remaining, plays.days) == ("46,000", "790 to go", "")
    assert plays.percent == pace.progress(45_210)
    assert (followers.target, followers.percent) == ("1,000", 87.3)
    assert (level.target, level.percent, level.remaining) == ("13", 24.0, "383 XP to go")


def test_progress_starts_at_the_last_round_number() -> None:
    for value in (1, 7, 128, 873, 45_210, 1_000_000):
        assert 0 <= pace.progress(value) < 100
    assert pace.progress(46_000) == 0
