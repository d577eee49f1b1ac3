"""A grid of cards that is one tab stop with a cursor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.binding import BindingType
from textual.containers import Grid
from textual.content import Content
from textual.geometry import Offset
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.content import WidgetMessage, fitting_facts


class Card(Widget):
    """One card of a grid.

    Component classes belong to the grid, because Textual computes every component style of every
    widget when it is styled, which would dominate the first frame for this many cards.

    A card is a filled tile with its title in the first row or, where the stylesheet gives it a
    border, a frame with its title in the upper line.
    """

    def __init__(self, title: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = Content(title)

    def title_line(self) -> Content:
        """Return the first row of a tile."""
        raise NotImplementedError

    def lines(self, width: int, height: int) -> Sequence[Content]:
        """Return the rows below the title; at most `height` fit."""
        raise NotImplementedError

    def accessible_text(self) -> str:
        """Return the whole card as text for the accessible mode."""
        raise NotImplementedError

    def render(self) -> Content:
        width, height = self.content_size
        if is_accessible(self):
            words = fitting_facts(self.accessible_text(), width - 2, ", ")
            text = f"{'>' if self.at_cursor else ' '} {words}"
            return Content(text).truncate(width, ellipsis=True)
        if self.styles.border_top[0]:
            lines = self.lines(width, height)
            return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines)
        title, margin = self.title_line(), Content(" ")
        if self.at_cursor:
            grid_class = "card-grid--cursor"
            title, margin = title.stylize(Style(bold=True)), self.styled("▎", grid_class)
        lines = [title, *self.lines(width - 2, height - 1)]
        lines += [Content("")] * (height - len(lines))
        return Content("\n").join(
            margin + line.truncate(width - 2, ellipsis=True) for line in lines
        )

    @property
    def at_cursor(self) -> bool:
        """Whether the card is under the cursor of the focused grid."""
        grid = self.parent
        return isinstance(grid, Widget) and grid.has_focus and self.has_class("-cursor")

    def component_style(self, component: str) -> Style:
        """Return the style of a component class of the grid, without inherited styles."""
        grid = self.parent
        if not isinstance(grid, Widget):
            # The card was removed and is being rendered for the last time.
            return Style()
        return grid.get_visual_style(component, partial=True)

    def opacity_of(self, component: str) -> float:
        """Return the opacity of text in a component class of the grid."""
        grid = self.parent
        return grid.get_component_styles(component).text_opacity if isinstance(grid, Widget) else 1

    def styled(self, text: str, component: str) -> Content:
        """Return literal text in the style of a component class of the grid."""
        return Content(text).stylize(self.component_style(component))


CardT = TypeVar("CardT", bound=Card)


class CardGrid(Grid, Generic[CardT], can_focus=True, can_focus_children=False):
    """Cards with a cursor; arrows and hjkl move, Enter or a click selects."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"card-grid--cursor"}

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("move.up", "move(0, -1)"),
        bind("move.down", "move(0, 1)"),
        bind("move.left", "move(-1, 0)"),
        bind("move.right", "move(1, 0)"),
        bind("move.first", "first", "First card", "Go to the first card.", show=False),
        bind("move.last", "last", "Last card", "Go to the last card.", show=False),
        bind("cursor.open", "select"),
    ]

    cursor: reactive[int] = reactive(0)
    """Index of the card under the cursor."""

    class Selected(WidgetMessage):
        """A card was selected with Enter or a click."""

        def __init__(self, grid: Widget, card: Widget) -> None:
            super().__init__(grid)
            self.card = card

    class EdgeReached(WidgetMessage):
        """The cursor was moved beyond the first (-1) or the last (1) row in `column`."""

        def __init__(self, grid: Widget, direction: int, column: int) -> None:
            super().__init__(grid)
            self.direction = direction
            self.column = column

    @property
    def cards(self) -> list[CardT]:
        return [child for child in self.children if isinstance(child, Card)]  # type: ignore[misc]

    @property
    def columns(self) -> int:
        """The number of cards in a full row, set by the stylesheet."""
        return max(int(self.styles.grid_size_columns), 1)

    @property
    def current(self) -> CardT | None:
        cards = self.cards
        return cards[self.cursor] if 0 <= self.cursor < len(cards) else None

    @property
    def cursor_offset(self) -> Offset:
        """Where the card under the cursor is."""
        current = self.current
        start = self.content_region.offset
        return Offset() if current is None else current.content_region.offset - start

    def enter_at(self, direction: int, column: int) -> None:
        """Take the focus from the grid above (1) or below (-1), keeping the column."""
        count, columns = len(self.cards), self.columns
        if not count:
            return
        row = 0 if direction > 0 else (count - 1) // columns
        self.cursor = min(row * columns + min(column, columns - 1), count - 1)
        self.focus()

    def validate_cursor(self, cursor: int) -> int:
        return min(max(cursor, 0), max(len(self.cards) - 1, 0))

    def watch_cursor(self) -> None:
        self.mark_cursor()

    def mark_cursor(self) -> None:
        for index, card in enumerate(self.cards):
            card.set_class(index == self.cursor, "-cursor")
        current = self.current
        if current is not None and self.has_focus:
            current.scroll_visible(animate=False)

    def with_cursor_class(self, cards: Iterable[CardT]) -> Iterator[CardT]:
        """Add the cursor class to new cards before they are first styled."""
        for index, card in enumerate(cards):
            yield card.set_class(index == self.cursor, "-cursor", update=False)

    def on_focus(self) -> None:
        self.mark_cursor()

    def action_move(self, across: int, down: int) -> None:
        """Move by one card; in a shorter last row, move to its last card."""
        count, columns = len(self.cards), self.columns
        row, column = divmod(self.cursor, columns)
        if across:
            if 0 <= self.cursor + across < count:
                self.cursor += across
            return
        target = row + down
        if target < 0 or target > (count - 1) // columns:
            self.post_message(self.EdgeReached(self, down, column))
        else:
            self.cursor = min(target * columns + column, count - 1)

    def action_first(self) -> None:
        self.cursor = 0

    def action_last(self) -> None:
        self.cursor = len(self.cards) - 1

    def action_select(self) -> None:
        if (current := self.current) is not None:
            self.post_message(self.Selected(self, current))

    def on_click(self, event: events.Click) -> None:
        for index, card in enumerate(self.cards):
            if event.widget is card:
                event.stop()
                self.cursor = index
                self.action_select()
