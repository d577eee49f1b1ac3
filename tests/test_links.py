"""Only https on BeatPass's own hosts is ever opened."""

from __future__ import annotations

import pytest

from beatpass_tui.links import HOSTS, PROGRAM, WEB, artist_address, web_address


@pytest.mark.parametrize("host", sorted(HOSTS))
def test_its_own_hosts_may_be_opened(host: str) -> None:
    assert web_address(f"https://{host}") == f"https://{host}"
    assert web_address(f"https://{host}/a/b?c=d#e") == f"https://{host}/a/b?c=d#e"


@pytest.mark.parametrize("path", ["/", "/artist/7/nova", "/a?b=//c", "/producer-dashboard#x"])
def test_a_path_is_one_of_the_web_app(path: str) -> None:
    assert web_address(path) == f"https://open.beatpass.ca{path}"


def test_the_way_to_the_program_may_be_opened() -> None:
    assert web_address(PROGRAM) == PROGRAM


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "javascript://open.beatpass.ca/%0aalert(1)",
        "file:///etc/passwd",
        "file://open.beatpass.ca/etc/passwd",
        "data:text/html,<script>",
        "vbscript:x",
        "ftp://open.beatpass.ca/",
        "http://open.beatpass.ca/",
        "ssh://open.beatpass.ca/",
        "mailto:contact@beatpass.ca",
        "-https://open.beatpass.ca/",
        "--new-window",
        "-",
        " https://open.beatpass.ca/",
        "https://open.beatpass.ca/ ",
        "https://open.beatpass.ca/a b",
        "\thttps://open.beatpass.ca/",
        "https://open.beatpass.ca/\nx",
        "https://open.beatpass.ca/\r\nx",
        "java\nscript:alert(1)",
        "https://open.beatpass\n.ca/",
        "https://open.beatpass.ca\t@evil.example/",
        "https://open.beatpass.ca/\x00",
        "https://open.beatpass.ca/\x1b[2J",
        "https://open.beatpass.ca/\u202e",
        "https://beatpass.ca@evil.example/",
        "https://beatpass.ca@evil",
        "https://nova:secret@beatpass.ca/",
        "https://@beatpass.ca/",
        "https://beatpass.ca:443/",
        "https://beatpass.ca:8443/",
        "https://beatpass.ca:x/",
        "https://beatpass.ca:99999/",
        "https://evil.example/",
        "https://evil.example/beatpass.ca",
        "https://evil.example/#beatpass.ca",
        "https://evil.example?beatpass.ca",
        "https://beatpass.ca.evil.example/",
        "https://evilbeatpass.ca/",
        "https://x.beatpass.ca/",
        "https://beatpass.ca./",
        "https://bеatpass.ca/",
        "https://beatpass.cа/",
        "https://xn--batpass-7fg.ca/",
        "https://beatpass.ca\\@evil.example/",
        "https:\\\\beatpass.ca\\",
        "/\\evil.example/",
        "//evil.example/",
        "//beatpass.ca/",
        "///evil.example/",
        "https:///beatpass.ca/",
        "https:beatpass.ca",
        "https:/beatpass.ca/",
        "https://",
        "https://[::1]/",
        "https://[beatpass.ca/",
        "beatpass.ca",
        "open.beatpass.ca/artist/7",
        "artist/7/nova",
        "../users/me",
        "?a=b",
        "#top",
        "",
        "https://open.beatpass.ca/" + "x" * 2_000,
    ],
    ids=ascii,
)
def test_nothing_else_may(target: str) -> None:
    assert web_address(target) is None


@pytest.mark.parametrize(
    "name, slug",
    [
        ("Nova Reyes", "nova-reyes"),
        ("  Nova   Reyes!! ", "nova-reyes"),
        ("Beyoncé & Sigur Rós", "beyonce-sigur-ros"),
        ("a/../b", "a-b"),
        ("x?y=z#t", "x-y-z-t"),
        ("[FREE] 140 BPM", "free-140-bpm"),
    ],
)
def test_the_page_of_an_artist(name: str, slug: str) -> None:
    assert artist_address(7, name) == f"{WEB}/artist/7/{slug}"


@pytest.mark.parametrize("name", [None, "", "夜", "🎹", "///", "\x1b\n"])
def test_the_page_of_an_artist_whose_name_makes_no_slug(name: str | None) -> None:
    assert artist_address(7, name) == f"{WEB}/artist/7"


@pytest.mark.parametrize("name", ["Nova", "a b", "javascript:x", "\n//evil", "夜 x", "-", "%0a"])
def test_the_page_of_any_artist_may_be_opened(name: str) -> None:
    address = artist_address(7, name)
    assert web_address(address) == address
