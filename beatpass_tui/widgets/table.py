"""A table that renders only its visible rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, TypeAlias, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.color import Color
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from beatpass_tui.widgets import bars
from beatpass_tui.widgets.accessibility import ASCII_CLASS, is_accessible, is_plain
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.columns import (
    CellWidths,
    Column,
    Parts,
    Place,
    cut_parts,
    fit_text,
    parts_width,
    place_columns,
)
from beatpass_tui.widgets.content import WidgetMessage
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.row_list import PREFETCH_ROWS, RowList, Window

__all__ = ["PREFETCH_ROWS", "Cell", "Column", "Table"]

T = TypeVar("T")

Cell: TypeAlias = "str | Sequence[tuple[str, str]]"
"""Text, or parts of text with their styles.

A style is a component class of the table, a class of `bars.SHADE_CLASSES`, or the name of a theme
color with a dollar sign, such as "$hue-delayed".
"""

_MEASURED_ROWS = 200
"""Number of rows that are measured before they are visible."""

_OWN_RULE = "your place"
_BOLD = Style(bold=True)


class Table(RowList[T]):
    """Rows under a header, with a cursor; a refresh changes neither cursor nor scroll position.

    Args:
        cells: Returns the cell of each column of a row.
        key: Returns a unique value that identifies a row across refreshes.
        is_own: Whether a row is the user's own, which stays visible at the edge of the window.
        is_muted: Whether a row is less prominent than the others.
        rule: Returns the text of a separator, if that is what a row is; the cursor skips it.
        rule_at_start: Whether the text of a separator is at its start, as a heading.
        sortable: Whether columns can be selected and `SortRequested` is posted.
        selectable: Whether Enter or a second click selects a row.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--header",
        "table--sorted",
        "table--header-cursor",
        "table--row",
        "table--cursor",
        "table--bar",
        "table--own",
        "table--muted",
        "table--gain",
        "table--loss",
        "table--zero",
        "table--rule",
        "table--hue",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            bind(id, f"column({steps})", name, sentence, label="Column", show=False)
            for id, steps, name, sentence in (
                ("move.left", -1, "Previous column", "Select the previous column to sort by."),
                ("move.right", 1, "Next column", "Select the next column to sort by."),
            )
        ),
        bind("list.sort", "sort"),
    ]

    empty_text: reactive[str] = reactive("")
    column: reactive[int] = reactive(0)
    """Index of the column to sort by."""

    class SortRequested(WidgetMessage):
        """Sorting by the column `key` was requested."""

        def __init__(self, table: Widget, key: str) -> None:
            super().__init__(table)
            self.key = key

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Callable[[T], Sequence[Cell]],
        *,
        key: Callable[[T], object],
        is_own: Callable[[T], bool] | None = None,
        is_muted: Callable[[T], bool] = lambda _: False,
        rule: Callable[[T], str] = lambda _: "",
        rule_at_start: bool = False,
        sortable: bool = False,
        selectable: bool = False,
        empty_text: str = "Nothing here yet.",
        id: str | None = None,
    ) -> None:
        super().__init__(key=key, is_own=is_own, rule=rule, selectable=selectable, id=id)
        self.columns = tuple(columns)
        self.set_reactive(Table.empty_text, empty_text)
        self._cells = cells
        self._rule_at_start = rule_at_start
        self._is_muted = is_muted
        self._sortable = sortable
        self._sorted_by: tuple[str, bool] | None = None
        self._content: dict[str, CellWidths] = {}
        """What was seen so far in each column of `_measured_columns`."""
        self._measured_columns: tuple[Column, ...] = ()
        self._measured_window = range(0)
        self._measured_count = 0
        self._places: Sequence[Place] = ()
        self._placed_for: object = None
        """What the places of the columns depend on."""
        self._window = Window(0, 0, None)
        self._width, self._gutter = 0, 1
        self._part_styles: dict[tuple[str, Style], Style] = {}

    def show(self, rows: Sequence[T], sorted_by: tuple[str, bool] | None = None) -> None:
        """Show other rows; the cursor stays on its row, and goes to the first one in a new order.

        `sorted_by` is the key of the sort column, and whether the order is descending.
        """
        if rows is self.rows and sorted_by == self._sorted_by:
            return
        is_resorted = sorted_by != self._sorted_by
        self._sorted_by = sorted_by
        self._measured_window = range(0)
        self.show_rows(rows, to_first=is_resorted)

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Show other columns; the selected one stays selected if it is among them."""
        columns = tuple(columns)
        if columns == self.columns:
            return
        selected = self.columns[self.column].key
        self.columns = columns
        keys = [column.key for column in columns]
        self.column = keys.index(selected) if selected in keys else 0
        self.refresh()

    # Rendering

    def render_lines(self, crop: Region) -> list[Strip]:
        """Render lines, after measuring the rows of the window."""
        self._place_columns()
        self._part_styles.clear()
        return super().render_lines(crop)

    def _place_columns(self) -> None:
        # The same for all lines; asking for a widget's size takes as long as drawing a cell.
        self._window, self._width = self.window(), self.size.width
        self._gutter = self._get_gutter()
        self._measure_window(self._window)
        # Margins: the cursor's bar at the left, a blank and the scroll bar at the right.
        width = self._width - self._gutter - 2
        content = {key: (seen.typical, seen.widest) for key, seen in self._content.items()}
        state = (width, self.columns, content)
        if state != self._placed_for:
            self._placed_for = state
            self._places = place_columns(self.columns, content, width)

    def _get_gutter(self) -> int:
        """Return the width of the left margin, which shows the bar of the cursor.

        The padding of a tile is a margin, too, and shows a bar while the tile has the focus.
        """
        if is_accessible(self):
            return 2
        panels = (parent for parent in self.ancestors if isinstance(parent, Panel))
        has_padding = any(not panel.is_frame and panel.styles.padding.left for panel in panels)
        return 0 if has_padding and not is_plain(self) else 1

    def _measure_window(self, window: Window) -> None:
        """Measure rows that were not visible before, and some of a longer list in advance."""
        if self.columns != self._measured_columns:
            self._measured_columns, self._content = self.columns, {}
            self._measured_window, self._measured_count = range(0), 0
        if len(self.rows) > self._measured_count:
            self._measured_count = len(self.rows)
            self._measure(range(min(len(self.rows), _MEASURED_ROWS)))
        visible = range(window.top, min(window.top + window.visible, len(self.rows)))
        if visible != self._measured_window:
            seen, self._measured_window = self._measured_window, visible
            self._measure(index for index in visible if index not in seen)
            if window.own is not None:
                self._measure((window.own,))

    def _measure(self, indices: Iterable[int]) -> None:
        content = self._content
        for index in indices:
            row = self.rows[index]
            if self._rule(row):
                continue
            for column, cell in zip(self.columns, self._cells(row), strict=False):
                if column.key not in content:
                    content[column.key] = CellWidths()
                content[column.key].add(parts_width(cell))

    def render_line(self, y: int) -> Strip:
        if y == 0:
            return self._header()
        if not self.rows and y == 1:
            text, style = self.empty_text, self.get_component_rich_style("table--muted")
            return self._strip([Segment(" " * self._gutter + text, style)], style)
        index = self._window.row_at(y)
        if index is None:
            return self._separator(_OWN_RULE)
        if index >= len(self.rows):
            return Strip.blank(self._width, self.rich_style)
        rule = self._rule(self.rows[index])
        return self._separator(rule) if rule else self._row(index)

    def _strip(self, segments: list[Segment], style: Style) -> Strip:
        return Strip(segments).adjust_cell_length(self._width, style)

    def _header(self) -> Strip:
        plain = self.get_component_rich_style("table--header")
        sort_key, descending = self._sorted_by or (None, False)
        segments: list[Segment] = []
        end = 0
        titles = [self._title_at(place) for place in self._places]
        next_starts = [start for start, _ in titles[1:]] + [self._width]
        for place, (start, text), after in zip(self._places, titles, next_starts, strict=True):
            column, style, blank = self.columns[place.column], plain, ""
            if column.key == sort_key:
                style = self.get_component_rich_style("table--sorted")
                if self.app.has_class(ASCII_CLASS):
                    # The arrow is a letter; it needs a blank before it, and one after it.
                    is_close = after - start - cell_len(text) < len(" v ")
                    blank = "" if is_close and start - end < 2 else " "
                    start -= bool(blank and is_close)
            if self._sortable and self.has_focus and place.column == self.column:
                style += self.get_component_rich_style("table--header-cursor", partial=True)
            segments += [Segment(" " * (start - end), plain), Segment(text, style)]
            end = start + cell_len(text)
            if column.key == sort_key and not is_accessible(self):
                arrow = self.get_component_rich_style("table--bar")
                segments.append(Segment(blank + ("▾" if descending else "▴"), arrow))
                end += 1 + len(blank)
        return self._strip(segments, plain)

    def _title_at(self, place: Place) -> tuple[int, str]:
        """Return where the title of a column starts, and its text."""
        column = self.columns[place.column]
        text = fit_text(column.title, min(cell_len(column.title), place.width))
        spare = place.width - cell_len(text) if column.right else 0
        return self._gutter + place.start + spare, text

    def _separator(self, text: str) -> Strip:
        line = self.get_component_rich_style("table--rule")
        kind = "table--sorted" if self._rule_at_start else "table--header"
        text = fit_text(f" {text} ", min(cell_len(text) + 2, self._width))
        label = Segment(text, self.get_component_rich_style(kind))
        before = 0 if self._rule_at_start else max(self._width - cell_len(text) - 4, 0)
        after = max(self._width - cell_len(text) - before - 2, 0)
        segments = [Segment(" " * bool(before), line), Segment("─" * before, line), label]
        return self._strip([*segments, Segment("─" * after, line)], line)

    def _row(self, index: int) -> Strip:
        row = self.rows[index]
        style = self.get_component_rich_style("table--row")
        if self._is_own is not None and self._is_own(row):
            style += self.get_component_rich_style("table--own", partial=True)
        at_cursor = index == self.cursor and self.has_focus
        if at_cursor:
            style += self.get_component_rich_style("table--cursor", partial=True)
        muted = style + self.get_component_rich_style("table--muted", partial=True)
        all_muted, cells = self._is_muted(row), self._cells(row)
        segments = [self._mark(style)] if at_cursor and self._gutter else []
        end = self._gutter if segments else 0
        name = next((place.column for place in self._places if self.columns[place.column].grow), 0)
        for i, start, width in self._places:
            column, cell = self.columns[i], cells[i]
            parts: Parts = ((cell, ""),) if isinstance(cell, str) else cell
            taken = parts_width(cell)
            if taken > width:
                parts, taken = cut_parts(parts, width), width
            start += self._gutter + (width - taken if column.right else 0)
            gap = " " * (start - end)
            for text, component in parts:
                part = muted if column.muted or all_muted else style
                if component:
                    part = self._part_style(component, style, at_cursor=at_cursor)
                if at_cursor and i == name:
                    part += _BOLD
                # A segment for each gap would take longer to draw.
                segments.append(Segment(gap + text, part))
                gap = ""
            end = start + taken
        return self._strip(segments, style)

    def _mark(self, row: Style) -> Segment:
        mark = ("▸" if is_plain(self) or is_accessible(self) else "▎").ljust(self._gutter)
        return Segment(mark, row + self.get_component_rich_style("table--bar", partial=True))

    def _part_style(self, name: str, row: Style, *, at_cursor: bool) -> Style:
        """Return the style of a part of a row, cached while the window is drawn."""
        style = self._part_styles.get((name, row))
        if style is None:
            # Faint text would not be readable on the fill of the cursor.
            is_faint = name == "table--zero" and at_cursor
            style = row + self._component_style("table--muted" if is_faint else name, row)
            self._part_styles[name, row] = style
        return style

    def _component_style(self, name: str, row: Style) -> Style:
        if name.startswith("$"):
            return Style(color=Color.parse(self.app.theme_variables[name[1:]]).rich_color)
        if name not in bars.SHADE_CLASSES:
            return self.get_component_rich_style(name, partial=True)
        # Bars have a hue that is blended with the row.
        rules = bars.shade_owner(self).get_component_styles(name)
        hue = self.get_component_styles("table--hue").color
        color = rules.color if rules.has_rule("color") else hue
        if row.bgcolor is None or row.bgcolor.triplet is None:
            return Style.null()
        ground = Color(*row.bgcolor.triplet)
        return Style(color=ground.blend(color, rules.text_opacity).rich_color, bold=False)

    # Cursor

    def validate_column(self, column: int) -> int:
        return min(max(column, 0), len(self.columns) - 1)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("sort", "column"):
            return self._sortable
        if action == "select":
            return self._selectable and parameters == (self.enter,)
        return True

    def action_column(self, columns: int) -> None:
        """Select the next or previous visible column as the sort column."""
        self._place_columns()
        shown = [place.column for place in self._places]
        position = shown.index(self.column) if self.column in shown else 0
        self.column = shown[min(max(position + columns, 0), len(shown) - 1)]

    def action_sort(self) -> None:
        self.post_message(self.SortRequested(self, self.columns[self.column].key))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the clicked row, select the row under it, or sort by a column."""
        event.stop()
        offset = event.get_content_offset_capture(self)
        if offset.y == 0:
            self._click_header(offset.x)
        else:
            self.click_row(offset.y)

    def _click_header(self, x: int) -> None:
        self._place_columns()
        for place in self._places:
            if 0 <= x - self._gutter - place.start <= place.width and self._sortable:
                self.column = place.column
                self.action_sort()
