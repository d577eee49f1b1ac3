"""Only https URLs on BeatPass hosts are opened, and only numbers are put into paths."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beatpass_tui.models import decode, menu
from beatpass_tui.models.identity import SignedIn
from beatpass_tui.models.links import (
    PRODUCER_PROGRAM_URL,
    WEB_ORIGIN,
    allowed_url,
    artist_url,
    match_url,
)
from beatpass_tui.transport.endpoints import ENDPOINTS, Service

HOSTS = (
    "beatpass.ca", "www.beatpass.ca", "open.beatpass.ca", "status.beatpass.ca", "docs.beatpass.ca",
    "blog.beatpass.ca", "a-b.c9.beatpass.ca", f"{'x' * 63}.beatpass.ca",
)  # fmt: skip

examples = settings(max_examples=120)


@pytest.mark.parametrize("host", HOSTS)
def test_beatpass_hosts_are_allowed(host: str) -> None:
    assert allowed_url(f"https://{host}") == f"https://{host}"
    assert allowed_url(f"https://{host}/a/b?c=d#e") == f"https://{host}/a/b?c=d#e"


@pytest.mark.parametrize("path", ["/", "/artist/7/nova", "/a?b=//c", "/producer-dashboard#x"])
def test_path_is_a_url_of_the_web_app(path: str) -> None:
    assert allowed_url(path) == f"https://open.beatpass.ca{path}"


def test_producer_program_url_is_allowed() -> None:
    assert allowed_url(PRODUCER_PROGRAM_URL) == PRODUCER_PROGRAM_URL


OTHER_TARGETS = [
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
    "https://.beatpass.ca/",
    "https://a..beatpass.ca/",
    "https://-a.beatpass.ca/",
    "https://a-.beatpass.ca/",
    "https://a_b.beatpass.ca/",
    "https://x.notbeatpass.ca/",
    "https://docs.beatpass.ca:443/",
    "https://nova@docs.beatpass.ca/",
    "http://docs.beatpass.ca/",
    "https://Docs.beatpass.ca/",
    f"https://{'x' * 64}.beatpass.ca/",
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
    "HTTPS://open.beatpass.ca/",
    "https://OPEN.beatpass.ca/",
    "https:/\\evil.example/",
    "https://open.beatpass.ca\\.evil.example/",
    "https://open.beatpass.ca%2eevil.example/",
    "https://open.beatpass.ca%00.evil.example/",
    "https://evil.example%2f@open.beatpass.ca/",
    "https://open.beatpass.ca:@evil.example/",
    "https://open。beatpass。ca/",
    "https://ｏｐｅｎ.beatpass.ca/",
    "https://beatpass.ca\u00ad.evil.example/",
    "https://beatpass.ca\u2044.evil.example/",
    'https://open.beatpass.ca/"-alert(1)-"',
    "https://open.beatpass.ca/`id`",
    "https://open.beatpass.ca/a|b",
    "https://open.beatpass.ca/<b>",
    "https://open.beatpass.ca/" + "x" * 2_000,
]


def test_other_targets_are_refused() -> None:
    for target in OTHER_TARGETS:
        assert allowed_url(target) is None, target


@pytest.mark.parametrize(
    "target",
    [
        "https://open.spotify.com/track/1?si=2",
        "https://www.youtube.com/watch?v=1",
        "https://youtu.be/1",
        "https://www.deezer.com",
    ],
)
def test_matches_on_four_hosts_are_allowed(target: str) -> None:
    assert match_url(target) == target
    assert allowed_url(target) is None


@pytest.mark.parametrize(
    "target",
    [
        "http://open.spotify.com/1",
        "https://spotify.com/1",
        "https://youtube.com/1",
        "https://music.youtube.com/1",
        "https://open.spotify.com.evil.example/",
        "https://open.spotify.com:443/",
        "https://open.spotify.com@evil.example/",
        "https://evil.example/@open.spotify.com/",
        "https://evil.example#https://youtu.be/",
        "https://OPEN.spotify.com/",
        "HTTPS://youtu.be/",
        "https:/\\youtu.be/1",
        "https://youtu.be\\@evil.example/",
        "//youtu.be/1",
        "javascript:https://youtu.be/1",
        "https://youtu.be/a b",
        "https://youtu.be/1\n",
        "https://www.deezer.com/" + "x" * 2_000,
        "https://open.beatpass.ca/",
        "",
    ],
    ids=ascii,
)
def test_other_addresses_of_matches_are_refused(target: str) -> None:
    assert match_url(target) is None


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
def test_artist_url(name: str, slug: str) -> None:
    assert artist_url(7, name) == f"{WEB_ORIGIN}/artist/7/{slug}"


@pytest.mark.parametrize("name", [None, "", "夜", "🎹", "///", "\x1b\n"])
def test_artist_url_without_a_slug(name: str | None) -> None:
    assert artist_url(7, name) == f"{WEB_ORIGIN}/artist/7"


@pytest.mark.parametrize("name", ["Nova", "a b", "javascript:x", "\n//evil", "夜 x", "-", "%0a"])
def test_artist_urls_are_allowed(name: str) -> None:
    url = artist_url(7, name)
    assert allowed_url(url) == url


# Generated text


BEATPASS_URL = re.compile(r"https://([a-z0-9-]+\.)*beatpass\.ca([/?#][!-~]*)?")
ADDRESSES = st.lists(
    st.sampled_from(
        (
            *("https:", "http:", "HTTPS:", "javascript:", "file:", "data:", "//", "/", "\\", "///"),
            *(
                "open.beatpass.ca",
                "beatpass.ca",
                "BEATPASS.CA",
                "evil.example",
                "beatpass.ca.",
                "xn--",
            ),
            *(
                "@",
                ":",
                ":443",
                ":0",
                "?",
                "#",
                "..",
                "%2e",
                "%2F",
                "%00",
                "%40",
                "[",
                "]",
                "[::1]",
            ),
            *(
                " ",
                "\t",
                "\n",
                "\r",
                "\x00",
                "\x1b",
                "\x85",
                "\u202e",
                "\u3002",
                "а",
                "ⅽ",
                '"',
                "'",
                "-",
            ),
        )
    )
    | st.text("abc/.:@%", max_size=4),
    max_size=9,
).map("".join)


@examples
@given(
    ADDRESSES
    | st.builds("https://{}{}".format, st.sampled_from(HOSTS), ADDRESSES)
    | st.builds("https://{}@{}".format, ADDRESSES, st.sampled_from(HOSTS))
)
def test_any_target_is_refused_or_on_a_beatpass_host(target: str) -> None:
    url = allowed_url(target)
    if url is not None:
        assert BEATPASS_URL.fullmatch(url)
        assert url in (target, WEB_ORIGIN + target)
        assert not set(url) & set('\\"<>`{}|^')


@examples
@given(st.text(st.integers(0, 0x24FF).map(chr), max_size=40), st.integers(1, decode.MAX_NUMBER))
def test_artist_url_of_any_name_is_valid(name: str, id: int) -> None:
    assert re.fullmatch(
        rf"{WEB_ORIGIN}/artist/{id}(/[a-z0-9]+(-[a-z0-9]+)*)?", artist_url(id, name)
    )


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | ADDRESSES | st.just("1e3"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("items", "label", "name", "action", "url", "href")), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@examples
@given(JSON)
def test_menu_cards_only_link_to_beatpass(menus: object) -> None:
    cards = menu.nav_entries(menu.decode_menus([menus, {"items": [menus, menus]}]))
    assert all(BEATPASS_URL.fullmatch(card.url) for card in cards)


# Ids in paths


UNSAFE_IDS = (
    *(
        "1/../../users/me",
        "1e3",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1\n",
        "0x1",
        "1_0",
        "1.0",
        "1?a=b",
        "1#",
        "1%2f",
    ),
    *("１", "١", "²", "me", "", "..", "1;2", "0", "00", "1\x00", "9" * 16, "9" * 5_000),
    *(-1, 0, 1e3, 1.0, True, False, None, [1], {"id": 1}, float("nan"), float("inf"), 10**16),
)


@pytest.mark.parametrize("sent", UNSAFE_IDS, ids=lambda sent: ascii(sent)[:20])
def test_unsafe_ids_are_refused(sent: object) -> None:
    assert decode.identifier(sent) is None


@examples
@given(JSON | st.sampled_from(UNSAFE_IDS) | st.text("0123456789/.-+e", max_size=8))
def test_decoded_id_is_a_positive_integer(sent: object) -> None:
    id = decode.identifier(sent)
    assert id is None or (type(id) is int and 0 < id <= decode.MAX_NUMBER)


class Recorder(Service):
    """Records the requested paths."""

    def __init__(self) -> None:
        self.token = None
        self.requested: list[str] = []

    async def get(self, path: str, *, bare_list: bool = False, **params: str) -> dict[str, Any]:
        self.requested.append(path)
        assert all(re.fullmatch(r"[\w-]+", value) for value in params.values())
        return {}

    async def log_in(self, email: str, password: str, token_name: str) -> SignedIn:
        raise NotImplementedError


ARGUMENTS: dict[str, int | str] = {
    "period": "7d", "timeframe": "1y", "page": 2, "status": "all", "type": "all",
    "insights": "90-days",
}  # fmt: skip
WITH_ID = {
    name: (endpoint, fields[0])
    for name, endpoint in ENDPOINTS.items()
    if (fields := re.findall(r"{(\w+)}", endpoint.path))
}
"""Endpoints with an id in their path, each with the name of the id."""


def test_endpoints_with_an_id() -> None:
    assert {"followers", "album", "transactions", "uploads"} <= set(WITH_ID)
    assert {field for _, field in WITH_ID.values()} == {"artist", "album", "track"}


@pytest.mark.parametrize("name", WITH_ID)
async def test_unsafe_ids_are_not_sent(name: str) -> None:
    service = Recorder()
    endpoint, field = WITH_ID[name]
    others = {each: ARGUMENTS[each] for each in ARGUMENTS if f"{{{each}}}" in str(endpoint.params)}
    for unsafe_id in UNSAFE_IDS:
        if type(unsafe_id) is int and unsafe_id > 0:
            continue
        with pytest.raises(ValueError, match=f"{field} must be a positive integer"):
            await service.fetch(endpoint, **{field: unsafe_id}, **others)  # type: ignore[arg-type]
    assert service.requested == []
    await service.fetch(endpoint, **{field: 7}, **others)
    assert re.fullmatch(r"(/[a-z-]+)+/7(/[a-z-]+)*", service.requested[0])
