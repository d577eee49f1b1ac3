"""Hostile text in every string of the service, and checks of what reaches the terminal."""

from __future__ import annotations

import base64
import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from beatpass_tui.demo import DemoServer
from beatpass_tui.demo.messages import Request, Response
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
"""Sent in place of text, each after its own readable mark."""

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

    def __init__(self, refusals: Mapping[str, Response] | None = None) -> None:
        super().__init__(growth_delay=0.0)
        self.refusals = dict(refusals or {})
        self._turn = itertools.count()

    def reply(self, request: Request, target: str) -> Response | None:
        answer = super().reply(request, target)
        if answer is None:
            return None
        for path, refusal in self.refusals.items():
            if request.path.endswith(path):
                return refusal
        return Response(answer.status, self._with_attacks(answer.body), answer.headers)

    def attack(self) -> str:
        """Return the next attack after its mark."""
        turn = next(self._turn) % len(ATTACKS)
        return f"{MARKS[turn]} {ATTACKS[turn]}"

    def _with_attacks(self, body: Any, name: str = "") -> Any:  # noqa: ANN401
        match body:
            case dict():
                return {key: self._with_attacks(value, key) for key, value in body.items()}
            case list():
                return [self._with_attacks(value, name) for value in body]
            case str() if name not in _KEPT and not _TIME.fullmatch(body):
                # The status of a response is part of its shape.
                return body if body in ("success", "error") else self.attack()
        return body


def refusals(*paths: str) -> dict[str, Response]:
    """Return a failure for each path, with attacks, long text or a web page as its message."""
    messages = (
        *(f"{mark} {attack}" for mark, attack in zip(MARKS, ATTACKS, strict=True)),
        "<html><script>alert(1)</script>",
        "z" * 5_000_000,
        "big " * 400_000,
    )
    status = itertools.cycle((500, 403, 404, 422, 503, 418))
    # The unusual messages are at the end and are used first.
    return {
        path: Response(
            next(status), {"message": text, "errors": {text[:90]: [text[:90]]}, "error": text}
        )
        for path, text in zip(paths, reversed(messages), strict=False)
    }


# Output to the terminal

_SEQUENCE = re.compile(
    r"""
    \x1b\[[0-9;:]*m                           # colors
  | \x1b\[\d+;\d+H                            # cursor position
  | \x1b\[K                                  # clear the rest of a row (progress bar)
  | \x1b\[\?(?:7|25|100[0-6]|101[56]|1049|2004|2026|2031|2048)[hl]   # set or reset modes
  | \x1b\[\?\d+\$p                            # query modes
  | \x1b\[(?:>\d*|<)u                         # keyboard protocol
  | \x1b\]52;c;(?P<clip>[A-Za-z0-9+/=]*)\x07  # clipboard
  | \x1b\]22;[a-z-]*\x07                      # pointer shape
    """,
    re.VERBOSE,
)


def tokens(raw: bytes) -> Iterator[tuple[str, str]]:
    """Yield text as "text" and clipboard content as "clip"; fail at an unknown sequence.

    Text contains no control codes except line ends.
    """
    text = raw.decode("utf-8")
    place = 0
    while place < len(text):
        end = text.find(ESC, place)
        end = len(text) if end < 0 else end
        if plain := text[place:end]:
            for character in plain:
                category = unicodedata.category(character)
                assert category not in ("Cf", "Cs", "Co", "Cn", "Zl", "Zp"), ascii(plain)
                assert category != "Cc" or character in "\r\n", ascii(plain)
            yield "text", plain
        place = end
        if place < len(text):
            sequence = _SEQUENCE.match(text, place)
            assert sequence, f"an unknown sequence: {text[place : place + 60]!a}"
            if sequence["clip"] is not None:
                yield "clip", base64.b64decode(sequence["clip"], validate=True).decode()
            place = sequence.end()


def check(raw: bytes) -> list[str]:
    """Assert that only the program controlled the terminal; return what it copied."""
    for escape in ESCAPES:
        assert escape not in raw
    clips = [content for kind, content in tokens(raw) if kind == "clip"]
    for clip in clips:
        # Rows are copied with tabs between their columns, for spreadsheets.
        assert all(clean(part) == part for part in clip.split("\t"))
    return clips


def _readable(mark: str, attack: str) -> str:
    text = clean(f"{mark} {attack}")
    return text[:9].rstrip().lower() if text.isascii() else mark


_READABLE = tuple(map(_readable, MARKS, ATTACKS))


def readable_marks(text: str) -> set[str]:
    """Return the marks that are readable together with the text after them.

    The text of an attack stays readable; of long text, its beginning.
    """
    lowered = text.lower()
    return {mark for mark, start in zip(MARKS, _READABLE, strict=True) if start in lowered}


def box_defect(cells: list[list[str]]) -> str:
    """Describe the first box on a screen that is not closed; empty if there is none.

    On a page that scrolls, the next box may cover the end of one.
    """
    scrolls = "▾ More" in "".join(cells[-1])
    for top, row in enumerate(cells):
        for left, sign in enumerate(row):
            if sign != "╭":
                continue
            if "╮" not in row[left:]:
                return f"row {top}: a box without its corner"
            right = row.index("╮", left)
            for line in cells[top + 1 :]:
                ends = line[left], line[right]
                if ends == ("╰", "╯") or (scrolls and ends in (("╭", "╮"), ("┏", "┓"))):
                    break
                if ends != ("│", "│"):
                    return f"row {top}, column {left}: sides of {ends}"
            else:
                return f"row {top}: a box without an end"
    return ""


HOSTILE = "Night\x1b]52;c;x\x07 \u202e[bold]\r\nDrive\u200b\x00" + "x" * 10_000
"""Text that must never be drawn or stored unchanged."""


def check_clean(text: str | None, limit: int = MAX_NAME, cleaned: str = "Night") -> None:
    """Check the beginning and the length of decoded `HOSTILE`."""
    assert text is not None
    assert text.startswith(f"{cleaned} [bold] Drivexxx"[: limit - 1])
    assert text.isprintable()
    assert len(text) == limit
