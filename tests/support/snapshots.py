"""Snapshots: sizes, keys to press first, and the type of the fixture."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from support.app_harness import idle

SIZES = [(60, 24), (80, 24), (120, 36)]


NAMES = [f"{width}x{height}" for width, height in SIZES]


Compare = Callable[..., bool]


sizes = pytest.mark.parametrize("size", SIZES, ids=NAMES)


def keys(*pressed: str) -> Callable[[Pilot[None]], object]:
    async def run(pilot: Pilot[None]) -> None:
        await idle(pilot)
        for key in pressed:
            await pilot.press(key)
            await idle(pilot)

    return run
