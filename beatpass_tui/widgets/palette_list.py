"""The list of the command palette, one line for each entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.command import Command, CommandInput, CommandList
from textual.geometry import Size
from textual.reactive import Reactive
from textual.strip import Strip

_PADDING = 2


class Part(NamedTuple):
    """A text of a line and its style, which is added to that of the line."""

    text: str
    style: Style = Style.null()


def cells(parts: Sequence[Part]) -> int:
    """Return the width of parts."""
    return sum(cell_len(part.text) for part in parts)


def truncate(parts: Sequence[Part], width: int) -> list[Part]:
    """Return parts cut to a width, with an ellipsis if anything is missing."""
    if cells(parts) <= width:
        return list(parts)
    strip = Strip([Segment(*part) for part in parts]).crop(0, max(width - 1, 0))
    last = strip._segments[-1].style if strip._segments else None
    shown = [Part(segment.text, segment.style or Style.null()) for segment in strip]
    return [*shown, Part("…"[:width], last or Style.null())]


class _Choice(NamedTuple):
    """What Textual runs once a line is chosen; its own class would parse the text as markup."""

    text: str
    command: Callable[[], object]


class Line(Command):
    """A line of the list; without an action it can't be chosen."""

    def __init__(
        self, parts: Sequence[Part], text: str = "", run: Callable[[], object] | None = None
    ) -> None:
        choice = _Choice(text, run or (lambda: None))
        prompt = "".join(part.text for part in parts)
        super().__init__(prompt, choice, disabled=run is None)  # type: ignore[arg-type]
        self.parts = parts


class PaletteInput(CommandInput):
    """Textual's field, without a layout of the screen for each letter."""

    virtual_size = Reactive(Size(0, 0))


class PaletteList(CommandList):
    """Textual's list without measuring its options: typing lays nothing out."""

    def __init__(self) -> None:
        super().__init__()
        self._part_styles: dict[str, Style] = {}

    def show(self, lines: Sequence[Line], highlighted: int | None) -> None:
        """Show other lines from the first one on."""
        self._options[:] = lines
        self._option_to_index = {line: index for index, line in enumerate(lines)}
        self._line_cache.clear()
        self._mouse_hovering_over = None
        self.set_reactive(PaletteList.highlighted, highlighted)
        self.scroll_y = 0
        self._update_lines()
        self.refresh()

    def _update_lines(self) -> None:
        width = self.scrollable_content_region.width
        count, cache = len(self._options), self._line_cache
        if not width:
            return
        if len(cache.lines) != count:
            cache.lines[:] = [(index, 0) for index in range(count)]
            cache.heights.update(dict.fromkeys(range(count), 1))
            cache.index_to_line.update({index: index for index in range(count)})
        size = Size(width, count)
        if size != self.virtual_size:
            # The scroll bar has a place of its own, so that the layout stays.
            self.set_reactive(PaletteList.virtual_size, size)
            self._scroll_update(size)
            self._refresh_scrollbars()

    def notify_style_update(self) -> None:
        self._part_styles.clear()
        super().notify_style_update()

    def _line_style(self, kind: str) -> Style:
        """Return the style of highlighted, disabled and other lines."""
        if kind not in self._part_styles:
            names = ["option-list--option", *([f"option-list--option-{kind}"] if kind else [])]
            self._part_styles[kind] = self.get_visual_style(*names).rich_style
        return self._part_styles[kind]

    def render_line(self, y: int) -> Strip:
        index, width = self.scroll_offset.y + y, self.scrollable_content_region.width
        if index >= len(self._options):
            return Strip.blank(width, self._line_style(""))
        line = self._options[index]
        kind = ""
        if line.disabled:
            kind = "disabled"
        elif index == self.highlighted:
            kind = "highlighted"
        elif index == self._mouse_hovering_over:
            kind = "hover"
        style = self._line_style(kind)
        parts = line.parts if isinstance(line, Line) else ()
        segments = [Segment(" " * _PADDING, style)]
        segments += [Segment(part.text, style + part.style) for part in parts]
        # The option at the mouse is in the style, as in Textual's own lines.
        return Strip(segments).adjust_cell_length(width, style).apply_meta({"option": index})
