"""`stats`: the numbers for scripts and status bars, fetched or cached."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest

from beatpass_tui.commands import stats
from beatpass_tui.errors import (
    BeatPassError,
    Forbidden,
    NotFound,
    NotSignedIn,
    RateLimited,
    ServerError,
    Throttled,
    UnknownAccount,
    Unreachable,
)
from beatpass_tui.exports import stats_json
from beatpass_tui.fast_stats import snapshot
from beatpass_tui.fast_stats.line import FIELDS
from beatpass_tui.models.beat_plays import BeatPlays
from beatpass_tui.models.gains import gains_per_day
from beatpass_tui.models.identity import Account
from beatpass_tui.models.numbers import NUMBERS, PROFILE
from beatpass_tui.session.history import HistoryRepository
from beatpass_tui.storage.store import NAME, Store
from support.command_harness import HOME, KEY, ORIGIN, CommandResult, Machine, report
from support.fakes import (
    NOVA_ACCOUNT,
    NOVA_ACTIVITY,
    NOVA_ARTIST,
    NOVA_FOLLOWERS,
    NOVA_INTELLIGENCE,
    NOVA_STATS,
    NOW,
    FakeClock,
)

TOKEN = "901|made-up-token-for-the-tests"


def numbers(result: CommandResult) -> dict[str, Any]:
    return {name: number["value"] for name, number in report(result)["numbers"].items()}


def store(machine: Machine) -> Store:
    return Store(machine.folder / NAME, lambda: machine.now)


def visit(machine: Machine) -> None:
    """Visit the dashboard."""
    opened = store(machine)
    opened.begin_visit(KEY)
    opened.close()


def fetch_then_change(machine: Machine, after: timedelta = timedelta(hours=20)) -> None:
    """Fetch the numbers in a visit, then let time pass and change them."""
    visit(machine)
    assert machine.run("stats").status == 0
    machine.now += after
    machine.service.script("stats", NOVA_STATS._replace(total_tracks=130, total_plays=45_520))
    machine.service.script("followers", NOVA_FOLLOWERS._replace(total=871))
    machine.service.script("intelligence", NOVA_INTELLIGENCE._replace(growth_rate=8.2))
    machine.service.calls.clear()


# Formats


def test_table(nova: Machine) -> None:
    result = nova.run("stats")
    assert (result.status, result.err) == (0, "")
    assert result.out.splitlines() == [
        "                 Now   As of",
        "Tracks           128   20:04",
        "Total Plays   45,210   20:04",
        "Albums             9   20:04",
        "Downloads      1,204   20:04",
        "Followers        873   20:04",
        "Level             12   20:04",
        "Growth         +7.5%   20:04",
        "View Profile   https://open.beatpass.ca/artist/900000002/nova-reyes",
    ]
    assert nova.service.requested == HOME
    assert {call.token and call.token.reveal() for call in nova.service.calls} == {
        "900000001|made-up-token"
    }


def test_table_has_changes_since_the_last_visit(nova: Machine) -> None:
    fetch_then_change(nova)
    result = nova.run("stats")
    assert result.out.splitlines() == [
        "                 Now   Since Mon 20:04   As of",
        "Tracks           130                +2   16:04",
        "Total Plays   45,520              +310   16:04",
        "Albums             9                 0   16:04",
        "Downloads      1,204                 0   16:04",
        "Followers        871                -2   16:04",
        "Level             12                 0   16:04",
        "Growth         +8.2%              +0.7   16:04",
        "View Profile   https://open.beatpass.ca/artist/900000002/nova-reyes",
    ]


def test_json(nova: Machine) -> None:
    fetch_then_change(nova)
    result = nova.run("stats", "--json")
    assert (result.status, result.err) == (0, "")
    content = report(result)
    assert {key: value for key, value in content.items() if key != "numbers"} == {
        "version": 1,
        "now": "2026-11-24T16:04:00+00:00",
        "account": {"id": 900000001, "name": "nova"},
        "artist": {"id": 900000002, "name": "Nova Reyes"},
        "last_visit": "2026-11-23T20:04:00+00:00",
        "period": "visit",
        "problems": [],
        "movers": None,
    }
    assert list(content["numbers"]) == [number.published_name for number in (*NUMBERS, PROFILE)]
    assert content["numbers"]["plays"] == {
        "value": 45_520,
        "reason": None,
        "as_of": "2026-11-24T16:04:00+00:00",
        "source": "GET /artist/dashboard-stats",
        "change": 310,
        "percent": None,
        "change_since": "2026-11-23T20:04:00+00:00",
        "change_reason": None,
        "gains": [{"day": "2026-11-24", "gain": 310, "estimated": False}],
    }
    assert content["numbers"]["level"]["xp_gains"] == [
        {"day": "2026-11-24", "gain": 0, "estimated": False}
    ]
    assert (content["numbers"]["level"]["value"], content["numbers"]["level"]["xp"]) == (12, 3774)
    assert (content["numbers"]["growth"]["value"], content["numbers"]["growth"]["change"]) == (
        8.2,
        0.7,
    )
    assert content["numbers"]["profile"] == {
        "value": "https://open.beatpass.ca/artist/900000002/nova-reyes",
        "reason": None,
        "as_of": "2026-11-24T16:04:00+00:00",
        "source": "GET /artist/profile",
    }


@pytest.mark.parametrize("arguments", [(), ("--offline",)], ids=str)
def test_json_has_the_gains_of_home(nova: Machine, arguments: tuple[str, ...]) -> None:
    """With an even share of a gap, a correction, and nothing of another artist."""
    fetch_then_change(nova)
    values = {40: 44_000.0, 4: 44_900.0, 3: 45_010.0, 0: 45_310.0}
    opened, now, artist = store(nova), nova.now, NOVA_ARTIST.id or 0
    samples = [("total-plays", now - timedelta(days=back), values[back]) for back in values]
    opened.add_samples(KEY, artist, [*samples, ("xp", now - timedelta(days=2), 3_780)])
    opened.add_samples(KEY, artist + 1, [("total-plays", now - timedelta(days=3), 9.0)])
    opened.close()
    content = report(nova.run("stats", "--json", *arguments))["numbers"]
    gains = content["plays"]["gains"]
    assert len(gains) == stats_json.GAIN_DAYS == 30
    today = 100 if arguments else 310
    assert [(gain["gain"], gain["estimated"]) for gain in gains] == [
        *[(25, True)] * 26, (110, False), (100, True), (100, True), (today, False),
    ]  # fmt: skip
    opened = store(nova)
    history = HistoryRepository(opened, ORIGIN, FakeClock(nova.now)).load(KEY.account)
    assert history is not None
    on_home = gains_per_day(history.points("total-plays"), nova.now, 30)
    assert [(gain["day"], gain["gain"], gain["estimated"]) for gain in gains] == [
        (gain.day.isoformat(), round(gain.gain, 2), gain.is_estimated) for gain in on_home if gain
    ]
    opened.close()
    xp = [gain["gain"] for gain in content["level"]["xp_gains"]]
    assert xp == ([-6] if arguments else [-6, 0])
    assert "gains" not in content["level"]
    assert not {"gains", "xp_gains"} & {*content["growth"], *content["profile"]}


@pytest.mark.parametrize("arguments", [(), ("--offline",)], ids=str)
def test_json_has_the_movers_of_all_recorded_beats(
    nova: Machine, arguments: tuple[str, ...]
) -> None:
    fetch_then_change(nova)
    plays = {1: (10, 20, 50), 2: (9, 9, 9), 3: (5, 5, 4), 4: (7,)}
    opened, now = store(nova), nova.now
    for id, values in plays.items():
        for weeks, value in zip((2, 1, 0), values, strict=False):
            at = now - timedelta(weeks=weeks)
            beat = BeatPlays(id, value, f"Beat [{id}]")
            opened.beats.record(KEY, NOVA_ARTIST.id or 0, [beat], at)
    opened.close()
    movers = report(nova.run("stats", "--json", *arguments))["movers"]
    assert movers == {
        "days": 7,
        "compared": 3,
        "beats": 4,
        "rows": [
            {"id": 1, "title": "Beat [1]", "plays": 50, "gain": 30, "percent": 200, "new": False},
            {"id": 3, "title": "Beat [3]", "plays": 4, "gain": -1, "percent": None, "new": False},
        ],
    }


PERIOD_TABLE = """\
                 Now   7 days            As of
Tracks           128        —            20:04
Total Plays   45,210     +500    ▲ 17%   20:04
Albums             9        —            20:04
Downloads      1,204       -6   ▼ 120%   20:04
Followers        873        —            20:04
Level             12       +1            20:04
Growth         +7.5%     +2.5            20:04
View Profile   https://open.beatpass.ca/artist/900000002/nova-reyes

Top movers · 1 beat compared
  1   [b]Mirage   +30   ▲ 200%   50 plays
"""


def record_weeks(machine: Machine) -> None:
    """Record values of a week and of two weeks ago."""
    values = {
        "total-plays": (44_282, 44_710), "downloads": (1_180, 1_210), "level": (10, 11),
        "growth": (6, 5),
    }  # fmt: skip
    opened, artist = store(machine), NOVA_ARTIST.id or 0
    for number, samples in values.items():
        for weeks, value in zip((2, 1), samples, strict=True):
            at = machine.now - timedelta(weeks=weeks)
            opened.add_samples(KEY, artist, [(number, at, value)])
    for weeks, plays in ((2, 10), (1, 20), (0, 50)):
        at = machine.now - timedelta(weeks=weeks)
        opened.beats.record(KEY, artist, [BeatPlays(1, plays, "[b]Mirage")], at)
    opened.close()


@pytest.mark.parametrize("arguments", [(), ("--offline",), ("--offline", "--account", "nova")])
def test_changes_in_a_period(nova: Machine, arguments: tuple[str, ...]) -> None:
    nova.run("stats")
    record_weeks(nova)
    week = ("stats", "--period", "7d", *arguments)
    assert nova.run(*week).out == PERIOD_TABLE
    line = "45,210 plays (+500, +17%) · 1,204 downloads (-6, -120%) · 873 followers · growth +7.5%"
    assert nova.run(*week, "--line").out == f"{line}\n"
    fields = "{plays_change} {plays_percent} {level_percent} {tracks_change} {since}"
    assert nova.run(*week, "--format", fields).out == "+500 +17% — — Nov 16\n"
    content = report(nova.run(*week, "--json"))
    assert (content["period"], content["movers"]["days"]) == ("7d", 7)
    plays, tracks = content["numbers"]["plays"], content["numbers"]["tracks"]
    assert (plays["change"], plays["percent"]) == (500, 16.8)
    assert (plays["change_since"], plays["change_reason"]) == ("2026-11-16T20:04:00+00:00", None)
    assert (tracks["change"], tracks["change_reason"]) == (None, "not recorded then")


def test_periods_are_measured_separately(nova: Machine) -> None:
    fetch_then_change(nova)
    record_weeks(nova)
    table = nova.run("stats").out
    assert "Since Mon 20:04" in table
    assert nova.run("stats", "--period", "visit").out.startswith(table.rstrip("\n"))
    movers = report(nova.run("stats", "--period", "visit", "--json"))["movers"]
    assert (movers["days"], movers["rows"]) == (None, [])
    assert report(nova.run("stats", "--json"))["movers"]["days"] == 7
    day = report(nova.run("stats", "--period", "24h", "--json"))["numbers"]
    assert (day["plays"]["change"], day["followers"]["change"]) == (310, -2)
    assert nova.run("stats", "--period", "month").status == 2


# Waiting for the growth rate


@pytest.mark.parametrize(
    "wait, requests, rate",
    [
        ([], 1, None), (["--wait"], 4, 8.2), (["--wait", "3600"], 4, 8.2),
        (["--wait", "60"], 3, None), (["--wait", "29"], 1, None),
    ],
)  # fmt: skip
def test_wait_requests_the_growth_rate_until_it_is_known(
    nova: Machine, wait: list[str], requests: int, rate: float | None
) -> None:
    """After 30, 60 and 120 seconds, and at the end; it is no failure if it stays unknown."""
    calculating = NOVA_INTELLIGENCE._replace(growth_rate=None, growth_calculating=True)
    known = NOVA_INTELLIGENCE._replace(growth_rate=8.2)
    nova.service.script("intelligence", calculating, calculating, calculating, known)
    result = nova.run("stats", "--json", *wait)
    growth = report(result)["numbers"]["growth"]
    assert (result.status, growth["value"]) == (0, rate)
    assert growth["reason"] == (None if rate else "calculating")
    assert nova.service.requested.count("intelligence") == requests
    assert len(nova.service.requested) == len(HOME) - 1 + requests


def test_wait_asks_again_for_a_cached_rate(nova: Machine) -> None:
    calculating = NOVA_INTELLIGENCE._replace(growth_rate=None, growth_calculating=True)
    nova.service.script("intelligence", calculating, NOVA_INTELLIGENCE)
    nova.run("stats")
    nova.now += timedelta(minutes=2)
    nova.service.calls.clear()
    assert "calculating" in nova.run("stats").out
    assert nova.service.calls == []
    assert numbers(nova.run("stats", "--json", "--wait"))["growth"] == 7.5
    assert nova.service.requested == ["intelligence"]
    nova.service.calls.clear()
    assert nova.run("stats", "--wait").status == 0
    assert nova.service.calls == []


def test_wait_ends_at_a_failure(nova: Machine) -> None:
    calculating = NOVA_INTELLIGENCE._replace(growth_rate=None, growth_calculating=True)
    nova.service.script("intelligence", calculating, RateLimited("Too many.", retry_after=60))
    assert nova.run("stats", "--wait").status == 5
    assert nova.service.requested.count("intelligence") == 2


def test_wait_is_refused_offline(nova: Machine) -> None:
    result = nova.run("stats", "--wait", "--offline")
    assert (result.status, result.out) == (2, "")
    assert "--wait sends requests" in result.err


def test_first_visit_has_no_change(nova: Machine) -> None:
    plays = report(nova.run("stats", "--json"))["numbers"]["plays"]
    assert (plays["change"], plays["change_since"]) == (None, None)
    assert plays["change_reason"] == "no visit before"


def test_line(nova: Machine) -> None:
    fetch_then_change(nova)
    result = nova.run("stats", "--line")
    assert result.out == (
        "45,520 plays (+310) · 1,204 downloads · 871 followers (-2) · growth +8.2%\n"
    )


def test_format_fills_fields(nova: Machine) -> None:
    fetch_then_change(nova)
    line = "{plays} {plays_change} {followers_change} {{{level}}} {xp} {growth} {as_of} {since}"
    assert nova.run("stats", "--format", line).out == (
        "45,520 +310 -2 {12} 3,774 +8.2% 16:04 Mon 20:04\n"
    )
    assert nova.run("stats", "--format", "{profile}").out == (
        "https://open.beatpass.ca/artist/900000002/nova-reyes\n"
    )


def test_every_field_of_a_format_has_a_value(nova: Machine) -> None:
    line = " ".join(f"{{{name}}}" for name in FIELDS)
    result = nova.run("stats", "--format", line)
    assert (result.status, len(result.out.split())) == (0, len(FIELDS))


def test_unknown_value_is_a_dash_on_the_line(nova: Machine) -> None:
    nova.service.fail(ServerError("Failed.", status=500), "stats", "artist", "intelligence")
    result = nova.run(
        "stats", "--format", "{plays} {plays_change} {growth} {xp} {followers} {since}"
    )
    assert result.out == "— — — — — —\n"
    assert nova.run("stats", "--line").out == ("— plays · — downloads · — followers · growth —\n")


@pytest.mark.parametrize(
    "line, text",
    [
        ("{play_change}", 'unknown field "play_change"; did you mean plays_change? Known: '),
        ("{Followers}", 'unknown field "Followers"; did you mean followers? Known: '),
        ("{}", "known: tracks, plays"),
        ("{plays.__class__}", 'unknown field "plays.__class__"'),
        ("{plays!r}", 'unknown field "plays!r"; did you mean plays?'),
        ("{plays:>10}", 'unknown field "plays:>10"; did you mean plays?'),
        ("{name\x1b[2J}", 'unknown field "name"'),
        ("{plays", 'Unmatched "{" in --format; write "{{"'),
        ("plays}", 'Unmatched "}" in --format; write "}}"'),
    ],
)
def test_unknown_field_of_a_format_is_refused(nova: Machine, line: str, text: str) -> None:
    result = nova.run("stats", "--format", line)
    assert (result.status, result.out) == (2, "")
    assert text in result.err
    assert "\x1b" not in result.err
    assert nova.service.calls == []


@pytest.mark.parametrize(
    "options",
    [
        ["--wait", "0"],
        ["--wait", "3601"],
        ["--wait", "soon"],
        ["--json", "--line"],
        ["--line", "--format", "{plays}"],
        ["--offline", "--max-age", "5"],
        ["--max-age", "-1"],
        ["--max-age", "soon"],
        ["--max-age", "1.5"],
        ["--max-age", "9999999"],
    ],
)
def test_invalid_options_are_refused(nova: Machine, options: list[str]) -> None:
    result = nova.run("stats", *options)
    assert (result.status, result.out) == (2, "")
    assert nova.service.calls == []


# Requests


def test_fresh_data_is_not_fetched_again(nova: Machine) -> None:
    first = nova.run("stats")
    nova.service.calls.clear()
    assert nova.keyring is not None
    nova.keyring.calls.clear()
    nova.now += timedelta(minutes=14)
    assert nova.run("stats").out == first.out
    assert (nova.service.calls, nova.keyring.calls) == ([], [])
    nova.now += timedelta(minutes=2)
    nova.run("stats")
    # Account and artist are fresh for an hour.
    assert sorted(nova.service.requested) == sorted(HOME[2:])


def test_responses_are_cached_for_the_dashboard(nova: Machine) -> None:
    nova.run("stats")
    opened = store(nova)
    assert set(opened.load_cached(KEY)) == set(HOME)
    assert len(opened.load_samples(KEY)) == 8
    opened.close()


def test_old_history_is_pruned(nova: Machine) -> None:
    for _ in range(4):
        nova.run("stats")
        nova.now += timedelta(minutes=16)
    nova.now += timedelta(days=2)
    nova.run("stats")
    opened = store(nova)
    assert len([at for at, _, name, _ in opened.load_samples(KEY) if name == "total-plays"]) == 2
    opened.close()


def test_max_age_fetches_older_data(nova: Machine) -> None:
    nova.run("stats")
    nova.now += timedelta(minutes=6)
    nova.service.calls.clear()
    nova.run("stats", "--max-age", "7")
    assert nova.service.calls == []
    nova.run("stats", "--max-age", "5")
    assert sorted(nova.service.requested) == sorted(HOME)


def test_max_age_may_exceed_the_freshness(nova: Machine) -> None:
    nova.run("stats")
    nova.now += timedelta(minutes=90)
    nova.service.calls.clear()
    assert "45,210" in nova.run("stats", "--max-age", "120").out
    assert nova.service.calls == []


def test_max_age_0_fetches_all_but_recent_data(nova: Machine) -> None:
    nova.run("stats")
    nova.service.calls.clear()
    nova.now += timedelta(seconds=29)
    nova.run("stats", "--max-age", "0")
    assert nova.service.calls == []
    nova.now += timedelta(seconds=2)
    nova.run("stats", "--max-age", "0")
    assert sorted(nova.service.requested) == sorted(HOME)


def test_account_is_confirmed_before_data_is_cached(nova: Machine) -> None:
    # A stale account is fetched together with other stale data.
    nova.run("stats")
    nova.now += timedelta(minutes=61)
    nova.service.calls.clear()
    nova.service.fail(Unreachable("No network."), "account", "artist")
    nova.run("stats")
    nova.now += timedelta(minutes=2)
    nova.service.script("account", NOVA_ACCOUNT)
    nova.service.calls.clear()
    nova.run("stats", "--max-age", "1")
    assert "account" in nova.service.requested
    assert report(nova.run("stats", "--offline", "--json"))["numbers"]["plays"]["as_of"] == (
        nova.now.isoformat()
    )


def test_data_from_the_future_is_fetched_again(nova: Machine) -> None:
    nova.now += timedelta(days=3)
    nova.run("stats")
    nova.now -= timedelta(days=3)
    nova.service.calls.clear()
    for more in ([], ["--max-age", "60"]):
        nova.service.calls.clear()
        nova.run("stats", *more)
        assert ("stats" in nova.service.requested) is (more == [])


def test_calculating_growth_is_fetched_again_after_five_minutes(nova: Machine) -> None:
    pending = NOVA_INTELLIGENCE._replace(growth_rate=None, growth_calculating=True)
    nova.service.script("intelligence", pending)
    result = nova.run("stats")
    assert (result.status, result.err) == (0, "")
    assert "Growth             —   20:04   (calculating)" in result.out.splitlines()
    growth = report(nova.run("stats", "--json"))["numbers"]["growth"]
    assert (growth["value"], growth["reason"], growth["change"]) == (None, "calculating", None)
    nova.service.calls.clear()
    nova.now += timedelta(minutes=4, seconds=50)
    nova.run("stats")
    assert nova.service.calls == []
    nova.now += timedelta(seconds=20)
    nova.run("stats")
    assert nova.service.requested == ["intelligence"]


# Visits


def test_command_is_not_a_visit(nova: Machine) -> None:
    fetch_then_change(nova)
    assert report(nova.run("stats", "--json"))["numbers"]["plays"]["change"] == 310
    nova.now += timedelta(hours=5)
    nova.service.script("stats", NOVA_STATS._replace(total_plays=45_600))
    again = report(nova.run("stats", "--json"))
    assert again["last_visit"] == "2026-11-23T20:04:00+00:00"
    assert again["numbers"]["plays"]["change"] == 390
    for _ in range(2):
        plays = report(nova.run("stats", "--json", "--offline"))["numbers"]["plays"]
        assert (plays["change"], plays["change_since"]) == (390, "2026-11-23T20:04:00+00:00")


def test_command_does_not_change_the_baseline_of_the_next_visit(nova: Machine) -> None:
    fetch_then_change(nova)
    nova.run("stats")
    nova.now += timedelta(hours=5)
    opened = store(nova)
    content = opened.begin_visit(KEY)
    assert content.since == NOW
    assert content.baseline["stats"].fetched == NOW
    opened.close()


def test_command_during_a_visit_does_not_end_it(nova: Machine) -> None:
    fetch_then_change(nova)
    visit(nova)
    nova.now += timedelta(minutes=5)
    nova.run("stats")
    nova.now += timedelta(minutes=5)
    opened = store(nova)
    assert opened.begin_visit(KEY).since == NOW
    opened.close()


# Offline


def test_offline_sends_no_requests(nova: Machine) -> None:
    fetch_then_change(nova)
    nova.run("stats")
    nova.service.calls.clear()
    nova.now += timedelta(days=2)
    assert nova.keyring is not None
    nova.keyring.calls.clear()
    result = nova.run("stats", "--offline", "--line")
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith("45,520 plays (+310)")
    assert (nova.service.calls, nova.keyring.calls) == ([], [])


@pytest.mark.parametrize("failing", [(), ("stats",), ("stats", "artist"), HOME[2:]], ids=str)
@pytest.mark.parametrize("form", [[], ["--json"], ["--line"], ["--format", "{as_of} {xp}"]])
def test_fast_path_and_session_print_the_same(
    nova: Machine, form: list[str], failing: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With statistics, without them, and without any source of Tracks and Total Plays."""
    nova.service.script("artist", NOVA_ARTIST._replace(total_tracks=131, total_plays=45_900))
    if failing:
        nova.service.fail(ServerError("Failed.", status=500), *failing)
        visit(nova)
    else:
        pending = NOVA_INTELLIGENCE._replace(growth_rate=None, growth_calculating=True)
        fetch_then_change(nova)
        nova.service.script("intelligence", pending)
    live = nova.run("stats", *form)
    fast = nova.run("stats", "--offline", *form)
    monkeypatch.setattr(stats, "_read_stored", lambda _: None)
    assert nova.run("stats", "--offline", *form) == fast
    assert (fast.status, fast.err) == (0, "")
    if not failing:
        assert nova.run("stats", *form) == live == fast
    if form == ["--json"]:
        for name in ("tracks", "plays"):
            # Only the reason for a missing number is another one.
            expected = {**report(live)["numbers"][name], "reason": ANY}
            assert report(fast)["numbers"][name] == expected


def test_offline_takes_tracks_and_plays_from_the_artist_profile(nova: Machine) -> None:
    nova.service.script("artist", NOVA_ARTIST._replace(total_tracks=131, total_plays=45_900))
    nova.service.fail(ServerError("Failed.", status=500), "stats")
    nova.run("stats")
    content = report(nova.run("stats", "--offline", "--json"))["numbers"]
    for name, value in (("tracks", 131), ("plays", 45_900)):
        assert content[name]["value"] == value
        assert content[name]["source"] == "GET /artist/profile"
    assert nova.run("stats", "--offline", "--line").out.startswith("45,900 plays")


@pytest.mark.parametrize("variable", [False, True], ids=["stored token", "token variable"])
def test_offline_uses_the_fast_path(
    variable: bool, nova: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if variable:
        nova.environ["BEATPASS_TOKEN"] = TOKEN
    nova.run("stats")

    def fail(*_: object) -> None:
        raise AssertionError("the fast path was not used")

    monkeypatch.setattr(stats, "_open_session", fail)
    assert nova.run("stats", "--offline").status == 0


def test_cached_model_of_another_shape_is_ignored(nova: Machine) -> None:
    nova.run("stats")
    change(nova, "UPDATE answer SET shape = 'abcdefgh' WHERE name = 'followers'")
    result = nova.run("stats", "--offline")
    assert (result.status, result.err) == (0, "")
    assert "Followers          —           (not asked yet)" in result.out.splitlines()
    assert "Total Plays   45,210   20:04" in result.out


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '["x",{}]', "[1e999,1]", "[true,[]]", "9"])
def test_damaged_cached_model_is_ignored(nova: Machine, body: str) -> None:
    nova.run("stats")
    change(nova, "UPDATE answer SET body = ? WHERE name = 'followers'", body)
    result = nova.run("stats", "--offline")
    assert (result.status, result.err) == (0, "")
    assert "Followers          —           (not asked yet)" in result.out.splitlines()


def test_dates_have_the_configured_style(nova: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    nova.run("stats")
    nova.now += timedelta(days=60)
    before = nova.run("stats", "--offline")
    assert "Nov 23" in before.out
    folder = Path(os.environ["XDG_CONFIG_HOME"]) / "beatpass-tui"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('dates = "eu"\n')
    assert nova.run("stats", "--offline").out == before.out.replace("Nov 23, 2026", "23 Nov 2026")
    assert "T" in report(nova.run("stats", "--offline", "--json"))["numbers"]["plays"]["as_of"]
    # A status bar keeps its numbers if the file is wrong.
    (folder / "config.toml").write_text('dates = "mars"\n')
    assert nova.run("stats", "--offline").status == 0


def test_stored_name_is_cleaned(nova: Machine) -> None:
    nova.run("stats")
    change(nova, "UPDATE answer SET body = replace(body, 'Nova Reyes', 'No\\u001b[2J')")
    assert "\x1b" not in nova.run("stats", "--offline", "--json").out
    assert report(nova.run("stats", "--offline", "--json"))["artist"]["name"] == "No"


def change(machine: Machine, statement: str, *values: str) -> None:
    with sqlite3.connect(machine.folder / NAME) as sql:
        sql.execute(statement, values)
    sql.close()


def test_offline_without_cached_data(nova: Machine) -> None:
    for more in ([], ["--account", "nova"], ["--json"]):
        result = nova.run("stats", "--offline", *more)
        assert result.status == 6
        assert "No cached data for this account" in result.err
        if more == ["--json"]:
            assert set(numbers(result).values()) == {None}
    assert not (nova.folder / NAME).exists()


@pytest.mark.parametrize("more", [[], ["--offline"], ["--max-age", "0"]])
def test_not_signed_in(machine: Machine, more: list[str]) -> None:
    result = machine.run("stats", *more)
    assert (result.status, result.out) == (4, "")
    assert result.err == (f"beatpass-tui: Not signed in to {ORIGIN}; run `beatpass-tui login`.\n")


def test_store_is_closed_without_an_account(machine: Machine) -> None:
    for account, error in ((None, NotSignedIn), ("nobody", UnknownAccount)):
        # The exception keeps everything of the failed run alive.
        with pytest.raises(error) as error_info:
            machine._environment().fetcher(account)
        assert (machine.folder / NAME).exists()
        assert not list(machine.folder.glob(f"{NAME}-*")), error_info


def test_accounts_have_separate_numbers(machine: Machine) -> None:
    machine.store(Account(8, "vega"), NOVA_ACCOUNT)
    machine.run("stats")
    machine.service.script("account", Account(8, "vega"))
    machine.service.script("stats", NOVA_STATS._replace(total_plays=7))
    assert numbers(machine.run("stats", "--json", "--account", "vega"))["plays"] == 7
    assert numbers(machine.run("stats", "--json", "--offline"))["plays"] == 45_210
    other = machine.run("stats", "--json", "--offline", "--account", "@Vega")
    assert numbers(other)["plays"] == 7
    assert machine.run("stats", "--account", "rigel").status == 4


def test_current_account_is_read_from_the_credentials_file(machine: Machine) -> None:
    assert snapshot.current_account(machine.folder, ORIGIN, lambda: NOW) is None
    machine.store(Account(8, "vega"), NOVA_ACCOUNT)
    assert snapshot.current_account(machine.folder, ORIGIN, lambda: NOW) == 900000001
    assert snapshot.current_account(machine.folder, "https://other.example", lambda: NOW) is None
    path = machine.folder / snapshot.CREDENTIALS_FILE
    for body in ("", "{", "[]", '{"version": 3}', '{"version": 2, "origins": []}', "[" * 100_000):
        path.write_text(body)
        assert snapshot.current_account(machine.folder, ORIGIN, lambda: NOW) is None


def test_account_of_the_token_variable_is_known_offline_after_a_request(machine: Machine) -> None:
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    result = machine.run("stats", "--offline")
    assert result.status == 6
    assert machine.run("stats").status == 0
    assert machine.service.requested == HOME
    result = machine.run("stats", "--offline", "--json")
    assert (result.status, numbers(result)["plays"]) == (0, 45_210)
    assert TOKEN not in machine.file_contents()
    machine.service.calls.clear()
    machine.run("stats")
    assert machine.service.calls == []
    assert machine.run("stats", "--account", "nova").status == 2


# Errors

FAILURES: list[tuple[BeatPassError, tuple[str, ...], int, str]] = [
    (
        NotSignedIn("Unauthenticated.", status=401),
        tuple(HOME),
        4,
        "has expired or was revoked",
    ),
    (Forbidden("Not enabled.", status=403), tuple(HOME), 4, "by invitation"),
    (NotFound("No artist profile.", status=404), ("artist",), 3, "No artist profile."),
    (Forbidden("No artist yet.", status=403), ("artist",), 3, "No artist yet."),
    (RateLimited("Too many.", retry_after=60), ("stats",), 5, "try again in 1 min 00 s."),
    (RateLimited("Too many.", retry_after=None), ("stats",), 5, "Too many."),
    (Unreachable("No network."), tuple(HOME), 6, "No network."),
    (ServerError("Failed.", status=500), ("followers",), 6, "Failed."),
    (Forbidden("Not this.", status=403), ("followers",), 1, "Not this."),
    (NotFound("Not there.", status=404), ("activity",), 1, "Not there."),
]


@pytest.mark.parametrize(
    "error, queries, status, text",
    FAILURES,
    ids=[
        f"{type(error).__name__}-{len(queries)}-{status}" for error, queries, status, _ in FAILURES
    ],
)
@pytest.mark.parametrize("is_cached", [False, True])
def test_known_numbers_are_printed_after_a_failure(
    nova: Machine,
    error: BeatPassError,
    queries: tuple[str, ...],
    status: int,
    text: str,
    is_cached: bool,
) -> None:
    if is_cached:
        nova.run("stats")
        nova.now += timedelta(hours=2)
    error.message = str(error)
    nova.service.fail(error, *queries)
    result = nova.run("stats", "--json")
    assert result.status == status
    assert text in result.err
    assert result.err.count("\n") == 1
    content = report(result)
    assert content["problems"] == [result.err.removeprefix("beatpass-tui: ").strip()]
    hidden = {name for name, number in content["numbers"].items() if number["value"] is None}
    for number in content["numbers"].values():
        assert (number["value"] is None) is (number["reason"] is not None)
    needing = ("followers", "activity", "artist") if "artist" in queries else ()
    failed = {*queries, *needing}
    lost = {
        number.published_name
        for number in (*NUMBERS, PROFILE)
        if number.query in failed and (number.other is None or number.other.query in failed)
    }
    assert hidden == (set() if is_cached else lost)


def test_most_urgent_failure_sets_the_exit_code(nova: Machine) -> None:
    nova.service.fail(RateLimited("Too many.", retry_after=60), "stats")
    nova.service.fail(Unreachable("No network."), "followers")
    result = nova.run("stats")
    assert result.status == 5
    assert result.err.count("beatpass-tui: ") == 2


def test_rate_limit_applies_to_later_runs(nova: Machine) -> None:
    nova.service.fail(RateLimited("Too many.", retry_after=600), "stats")
    # Not sent, because this computer sends too much.
    nova.service.fail(Throttled("Too many requests are waiting.", retry_after=60), "followers")
    assert nova.run("stats").status == 5
    opened = store(nova)
    assert opened.limits.load_pauses(KEY) == {"/artist/dashboard-stats": 600.0}
    opened.close()
    nova.service.script("followers", NOVA_FOLLOWERS)
    nova.service.script("stats", NOVA_STATS)
    nova.service.calls.clear()
    nova.now += timedelta(minutes=9)
    for more in ([], ["--max-age", "0"]):
        result = nova.run("stats", *more)
        assert result.status == 5
        assert "try again in 1 min 00 s." in result.err
        assert "stats" not in nova.service.requested
    nova.now += timedelta(minutes=2)
    result = nova.run("stats")
    assert (result.status, result.err) == (0, "")
    assert "stats" in nova.service.requested


def test_token_of_another_account_is_an_error(nova: Machine) -> None:
    nova.run("stats")
    nova.now += timedelta(hours=2)
    nova.service.script("account", Account(8, "vega"))
    nova.service.script("stats", NOVA_STATS._replace(total_plays=7))
    result = nova.run("stats", "--json")
    assert result.status == 4
    assert "belongs to another account" in result.err
    assert numbers(nova.run("stats", "--json", "--offline"))["plays"] == 45_210


def test_another_artist_replaces_the_cached_data(nova: Machine) -> None:
    nova.run("stats")
    nova.now += timedelta(hours=2)
    nova.service.calls.clear()
    nova.service.script("artist", NOVA_ARTIST._replace(id=8, name="Lyra"))
    nova.service.script("stats", NOVA_STATS._replace(total_plays=7))
    content = report(nova.run("stats", "--json"))
    assert (content["artist"], content["numbers"]["plays"]["value"]) == (
        {"id": 8, "name": "Lyra"},
        7,
    )
    assert sorted(nova.service.requested) == sorted(HOME)
    # Values of the previous artist are not compared.
    assert content["last_visit"] is None
    assert report(nova.run("stats", "--json", "--offline"))["artist"]["id"] == 8


def test_token_missing_from_the_keyring_is_an_error(nova: Machine) -> None:
    assert nova.keyring is not None
    nova.keyring.passwords.clear()
    result = nova.run("stats")
    assert result.status == 4
    assert "no longer has your token" in result.err
    assert nova.service.calls == []


def test_missing_numbers_have_a_reason(nova: Machine) -> None:
    nova.service.script("activity", NOVA_ACTIVITY._replace(downloads=None))
    nova.service.script("artist", NOVA_ARTIST._replace(id=None))
    content = report(nova.run("stats", "--json"))["numbers"]
    assert content["downloads"]["reason"] == content["profile"]["reason"] == "no artist id"
    assert content["followers"]["reason"] == "no artist id"
    nova.service.script("artist", NOVA_ARTIST)
    nova.now += timedelta(hours=2)
    assert report(nova.run("stats", "--json"))["numbers"]["downloads"]["reason"] == "not sent"


# The store


def damaged(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 4000)


def a_folder(path: Path) -> None:
    path.mkdir(mode=0o700)


@pytest.mark.parametrize("damage", [damaged, a_folder])
def test_unreadable_store_is_reported_and_numbers_are_fetched(
    nova: Machine, damage: Callable[[Path], None]
) -> None:
    damage(nova.folder / NAME)
    result = nova.run("stats")
    assert result.status == 0
    assert "45,210" in result.out
    assert NAME in result.err


def test_damaged_store_is_reported_offline(nova: Machine) -> None:
    damaged(nova.folder / NAME)
    result = nova.run("stats", "--offline")
    assert result.status == 6
    assert NAME in result.err
    assert "No cached data" in result.err


@pytest.fixture(autouse=True)
def _no_request_is_left_in_flight(machine: Machine) -> Iterator[None]:
    yield
    assert machine.service.in_flight == 0


def test_tracks_and_plays_come_from_the_artist_profile_if_statistics_fail(nova: Machine) -> None:
    nova.service.fail(ServerError("No.", status=500), "stats")
    result = nova.run("stats", "--json")
    numbers = report(result)["numbers"]
    assert (numbers["tracks"]["value"], numbers["plays"]["value"]) == (
        NOVA_ARTIST.total_tracks,
        NOVA_ARTIST.total_plays,
    )
    assert {numbers[name]["source"] for name in ("tracks", "plays")} == {"GET /artist/profile"}
    assert numbers["albums"]["source"] == "GET /producer-intelligence/dashboard"
    nova.service.script("stats", NOVA_STATS)
    nova.now += timedelta(hours=2)
    numbers = report(nova.run("stats", "--json"))["numbers"]
    assert numbers["tracks"]["source"] == "GET /artist/dashboard-stats"
