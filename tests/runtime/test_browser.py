"""A browser is opened for BeatPass's own addresses, where there is one, without waiting."""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import Iterator

import pytest

from beatpass_tui.runtime import browser

ADDRESS = "https://open.beatpass.ca/artist/7/nova"
PATIENCE = 10.0
"""Seconds after which a thread that should have run counts as stuck."""


@pytest.mark.parametrize(
    "platform, environ, there",
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"BROWSER": "firefox"}, True),
        ("linux", {"SSH_CONNECTION": "1 2 3 4"}, False),
        ("linux", {"SSH_CONNECTION": "1 2 3 4", "DISPLAY": "localhost:10"}, True),
        ("freebsd14", {"DISPLAY": ":0"}, True),
        ("darwin", {}, True),
        ("darwin", {"SSH_CONNECTION": "1 2 3 4"}, False),
        ("win32", {}, True),
        ("win32", {"SSH_CONNECTION": "1 2 3 4"}, False),
    ],
)
def test_where_a_browser_can_be_expected(
    platform: str, environ: dict[str, str], there: bool
) -> None:
    assert browser.is_available(environ, platform) is there


class Browser:
    """A web browser that does not return until it is told to."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.begun = threading.Event()
        self.leave = threading.Event()

    def open(self, address: str) -> bool:
        self.opened.append(address)
        self.begun.set()
        return self.leave.wait(PATIENCE)


def begun() -> list[threading.Thread]:
    """Return the threads in which an address is being opened."""
    return [thread for thread in threading.enumerate() if thread.name == "browser"]


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    found = Browser()
    monkeypatch.setattr(webbrowser, "open", found.open)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    yield found
    found.leave.set()
    for thread in begun():
        thread.join(PATIENCE)


def test_an_address_is_opened_without_waiting_for_the_browser(web: Browser) -> None:
    assert browser.open_url(ADDRESS) is True
    assert web.begun.wait(PATIENCE)
    assert web.opened == [ADDRESS]
    assert not web.leave.is_set()


def test_a_browser_that_does_not_return_cannot_keep_the_program(web: Browser) -> None:
    browser.open_url(ADDRESS)
    assert web.begun.wait(PATIENCE)
    (thread,) = begun()
    assert thread.daemon
    web.leave.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_a_path_is_opened_on_the_web_app(web: Browser) -> None:
    assert browser.open_url("/artist/7/nova") is True
    assert web.begun.wait(PATIENCE)
    assert web.opened == [ADDRESS]


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "file:///etc/passwd", "https://evil.example/", "--help", "", "//x"],
)
def test_no_other_address_is_opened(web: Browser, address: str) -> None:
    assert browser.open_url(address) is False
    assert begun() == []
    assert web.opened == []


def test_without_a_display_nothing_is_opened(web: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "is_available", lambda: False)
    assert browser.open_url(ADDRESS) is False
    assert web.opened == []
