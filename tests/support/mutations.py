"""Mutations of JSON responses."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st


class Raw(str):
    """JSON source to insert unparsed."""


HOSTILE = (
    "Night\x1b]52;c;x\x07 \u202e[@click=app.quit]x[/]\r\n\u200b\x00\ud800\u0301" + "\u0301" * 99
)
"""Text that must not reach a terminal unchanged."""

RAW = [
    Raw("9" * 5000), Raw("-" + "9" * 5000), Raw("1e999"), Raw("-1E+400"), Raw("0.1" + "0" * 5000),
    Raw("NaN"), Raw("-Infinity"), Raw("[" * 200 + "]" * 200), Raw("[" * 100_000 + "]" * 100_000),
    Raw('{"a":' * 60 + "1" + "}" * 60), Raw("01"), Raw("'x'"), Raw('"\\ud800"'), Raw('"\\x"'),
]  # fmt: skip
"""Source that a parser may fail on."""

ODD: list[Any] = [
    None, True, False, 0, 1, 2, 99, 100, 101, -5, 0.0, -0.0, 1.0, 0.5, 150, 1e-320, 1e23, -1e23,
    10**15, 10**15 + 1, 10**23, math.nan, math.inf, -math.inf,
    "", " ", "12", "-12", "1.5", "1e3", "1e-999999999", "1E+15", "-0", "NaN", "Infinity", "1_000",
    "0x10", "\uff11\uff12", "\u0663", " 12\n", "9" * 41, "x", "null", "true", "0", "1",
    HOSTILE, "x" * 10_000,
    "0001-01-01", "9999-12-31T23:59:59+14:00", "2200-12-31T23:59:59-23:59", "2026-11",
    "1970-01-01T00:00:00+23:59", "2026-02-30", "2026-11-23T24:00:00Z", "2026-11-23 10:11:12",
    "20261123T101112.5", "2026-W48-1",
    "CAD", "jpy", "XXX", "\u20ac", "javascript:alert(1)", "http://[", "/producer-dashboard",
    [], {}, [[]], [None], [1, "x"], {"data": []}, {"name": "x"}, [{"name": "x", "xp": 5}],
]  # fmt: skip
"""Values that no documented response has in place of a number, text or list."""

_ODD = st.one_of(
    st.sampled_from(RAW),
    st.sampled_from(ODD),
    st.integers(),
    st.floats(),
    st.text(st.characters(), max_size=30),
    st.recursive(st.none() | st.integers(-3, 3), lambda inner: st.lists(inner, max_size=3)),
)


MUTATIONS = (
    "put", "put", "put", "put", "drop", "quote", "wrap", "nest", "double", "beside", "rename",
    "negative", "larger",
)  # fmt: skip
"""Kinds of mutation; most insert an odd value."""


def paths(tree: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in a response."""
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(tree, dict):
        inner = tree.items()
    elif isinstance(tree, list):
        inner = enumerate(tree)
    for key, part in inner:
        yield (*at, key)
        yield from paths(part, (*at, key))


def get(tree: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        tree = tree[key]
    return tree


def mutate(tree: Any, path: tuple[Any, ...], kind: str, odd: Any) -> None:
    """Mutate the value at a path."""
    parent, key = get(tree, path[:-1]), path[-1]
    value = parent[key]
    match kind:
        case "drop":
            del parent[key]
        case "put":
            # The sample itself must stay unchanged.
            parent[key] = deepcopy(odd)
        case "quote":
            parent[key] = str(value)
        case "wrap":
            parent[key] = [value]
        case "nest":
            parent[key] = {"data": value}
        case "double" if isinstance(value, list):
            parent[key] = value + deepcopy(value)
        case "beside" if isinstance(parent, dict):
            parent["data"] = deepcopy(value)
        case "rename" if isinstance(parent, dict):
            parent[str(odd)[:40] or "x"] = parent.pop(key)
        case "negative" if isinstance(value, int | float):
            parent[key] = -value
        case "larger" if isinstance(value, int | float):
            parent[key] = value * 10**20


def written(tree: Any) -> bytes:
    """Return a response as bytes, with `Raw` pieces inserted unparsed."""
    pieces: list[str] = []

    def mark(part: Any) -> Any:
        if isinstance(part, Raw):
            pieces.append(part)
            return f"@raw{len(pieces) - 1}@"
        if isinstance(part, dict):
            return {name: mark(inner) for name, inner in part.items()}
        return [mark(inner) for inner in part] if isinstance(part, list) else part

    text = json.dumps(mark(tree))
    for number, piece in enumerate(pieces):
        text = text.replace(f'"@raw{number}@"', piece)
    return text.encode()


@st.composite
def mutated(draw: st.DrawFn, seeds: list[tuple[str, Any]]) -> tuple[str, bytes]:
    """Draw a request and a mutated response to it."""
    name, seed = draw(st.sampled_from(seeds))
    tree = {"answer": deepcopy(seed)}
    for _ in range(draw(st.integers(1, 4))):
        remaining = list(paths(tree))
        if not remaining:
            break
        path = draw(st.sampled_from(remaining))
        kind = draw(st.sampled_from(MUTATIONS))
        mutate(tree, path, kind, draw(_ODD) if kind in ("put", "rename") else None)
    return name, written(tree.get("answer", ""))
