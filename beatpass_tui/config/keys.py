"""Every key of the program: its id, what it does, and where it works.

The bindings of app, screens and widgets are made from this table, the palette, the help and the
README show it, and what a reader remaps is checked against it. It knows no terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from beatpass_tui.config.key_names import display_key, normalize_key

HOME = "dashboard"
BLOCKED, SIGN_IN, HELP = "blocked", "sign-in", "help"
INNER = ("finances", "activity", "progress", "leaderboards", "beats", "collections")
PAGES = (HOME, *INNER)
EVERYWHERE = (*PAGES, BLOCKED, SIGN_IN)


class Key(NamedTuple):
    """One thing that a key does, wherever it does it."""

    id: str
    """What the configuration calls it; it never changes."""
    keys: tuple[str, ...]
    """The keys that do it, as people type them: "r", "?", "ctrl+p", "escape"."""
    name: str
    """The command of the palette."""
    description: str
    where: tuple[str, ...] = PAGES
    """The screens on which it works."""
    label: str = ""
    """What the footer says where several keys stand under one word; else the name."""


GROUPS: Mapping[str, str] = {
    "Page": "Open that card of Quick Navigation, from every page.",
    "Move": "Move the cursor.",
    "Tab": "Go to the previous or the next tab or page of a list.",
    "Turn": "Go to the page of newer or of older rows.",
    "Category": "Show the previous or the next category.",
    "Column": "Choose the column to sort by.",
}
"""What the keys that share a word in the footer do together."""

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")

KEYS: tuple[Key, ...] = (
    *(
        Key(
            f"page.open_{place}",
            (str(place),),
            f"Open card {place}",
            f"Open the {ordinal} card of Quick Navigation, from every page.",
            label="Page",
        )
        for place, ordinal in enumerate(_ORDINALS, start=1)
    ),
    Key("move.up", ("up", "k"), "Move up", "Move the cursor up.", (*PAGES, HELP), "Move"),
    Key("move.down", ("down", "j"), "Move down", "Move the cursor down.", (*PAGES, HELP), "Move"),
    Key("move.left", ("left", "h"), "Move left", "Move the cursor to the left.", label="Move"),
    Key("move.right", ("right", "l"), "Move right", "Move the cursor to the right.", label="Move"),
    Key("move.first", ("home",), "Go to the first", "Go to the first card, row or day."),
    Key("move.last", ("end",), "Go to the last", "Go to the last card, row or day."),
    Key("move.page_up", ("pageup",), "Page up", "Go up by a window.", (*INNER, HELP)),
    Key("move.page_down", ("pagedown",), "Page down", "Go down by a window.", (*INNER, HELP)),
    Key("focus.next", ("tab",), "Next part", "Go to the next part of the page.", EVERYWHERE),
    Key(
        "focus.previous",
        ("shift+tab",),
        "Previous part",
        "Go to the previous part of the page.",
        EVERYWHERE,
    ),
    Key("cursor.open", ("enter",), "Open", "Open what is under the cursor."),
    Key(
        "page.back",
        ("escape",),
        "Back",
        "Close the innermost thing, then go back to Home.",
        (*INNER, SIGN_IN, HELP),
    ),
    Key(
        "page.refresh",
        ("r",),
        "Refresh",
        "Ask again for what failed or is not up to date.",
        (*PAGES, BLOCKED),
    ),
    Key(
        "page.browse",
        ("o",),
        "Browser",
        "Open what is under the cursor on the web.",
        (*PAGES, BLOCKED),
    ),
    Key("page.copy", ("y",), "Copy", "Copy the number, row or address under the cursor."),
    Key(
        "list.find",
        ("/",),
        "Find",
        "Find as you type.",
        ("beats", "collections"),
    ),
    Key(
        "list.sort",
        ("s",),
        "Sort",
        "Sort by the chosen column; the third press undoes it.",
        ("beats",),
    ),
    Key(
        "list.filter",
        ("f",),
        "Filter",
        "Take the next filter.",
        ("finances", "progress", "beats"),
    ),
    Key(
        "list.previous",
        ("[",),
        "Previous tab",
        "Go to the previous tab or page of a list.",
        INNER,
        "Tab",
    ),
    Key("list.next", ("]",), "Next tab", "Go to the next tab or page of a list.", INNER, "Tab"),
    Key(
        "finances.type",
        ("t",),
        "Type",
        "Show the transactions of another type.",
        ("finances",),
    ),
    Key(
        "activity.period",
        ("p",),
        "Period",
        "Show another period, or days, weeks or months of the history.",
        ("activity",),
    ),
    Key(
        "page.export",
        ("e",),
        "Export as CSV",
        "Write the rows that are loaded to a file, as CSV.",
        INNER,
    ),
    Key(
        "page.export_json",
        ("E",),
        "Export as JSON",
        "Write the rows that are loaded to a file, as JSON.",
        INNER,
    ),
    Key(
        "home.moved",
        ("m",),
        "Top movers",
        "Say which beats are behind the change in plays.",
        (HOME,),
    ),
    Key(
        "progress.rarity",
        ("v",),
        "Rarity",
        "Show achievements of another rarity.",
        ("progress",),
    ),
    Key(
        "beats.load_all",
        ("L",),
        "Load all",
        "Load the rest of the catalog, 30 pages a minute.",
        ("beats",),
    ),
    Key("account.sign_in", ("a",), "Sign in", "Sign in again, once the token has expired."),
    Key(
        "account.sign_out",
        ("s",),
        "Sign out",
        "Forget the token, where the account has no dashboard.",
        (BLOCKED,),
    ),
    Key(
        "app.help",
        ("?",),
        "Help",
        "Show every key that does something here.",
        (*EVERYWHERE, HELP),
    ),
    Key(
        "app.palette",
        ("ctrl+p",),
        "Palette",
        "Find a command: every key, every page, every theme.",
        EVERYWHERE,
    ),
    Key("app.quit", ("q",), "Quit", "Leave the program.", EVERYWHERE),
    Key("app.leave", ("ctrl+q",), "Quit at once", "Leave the program from anywhere.", EVERYWHERE),
    Key(
        "app.interrupt",
        ("ctrl+c",),
        "Quit or copy",
        "Copy selected text, else leave the program.",
        EVERYWHERE,
    ),
    Key(
        "app.suspend",
        ("ctrl+z",),
        "Suspend",
        "Stop the program until the shell's fg.",
        EVERYWHERE,
    ),
)
"""Every key, in the order in which it is shown."""

BY_ID: Mapping[str, Key] = {key.id: key for key in KEYS}


class Keyboard(NamedTuple):
    """Which keys do what: the table, and what the reader has remapped."""

    remapped: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """Ids and their keys, by the names of `normalize_key`."""
    words: bool = False
    """Whether keys are written in words alone."""

    def keys(self, id: str) -> tuple[str, ...]:
        """Return the keys of an id by the names of `normalize_key`."""
        if id in self.remapped:
            return self.remapped[id]
        return tuple(normalize_key(key) or key for key in BY_ID[id].keys)

    def shown(self, id: str) -> str:
        """Return the first key of an id as it is shown."""
        return display_key(self.keys(id)[0], words=self.words)

    def fill(self, words: str) -> str:
        """Return a sentence of ours with keys in the place of their ids in braces."""
        return re.sub(r"\{([a-z._0-9]+)\}", self._fill, words)

    def _fill(self, found: re.Match[str]) -> str:
        return self.shown(found[1]) if found[1] in BY_ID else found[0]

    def clashes(self) -> Iterator[tuple[str, Key, Key]]:
        """Return each key that would do two things on one screen, with both of them.

        The first of the two is one that was remapped.
        """
        for index, one in enumerate(KEYS):
            for other in KEYS[index + 1 :]:
                if not {one.id, other.id} & set(self.remapped) or not set(one.where) & set(
                    other.where
                ):
                    continue
                for key in self.keys(one.id):
                    if key in self.keys(other.id):
                        pair = (one, other) if one.id in self.remapped else (other, one)
                        yield display_key(key), *pair
