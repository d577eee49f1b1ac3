"""Values of a response are read as their type, or are None."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from beatpass_tui.models import decode

NOTHINGS: list[Any] = [None, True, False, [], {}, "", " ", "abc", [1], {"a": 1}]
HUGE: list[Any] = [10**23, -(10**23), 10**400, 1e300, "1e23", 10**15 + 1]
NOT_FINITE: list[Any] = [math.nan, math.inf, -math.inf, "nan", "Infinity", "1e999"]


@pytest.mark.parametrize(
    "value, found",
    [
        (0, 0.0),
        (12, 12.0),
        (7.5, 7.5),
        (-3.2, -3.2),
        ("12", 12.0),
        (" 7.5 ", 7.5),
        ("-1e3", -1000.0),
        (10**15, 1e15),
    ],
)
def test_number(value: object, found: float) -> None:
    assert decode.number(value) == found


@pytest.mark.parametrize(
    "value", [*NOTHINGS, *HUGE, *NOT_FINITE, "1_000", "1,000", "0x10", "1" * 41, b"12"]
)
def test_invalid_number(value: object) -> None:
    assert decode.number(value) is None


@pytest.mark.parametrize("value", [-0.0, "-0.0", "-0"])
def test_negative_zero_is_zero(value: object) -> None:
    found = decode.number(value)
    assert found == 0
    assert found is not None
    assert math.copysign(1, found) == 1
    assert str(decode.decimal(value)) == "0"


@pytest.mark.parametrize(
    "value, found",
    [(12, 12), (12.0, 12), ("12", 12), ("12.0", 12), (0, 0), (-0.0, 0), (-5, -5), ("-5", -5)],
)
def test_integer(value: object, found: int) -> None:
    assert decode.integer(value) == found
    assert isinstance(decode.integer(value), int)


@pytest.mark.parametrize("value", [*NOTHINGS, *HUGE, *NOT_FINITE, 1.5, "1.5"])
def test_invalid_integer(value: object) -> None:
    assert decode.integer(value) is None


@pytest.mark.parametrize("value, found", [(0, 0), ("0", 0), (45_210, 45_210), (1.0, 1)])
def test_count(value: object, found: int) -> None:
    assert decode.count(value) == found


@pytest.mark.parametrize("value", [*NOTHINGS, *HUGE, *NOT_FINITE, -5, "-5", 0.5])
def test_invalid_count(value: object) -> None:
    assert decode.count(value) is None


@pytest.mark.parametrize("value, found", [(7, 7), ("7", 7), (900000001, 900000001)])
def test_identifier(value: object, found: int) -> None:
    assert decode.identifier(value) == found


@pytest.mark.parametrize(
    "value",
    [
        *NOTHINGS, *HUGE, *NOT_FINITE, 0, "0", -1, "-1", 1.0, 7.5, "1.0", "1e3", "+7", " 7",
        "7 ", "1/../../users/me", "7?x", "٧", "７", "²", "7\n", "me",
    ],
)  # fmt: skip
def test_invalid_identifier(value: object) -> None:
    assert decode.identifier(value) is None


@pytest.mark.parametrize(
    "value, found",
    [
        (12.1, "12.1"),
        ("1234.50", "1234.50"),
        (900, "900"),
        (-5.25, "-5.25"),
        (" 0.10 ", "0.10"),
        (0.1 + 0.2, "0.30000000000000004"),
    ],
)
def test_decimal_is_exact(value: object, found: str) -> None:
    assert decode.decimal(value) == Decimal(found)


@pytest.mark.parametrize("value", [*NOTHINGS, *HUGE, *NOT_FINITE, "1_000", "1,50"])
def test_invalid_decimal(value: object) -> None:
    assert decode.decimal(value) is None


@pytest.mark.parametrize(
    "value, found", [("Nova", "Nova"), (" a\n b ", "a b"), ("a\x1b[2Jb", "a[2Jb")]
)
def test_string(value: object, found: str) -> None:
    assert decode.string(value) == found


@pytest.mark.parametrize("value", [None, 12, True, [], {}, "", "  \n", "\x1b", b"Nova"])
def test_invalid_string(value: object) -> None:
    assert decode.string(value) is None


def test_string_is_truncated_to_its_limit() -> None:
    assert decode.string("midnight", 5) == "midn…"


@pytest.mark.parametrize(
    "value, found",
    [
        (True, True), (1, True), ("1", True), ("true", True), (" True ", True),
        (False, False), (0, False), ("0", False), ("false", False), ("FALSE", False),
    ],
)  # fmt: skip
def test_flag(value: object, found: bool) -> None:
    assert decode.flag(value) is found


@pytest.mark.parametrize("value", [None, 2, -1, "", "yes", "no", [], {}, [True], math.nan])
def test_invalid_flag(value: object) -> None:
    assert decode.flag(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-23T18:20:05Z",
        "2026-11-23T18:20:05+00:00",
        "2026-11-23T18:20:05.000000Z",
        "2026-11-23 18:20:05",
        "2026-11-23T13:20:05-05:00",
        " 2026-11-23T18:20:05Z ",
    ],
)
def test_moment_in_each_documented_format(value: str) -> None:
    found = decode.moment(value)
    assert found == datetime(2026, 11, 23, 18, 20, 5, tzinfo=UTC)
    assert found is not None
    assert found.utcoffset() is not None


def test_moment_keeps_offset_and_microseconds() -> None:
    found = decode.moment("2026-11-23T13:20:05.123456-05:00")
    zone = timezone(timedelta(hours=-5))
    assert found == datetime(2026, 11, 23, 13, 20, 5, 123456, tzinfo=zone)
    assert found is not None
    assert found.utcoffset() == timedelta(hours=-5)


def test_moment_after_2038() -> None:
    assert decode.moment("2040-01-01T00:00:00Z") == datetime(2040, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        None, 1_795_458_005, 1.5, True, [], {}, "", "today", "2026-13-01", "2026-02-30",
        "2026-11-23T25:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
        "0000-00-00 00:00:00", "2026-11-23T18:20:05Z" + " " * 40,
    ],
)  # fmt: skip
def test_invalid_moment(value: object) -> None:
    assert decode.moment(value) is None


@pytest.mark.parametrize("value", ["2026-11-23", "2026-11-23T23:59:59Z", "2026-11-23 00:00:00"])
def test_day(value: str) -> None:
    assert decode.day(value) == date(2026, 11, 23)


@pytest.mark.parametrize("value", [None, "", "soon", 20261123])
def test_invalid_day(value: object) -> None:
    assert decode.day(value) is None


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
    "answer",
    [
        {"success": True, "data": {"id": 7}},
        {"status": "success", "data": {"id": 7}},
        {"data": {"id": 7}},
        {"id": 7},
    ],
)
def test_unwrap(answer: object) -> None:
    assert decode.unwrap(answer)["id"] == 7


def test_unwrap_keeps_an_object_with_other_fields() -> None:
    body = {"id": 7, "data": {"id": 8}}
    assert decode.unwrap(body) == body


@pytest.mark.parametrize(
    "answer", [None, [], "x", 3, {"success": True, "data": []}, {"success": True, "data": None}]
)
def test_unwrap_of_another_value_is_empty(answer: object) -> None:
    assert decode.unwrap(answer).get("id") is None


@pytest.mark.parametrize(
    "answer",
    [
        {"status": "success", "pagination": {"total": 9}},
        {"status": "success", "tracks": {"total": 9}},
        {"total": 9, "data": []},
        {"pagination": {"total": 9}, "tracks": {"total": 1}},
        {"pagination": [], "tracks": {"total": 9}},
    ],
)
def test_page_in_each_documented_place(answer: object) -> None:
    assert decode.page(answer, "tracks")["total"] == 9


@pytest.mark.parametrize("answer", [None, [], "x", {"pagination": {"data": []}}, {"tracks": []}])
def test_page_without_total(answer: object) -> None:
    assert decode.page(answer, "tracks").get("total") is None


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_nan_and_infinity_of_json_are_invalid(text: str) -> None:
    assert decode.number(json.loads(text)) is None


# Undocumented responses


@pytest.mark.parametrize(
    "answer",
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
def test_rows_finds_the_only_list(answer: object) -> None:
    assert decode.rows(answer, "days", "graph") == [{"a": 1}]


def test_rows_prefers_known_names() -> None:
    answer = {"others": [{"b": 1}], "data": [{"c": 1}], "graph": [{"a": 1}]}
    assert decode.rows(answer, "days", "graph") == [{"a": 1}]


@pytest.mark.parametrize(
    "answer",
    [[], {"days": []}, {"data": []}, {"data": {"items": []}}, {"pagination": {"data": []}}],
)
def test_rows_of_an_empty_list(answer: object) -> None:
    assert decode.rows(answer, "days") == []


@pytest.mark.parametrize(
    "answer",
    [
        None, {}, "x", 3, True, ["x"], [[]], [None], {"days": None}, {"days": {}}, {"days": "x"},
        {"days": ["x", 1]}, {"data": [[1]]}, {"anything": []}, {"anything": ["x"]},
        {"one": [{"a": 1}], "two": [{"a": 1}]}, {"a": {"b": {"days": [{"a": 1}]}}},
    ],
)  # fmt: skip
def test_rows_without_a_list_of_objects(answer: object) -> None:
    assert decode.rows(answer, "days") is None


def test_places_are_in_order() -> None:
    answer = {"data": {"days": {"in": 1}, "x": 2}, "days": {"out": 3}}
    assert list(decode.places(answer, "days", "graph")) == [
        {"in": 1}, {}, {"out": 3}, {}, {"days": {"in": 1}, "x": 2}, answer,
    ]  # fmt: skip


@pytest.mark.parametrize("answer", [None, [], "x", {}, {"data": [], "days": None}])
def test_places_of_an_empty_response(answer: object) -> None:
    found = list(decode.places(answer, "days"))
    assert [place for place in found[:-1] if place] == []


@pytest.mark.parametrize(
    "value, found",
    [
        (["a", "b"], ("a", "b")),
        ([{"name": "a"}, {"title": "b"}, {"name": None, "title": "c"}], ("a", "b", "c")),
        ([None, {}, "", {"name": 3}, 3, [], "a"], ("a",)),
        (["a\x1b[2J\u202e"], ("a[2J",)),
        ([], ()),
        (None, ()),
        ("abc", ()),
        ({"name": "a"}, ()),
    ],
)
def test_strings(value: object, found: tuple[str, ...]) -> None:
    assert decode.strings(value, "name", "title") == found


def test_strings_are_limited_in_number() -> None:
    names = [f"artist {number}" for number in range(100_000)]
    assert decode.strings(names) == tuple(names[: decode.MAX_NAMES])


def test_strings_are_truncated() -> None:
    assert decode.strings(["midnight", "drive"], limit=5) == ("midn…", "drive")


@pytest.mark.parametrize("value, found", [("2024-10", (2024, 10)), ("2026-01", (2026, 1))])
def test_month(value: str, found: tuple[int, int]) -> None:
    assert decode.month(value) == date(*found, 1)


@pytest.mark.parametrize(
    "value",
    [None, 202410, "", "2024", "2024-13", "2024-00", "2024-1", "2024-10-05", "1969-12", "October",
     "2024/10", ["2024-10"], {}, True],
)  # fmt: skip
def test_invalid_month(value: object) -> None:
    assert decode.month(value) is None
