"""Decoding of response values: each has its type or is None."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from beatpass_tui.models import decode

Read = Callable[[Any], object]

NOT_NUMBERS: list[Any] = [
    None, True, False, [], {}, "", " ", "abc", [1], {"a": 1},
    10**23, -(10**23), 10**400, 1e300, "1e23", 10**15 + 1,
    math.nan, math.inf, -math.inf, "nan", "Infinity", "1e999",
]  # fmt: skip
TIME = datetime(2026, 11, 23, 18, 20, 5, tzinfo=UTC)

VALID: dict[Read, list[tuple[Any, object]]] = {
    decode.number: [
        (0, 0.0), (12, 12.0), (7.5, 7.5), (-3.2, -3.2), ("12", 12.0), (" 7.5 ", 7.5),
        ("-1e3", -1000.0), (10**15, 1e15),
    ],
    decode.integer: [
        (12, 12), (12.0, 12), ("12", 12), ("12.0", 12), (0, 0), (-0.0, 0), (-5, -5), ("-5", -5),
    ],
    decode.count: [(0, 0), ("0", 0), (45_210, 45_210), (1.0, 1)],
    decode.identifier: [(7, 7), ("7", 7), (900000001, 900000001)],
    decode.decimal: [
        (12.1, Decimal("12.1")), ("1234.50", Decimal("1234.50")), (900, Decimal(900)),
        (-5.25, Decimal("-5.25")), (" 0.10 ", Decimal("0.10")),
        (0.1 + 0.2, Decimal("0.30000000000000004")),
    ],
    decode.string: [("Nova", "Nova"), (" a\n b ", "a b"), ("a\x1b[2Jb", "ab")],
    decode.flag: [
        (True, True), (1, True), ("1", True), ("true", True), (" True ", True),
        (False, False), (0, False), ("0", False), ("false", False), ("FALSE", False),
    ],
    decode.moment: [
        ("2026-11-23T18:20:05Z", TIME), ("2026-11-23T18:20:05+00:00", TIME),
        ("2026-11-23T18:20:05.000000Z", TIME), ("2026-11-23 18:20:05", TIME),
        ("2026-11-23T13:20:05-05:00", TIME), (" 2026-11-23T18:20:05Z ", TIME),
        ("2040-01-01T00:00:00Z", datetime(2040, 1, 1, tzinfo=UTC)),
    ],
    decode.day_or_moment: [
        ("2026-11-23", date(2026, 11, 23)), (" 2026-11-23 ", date(2026, 11, 23)),
        ("2026-11-23T18:20:05Z", TIME), ("2026-11-23 18:20:05", TIME),
    ],
    decode.day: [
        (value, date(2026, 11, 23))
        for value in ("2026-11-23", "2026-11-23T23:59:59Z", "2026-11-23 00:00:00")
    ],
    decode.month: [("2024-10", date(2024, 10, 1)), ("2026-01", date(2026, 1, 1))],
}  # fmt: skip
INVALID: dict[Read, list[Any]] = {
    decode.number: [*NOT_NUMBERS, "1_000", "1,000", "0x10", "1" * 41, b"12"],
    decode.integer: [*NOT_NUMBERS, 1.5, "1.5"],
    decode.count: [*NOT_NUMBERS, -5, "-5", 0.5],
    decode.identifier: [
        *NOT_NUMBERS, 0, "0", -1, "-1", 1.0, 7.5, "1.0", "1e3", "+7", " 7", "7 ",
        "1/../../users/me", "7?x", "٧", "７", "²", "7\n", "me",
    ],
    decode.decimal: [*NOT_NUMBERS, "1_000", "1,50"],
    decode.string: [None, 12, True, [], {}, "", "  \n", "\x1b", b"Nova"],
    decode.flag: [None, 2, -1, "", "yes", "no", [], {}, [True], math.nan],
    decode.moment: [
        None, 1_795_458_005, 1.5, True, [], {}, "", "today", "2026-13-01", "2026-02-30",
        "2026-11-23T25:00:00Z", "2026-11-23", "20261123", " 2026-11-23 ",
        "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
        "0000-00-00 00:00:00", "2026-11-23T18:20:05Z" + " " * 40,
    ],
    decode.day_or_moment: [None, "", "soon", 20261123, "1969-12-31", "2026-02-30"],
    decode.day: [None, "", "soon", 20261123],
    decode.month: [
        None, 202410, "", "2024", "2024-13", "2024-00", "2024-1", "2024-10-05", "1969-12",
        "October", "2024/10", ["2024-10"], {}, True,
    ],
}  # fmt: skip


def _id(value: object) -> str:
    return getattr(value, "__name__", None) or ascii(value)[:40]


@pytest.mark.parametrize(
    "read, value, expected",
    [(read, *pair) for read, pairs in VALID.items() for pair in pairs],
    ids=_id,
)
def test_valid_value(read: Read, value: object, expected: object) -> None:
    result = read(value)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize("read", INVALID, ids=_id)
def test_invalid_value(read: Read) -> None:
    for value in INVALID[read]:
        assert read(value) is None, value


@pytest.mark.parametrize("value", [-0.0, "-0.0", "-0"])
def test_negative_zero_is_zero(value: object) -> None:
    result = decode.number(value)
    assert result == 0
    assert result is not None
    assert math.copysign(1, result) == 1
    assert str(decode.decimal(value)) == "0"


def test_string_is_truncated_to_its_limit() -> None:
    assert decode.string("midnight", 5) == "midn…"


def test_moment_keeps_offset_and_microseconds() -> None:
    result = decode.moment("2026-11-23T13:20:05.123456-05:00")
    zone = timezone(timedelta(hours=-5))
    assert result == datetime(2026, 11, 23, 13, 20, 5, 123456, tzinfo=zone)
    assert result is not None
    assert result.utcoffset() == timedelta(hours=-5)


@pytest.mark.parametrize("read", [read for read in VALID if read is not decode.month], ids=_id)
def test_json_object_reads_the_first_field_that_is_not_null(read: Read) -> None:
    value, expected = VALID[read][0]
    row = decode.JsonObject({"a": None, "b": value, "c": "x"})
    method = getattr(row, _id(read))
    assert method("missing", "a", "b", "c") == expected
    assert method("missing", "a") is None


@pytest.mark.parametrize("value", [None, [], [{}], "{}", 1, True])
def test_json_object_of_another_value_is_empty(value: object) -> None:
    assert decode.JsonObject(value) == {}


def test_objects_skips_other_items() -> None:
    assert decode.objects([{"a": 1}, None, 2, "x", [], {"b": 2}]) == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize("value", [None, {}, {"a": {}}, "[{}]", 1])
def test_objects_of_another_value_is_empty(value: object) -> None:
    assert decode.objects(value) == []


def test_first_skips_missing_and_null_fields() -> None:
    source = {"name": None, "title": 0, "label": "x"}
    assert decode.JsonObject(source).first("missing", "name", "title", "label") == 0
    assert decode.JsonObject(source).first("missing", "name") is None


@pytest.mark.parametrize(
    "response",
    [
        {"success": True, "data": {"id": 7}},
        {"status": "success", "data": {"id": 7}},
        {"data": {"id": 7}},
        {"id": 7},
    ],
)
def test_unwrap(response: object) -> None:
    assert decode.unwrap(response)["id"] == 7


def test_unwrap_keeps_an_object_with_other_fields() -> None:
    body = {"id": 7, "data": {"id": 8}}
    assert decode.unwrap(body) == body


@pytest.mark.parametrize(
    "response", [None, [], "x", 3, {"success": True, "data": []}, {"success": True, "data": None}]
)
def test_unwrap_of_another_value_is_empty(response: object) -> None:
    assert decode.unwrap(response).get("id") is None


@pytest.mark.parametrize(
    "response",
    [
        {"status": "success", "pagination": {"total": 9}},
        {"status": "success", "tracks": {"total": 9}},
        {"total": 9, "data": []},
        {"pagination": {"total": 9}, "tracks": {"total": 1}},
        {"pagination": [], "tracks": {"total": 9}},
    ],
)
def test_page_in_each_documented_place(response: object) -> None:
    assert decode.page(response, "tracks")["total"] == 9


@pytest.mark.parametrize("response", [None, [], "x", {"pagination": {"data": []}}, {"tracks": []}])
def test_page_without_total(response: object) -> None:
    assert decode.page(response, "tracks").get("total") is None


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_json_nan_and_infinity_are_invalid(text: str) -> None:
    assert decode.number(json.loads(text)) is None


# Undocumented responses


@pytest.mark.parametrize(
    "response",
    [
        [{"a": 1}],
        {"days": [{"a": 1}]},
        {"graph": [{"a": 1}]},
        {"data": [{"a": 1}]},
        {"items": [{"a": 1}]},
        {"results": [{"a": 1}]},
        {"anything": [{"a": 1}], "labels": ["x"], "page": 1},
        {"success": True, "data": {"days": [{"a": 1}]}},
        {"data": {"anything": [{"a": 1}]}},
        {"result": {"items": [{"a": 1}]}},
        {"pagination": {"page": 1, "data": [{"a": 1}]}},
        {"graph": {"total": 1, "days": [{"a": 1}]}},
        {"days": [None, {"a": 1}, "x"]},
    ],
)
def test_rows_finds_the_only_list(response: object) -> None:
    assert decode.rows(response, "days", "graph") == [{"a": 1}]


def test_rows_prefers_known_names() -> None:
    response = {"others": [{"b": 1}], "data": [{"c": 1}], "graph": [{"a": 1}]}
    assert decode.rows(response, "days", "graph") == [{"a": 1}]


@pytest.mark.parametrize(
    "response",
    [[], {"days": []}, {"data": []}, {"data": {"items": []}}, {"pagination": {"data": []}}],
)
def test_rows_of_an_empty_list(response: object) -> None:
    assert decode.rows(response, "days") == []


@pytest.mark.parametrize(
    "response",
    [
        None, {}, "x", 3, True, ["x"], [[]], [None], {"days": None}, {"days": {}}, {"days": "x"},
        {"days": ["x", 1]}, {"data": [[1]]}, {"anything": []}, {"anything": ["x"]},
        {"one": [{"a": 1}], "two": [{"a": 1}]}, {"a": {"b": {"days": [{"a": 1}]}}},
    ],
)  # fmt: skip
def test_rows_without_a_list_of_objects(response: object) -> None:
    assert decode.rows(response, "days") is None


def test_places_are_in_order() -> None:
    response = {"data": {"days": {"in": 1}, "x": 2}, "days": {"out": 3}}
    assert list(decode.places(response, "days", "graph")) == [
        {"in": 1}, {}, {"out": 3}, {}, {"days": {"in": 1}, "x": 2}, response,
    ]  # fmt: skip


@pytest.mark.parametrize("response", [None, [], "x", {}, {"data": [], "days": None}])
def test_places_of_an_empty_response(response: object) -> None:
    expected = list(decode.places(response, "days"))
    assert [place for place in expected[:-1] if place] == []


@pytest.mark.parametrize(
    "value, expected",
    [
        (["a", "b"], ("a", "b")),
        ([{"name": "a"}, {"title": "b"}, {"name": None, "title": "c"}], ("a", "b", "c")),
        ([None, {}, "", {"name": 3}, 3, [], "a"], ("a",)),
        (["a\x1b[2J\u202e"], ("a",)),
        ([], ()),
        (None, ()),
        ("abc", ()),
        ({"name": "a"}, ()),
    ],
)
def test_strings(value: object, expected: tuple[str, ...]) -> None:
    assert decode.strings(value, "name", "title") == expected


def test_number_of_strings_is_limited() -> None:
    names = [f"artist {number}" for number in range(100_000)]
    assert decode.strings(names) == tuple(names[: decode.MAX_NAMES])


def test_strings_are_truncated() -> None:
    assert decode.strings(["x" * 121, "drive"]) == ("x" * 119 + "…", "drive")
