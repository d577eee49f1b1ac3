"""Nothing that a server sends can steer a terminal, and what is readable stays."""

from __future__ import annotations

import time
import unicodedata

import pytest

from beatpass_tui.text import MAX_CHARACTERS, MAX_MARKS, clean

ESC, BEL, ST = "\x1b", "\x07", "\x1b\\"


def steers(text: str) -> list[str]:
    """Return the characters by which a terminal could be steered or a row be broken."""
    return [
        character
        for character in text
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    ]


@pytest.mark.parametrize(
    "sent, shown",
    [
        (f"a{ESC}]52;c;cm0gLXJm{BEL}b", "a]52;c;cm0gLXJmb"),
        (f"a{ESC}]0;title{ST}b", "a]0;title\\b"),
        (f"a{ESC}]8;;file:///etc/passwd{ST}link{ESC}]8;;{ST}", "a]8;;file:///etc/passwd\\link]8;;\\"),
        (f"a{ESC}[2Jb{ESC}[6nc", "a[2Jb[6nc"),
        (f"a{ESC}P$q m{ST}b", "aP$q m\\b"),
        (f"a{ESC}_payload{ST}b", "a_payload\\b"),
        (f"a{ESC}cb", "acb"),
        (f"a{ESC}]52;c;never ended", "a]52;c;never ended"),
        ("a\x9b2Jb", "a2Jb"),
        ("a\x9d52;c;x\x9cb", "a52;c;xb"),
        ("a\x90q\x98r\x9es\x9ft", "aqrst"),
        ("a\x07b\x00c\x7fd\x08e", "abcde"),
    ],
    ids=[
        "osc-52", "osc-0", "osc-8", "csi", "dcs", "apc", "ris", "unterminated", "c1-csi", "c1-osc",
        "c1-strings", "c0",
    ],
)  # fmt: skip
def test_escape_sequences_lose_their_introducer(sent: str, shown: str) -> None:
    assert clean(sent) == shown


@pytest.mark.parametrize("code", [*range(0x20), *range(0x7F, 0xA0)], ids=hex)
def test_no_control_code_survives(code: int) -> None:
    assert clean(f"a{chr(code)}b") in ("ab", "a b")


@pytest.mark.parametrize(
    "character",
    list("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"),
    ids=ascii,
)
def test_no_direction_can_be_forced(character: str) -> None:
    assert clean(f"a{character}b") == "ab"


@pytest.mark.parametrize(
    "character",
    [
        *"\u00ad\u034f\u115f\u1160\u180b\u180e\u180f\u200b\u200c\u200d\u2060\u2064\u3164\ufeff\uffa0",
        *"\ufe0e\ufe0f\U000e0041\U000e0100",
    ],
    ids=ascii,
)
def test_nothing_invisible_is_kept(character: str) -> None:
    assert clean(f"a{character}b") == "ab"


@pytest.mark.parametrize("mark", ["\u0301", "\u20dd", "\u0903", "\u0489"], ids=ascii)
def test_marks_cannot_climb_over_other_rows(mark: str) -> None:
    assert clean("a" + mark * 500 + "b") == "a" + mark * MAX_MARKS + "b"


def test_each_character_has_its_own_marks() -> None:
    marked = "".join(letter + "\u0323\u0302" for letter in "abc")
    assert clean(marked) == marked


@pytest.mark.parametrize(
    "sent",
    ["\u0301abc", " \u0301abc", "\x1e\u20d9abc", "\u200b \u0301\u0301abc", "\x04\x1e\u20d9abc"],
)
def test_a_mark_without_a_character_is_dropped(sent: str) -> None:
    assert clean(sent) == "abc"
    assert clean(f"a{sent}") in ("aabc", "a abc", "a\u0301abc")


@pytest.mark.parametrize(
    "name",
    [
        "Nova Reyes",
        "Trap Beat [FREE]",
        "[@click=app.quit]x[/]",
        "[link=file:///etc/passwd]x[/]",
        "Beyoncé · Sigur Rós",
        "Cafe\u0301",
        "夜のドライブ",
        "심야 드라이브",
        "मध्यरात्रि",
        "ليل",
        "🎹🔥",
        "a\\b/c",
        "100%",
    ],
)
def test_what_is_readable_stays_as_it_is(name: str) -> None:
    assert clean(name) == name


@pytest.mark.parametrize(
    "sent, shown", [("👩\u200d🎤", "👩🎤"), ("❤\ufe0f", "❤"), ("👍🏽", "👍🏽")]
)
def test_joined_emoji_become_single_ones(sent: str, shown: str) -> None:
    assert clean(sent) == shown


@pytest.mark.parametrize("code", [0xD800, 0xD83D, 0xDFFF], ids=hex)
def test_lone_surrogates_go(code: int) -> None:
    assert clean(f"a{chr(code)}b").encode() == b"ab"


@pytest.mark.parametrize(
    "blank", ["\n", "\r\n", "\r", "\t", "\v", "\f", "\x1c", "\x85", "\u00a0", "\u2003", "\u2028",
              "\u2029", "\u3000", " \n\t "], ids=ascii,
)  # fmt: skip
def test_white_space_of_any_kind_is_one_blank(blank: str) -> None:
    assert clean(f"{blank}a{blank}b{blank}") == "a b"


@pytest.mark.parametrize("nothing", ["", " ", "\n\n", "\x1b", "\u200b\u202e", "\u0301"], ids=ascii)
def test_nothing_readable_is_nothing(nothing: str) -> None:
    assert clean(nothing) == ""


@pytest.mark.parametrize("length", [MAX_CHARACTERS - 1, MAX_CHARACTERS])
def test_what_fits_is_not_cut(length: int) -> None:
    assert clean("x" * length) == "x" * length


@pytest.mark.parametrize("length", [MAX_CHARACTERS + 1, 10_000])
def test_what_is_too_long_ends_in_an_ellipsis(length: int) -> None:
    assert clean("x" * length) == "x" * (MAX_CHARACTERS - 1) + "…"


def test_a_limit_counts_the_ellipsis_and_leaves_no_blank_before_it() -> None:
    assert clean("midnight drive", 10) == "midnight…"
    assert len(clean("midnight-drive", 10)) == 10


@pytest.mark.parametrize("filling", ["x", "\x1b", "\u0301", " "], ids=ascii)
def test_megabytes_cost_nothing(filling: str) -> None:
    sent = filling * 5_000_000
    begun = time.process_time()
    shown = clean(sent)
    assert time.process_time() - begun < 0.5
    assert len(shown) <= MAX_CHARACTERS


def test_no_code_point_at_all_can_steer() -> None:
    everything = [chr(code) for code in range(0x110000)]
    for start in range(0, len(everything), 400):
        assert steers(clean("".join(everything[start : start + 400]))) == []


def test_cleaning_twice_changes_nothing() -> None:
    sent = f"  a{ESC}[31m b\u0301\u0301\u0301\u0301\u0301\u0301 \u202e{'long ' * 200}"
    assert clean(clean(sent)) == clean(sent)
