"""The detail of a beat: what is known at once, and why its other parts are missing."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from beatpass_tui.errors import BeatPassError, Forbidden, ServerError
from beatpass_tui.models.beat_plays import PlayRun, RecordedBeat
from beatpass_tui.models.catalog import Collaboration, Collaborations
from beatpass_tui.models.gains import DayGain
from beatpass_tui.models.insights import Match, Placements
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import details
from beatpass_tui.view_models.activity_charts import Plays, PlaysView
from beatpass_tui.view_models.beat_detail import view_beat
from beatpass_tui.view_models.beats import BeatRow
from beatpass_tui.view_models.charts import ChartData, ChartStep
from beatpass_tui.view_models.collaborators import rank_collaborators
from beatpass_tui.view_models.details import Detail, DetailPart, Figure
from beatpass_tui.view_models.loaded_downloads import LoadedDownloads
from beatpass_tui.view_models.movers import Mover
from beatpass_tui.view_models.recorded_plays import gains_of
from support.catalog import beat
from support.fakes import (
    NOVA_ACTIVITY,
    NOVA_ARTIST,
    NOVA_COLLABORATIONS,
    NOVA_INSIGHTS,
    NOVA_PLACEMENTS,
    NOVA_STATS,
    NOW,
    FakeClock,
    FakeService,
    nova_activity,
    nova_plays,
)

ID = 910000001
DAY = timedelta(days=1)


class BusyService(FakeService):
    """A service whose budget is used up."""

    is_waiting = True


def make_session(service: FakeService | None = None) -> Session:
    session = Session(service or FakeService(), FakeClock(), jitter=lambda: 0.0)
    session.artist.set_value(NOVA_ARTIST)
    session.stats.set_value(NOVA_STATS)
    return session


def make_row(**fields: object) -> BeatRow:
    values = {"id": ID, "name": "Midnight Drive", "plays": 7_919, **fields}
    mover = Mover(ID, "Midnight Drive", 7_919, 168, 31, False, ())
    return BeatRow(3, beat(1, **values), 9.8, False, date(2024, 10, 18), "", mover, "Night Shift")


def recorded(*plays: int) -> RecordedBeat:
    """Return a beat with these plays on successive days, the last one today."""
    runs = [
        PlayRun(at, at, count)
        for back, count in enumerate(reversed(plays))
        for at in [NOW - back * DAY]
    ]
    return RecordedBeat(ID, "Midnight Drive", None, runs[::-1])


def view(session: Session, row: BeatRow | None = None, **options: object) -> Detail:
    row = row or make_row()
    downloads = LoadedDownloads(session).of_beat(row.beat.id, row.beat.name)
    arguments = {"period": "30-days", "is_open": True, **options}
    return view_beat(session, row, recorded(7_900, 7_919), downloads, **arguments)  # type: ignore[arg-type]


def part(detail: Detail, title: str) -> DetailPart:
    return next(each for each in detail.parts if each.title.startswith(title))


def test_everything_known_is_shown_at_once() -> None:
    session = make_session()
    row = make_row(bpm=142.0, key="F#", scale="minor", likes=38, seconds=178.0)
    detail = view(session, row, is_open=False)
    assert detail.title == "Midnight Drive"
    assert detail.mark == "★ top track"
    assert detail.facts == (
        "Nova Reyes", "Night Shift", "142 BPM", "F♯ minor", "2:58", "Standard and exclusive",
        "Oct 18, 2024", "38 likes",
    )  # fmt: skip
    assert detail.figures == (
        Figure("Plays", "7,919"),
        Figure("7 days", "+168", 31, is_change=True),
        Figure("30 days", "—"),
        Figure("Share", "17.5%"),
    )
    assert detail.chart is not None
    assert detail.chart.steps[-1].value == 19
    assert detail.chart_note == "peak 19 · Nov 23"
    assert part(detail, "Insights").text == "{cursor.open} loads this"
    assert part(detail, "Collaborators").text == "Solo beat · 9.8 contribution points"
    assert detail.url == f"https://open.beatpass.ca/backstage/tracks/{ID}/insights"


def test_unknown_numbers_leave_no_dashes() -> None:
    detail = view(make_session(), make_row(plays=None, licensing=None, artists=()))
    assert detail.figures == ()
    assert detail.chart is None
    assert detail.facts == ("Night Shift", "1:41", "Oct 18, 2024")
    without_id = view(make_session(), make_row(id=None))
    assert [each.title for each in without_id.parts] == ["Collaborators"]
    assert without_id.url is None


def test_insights_have_their_own_names() -> None:
    session = make_session()
    session.beat_insights(ID, "30-days").set_value(NOVA_INSIGHTS)
    insights = part(view(session), "Insights")
    assert insights.title == "Insights · 30 days"
    assert insights.note == "from BeatPass"
    assert insights.pairs == (
        ("Plays, all time", "7,919"),
        ("Plays", "412"),
        ("Listeners", "301"),
        ("Likes", "38"),
        ("Reposts", "6"),
        ("Top place", "Toronto 18%"),
    )
    loading = part(view(session, period="7-days"), "Insights")
    assert (loading.text, loading.note) == ("Loading…", "")


@pytest.mark.parametrize(
    "error, text",
    [
        (Forbidden("No.", status=403), "Not available for this beat"),
        (ServerError("BeatPass has a problem.", status=500), "— BeatPass has a problem."),
    ],
)
def test_parts_that_failed_say_why(error: BeatPassError, text: str) -> None:
    session = make_session()
    session.beat_insights(ID, "30-days").fail(error)
    session.placements(ID).fail(error)
    assert part(view(session), "Insights").text == text
    # The reason of a failure is shown once.
    repeated = text if isinstance(error, Forbidden) else "Unavailable"
    assert part(view(session), "Audio Recon").text == repeated


async def test_waiting_for_the_budget_is_said() -> None:
    session = make_session(BusyService())
    query = session.placements(ID)
    assert part(view(session), "Audio Recon").text == "Loading…"
    query._running = asyncio.Event()
    assert part(view(session), "Audio Recon").text == details.WAITING


def test_matches_have_their_confidence_and_a_mark_if_they_can_be_opened() -> None:
    session = make_session()
    session.placements(ID).set_value(NOVA_PLACEMENTS)
    matches = part(view(session), "Audio Recon")
    assert (matches.title, matches.note) == ("Audio Recon · 2 matches", "scanned Nov 22")
    assert [(row.left, row.middle, row.right) for row in matches.rows] == [
        ("Late Shift", " · K. Mora · 2026", "98% ↗"),
        ("Somewhere Else", "", "94%"),
    ]
    first, second = (row.match for row in matches.rows)
    assert first is not None
    assert second is not None
    assert details.safe_link(first) == "https://open.spotify.com/track/1"
    assert details.safe_link(second) is None
    assert details.describe_match(second, NOW) == (
        "Somewhere Else · 94% confidence · https://music.example.com/2"
    )
    assert details.describe_match(first, NOW) == (
        "Late Shift · K. Mora · released Aug 1 · 98% confidence · found Nov 20"
    )


@pytest.mark.parametrize(
    "status, scanned, verified, text, note",
    [
        ("processing", None, True, "Scan in progress", ""),
        (None, None, True, "No scan yet", ""),
        (None, None, False, "No scan yet · needs a verified artist", ""),
        ("no_results", NOW, None, "No matches", "scanned Nov 23"),
        ("complete", None, None, "No matches", ""),
        ("failed", None, None, "Scan failed", ""),
        ("on_hold", None, None, "On hold", ""),
    ],
)
def test_state_of_the_scan(
    status: str | None, scanned: date | None, verified: bool | None, text: str, note: str
) -> None:
    session = make_session()
    session.placements(ID).set_value(Placements((), status, scanned, 0, verified))
    matches = part(view(session), "Audio Recon")
    assert (matches.text, matches.note, matches.rows) == (text, note, ())


def test_matches_without_any_field() -> None:
    session = make_session()
    empty = Match(None, None, None, None, None, None, (), None)
    session.placements(ID).set_value(Placements((empty,), "complete", None, None, None))
    matches = part(view(session), "Audio Recon")
    assert matches.title == "Audio Recon · 1 match"
    assert (matches.rows[0].left, matches.rows[0].right) == ("—", "")


def test_charts_of_the_service_and_recorded_ones_are_told_apart() -> None:
    session = make_session()
    closed, opened = view(session, is_open=False), view(session)
    assert closed.plays is not None
    assert closed.plays.choices == (Plays.GAINS, Plays.TOTAL)
    assert closed.plays.chart.title == "Plays per day"
    assert opened.plays == closed.plays
    session.beat_plays(ID, "7d").set_value(nova_plays(1, "7d"))
    opened = view(session, period="7-days")
    assert opened.plays is not None
    assert opened.plays.choices == tuple(Plays)
    assert (opened.plays.chart.title, opened.chart_note) == ("Plays per day · from BeatPass", "")
    recorded = view(session, period="7-days", chosen=opened.plays.next)
    assert recorded.plays is not None
    assert recorded.plays.chart.title == "Plays per day · recorded"
    assert view(session, period="7-days", is_open=False).plays == closed.plays
    # The service counts differently: catalog plays stay.
    assert opened.figures[0].value == "7,919"


def test_downloads_are_those_of_loaded_pages() -> None:
    session = make_session()
    session.activity.set_value(NOVA_ACTIVITY)
    empty = part(view(session), "Downloads")
    assert empty.text == "No downloads loaded · {beats.load_all} loads them"
    session.activity_in("7d", 1).set_value(nova_activity(1, "7d", 1))
    session.downloads(1).set_value(nova_activity(1, "all", 1, size=50))
    downloads = part(view(session), "Downloads")
    # Every third one, without those of both pages twice.
    assert downloads.note == "17 · 17 licensed"
    assert downloads.text == "50 of 1,204 loaded · {beats.load_all} loads the rest"
    assert len(downloads.rows) == 17
    first = downloads.rows[0]
    assert (first.when, first.left, first.right, first.kind) == (
        "19:04", "listener 1", "Non-exclusive", "license",
    )  # fmt: skip
    other = part(view(session, make_row(name="Unknown")), "Downloads")
    text = "50 of 1,204 downloads loaded · {beats.load_all} loads the rest"
    assert (other.note, other.text) == ("none of this beat", text)


def test_collaborators_of_a_beat() -> None:
    session = make_session()
    row = make_row(artists=("Nova Reyes", "Teo"))
    assert part(view(session, row), "Collaborators").text == "Teo · 9.8 contribution points"
    shared = Collaborations((Collaboration(ID, "Midnight Drive", ("Ada",), 3),), 1)
    session.collaborations.set_value(shared)
    assert part(view(session), "Collaborators").text == "Ada · 9.8 contribution points"


def test_collaborators_are_ranked_by_the_service_or_counted() -> None:
    session = make_session()
    assert rank_collaborators(session) is None
    rows = (
        Collaboration(1, "A", ("Ada", "Teo"), 5),
        Collaboration(2, "B", ("teo",), 9),
        Collaboration(3, "C", ("Ida", "Ida"), None),
    )
    session.collaborations.set_value(Collaborations(rows, 3))
    ranking = rank_collaborators(session)
    assert ranking is not None
    assert [tuple(each) for each in ranking.rows] == [
        ("Teo", 2, 14),
        ("Ada", 1, 5),
        ("Ida", 1, None),
    ]
    assert (ranking.beats, ranking.people, ranking.is_counted) == (3, 3, True)
    session.collaborations.set_value(NOVA_COLLABORATIONS._replace(total=40))
    incomplete = rank_collaborators(session)
    assert incomplete is not None
    assert (incomplete.beats, incomplete.people) == (40, None)


def test_gains_of_several_beats_are_unknown_on_days_without_one() -> None:
    days = gains_of([recorded(1, 4, 10), recorded(5, 6)], NOW)
    assert days[-1] == DayGain(NOW.date(), 7)
    assert days[-2] is None


def test_peak_is_a_measured_day() -> None:
    def note(*steps: tuple[float, bool]) -> str:
        days = (NOW.date() - timedelta(days=back) for back in range(len(steps) - 1, -1, -1))
        values = zip(days, steps, strict=True)
        data = ChartData(steps=tuple(ChartStep(day, *step) for day, step in values))
        return details.plays_note(PlaysView(Plays.GAINS, data, (Plays.GAINS,)), NOW)

    assert note((3, False), (9, False), (2, True)) == "peak 9 · Nov 22"
    assert note((30, True), (9, False), (2, False)) == "peak 9 measured · Nov 22"
    assert note((30, True), (0, False)) == ""
