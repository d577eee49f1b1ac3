"""Decoding of the five leaderboards and of XP awards."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from beatpass_tui.errors import InvalidResponse
from beatpass_tui.models.career import XpAward, XpSources
from beatpass_tui.models.home import Intelligence
from beatpass_tui.models.leaderboards import Leaderboard, RankedArtist
from beatpass_tui.models.numbers import read_numbers
from beatpass_tui.session.query import Trigger
from beatpass_tui.session.session import Session
from support.fakes import FakeClock, FakeService, leaderboard_body, nova_leaderboard

ARTIST = 900000002


def body(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    return {**leaderboard_body(ARTIST, "audience_plays", "30d"), **changes}


def test_documented_example() -> None:
    board = Leaderboard.decode(body(), ARTIST)
    assert (board.category, board.period, board.participants) == ("audience_plays", "30d", 212)
    assert board.generated_at == datetime(2026, 11, 23, 19, 46, tzinfo=UTC)
    assert (board.is_stale, board.eligible, board.reason) == (False, True, None)
    assert board.leaders is not None
    assert [entry.rank for entry in board.leaders[:4]] == [1, 2, 2, 4]
    assert board.entry == RankedArtist(
        27,
        ARTIST,
        "Nova Reyes",
        f"https://open.beatpass.ca/artist/{ARTIST}/nova-reyes",
        1_745,
        {"playedTracks": 30},
        you=True,
    )
    assert [entry.name for entry in board.nearby] == ["Ossia", "Hexaudio"]
    assert not any(entry.you for entry in (*board.leaders, *board.nearby))


@pytest.mark.parametrize(
    "row",
    [
        {"rank": 5, "artist": {"id": 7, "name": "Nova"}, "value": 12},
        {"position": 5, "artist_id": 7, "artist_name": "Nova", "score": 12},
        {"rank": "5", "producer": {"id": "7", "display_name": "Nova"}, "total": "12"},
        {"rank": 5.0, "id": 7, "name": "Nova", "count": 12.0},
    ],
)
def test_alternative_fields_of_an_entry(row: dict[str, Any]) -> None:
    board = Leaderboard.decode({"data": {"leaders": [row], "scope": "artist"}, "success": True}, 7)
    assert board.leaders == (RankedArtist(5, 7, "Nova", None, 12, you=True),)
    assert board.entry == board.leaders[0]


def test_own_entry_among_the_leaders_is_marked() -> None:
    rows = [{"rank": 1, "artist": {"name": "A"}, "value": 9}, {"rank": 2, "artist": {"name": "B"}}]
    current = {"eligible": True, "reason": None, "entry": rows[1], "nearby": rows}
    board = Leaderboard.decode({"leaders": rows, "current": current, "scope": "artist"}, 7)
    assert board.leaders is not None
    assert [entry.you for entry in board.leaders] == [False, True]
    # The service repeats the own entry among its neighbors.
    assert [entry.name for entry in board.nearby] == ["A"]


def test_id_of_an_account_is_not_compared_with_that_of_the_artist() -> None:
    rows = [{"rank": 1, "artist": {"id": 7, "name": "A"}, "value": 9}]
    board = Leaderboard.decode({"leaders": rows, "scope": "producer_account"}, 7)
    assert (board.entry, board.leaders) == (None, (RankedArtist(1, 7, "A", None, 9),))


@pytest.mark.parametrize("sent", [{}, [], None, {"leaders": None}, {"leaders": {}}, {"error": "x"}])
def test_unrecognizable_response_has_no_list(sent: object) -> None:
    board = Leaderboard.decode(sent)
    assert (board.leaders, board.entry, board.nearby, board.participants) == (None, None, (), None)


def test_odd_entries_are_ignored_and_lists_bounded() -> None:
    rows: list[Any] = [None, 3, {}, {"artist": {"id": 4}}, {"rank": -1, "value": "x"}]
    rows += [
        {"rank": n, "value": n, "context": {"a": True, "b": 1, "artist_id": 2}} for n in range(99)
    ]
    board = Leaderboard.decode({"leaders": rows, "isStale": 1, "participantCount": -3})
    assert board.leaders is not None
    assert len(board.leaders) <= 20
    assert board.leaders[0] == RankedArtist(None, None, None, None, 0, {"b": 1})
    assert (board.is_stale, board.participants) == (True, None)


def test_rank_is_recorded_for_its_own_leaderboard_only() -> None:
    board = nova_leaderboard(ARTIST, "audience_plays", "30d")
    assert read_numbers("leaderboards", board) == {"rank.audience_plays.30d": 27}
    assert read_numbers("leaderboards", board._replace(entry=None)) == {}


@pytest.mark.parametrize("change", [{"category": "releases"}, {"period": {"key": "7d"}}])
async def test_another_leaderboard_than_requested_is_refused(change: dict[str, Any]) -> None:
    service = FakeService()
    service.script("leaderboards", Leaderboard.decode(body(**change), ARTIST))
    session = Session(service, FakeClock(), jitter=lambda: 0.0)
    query = session.leaderboard("audience_plays", "30d")
    await session.load((session.artist, query), Trigger.AUTOMATIC, lambda: None)
    assert query.value is None
    assert isinstance(query.error, InvalidResponse)


# XP awards


@pytest.mark.parametrize("name", ["recentAwards", "recent", "events"])
def test_awards_beside_the_sources(name: str) -> None:
    awards = [
        {
            "source": "track_upload",
            "xp": 100,
            "track": {"name": "Mirage"},
            "awarded_at": "2026-11-20",
        },
        {"label": "First play of Mirage", "xpAwarded": 1, "createdAt": "2026-11-21T08:00:00Z"},
        {"label": "No XP"},
        {"xp": 5},
    ]
    sources = XpSources.decode({"sources": [{"label": "Uploads", "xp": 100}], name: awards})
    assert sources.awards == (
        XpAward("First play of Mirage", 1, datetime(2026, 11, 21, 8, tzinfo=UTC)),
        XpAward("Track upload: Mirage", 100, date(2026, 11, 20)),
    )
    assert sources.rows is not None
    assert len(sources.rows) == 1


def test_awards_in_the_activity_of_the_dashboard() -> None:
    activity = [{"type": "play", "count": 3}, {"description": "Uploaded Mirage", "xp": 100}]
    assert Intelligence.decode({"recentActivity": activity}).awards == (
        XpAward("Uploaded Mirage", 100, None),
    )
    unknown: Any
    for unknown in (None, [], {}, [{"type": "play"}], "x"):
        assert Intelligence.decode({"recentActivity": unknown}).awards is None
