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
    wrap_facts,
)
from beatpass_tui.widgets.title_row import TitleRowWidget

_COLUMN_GAP = 3
_MAX_FACTS = 9
_PAIRS_WIDTH = 44
"""Minimum width for pairs in two columns."""
_METER, _SHORT_METER, _WIDE = 10, 5, 35
"""Cells of a meter, and the width from which the longer one is used."""

_NUMBER = 8
"""Least cells of the numbers beside meters."""

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

    def __init__(self, *, is_low: bool = False, id: str, classes: str) -> None:
        super().__init__(id=id, classes=classes)
        self._is_low = is_low

    def render(self) -> Content:
        width, height = self.content_size
        is_low = self._is_low or self.screen.has_class("-detail")
        lines = self._side_by_side(width) if is_low else self._stacked(width)
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
        share = next((each for each in self.detail.figures if each.label == "Share"), None)
        share_text = "" if share is None else f"{share.value} of your plays"
        used = max(sum(map(self._figure_width, shown)), cell_len(share_text))
        left_width = max(width - used, width // 3) if shown else width
        room = left_width - _COLUMN_GAP if shown else width
        title, mark = self._title("  ")
        left = [
            (title + mark).truncate(room, ellipsis=True),
            *(self.colored(row, "quiet") for row in wrap_facts(self.detail.facts, room, 2)),
        ]
        right = self._figures(width - left_width, shown)
        right.append(self.colored(share_text, "quiet"))
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


class Parts(ThemedWidget, CursorWidget, TitleRowWidget):
    """Parts below each other; those with matches or downloads have a cursor.

    Each part has at least its title and two rows; the last ones get the space that is left. What
    does not fit is scrolled by the cursor.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("move.up", "move(-1)"),
        bind("move.down", "move(1)"),
        bind("cursor.open", "select"),
    ]

    class Selected(WidgetMessage):
        """The row under the cursor was selected with Enter."""

    parts: reactive[tuple[DetailPart, ...]] = reactive(())
    cursor: reactive[int] = reactive(0)
    """Index of the row under the cursor in the first part, or the number of lines scrolled."""

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
        self._is_interactive = interactive
        self._ruled = ruled
        self._number_cells = _NUMBER

    @property
    def is_scrolled(self) -> bool:
        """Whether the keys scroll it, since it has no cursor."""
        return not self._is_interactive and bool(self.parts)

    @property
    def current(self) -> DetailRow | None:
        """The row under the cursor."""
        rows = self._rows
        return rows[self.cursor] if self._is_interactive and self.cursor < len(rows) else None

    @property
    def _rows(self) -> Sequence[DetailRow]:
        return self.parts[0].rows if self.parts else ()

    @property
    def _last(self) -> int:
        """The last position of the cursor."""
        if self._is_interactive:
            return max(len(self._rows) - 1, 0)
        width, height = self.content_size
        return max(sum(self._length(part, width) for part in self.parts) - height, 0)

    def on_resize(self) -> None:
        self._limit_cursor()

    def watch_parts(self) -> None:
        if (height := self.styles.height) is None or height.is_auto:
            # Others keep their size, and a layout takes longer than the rest of the frame.
            self.refresh(layout=True)
        self._limit_cursor()
        if self.has_focus:
            # What Enter opens may have been loaded just now.
            self.refresh_bindings()

    def _limit_cursor(self) -> None:
        last = self._last
        # Without a cursor, only what does not fit can be scrolled.
        self.can_focus = self._is_interactive or (last > 0 and len(self.parts) == 1)
        self.cursor = min(self.cursor, last)

    def watch_cursor(self) -> None:
        self.cursor_moved()

    def action_move(self, rows: int) -> None:
        self.cursor = min(max(self.cursor + rows, 0), self._last)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        row = self.current
        has_target = row is not None and (row.beat is not None or row.match is not None)
        return action != "select" or has_target

    def action_select(self) -> None:
        self.post_message(self.Selected(self))

    def on_click(self, event: events.Click) -> None:
        if not self._is_interactive or not self.parts:
            return
        width, height = self.content_size
        rooms = share_rows([self._length(part, width) for part in self.parts], height)
        skipped = 1 + len(self._text(self.parts[0], width))
        index = event.get_content_offset_capture(self).y - skipped
        top = self._top(rooms[0] - skipped)
        if 0 <= index < rooms[0] - skipped and index + top < len(self._rows):
            self.cursor = index + top

    def _top(self, room: int) -> int:
        """Return the first row that is shown in `room` rows."""
        return max(self.cursor - max(room, 1) + 1, 0) if self._is_interactive else self.cursor

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
        columns = 2 if width >= _PAIRS_WIDTH else 1
        return 1 + len(self._text(part, width)) + len(part.rows) + -(-len(part.pairs) // columns)

    def _text(self, part: DetailPart, width: int) -> list[Content]:
        lines = wrap_facts(part.text.split(" · "), width, _MAX_FACTS) if part.text else []
        return [row for line in lines for row in self.colored(line, "quiet").wrap(max(width, 1))]

    def _heading(self, part: DetailPart, width: int, *, is_first: bool, room: int) -> Content:
        title = Content(part.title).stylize(Style(bold=True))
        if self.has_focus and not self._is_interactive:
            # Without a cursor, the title shows the focus.
            mark = "> " if is_plain(self) or is_accessible(self) else ""
            title = self.colored(f"{mark}{part.title}", "ink-secondary", bold=True)
        note, length = part.note, self._length(part, width) - 1
        gap = self.title_gap if is_first else 2
        if length > room - 1 > 0 and not part.text and not part.is_excerpt:
            count = f"{room - 1} of {length}"
            if part.pairs and not part.rows:
                shown = (room - 1) * -(-len(part.pairs) // length)
                count = f"{shown} of {len(part.pairs)}"
            both = " · ".join(filter(None, (note, count)))
            # A note of other counts is more important, unless the rest can be scrolled to.
            is_counted = len(self.parts) == 1 or not any(char.isdigit() for char in note)
            if cell_len(part.title + both) + gap <= width:
                note = both
            elif is_counted:
                note = count
        if cell_len(part.title) + cell_len(note) + gap > width:
            note = ""
        right = self.colored(note, "quiet")
        if is_first and self.is_frame:
            return self.title_row(title, right, width)
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
        text = self._text(part, width)[: max(room, 0)]
        yield from text
        room -= len(text)
        if room <= 0:
            return
        top = self._top(room) if has_cursor else 0
        pairs = list(self._pairs(part.pairs, width))
        yield from pairs[top : top + room]
        # What is scrolled begins with the pairs.
        room -= len(pairs[top : top + room])
        top = max(top - len(pairs), 0)
        bars = [row.right for row in part.rows if row.kind == "bar"]
        most = max(map(_number, bars), default=0)
        self._number_cells = max(map(cell_len, (*bars, " " * _NUMBER)))
        for index, row in enumerate(part.rows[top : top + room], start=top):
            # Without color, the cursor is a mark.
            has_mark = (
                has_cursor and self._is_interactive and (is_plain(self) or is_accessible(self))
            )
            line = self._row(row, width - 2 * has_mark, most)
            is_current = has_cursor and self.has_focus and index == self.cursor
            if has_mark:
                line = Content("> " if is_current else "  ") + line
            if is_current:
                background = Color.parse(self.app.theme_variables["panel"])
                line = line.stylize_before(Style(background=background, bold=True))
            yield line

    def _row(self, row: DetailRow, width: int, most: float) -> Content:
        if row.kind == "title":
            return self.colored(row.left, "quiet", bold=True)
        right = self._right(row, most)
        cells = cell_len(row.left + row.middle) + 1 + right.cell_length
        if row.kind == "bar" and (row.middle or row.meter is not None) and cells > width:
            # What a number is of is more important than its bar.
            right = Content(row.right)
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
        percent = row.meter
        if percent is None and most > 0:
            percent = 100 * _number(row.right) / most
        if row.kind == "bar" and percent is not None and not is_accessible(self):
            cells = _METER if self.content_size.width >= _WIDE else _SHORT_METER
            done, rest = progress_bar(percent, cells)
            rest = " " * len(rest) if is_plain(self) else rest
            meter = self.colored(done, "hue-total-plays") + self.colored(rest, "track")
            return meter + " " + row.right.rjust(self._number_cells)
        return self.colored(row.right, _KINDS.get(row.kind, "foreground"))

    def _pairs(self, pairs: Sequence[tuple[str, str]], width: int) -> Iterator[Content]:
        columns = 2 if width >= _PAIRS_WIDTH else 1
        height = -(-len(pairs) // columns)
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
