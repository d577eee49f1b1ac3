"""Models survive a round trip; other data is refused."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from types import GenericAlias, UnionType
from typing import Any, NamedTuple, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beatpass_tui.models import (
    audience,
    career,
    catalog,
    home,
    identity,
    insights,
    leaderboards,
    money,
    plays,
    shares,
    text,
    uploads,
)
from beatpass_tui.storage.serialization import _ADDED, SerializationError, dump, load, shape
from beatpass_tui.transport.endpoints import Service
from support.fakes import NOVA, nova_activity, nova_leaderboard, nova_plays

MODELS: tuple[Any, ...] = tuple(
    model
    for module in (
        audience,
        career,
        catalog,
        home,
        identity,
        insights,
        leaderboards,
        money,
        plays,
        shares,
        uploads,
    )
    for name, model in inspect.getmembers(module, inspect.isclass)
    # Tokens are never serialized.
    if model.__module__ == module.__name__
    and issubclass(model, tuple)
    and model is not identity.SignedIn
)
VALUES = {**NOVA, "activity_in": nova_activity(1, "all", 1), "plays": nova_plays(1, "30d")}
VALUES["leaderboards"] = nova_leaderboard(1, "audience_plays", "30d")
VALUES["downloads"] = VALUES["activity_in"]
del VALUES["log_in"]
SHAPES = {
    "Account": "5e356058",
    "Achievement": "ebbc9a0c",
    "Achievements": "674ffdb2",
    "Activity": "c2a6a3ae",
    "Album": "795df04a",
    "AlbumTracks": "b5662b00",
    "Albums": "610a3b35",
    "Amount": "c6efde62",
    "Artist": "07fd214b",
    "Balance": "c6c63058",
    "Beat": "694cbb8f",
    "Beats": "6849c9eb",
    "Collaboration": "b92eff76",
    "Collaborations": "f1444559",
    "CurrencyTotals": "5e65bb51",
    "Download": "ddd48d7b",
    "Entry": "d3161760",
    "Finances": "bc35a91d",
    "Followers": "4345ae50",
    "Intelligence": "1d3e65ea",
    "Level": "b304e5a9",
    "MenuItem": "f6b93768",
    "Performance": "204a03a0",
    "Purchase": "4bcfc82a",
    "Sales": "e5173215",
    "Standing": "69471534",
    "Standings": "f0aac10d",
    "Stats": "6a0f247f",
    "TopTrack": "ff17cab6",
    "TrackPerformance": "bef9a642",
    "Transaction": "fb4b4307",
    "Transactions": "e6f398b1",
    "Unlocked": "5e5e2c33",
    "UploadDay": "59dde941",
    "UploadInsights": "e225a946",
    "Uploads": "64b9ad01",
    "XpSource": "df827d36",
    "XpSources": "1d9ba456",
}
"""The shape of each model in the caches of the earlier build."""

ADDED_SHAPES = {
    "Application": "d387bed7",
    "CollaborationInsights": "23d23304",
    "Collaborator": "a3b33e6b",
    "Figure": "f0a580e6",
    "Insights": "4fc05a54",
    "Leaderboard": "17efd0dc",
    "Match": "6d42a1ce",
    "Placements": "fa2ef560",
    "PlaysOverTime": "53c1ae8e",
    "RankedArtist": "9027e68c",
    "Share": "f6e44526",
    "XpAward": "6f1d47a1",
    "ShareChart": "f4b106f1",
    "ShareRow": "52fd3cec",
}
"""The shapes of models that the earlier build does not have."""

examples = settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)


class Inner(NamedTuple):
    """A nested model."""

    word: str


class Sample(NamedTuple):
    """One field of each supported type."""

    integer: int
    number: float
    flag: bool
    word: str
    at: datetime
    day: date
    money: Decimal
    inner: Inner
    many: tuple[Inner, ...]
    by_day: Mapping[date, Inner]
    optional: int | None


SAMPLE = Sample(
    integer=3,
    number=1.5,
    flag=True,
    word="Neon Rain",
    at=datetime(2026, 11, 23, 20, 4, 5, 678, tzinfo=timezone(timedelta(hours=-5))),
    day=date(2026, 11, 23),
    money=Decimal("26.90"),
    inner=Inner("a"),
    many=(Inner("b"), Inner("c")),
    by_day={date(2026, 1, 2): Inner("d")},
    optional=None,
)


def sample(**changes: object) -> str:
    """Return the serialized sample with some fields replaced."""
    row = dict(zip(Sample._fields, json.loads(dump(SAMPLE)), strict=True))
    return json.dumps(list({**row, **changes}.values()))


# Round trips


@pytest.mark.parametrize("name", sorted(VALUES))
def test_every_response_survives_a_round_trip(name: str) -> None:
    value = VALUES[name]
    loaded = load(type(value), dump(value))
    assert loaded == value
    assert type(loaded) is type(value)


def test_every_response_model_is_tested() -> None:
    returned = {
        get_type_hints(method)["return"]
        for name, method in inspect.getmembers(Service, inspect.isfunction)
        if not name.startswith("_")
    }
    assert {type(value) for value in VALUES.values()} >= returned & set(MODELS)


def test_each_value_keeps_its_type() -> None:
    loaded = load(Sample, dump(SAMPLE))
    assert loaded == SAMPLE
    assert [type(value) for value in loaded] == [
        int,
        float,
        bool,
        str,
        datetime,
        date,
        Decimal,
        Inner,
        tuple,
        dict,
        type(None),
    ]
    # An amount keeps its trailing zeros.
    assert str(loaded.money) == "26.90"
    assert loaded.at.utcoffset() == timedelta(hours=-5)


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


@pytest.mark.parametrize("model", MODELS)
def test_generated_values_survive_a_round_trip(model: Any) -> None:
    hints = get_type_hints(model)

    @examples
    @given(st.builds(model, **{name: st.from_type(hint) for name, hint in hints.items()}))
    def check(value: object) -> None:
        assert load(model, dump(value)) == value

    check()


# Refused data


@pytest.mark.parametrize(
    "wrong",
    [
        {"integer": 1.0},
        {"integer": True},
        {"integer": "3"},
        {"integer": None},
        {"integer": 10**15 + 1},
        {"integer": -(10**30)},
        {"number": "1.5"},
        {"number": True},
        {"number": 10**16},
        {"number": 10**400},
        {"flag": 1},
        {"flag": "true"},
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
        {"optional": "3"},
        {"optional": False},
    ],
    ids=str,
)
def test_field_of_another_type_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SerializationError):
        load(Sample, sample(**wrong))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "1" * 5_000])
@pytest.mark.parametrize("field", ["integer", "number"])
def test_unusable_number_is_refused(field: str, number: str) -> None:
    serialized = sample(**{field: "HERE"}).replace('"HERE"', number)
    with pytest.raises(SerializationError):
        load(Sample, serialized)


@pytest.mark.parametrize(
    "serialized",
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
def test_data_that_is_not_the_model_is_refused(serialized: str) -> None:
    with pytest.raises(SerializationError):
        load(Sample, serialized)


@pytest.mark.parametrize("model", MODELS)
def test_garbage_raises_only_serialization_errors(model: Any) -> None:
    numbers = st.integers() | st.floats()
    leaves = st.none() | st.booleans() | numbers | st.text(max_size=4)
    trees = st.recursive(leaves, lambda inner: st.lists(inner, max_size=4), max_leaves=12)

    @examples
    @given(trees, st.data())
    def check(tree: object, data: st.DataObject) -> None:
        serialized = json.dumps(tree)
        if data.draw(st.booleans()):
            size = len(model._fields)
            serialized = json.dumps(data.draw(st.lists(leaves, min_size=size, max_size=size)))
        try:
            loaded: object = load(model, serialized)
        except SerializationError:
            return
        assert isinstance(loaded, model)

    check()


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", [1]], ids=type)
def test_dump_refuses_unsupported_values(value: object) -> None:
    with pytest.raises(SerializationError):
        dump(_model("Odd", field=object)(value))


def test_load_refuses_unsupported_field_types() -> None:
    with pytest.raises(SerializationError):
        load(_model("Odd", field=bytes), '["x"]')


def test_loaded_text_is_cleaned() -> None:
    hostile = "a\x1b]52;c;aGk=\x07\u202eb\x00[/]" + "x" * 10_000
    loaded = load(Sample, sample(word=hostile))
    assert loaded.word == text.clean(hostile)
    assert not set(loaded.word) & set("\x1b\x07\u202e\x00")
    assert len(loaded.word) <= text.MAX_CHARACTERS


# Shapes


def _model(name: str, **fields: Any) -> Any:
    return NamedTuple(name, fields.items())


def test_shape_changes_with_the_fields() -> None:
    before = shape(_model("Model", a=int, b=str))
    assert len(before) == 8
    assert shape(_model("Model", a=int, b=str)) == before
    others = [
        _model("Model", a=int),
        _model("Model", a=int, c=str),
        _model("Model", b=str, a=int),
        _model("Model", a=float, b=str),
        _model("Model", a=int | None, b=str),
        _model("Model", a=tuple[int, ...], b=str),
        _model("Other", a=int, b=str),
    ]
    assert len({before, *map(shape, others)}) == len(others) + 1


_WRAPPERS: dict[str, Callable[[Any], Any]] = {
    "plain": lambda model: model,
    "optional": lambda model: model | None,
    "tuple": lambda model: GenericAlias(tuple, (model, ...)),
    "mapping": lambda model: GenericAlias(Mapping, (str, model)),
}


@pytest.mark.parametrize("wrap", _WRAPPERS.values(), ids=_WRAPPERS)
def test_shape_changes_with_the_fields_of_a_nested_model(wrap: Callable[[Any], Any]) -> None:
    small = _model("Outer", inner=wrap(_model("Inner", a=int)))
    large = _model("Outer", inner=wrap(_model("Inner", a=int, b=int)))
    assert shape(small) != shape(large)


def test_shapes_equal_those_of_the_earlier_build() -> None:
    assert {model.__name__: shape(model) for model in MODELS} == SHAPES | ADDED_SHAPES
    assert len(set(SHAPES.values())) == len(SHAPES)


@pytest.mark.parametrize("name", sorted({name.partition(".")[0] for name in _ADDED}))
def test_data_without_added_fields_is_read(name: str) -> None:
    kind = next(model for model in MODELS if model.__name__ == name)
    added = [field for field in kind._fields if f"{name}.{field}" in _ADDED]
    hints = list(get_type_hints(kind).values())[: -len(added)]
    empty: dict[object, object] = {bool: False, int: 0, str: "x"}
    required = [
        None
        if isinstance(hint, UnionType)
        else empty.get(hint, [None] * len(getattr(hint, "_fields", ())))
        for hint in hints
    ]
    assert list(kind._field_defaults)[-len(added) :] == added
    loaded = load(kind, json.dumps(required))
    assert {field: getattr(loaded, field) for field in added} == {
        field: kind._field_defaults[field] for field in added
    }
    for count in (len(required) - 1, len(kind._fields) + 1):
        with pytest.raises(SerializationError):
            load(kind, json.dumps((required + [None] * count)[:count]))


@pytest.mark.parametrize("day", [SAMPLE.day, SAMPLE.at])
def test_day_field_accepts_a_moment(day: date) -> None:
    loaded = load(Sample, dump(SAMPLE._replace(day=day)))
    assert loaded.day == day
    assert type(loaded.day) is type(day)
    assert load(Sample, dump(loaded)) == loaded
