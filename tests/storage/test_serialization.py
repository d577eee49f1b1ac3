"""Models on the disk: what is read back is what was written, and nothing else is read at all."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, make_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from types import GenericAlias
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beatpass_tui import models
from beatpass_tui.models import text
from beatpass_tui.storage import serialization
from beatpass_tui.storage.serialization import SerializationError, dump, load, shape
from support.fakes import NOVA, nova_activity

KINDS = tuple(
    kind
    for _, kind in inspect.getmembers(models, inspect.isclass)
    # A token is never written.
    if is_dataclass(kind) and kind is not models.SignedIn
)
WRITTEN = {
    **{name: answer for name, answer in NOVA.items() if is_dataclass(answer)},
    "activity_in": nova_activity(1, "all", 1),
}
del WRITTEN["log_in"]

quickly = settings(
    max_examples=15,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)


@dataclass(frozen=True, slots=True)
class Inner:
    """A class inside another one."""

    word: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One field of each type that can be written."""

    whole: int
    real: float
    truth: bool
    word: str
    at: datetime
    day: date
    money: Decimal
    inner: Inner
    many: tuple[Inner, ...]
    by_day: Mapping[date, Inner]
    perhaps: int | None


SAMPLE = Sample(
    whole=3,
    real=1.5,
    truth=True,
    word="Neon Rain",
    at=datetime(2026, 11, 23, 20, 4, 5, 678, tzinfo=timezone(timedelta(hours=-5))),
    day=date(2026, 11, 23),
    money=Decimal("26.90"),
    inner=Inner("a"),
    many=(Inner("b"), Inner("c")),
    by_day={date(2026, 1, 2): Inner("d")},
    perhaps=None,
)
_FIELDS = [field.name for field in fields(Sample)]


def sample(**other: object) -> str:
    """Return the sample as it is written, with some fields put to something else."""
    row = json.loads(dump(SAMPLE))
    for name, value in other.items():
        row[_FIELDS.index(name)] = value
    return json.dumps(row)


# Round trips


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_every_answer_is_read_as_it_was_written(name: str) -> None:
    answer = WRITTEN[name]
    assert load(type(answer), dump(answer)) == answer


def test_every_answer_of_the_service_is_among_them() -> None:
    assert {type(answer) for answer in WRITTEN.values()} >= {
        kind for kind in KINDS if f"{kind.__name__}" in _answers_of_the_service()
    }


def _answers_of_the_service() -> set[str]:
    from beatpass_tui.transport.endpoints import Service

    found = set()
    for name, method in inspect.getmembers(Service, inspect.isfunction):
        if not name.startswith("_"):
            found.add(str(get_type_hints(method).get("return")).rpartition(".")[2].rstrip("'>"))
    return found - {"SignedIn"}


def test_each_type_comes_back_as_itself() -> None:
    back = load(Sample, dump(SAMPLE))
    assert back == SAMPLE
    assert [type(getattr(back, name)) for name in _FIELDS[:7]] == [
        int,
        float,
        bool,
        str,
        datetime,
        date,
        Decimal,
    ]
    # The decimals of an amount are part of it.
    assert str(back.money) == "26.90"
    assert back.at.utcoffset() == timedelta(hours=-5)


_WORDS = st.text(max_size=12).map(text.clean).filter(lambda word: text.clean(word) == word)
st.register_type_strategy(str, _WORDS)
st.register_type_strategy(int, st.integers(-(10**15), 10**15))
st.register_type_strategy(float, st.floats(-1e15, 1e15, allow_nan=False).map(lambda n: n + 0.0))
st.register_type_strategy(
    datetime,
    st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)),
)
st.register_type_strategy(date, st.dates(date(1970, 1, 1), date(2200, 12, 31)))
st.register_type_strategy(
    Decimal, st.decimals(-(10**15), 10**15, allow_nan=False, allow_infinity=False, places=2)
)


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_a_model_holds_is_read_as_it_was_written(kind: type) -> None:
    hints = get_type_hints(kind)

    @quickly
    @given(st.builds(kind, **{name: st.from_type(hint) for name, hint in hints.items()}))
    def holds(model: object) -> None:
        assert load(kind, dump(model)) == model

    holds()


# What is refused


@pytest.mark.parametrize(
    "wrong",
    [
        {"whole": 1.0},
        {"whole": True},
        {"whole": "3"},
        {"whole": None},
        {"whole": 10**15 + 1},
        {"whole": -(10**30)},
        {"real": "1.5"},
        {"real": True},
        {"real": 10**16},
        {"real": 10**400},
        {"truth": 1},
        {"truth": "true"},
        {"word": 5},
        {"word": None},
        {"word": ["a"]},
        {"at": "yesterday"},
        {"at": "2026-11-23T20:04:05"},
        {"at": "0001-01-01T00:00:00+00:00"},
        {"at": "9999-12-31T23:59:59+00:00"},
        {"at": 1_700_000_000},
        {"at": "x" * 10_000},
        {"day": "2026-13-01"},
        {"day": "0001-01-01"},
        {"day": "9999-12-31"},
        {"day": 20261123},
        {"money": "lots"},
        {"money": 26.9},
        {"money": "NaN"},
        {"money": "sNaN"},
        {"money": "Infinity"},
        {"money": "1E+999999"},
        {"money": "1" * 41},
        {"inner": "a"},
        {"inner": []},
        {"inner": ["a", "b"]},
        {"inner": {"word": "a"}},
        {"inner": None},
        {"many": None},
        {"many": "bc"},
        {"many": {"a": 1}},
        {"many": [None]},
        {"by_day": {"2026-01-02": ["d"]}},
        {"by_day": [[]]},
        {"by_day": [["2026-01-02"]]},
        {"by_day": [["2026-01-02", ["d"], 1]]},
        {"by_day": ["2026-01-02"]},
        {"by_day": [[["2026-01-02"], ["d"]]]},
        {"perhaps": "3"},
        {"perhaps": False},
    ],
    ids=str,
)
def test_a_field_of_another_type_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SerializationError):
        load(Sample, sample(**wrong))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "1" * 5_000])
@pytest.mark.parametrize("field", ["whole", "real"])
def test_no_number_that_is_none_gets_in(field: str, number: str) -> None:
    written = sample(**{field: "HERE"}).replace('"HERE"', number)
    with pytest.raises(SerializationError):
        load(Sample, written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "nonsense",
        "null",
        "[]",
        "{}",
        "5",
        '"text"',
        "\x00",
        "[" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        dump(SAMPLE)[:-1],
        dump(SAMPLE)[: len(dump(SAMPLE)) // 2],
        dump(SAMPLE) * 2,
        json.dumps([*json.loads(dump(SAMPLE)), None]),
        json.dumps(json.loads(dump(SAMPLE))[:-1]),
    ],
    ids=range(15),
)
def test_what_is_not_such_a_model_is_refused(written: str) -> None:
    with pytest.raises(SerializationError):
        load(Sample, written)


@pytest.mark.parametrize("kind", KINDS)
def test_garbage_is_refused_and_never_anything_worse(kind: type) -> None:
    numbers = st.integers() | st.floats()
    leaves = st.none() | st.booleans() | numbers | st.text(max_size=4)
    trees = st.recursive(leaves, lambda inner: st.lists(inner, max_size=4), max_leaves=12)

    @quickly
    @given(trees, st.data())
    def holds(tree: object, data: st.DataObject) -> None:
        written = json.dumps(tree)
        if data.draw(st.booleans()):
            number = len(fields(kind))
            written = json.dumps(data.draw(st.lists(leaves, min_size=number, max_size=number)))
        try:
            found: object = load(kind, written)
        except SerializationError:
            return
        assert isinstance(found, kind)

    holds()


def test_what_cannot_be_written_is_refused() -> None:
    @dataclass
    class Odd:
        found: object

    for value in (object(), {1, 2}, b"bytes", [1]):
        with pytest.raises(SerializationError):
            dump(Odd(value))


def test_a_class_with_a_field_that_cannot_be_read_is_refused() -> None:
    odd = make_dataclass("Odd", [("found", bytes)])
    with pytest.raises(SerializationError):
        load(odd, '["x"]')


def test_text_is_cleaned_on_the_way_in() -> None:
    hostile = "a\x1b]52;c;aGk=\x07\u202eb\x00[/]" + "x" * 10_000
    found = load(Sample, sample(word=hostile))
    assert found.word == text.clean(hostile)
    assert not set(found.word) & set("\x1b\x07\u202e\x00")
    assert len(found.word) <= text.MAX_CHARACTERS


# Shapes


def _kind(name: str, *found: tuple[str, Any]) -> type:
    return make_dataclass(name, found)


def test_a_shape_changes_with_the_fields() -> None:
    was = shape(_kind("Kind", ("a", int), ("b", str)))
    assert len(was) == 8
    assert shape(_kind("Kind", ("a", int), ("b", str))) == was
    others = [
        _kind("Kind", ("a", int)),
        _kind("Kind", ("a", int), ("c", str)),
        _kind("Kind", ("b", str), ("a", int)),
        _kind("Kind", ("a", float), ("b", str)),
        _kind("Kind", ("a", int | None), ("b", str)),
        _kind("Kind", ("a", tuple[int, ...]), ("b", str)),
        _kind("Other", ("a", int), ("b", str)),
    ]
    shapes = [shape(kind) for kind in others]
    assert len({was, *shapes}) == len(others) + 1


_WRAPS: dict[str, Callable[[Any], Any]] = {
    "itself": lambda kind: kind,
    "optional": lambda kind: kind | None,
    "tuple": lambda kind: GenericAlias(tuple, (kind, ...)),
    "mapping": lambda kind: GenericAlias(Mapping, (str, kind)),
}


@pytest.mark.parametrize("wrap", _WRAPS.values(), ids=_WRAPS)
def test_a_shape_changes_with_the_fields_of_a_class_inside(wrap: Callable[[Any], Any]) -> None:
    small = _kind("Outer", ("inner", wrap(_kind("Inner", ("a", int)))))
    large = _kind("Outer", ("inner", wrap(_kind("Inner", ("a", int), ("b", int)))))
    assert shape(small) != shape(large)


def test_all_models_have_shapes_of_their_own() -> None:
    assert len({shape(kind) for kind in KINDS}) == len(KINDS)
    # It must not hang on where or in which order something was loaded.
    assert serialization.shape(models.Followers) == shape(models.Followers)
