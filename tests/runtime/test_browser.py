"""Opening BeatPass pages in a browser without waiting for it."""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import Iterator

import pytest

from beatpass_tui.runtime import browser

URL = "https://open.beatpass.ca/artist/7/nova"
TIMEOUT = 10.0
"""Seconds after which a thread counts as stuck."""


@pytest.mark.parametrize(
    "platform, environ, expected",
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
def test_is_available(platform: str, environ: dict[str, str], expected: bool) -> None:
    assert browser.is_available(environ, platform) is expected


class Browser:
    """A web browser that returns when `leave` is set."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.begun = threading.Event()
        self.leave = threading.Event()

    def open(self, url: str) -> bool:
        self.opened.append(url)
        self.begun.set()
        return self.leave.wait(TIMEOUT)


def browser_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "browser"]


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    fake_browser = Browser()
    monkeypatch.setattr(webbrowser, "open", fake_browser.open)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    yield fake_browser
    fake_browser.leave.set()
    for thread in browser_threads():
        thread.join(TIMEOUT)


def test_open_url_does_not_wait_for_the_browser(web: Browser) -> None:
    assert browser.open_url(URL) is True
    assert web.begun.wait(TIMEOUT)
    assert web.opened == [URL]
    assert not web.leave.is_set()


def test_hanging_browser_does_not_keep_the_process_alive(web: Browser) -> None:
    browser.open_url(URL)
    assert web.begun.wait(TIMEOUT)
    (thread,) = browser_threads()
    assert thread.daemon
    web.leave.set()
    thread.join(TIMEOUT)
    assert not thread.is_alive()


def test_paths_are_opened_on_the_web_app(web: Browser) -> None:
    assert browser.open_url("/artist/7/nova") is True
    assert web.begun.wait(TIMEOUT)
    assert web.opened == [URL]


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "file:///etc/passwd", "https://evil.example/", "--help", "", "//x"],
)
def test_other_urls_are_not_opened(web: Browser, url: str) -> None:
    assert browser.open_url(url) is False
    assert browser_threads() == []
    assert web.opened == []


def test_nothing_is_opened_without_a_display(web: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "is_available", lambda: False)
    assert browser.open_url(URL) is False
    assert web.opened == []
