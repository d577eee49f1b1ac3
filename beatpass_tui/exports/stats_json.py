"""The output of `stats --json`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from beatpass_tui.exports.json_values import day_gains, id_and_name, movers_object, percent, whole
from beatpass_tui.formatting import iso_time
from beatpass_tui.models.gains import gains_per_day
from beatpass_tui.models.numbers import PROFILE, XP, Reading, Snapshot
from beatpass_tui.models.trends import Points

if TYPE_CHECKING:
    from beatpass_tui.view_models.movers import Movers

SCHEMA = 1
"""The version of the JSON output; new fields do not change it."""

GAIN_DAYS = 30
"""How many days of gains the JSON output has."""


def as_json(
    snapshot: Snapshot,
    readings: Sequence[Reading],
    points: Mapping[str, Points],
    movers: Movers | None,
    period: str,
    problems: Sequence[str],
    now: datetime,
) -> str:
    """Return the numbers with their changes in a period and their recorded gains."""
    content = {
        "version": SCHEMA,
        "now": now.isoformat(),
        "account": id_and_name(snapshot.account),
        "artist": id_and_name(snapshot.artist),
        "last_visit": iso_time(snapshot.last_visit, now),
        "period": period,
        "problems": list(problems),
        "numbers": {
            reading.number.published_name: _number(reading, snapshot, points, now)
            for reading in readings
        },
        "movers": None if movers is None else movers_object(movers),
    }
    return json.dumps(content, indent=2)


def _number(
    reading: Reading, snapshot: Snapshot, points: Mapping[str, Points], now: datetime
) -> dict[str, object]:
    fields: dict[str, object] = {
        "value": whole(reading.value),
        "reason": reading.reason,
        "as_of": iso_time(reading.fetched_at, now),
        "source": reading.source.source,
    }
    if reading.number is PROFILE:
        return fields
    if reading.number.id == "level":
        fields["xp"] = whole(snapshot.xp)
        fields["xp_gains"] = _gains(points.get(XP.id, ()), now)
    if reading.number.unit:
        fields["gains"] = _gains(points.get(reading.number.id, ()), now)
    return fields | {
        "change": whole(reading.change),
        "percent": percent(reading.percent),
        "change_since": iso_time(reading.change_since, now),
        "change_reason": reading.change_reason,
    }


def _gains(points: Points, now: datetime) -> list[dict[str, object]]:
    """Return the gains of the last days that are known, oldest first."""
    return day_gains(gains_per_day(points, now, GAIN_DAYS))
