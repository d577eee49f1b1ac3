"""The command palette: beats, albums, pages, commands and themes in groups."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual import events, work
from textual.app import ComposeResult, SystemCommand
from textual.color import Color
from textual.command import Command, CommandInput, CommandList, CommandPalette
from textual.containers import Vertical
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from beatpass_tui.models.text import fold
from beatpass_tui.view_models.finder import SPREAD, Finder, Rank

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
        return Found([entry for _, entry in hits[:MOST]], best=hits[0][0] if hits else (0, 0))

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


class _Choice(NamedTuple):
    """What Textual runs once a line is chosen; its own class would parse the text as markup."""

    text: str
    command: Callable[[], object]


def _command(line: Content, text: str = "", run: Callable[[], object] | None = None) -> Command:
    """Return a line of the list; without an action it can't be chosen."""
    choice = _Choice(text, run or (lambda: None))
    return Command(line, choice, disabled=run is None)  # type: ignore[arg-type]


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
        # Textual would open the list with a key.
        self.set_reactive(CommandPalette._list_visible, True)

    def compose(self) -> ComposeResult:
        with Vertical(id="--container"):
            yield CommandInput(placeholder=self._placeholder, select_on_focus=False)
            yield CommandList()
            yield Static(id="palette-note", markup=False)

    def _watch__list_visible(self) -> None:
        """Keep the list: Textual would hide and show it with other widgets."""

    def _gather_commands(self, search_value: str) -> None:  # type: ignore[override]
        """Show the entries that match at once; nothing waits for another task."""
        finder = Finder(search_value) if fold(search_value) else None
        matched = [(group, group.find(finder)) for group in self._groups]
        shown = sorted((pair for pair in matched if pair[1].entries), key=lambda pair: pair[1].best)
        if shown and shown[0][1].best < SPREAD:
            # Letters that are spread over a name say nothing where others match whole.
            shown = [pair for pair in shown if pair[1].best < SPREAD]
        options = []
        for group, hits in shown:
            options.append(_command(self._heading(group.title, hits.note)))
            for entry in hits.entries:
                prompt = self._line(group.glyph, entry, finder)
                options.append(_command(prompt, entry.name, entry.run))
        if not options:
            options.append(_command(Content("No matches")))
        commands = self.query_one(CommandList)
        commands.clear_options().add_options(options)
        if shown:
            commands.highlighted = 1
        self.query_one("#palette-note", Static).update(Content(self._describe()), layout=False)
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

    def _heading(self, title: str, note: str) -> Content:
        right = f" {note}" if note else ""
        cells = max(self._width - cell_len(title) - 1 - cell_len(right), 0)
        return (
            Content(title).stylize(Style(bold=True))
            + self._colored(f" {'─' * cells}", "track")
            + self._colored(right, "quiet")
        )

    def _line(self, glyph: str, entry: Entry, finder: Finder | None) -> Content:
        width = self._width
        colors = Content("") if self.app.no_color else Content("").join(map(_block, entry.colors))
        right = colors + self._colored(f"  {entry.note}" if entry.note else "", "quiet")
        name = self._colored(f"{glyph} " if glyph else "", "ink-primary")
        name += self._highlighted(entry.name, finder)
        column = max(_NAME, width // 3)
        room = width - right.cell_length
        about = room - max(column, name.cell_length) - _GAP
        if entry.about and about >= cell_len(entry.about[:4]) + 4:
            name += " " * max(column - name.cell_length, 0) + " " * _GAP
            name += self._colored(entry.about, "quiet")
        name = name.truncate(room, ellipsis=True)
        return name + " " * (room - name.cell_length) + right

    def _highlighted(self, name: str, finder: Finder | None) -> Content:
        content = Content(name)
        if finder is None:
            return content
        # Folding may turn one character into several, or none.
        sources = [index for index, each in enumerate(name) for _ in fold(each)]
        positions = finder.positions("".join(map(fold, name)))
        color = Color.parse(self.app.theme_variables["ink-primary"])
        style = Style(foreground=color, bold=True)
        for index in {sources[position] for position in positions}:
            if not name[index].isspace():
                content = content.stylize(style, index, index + 1)
        return content

    def _colored(self, text: str, name: str) -> Content:
        return Content(text).stylize(Style(foreground=Color.parse(self.app.theme_variables[name])))


def _block(color: str) -> Content:
    return Content("  ").stylize(Style(background=Color.parse(color)))
