"""Cleaning of text from the service: no terminal control, readable text unchanged."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content
from wcwidth import wcwidth

from beatpass_tui.models.text import MAX_CHARACTERS, MAX_MARKS, clean, fold, natural_key
from beatpass_tui.widgets.columns import fit_text

ESC, BEL, ST = "\x1b", "\x07", "\x1b\\"


def control_characters(text: str) -> list[str]:
    """Return the characters that control a terminal or break a row."""
    return [
        character
        for character in text
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    ]


@pytest.mark.parametrize(
    "sent, shown",
    [
        (f"a{ESC}]52;c;cm0gLXJm{BEL}b", "ab"),
        (f"a{ESC}]0;title{ST}b", "ab"),
        (f"a{ESC}]8;;file:///etc/passwd{ST}link{ESC}]8;;{ST}", "alink"),
        (f"a{ESC}[2Jb{ESC}[6nc", "abc"),
        (f"a{ESC}P$q m{ST}b", "ab"),
        (f"a{ESC}_payload{ST}b", "ab"),
        (f"a{ESC}cb", "ab"),
        (f"a{ESC}]52;c;never ended", "a]52;c;never ended"),
        (f"{ESC}[1;31mFire{ESC}[0m {ESC}[38:2::1:2:3mbeat{ESC}[m", "Fire beat"),
        (f"a{ESC}(B{ESC}#8{ESC}7{ESC}=b", "ab"),
        (f"a{ESC}[12", "a[12"),
        ("a\x9b2Jb", "ab"),
        ("a\x9d52;c;x\x9cb", "ab"),
        ("a\x90q\x98r\x9es\x9ft", "aqrst"),
        ("a\x07b\x00c\x7fd\x08e", "abcde"),
    ],
    ids=[
        "osc-52", "osc-0", "osc-8", "csi", "dcs", "apc", "ris", "unterminated", "colors",
        "short", "cut", "c1-csi", "c1-osc",
        "c1-strings", "c0",
    ],
)  # fmt: skip
def test_escape_sequences_are_removed(sent: str, shown: str) -> None:
    assert clean(sent) == shown


def test_control_codes_are_removed() -> None:
    for code in (*range(0x20), *range(0x7F, 0xA0)):
        assert clean(f"a{chr(code)}b") in ("ab", "a b"), code


@pytest.mark.parametrize(
    "character",
    list("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"),
    ids=ascii,
)
def test_directional_overrides_are_removed(character: str) -> None:
    assert clean(f"a{character}b") == "ab"


@pytest.mark.parametrize(
    "character",
    [
        *"\u00ad\u034f\u115f\u1160\u180b\u180e\u180f\u200b\u200c\u200d\u2060\u2064\u3164\ufeff\uffa0",
        *"\ufe0e\ufe0f\U000e0041\U000e0100",
    ],
    ids=ascii,
)
def test_invisible_characters_are_removed(character: str) -> None:
    assert clean(f"a{character}b") == "ab"


@pytest.mark.parametrize(
    "mark", ["\u0301", "\u20dd", "\u0903", "\u0489", "\u1161", "\u11a8", "\ud7b0"], ids=ascii
)
def test_combining_marks_are_limited(mark: str) -> None:
    assert clean("a" + mark * 500 + "b") == "a" + mark * MAX_MARKS + "b"


def test_mark_limit_applies_per_character() -> None:
    marked = "".join(letter + "\u0323\u0302" for letter in "abc")
    assert clean(marked) == marked


@pytest.mark.parametrize(
    "before", ["", " ", "\t", "\u200b", "\u202e ", "\x04\x1e", "\u200b "], ids=ascii
)
def test_mark_without_a_character_is_removed(before: str) -> None:
    assert clean(f"{before}\u0301abc") == "abc"


@pytest.mark.parametrize("between", ["\u200d", "\x00", "\u202e", "\ufe0f", "\ud800"], ids=ascii)
def test_removed_characters_do_not_reset_the_mark_limit(between: str) -> None:
    sent = "a" + ("\u0301" * MAX_MARKS + between) * 100
    assert clean(sent) == "a" + "\u0301" * MAX_MARKS


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
def test_readable_text_is_unchanged(name: str) -> None:
    assert clean(name) == name


@pytest.mark.parametrize(
    "sent, shown",
    [
        ("👩\u200d🎤", "👩🎤"),
        ("👨\u200d👩\u200d👧\u200d👦", "👨👩👧👦"),
        ("❤\ufe0f", "❤"),
        ("👍🏽", "👍"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e007f", "🏴"),
        ("🇨🇦 beats", "CA beats"),
        ("1\ufe0f\u20e3", "1\u20e3"),
    ],
    ids=["artist", "family", "heart", "tone", "region", "flag", "keycap"],
)
def test_joined_emoji_are_split(sent: str, shown: str) -> None:
    assert clean(sent) == shown


@pytest.mark.parametrize("code", [0xD800, 0xD83D, 0xDFFF], ids=hex)
def test_lone_surrogates_are_removed(code: int) -> None:
    assert clean(f"a{chr(code)}b").encode() == b"ab"


@pytest.mark.parametrize(
    "blank", ["\n", "\r\n", "\r", "\t", "\v", "\f", "\x1c", "\x85", "\u00a0", "\u2003", "\u2028",
              "\u2029", "\u3000", " \n\t "], ids=ascii,
)  # fmt: skip
def test_whitespace_is_collapsed(blank: str) -> None:
    assert clean(f"{blank}a{blank}b{blank}") == "a b"


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\x1b", "\u200b\u202e", "\u0301"], ids=ascii)
def test_unreadable_text_is_empty(text: str) -> None:
    assert clean(text) == ""


@pytest.mark.parametrize("length", [MAX_CHARACTERS - 1, MAX_CHARACTERS])
def test_short_text_is_not_truncated(length: int) -> None:
    assert clean("x" * length) == "x" * length


@pytest.mark.parametrize("length", [MAX_CHARACTERS + 1, 10_000])
def test_long_text_ends_in_an_ellipsis(length: int) -> None:
    assert clean("x" * length) == "x" * (MAX_CHARACTERS - 1) + "…"


def test_limit_includes_the_ellipsis() -> None:
    assert clean("midnight drive", 10) == "midnight…"
    assert len(clean("midnight-drive", 10)) == 10


@pytest.mark.parametrize("character", ["x", "\x1b", "\u0301", " "], ids=ascii)
def test_very_long_text_is_fast(character: str) -> None:
    sent = character * 5_000_000
    start = time.process_time()
    shown = clean(sent)
    assert time.process_time() - start < 0.5
    assert len(shown) <= MAX_CHARACTERS


def test_no_code_point_controls_the_terminal() -> None:
    characters = [chr(code) for code in range(0x110000)]
    for start in range(0, len(characters), 400):
        assert control_characters(clean("".join(characters[start : start + 400]))) == []


def test_cleaning_is_idempotent() -> None:
    sent = f"  a{ESC}[31m b\u0301\u0301\u0301\u0301\u0301\u0301 \u202e{'long ' * 200}"
    assert clean(clean(sent)) == clean(sent)


# Generated text


PIECES = (
    *(
        ESC,
        BEL,
        ST,
        "\x00",
        "\x7f",
        "\x9b",
        "\x9d",
        "\u202e",
        "\u2066",
        "\u200d",
        "\ufe0f",
        "\ud83d",
    ),
    *("\u0301", "\u0903", "\u20dd", "\u1161", "\u11a8", "🏽", "🇨", "👩", "夜", "하", "मि", "ﷺ"),
    *(" ", "\t", "\n", "\u3000", "[red]", "[/]", "]52;c;eA==", "…", "e", "-"),
)
ANY = st.lists(st.sampled_from(PIECES) | st.integers(0, 0x10FFFF).map(chr), max_size=60).map(
    "".join
)
examples = settings(max_examples=200)


@examples
@given(ANY, st.integers(1, 60))
def test_cleaned_text_never_controls_the_terminal(sent: str, limit: int) -> None:
    shown = clean(sent, limit)
    assert control_characters(shown) == []
    assert len(shown) <= limit
    assert shown == " ".join(shown.split())
    assert clean(shown, limit) == shown
    shown.encode()


@examples
@given(ANY)
def test_marks_never_exceed_the_limit(sent: str) -> None:
    marks = 0
    for character in clean(f"a{sent}"):
        marks = marks + 1 if cell_len(character) == 0 else 0
        assert marks <= MAX_MARKS


@examples
@given(ANY, st.integers(0, 40), st.booleans())
def test_libraries_agree_on_the_width(sent: str, room: int, right: bool) -> None:
    shown = clean(sent)
    content = Content(shown)
    assert content.plain == shown
    assert content.cell_length == cell_len(shown) == sum(map(cell_len, shown))
    assert cell_len(fit_text(shown, room, right=right)) == room
    assert content.truncate(room, ellipsis=True).cell_length <= room
    assert content.truncate(room, ellipsis=True, pad=True).cell_length == room


@examples
@given(
    st.lists(st.text("abzÀéß夜ドラ하ليل0-9'[]()/\\#&🎹", min_size=1, max_size=9), max_size=9).map(
        " ".join
    )
)
def test_any_readable_text_is_unchanged(name: str) -> None:
    assert clean(name) == name


def test_terminal_agrees_on_the_width() -> None:
    marks = ("Mc", "Mn", "Me")
    differ = [
        hex(code)
        for code in (*range(0x20, 0x20000), *range(0x20000, 0x110000, 997))
        if (shown := clean(f"a{chr(code)}")[1:])
        and unicodedata.category(shown) not in marks
        and cell_len(shown) != wcwidth(shown)
    ]
    assert differ == []


# Search and order


@pytest.mark.parametrize(
    "typed, text",
    [
        ("eclair", "Éclair"),
        ("eclair", "E\u0301clair"),
        ("ÉCLAIR", "e\u0301clair"),
        ("E\u0301", "é"),
        ("orsted", "Ørsted"),
        ("Ørsted", "ØRSTED"),
        ("strasse", "Straße"),
        ("STRASSE", "straße"),
        ("lodz", "Łódź"),
        ("aether", "Æther"),
        ("istanbul", "İSTANBUL"),
        ("isik", "ışık"),
        ("nguyen", "Nguyễn"),
        ("don't", "Don’t"),
        ("σισυφος", "ΣΊΣΥΦΟΣ"),
        ("елка", "Ёлка"),
        ("cafe", "ＣＡＦÉ"),
        ("fine", "ﬁne"),
        ("が", "か\u3099"),
        ("한국", unicodedata.normalize("NFD", "한국")),
    ],
)
def test_search_ignores_case_accents_and_composition(typed: str, text: str) -> None:
    assert fold(typed) == fold(text)


@pytest.mark.parametrize("first, second", [("か", "が"), ("हिन्दी", "हिनदी"), ("beat 1", "beat 2")])
def test_other_letters_stay_different(first: str, second: str) -> None:
    assert fold(first) != fold(second)


@examples
@given(st.text(max_size=30))
def test_folded_text_is_stable_and_the_same_for_each_form(sent: str) -> None:
    folded = fold(sent)
    assert fold(folded) == folded
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert fold(unicodedata.normalize(form, sent)) == folded


@pytest.mark.parametrize(
    "ordered",
    [
        ["Beat 2", "Beat 10"],
        ["Beat 9", "Beat 010", "Beat 11"],
        ["beat 2b", "Beat 10a"],
        ["Dub", "Éclair", "eclipse", "Fog"],
        ["Orsk", "Ørsted", "Osaka", "Zen"],
        ["2 AM", "10 AM", "Alba"],
        ["Track 1 v2", "Track 1 v10", "Track 2 v1"],
        ["Beat", "Beat 1", "Beat ٣", "Beat 4"],
    ],
    ids=str,
)
def test_titles_are_ordered_by_letter_and_by_number(ordered: list[str]) -> None:
    shuffled = ordered[::-1]
    assert sorted(shuffled, key=natural_key) == ordered


@examples
@given(st.lists(st.text("ab12É٣ -é", max_size=8), max_size=8))
def test_any_titles_can_be_ordered(titles: list[str]) -> None:
    shuffled = titles[::-1]
    assert sorted(titles, key=natural_key) == sorted(shuffled, key=natural_key)
