"""The dashboard menu: the one sent at sign-in, or the seven documented pages.

The service documents `menus` in the sign-in response, but not their contents. Common field names
are read; unreadable items are skipped.
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
    """Return the cards of a menu, or the documented pages if it is not a dashboard menu.

    The result is empty if the dashboard menu is empty.
    """
    if menu is None:
        return DEFAULT_ENTRIES
    entries = []
    for item in menu:
        url = allowed_url(item.target)
        if url is None or _is_admin(url):
            continue
        path = urlsplit(url).path.rstrip("/") if url.startswith(WEB_ORIGIN + "/") else ""
        entries.append(NavEntry(item.label, _BY_PATH.get(path), url))
    if menu and not any(_is_dashboard(entry.url) for entry in entries):
        return DEFAULT_ENTRIES
    return tuple(entries[:_MAX_ENTRIES])


def decode_menus(menus: Any) -> tuple[MenuItem, ...] | None:
    """Return the dashboard menu from the `menus` of a sign-in response; None without one.

    This is the menu with the most targets under `/producer-dashboard`. Without such a target, the
    result is empty if an empty menu has "dashboard" in its name or position. Menus that are
    positioned only for mobile apps or administration are ignored.
    """
    if not isinstance(menus, list):
        return None
    candidates = [menu for menu in decode.objects(menus) if not _is_positioned_elsewhere(menu)]
    menus_items = [tuple(_flatten(menu.get("items"))) for menu in candidates]
    best = max(menus_items, key=_count_dashboard_targets, default=())
    if _count_dashboard_targets(best):
        return best
    is_empty = any(menu.get("items") == [] and _is_named_dashboard(menu) for menu in candidates)
    return () if is_empty else None


def _positions(menu: decode.JsonObject) -> list[str]:
    """Return the positions of a menu, sent as a list or a single name."""
    sent = menu.first("positions", "position")
    values = sent if isinstance(sent, list) else [sent]
    return [value.casefold() for value in values if isinstance(value, str)]


def _is_positioned_elsewhere(menu: decode.JsonObject) -> bool:
    positions = _positions(menu)
    elsewhere = any("mobile" in name or "admin" in name for name in positions)
    return elsewhere and not any(map(_mentions_dashboard, positions))


def _is_named_dashboard(menu: decode.JsonObject) -> bool:
    name = menu.string("name", "title", "label") or ""
    return any(map(_mentions_dashboard, (name.casefold(), *_positions(menu))))


def _mentions_dashboard(text: str) -> bool:
    return "dashboard" in text and "mobile" not in text and "admin" not in text


def _is_dashboard(url: str) -> bool:
    return _is_under(DASHBOARD, url) and url.startswith(WEB_ORIGIN + "/")


def _is_admin(url: str) -> bool:
    return _is_under("/admin", url)


def _is_under(folder: str, url: str) -> bool:
    path = urlsplit(url).path
    return path == folder or path.startswith(folder + "/")


def _count_dashboard_targets(items: tuple[MenuItem, ...]) -> int:
    return sum(_is_dashboard(allowed_url(item.target) or "") for item in items)


def _flatten(items: Any, depth: int = 0) -> Iterator[MenuItem]:
    if depth > 3:
        return
    for item in decode.objects(items):
        label = item.string("label", "name", "title", limit=40)
        target = item.first("action", "url", "href")
        url = allowed_url(target) if isinstance(target, str) else None
        if label and url is not None and not _is_admin(url):
            yield MenuItem(label, str(target))
        yield from _flatten(item.get("items"), depth + 1)
