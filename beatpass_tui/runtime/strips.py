"""Keep drawn lines without unused caches, and lines of spaces once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.cache import FIFOCache
from textual.strip import Strip

_SIZES = {
    "_divide_cache": 4,
    "_crop_cache": 16,
    "_style_cache": 16,
    "_filter_cache": 4,
    "_line_length_cache": 4,
    "_crop_extend_cache": 4,
    "_offsets_cache": 4,
}
"""The caches of a line, and how many results they keep: those of Textual."""


def draw_lines_in_less_memory() -> None:
    """Let each `Strip` create its caches when they are read, and lines of spaces share their parts.

    Textual gives seven caches to every line that is drawn, cut or styled: 1 KB each, of which one
    in twenty is ever filled. And it cuts the lines of all containers behind the visible widgets
    where these begin and end, and keeps the parts.
    """
    if Strip.divide is not _divide:
        Strip.__init__ = _init  # type: ignore[method-assign]
        Strip.__getattr__ = _create  # type: ignore[attr-defined]
        Strip.divide = _divide  # type: ignore[method-assign]


_divide_with_text = Strip.divide


def _init(self: Strip, segments: Iterable[Segment], cell_length: int | None = None) -> None:
    self._segments = list(segments)
    self._cell_length = cell_length
    self._render_cache = self._link_ids = self._cell_count = None


def _create(self: Strip, name: str) -> FIFOCache[object, object]:
    """Return the new cache `name`; only called for attributes that are not set."""
    if name not in _SIZES:
        raise AttributeError(name)
    cache = FIFOCache[object, object](_SIZES[name])
    setattr(self, name, cache)
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
