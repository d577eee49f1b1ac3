"""Bindings out of the table of keys, and which of them do something at the moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from beatpass_tui.config.key_names import group_keys, normalize_key
from beatpass_tui.config.keys import BY_ID, GROUPS, KEYS
from beatpass_tui.runtime.clock import Clock

_PLACES = {key.id: place for place, key in enumerate(KEYS)}


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
    """Return the binding of a key of the table to an action.

    `name`, `sentence` and `label` say what it does here, where that is more than the table knows.
    """
    key = BY_ID[id]
    label = key.label if label is None else label
    return Binding(
        ",".join(normalize_key(each) or each for each in key.keys),
        action,
        name or key.name,
        show=show,
        priority=priority,
        tooltip=sentence or key.description,
        id=id,
        group=Binding.Group(label) if label else None,
    )


REPEAT_SECONDS = 1.0
"""KeyRepeatDetector that follow each other faster than this are one key held down.

Terminals repeat a key after up to two thirds of a second, and then many times in each."""


class KeyRepeatDetector:
    """Tells the presses of a key from its repeats while it is held down."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._before: float | None = None

    def is_new_press(self) -> bool:
        """Take note that the key came, and return whether it was pressed anew."""
        now, before = self._clock.monotonic(), self._before
        self._before = now
        return before is None or now - before >= REPEAT_SECONDS


def action_for(screen: Screen[Any], key: str) -> str:
    """Return the name of the action that a key leads to as things are; empty if to none."""
    active = screen.active_bindings.get(key)
    return "" if active is None else active.binding.action.partition("(")[0]


NOT_IN_PALETTE: Mapping[str, str] = {
    "Page": "the palette names the pages themselves",
    "Move": "a palette is not opened to move a cursor by one",
    "Palette": "it is open",
}
"""What the palette leaves out of the keys, by label, and why."""


class Command(NamedTuple):
    """One thing that a key does here."""

    id: str
    name: str
    sentence: str
    action: str
    node: DOMNode
    """Where the action is to be run."""
    key: str
    """A key that does it."""


class ActiveKey(NamedTuple):
    """The keys that stand under one word."""

    label: str
    keys: str
    """How they are written."""
    sentence: str
    shown: bool
    """Whether the footer has room for them at all."""
    commands: Sequence[Command]

    @property
    def text(self) -> str:
        """Everything that can be searched for."""
        said = (part for each in self.commands for part in (each.name, each.sentence))
        return " ".join((self.keys, self.label, self.sentence, *said))


def active_keys(screen: Screen[Any]) -> list[ActiveKey]:
    """Return every key that does something on the screen as it is now."""
    found: dict[str, dict[str, Command]] = {}
    shown: set[str] = set()
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if not active.enabled or binding.id is None or binding.id not in BY_ID:
            continue
        label = binding.group.description if binding.group is not None else binding.description
        command = Command(
            binding.id, binding.description, binding.tooltip, binding.action, active.node, key
        )
        found.setdefault(label, {}).setdefault(binding.action, command)
        if binding.show:
            shown.add(label)
    return [_together(screen, label, label in shown, found[label]) for label in found]


def palette_commands(screen: Screen[Any]) -> Iterator[Command]:
    """Yield what the palette offers of the keys: each thing that they do here, once."""
    offered = set()
    listed = (
        command
        for entry in active_keys(screen)
        if entry.label not in NOT_IN_PALETTE
        for command in entry.commands
    )
    for command in sorted(listed, key=lambda command: _PLACES[command.id]):
        done = (command.action, command.node)
        if done not in offered:
            offered.add(done)
            yield command


def replace_brackets(label: str) -> str:
    """Return a label as the palette can show it, which takes brackets for markup."""
    return label.translate({ord("["): "(", ord("]"): ")"})


def _together(
    screen: Screen[Any], label: str, shown: bool, actions: dict[str, Command]
) -> ActiveKey:
    commands = sorted(actions.values(), key=lambda command: _PLACES[command.id])
    # Of the keys that do the same, the first is shown.
    keys = [
        screen.app.get_key_display(Binding(command.key, command.action)) for command in commands
    ]
    sentence = GROUPS[label] if label in GROUPS else commands[0].sentence
    return ActiveKey(label, group_keys(keys), sentence, shown, commands)
