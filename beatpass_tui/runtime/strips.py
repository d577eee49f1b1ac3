"""Draw lines without unused caches and copies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.cache import FIFOCache
from textual.color import Color
from textual.filter import LineFilter
from textual.strip import Strip

_SIZES = {
    "_divide_cache": 4,
    "_crop_cache": 16,
    "_style_cache": 16,
    "_line_length_cache": 4,
    "_crop_extend_cache": 4,
    "_offsets_cache": 4,
}
"""The caches of a line, and how many results they keep: those of Textual."""

_FILTERED = 4
"""How many results of filters a line keeps that they change."""


def draw_lines_in_less_memory() -> None:
    """Let each `Strip` create its caches when they are read, and share what is equal.

    Textual gives seven caches to every line that is drawn, cut or styled: 1 KB each, of which one
    in twenty is ever filled. And it cuts the lines of all containers behind the visible widgets
    where these begin and end, and keeps the parts: those of lines of spaces are kept once. A line
    that a filter leaves as it is needs no copy.
    """
    if Strip.divide is not _divide:
        Strip.__init__ = _init  # type: ignore[method-assign]
        Strip.__getattr__ = _create  # type: ignore[attr-defined]
        Strip.divide = _divide  # type: ignore[method-assign]
        Strip.apply_filter = _apply_filter  # type: ignore[method-assign]


_divide_with_text, _apply_filter_with_cache = Strip.divide, Strip.apply_filter


def _init(self: Strip, segments: Iterable[Segment], cell_length: int | None = None) -> None:
    self._segments = list(segments)
    self._cell_length = cell_length
    self._render_cache = self._link_ids = self._cell_count = None
    # Also the filter and background that leave the line as it is.
    self._filter_cache = None  # type: ignore[assignment]


def _create(self: Strip, name: str) -> FIFOCache[object, object]:
    """Return the new cache `name`; only called for attributes that are not set."""
    if name not in _SIZES:
        raise AttributeError(name)
    cache = FIFOCache[object, object](_SIZES[name])
    vars(Strip)[name].__set__(self, cache)
    return cache


def _divide(self: Strip, cuts: Iterable[int]) -> Sequence[Strip]:
    if len(self._segments) == 1:
        text, style, control = self._segments[0]
        width = len(text)
        if control is None and text == " " * width:
            inside = tuple(cut for cut in cuts if cut <= width)
            return [self] if inside == (width,) else _divide_spaces(width, style, inside)
    return _divide_with_text(self, cuts)


@lru_cache(1024)
def _divide_spaces(width: int, style: Style | None, cuts: tuple[int, ...]) -> Sequence[Strip]:
    return _divide_with_text(Strip([Segment(" " * width, style)], width), cuts)


def _apply_filter(self: Strip, filter: LineFilter, background: Color) -> Strip:
    key = filter, background
    cache: object = self._filter_cache
    if cache == key:
        return self
    if isinstance(cache, FIFOCache):
        return _apply_filter_with_cache(self, filter, background)
    if (segments := filter.apply(self._segments, background)) == self._segments:
        self._filter_cache = key  # type: ignore[assignment]
        return self
    filtered = Strip(segments, self._cell_length)
    self._filter_cache = FIFOCache(_FILTERED)
    self._filter_cache[key] = filtered
    return filtered
