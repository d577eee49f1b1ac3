"""Values that several JSON outputs share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from beatpass_tui.models.gains import DayGain
from beatpass_tui.models.identity import Account, Artist
from beatpass_tui.models.numbers import Value

if TYPE_CHECKING:
    from beatpass_tui.view_models.movers import Movers

# `stats --offline` imports this module, so it must not import `view_models`.


def id_and_name(owner: Account | Artist | None) -> dict[str, object] | None:
    """Return an account or an artist."""
    return None if owner is None else {"id": owner.id, "name": owner.name}


def whole(value: Value) -> Value:
    """Convert a whole float to an int, which JSON prints without `.0`."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def percent(value: float | None) -> Value:
    """Return a change in percent with one decimal."""
    return None if value is None else whole(round(value, 1))


def day_gains(gains: Iterable[DayGain | None]) -> list[dict[str, object]]:
    """Return the known gains of days."""
    return [
        {
            "day": gain.day.isoformat(),
            "gain": whole(round(gain.gain, 2)),
            "estimated": gain.is_estimated,
        }
        for gain in gains
        if gain is not None
    ]


def movers_object(movers: Movers) -> dict[str, object]:
    """Return the beats that gained or lost plays."""
    return {
        "days": movers.period.days,
        "compared": movers.compared,
        "beats": movers.total,
        "rows": [
            {
                "id": mover.id,
                "title": mover.name,
                "plays": mover.plays,
                "gain": whole(mover.gain),
                "percent": percent(mover.percent),
                "new": mover.is_new,
            }
            for mover in movers.rows
            if mover.gain
        ],
    }
