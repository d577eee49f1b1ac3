"""Beats for tests, and pages of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from textual.pilot import Pilot

from beatpass_tui.models.catalog import Beat
from beatpass_tui.models.catalog import Beats as BeatsPage
from beatpass_tui.widgets.table import Table


def beat(number: int, **fields: object) -> Beat:
    values: dict[str, object] = {
        "id": number,
        "name": f"Beat {number}",
        "artists": ("Nova Reyes",),
        "seconds": 100.0 + number,
        "plays": number * 10,
        "uploaded": date(2026, 1, 1 + number % 28),
        "released": None,
        "licensing": "both",
    }
    return Beat(**{**values, **fields})  # type: ignore[arg-type]


SIZE = (80, 24)


async def sort_by(pilot: Pilot[None], table: Table[Any], key: str) -> None:
    """Select a column and sort by it."""
    table.column = [column.key for column in table.columns].index(key)
    await pilot.press("s")


def pages(total: int, size: int = 100) -> Callable[..., BeatsPage]:
    """Return an answer of the service with `total` beats in pages of `size`."""

    def answer(artist: int, page: int) -> BeatsPage:
        start = (page - 1) * size
        rows = tuple(beat(number) for number in range(start + 1, min(start + size, total) + 1))
        return BeatsPage(rows, page, size, total, page * size < total)

    return answer
