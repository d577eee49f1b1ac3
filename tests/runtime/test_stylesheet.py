"""Cached rules are those that Textual finds."""

from __future__ import annotations

from typing import Any

import pytest
from textual.css.styles import RulesMap
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.pilot import Pilot

from beatpass_tui.runtime import stylesheet
from beatpass_tui.runtime.stylesheet import CachedStylesheet, MatchCache
from support.app_harness import Stage, idle, press


def state(node: DOMNode) -> dict[str, Any]:
    """Return what styling a node changes."""
    return {
        "rules": dict(node.styles.base._rules),
        "flags": stylesheet.flags(node),
        "components": {
            name: dict(node.get_component_styles(name).base._rules)
            for name in node._get_component_classes()
        },
    }


async def check(pilot: Pilot[None]) -> None:
    """Check all nodes of the current screen."""
    await idle(pilot)
    app = pilot.app
    for node in (app, *app.screen.walk_children(with_self=True)):
        cached = state(node)
        Stylesheet.apply(app.stylesheet, node)
        Stylesheet._process_component_classes(app.stylesheet, node)
        assert cached == state(node), node.css_path_nodes


@pytest.mark.parametrize("limit", [2_000, 3])
async def test_rules_are_those_without_a_cache(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stylesheet, "_LIMIT", limit)
    # Other tests have filled the cache of the run.
    monkeypatch.setattr(CachedStylesheet, "new_cache", MatchCache)
    stage = Stage()
    async with stage.run(size=(120, 36)) as pilot:
        for keys in (["tab"], ["2"], ["escape", "2"], ["tab"], ["question_mark"]):
            await press(pilot, *keys)
            await check(pilot)
        await press(pilot, "escape", "escape")
        await pilot.hover("#stats StatCard")
        stage.app.screen.query_one("#stats").disabled = True
        await check(pilot)
        stage.app.theme = "beatpass-light"
        await check(pilot)
        await pilot.resize_terminal(80, 24)
        await check(pilot)
        stage.app.app_focus = False
        await check(pilot)


async def test_rules_are_matched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage()
    async with stage.run("2", "escape") as pilot:
        matched: list[DOMNode] = []
        apply = Stylesheet.apply

        def record(
            itself: Stylesheet,
            node: DOMNode,
            *,
            animate: bool = False,
            cache: dict[tuple[Any, ...], RulesMap] | None = None,
        ) -> None:
            matched.append(node)
            apply(itself, node, animate=animate, cache=cache)

        monkeypatch.setattr(Stylesheet, "apply", record)
        for _ in range(2):
            await press(pilot, "2", "escape")
        assert matched == []
