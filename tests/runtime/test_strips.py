"""Lines are those of Textual, with fewer objects."""

from __future__ import annotations

from importlib import util
from types import MemberDescriptorType
from typing import cast

import pytest
from rich.segment import ControlType, Segment
from rich.style import Style
from textual import strip as strips
from textual.color import Color
from textual.strip import Strip

from beatpass_tui.runtime.strips import draw_lines_in_less_memory
from beatpass_tui.widgets.line_filters import SegmentFilter, to_ascii, to_colorless

_NAMES = {name for name in Strip.__slots__ if name.endswith("_cache")} - {
    "_render_cache",
    "_filter_cache",
}
_RED, _BLUE = Style(color="red"), Style(bgcolor="blue")


@pytest.fixture(scope="module")
def original() -> type[Strip]:
    """Return Textual's class as it is without the program."""
    spec = util.spec_from_file_location("original_strip", str(strips.__file__))
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    draw_lines_in_less_memory()
    return cast("type[Strip]", module.Strip)


def _has_slot(slot: MemberDescriptorType, line: Strip) -> bool:
    try:
        slot.__get__(line)
    except AttributeError:
        return False
    return True


def test_a_line_creates_the_caches_of_textual_when_they_are_used(original: type[Strip]) -> None:
    def created(line: Strip) -> set[str]:
        # `hasattr` of the line would create them.
        return {name for name in _NAMES if _has_slot(vars(Strip)[name], line)}

    line = Strip([Segment("one"), Segment("two", _RED)])
    assert created(line) == set()
    assert line.crop(1, 4) is line.crop(1, 4)
    assert created(line) == {"_crop_cache"}
    sizes = {name: getattr(line, name)._maxsize for name in _NAMES}
    assert sizes == {name: getattr(original([]), name)._maxsize for name in _NAMES}
    assert created(line) == _NAMES
    assert not hasattr(line, "_unknown_cache")


_SPACES = [Segment(" " * 9, _BLUE)]


@pytest.mark.parametrize("segments", [
    _SPACES, [Segment(" " * 9)], [Segment("\u3000")], [Segment("a  b", _RED), Segment("     ")], [],
    [Segment("\t")], [Segment(" ", None, [(ControlType.BELL,)])],
])  # fmt: skip
@pytest.mark.parametrize("cuts", [[9], [0, 9], [3, 9], [0, 3, 3, 9, 12], [2, 4], [], [1], [2]])
def test_parts_are_those_of_textual(
    original: type[Strip], segments: list[Segment], cuts: list[int]
) -> None:
    parts, expected = Strip(segments).divide(cuts), original(segments).divide(cuts)
    assert [part._segments for part in parts] == [part._segments for part in expected]
    assert [part.cell_length for part in parts] == [part.cell_length for part in expected]


def test_lines_of_spaces_share_their_parts(original: type[Strip]) -> None:
    first, second = Strip(_SPACES), Strip(_SPACES)
    assert first.divide([4, 9])[1] is second.divide([4, 9])[1]
    assert first.divide([9]) == [first]


def test_a_line_is_copied_only_for_filters_that_change_it(original: type[Strip]) -> None:
    to_letters, colorless = SegmentFilter(to_ascii), SegmentFilter(to_colorless)
    black, white = Color.parse("black"), Color.parse("white")
    plain, special = [Segment("a", _RED)], [Segment("•", _RED)]
    for segments in (plain, special, [Segment("•")], [Segment("a")], []):
        line, expected = Strip(segments), original(segments)
        for filter, background in [
            (to_letters, black), (to_letters, black), (colorless, black), (to_letters, white),
            (to_letters, black), (colorless, black), (colorless, white),
        ]:  # fmt: skip
            filtered = line.apply_filter(filter, background)
            expected_line = expected.apply_filter(filter, background)
            assert filtered._segments == expected_line._segments
            assert filtered.cell_length == expected_line.cell_length
            assert line.apply_filter(filter, background) is filtered
    line = Strip(plain)
    assert line.apply_filter(to_letters, black) is line
    assert line.apply_filter(colorless, black) is not line
    assert line._filter_cache._maxsize == original([])._filter_cache._maxsize
