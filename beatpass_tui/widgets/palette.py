"""The command palette: beats, albums, pages, commands and themes in groups."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from rich.cells import cell_len
from rich.style import Style
from textual import events, work
from textual.app import ComposeResult, SystemCommand
from textual.color import Color
from textual.command import CommandInput, CommandPalette
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from beatpass_tui import formatting
from beatpass_tui.models.text import fold, fold_query
from beatpass_tui.view_models.finder import SPREAD, Finder, Rank
from beatpass_tui.widgets.palette_list import Line, PaletteInput, PaletteList, Part, cells, truncate

IN_WORDS: Rank = (3, 1)
"""The rank of an entry whose description matches."""

MOST = 8
"""Maximum number of hits in a group while something is typed."""

_WIDTH, _MARGIN = 76, 5
_NAME, _GAP = 18, 2
"""Minimum cells of names, and cells between columns."""


class Entry(NamedTuple):
    """Something that the palette offers."""

    name: str
    run: Callable[[], object]
    about: str = ""
    note: str = ""
    """At the right end."""
    colors: tuple[str, ...] = ()
    """Colors to show before the note."""


class Found(NamedTuple):
    """The entries of a group that match, best first."""

    entries: Sequence[Entry]
    note: str = ""
    best: Rank = (0, 0)
    """How the first one matches."""
    total: int = 0
    """The number of all matches."""


class PaletteGroup(NamedTuple):
    """A group of entries; `find` returns those that match, or all without a text."""

    title: str
    glyph: str
    find: Callable[[Finder | None], Found]


def listed(
    title: str, glyph: str, entries: Iterable[Entry], *, discover: bool = True
) -> PaletteGroup:
    """Return a group of a few entries; without `discover` they are matched by typing only."""
    known = [(entry, fold(entry.name), fold(entry.about)) for entry in entries]

    def find(finder: Finder | None) -> Found:
        if finder is None:
            return Found([entry for entry, _, _ in known] if discover else ())
        ranked = [(rank(finder, name, about), entry) for entry, name, about in known]
        hits = sorted(
            ((rank, entry) for rank, entry in ranked if rank is not None), key=lambda hit: hit[0]
        )
        if hits and hits[0][0] < SPREAD:
            hits = [hit for hit in hits if hit[0] < SPREAD]
        best = hits[0][0] if hits else (0, 0)
        return Found([entry for _, entry in hits[:MOST]], best=best, total=len(hits))

    return PaletteGroup(title, glyph, find)


def rank(finder: Finder, name: str, about: str) -> Rank | None:
    """Return how a name matches, or else the words that describe it."""
    matched = finder.rank(name)
    if matched is None and len(finder.query) > 2 and finder.query in about:
        return IN_WORDS
    return matched


def command_entries(commands: Iterable[SystemCommand]) -> list[Entry]:
    """Return the entries of commands, whose help begins with their key."""
    entries = []
    for command in commands:
        key, separator, sentence = command.help.partition(" · ")
        about, note = (sentence, key) if separator else (command.help, "")
        entries.append(Entry(command.title, command.callback, about, note))
    return entries


class Palette(CommandPalette):
    """Textual's palette with groups; one line for each hit, best groups first.

    `describe` says in the last line what is searched. `load` completes what is searched from the
    disk and returns whether anything was added.
    """

    def __init__(
        self,
        groups: Sequence[PaletteGroup],
        *,
        describe: Callable[[], str] = str,
        load: Callable[[], Awaitable[bool]] | None = None,
        placeholder: str = "Search",
    ) -> None:
        super().__init__(providers=(), placeholder=placeholder, id="--command-palette")
        self._groups = groups
        self._describe = describe
        self._load = load
        self._note: str | None = None
        """The last line, as it is shown."""
        # Textual would open the list with a key.
        self.set_reactive(CommandPalette._list_visible, True)

    def compose(self) -> ComposeResult:
        with Vertical(id="--container"):
            yield PaletteInput(placeholder=self._placeholder, select_on_focus=False)
            yield PaletteList()
            yield Static(id="palette-note", markup=False)

    def _watch__list_visible(self) -> None:
        """Keep the list: Textual would hide and show it with other widgets."""

    def _gather_commands(self, search_value: str) -> None:  # type: ignore[override]
        """Show the entries that match at once; nothing waits for another task."""
        finder = Finder(search_value) if fold_query(search_value) else None
        matched = [(group, group.find(finder)) for group in self._groups]
        shown = sorted((pair for pair in matched if pair[1].entries), key=lambda pair: pair[1].best)
        if shown and shown[0][1].best < SPREAD:
            # Letters that are spread over a name say nothing where others match whole.
            shown = [pair for pair in shown if pair[1].best < SPREAD]
        lines = []
        for group, hits in shown:
            lines.append(Line(self._heading(group.title, hits.note)))
            for entry in hits.entries:
                lines.append(Line(self._line(group.glyph, entry, finder), entry.name, entry.run))
        if not lines:
            lines.append(Line([Part("No matches")]))
        self.query_one(PaletteList).show(lines, 1 if shown else None)
        note = self._describe()
        if finder is not None:
            count = formatting.plural(sum(hits.total for _, hits in shown), "result")
            note = " · ".join(filter(None, (count, note)))
        if note != self._note:
            self._note = note
            self.query_one("#palette-note", Static).update(Content(note), layout=False)
        self.add_class("-ready")

    def on_mount(self) -> None:
        """Complete what is searched after the first frame."""
        if self._load is not None:
            self._complete(self._load)

    @work(group="complete")
    async def _complete(self, load: Callable[[], Awaitable[bool]]) -> None:
        if await load() and self.is_running:
            self._gather_commands(self.query_one(CommandInput).value.strip())

    def on_resize(self, event: events.Resize) -> None:
        """Lay out the lines for the width of the window."""
        self._gather_commands(self.query_one(CommandInput).value.strip())

    @property
    def _width(self) -> int:
        return min(_WIDTH, self.app.size.width) - _MARGIN

    def _heading(self, title: str, note: str) -> list[Part]:
        right = f" {note}" if note else ""
        rule = max(self._width - cell_len(title) - 1 - cell_len(right), 0)
        return [
            Part(title, Style(bold=True)),
            self._colored(f" {'─' * rule}", "track"),
            self._colored(right, "quiet"),
        ]

    def _line(self, glyph: str, entry: Entry, finder: Finder | None) -> list[Part]:
        width = self._width
        right = [] if self.app.no_color else [_block(color) for color in entry.colors]
        if entry.note:
            right.append(self._colored(f"  {entry.note}", "quiet"))
        left = [self._colored(f"{glyph} ", "ink-primary")] if glyph else []
        left += self._highlighted(entry.name, finder)
        column = max(_NAME, width // 3)
        room, taken = width - cells(right), cells(left)
        about = room - max(column, taken) - _GAP
        if entry.about and about >= cell_len(entry.about[:4]) + 4:
            left.append(Part(" " * (max(column - taken, 0) + _GAP)))
            left.append(self._colored(entry.about, "quiet"))
        left = truncate(left, room)
        return [*left, Part(" " * (room - cells(left))), *right]

    def _highlighted(self, name: str, finder: Finder | None) -> list[Part]:
        if finder is None:
            return [Part(name)]
        # Folding may turn one character into several, or none.
        sources = [index for index, each in enumerate(name) for _ in fold(each)]
        positions = finder.positions("".join(map(fold, name)))
        hits = {sources[position] for position in positions}
        style = self._colored("", "ink-primary").style + Style(bold=True)
        runs = groupby(enumerate(name), lambda each: each[0] in hits and not each[1].isspace())
        return [
            Part("".join(letter for _, letter in run), style if is_hit else Style.null())
            for is_hit, run in runs
        ]

    def _colored(self, text: str, name: str) -> Part:
        return Part(text, Style(color=Color.parse(self.app.theme_variables[name]).rich_color))


def _block(color: str) -> Part:
    return Part("  ", Style(bgcolor=Color.parse(color).rich_color))
