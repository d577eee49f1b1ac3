"""Parts of a detail: a title with a note, and rows, pairs or a quiet line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import BindingType
from textual.color import Color
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.style import Style

from beatpass_tui import formatting
from beatpass_tui.view_models.details import Detail, DetailPart, DetailRow, Figure
from beatpass_tui.widgets.accessibility import is_accessible, is_plain
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.content import (
    ContentWidget,
    CursorWidget,
    WidgetMessage,
    justify,
    progress_bar,
)

_COLUMN_GAP = 3
_PAIRS_WIDTH = 44
"""Minimum width for pairs in two columns."""
_METER, _SHORT_METER, _WIDE = 10, 5, 35
"""Cells of a meter, and the width from which the longer one is used."""

_KINDS = {"gain": "ink-success", "loss": "ink-error", "license": "hue-downloads", "muted": "quiet"}
"""Theme colors of texts at the right end of a row."""


_MARKS = {"★": "hue-level", "● Released": "ink-success", "● Upcoming": "hue-albums"}
"""Theme colors of marks by their beginning."""


class ThemedWidget(ContentWidget):
    """A widget that draws changes in colors of the theme."""

    def change(self, figure: Figure, value: Content) -> Content:
        """Return a value with its change in percent."""
        if figure.percent is None:
            return value
        percent = round(figure.percent)
        text = formatting.percent_change(percent)
        if is_accessible(self):
            text = text.replace("▲ ", "up ").replace("▼ ", "down ")
        color = "ink-success" if percent > 0 else "ink-error" if percent else "quiet"
        return value + " " + self.colored(text, color)


class DetailHead(ThemedWidget):
    """Title, facts and numbers of a detail: above each other, or beside each other if low."""

    detail: reactive[Detail] = reactive(Detail())

    def render(self) -> Content:
        width, height = self.content_size
        is_page = self.screen.has_class("-detail")
        lines = self._side_by_side(width) if is_page else self._stacked(width)
        return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines[:height])

    def _title(self, gap: str) -> tuple[Content, Content]:
        mark = self.detail.mark
        if is_accessible(self):
            mark = mark.replace("★ ", "").replace("● ", "")
        color = next((c for start, c in _MARKS.items() if mark.startswith(start)), "quiet")
        title = Content(self.detail.title).stylize(Style(bold=True))
        return title, self.colored(gap + mark, color) if mark else Content("")

    def _stacked(self, width: int) -> list[Content]:
        title, mark = self._title("")
        facts = [self.colored(line, "quiet") for line in wrap_facts(self.detail.facts, width, 2)]
        facts += [Content("")] * (2 - len(facts))
        return [justify(title, mark, width), *facts, *self._figures(width)]

    def _side_by_side(self, width: int) -> list[Content]:
        shown = [figure for figure in self.detail.figures if figure.label != "Share"]
        used = sum(self._figure_width(figure) for figure in shown)
        left_width = max(width - used, width // 3) if shown else width
        room = left_width - _COLUMN_GAP if shown else width
        title, mark = self._title("  ")
        left = [
            (title + mark).truncate(room, ellipsis=True),
            *(self.colored(row, "quiet") for row in wrap_facts(self.detail.facts, room, 2)),
        ]
        right = self._figures(width - left_width, shown)
        share = next((each for each in self.detail.figures if each.label == "Share"), None)
        if share is not None:
            right.append(self.colored(f"{share.value} of your plays", "quiet"))
        return [
            a + " " * (left_width - a.cell_length) + b
            for a, b in zip_longest(left, right, fillvalue=Content(""))
        ]

    def _figure_width(self, figure: Figure) -> int:
        change = "" if figure.percent is None else f" ▲ {abs(round(figure.percent)):,}%"
        return max(cell_len(figure.label), cell_len(figure.value + change)) + 2

    def _figures(self, width: int, figures: Sequence[Figure] | None = None) -> list[Content]:
        figures = self.detail.figures if figures is None else figures
        if not figures:
            return []
        least = max(map(self._figure_width, figures))
        size = max(min(13, width // len(figures)), least) if least * len(figures) <= width else 0
        labels, values = Content(""), Content("")
        for index, figure in enumerate(figures):
            value = self.change(figure, self._value(figure, index))
            cells = size or self._figure_width(figure)
            label = self.colored(figure.label, "quiet")
            labels += label + " " * (cells - label.cell_length)
            values += value + " " * (cells - value.cell_length)
        return [labels, values]

    def _value(self, figure: Figure, index: int) -> Content:
        text = figure.value.replace("-", "−")
        if figure.is_change:
            color = "ink-error" if text.startswith("−") else "foreground"
            return self.colored(text, color, bold=True)
        return self.colored(text, "hue-total-plays" if index == 0 else "foreground", bold=True)


def wrap_facts(facts: Sequence[str], width: int, rows: int) -> list[str]:
    """Return facts separated by dots in at most some rows, wrapped between facts."""
    lines: list[str] = []
    for fact in facts:
        if lines and cell_len(longer := f"{lines[-1]} · {fact}") <= width:
            lines[-1] = longer
        else:
            lines.append(fact)
    return lines[:rows]


class Parts(ThemedWidget, CursorWidget):
    """Parts below each other; those with matches or downloads have a cursor.

    Each part has at least its title and two rows; the last ones get the space that is left.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("move.up", "move(-1)"),
        bind("move.down", "move(1)"),
        bind("cursor.open", "select"),
    ]

    class Selected(WidgetMessage):
        """The row under the cursor was selected with Enter."""

    parts: reactive[tuple[DetailPart, ...]] = reactive((), layout=True)
    cursor: reactive[int] = reactive(0)
    """Index of the row under the cursor, in the first part."""

    def __init__(
        self,
        *,
        interactive: bool = False,
        ruled: bool = True,
        id: str,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.can_focus = interactive
        self._ruled = ruled

    @property
    def current(self) -> DetailRow | None:
        """The row under the cursor."""
        rows = self.parts[0].rows if self.parts else ()
        return rows[self.cursor] if self.can_focus and self.cursor < len(rows) else None

    def watch_parts(self) -> None:
        rows = self.parts[0].rows if self.parts else ()
        self.cursor = min(self.cursor, max(len(rows) - 1, 0))

    def watch_cursor(self) -> None:
        self.cursor_moved()

    def action_move(self, rows: int) -> None:
        count = len(self.parts[0].rows) if self.parts else 0
        self.cursor = min(max(self.cursor + rows, 0), max(count - 1, 0))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        row = self.current
        return action != "select" or (row is not None and row.beat is not None)

    def action_select(self) -> None:
        self.post_message(self.Selected(self))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset_capture(self)
        height = self.content_size.height - 1
        index = offset.y - 1 + max(self.cursor - height + 1, 0)
        if self.can_focus and self.parts and 0 <= index < len(self.parts[0].rows) and offset.y > 0:
            self.cursor = index

    # Rendering

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return sum(self._length(part, width) for part in self.parts)

    def render(self) -> Content:
        width, height = self.content_size
        lines: list[Content] = []
        rooms = share_rows([self._length(part, width) for part in self.parts], height)
        for index, (part, room) in enumerate(zip(self.parts, rooms, strict=True)):
            if room > 0:
                lines.append(self._heading(part, width, is_first=index == 0, room=room))
                lines += self._body(part, width, room - 1, has_cursor=index == 0)
        return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines[:height])

    def _length(self, part: DetailPart, width: int) -> int:
        if part.pairs:
            columns = 2 if width >= _PAIRS_WIDTH else 1
            return 1 + -(-len(part.pairs) // columns)
        return 1 + (len(part.rows) or (1 if part.text else 0))

    def _heading(self, part: DetailPart, width: int, *, is_first: bool, room: int) -> Content:
        title = Content(part.title).stylize(Style(bold=True))
        note = part.note
        if len(part.rows) > room - 1 > 0 and not note:
            note = f"{room - 1} of {len(part.rows)}"
        if cell_len(part.title) + cell_len(note) + 2 > width:
            note = ""
        right = self.colored(note, "quiet")
        if not self._ruled and is_first:
            return justify(title, right, width)
        if is_accessible(self):
            return justify(title, right, width)
        title = (title + " ").truncate(width, ellipsis=True)
        right = right.truncate(max(width - title.cell_length - 1, 0), ellipsis=True)
        right = " " + right if note else right
        cells = max(width - title.cell_length - right.cell_length, 0)
        return title + self.colored("─" * cells, "track") + right

    def _body(
        self, part: DetailPart, width: int, room: int, *, has_cursor: bool
    ) -> Iterator[Content]:
        if room <= 0:
            return
        if part.text:
            yield self.colored(part.text, "quiet")
        elif part.pairs:
            yield from self._pairs(part.pairs, width, room)
        top = max(self.cursor - room + 1, 0) if has_cursor else 0
        most = max((_number(row.right) for row in part.rows if row.kind == "bar"), default=0)
        for index, row in enumerate(part.rows[top : top + room], start=top):
            # Without color, the cursor is a mark.
            has_mark = has_cursor and self.can_focus and (is_plain(self) or is_accessible(self))
            line = self._row(row, width - 2 * has_mark, most)
            is_current = has_cursor and self.has_focus and index == self.cursor
            if has_mark:
                line = Content("> " if is_current else "  ") + line
            if is_current:
                background = Color.parse(self.app.theme_variables["panel"])
                line = line.stylize_before(Style(background=background, bold=True))
            yield line

    def _row(self, row: DetailRow, width: int, most: float) -> Content:
        right = self._right(row, most)
        middle = self.colored(row.middle, "quiet") if row.middle else Content("")
        left = Content("")
        if row.when:
            cells = 3 if len(row.when) < 3 else 9
            left = self.colored(row.when.ljust(cells), "quiet")
        left += row.left
        if row.gain:
            color = "ink-error" if row.gain.startswith("-") else "ink-success"
            gain = row.gain.replace("-", "−")
            right += self.colored(f"{gain:>7}", "quiet" if gain == "0" else color)
        return justify(left + middle, right, width)

    def _right(self, row: DetailRow, most: float) -> Content:
        if row.kind == "link":
            text, arrow = row.right.removesuffix("↗"), row.right.endswith("↗")
            return Content(text) + (self.colored("↗", "ink-secondary") if arrow else Content(" "))
        if row.kind == "bar" and most > 0 and not is_accessible(self):
            cells = _METER if self.content_size.width >= _WIDE else _SHORT_METER
            done, rest = progress_bar(100 * _number(row.right) / most, cells)
            meter = self.colored(done, "hue-total-plays") + self.colored(rest, "track")
            return meter + f" {row.right:>8}"
        return self.colored(row.right, _KINDS.get(row.kind, "foreground"))

    def _pairs(self, pairs: Sequence[tuple[str, str]], width: int, room: int) -> Iterator[Content]:
        columns = 2 if width >= _PAIRS_WIDTH else 1
        height = min(-(-len(pairs) // columns), room)
        size = (width - _COLUMN_GAP * (columns - 1)) // columns
        for index in range(height):
            line = Content("")
            for pair in pairs[index::height][:columns]:
                cell = justify(self.colored(pair[0], "quiet"), Content(pair[1]), size)
                line += (" " * _COLUMN_GAP if line else "") + cell
            yield line


def _number(text: str) -> float:
    digits = text.replace(",", "")
    return float(digits) if digits.isdigit() else 0


def share_rows(lengths: Sequence[int], height: int) -> list[int]:
    """Return the rows of each part: two or three at least, the rest from the first to the last."""
    rooms = [min(length, 3) for length in lengths]
    while sum(rooms) > height and any(rooms):
        last = max(index for index, room in enumerate(rooms) if room)
        rooms[last] = max(rooms[last] - (sum(rooms) - height), 0)
        if rooms[last] == 1:
            # A title alone says nothing.
            rooms[last] = 0
    for index, length in enumerate(lengths):
        if rooms[index]:
            rooms[index] += min(length - rooms[index], height - sum(rooms))
    return rooms
