"""Speed-ups of the test suite; they change no result, only how often work is repeated.

Together they take the slowest test files from 45 s to 19 s:

- frames are drawn when a test looks at the screen, not 60 times a second;
- lines are not kept for the next frame, as most are drawn once;
- stylesheets are parsed once per run, not once per app;
- apps share the rules that their stylesheets have matched;
- `RuleSet.__hash__` is the one of `object` (equal by identity anyway, called millions of times);
- the demo's catalog is generated once;
- the classes that handle a kind of message are looked up once;
- the garbage collector ignores what existed before the first test, and runs rarely; at the end,
  pytest's search for garbage finds only what the last tests left.
"""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable, Iterable
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import pytest
from textual import screen, strip
from textual.app import App
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen

from beatpass_tui.demo import catalog
from beatpass_tui.runtime import stylesheet
from beatpass_tui.runtime.stylesheet import CachedStylesheet, MatchCache

_Parsed = dict[tuple[Any, ...], list[RuleSet]]
_parsed: dict[tuple[Any, ...], _Parsed] = {}
"""The rule sets that were parsed with the same variables."""
_parsed_by: WeakKeyDictionary[Stylesheet, tuple[dict[str, str], _Parsed]] = WeakKeyDictionary()
"""The variables of a stylesheet, and the rule sets that were parsed with them."""
_parse_rules = Stylesheet._parse_rules
_matched: dict[tuple[int, ...], MatchCache] = {}
_find_dispatch_methods = MessagePump._get_dispatch_methods
_handlers: dict[tuple[type, str, type], list[tuple[type, str]] | None] = {}
"""The classes and names of the handlers of a message; None if some have a decorator."""
_draw = Screen._compositor_refresh
_shut_down = App._shutdown
_inspected: WeakSet[App[Any]] = WeakSet()
"""The apps whose screen a test has read."""


class _EmptyCache:
    """A cache that keeps nothing; each line of a frame has seven caches."""

    def get(self, key: object) -> None:
        return None

    def __setitem__(self, key: object, value: object) -> None:
        pass


_EMPTY_CACHE = _EmptyCache()


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the slow parts of Textual and of the demo for the whole run."""
    monkeypatch.setattr(screen, "UPDATE_PERIOD", 60.0)
    monkeypatch.setattr(Screen, "_compositor_refresh", _defer_drawing)
    monkeypatch.setattr(App, "_shutdown", _draw_and_shut_down)
    monkeypatch.setattr(strip, "FIFOCache", lambda maxsize: _EMPTY_CACHE)
    monkeypatch.setattr(Stylesheet, "_parse_rules", _parse_rules_once)
    monkeypatch.setattr(CachedStylesheet, "new_cache", staticmethod(_shared_cache))
    monkeypatch.setattr(stylesheet, "_LIMIT", 50_000)
    monkeypatch.setattr(RuleSet, "__hash__", object.__hash__)
    monkeypatch.setattr(MessagePump, "_get_dispatch_methods", _dispatch_methods)
    monkeypatch.setattr(catalog, "full", lru_cache(maxsize=8)(catalog.full))


def tune_garbage_collector() -> None:
    """Exclude all objects that exist now from garbage collection, and collect rarely."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()


def finish_garbage_collection() -> None:
    """Collect once, and leave nothing to the five collections at the end of pytest."""
    gc.collect()
    gc.freeze()


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
        make_frame(app)
        # Each widget is drawn; a test that does not look at the frame needs none.
        for _ in app.screen._compositor._get_renders():
            pass
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
    variables, known = _parsed_by.get(stylesheet, (None, {}))
    if variables is not stylesheet._variables:
        variables = stylesheet._variables
        known = _parsed.setdefault(tuple(variables.items()), {})
        _parsed_by[stylesheet] = variables, known
    if arguments not in known:
        known[arguments] = _parse_rules(stylesheet, *arguments)
    return known[arguments]


def _dispatch_methods(
    pump: MessagePump, method_name: str, message: Message
) -> Iterable[tuple[type, Callable[[Message], Awaitable[Any]]]]:
    """Do what Textual does, and look only at classes that have a handler."""
    key = pump.__class__, method_name, message.__class__
    if key not in _handlers:
        bases = pump.__class__.__mro__
        kinds = set(message.__class__.__mro__)
        decorated = (vars(base).get("_decorated_handlers") or {} for base in bases)
        names = (f"_{method_name}", method_name)
        is_plain = all(kinds.isdisjoint(handlers) for handlers in decorated)
        own = [(base, next((name for name in names if vars(base).get(name)), "")) for base in bases]
        _handlers[key] = [(base, name) for base, name in own if name] if is_plain else None
    handlers = _handlers[key]
    if handlers is None:
        yield from _find_dispatch_methods(pump, method_name, message)
        return
    for base, name in handlers:
        if message._no_default_action:
            break
        method = vars(base)[name]
        if not getattr(method, "_textual_on", None):
            yield base, method.__get__(pump, base)


def _shared_cache(rules: list[RuleSet], previous: MatchCache | None) -> MatchCache:
    """Return the matches that all apps share, by which of their rules can match a node."""
    # Rule sets are shared by the apps of a run, and live until its end.
    key = tuple(map(id, rules))
    if key not in _matched:
        _matched[key] = MatchCache(rules, next(iter(_matched.values()), None))
    cache = _matched[key]
    cache.rules = rules
    return cache
