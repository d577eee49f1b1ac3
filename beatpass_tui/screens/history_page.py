"""Base class of a page with the history of every number, which scrolls panel by panel."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from textual import on, work
from textual.containers import VerticalScroll

from beatpass_tui.exports.files import ExportFile, history_file
from beatpass_tui.models.numbers import NUMBERS
from beatpass_tui.models.trends import Points
from beatpass_tui.screens.inner_page import InnerPage
from beatpass_tui.session.history import AccountHistory
from beatpass_tui.session.session import Session
from beatpass_tui.widgets.number_history import NumberHistory
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.panel import Panel

R = TypeVar("R")


class HistoryPage(InnerPage[R]):
    """A page that contains a `NumberHistory`, and loads the points that it needs."""

    _points: Mapping[str, Points] = {}
    """The history of each number and audience figure that was needed."""

    @property
    def number_history(self) -> NumberHistory:
        """The chart of a number."""
        return self.query_one(NumberHistory)

    @property
    def is_in_history(self) -> bool:
        """Whether the chart of a number has the focus."""
        return self.focused is not None and self.focused.id == "chart"

    def attach(self, session: Session | None) -> None:
        self._points = {}
        super().attach(session)

    def show_history(self, session: Session) -> None:
        """Draw the chart of the chosen number."""
        points = self.points_of(session.history, self.number_history.number.id)
        self.number_history.show_points(points, self.clock.now())

    def points_of(self, history: AccountHistory | None, name: str) -> Points | None:
        """Return the history of a number as far as it is loaded; None if there is none."""
        if history is None:
            return None
        # Points of this run are newer than the stored ones.
        return [*self.recorded(history, name)[name], *history.points(name)[-1:]]

    def recorded(self, history: AccountHistory, *names: str) -> Mapping[str, Points]:
        """Return the stored history of numbers as far as it is loaded, and load the rest."""
        needed = [name for name in names if name not in self._points]
        if needed:
            self._points = {**self._points, **dict.fromkeys(needed, ())}
            self._load_points(history, needed)
        return self._points

    @work(group="history")
    async def _load_points(self, history: AccountHistory, names: Sequence[str]) -> None:
        points = await history.load_series(names)
        if self.can_show and self.session is not None and self.session.history is history:
            self._points = {**self._points, **points}
            self.show()

    @on(OptionRow.Changed, "#chart-number")
    @on(OptionRow.Changed, "#chart-scale")
    def change_history(self) -> None:
        """Show another number or scale."""
        self.show()

    def can_export(self) -> bool:
        """Return whether any number has a history."""
        history = self.session.history if self.session is not None else None
        return history is not None and any(history.points(number.id) for number in NUMBERS)

    async def export_file(self) -> ExportFile | None:
        """Return the history of all numbers and beats."""
        history = self.session.history if self.session is not None else None
        samples = await history.load_samples() if history is not None else []
        plays = await history.load_plays() if history is not None else []
        return history_file(samples, plays)

    # Cursor

    def follow_cursor(self) -> None:
        super().follow_cursor()
        self._scroll_to_cursor()

    def on_resize(self) -> None:
        self.call_after_refresh(self._scroll_to_cursor)

    def _scroll_to_cursor(self) -> None:
        focused = self.focused if self.is_mounted else None
        ancestors = () if focused is None else focused.ancestors
        section = next((widget for widget in ancestors if isinstance(widget, Panel)), None)
        body = self.query_one("#body", VerticalScroll) if self.is_mounted else None
        if section is None or body not in ancestors or body is None:
            # The panel is in view at any scroll position.
            return
        bottom = section.region.bottom - body.region.y + body.scroll_offset.y
        if bottom <= body.size.height:
            # Show the period as well.
            body.scroll_home(animate=False)
        else:
            body.scroll_to_widget(section, animate=False)
