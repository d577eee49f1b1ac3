"""Allowed base URLs of the API."""

from __future__ import annotations

import pytest

from beatpass_tui.errors import InvalidBaseURL
from beatpass_tui.transport.urls import API_URL, check_base_url, is_loopback, origin


@pytest.mark.parametrize(
    "given, normalized",
    [
        (API_URL, API_URL),
        ("https://open.beatpass.ca/api/v1/", API_URL),
        ("HTTPS://Open.BeatPass.CA:443/api/v1//", API_URL),
        ("https://open.beatpass.ca", "https://open.beatpass.ca"),
        ("https://open.beatpass.ca/", "https://open.beatpass.ca"),
        ("https://open.beatpass.ca:/API", "https://open.beatpass.ca/API"),
        ("https://open.beatpass.ca:8443/api", "https://open.beatpass.ca:8443/api"),
        ("https://192.0.2.7/api", "https://192.0.2.7/api"),
        ("https://[2001:db8::7]:8443", "https://[2001:db8::7]:8443"),
        ("http://localhost:8000/api/v1", "http://localhost:8000/api/v1"),
        ("http://LOCALHOST:80", "http://localhost"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:8000/api", "http://[::1]:8000/api"),
    ],
)
def test_base_url_is_normalized(given: str, normalized: str) -> None:
    assert check_base_url(given) == normalized
    assert check_base_url(normalized) == normalized


@pytest.mark.parametrize(
    "given, message",
    [
        ("http://open.beatpass.ca/api/v1", "http is allowed for localhost only"),
        ("http://127.0.0.1.evil.example", "http is allowed for localhost only"),
        ("http://localhost.evil.example", "http is allowed for localhost only"),
        ("http://0.0.0.0", "http is allowed for localhost only"),
        ("http://127.1", "http is allowed for localhost only"),
        ("http://[::ffff:127.0.0.1]", "http is allowed for localhost only"),
        ("http://[::2]", "http is allowed for localhost only"),
        ("https://user:hunter2@open.beatpass.ca", "user name"),
        ("https://hunter2@open.beatpass.ca", "user name"),
        ("https://@open.beatpass.ca", "user name"),
        ("https://open.beatpass.ca?token=hunter2", "query"),
        ("https://open.beatpass.ca/api?", "query"),
        ("https://open.beatpass.ca/api#", "query or fragment"),
        ("ftp://open.beatpass.ca", "https://"),
        ("javascript:alert(1)", "https://"),
        ("file:///etc/passwd", "https://"),
        ("open.beatpass.ca/api/v1", "https://"),
        ("//open.beatpass.ca", "https://"),
        ("https://", "host"),
        ("https:///api", "host"),
        ("https://:443", "host"),
        ("https:open.beatpass.ca", "host"),
        ("https://-beatpass.ca", "host"),
        ("https://beatpass..ca", "host"),
        ("https://beat%70ass.ca", "host"),
        (f"https://{'a' * 64}.ca", "host"),
        (f"https://{'a.' * 130}ca", "host"),
        ("https://[::1%eth0]", "host"),
        ("https://[hunter2]", "invalid|host"),
        ("https://[::1", "is invalid"),
        ("https://open.beatpass.ca:0", "is invalid"),
        ("https://open.beatpass.ca:99999", "is invalid"),
        ("https://open.beatpass.ca:hunter2", "is invalid"),
        ("", "space"),
        (" https://open.beatpass.ca", "space"),
        ("https://open.beatpass.ca\n", "space"),
        ("https://open.beat\tpass.ca", "space"),
        ("https://open.beatpass.ca/\x1b", "space"),
        ("https://open.beatpass.ca\\@evil.example", "space"),
        ("https://open.beatpa\u017fs.ca", "space"),
    ],
)
def test_invalid_base_url(given: str, message: str) -> None:
    with pytest.raises(InvalidBaseURL, match=message) as caught:
        check_base_url(given)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "url, expected",
    [
        (API_URL, "https://open.beatpass.ca"),
        ("HTTPS://OPEN.beatpass.ca:443/x?y#z", "https://open.beatpass.ca"),
        ("https://open.beatpass.ca:80", "https://open.beatpass.ca:80"),
        ("http://localhost:8000/api", "http://localhost:8000"),
        ("http://[::1]:80/", "http://[::1]"),
    ],
)
def test_origin(url: str, expected: str) -> None:
    assert origin(url) == expected


@pytest.mark.parametrize("url", ["", "open.beatpass.ca", "https://", "data:x", "https://[", "a:b"])
def test_url_without_an_origin(url: str) -> None:
    with pytest.raises(InvalidBaseURL):
        origin(url)


def test_is_loopback() -> None:
    assert [is_loopback(host) for host in ("localhost", "127.0.0.1", "127.255.0.1", "::1")] == [
        True
    ] * 4
    assert not any(map(is_loopback, ("", "localhost.", "128.0.0.1", "::ffff:127.0.0.1", "::1%lo")))
