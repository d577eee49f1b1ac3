"""Kinds of terminals: their colors, their ways to send keys, and slow lines."""

from __future__ import annotations

import re

import pytest

from support.terminal import Terminal, is_restored

KITTY = {
    "DOWN": "\x1b[1;1B", "ESC": "\x1b[27u", "1": "\x1b[49;;49u", "6": "\x1b[54;;54u",
    "/": "\x1b[47;;47u", "?": "\x1b[47;2;63u", "é": "\x1b[233;;233u", "q": "\x1b[113;;113u",
}  # fmt: skip
"""Keys as terminals with kitty's keyboard protocol send them."""

LEGACY = {"DOWN": "\x1b[B", "ESC": "\x1b"}

ANSWERS = ("\x1b[?2026;2$y", "\x1b[?2048;0$y", "\x1b[?62;4;6c", "\x1b]11;rgb:0a0a/0a0a/0a0a\x1b\\")
"""Answers to queries; taken for keys, they would open pages."""


def colors(raw: bytes) -> set[str]:
    """Return the kinds of colors that were used: of 16, 256, or true colors."""
    kinds = set()
    for codes in re.findall(rb"\x1b\[([\d;]+)m", raw):
        kinds.add("true" if b"8;2;" in codes else "256" if b"8;5;" in codes else "16")
    return kinds


@pytest.mark.parametrize(
    "term, variables, kind, keys",
    [
        ("linux", {}, "16", LEGACY),
        ("screen-256color", {}, "256", LEGACY),
        ("xterm-kitty", {"COLORTERM": "truecolor"}, "true", KITTY),
    ],
    ids=["console", "screen", "kitty"],
)
def test_slow_terminal(
    term: str, variables: dict[str, str], kind: str, keys: dict[str, str]
) -> None:
    # On a busy machine, the parts of a key may be read later than they are sent.
    env = {"TERM": term, "ESCDELAY": "5000", **variables}

    def press(*names: str) -> None:
        """Send keys byte by byte, as a slow line does."""
        for name in names:
            for byte in keys.get(name, name).encode():
                terminal.press_byte(byte)

    with Terminal("--demo", "--no-store", size=(100, 30), env=env) as terminal:
        terminal.until("45,210")
        # Tiles have frames where the nearest colors don't tell them from the background.
        assert ("╭" in terminal.text) is (kind != "true")
        # Answers come late, and in parts.
        terminal.press(ANSWERS[2])
        for answer in ANSWERS:
            for byte in answer.encode():
                terminal.press_byte(byte)
        press("DOWN")
        terminal.until("My Beats · ")
        press("6")
        terminal.until("▸ My Beats")
        press("/", "é")
        terminal.until("é")
        # With another key after it, Escape needs no pause.
        press("ESC", "ESC", "1")
        terminal.until("▸ Dashboard")
        press("?")
        terminal.until("Help · Dashboard")
        press("ESC", "DOWN")
        terminal.until("Total Plays · ")
        assert colors(bytes(terminal.raw)) <= {"16", kind}
        assert kind in colors(bytes(terminal.raw))
        press("q")
        assert terminal.exit() == 0
        assert is_restored(terminal)
