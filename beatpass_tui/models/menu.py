"""The dashboard's menu: what came with a sign-in, or the seven documented pages.

The service documents that a sign-in brings `menus` and nothing of what is in them, so every
spelling that such menus commonly have is read, and what cannot be read is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from beatpass_tui import models
from beatpass_tui.models import decode
from beatpass_tui.models.links import WEB_ORIGIN, allowed_url

DASHBOARD = "/producer-dashboard"


class PageInfo(NamedTuple):
    """One page of the dashboard: what it is called, where it stands on the web, what it shows."""

    name: str
    """Key of the page inside the program."""
    label: str
    path: str
    """Path on the web app."""
    glyph: str
    description: str

    @property
    def url(self) -> str:
        """The page's address on the web."""
        return WEB_ORIGIN + self.path


PAGES = (
    PageInfo("dashboard", "Dashboard", DASHBOARD, "⌂", "You are here"),
    PageInfo("finances", "Finances", f"{DASHBOARD}/finances", "$", "Balances and payouts"),
    PageInfo("activity", "Activity", f"{DASHBOARD}/activity", "≈", "Uploads and downloads"),
    PageInfo("progress", "Progress", f"{DASHBOARD}/progress", "★", "XP and achievements"),
    PageInfo("leaderboards", "Leaderboards", f"{DASHBOARD}/leaderboards", "▲", "Where you rank"),
    PageInfo("beats", "My Beats", f"{DASHBOARD}/tracks", "♪", "Your catalog"),
    PageInfo("collections", "My Collections", f"{DASHBOARD}/albums", "◉", "Your albums"),
)
BY_NAME: Mapping[str, PageInfo] = {page.name: page for page in PAGES}
_BY_PATH: Mapping[str, PageInfo] = {page.path: page for page in PAGES}

_LONGEST = 24
"""The most cards that a menu can fill; a longer one is cut, since it would bury the numbers."""


class NavEntry(NamedTuple):
    """One card of Quick Navigation: a page of the dashboard, or an address outside it."""

    label: str
    page: PageInfo | None
    url: str
    """Where it leads on the web."""


DEFAULT_ENTRIES = tuple(NavEntry(page.label, page, page.url) for page in PAGES)


def nav_entries(menu: tuple[models.MenuItem, ...] | None) -> tuple[NavEntry, ...]:
    """Return the cards for a delivered menu, or the documented pages when none was delivered."""
    if menu is None:
        return DEFAULT_ENTRIES
    found = []
    for item in menu[:_LONGEST]:
        address = allowed_url(item.target)
        if address is None:
            continue
        path = urlsplit(address).path.rstrip("/") if address.startswith(WEB_ORIGIN + "/") else ""
        found.append(NavEntry(item.label, _BY_PATH.get(path), address))
    return tuple(found)


def decode_menus(menus: Any) -> tuple[models.MenuItem, ...] | None:
    """Return the dashboard's menu out of the `menus` of a login answer.

    It is the one whose actions lie under `/producer-dashboard`. None when `menus` did not come
    or holds nothing that can be told to be the dashboard's; empty when all of it came empty.
    """
    if not isinstance(menus, list):
        return None
    if all(isinstance(menu, Mapping) and menu.get("items") == [] for menu in menus):
        return ()
    best: tuple[models.MenuItem, ...] = ()
    for menu in decode.items(menus):
        found = tuple(_flatten(menu.get("items"), depth=0))
        if _leads(found) > _leads(best):
            best = found
    return best or None


def _leads(found: tuple[models.MenuItem, ...]) -> int:
    return sum(urlsplit(item.target).path.startswith(DASHBOARD) for item in found)


def _flatten(found: Any, depth: int) -> Iterator[models.MenuItem]:
    if depth > 3:
        return
    for item in decode.items(found):
        label = decode.string(decode.first(item, "label", "name", "title"), 40)
        target = decode.first(item, "action", "url", "href")
        if label and isinstance(target, str) and allowed_url(target):
            yield models.MenuItem(label, target)
        yield from _flatten(item.get("items"), depth + 1)
