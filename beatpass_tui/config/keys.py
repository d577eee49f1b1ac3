"""Table of all keys.

Bindings are created from it; the palette, the help and docs/usage.md show it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from types import MappingProxyType
from typing import NamedTuple

from beatpass_tui.config.key_names import display_key, normalize_key

HOME = "dashboard"
BLOCKED, SIGN_IN, HELP = "blocked", "sign-in", "help"
INNER = ("finances", "activity", "progress", "leaderboards", "beats", "collections")
PAGES = (HOME, *INNER)
ACCOUNT = (*PAGES, BLOCKED)
SCROLLING = (*INNER, BLOCKED, HELP)
EVERYWHERE = (*ACCOUNT, SIGN_IN)


class Key(NamedTuple):
    """An action, and the keys that trigger it."""

    id: str
    """Name in the config file; never changes."""
    keys: tuple[str, ...]
    """Default keys, as written in the config file: "r", "?", "ctrl+p"; may be none."""
    name: str
    """Name in the palette."""
    description: str
    screens: tuple[str, ...] = PAGES
    label: str = ""
    """Footer label shared by several keys; by default the name."""
    nothing: str = ""
    """What the status line says where the key does nothing."""


GROUPS: Mapping[str, str] = {
    "Page": "Open a page.",
    "Move": "Move the cursor.",
    "Tab": "Previous or next tab or page.",
    "Next page": "Next or previous page of rows.",
    "View": "Previous or next view.",
    "Category": "Previous or next category.",
    "Column": "Select a column.",
    "Method": "Switch to the other way to sign in.",
    "Part": "Next or previous part.",
    "Ends": "First or last card, row or day.",
    "Scroll": "Scroll up or down one page.",
    "Web": "Open the item on the web.",
    "Movers": "Show the largest gains in plays.",
    "Export": "Export rows as CSV.",
}
"""Descriptions of footer labels that several keys share."""

KEYS: tuple[Key, ...] = (
    *(
        Key(
            f"page.open_{position}",
            (str(position),),
            f"Open card {position}",
            f"Open page {position} of Quick Navigation.",
            label="Page",
            nothing=f"There is no page {position}",
        )
        for position in range(1, 10)
    ),
    Key("move.up", ("up", "k"), "Move up", "Move the cursor up.", (*ACCOUNT, HELP), "Move"),
    Key(
        "move.down",
        ("down", "j"),
        "Move down",
        "Move the cursor down.",
        (*ACCOUNT, HELP),
        "Move",
    ),
    Key("move.left", ("left", "h"), "Move left", "Move the cursor left.", EVERYWHERE, "Move"),
    Key(
        "move.right",
        ("right", "l"),
        "Move right",
        "Move the cursor right.",
        EVERYWHERE,
        "Move",
    ),
    Key(
        "move.first",
        ("home",),
        "Go to the first",
        "Go to the first card, row or day.",
        label="Ends",
    ),
    Key(
        "move.last",
        ("end",),
        "Go to the last",
        "Go to the last card, row or day.",
        label="Ends",
    ),
    Key("move.page_up", ("pageup",), "Page up", "Scroll up one page.", SCROLLING, "Scroll"),
    Key(
        "move.page_down",
        ("pagedown",),
        "Page down",
        "Scroll down one page.",
        SCROLLING,
        "Scroll",
    ),
    Key("focus.next", ("tab",), "Next part", "Go to the next part.", EVERYWHERE, "Part"),
    Key(
        "focus.previous",
        ("shift+tab",),
        "Previous part",
        "Go to the previous part.",
        EVERYWHERE,
        "Part",
    ),
    Key(
        "cursor.open",
        ("enter",),
        "Open",
        "Open the item under the cursor.",
        nothing="Nothing to open here",
    ),
    Key(
        "page.back",
        ("escape",),
        "Back",
        "Close, or go back to Home.",
        (*INNER, SIGN_IN, HELP),
    ),
    Key(
        "page.refresh",
        ("r",),
        "Refresh",
        "Refresh stale or failed data.",
        ACCOUNT,
    ),
    Key(
        "page.browse",
        ("o",),
        "Open web",
        "Open the item on the web.",
        ACCOUNT,
        "Web",
        nothing="No web page for this item",
    ),
    Key(
        "page.copy",
        ("y",),
        "Copy",
        "Copy the item under the cursor.",
        nothing="Nothing to copy here",
    ),
    Key(
        "list.find",
        ("/",),
        "Find",
        "Find as you type.",
        ("finances", "activity", "progress", "leaderboards", "beats", "collections"),
        nothing="Nothing to find here",
    ),
    Key(
        "list.sort",
        ("s",),
        "Sort",
        "Sort by the selected column.",
        ("finances", "activity", "progress", "beats"),
        nothing="Nothing to sort here",
    ),
    Key(
        "list.filter",
        ("f",),
        "Filter",
        "Choose which rows are shown.",
        ("finances", "activity", "progress", "beats", "collections"),
        nothing="Nothing to filter here",
    ),
    Key(
        "list.previous",
        ("[",),
        "Previous tab",
        "Go to the previous tab or page.",
        INNER,
        "Tab",
        "No previous tab or page here",
    ),
    Key(
        "list.next",
        ("]",),
        "Next tab",
        "Go to the next tab or page.",
        INNER,
        "Tab",
        "No next tab or page here",
    ),
    Key(
        "finances.type",
        (),
        "Type",
        "Filter transactions by type.",
        ("finances",),
    ),
    Key(
        "finances.currency",
        ("v",),
        "Currency",
        "Show the next currency.",
        ("finances",),
    ),
    Key(
        "activity.period",
        ("p",),
        "Period",
        "Change the period or the scale.",
        ("activity", "leaderboards", "beats", "collections"),
        nothing="No period to change here",
    ),
    Key(
        "activity.xray",
        ("v",),
        "X-Ray",
        "Show the uploads of all producers in the calendar.",
        ("activity",),
    ),
    Key(
        "chart.cumulative",
        ("c",),
        "Total",
        "Switch to the total or to gains.",
        (HOME, "activity", "beats", "collections"),
        nothing="No chart to switch here",
    ),
    Key(
        "home.period",
        ("p",),
        "Period of changes",
        "Change the period of changes.",
        (HOME,),
    ),
    Key(
        "page.export",
        ("e",),
        "Export as CSV",
        "Export rows as CSV.",
        INNER,
        "Export",
        "Nothing to export here",
    ),
    Key(
        "page.export_json",
        (),
        "Export as JSON",
        "Export rows as JSON.",
        INNER,
    ),
    Key(
        "home.moved",
        ("m",),
        "Top movers",
        "Show the largest gains in plays.",
        (HOME, "beats"),
        "Movers",
        "No top movers here",
    ),
    Key(
        "home.top_track",
        ("t",),
        "Top track",
        "Open the detail of your top track.",
        (HOME,),
        nothing="No top track here",
    ),
    Key(
        "progress.rarity",
        ("v",),
        "Rarity",
        "Filter achievements by rarity.",
        ("progress",),
        nothing="No other view here",
    ),
    Key(
        "beats.load_all",
        ("L",),
        "Load all",
        "Load the rest of the list.",
        ("activity", "finances", "beats", "collections"),
        nothing="Nothing more to load here",
    ),
    Key(
        "account.sign_in",
        ("a",),
        "Sign in",
        "Sign in again.",
        nothing="You are signed in",
    ),
    Key(
        "account.sign_out",
        # No letter, because it can't be undone by another key.
        ("ctrl+x",),
        "Sign out",
        "Sign out, after confirmation; the history is kept.",
        ACCOUNT,
    ),
    Key(
        "account.accessible",
        # No letter, which a text field would take.
        ("f2",),
        "Accessible mode",
        "Use words instead of symbols and boxes.",
        (SIGN_IN,),
    ),
    Key(
        "app.help",
        ("?",),
        "Help",
        "Show the keys of this page.",
        (*EVERYWHERE, HELP),
    ),
    Key(
        "app.palette",
        ("ctrl+p",),
        "Palette",
        "Find a beat, page or command.",
        EVERYWHERE,
    ),
    Key("app.quit", ("q",), "Quit", "Quit.", EVERYWHERE),
    Key("app.leave", ("ctrl+q",), "Quit at once", "Quit at once.", EVERYWHERE),
    Key(
        "app.interrupt",
        ("ctrl+c",),
        "Quit or copy",
        "Copy selected text, or quit.",
        EVERYWHERE,
    ),
    Key(
        "app.suspend",
        ("ctrl+z",),
        "Suspend",
        "Suspend; resume with `fg`.",
        EVERYWHERE,
    ),
)
"""All keys, in display order."""

BY_ID: Mapping[str, Key] = {key.id: key for key in KEYS}


class Keyboard(NamedTuple):
    """The table of keys with the user's remappings."""

    remapped: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """Normalized keys by ID."""
    words: bool = False
    """Whether keys are displayed as words, without symbols."""

    def keys(self, id: str) -> tuple[str, ...]:
        """Return the normalized keys of an ID."""
        if id in self.remapped:
            return self.remapped[id]
        return tuple(normalize_key(key) or key for key in BY_ID[id].keys)

    def display(self, id: str) -> str:
        """Return the first key of an ID for display, or where to find it without a key."""
        keys = self.keys(id)
        return display_key(keys[0], words=self.words) if keys else "the palette"

    def nothing(self, key: str, explain: Callable[[str], str]) -> str:
        """Return what to say about a key that does nothing; `explain` may know why, by its ID."""
        row = next((row for row in KEYS if row.nothing and key in self.keys(row.id)), None)
        if row is not None:
            return explain(row.id) or row.nothing
        shown = display_key(key, words=self.words)
        return f"{shown} does nothing here · {self.display('app.help')} lists the keys"

    def fill(self, template: str) -> str:
        """Return a text with IDs in braces replaced by their keys."""

        def key(match: re.Match[str]) -> str:
            return self.display(match[1]) if match[1] in BY_ID else match[0]

        return re.sub(r"\{([a-z._0-9]+)\}", key, template)

    def conflicts(self) -> Iterator[tuple[str, Key, Key]]:
        """Yield each key with two actions on one screen; the first action is a remapped one."""
        for first, second in combinations(KEYS, 2):
            if not set(first.screens) & set(second.screens):
                continue
            for key in self.keys(first.id):
                if key in self.keys(second.id):
                    if first.id in self.remapped:
                        yield display_key(key), first, second
                    elif second.id in self.remapped:
                        yield display_key(key), second, first
