"""A number as a chart: bars of its gains, or a line of its values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from textwrap import wrap
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.binding import BindingType
from textual.color import TRANSPARENT
from textual.content import Content
from textual.reactive import reactive
from textual.strip import Strip
from textual.style import Style

from beatpass_tui import formatting
from beatpass_tui.view_models.charts import ChartData, ChartStep, Total
from beatpass_tui.widgets.accessibility import is_accessible, is_plain
from beatpass_tui.widgets.bars import component_style
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.chart_cells import BEHIND, Row, empty_rows, mark, plot_rows
from beatpass_tui.widgets.chart_layout import Plot, date_labels, place_plot
from beatpass_tui.widgets.content import CursorWidget, WidgetMessage, fitting_facts
from beatpass_tui.widgets.title_row import TitleRowWidget

_EMPTY_GUTTER = 4
_MIN_ROOM = 16
"""Cells for labels and text of a plot without values."""

Piece = tuple[int, str, tuple[str, ...]]
"""First cell, text and component classes of a part of a row."""

_Drawn = tuple[object, list[Row], list[list[Segment]]]
"""The inputs of a plot, and its rows without the cursor."""


class Chart(CursorWidget, TitleRowWidget):
    """A chart with its title, the labels of its axis, and dates.

    The title row shows the value under the cursor or the mouse, or else the totals. A class such
    as `-downloads` selects the color of the number. Without `title` or `dates`, their rows are left
    out. `gutter` is the least number of cells for the labels of the axis. A chart of `several`
    numbers can have the focus without steps, as its keys show another number.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "chart--label",
        "chart--value",
        "chart--rise",
        "chart--fall",
        "chart--grid",
        "chart--bar",
        "chart--estimated",
        "chart--before",
        "chart--cursor",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("move.left", "move(-1)", "Previous step", "Go to the previous day, week or month."),
        bind("move.right", "move(1)", "Next step", "Go to the next day, week or month."),
        bind("move.up", "number(-1)", "Previous number", "Show the previous number."),
        bind("move.down", "number(1)", "Next number", "Show the next number."),
        bind("move.first", "first", "Oldest value", "Go to the oldest value.", show=False),
        bind("move.last", "last", "Latest value", "Go to the latest value.", show=False),
    ]

    data: reactive[ChartData] = reactive(ChartData())
    cursor: reactive[date | None] = reactive[date | None](None)
    """A day in the step under the cursor; None is the latest step."""
    hovered: reactive[date | None] = reactive[date | None](None)
    """A day in the step under the mouse."""

    class NumberRequested(WidgetMessage):
        """The next (1) or the previous (-1) number was requested."""

        def __init__(self, chart: Chart, steps: int) -> None:
            super().__init__(chart)
            self.steps = steps

    def __init__(
        self,
        data: ChartData | None = None,
        *,
        title: bool = True,
        dates: bool = True,
        gutter: int = 0,
        several: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._has_title = title
        self.has_dates = dates
        self._gutter = gutter
        self._is_of_several = several
        self._rich_styles: dict[tuple[str, ...], RichStyle] = {}
        self._lines: tuple[object, Sequence[Strip]] = (None, ())
        self.marked: int | None = None
        """The step that is drawn as marked."""
        self._drawn: _Drawn = (None, [], [])
        self.plot: Plot | None = None
        """The plot that is drawn."""
        if data is not None:
            self.set_reactive(Chart.data, data)
            self.add_class(_hue_class(data), update=False)

    # What is shown

    def allow_focus(self) -> bool:
        return super().allow_focus() and (bool(self.data.steps) or self._is_of_several)

    @property
    def current(self) -> tuple[str, str] | None:
        """The step under the cursor and its value, formatted."""
        step = self._step_at(self.cursor)
        return None if step is None else (self.data.format_step(step), self.data.describe(step))

    def _step_at(self, day: date | None) -> ChartStep | None:
        return self.data.steps[self.data.index_of(day)] if self.data.steps else None

    def _find_marked(self) -> int | None:
        """Return the step under the mouse, else under the cursor of a focused chart."""
        is_marked = self.data.steps and (self.has_focus or self.hovered is not None)
        return self.data.index_of(self.hovered or self.cursor) if is_marked else None

    # Rendering

    def notify_style_update(self) -> None:
        self._rich_styles.clear()
        self._lines = (None, ())
        self._drawn = (None, [], [])
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        marked = self._find_marked()
        state = (self.data, self.size, marked, self.cursor)
        if self._lines[0] != state:
            self.marked = marked
            width, blank = self.plot_width, self._style()
            strips = (Strip(line).adjust_cell_length(width, blank) for line in self._render_lines())
            self._lines = state, self.complete(list(strips))
        lines = self._lines[1]
        return lines[y] if y < len(lines) else Strip.blank(self.size.width, self._style())

    def _style(self, *components: str) -> RichStyle:
        """Return the styles of component classes on top of the widget's style."""
        if components not in self._rich_styles:
            style = self.visual_style
            ground = style.background or TRANSPARENT
            for name in components:
                is_behind = name == BEHIND
                component = f"chart--{'before' if is_behind else name}"
                part = component_style(self, component, self.styles.color)
                color = ground + (part.foreground or TRANSPARENT)
                style += Style(background=color) if is_behind else part + Style(foreground=color)
            self._rich_styles[components] = style.rich_style
        return self._rich_styles[components]

    def _cell(self, text: str, *components: str) -> Segment:
        return Segment(text, self._style(*components))

    @property
    def plot_width(self) -> int:
        """The cells of axis labels, plot and dates."""
        width: int = self.size.width
        return width

    @property
    def label_cells(self) -> int:
        """The least number of cells for the labels of the axis."""
        return self._gutter

    def complete(self, strips: list[Strip]) -> Sequence[Strip]:
        """Return rows of `plot_width` cells in the width of the widget."""
        return strips

    def _render_lines(self) -> Iterator[list[Segment]]:
        width, height = self.plot_width, self.size.height
        self.plot = None
        if self._has_title:
            yield self._title_line(width)
            height -= 1
        if is_accessible(self):
            text = self.data.words()
            yield from ([self._cell(line, "label")] for line in wrap(text, max(width, 1)))
        elif self.data.is_empty:
            yield from self._empty_lines(width, height)
        elif height > 0:
            yield from self._plot_lines(width, height)

    def _empty_lines(self, width: int, height: int) -> Iterator[list[Segment]]:
        """Return why there are no values, in an empty plot if it fits; nothing without a reason."""
        data, room = self.data, max(width - _EMPTY_GUTTER - 2, 1)
        if not data.empty_text:
            return
        texts = [(line, ("value",)) for line in wrap(data.empty_text, room)]
        texts += [(line, ("label",)) for line in wrap(data.empty_note, room)]
        rows = height - (1 if data.steps else 0)
        if rows < len(texts) + 2 or room < _MIN_ROOM:
            for line in wrap(data.empty_words, max(width, 1)):
                yield [self._cell(line, "label")]
            return
        lines = empty_rows(width - _EMPTY_GUTTER, rows, texts, plain=is_plain(self))
        for row, cells in enumerate(lines, start=1):
            zero = "0" if row == rows and not data.is_line else ""
            label = f"{zero:>{_EMPTY_GUTTER - 1}} "
            yield [self._cell(label, "label"), *(self._cell(text, *style) for text, style in cells)]
        if data.steps:
            today = formatting.short_date(data.steps[-1].start, data.steps[-1].start)
            yield [self._cell(today.rjust(width), "label")]

    def _title_line(self, width: int) -> list[Segment]:
        """Return the title, and the value under the cursor or the totals."""
        title = Content(self.data.title)
        if self.marked is None:
            room = width - title.cell_length - self.title_gap
            right = self._totals_text(room)
        else:
            step = self.data.steps[self.marked]
            right = self.text(f"{self.data.short_step(step)}  ", "label")
            is_loss = step.value is not None and step.value < 0
            right += self.text(self.data.describe(step), "fall" if is_loss else "value")
            room = width - right.cell_length - self.title_gap
            title = Content(fitting_facts(self.data.title, room))
        return self.title_row(title, right, width).render_segments(self.visual_style)

    def text(self, text: str, component: str) -> Content:
        """Return text in a color of the chart."""
        return Content(text).stylize(
            component_style(self, f"chart--{component}", self.styles.color)
        )

    def _totals_text(self, room: int) -> Content:
        """Return as many totals as fit, leaving out the last and then the first."""
        totals = list(self.data.totals)
        text = Content()
        while totals:
            text = Content("   ").join(map(self._total_text, totals))
            if text.cell_length <= room:
                return text
            totals.pop(-1 if len(totals) != 2 else 0)
        return Content()

    def _total_text(self, total: Total) -> Content:
        text = self.text(f"{total.label} " * bool(total.label), "label")
        text += self.text(
            total.value, "fall" if total.value.startswith(formatting.MINUS) else "value"
        )
        return text if total.percent is None else text + " " + self.change_text(total.percent)

    def change_text(self, percent: float) -> Content:
        """Return a change in percent in its color."""
        change, whole = (
            formatting.percent_change(percent, in_words=is_accessible(self)),
            round(percent),
        )
        return self.text(change, "rise" if whole > 0 else "fall" if whole else "label")

    # The plot

    def _plot_lines(self, width: int, height: int) -> Iterator[list[Segment]]:
        data, cursor = self.data, self.data.index_of(self.cursor)
        has_dates = self.has_dates and height > 2
        plot = place_plot(data, width, height - has_dates, cursor, self.label_cells)
        losses = [] if data.is_line else plot.losses(data)
        dates = self._dates(plot, losses) if has_dates else []
        below = [*dates, *self._losses(plot, losses)]
        # If dates can't move aside for losses, the losses get their own row.
        is_crowded = not has_dates or len(dates) < len(self._dates(plot))
        if losses and is_crowded and plot.rows > 1:
            plot = place_plot(data, width, plot.rows - 1, cursor, self.label_cells)
            dates = self._dates(plot) if has_dates else []
            below = self._losses(plot, plot.losses(data))
        else:
            dates = []
        self.plot = plot
        # A label is in the row in which a bar of its value ends.
        ticks = (row if data.is_line else max(row - 1, 0) for row in plot.axis.tick_rows)
        labels = dict(zip(ticks, plot.labels, strict=True))
        for row, segments in zip(range(plot.rows - 1, -1, -1), self._rows(plot), strict=True):
            label = f"{labels.get(row, ''):>{max(plot.gutter - 1, 0)}} "[: plot.gutter]
            yield [self._cell(label, "label"), *segments]
        for pieces in (below, dates):
            if pieces:
                yield self._pieces_line(plot.gutter, pieces)

    def _rows(self, plot: Plot) -> list[list[Segment]]:
        """Return the rows of the plot; while only the cursor moves, only its cells change."""
        width = self.plot_width - plot.gutter
        if self._drawn[0] != (self.data, plot, width):
            rows = plot_rows(self.data, plot, width, plain=is_plain(self))
            segments = [[self._cell(text, *style) for text, style in row] for row in rows]
            self._drawn = (self.data, plot, width), rows, segments
        _, rows, segments = self._drawn
        if self.marked is None or self.marked not in plot.steps:
            return segments
        first = 2 * (self.marked - plot.steps.start) + 1
        parts = slice(first, first + (2 if self.data.is_line else 1))
        lines = []
        for row, line in zip(rows, segments, strict=True):
            line = line.copy()
            line[parts] = (self._cell(text, *style) for text, style in map(mark, row[parts]))
            lines.append(line)
        return lines

    def _dates(self, plot: Plot, losses: Sequence[int] = ()) -> list[Piece]:
        width = self.plot_width - plot.gutter
        return [
            (cell, text, ("label",))
            for cell, text in date_labels(self.data, plot.columns, width, losses)
        ]

    def _losses(self, plot: Plot, cells: Sequence[int]) -> list[Piece]:
        text = "▼" if is_plain(self) else "▀"
        marked = self.marked
        return [
            (cell, text, ("fall", *("cursor",) * (plot.columns.index_at(cell) == marked)))
            for cell in cells
        ]

    def _pieces_line(self, left: int, pieces: Sequence[Piece]) -> list[Segment]:
        segments, end = [], -left
        for cell, text, style in sorted(pieces):
            segments += [self._cell(" " * (cell - end), "label"), self._cell(text, *style)]
            end = cell + len(text)
        return segments

    # Cursor

    def watch_data(self, before: ChartData, after: ChartData) -> None:
        if before.number != after.number:
            self.remove_class(_hue_class(before), update=False)
            self.add_class(_hue_class(after))

    def watch_cursor(self) -> None:
        self.cursor_moved()

    def action_move(self, steps: int) -> None:
        self._go_to(self.data.index_of(self.cursor) + steps)

    def action_first(self) -> None:
        self._go_to(0)

    def action_last(self) -> None:
        self._go_to(len(self.data.steps))

    def _go_to(self, index: int) -> None:
        """Move the cursor; on the latest step, it follows new steps."""
        self.hovered = None
        steps = self.data.steps
        self.cursor = steps[max(index, 0)].start if index < len(steps) - 1 and steps else None

    def action_number(self, steps: int) -> None:
        self.post_message(self.NumberRequested(self, steps))

    def _index_at(self, event: events.MouseEvent) -> int | None:
        plot = self.plot
        if plot is None or self.data.is_empty:
            return None
        return plot.columns.index_at(event.get_content_offset_capture(self).x - plot.gutter)

    def on_click(self, event: events.Click) -> None:
        if (index := self._index_at(event)) is not None:
            self._go_to(index)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        index = self._index_at(event)
        self.hovered = None if index is None else self.data.steps[index].start

    def on_leave(self) -> None:
        self.hovered = None


def _hue_class(data: ChartData) -> str:
    """Return the class that selects a number's color, such as `-downloads`."""
    return f"-{data.number.partition('.')[0]}"
