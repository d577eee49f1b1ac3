"""The dashboard menu of a sign-in response."""

from __future__ import annotations

import pytest

from beatpass_tui.models.identity import MenuItem
from beatpass_tui.models.links import WEB_ORIGIN
from beatpass_tui.models.menu import (
    BY_NAME,
    DASHBOARD,
    DEFAULT_ENTRIES,
    PAGES,
    NavEntry,
    decode_menus,
    nav_entries,
)

HOME = MenuItem("Dashboard", DASHBOARD)
BEATS = MenuItem("My Beats", f"{DASHBOARD}/tracks")
DOCUMENTED = (
    "Dashboard", "Finances", "Activity", "Progress", "Leaderboards", "My Beats", "My Collections",
)  # fmt: skip


def labels(result: tuple[NavEntry, ...]) -> list[str]:
    return [entry.label for entry in result]


def test_documented_pages_are_the_default() -> None:
    assert labels(DEFAULT_ENTRIES) == list(DOCUMENTED)
    assert [entry.page for entry in DEFAULT_ENTRIES] == list(PAGES)
    assert [page.label for page in BY_NAME.values()] == list(DOCUMENTED)
    assert len({page.glyph for page in PAGES}) == len(PAGES)


@pytest.mark.parametrize(
    "name, path",
    [
        ("dashboard", ""), ("finances", "/finances"), ("activity", "/activity"),
        ("progress", "/progress"), ("leaderboards", "/leaderboards"), ("beats", "/tracks"),
        ("collections", "/albums"),
    ],
)  # fmt: skip
def test_pages_have_web_urls(name: str, path: str) -> None:
    assert BY_NAME[name].url == f"https://open.beatpass.ca/producer-dashboard{path}"


# Decoding


@pytest.mark.parametrize("label", ["label", "name", "title"])
@pytest.mark.parametrize("target", ["action", "url", "href"])
def test_field_names_of_an_item(label: str, target: str) -> None:
    menus = [{"items": [{label: "My Beats", target: f"{DASHBOARD}/tracks"}]}]
    assert decode_menus(menus) == (BEATS,)


def test_nested_items_are_flattened_in_order() -> None:
    menus = [
        {
            "name": "sidebar",
            "items": [
                {"label": "Dashboard", "action": DASHBOARD},
                {
                    "label": "Catalog",
                    "items": [
                        {"label": "My Beats", "action": f"{DASHBOARD}/tracks"},
                        {"items": [{"label": "Albums", "action": f"{DASHBOARD}/albums"}]},
                    ],
                },
                {"label": "Finances", "action": f"{DASHBOARD}/finances", "items": []},
            ],
        }
    ]  # fmt: skip
    result = decode_menus(menus)
    assert result is not None
    assert [item.label for item in result] == ["Dashboard", "My Beats", "Albums", "Finances"]


def test_nesting_depth_is_limited() -> None:
    item: dict[str, object] = {"label": "Deepest", "action": f"{DASHBOARD}/tracks"}
    for depth in range(500):
        item = {"label": f"Level {depth}", "action": f"{DASHBOARD}/albums", "items": [item]}
    result = decode_menus([{"items": [item]}])
    assert result
    assert len(result) < 10


def test_dashboard_menu_is_selected() -> None:
    landing = {
        "items": [
            {"label": "Sounds", "action": "/sounds"},
            {"label": "Dashboard", "action": DASHBOARD},
            {"label": "Help", "action": "/help"},
        ]
    }
    sidebar = {
        "items": [
            {"label": "Dashboard", "action": DASHBOARD},
            {"label": "My Beats", "action": f"{DASHBOARD}/tracks"},
        ]
    }
    for menus in ([landing, sidebar], [sidebar, landing]):
        assert decode_menus(menus) == (HOME, BEATS)


HELP = {"label": "Help", "action": "/help"}
TO_DASHBOARD = {"label": "Dashboard", "action": DASHBOARD}


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "Producer dashboard"}, {"name": "DASHBOARD"}, {"title": "Dashboard sidebar"},
        {"positions": ["producer-dashboard-sidebar"]}, {"position": "dashboard-sidebar"},
        {"name": "Menu", "positions": ["footer", "dashboard-navbar"]},
        {"positions": ["mobile-app", "producer-dashboard-sidebar"]},
    ],
    ids=repr,
)  # fmt: skip
def test_empty_dashboard_menu_stays_empty(sent: dict[str, object]) -> None:
    other = {"name": "Site header", "items": [HELP]}
    for menus in (
        [{**sent, "items": []}],
        [other, {**sent, "items": []}],
        [{**sent, "items": []}, None],
    ):
        assert decode_menus(menus) == ()


@pytest.mark.parametrize(
    "menus",
    [
        None, {}, "menus", 3, True, {"items": []},
        [], [None], ["x", 3], [[]], [{}], [{"items": []}],
        [{"name": "a", "items": []}, {"name": "b", "items": []}],
        [{"items": None}], [{"items": "x"}], [{"items": {}}], [None, {"items": []}],
        [{"name": "Dashboard"}], [{"name": "Dashboard", "items": None}],
        [{"name": "Dashboard", "items": {}}], [{"name": 5, "items": []}],
        [{"positions": {"dashboard": 1}, "items": []}], [{"positions": [5, None], "items": []}],
        # Menus of the mobile app or the admin area.
        [{"positions": ["mobile-app"], "items": []}],
        [{"name": "Dashboard", "positions": ["mobile-app-dashboard"], "items": []}],
        [{"name": "Dashboard", "position": "mobile-bottom", "items": [TO_DASHBOARD]}],
        [{"positions": ["mobile-app", "mobile-bottom"], "items": [TO_DASHBOARD, HELP]}],
        [{"name": "Admin dashboard", "items": []}],
        [{"name": "Dashboard", "positions": ["admin-sidebar"], "items": []}],
        [{"positions": ["admin-navbar"], "items": [TO_DASHBOARD]}],
        # No dashboard page.
        [{"items": []}, {"items": [HELP]}], [{"items": [HELP]}],
        [{"name": "Dashboard", "items": [HELP]}], [{"positions": ["dashboard"], "items": [HELP]}],
        [{"name": "Dashboard", "items": [{"label": "Users", "action": "/admin/users"}]}],
        [{"items": [{"label": "News", "action": f"{DASHBOARD}-news"}]}],
        [{"items": [{"label": "Docs", "action": f"https://docs.beatpass.ca{DASHBOARD}"}]}],
        # No readable item.
        [{"items": [{"action": DASHBOARD}]}], [{"items": [{"label": "Dashboard"}]}],
        [{"items": [{"label": "", "action": DASHBOARD}]}],
        [{"items": [{"label": 5, "action": DASHBOARD}]}],
        [{"items": [{"label": "Dashboard", "action": {"path": DASHBOARD}}]}],
        [{"items": [None, "x", 3]}], [{"name": "Dashboard", "items": [None]}],
    ],
    ids=repr,
)  # fmt: skip
def test_without_a_dashboard_menu_the_documented_pages_are_shown(menus: object) -> None:
    assert decode_menus(menus) is None
    assert nav_entries(decode_menus(menus)) == DEFAULT_ENTRIES


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"name": "Sidebar"}, {"positions": ["sidebar-primary"]}, {"positions": None},
        {"positions": ["mobile-app", "producer-dashboard-sidebar"]},
    ],
    ids=repr,
)  # fmt: skip
def test_menu_with_a_dashboard_page_is_recognized(sent: dict[str, object]) -> None:
    items = [TO_DASHBOARD, {"label": "My Beats", "action": f"{WEB_ORIGIN}{DASHBOARD}/tracks"}]
    empty = {"name": "Dashboard", "items": []}
    result = decode_menus([empty, {**sent, "items": items}])
    assert labels(nav_entries(result)) == ["Dashboard", "My Beats"]


@pytest.mark.parametrize(
    "target",
    ["/admin", "/admin/", "/admin/users?page=2", "/admin#x", f"{WEB_ORIGIN}/admin/settings"],
)
def test_admin_items_are_dropped(target: str) -> None:
    inside = {"label": "Inside", "action": f"{DASHBOARD}/albums"}
    items = [TO_DASHBOARD, {"label": "Admin", "action": target, "items": [inside]}]
    menu = decode_menus([{"items": items}])
    assert menu is not None
    assert [item.label for item in menu] == ["Dashboard", "Inside"]
    # Earlier builds stored the item.
    assert labels(nav_entries((HOME, MenuItem("Admin", target)))) == ["Dashboard"]


def test_paths_that_only_start_like_admin_stay() -> None:
    assert labels(nav_entries((HOME, MenuItem("News", "/administrators")))) == ["Dashboard", "News"]


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//evil.example/",
        "https://evil.example/producer-dashboard", "https://beatpass.ca@evil.example/",
        "http://open.beatpass.ca/", "/a b", "", "-x", "mailto:contact@beatpass.ca",
    ],
)  # fmt: skip
def test_items_with_other_targets_are_skipped(target: str) -> None:
    items = [{"label": "Dashboard", "action": DASHBOARD}, {"label": "Evil", "action": target}]
    assert decode_menus([{"items": items}]) == (HOME,)


def test_labels_are_cleaned_and_truncated() -> None:
    sent = "My\x1b[2J\nBeats " + "x" * 100
    result = decode_menus([{"items": [{"label": sent, "action": DASHBOARD}]}])
    assert result is not None
    assert result[0].label.startswith("My Beats xx")
    assert len(result[0].label) == 40


# Cards


def test_no_menu_shows_the_documented_pages() -> None:
    assert nav_entries(None) == DEFAULT_ENTRIES


def test_empty_menu_has_no_cards() -> None:
    assert nav_entries(()) == ()


def test_cards_have_the_labels_of_the_menu() -> None:
    menu = (
        MenuItem("Start [home]", DASHBOARD),
        MenuItem("Money", f"{DASHBOARD}/finances"),
    )
    assert nav_entries(menu) == (
        NavEntry("Start [home]", BY_NAME["dashboard"], WEB_ORIGIN + DASHBOARD),
        NavEntry("Money", BY_NAME["finances"], f"{WEB_ORIGIN}{DASHBOARD}/finances"),
    )


@pytest.mark.parametrize(
    "target",
    [
        f"{DASHBOARD}/tracks", f"{DASHBOARD}/tracks/", f"{WEB_ORIGIN}{DASHBOARD}/tracks",
        f"{DASHBOARD}/tracks?sort=plays",
        f"{DASHBOARD}/tracks#top",
    ],
)  # fmt: skip
def test_page_is_recognized_by_its_path(target: str) -> None:
    (entry,) = nav_entries((MenuItem("Tracks", target),))
    assert entry.page is BY_NAME["beats"]
    assert entry.url.startswith(f"{WEB_ORIGIN}{DASHBOARD}/tracks")


@pytest.mark.parametrize(
    "target",
    [
        f"{DASHBOARD}/pro-page", "/help", "/", "https://open.beatpass.ca", "https://status.beatpass.ca/",
        "https://beatpass.ca/producer-dashboard/tracks", f"{DASHBOARD}/tracks/7",
        "https://docs.beatpass.ca/help", "https://blog.beatpass.ca", "https://a.b.beatpass.ca/c?d#e",
    ],
)  # fmt: skip
def test_other_beatpass_urls_open_in_the_browser(target: str) -> None:
    _, entry = nav_entries((HOME, MenuItem("Elsewhere", target)))
    assert entry.page is None
    assert entry.url == (WEB_ORIGIN + target if target.startswith("/") else target)


@pytest.mark.parametrize("target", ["javascript:alert(1)", "https://evil.example/", "//evil", ""])
def test_refused_url_has_no_card(target: str) -> None:
    assert nav_entries((MenuItem("Evil", target), BEATS)) == nav_entries((BEATS,))


@pytest.mark.parametrize(
    "menu",
    [
        (MenuItem("Help", "/help"),), (MenuItem("Evil", "https://evil.example/"),),
        (MenuItem("Admin", "/admin"),), (MenuItem("Docs", f"https://docs.beatpass.ca{DASHBOARD}"),),
    ],
    ids=repr,
)  # fmt: skip
def test_stored_menu_without_a_dashboard_page_is_ignored(menu: tuple[MenuItem, ...]) -> None:
    assert nav_entries(menu) == DEFAULT_ENTRIES


def test_long_menu_is_truncated() -> None:
    menu = (HOME, *(MenuItem(f"Item {index}", f"/help/{index}") for index in range(1_000)))
    result = nav_entries(menu)
    assert labels(result[1:]) == [f"Item {index}" for index in range(len(result) - 1)]
    assert 9 <= len(result) <= 24
