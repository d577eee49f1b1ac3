"""Speed-ups of the test suite; they change no result, only how often work is repeated.

Together they take the slowest test files from 45 s to 19 s:

- frames are drawn when a test looks at the screen, not 60 times a second;
- stylesheets are parsed once per run, not once per app;
- rules are matched once per run with each kind of widget in each kind of place;
- `RuleSet.__hash__` is the one of `object` (equal by identity anyway, called millions of times);
- the demo's catalog is generated once;
- the garbage collector ignores what existed before the first test, and runs rarely.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import pytest
from textual import screen
from textual.app import App
from textual.css.model import RuleSet
from textual.css.styles import RulesMap
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.screen import Screen

from beatpass_tui.demo import catalog

_parsed: dict[tuple[Any, ...], list[RuleSet]] = {}
_parse_rules = Stylesheet._parse_rules
_matched: dict[tuple[Any, ...], dict[str, RulesMap]] = {}
_sheets: WeakKeyDictionary[Stylesheet, tuple[list[RuleSet], int, frozenset[str]]] = (
    WeakKeyDictionary()
)
_PSEUDO_CLASSES_OF_THE_APP = {"dark", "light", "ansi", "nocolor", "inline"}
_process_components = Stylesheet._process_component_classes
_draw = Screen._compositor_refresh
_shut_down = App._shutdown
_inspected: WeakSet[App[Any]] = WeakSet()
"""The apps whose screen a test has read."""


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the slow parts of Textual and of the demo for the whole run."""
    monkeypatch.setattr(screen, "UPDATE_PERIOD", 60.0)
    monkeypatch.setattr(Screen, "_compositor_refresh", _defer_drawing)
    monkeypatch.setattr(App, "_shutdown", _draw_and_shut_down)
    monkeypatch.setattr(Stylesheet, "_parse_rules", _parse_rules_once)
    monkeypatch.setattr(Stylesheet, "_process_component_classes", _match_components_once)
    monkeypatch.setattr(RuleSet, "__hash__", object.__hash__)
    monkeypatch.setattr(catalog, "full", lru_cache(maxsize=8)(catalog.full))


def tune_garbage_collector() -> None:
    """Exclude all objects that exist now from garbage collection, and collect rarely."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def visible_screens(app: App[Any]) -> tuple[Screen[Any], ...]:
    """Return the current screen and those that show behind it."""
    # Textual counts the screen below an opaque one too; it never draws what it has pending.
    is_opaque = app.screen.styles.background.a == 1
    return (*(() if is_opaque else app._background_screens), app.screen)


def make_frame(app: App[Any]) -> None:
    """Update the visible screens, as Textual's timer does 60 times a second."""
    for each in visible_screens(app):
        each._on_timer_update()


def draw(app: App[Any]) -> None:
    """Draw what was deferred."""
    make_frame(app)
    if app.screen._compositor._dirty_regions:
        _draw(app.screen)


def mark_inspected(app: App[Any]) -> None:
    """Record that a test has read the screen of `app`."""
    _inspected.add(app)


def _defer_drawing(screen: Screen[Any]) -> None:
    """Skip the drawing, unless the test replaced `App._display` to see every frame."""
    if screen is screen.app.screen and "_display" not in vars(screen.app):
        screen._dirty_widgets.clear()
        screen.app._update_mouse_over(screen)
    else:
        _draw(screen)


async def _draw_and_shut_down(app: App[Any]) -> None:
    """Draw an app at its end if no test has read its screen: drawing must not fail either."""
    unseen = app not in _inspected
    if unseen and app.is_running and app._exception is None and app.screen_stack:
        draw(app)
    await _shut_down(app)


def _parse_rules_once(
    stylesheet: Stylesheet,
    css: str,
    read_from: tuple[str, str],
    is_default_rules: bool = False,
    tie_breaker: int = 0,
    scope: str = "",
) -> list[RuleSet]:
    arguments = (css, read_from, is_default_rules, tie_breaker, scope)
    key = (*arguments, tuple(stylesheet._variables.items()))
    if key not in _parsed:
        _parsed[key] = _parse_rules(stylesheet, *arguments)
    return _parsed[key]


def _match_components_once(stylesheet: Stylesheet, node: DOMNode) -> None:
    """Style the component classes of a node with the rules of an equal node, if there was one."""
    components = node._get_component_classes()
    if not components:
        return
    rules_id, names = _sheet_key(stylesheet)
    key = (rules_id, *(_node_key(each, names) for each in node.css_path_nodes))
    rules = _matched.get(key)
    if rules is None:
        _process_components(stylesheet, node)
        styles = node._component_styles
        _matched[key] = {name: styles[name].base._rules.copy() for name in components}
        return
    previous = node._component_styles.copy()
    node._component_styles.clear()
    for name in sorted(components):
        component = DOMNode(classes=name)
        component._attach(node)
        component._css_styles._rules.update(rules[name])
        node._component_styles[name] = component.styles
    if previous != node._component_styles:
        node.refresh()


def _sheet_key(stylesheet: Stylesheet) -> tuple[int, frozenset[str]]:
    """Return a value that equal stylesheets share, and the pseudo-classes in them."""
    rules = stylesheet.rules
    entry = _sheets.get(stylesheet)
    if entry is None or entry[0] is not rules:
        # Rule sets are shared by the apps of a run, and live until its end.
        names = frozenset().union(*(rule.pseudo_classes for rule in rules))
        entry = _sheets[stylesheet] = rules, hash(tuple(map(id, rules))), names
    return entry[1:]


def _node_key(node: DOMNode, names: frozenset[str]) -> tuple[object, ...]:
    """Return everything about a node that a selector can ask for."""
    checks: Mapping[str, Callable[[Any], bool]] = node._PSEUDO_CLASSES
    relevant = names if isinstance(node, App) else names - _PSEUDO_CLASSES_OF_THE_APP
    present = tuple(sorted(name for name in relevant if name in checks and checks[name](node)))
    return node.__class__, node._id, node.classes, present
