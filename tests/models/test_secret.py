"""Tokens are parsed from pasted text and never shown."""

from __future__ import annotations

import copy
import json
import pickle
import pprint
import traceback
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from beatpass_tui.errors import InvalidToken
from beatpass_tui.models.secret import MAX_LENGTH, Secret

TOKEN = "317|made-up-token-for-the-tests"


@pytest.mark.parametrize(
    "pasted",
    [
        TOKEN,
        f"{TOKEN}\n",
        f"{TOKEN}\r\n",
        f"  {TOKEN}\t ",
        f"\n\n{TOKEN}\n",
        f"Bearer {TOKEN}",
        f"bearer {TOKEN}\n",
        f"BEARER   {TOKEN}",
        f"\u00a0{TOKEN}\u2003",
    ],
    ids=ascii,
)
def test_text_around_a_pasted_token_is_removed(pasted: str) -> None:
    assert Secret.parse(pasted).reveal() == TOKEN


@pytest.mark.parametrize("pasted", ["", " ", "\n", "\r\n\t", "Bearer", "bearer ", " Bearer \n"])
def test_blank_token_is_refused(pasted: str) -> None:
    with pytest.raises(InvalidToken, match="empty"):
        Secret.parse(pasted)


@pytest.mark.parametrize(
    "inside",
    ["\r\n", "\n", "\r", " ", "\t", "\x00", "\x1b", "\x7f", "\x85", "\u2028", "\u201c", "\u2019",
     "é", "夜", "🎹", "\u200b", "\u202e", "\ufeff"],
    ids=ascii,
)  # fmt: skip
def test_invalid_header_characters_are_refused(inside: str) -> None:
    before, after = "first-half", "second-half"
    with pytest.raises(InvalidToken) as caught:
        Secret.parse(f"{before}{inside}{after}")
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    for message in (repr(error), str(error), error.message, error.reason):
        assert before not in message
        assert after not in message


def test_token_length_is_limited() -> None:
    assert len(Secret.parse("x" * MAX_LENGTH).reveal()) == MAX_LENGTH
    with pytest.raises(InvalidToken, match="too long"):
        Secret.parse("x" * (MAX_LENGTH + 1))


@dataclass(frozen=True)
class Holder:
    token: Secret


FORMATTERS: list[Callable[[Secret], str]] = [
    repr,
    str,
    lambda secret: f"{secret}",
    lambda secret: f"{secret!r:>40}",
    lambda secret: "%s" % secret,  # noqa: UP031
    lambda secret: "{}".format(secret),  # noqa: UP032
    lambda secret: repr([secret]),
    lambda secret: repr({"token": secret}),
    lambda secret: repr(Holder(secret)),
    lambda secret: pprint.pformat({"token": secret}),
    lambda secret: json.dumps({"token": secret}, default=str, ensure_ascii=False),
]


@pytest.mark.parametrize("format_secret", FORMATTERS)
def test_formatting_does_not_reveal_the_token(format_secret: Callable[[Secret], str]) -> None:
    shown = format_secret(Secret(TOKEN))
    assert TOKEN not in shown
    assert "Secret(…)" in shown


def test_traceback_with_locals_does_not_reveal_the_token() -> None:
    def crash(token: Secret) -> None:
        raise ValueError(token)

    try:
        crash(Secret(TOKEN))
    except ValueError as error:
        result = traceback.TracebackException.from_exception(error, capture_locals=True)
        message = "".join(result.format())
        assert "Secret(…)" in message
        assert TOKEN not in message


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_secret_cannot_be_pickled(protocol: int) -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(TOKEN), protocol)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_secret_cannot_be_copied(duplicate: Callable[[Secret], Secret]) -> None:
    with pytest.raises(TypeError):
        duplicate(Secret(TOKEN))


def test_secret_has_no_instance_dict() -> None:
    with pytest.raises(TypeError):
        vars(Secret(TOKEN))


def test_equal_secrets_compare_equal() -> None:
    assert Secret(TOKEN) == Secret(TOKEN)
    assert Secret(TOKEN) != Secret(f"{TOKEN}x")
    assert Secret(TOKEN) != TOKEN
    assert len({Secret(TOKEN), Secret(TOKEN), Secret("other")}) == 2


@pytest.mark.parametrize("value", ["pässwörd", "夜", chr(0xD800)], ids=ascii)
def test_secret_may_contain_any_text(value: str) -> None:
    assert Secret(value) == Secret(value)
    assert Secret(value) != Secret("other")
    assert Secret(value).reveal() == value
