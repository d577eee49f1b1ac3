"""Hostile text in every string of the service, and checks of what reaches the terminal."""

from __future__ import annotations

import base64
import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from beatpass_tui.demo import DemoServer
from beatpass_tui.demo.messages import Answer, Request
from beatpass_tui.models.text import MAX_NAME, clean

ESC, BEL, ST = "\x1b", "\x07", "\x1b\\"

ATTACKS = (
    f"{ESC}]52;c;cm0gLXJm{BEL}osc",
    f"{ESC}]0;owned{ST}title",
    f"{ESC}]2;owned{BEL}title",
    f"{ESC}]8;;file:///etc/passwd{ST}link{ESC}]8;;{ST}",
    f"{ESC}[2J{ESC}[3Jgone",
    f"{ESC}[6n{ESC}[cask",
    f"{ESC}[5;8;53mhidden{ESC}[0m",
    f"{ESC}[999;999Hfar",
    f"{ESC}P$q m{ST}dcs",
    f"{ESC}_Gpayload{ST}apc",
    f"{ESC}^pm{ST}{ESC}Xsos{ST}",
    f"{ESC}creset",
    f"{ESC}(0{ESC}#8lines",
    f"{ESC}]52;c;never ended",
    "\x9b2J\x9b6nc1",
    "\x9d52;c;eA==\x9cc1",
    "\x90q\x9c\x85c1",
    f"a{BEL}b\x00c\x7fd\x08e\x0ef",
    "two\r\nlines\tand\vtabs",
    "[/]close",
    "[red",
    "[@click=app.quit]x[/]",
    "[link=file:///etc/passwd]x[/]",
    "[$error on $panel]$[/]",
    "{app.quit} %s {0}",
    "\u202egnp.exe\u2066\u2069\u200f",
    "a\u200d\u200b\ufeffb\u00adc",
    "o" + "\u0301" * 500 + "piled",
    "o" + ("\u0301" * 4 + "\u200d") * 100 + "piled",
    "o" + "\u1161" * 300 + "jamo",
    "long " * 2_000,
    "夜のドライブ・深夜",
    "👩\u200d🎤👍🏽🇨🇦❤\ufe0f",
    "\ud83dhalf\udfff",
    "=cmd|'/C calc'!A0",
)
"""Sent instead of text, each after a plain mark of its own."""

MARKS = tuple(f"q{number:02}" for number in range(len(ATTACKS)))

ESCAPES = tuple(
    part.encode()
    for part in (
        *("\x1b]0;", "\x1b]2;", "\x1b]8;", "\x1b[2J", "\x1b[3J", "\x1b[6n", "\x1b[c", "\x1bP"),
        *("\x1b_", "\x1b^", "\x1bX", "\x1bc", "\x1b(", "\x1b#", "\x1b[5;8;53m", "\x1b[999;999H"),
    )
)  # fmt: skip
"""Prefixes of the attacks' sequences; the program uses none of them."""

_KEPT = frozenset({"access_token", "action", "avatar", "image", "key", "date", "name_of_month"})
_TIME = re.compile(r"\d{4}-\d\d(-\d\d([T ].*)?)?")


class HostileServer(DemoServer):
    """The demo with an attack in every string; the shapes of its responses are unchanged.

    Endpoints in `refusals` answer with the response given there.
    """

    def __init__(self, refusals: Mapping[str, Answer] | None = None) -> None:
        super().__init__(growth_delay=0.0)
        self.refusals = dict(refusals or {})
        self._turn = itertools.count()

    def reply(self, request: Request, asked: str) -> Answer | None:
        answer = super().reply(request, asked)
        if answer is None:
            return None
        for path, refusal in self.refusals.items():
            if request.path.endswith(path):
                return refusal
        return Answer(answer.status, self._armed(answer.body), answer.headers)

    def attack(self) -> str:
        """Return the next attack after its mark."""
        turn = next(self._turn) % len(ATTACKS)
        return f"{MARKS[turn]} {ATTACKS[turn]}"

    def _armed(self, found: Any, name: str = "") -> Any:  # noqa: ANN401
        match found:
            case dict():
                return {key: self._armed(value, key) for key, value in found.items()}
            case list():
                return [self._armed(value, name) for value in found]
            case str() if name not in _KEPT and not _TIME.fullmatch(found):
                # The status of a response is part of its shape.
                return found if found in ("success", "error") else self.attack()
        return found


def refusals(*paths: str) -> dict[str, Answer]:
    """Return a failure for each path, with attacks, long text or a web page as its message."""
    said = (
        *(f"{mark} {attack}" for mark, attack in zip(MARKS, ATTACKS, strict=True)),
        "<html><script>alert(1)</script>",
        "z" * 5_000_000,
        "big " * 400_000,
    )
    status = itertools.cycle((500, 403, 404, 422, 503, 418))
    # The unusual ones are at the end and come first.
    return {
        path: Answer(
            next(status), {"message": words, "errors": {words[:90]: [words[:90]]}, "error": words}
        )
        for path, words in zip(paths, reversed(said), strict=False)
    }


# Output to the terminal

_SEQUENCE = re.compile(
    r"""
    \x1b\[[0-9;:]*m                           # colors
  | \x1b\[\d+;\d+H                            # the cursor to a place
  | \x1b\[K                                  # the rest of a row, by a bar of progress
  | \x1b\[\?(?:7|25|100[0-6]|101[56]|1049|2004|2026|2031|2048)[hl]   # modes
  | \x1b\[\?\d+\$p                            # which modes there are
  | \x1b\[(?:>\d*|<)u                         # the keyboard's protocol
  | \x1b\]52;c;(?P<clip>[A-Za-z0-9+/=]*)\x07  # the clipboard
  | \x1b\]22;[a-z-]*\x07                      # the pointer's shape
    """,
    re.VERBOSE,
)


def tokens(raw: bytes) -> Iterator[tuple[str, str]]:
    """Yield text as "words" and clipboard content as "clip"; fail at an unknown sequence.

    Text contains no control codes except line ends.
    """
    text = raw.decode("utf-8")
    place = 0
    while place < len(text):
        end = text.find(ESC, place)
        end = len(text) if end < 0 else end
        if words := text[place:end]:
            for character in words:
                category = unicodedata.category(character)
                assert category not in ("Cf", "Cs", "Co", "Cn", "Zl", "Zp"), ascii(words)
                assert category != "Cc" or character in "\r\n", ascii(words)
            yield "words", words
        place = end
        if place < len(text):
            found = _SEQUENCE.match(text, place)
            assert found, f"an unknown sequence: {text[place : place + 60]!a}"
            if found["clip"] is not None:
                yield "clip", base64.b64decode(found["clip"], validate=True).decode()
            place = found.end()


def check(raw: bytes) -> list[str]:
    """Assert that only the program controlled the terminal; return what it copied."""
    for escape in ESCAPES:
        assert escape not in raw
    clips = [words for kind, words in tokens(raw) if kind == "clip"]
    for clip in clips:
        # Rows are copied with tabs between their columns, for spreadsheets.
        assert all(clean(part) == part for part in clip.split("\t"))
    return clips


def _readable(mark: str, attack: str) -> str:
    words = clean(f"{mark} {attack}")
    return words[:9].rstrip().lower() if words.isascii() else mark


_READABLE = tuple(map(_readable, MARKS, ATTACKS))


def seen(text: str) -> set[str]:
    """Return the marks that are readable together with the text after them.

    The text of an attack stays readable; of long text, its beginning.
    """
    low = text.lower()
    return {mark for mark, text in zip(MARKS, _READABLE, strict=True) if text in low}


def broken(cells: list[list[str]]) -> str:
    """Return what is wrong with the boxes on a screen; empty if each box is closed."""
    for top, row in enumerate(cells):
        for left, sign in enumerate(row):
            if sign != "╭":
                continue
            if "╮" not in row[left:]:
                return f"row {top}: a box without its corner"
            right = row.index("╮", left)
            for line in cells[top + 1 :]:
                ends = line[left], line[right]
                if ends == ("╰", "╯"):
                    break
                if ends != ("│", "│"):
                    return f"row {top}, column {left}: sides of {ends}"
            else:
                return f"row {top}: a box without an end"
    return ""


HOSTILE = "Night\x1b]52;c;x\x07 \u202e[bold]\r\nDrive\u200b\x00" + "x" * 10_000
"""Text that must never be drawn or stored unchanged."""


def check_clean(found: str | None, limit: int = MAX_NAME, cleaned: str = "Night]52;c;x") -> None:
    """Check the beginning and the length of decoded `HOSTILE`."""
    assert found is not None
    assert found.startswith(f"{cleaned} [bold] Drivexxx"[: limit - 1])
    assert found.isprintable()
    assert len(found) == limit
