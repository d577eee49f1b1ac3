"""Plays by device, place and listener, whose names and shapes are undocumented."""

from __future__ import annotations

from typing import Any

import pytest

from beatpass_tui.models.plays import PlaysOverTime
from beatpass_tui.models.shares import ShareChart, ShareRow
from support.hostile import HOSTILE, check_clean

CITIES = (ShareRow("Toronto", 74, None), ShareRow("Lagos", 58, None))
SHAPES: dict[str, Any] = {
    "list": [{"city": "Toronto", "plays": 74}, {"city": "Lagos", "plays": 58}],
    "named": [{"name": "Toronto", "value": "74"}, {"label": "Lagos", "count": 58}],
    "dataset of objects": {
        "datasets": [
            {"data": [{"label": "Toronto", "value": 74}, {"label": "Lagos", "value": 58}]},
            {"data": [{"label": "Toronto", "value": 1}]},
        ]
    },
    "labels": {"labels": ["Toronto", "Lagos"], "datasets": [{"data": [74, 58]}]},
    "map": {"Toronto": 74, "Lagos": 58, "total": 132},
    "map of objects": {"Toronto": {"count": 74}, "Lagos": {"total": 58}},
    "in data": {"data": [{"name": "Toronto", "total": 74}, {"name": "Lagos", "total": 58}]},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shares_in_each_shape(shape: str) -> None:
    charts = {"plays": [], "cities": SHAPES[shape], "revenue": {"CAD": 3}}
    for response in (charts, {"charts": charts}, {"success": True, "data": {"charts": charts}}):
        assert PlaysOverTime.decode(response).shares == (ShareChart("cities", CITIES),)


def test_percentages_people_and_order() -> None:
    plays = [{"date": "2026-11-25", "plays": 3}]
    sent = PlaysOverTime.decode(
        {
            "charts": {
                "plays": plays,
                "top_devices": [
                    {"device": "Mobile", "percentage": 61.5},
                    {"device": "Desktop", "percentage": 161},
                    {"device": "Tablet", "percentage": 9, "count": 4},
                ],
                "listeners": [{"user": {"display_name": "ana"}, "plays": 7}],
                # Steps of time are no shares.
                "listeners_per_day": [{"label": "2026-11-25", "value": 3}],
                "devices_by_day": {"2026-11-25": 3},
                "platforms": "many",
                "countries": [{"name": None, "value": 3}, {"name": "CA", "value": -3}],
            }
        }
    )
    assert sent.steps is not None
    assert sent.shares == (
        ShareChart("top_devices", (ShareRow("Mobile", None, 61.5), ShareRow("Tablet", 4, 9))),
        ShareChart("listeners", (ShareRow("ana", 7, None),)),
    )


def test_long_and_hostile_charts_are_bounded_and_cleaned() -> None:
    rows = [{"name": f"{n} {HOSTILE}", "value": 1} for n in range(99)]
    charts = {f"city {n} {HOSTILE}": [{"name": HOSTILE, "value": 1}, *rows] for n in range(99)}
    shares = PlaysOverTime.decode({"charts": charts}).shares
    assert len(shares) == 8
    for chart in shares:
        assert len(chart.rows) == 10
        check_clean(chart.rows[0].name)
        assert chart.name.isprintable()
        assert len(chart.name) <= 40
