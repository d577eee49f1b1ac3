"""The dashboard menu: sent at sign-in, or the seven documented pages.

The service documents `menus` in the sign-in response, but not its contents. Common field names are
read; unreadable items are skipped.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from beatpass_tui.models import decode
from beatpass_tui.models.identity import MenuItem
from beatpass_tui.models.links import WEB_ORIGIN, allowed_url

DASHBOARD = "/producer-dashboard"


class PageInfo(NamedTuple):
    """A page of the dashboard."""

    name: str
    """Internal name."""
    label: str
    path: str
    """Path on the web app."""
    glyph: str
    description: str

    @property
    def url(self) -> str:
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

_MAX_ENTRIES = 24
"""Maximum number of cards; more would push the numbers off the screen."""


class NavEntry(NamedTuple):
    """A card of Quick Navigation: a page of the dashboard, or an external URL."""

    label: str
    page: PageInfo | None
    url: str


DEFAULT_ENTRIES = tuple(NavEntry(page.label, page, page.url) for page in PAGES)


def nav_entries(menu: tuple[MenuItem, ...] | None) -> tuple[NavEntry, ...]:
    """Return the cards of a menu, or the documented pages if there is none."""
    if menu is None:
        return DEFAULT_ENTRIES
    entries = []
    for item in menu[:_MAX_ENTRIES]:
        url = allowed_url(item.target)
        if url is None:
            continue
        path = urlsplit(url).path.rstrip("/") if url.startswith(WEB_ORIGIN + "/") else ""
        entries.append(NavEntry(item.label, _BY_PATH.get(path), url))
    return tuple(entries)


def decode_menus(menus: Any) -> tuple[MenuItem, ...] | None:
    """Return the dashboard menu in the `menus` of a sign-in response.

    This is the menu with the most targets under `/producer-dashboard`. None if there is none; empty
    if all menus are empty.
    """
    if not isinstance(menus, list):
        return None
    if all(isinstance(menu, Mapping) and menu.get("items") == [] for menu in menus):
        return ()
    found = [tuple(_flatten(menu.get("items"))) for menu in decode.objects(menus)]
    best = max(found, key=_count_dashboard_targets, default=())
    return best if _count_dashboard_targets(best) else None


def _count_dashboard_targets(items: tuple[MenuItem, ...]) -> int:
    return sum(urlsplit(item.target).path.startswith(DASHBOARD) for item in items)


def _flatten(items: Any, depth: int = 0) -> Iterator[MenuItem]:
    if depth > 3:
        return
    for item in decode.objects(items):
        label = item.string("label", "name", "title", limit=40)
        target = item.first("action", "url", "href")
        if label and isinstance(target, str) and allowed_url(target):
            yield MenuItem(label, target)
        yield from _flatten(item.get("items"), depth + 1)
