"""Plays over time from the service's charts, in each known shape."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from beatpass_tui.models.plays import PlaysOverTime
from beatpass_tui.storage import serialization

FRI, SAT, SUN = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22)
PLAYS = {FRI: 61, SAT: 0, SUN: 84}

ENTRIES = [
    {"date": "2026-11-20", "plays": 61},
    {"date": "2026-11-21", "plays": 0},
    {"date": "2026-11-22", "plays": 84},
]
LABELS = ["2026-11-20", "2026-11-21", "2026-11-22"]
POINTS = [
    {"label": "Fri", "date": "2026-11-20T00:00:00.000000Z", "value": 61},
    {"label": "Sat", "date": "2026-11-21T00:00:00.000000Z", "value": 0},
    {"label": "Sun", "date": "2026-11-22T00:00:00.000000Z", "value": 84},
]
BY_DATE = {"2026-11-20": 61, "2026-11-21": 0, "2026-11-22": 84}
DEVICES = {"labels": ["mobile"], "datasets": [{"data": [{"label": "mobile", "value": 9}]}]}

SHAPES: dict[str, Any] = {
    "a list of objects": {"plays": ENTRIES},
    "a list in an envelope": {"success": True, "data": {"plays_over_time": ENTRIES}},
    "a list under other names": {
        "charts": {"dailyPlays": [{"day": e["date"], "n": e["plays"]} for e in ENTRIES]}
    },
    "a list inside an object": {"plays": {"total": 145, "data": ENTRIES}},
    "labels and points": {
        "charts": {
            "devices": DEVICES,
            "plays": {
                "labels": ["Fri", "Sat", "Sun"],
                "datasets": [{"label": "Plays", "data": POINTS, "total": 145}],
                "granularity": "day",
            },
        }
    },
    "labels and numbers": {"plays": {"labels": LABELS, "datasets": [{"data": [61, 0, "84"]}]}},
    "labels without datasets": {"plays": {"labels": LABELS, "data": [61, 0, 84]}},
    "a map": {"data": {"playsByDay": BY_DATE}},
    "a map next to totals": {"total_plays": 45_210, "plays": {"days": BY_DATE, "total": 145}},
    "a map of objects": {"plays": {day: {"count": plays} for day, plays in BY_DATE.items()}},
    "after another list": {"topPlays": [{"name": "Neon Rain", "plays": 9}], "plays": BY_DATE},
}  # fmt: skip


@pytest.mark.parametrize("response", SHAPES.values(), ids=SHAPES)
def test_each_shape(response: object) -> None:
    assert PlaysOverTime.decode(response)._replace(shares=()) == PlaysOverTime(PLAYS, "day")


@pytest.mark.parametrize(
    "response",
    [
        None, [], {}, "x", 3, {"data": None}, {"plays": None}, {"plays": 45_210}, {"plays": {}},
        {"plays": []}, {"plays": [61, 0, 84]}, {"plays": {"labels": LABELS}},
        {"listeners": ENTRIES},
        {"plays": {"labels": ["Fri", "Sat"], "datasets": [{"data": [61, 0]}]}},
        {"plays": {"labels": LABELS, "datasets": [{"data": None}, None, 3]}},
        {"plays": {"labels": LABELS, "datasets": {"data": [61, 0, 84]}}},
        {"plays": {"mobile": 9, "desktop": 3}}, {"plays": [{"label": "Fri", "value": 61}]},
        {"plays": [{"date": "2026-11-20"}]}, {"plays": [{"date": "2026-13-40", "plays": 61}]},
        {"charts": {"devices": DEVICES}}, {"previous_plays": BY_DATE},
    ],
    ids=repr,
)  # fmt: skip
def test_unrecognized_chart_is_none(response: object) -> None:
    assert PlaysOverTime.decode(response).steps is None


IMPLAUSIBLE: list[object] = [None, -5, 1.5, "many", True, [], {}, 10**23, float("nan"), "5" * 5_000]


@pytest.mark.parametrize("value", IMPLAUSIBLE, ids=lambda value: repr(value)[:20])
def test_implausible_count_is_unknown(value: object) -> None:
    for response in (
        {"plays": [{"date": "2026-11-20", "plays": value}, ENTRIES[2]]},
        {"plays": {"labels": LABELS, "datasets": [{"data": [value, None, 84]}]}},
        {"plays": {"datasets": [{"data": [{**POINTS[0], "value": value}, POINTS[2]]}]}},
        {"plays": {"2026-11-20": value, "2026-11-22": 84}},
    ):
        assert PlaysOverTime.decode(response).steps == {SUN: 84}, response


@pytest.mark.parametrize("day", [None, "Fri", "", "1 BC", "9999-12-31", 20261120, [], "2026-02-30"])
def test_entry_without_a_date_is_ignored(day: object) -> None:
    for response in (
        {"plays": [{"date": day, "plays": 61}, ENTRIES[2]]},
        {"plays": {"labels": [day, "2026-11-22"], "datasets": [{"data": [61, 84]}]}},
        {"plays": {"datasets": [{"data": [{"date": day, "value": 61}, POINTS[2]]}]}},
    ):
        assert PlaysOverTime.decode(response).steps == {SUN: 84}, response


def test_order_and_other_items_do_not_matter() -> None:
    rows: list[object] = [ENTRIES[2], None, 7, ENTRIES[0], "x", [], {}, ENTRIES[1]]
    decoded = PlaysOverTime.decode({"plays": rows})
    assert decoded.steps is not None
    assert list(decoded.steps.items()) == list(PLAYS.items())


def test_repeated_entry_counts_once_and_hours_of_a_day_are_added() -> None:
    repeated = [ENTRIES[0], {"date": "2026-11-20", "plays": 62}, *ENTRIES[1:]]
    assert PlaysOverTime.decode({"plays": repeated}).steps == {**PLAYS, FRI: 62}
    hours = [
        {"date": "2026-11-20 09:00:00", "plays": 40},
        {"date": "2026-11-20 23:00:00", "plays": 21},
    ]
    decoded = PlaysOverTime.decode({"plays": hours})
    assert (decoded.steps, decoded.scale) == ({FRI: 61}, "day")


def test_lists_of_different_lengths_end_with_the_shorter() -> None:
    plays = {"labels": LABELS, "datasets": [{"data": [61, 0, 84, 7, 9]}]}
    assert PlaysOverTime.decode({"plays": plays}).steps == PLAYS
    plays = {"labels": [*LABELS, "2026-11-23"], "datasets": [{"data": [61, 0, 84]}]}
    assert PlaysOverTime.decode({"plays": plays}).steps == PLAYS


def test_previous_period_in_a_second_dataset() -> None:
    before = [{"date": "2026-11-17", "value": 50}, {"date": "2026-11-20", "value": 999}]
    plays = {"datasets": [{"data": POINTS}, {"label": "Previous period", "data": before}]}
    assert PlaysOverTime.decode({"plays": plays}).steps == {date(2026, 11, 17): 50, **PLAYS}


def test_date_is_not_converted_to_local_time() -> None:
    late = [{"date": "2026-11-20T00:00:00-05:00", "plays": 61}]
    assert PlaysOverTime.decode({"plays": late}).steps == {FRI: 61}


@pytest.mark.parametrize(
    "days, granularity, scale",
    [
        (("2026-11-02", "2026-11-09", "2026-11-16"), None, "week"),
        (("2026-09-01", "2026-10-01", "2026-11-01"), None, "month"),
        (("2026-11-20", "2026-11-21"), None, "day"),
        (("2026-11-02", "2026-11-05", "2026-11-19"), None, "day"),
        (("2026-11-02",), None, "day"),
        (("2026-11-02", "2026-11-03"), "week", "week"),
        (("2026-11-02", "2026-11-09"), "Day", "day"),
        (("2026-11-02", "2026-11-09"), "fortnight", "week"),
        (("2026-11-02 00:00", "2026-11-02 01:00"), "hour", "day"),
    ],
)
def test_scale_is_sent_or_derived_from_the_dates(
    days: tuple[str, ...], granularity: str | None, scale: str
) -> None:
    rows = [{"date": day, "value": 1} for day in days]
    plays = {"datasets": [{"data": rows}], "granularity": granularity}
    assert PlaysOverTime.decode({"plays": plays}).scale == scale


def test_decoded_plays_can_be_serialized() -> None:
    decoded = PlaysOverTime.decode({"plays": ENTRIES})
    assert serialization.load(PlaysOverTime, serialization.dump(decoded)) == decoded
