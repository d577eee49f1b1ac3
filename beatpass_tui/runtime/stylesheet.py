"""A stylesheet that matches its rules once with each kind of node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from textual.app import App
from textual.css.model import RuleSet, SelectorType
from textual.css.styles import RenderStyles, RulesMap
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

_LIMIT = 2_000
"""Most results kept."""
_OF_APP = frozenset(("dark", "light", "ansi", "nocolor", "inline"))
"""Pseudo-classes that all nodes of an app have or have not."""

_Key = tuple[object, ...]
_Flags = tuple[bool, bool, bool, bool]


class Match(NamedTuple):
    """The rules of a kind of node, and those of its component classes that were used."""

    flags: _Flags
    rules: RulesMap | None
    components: dict[str, RulesMap]
    applied: RulesMap
    """What a new node has once it was given the rules, without its layout; empty if not known."""


class _Kind(NamedTuple):
    """What the rules that may match a kind of node or its components ask for."""

    pseudo_classes: frozenset[str]
    classes: frozenset[str]
    token: object
    """Stands for these rules in their order."""


class MatchCache:
    """The results of one set of rules.

    Opening a page adds rules. Results that these do not affect are taken from `previous`.
    """

    def __init__(self, rules: list[RuleSet], previous: MatchCache | None = None) -> None:
        self.rules = rules
        self.matches: dict[_Key, Match] = {} if previous is None else previous.matches
        self.tokens: dict[tuple[RuleSet, ...], object] = {} if previous is None else previous.tokens
        self._kinds: dict[_Key, _Kind] = {}
        self._places = {rule: place for place, rule in enumerate(rules)}

    def clear(self) -> None:
        self.matches.clear()
        self.tokens.clear()
        self._kinds.clear()

    def kind(self, key: _Key, node: DOMNode, rules: Mapping[str, Iterable[RuleSet]]) -> _Kind:
        """Return what `rules`, which are by selector, say about the kind of `node`."""
        kind = self._kinds.get(key)
        if kind is None:
            components = {f".{name}" for name in node._get_component_classes()}
            selectors = node._selector_names | components | {DOMNode.__name__}
            relevant = {rule for selector in selectors for rule in rules.get(selector, ())}
            in_order = tuple(sorted(relevant, key=self._places.__getitem__))
            names = frozenset[str]().union(*(rule.pseudo_classes for rule in in_order))
            classes = frozenset(
                selector.name
                for rule in in_order
                for selector_set in rule.selector_set
                for selector in selector_set.selectors
                if selector.type is SelectorType.CLASS
            )
            kind = _Kind(names, classes, self.tokens.setdefault(in_order, object()))
            self._kinds[key] = kind
        return kind


class ComponentStyles(dict[str, RenderStyles]):
    """The styles of a node's component classes, matched with the rules when they are used."""

    def __init__(self, stylesheet: CachedStylesheet, node: DOMNode, match: Match) -> None:
        super().__init__()
        self._stylesheet = stylesheet
        self._node = node
        self._match = match
        self._names = node._get_component_classes()

    def __contains__(self, name: object) -> bool:
        return name in self._names or super().__contains__(name)

    def __missing__(self, name: str) -> RenderStyles:
        component = DOMNode(classes=name)
        component._attach(self._node)
        known = self._match.components
        if name in known:
            component._css_styles._rules.update(known[name])
        else:
            self._stylesheet.apply(component)
            if self._stylesheet.is_current(self._node, self._match):
                known[name] = component.styles.base._rules.copy()
        self[name] = component.styles
        return component.styles

    def clear(self) -> None:
        super().clear()
        self._names = frozenset()

    def is_like(self, previous: dict[str, RenderStyles]) -> bool:
        """Return whether the component classes that were used look as before."""
        return isinstance(previous, ComponentStyles) and (
            previous._match is self._match
            or all(
                name in self and styles.base._rules == self[name].base._rules
                for name, styles in previous.items()
            )
        )


class CachedStylesheet(Stylesheet):
    """A stylesheet that keeps the rules that it found for each kind of node in each place.

    Textual matches a node, and each of its component classes, with hundreds of rules whenever
    the node is mounted: most of the time of opening a page.
    """

    new_cache: Callable[[list[RuleSet], MatchCache | None], MatchCache] = MatchCache

    _cache: MatchCache | None = None
    _replaced: RulesMap | None = None
    """The rules that the last call of `apply` found."""

    def apply(
        self,
        node: DOMNode,
        *,
        animate: bool = False,
        cache: dict[tuple[Any, ...], RulesMap] | None = None,
    ) -> None:
        if node.__class__ is DOMNode:
            # A component class, of a node that has not been matched yet.
            super().apply(node, animate=animate, cache=cache)
            return
        known = self._cache
        if known is None or known.rules is not self.rules:
            known = self._cache = self.__class__.new_cache(self.rules, known)
        key = self._key(node, known)
        match, own = known.matches.get(key), node._css_styles
        # Setting the rules of such a node one by one has no other effect.
        is_new = not own._rules and not node._is_mounted and not animate
        if match is not None and match.rules is not None:
            (
                node._has_hover_style,
                node._has_focus_within,
                node._has_order_style,
                node._has_odd_or_even,
            ) = match.flags
            if match.applied and is_new:
                own._rules.update(match.applied)
                if (layout := match.rules.get("layout")) is not None:
                    # Each node has its own.
                    own.layout = layout
                own._updates += 1
                node.notify_style_update()
            else:
                self.replace_rules(node, match.rules, animate=animate)
        else:
            self._replaced = None
            super().apply(node, animate=animate, cache=cache)
            if len(known.matches) >= _LIMIT:
                known.clear()
            applied = own._rules.copy() if is_new else RulesMap()
            applied.pop("layout", None)
            match = known.matches[key] = Match(flags(node), self._replaced, {}, applied)
        styles = ComponentStyles(self, node, match)
        is_same = styles.is_like(node._component_styles)
        node._component_styles = styles
        if not is_same:
            node.refresh()

    def _process_component_classes(self, node: DOMNode) -> None:
        """Leave the component classes, most of which are never used, to `ComponentStyles`."""

    def is_current(self, node: DOMNode, match: Match) -> bool:
        """Return whether a node, which may have changed since, still has these rules."""
        known = self._cache
        if known is None or known.rules is not self.rules:
            return False
        return known.matches.get(self._key(node, known)) is match

    def replace_rules(  # type: ignore[override]
        self, node: DOMNode, rules: RulesMap, animate: bool = False
    ) -> None:
        if node.__class__ is not DOMNode:
            self._replaced = rules
        super().replace_rules(node, rules, animate=animate)

    def _key(self, node: DOMNode, known: MatchCache) -> _Key:
        """Return everything that the selectors can ask for about a node and its ancestors."""
        kind = node.__class__, node._id, frozenset(node._classes)
        names, classes, token = known.kind(kind, node, self.rules_map)
        key: list[object] = [kind, token]
        parent: Any = node
        while True:
            checks = parent._PSEUDO_CLASSES
            is_app = isinstance(parent, App)
            for name in names:
                if (is_app or name not in _OF_APP) and name in checks and checks[name](parent):
                    key.append(name)
            parent = parent._parent
            if not isinstance(parent, DOMNode):
                return tuple(key)
            # An empty set takes 200 bytes.
            common = classes.intersection(parent._classes) or None
            key += (parent.__class__, parent._id, common)


def flags(node: DOMNode) -> _Flags:
    """Return what `Stylesheet.apply` records about the rules that may match a node."""
    return (
        node._has_hover_style,
        node._has_focus_within,
        node._has_order_style,
        node._has_odd_or_even,
    )
