"""The dashboard's menu in every spelling that a sign-in may bring it in."""

from __future__ import annotations

import pytest

from beatpass_tui.models import MenuItem
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


def labels(found: tuple[NavEntry, ...]) -> list[str]:
    return [entry.label for entry in found]


def test_the_seven_documented_pages_are_the_standard() -> None:
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
def test_each_page_stands_on_the_web_app(name: str, path: str) -> None:
    assert BY_NAME[name].url == f"https://open.beatpass.ca/producer-dashboard{path}"


# Out of a login answer


@pytest.mark.parametrize("label", ["label", "name", "title"])
@pytest.mark.parametrize("target", ["action", "url", "href"])
def test_spellings_of_an_item(label: str, target: str) -> None:
    menus = [{"items": [{label: "My Beats", target: f"{DASHBOARD}/tracks"}]}]
    assert decode_menus(menus) == (BEATS,)


def test_nested_items_are_laid_flat_in_their_order() -> None:
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
    found = decode_menus(menus)
    assert found is not None
    assert [item.label for item in found] == ["Dashboard", "My Beats", "Albums", "Finances"]


def test_bottomless_nesting_ends() -> None:
    item: dict[str, object] = {"label": "Deepest", "action": f"{DASHBOARD}/tracks"}
    for depth in range(500):
        item = {"label": f"Level {depth}", "action": f"{DASHBOARD}/albums", "items": [item]}
    found = decode_menus([{"items": [item]}])
    assert found
    assert len(found) < 10


def test_of_two_menus_the_dashboards_is_taken() -> None:
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


@pytest.mark.parametrize(
    "menus", [[], [{"items": []}], [{"name": "a", "items": []}, {"name": "b", "items": []}]]
)
def test_a_menu_that_was_delivered_empty_is_empty(menus: object) -> None:
    assert decode_menus(menus) == ()


@pytest.mark.parametrize(
    "menus",
    [
        None, {}, "menus", 3, True, {"items": []},
        [None], ["x", 3], [[]], [{}], [{"items": None}], [{"items": "x"}], [{"items": {}}],
        [{"items": []}, {"items": [{"label": "Help", "action": "/help"}]}],
        [{"items": [{"label": "Help", "action": "/help"}]}],
        [{"items": [{"action": DASHBOARD}]}], [{"items": [{"label": "Dashboard"}]}],
        [{"items": [{"label": "", "action": DASHBOARD}]}],
        [{"items": [{"label": 5, "action": DASHBOARD}]}],
        [{"items": [{"label": "Dashboard", "action": {"path": DASHBOARD}}]}],
        [{"items": [None, "x", 3]}], [None, {"items": []}],
    ],
    ids=repr,
)  # fmt: skip
def test_a_menu_that_cannot_be_told_to_be_the_dashboards_was_not_delivered(menus: object) -> None:
    assert decode_menus(menus) is None


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//evil.example/",
        "https://evil.example/producer-dashboard", "https://beatpass.ca@evil.example/",
        "http://open.beatpass.ca/", "/a b", "", "-x", "mailto:contact@beatpass.ca",
    ],
)  # fmt: skip
def test_items_that_lead_elsewhere_are_left_out(target: str) -> None:
    items = [{"label": "Dashboard", "action": DASHBOARD}, {"label": "Evil", "action": target}]
    assert decode_menus([{"items": items}]) == (HOME,)


def test_labels_are_cleaned_and_cut() -> None:
    sent = "My\x1b[2J\nBeats " + "x" * 100
    found = decode_menus([{"items": [{"label": sent, "action": DASHBOARD}]}])
    assert found is not None
    assert found[0].label.startswith("My[2J Beats xx")
    assert len(found[0].label) == 40


# As cards


def test_no_menu_gives_the_documented_pages() -> None:
    assert nav_entries(None) == DEFAULT_ENTRIES


def test_an_empty_menu_gives_no_cards() -> None:
    assert nav_entries(()) == ()


def test_the_labels_are_those_of_the_menu() -> None:
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
def test_a_page_is_known_by_its_path(target: str) -> None:
    (entry,) = nav_entries((MenuItem("Tracks", target),))
    assert entry.page is BY_NAME["beats"]
    assert entry.url.startswith(f"{WEB_ORIGIN}{DASHBOARD}/tracks")


@pytest.mark.parametrize(
    "target",
    [
        f"{DASHBOARD}/pro-page", "/help", "/", "https://open.beatpass.ca", "https://status.beatpass.ca/",
        "https://beatpass.ca/producer-dashboard/tracks", f"{DASHBOARD}/tracks/7",
    ],
)  # fmt: skip
def test_whatever_else_is_on_beatpass_opens_in_the_browser(target: str) -> None:
    (entry,) = nav_entries((MenuItem("Elsewhere", target),))
    assert entry.page is None
    assert entry.url == (WEB_ORIGIN + target if target.startswith("/") else target)


@pytest.mark.parametrize("target", ["javascript:alert(1)", "https://evil.example/", "//evil", ""])
def test_an_address_that_may_not_be_opened_is_no_card(target: str) -> None:
    assert nav_entries((MenuItem("Evil", target), BEATS)) == nav_entries((BEATS,))


def test_a_long_menu_is_cut_before_it_buries_the_numbers() -> None:
    menu = tuple(MenuItem(f"Item {index}", f"/help/{index}") for index in range(1_000))
    found = nav_entries(menu)
    assert labels(found) == [f"Item {index}" for index in range(len(found))]
    assert 9 <= len(found) <= 24
