"""Bindings for the keys in `config.keys`, and the keys that are currently active."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from beatpass_tui.config.key_names import group_keys, normalize_key
from beatpass_tui.config.keys import BY_ID, GROUPS, KEYS
from beatpass_tui.runtime.clock import Clock

_ORDER = {key.id: index for index, key in enumerate(KEYS)}

NOT_IN_PALETTE = frozenset(("Page", "Move", "Palette"))
"""Labels of keys that the palette doesn't list; it has its own commands for pages."""

_NO_KEY = "none:"
"""Prefix of the keys of bindings without a default key, which no terminal sends."""

_REPEAT_SECONDS = 1.0
"""Terminals repeat a held key after up to 0.7 seconds, then many times per second."""


def bind(
    id: str,
    action: str,
    name: str | None = None,
    sentence: str | None = None,
    *,
    label: str | None = None,
    show: bool = True,
    priority: bool = False,
) -> Binding:
    """Return the binding of a key to an action.

    `name`, `sentence` and `label` override those of the key.
    """
    key = BY_ID[id]
    label = key.label if label is None else label
    return Binding(
        # Textual's keymap can give a key only to a binding that has one.
        ",".join(normalize_key(each) or each for each in key.keys) or f"{_NO_KEY}{id}",
        action,
        name or key.name,
        show=show,
        priority=priority,
        tooltip=sentence or key.description,
        id=id,
        group=Binding.Group(label) if label else None,
    )


class KeyRepeatDetector:
    """Distinguishes new presses of a key from repeats while it is held down."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: float | None = None

    def is_new_press(self) -> bool:
        """Record a key event and return whether it is a new press."""
        now, last = self._clock.monotonic(), self._last
        self._last = now
        return last is None or now - last >= _REPEAT_SECONDS


def action_for(screen: Screen[Any], key: str) -> str:
    """Return the name of the action that a key currently runs, or ""."""
    active = screen.active_bindings.get(key)
    return "" if active is None else active.binding.action.partition("(")[0]


class Command(NamedTuple):
    """An action that a key currently runs."""

    id: str
    name: str
    sentence: str
    action: str
    node: DOMNode
    """The node on which the action runs."""
    key: str


class ActiveKey(NamedTuple):
    """The active keys that share a label in footer and help."""

    label: str
    keys: str
    """The keys as they are displayed."""
    sentence: str
    shown: bool
    """Whether the footer may show them."""
    commands: Sequence[Command]

    @property
    def search_text(self) -> str:
        texts = (text for command in self.commands for text in (command.name, command.sentence))
        return " ".join((self.keys, self.label, self.sentence, *texts))


def active_keys(screen: Screen[Any], *, for_footer: bool = False) -> list[ActiveKey]:
    """Return the keys that currently run an action, grouped by label.

    With `for_footer`, only those that the footer may show.
    """
    groups: dict[str, dict[str, Command]] = {}
    shown = set()
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if not active.enabled or binding.id is None or binding.id not in BY_ID:
            continue
        label = binding.group.description if binding.group is not None else binding.description
        command = Command(
            binding.id, binding.description, binding.tooltip, binding.action, active.node, key
        )
        # If several keys run the same action, the first one is displayed.
        groups.setdefault(label, {}).setdefault(binding.action, command)
        if binding.show and not key.startswith(_NO_KEY):
            shown.add(label)

    def merge(label: str) -> ActiveKey:
        commands = sorted(groups[label].values(), key=lambda command: _ORDER[command.id])
        keys = filter(None, (key_display(screen.app, command.key) for command in commands))
        sentence = GROUPS.get(label, commands[0].sentence)
        return ActiveKey(label, group_keys(keys), sentence, label in shown, commands)

    labels = shown if for_footer else groups
    return sorted(map(merge, labels), key=lambda entry: _ORDER[entry.commands[0].id])


def key_display(app: App[Any], key: str) -> str:
    """Return a key as it is displayed; empty for that of a command without a key."""
    return "" if key.startswith(_NO_KEY) else app.get_key_display(Binding(key, ""))


def key_prefix(app: App[Any], key: str) -> str:
    """Return a key before what it does; empty for that of a command without a key."""
    shown = key_display(app, key)
    return f"{shown} · " if shown else ""


def palette_commands(screen: Screen[Any]) -> Iterator[Command]:
    """Yield each active command once, in the order of `config.keys`."""
    commands = (
        command
        for entry in active_keys(screen)
        if entry.label not in NOT_IN_PALETTE
        for command in entry.commands
    )
    unique: dict[object, Command] = {}
    for command in sorted(commands, key=lambda command: _ORDER[command.id]):
        unique.setdefault((command.action, command.node), command)
    yield from unique.values()
