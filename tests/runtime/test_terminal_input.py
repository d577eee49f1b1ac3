"""Keys and answers in the input of a terminal, in one piece and in parts."""

from __future__ import annotations

import pytest

from beatpass_tui.runtime.terminal_input import InputFilter

ANSWERS = [
    "\x1b[?62;4;22c",
    "\x1b[>41;354;0c",
    "\x1b[?1u",
    "\x1b[0n",
    "\x1b[?997;1n",
    "\x1b[8;24;80t",
    "\x1b]11;rgb:0a0a/0a0a/0a0a\x07",
    "\x1b]4;1;rgb:cccc/0000/0000\x1b\\",
    "\x1bP>|XTerm(390)\x1b\\",
    "\x1bP1+r5463=313233\x1b\\",
    "\x1b_Gi=31;OK\x1b\\",
]
KEYS = [
    "q",
    "\x1b[B",
    "\x1bOP",
    "\x1b[1;5R",
    "\x1b[24;80R",
    "\x1b[15~",
    "\x1b[c",
    "\x1b[113;;113u",
    "\x1b[<0;10;12M",
    "\x1b[?2026;2$y",
    "\x1b[48;24;80;480;800t",
    "\x1b[200~1234\x1b[201~",
    "\x1bq",
    "é",
]


def parts(text: str, *at: int) -> list[str]:
    """Return a text cut at some places."""
    return [text[start:end] for start, end in zip((0, *at), (*at, len(text)), strict=True)]


def read(*chunks: str) -> str:
    """Return what remains of input that arrives in chunks, with pauses shorter than a tick."""
    keys = InputFilter()
    return "".join(part for chunk in chunks for part in keys.feed(chunk))


@pytest.mark.parametrize("answer", ANSWERS)
def test_answer_is_no_key_however_it_arrives(answer: str) -> None:
    for at in range(1, len(answer)):
        assert read(*parts(answer, at)) == ""
        assert read("r", *parts(answer, at), "q") == "rq"
    assert read(*answer) == ""
    assert read(f"\x1b[B{answer}q{answer}") == "\x1b[Bq"


@pytest.mark.parametrize("key", KEYS)
def test_key_is_passed_on_however_it_arrives(key: str) -> None:
    assert read(key) == key
    assert read(f"{ANSWERS[0]}{key}{ANSWERS[-1]}") == key
    for at in range(1, len(key)):
        assert read(*parts(key, at), "q") == f"{key}q"
    assert read(*key) == key


def test_escape_is_a_part_of_its_own() -> None:
    keys = InputFilter()
    assert list(keys.feed("\x1b")) == []
    assert list(keys.tick()) == ["\x1b"]
    assert list(keys.tick()) == []
    # A key directly after it, another Escape, and an arrow key in parts.
    assert [*keys.feed("\x1b"), *keys.feed("2")] == ["\x1b", "2"]
    assert [*keys.feed("\x1b"), *keys.feed("\x1b"), *keys.tick()] == ["\x1b", "\x1b"]
    assert [*keys.feed("\x1b"), *keys.feed("[B")] == ["\x1b[B"]
    assert [*keys.feed("\x1b\x1b[B")] == ["\x1b", "\x1b[B"]


@pytest.mark.parametrize("key", ["\x1b]", "\x1bP", "\x1b[", "\x1b[1"])
def test_incomplete_key_is_passed_on_after_a_moment(key: str) -> None:
    keys = InputFilter()
    assert list(keys.feed(key)) == []
    assert list(keys.tick()) == [key]


def test_answer_that_never_ends_is_dropped() -> None:
    for start in ("\x1b]11;rgb:", "\x1b[?62;"):
        keys = InputFilter()
        assert list(keys.feed(start)) == []
        assert [part for _ in range(10) for part in keys.tick()] == []
        assert list(keys.feed("q")) == ["q"]
    keys = InputFilter()
    long = "".join(part for _ in range(10) for part in keys.feed("\x1b]" + "x" * 1000))
    assert len(long) < 20_000
