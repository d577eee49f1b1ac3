"""Screens are released from memory after they have closed."""

from __future__ import annotations

import asyncio
import gc
import heapq
import weakref
from collections.abc import Iterable
from typing import Any, cast

import pytest
from textual._styles_cache import StylesCache
from textual.app import App
from textual.color import Color

from support.app_harness import FakeAccess, Stage, idle, press, text_of


def alive(references: Iterable[weakref.ref[Any]]) -> list[object]:
    """Return what is still referenced after the garbage is collected."""
    loop = cast(Any, asyncio.get_running_loop())
    # Canceled timers keep the context of their screen until they would have been due, which is up
    # to a minute later in tests.
    loop._scheduled = [timer for timer in loop._scheduled if not timer.cancelled()]
    heapq.heapify(loop._scheduled)
    gc.collect()
    return [value for reference in references if (value := reference()) is not None]


def assert_lists_of_screens(app: App[Any]) -> None:
    """Read Textual's lists of visible screens, which are made again when they are read."""
    assert app._nodes.displayed == [*app._nodes.displayed_reverse][::-1]


@pytest.mark.parametrize("key, name", [("question_mark", "Help"), ("ctrl+p", "Palette")])
async def test_closed_screens_are_released(key: str, name: str) -> None:
    stage = Stage()
    async with stage.run() as pilot:
        closed: list[weakref.ref[Any]] = []
        for _ in range(3):
            await press(pilot, key)
            assert type(stage.app.screen).__name__ == name
            assert name == "Palette" or "Help" in text_of(stage.app)
            for widget in (stage.app.screen, *stage.app.screen.query("*")):
                closed += [weakref.ref(widget), weakref.ref(widget._styles_cache)]
            del widget
            await press(pilot, "escape")
        await press(pilot, "right", "left")
        assert_lists_of_screens(stage.app)
        assert alive(closed) == []


async def test_pages_are_released_after_signing_out() -> None:
    stage = Stage()
    async with stage.run("2", "3") as pilot:
        pages = [*map(weakref.ref, stage.app._navigator._pages.values())]
        assert len(pages) == 2
        stage.app.sign_out()
        await idle(pilot)
        await press(pilot, "tab", "tab")
        # Textual removes the watchers of closed screens when the watched value changes.
        stage.app.app_focus = False
        stage.app.app_focus = True
        assert_lists_of_screens(stage.app)
        assert alive(pages) == []


def test_background_styles_are_shared() -> None:
    Stage(access=FakeAccess())
    black, white = Color.parse("#000000"), Color.parse("#ffffff")
    first, second = StylesCache(), StylesCache()
    inner, outer = first.get_inner_outer(black, white.with_alpha(0.5))
    assert inner.background == Color(127, 127, 127)
    assert outer.background == black
    assert second.get_inner_outer(black, white.with_alpha(0.5))[0] is inner
