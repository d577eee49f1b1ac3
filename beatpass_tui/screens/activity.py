"""Activity: what the audience did, what was uploaded, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from beatpass_tui import formatting, models
from beatpass_tui.errors import BeatPassError, Forbidden
from beatpass_tui.exports import tables
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.models import Download, numbers, trends
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.models.trends import Points
from beatpass_tui.screens.inner_page import InnerPage
from beatpass_tui.session.history import AccountHistory
from beatpass_tui.session.query import Query, Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import activity
from beatpass_tui.view_models.activity import DEFAULT_PERIOD, PERIODS
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.heatmap import Heatmap
from beatpass_tui.widgets.history_chart import History, HistoryChart
from beatpass_tui.widgets.key_value_list import KeyValueList
from beatpass_tui.widgets.number_grid import NumberGrid
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.section import Section
from beatpass_tui.widgets.table import Column, Table

COLUMNS = (
    Column("when", "When", 12),
    Column("track", "Track", 14, grow=3),
    Column("by", "By", 11, grow=2, importance=1),
    Column("license", "License", 13),
    Column("status", "Status", 8, importance=2),
)


_NUMBERS = tuple((number.id, number.title) for number in numbers.NUMBERS)
_SCALES = tuple((scale.name, scale.name) for scale in trends.SCALES)


class Activity(InnerPage):
    """The audience of `GET /artists/{artist}/activity` in a period, and the rhythm of uploads."""

    info = BY_NAME["activity"]
    AUTO_FOCUS: ClassVar[str] = "#downloads-table"

    BINDINGS: ClassVar[list[BindingType]] = [
        bind(
            "focus.next",
            "app.focus_next",
            "Next",
            "Go to the upload calendar, the history, or back.",
        ),
        bind("activity.period", "period"),
        bind(
            "list.previous",
            "step(-1)",
            "Newer downloads",
            "Show the page of newer downloads.",
            label="Turn",
        ),
        bind(
            "list.next",
            "step(1)",
            "Older downloads",
            "Show the page of older downloads.",
            label="Turn",
        ),
    ]

    _period = DEFAULT_PERIOD
    _number = 1
    _points: Mapping[str, Points] = {}
    """The whole history of the numbers that were shown so far."""
    _shown: Query[models.Activity] | None = None
    """The page of downloads that the table holds."""

    def compose_parts(self) -> Iterable[Widget]:
        """Return the period and the four sections."""
        self._period = self.settings.period
        yield OptionRow(PERIODS, self._period, title="Period", id="period")
        yield Section(
            "Audience, own team not counted",
            NumberGrid(id="figures"),
            KeyValueList(id="top-track"),
            id="audience",
        )
        yield Section(
            "Recent downloads",
            Table[Download](
                COLUMNS,
                lambda row: activity.download_cells(row, self.clock.now()),
                key=lambda row: row,
                id="downloads-table",
            ),
            id="recent",
        )
        yield Section("Uploads", NumberGrid(id="rhythm"), KeyValueList(id="advice"), id="uploads")
        yield Section("Upload calendar", Heatmap(id="heatmap"), id="calendar")
        yield Section(
            "History kept on this computer",
            HistoryChart(id="chart"),
            stays=(
                OptionRow(_NUMBERS, "total-plays", title="Number", id="chart-number"),
                OptionRow(_SCALES, trends.DAY.name, title="A column is a", id="chart-scale"),
            ),
            id="history",
        )

    def on_mount(self) -> None:
        """Follow the period, so that its name never stands over the figures of another."""
        self.watch(self.query_one("#period", OptionRow), "value", self.change_period, init=False)

    def queries(self, session: Session) -> Sequence[Query[Any]]:
        """Return the page of downloads that is chosen, and what is known of uploads."""
        return (
            session.account,
            session.artist,
            self._wanted(session),
            session.upload_insights,
            session.uploads,
        )

    def watched(self, session: Session) -> Sequence[Query[Any]]:
        """Leave out what the account may not see: its section says so, and it is no failure."""
        quiet = (session.upload_insights, session.uploads)
        return [
            query
            for query in self.queries(session)
            if not (query in quiet and isinstance(query.error, Forbidden))
        ]

    def attach(self, session: Session | None) -> None:
        """Forget the downloads of the account before."""
        self._shown, self._number, self._points = None, 1, {}
        super().attach(session)

    def _wanted(self, session: Session) -> Query[models.Activity]:
        return session.activity_in(self._period, self._number)

    # Drawing

    def show_parts(self, session: Session) -> None:
        """Draw the four sections."""
        self._show_audience(session)
        self._show_downloads(session)
        self._show_uploads(session)
        self._show_history(session)

    def _show_audience(self, session: Session) -> None:
        query, error = session.audience(self._period), self.reason(self._wanted(session))
        # While a period is on its way its places stay: the rows below would jump otherwise.
        self.query_one("#audience", Section).show(
            now=self.clock.now(),
            as_of=query.fetched_at,
            error=error,
            known=query.value is not None or error is None,
        )
        self.query_one("#figures", NumberGrid).figures = activity.audience_counts(
            query.value, self.count
        )
        self.query_one("#top-track", KeyValueList).facts = activity.top_track(query.value)

    def _show_downloads(self, session: Session) -> None:
        wanted = self._wanted(session)
        error = self.reason(wanted)
        table = self.query_one("#downloads-table", Table)
        table.empty = "Loading…"
        if wanted.value is not None:
            self._shown = wanted
            nothing = activity.no_downloads_message(wanted.value, self._period)
            table.empty = self.settings.keyboard.fill(nothing)
            # No more rows than there are, so that what follows stands right below them.
            table.styles.max_height = max(len(wanted.value.events), 3) + 1
        shown = self._shown.value if self._shown is not None else None
        rows = shown.events if shown is not None else ()
        table.show(rows)
        section = self.query_one("#recent", Section)
        section.title = " · ".join(filter(None, ("Recent downloads", *self._place(error))))
        known = shown is not None or error is None
        section.set_class(not known, "-bare")
        section.show(
            now=self.clock.now(),
            as_of=self._shown.fetched_at if self._shown is not None else None,
            error=error if self._shown is wanted or shown is None else None,
            known=known,
        )

    def _place(self, error: BeatPassError | None) -> Iterable[str]:
        """Return which downloads are shown, and what became of the page that is wanted."""
        shown = self._shown.value if self._shown is not None else None
        if self.session is None or shown is None:
            return
        yield activity.download_range(shown)
        if self._shown is not self._wanted(self.session):
            yield "loading…" if error is None else f"page {self._number} did not come"

    def _show_uploads(self, session: Session) -> None:
        insights = session.upload_insights.value
        if self.tell("uploads", session.upload_insights) and insights is not None:
            self.query_one("#rhythm", NumberGrid).figures = activity.upload_counts(insights)
            self.query_one("#advice", KeyValueList).facts = activity.upload_advice(insights)
        uploads = session.uploads.value
        days = uploads.days if uploads is not None else None
        if self.tell("calendar", session.uploads, known=days is not None) and days is not None:
            self.query_one(Heatmap).show(days, self.clock.now().date())

    # The history

    def _show_history(self, session: Session) -> None:
        name = self.query_one("#chart-number", OptionRow).value
        if session.history is not None and name not in self._points:
            self._read_history(session.history, name)
        # What this run has added is newer than what was read.
        latest = session.history.points(name)[-1:] if session.history is not None else ()
        scale = trends.BY_NAME[self.query_one("#chart-scale", OptionRow).value]
        now = self.clock.now()
        points = [*self._points.get(name, ()), *latest]
        steps = trends.resample(points, scale, now) if points else ()
        self.query_one(HistoryChart).history = History(name, scale, steps)
        known = session.history is not None
        self.query_one("#history", Section).show(
            now=now,
            as_of=None,
            error=None,
            known=True,
            note="" if known else f"{formatting.DASH} Nothing is kept in this run.",
        )

    @work(group="history", exclusive=True)
    async def _read_history(self, past: AccountHistory, name: str) -> None:
        points = await past.load_points(name)
        if self.is_running and self.session is not None and self.session.history is past:
            self._points = {**self._points, name: points}
            self.show()

    @on(OptionRow.Changed, "#chart-number")
    @on(OptionRow.Changed, "#chart-scale")
    def change_history(self) -> None:
        """Show another number, or other steps."""
        self.show()

    @on(HistoryChart.NumberRequested)
    def change_number(self, event: HistoryChart.NumberRequested) -> None:
        """Show the next or the previous number."""
        self.query_one("#chart-number", OptionRow).step(event.steps)

    # Period and pages

    def action_period(self) -> None:
        """Take the next period, or other steps where the history has the cursor."""
        chosen = "#chart-scale" if isinstance(self.focused, HistoryChart) else "#period"
        self.query_one(chosen, OptionRow).step(1)

    def change_period(self, period: str) -> None:
        """Show another period from its first page on."""
        self._period, self._number = period, 1
        # The rows of one period are never shown under the name of another.
        self._shown = None
        self.query_one("#downloads-table", Table).action_first()
        self._ask()

    def exportable(self) -> bool:
        """Whether downloads are shown, or a history while that has the cursor."""
        if isinstance(self.focused, HistoryChart):
            return bool(self.focused.history.steps)
        return self._shown is not None and self._shown.value is not None

    async def extract(self) -> ExportFile | None:
        """Return the page of downloads that is shown, or the whole history."""
        if isinstance(self.focused, HistoryChart):
            past = self.session.history if self.session is not None else None
            samples = await past.load_samples() if past is not None else []
            as_of = samples[-1][0] if samples else None
            table = tables.history(samples)
            return ExportFile("history", table, as_of, len(table.rows), complete=True)
        query = self._shown
        if query is None or query.value is None:
            return None
        answer = query.value
        complete = answer.page == 1 and not activity.has_more_downloads(answer)
        return ExportFile(
            "activity", tables.activity(answer.events), query.fetched_at, answer.total, complete
        )

    def steps(self) -> bool:
        """Whether there are newer or older downloads."""
        return self._number > 1 or self._has_more()

    def _has_more(self) -> bool:
        value = self._wanted(self.session).value if self.session is not None else None
        return value is not None and activity.has_more_downloads(value)

    def action_step(self, steps: int) -> None:
        """Show the page of newer or older downloads."""
        if (steps < 0 and self._number > 1) or (steps > 0 and self._has_more()):
            self._number += steps
            self.query_one("#downloads-table", Table).action_first()
            self._ask()

    def _ask(self) -> None:
        self.show()
        self.load(Trigger.AUTOMATIC)

    # The cursor

    @on(Table.Highlighted)
    @on(Heatmap.Highlighted)
    @on(HistoryChart.Highlighted)
    def follow_cursor(self) -> None:
        """Say what the cursor is on and bring its whole section into sight."""
        self.show_notice()
        self.refresh_bindings()
        self._bring_into_sight()

    def on_resize(self) -> None:
        """Keep the section with the cursor in sight in another window."""
        self.call_after_refresh(self._bring_into_sight)

    def _bring_into_sight(self) -> None:
        if not self.is_mounted:
            return
        body = self.query_one("#body", VerticalScroll)
        recent = self.query_one("#recent", Section)
        if isinstance(self.focused, Heatmap):
            body.scroll_to_widget(self.query_one("#calendar"), animate=False)
        elif isinstance(self.focused, HistoryChart):
            body.scroll_to_widget(self.query_one("#history"), animate=False)
        elif recent.virtual_region.bottom <= body.size.height:
            # The period and the figures stand above the downloads.
            body.scroll_home(animate=False)
        else:
            body.scroll_to_widget(recent, animate=False)

    def hint(self) -> Notice | None:
        """Return everything about the download, or the tracks of the day, under the cursor."""
        match self.focused:
            case Table(current=Download() as download):
                return Notice(activity.download_summary(download, self.clock.now()))
            case Heatmap(calendar=calendar, day=day) if calendar is not None:
                found = calendar.days.get(day)
                if found is not None and len(found.tracks) > 2:
                    return Notice(", ".join(found.tracks))
                return Notice("Left and right move by a week, up and down by a day")
            case HistoryChart():
                return Notice("Up and down show another number · p: days, weeks or months")
        return None

    def clip(self) -> tuple[str, str] | None:
        """Return what is under the cursor as text."""
        match self.focused:
            case Table(current=Download() as download):
                return activity.download_summary(download, self.clock.now()), "the download"
            case Heatmap(calendar=calendar, day=day) if calendar is not None:
                return calendar.day_summary(day), "the day"
            case HistoryChart(current=(when, value)):
                return f"{when}: {value}", "the value"
        return None
