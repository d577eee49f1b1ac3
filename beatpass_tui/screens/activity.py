"""Activity: audience figures, recent downloads, uploads, and the history of every number."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from textual import on, work
from textual.containers import VerticalScroll
from textual.widget import Widget

from beatpass_tui import formatting
from beatpass_tui.errors import BeatPassError, Forbidden
from beatpass_tui.exports import tables
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.models import audience, numbers, trends
from beatpass_tui.models.audience import Download
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.models.trends import Points
from beatpass_tui.screens.inner_page import InnerPage, list_page_keys
from beatpass_tui.session.history import AccountHistory
from beatpass_tui.session.lists import PagedList
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import activity, charts
from beatpass_tui.view_models.activity import DEFAULT_PERIOD, PERIODS
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.chart import Chart
from beatpass_tui.widgets.heatmap import Heatmap
from beatpass_tui.widgets.key_values import KeyValueList, NumberGrid
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.section import Section
from beatpass_tui.widgets.table import Column, Table

COLUMNS = (
    Column("when", "When", 16),
    Column("track", "Track", 14, grow=3),
    Column("by", "By", 11, grow=2, importance=1),
    Column("license", "License", 13),
    Column("status", "Status", 8, importance=2),
)


_NUMBERS = tuple((number.id, number.title) for number in (*numbers.NUMBERS, numbers.XP))
_SCALES = tuple((scale.name, scale.name) for scale in trends.SCALES)


class Activity(InnerPage[Download]):
    """The audience of `GET /artists/{artist}/activity` in a period, and the pattern of uploads."""

    info = BY_NAME["activity"]
    AUTO_FOCUS = "#downloads-table"

    BINDINGS = [
        bind(
            "focus.next",
            "app.focus_next",
            "Next",
            "Go to the upload calendar, the history, or back.",
        ),
        bind("activity.period", "period"),
        bind("chart.cumulative", "cumulative"),
        *list_page_keys("downloads"),
    ]

    _period = DEFAULT_PERIOD
    _page_number = 1
    _is_cumulative = False
    """Whether the chart shows a number over time, not its gains."""
    _points: Mapping[str, Points] = {}
    """The stored history of each number that has been charted."""
    _shown: Query[audience.Activity] | None = None
    """The page of downloads in the table."""

    def compose_sections(self) -> Iterable[Widget]:
        self._period = self.settings.period
        yield OptionRow(PERIODS, self._period, title="Period", id="period")
        yield Section(
            "Audience · excludes your team",
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
            "History · recorded on this computer",
            Chart(id="chart"),
            always_shown=(
                OptionRow(_NUMBERS, "total-plays", title="Number", id="chart-number"),
                OptionRow(_SCALES, trends.DAY.name, title="One step per", id="chart-scale"),
            ),
            id="history",
        )

    def on_mount(self) -> None:
        """Watch the selected period, so that it always matches the numbers below."""
        self.watch(self.query_one("#period", OptionRow), "value", self.change_period, init=False)

    def queries(self, session: Session) -> Sequence[Query[Any]]:
        return (
            session.account,
            session.artist,
            self._selected_page(session),
            session.upload_insights,
            session.uploads,
        )

    def reported_queries(self, session: Session) -> Sequence[Query[Any]]:
        """Exclude insights that the account has no access to: their sections say so."""
        optional = (session.upload_insights, session.uploads)
        return [
            query
            for query in self.queries(session)
            if not (query in optional and isinstance(query.error, Forbidden))
        ]

    def attach(self, session: Session | None) -> None:
        self._shown, self._page_number, self._points = None, 1, {}
        super().attach(session)

    def _selected_page(self, session: Session) -> Query[audience.Activity]:
        return session.activity_in(self._period, self._page_number)

    # Drawing

    def show_sections(self, session: Session) -> None:
        self._show_audience(session)
        self._show_downloads(session)
        self._show_uploads(session)
        self._show_history(session)

    def _show_audience(self, session: Session) -> None:
        query, error = session.audience(self._period), self.error_of(self._selected_page(session))
        # Keep the space while a period loads, so that the rows below don't jump.
        self.query_one("#audience", Section).show(
            now=self.clock.now(),
            as_of=query.fetched_at,
            problem=self.problem_of(self._selected_page(session)),
            known=query.value is not None or error is None,
        )
        self.query_one("#figures", NumberGrid).items = activity.audience_counts(
            query.value, self.format_count
        )
        self.query_one("#top-track", KeyValueList).items = activity.top_track(query.value)

    def _show_downloads(self, session: Session) -> None:
        selected = self._selected_page(session)
        error = self.error_of(selected)
        table = self.query_one("#downloads-table", Table)
        table.empty_text = "Loading…"
        if selected.value is not None:
            self._shown = selected
            message = activity.no_downloads_message(selected.value, self._period)
            table.empty_text = self.settings.keyboard.fill(message)
            # Fit the rows, so that the next section follows directly below them.
            table.styles.max_height = max(len(selected.value.events), 3) + 1
        shown = self._shown.value if self._shown is not None else None
        rows = shown.events if shown is not None else ()
        table.show(rows)
        section = self.query_one("#recent", Section)
        section.title = " · ".join(("Recent downloads", *self._describe_page(error)))
        known = shown is not None or error is None
        section.set_class(not known, "-bare")
        section.show(
            now=self.clock.now(),
            as_of=self._shown.fetched_at if self._shown is not None else None,
            problem=self.problem_of(selected),
            known=known,
        )

    def _describe_page(self, error: BeatPassError | None) -> Iterator[str]:
        """Yield which downloads are shown, and the state of the selected page."""
        shown = self._shown.value if self._shown is not None else None
        if self.session is None or shown is None:
            return
        yield activity.download_range(shown)
        if self._shown is not self._selected_page(self.session):
            yield "loading…" if error is None else f"page {self._page_number} failed to load"

    def _show_uploads(self, session: Session) -> None:
        insights = session.upload_insights.value
        if self.show_section("uploads", session.upload_insights) and insights is not None:
            self.query_one("#rhythm", NumberGrid).items = activity.upload_counts(insights)
            self.query_one("#advice", KeyValueList).items = activity.upload_advice(insights)
        uploads = session.uploads.value
        days = uploads.days if uploads is not None else None
        self.show_section("calendar", session.uploads, known=days is not None)
        if days is not None:
            self.query_one(Heatmap).show(days, self.clock.now().date())

    # History

    def _show_history(self, session: Session) -> None:
        name = self.query_one("#chart-number", OptionRow).value
        if session.history is not None and name not in self._points:
            self._load_history(session.history, name)
        # Points of this run are newer than the stored ones.
        latest = session.history.points(name)[-1:] if session.history is not None else ()
        scale = trends.BY_NAME[self.query_one("#chart-scale", OptionRow).value]
        now = self.clock.now()
        points = [*self._points.get(name, ()), *latest]
        self.query_one(Chart).data = charts.number_chart(
            numbers.BY_ID[name], points, now, scale, cumulative=self._is_cumulative
        )
        note = f"{formatting.DASH} History is not recorded in this run."
        self.query_one("#history", Section).show(now=now, note="" if session.history else note)

    @work(group="history", exclusive=True)
    async def _load_history(self, history: AccountHistory, name: str) -> None:
        points = await history.load_points(name)
        if self.can_show and self.session is not None and self.session.history is history:
            self._points = {**self._points, name: points}
            self.show()

    @on(OptionRow.Changed, "#chart-number")
    @on(OptionRow.Changed, "#chart-scale")
    def change_history(self) -> None:
        self.show()

    def action_cumulative(self) -> None:
        """Switch between the gains of the number and its values."""
        self._is_cumulative = not self._is_cumulative
        self.show()

    @on(Chart.NumberRequested)
    def change_number(self, event: Chart.NumberRequested) -> None:
        self.query_one("#chart-number", OptionRow).step(event.steps)

    # Period and pages

    def action_period(self) -> None:
        """Select the next period, or the next scale while the chart has the focus."""
        id = "#chart-scale" if isinstance(self.focused, Chart) else "#period"
        self.query_one(id, OptionRow).step(1)

    def change_period(self, period: str) -> None:
        """Show the first page of another period."""
        self._period, self._page_number = period, 1
        # Rows of one period must never appear under the name of another.
        self._shown = None
        self.query_one("#downloads-table", Table).action_first()
        self.update()

    def can_export(self) -> bool:
        """Return whether there are downloads, or a history while the chart has the focus."""
        if isinstance(self.focused, Chart):
            return not self.focused.data.is_empty
        return self._shown is not None and self._shown.value is not None

    async def export_file(self) -> ExportFile | None:
        if isinstance(self.focused, Chart):
            history = self.session.history if self.session is not None else None
            samples = await history.load_samples() if history is not None else []
            plays = await history.load_plays() if history is not None else []
            latest = [*(at for at, *_ in samples[-1:]), *(each.at for each in plays[-1:])]
            table = tables.history(samples, plays)
            as_of = max(latest, default=None)
            return ExportFile("history", table, as_of, len(table.rows), complete=True)
        query, session, period = self._shown, self.session, self._period
        if session is None or query is None or query.value is None:
            return None
        downloads = PagedList[Download](session, lambda page: session.downloads(page, period))
        loaded = await self.load_for_export(downloads)
        shown = query.value.events
        rows = loaded.rows if len(loaded.rows) > len(shown) else shown
        return ExportFile(
            "activity",
            tables.activity(rows),
            loaded.oldest or query.fetched_at,
            loaded.total if loaded.pages else query.value.total,
            loaded.is_complete,
        )

    def can_step(self, steps: int) -> bool:
        return self._page_number > 1 or self._has_more()

    def _has_more(self) -> bool:
        value = self._selected_page(self.session).value if self.session is not None else None
        return value is not None and activity.has_more_downloads(value)

    def action_step(self, steps: int) -> None:
        if (steps < 0 and self._page_number > 1) or (steps > 0 and self._has_more()):
            self._page_number += steps
            self.query_one("#downloads-table", Table).action_first()
            self.update()

    # Cursor

    def follow_cursor(self) -> None:
        super().follow_cursor()
        self._scroll_to_cursor()

    def on_resize(self) -> None:
        self.call_after_refresh(self._scroll_to_cursor)

    def _scroll_to_cursor(self) -> None:
        if not self.is_mounted:
            return
        body = self.query_one("#body", VerticalScroll)
        recent = self.query_one("#recent", Section)
        if isinstance(self.focused, Heatmap):
            body.scroll_to_widget(self.query_one("#calendar"), animate=False)
        elif isinstance(self.focused, Chart):
            body.scroll_to_widget(self.query_one("#history"), animate=False)
        elif recent.virtual_region.bottom <= body.size.height:
            # Show the period and the numbers above the downloads as well.
            body.scroll_home(animate=False)
        else:
            body.scroll_to_widget(recent, animate=False)

    def cursor_notice(self) -> Notice | None:
        match self.focused:
            case Heatmap(calendar=calendar, day=day):
                uploads = calendar.days.get(day)
                if uploads is not None and len(uploads.tracks) > 2:
                    return Notice(", ".join(uploads.tracks))
                return Notice("Left and right move by a week, up and down by a day")
            case Chart():
                text = "Up and down show another number · {activity.period}: days, weeks or months"
                switch = "gains" if self._is_cumulative else "total"
                text += f" · {{chart.cumulative}}: {switch}"
                return Notice(self.settings.keyboard.fill(text))
        return super().cursor_notice()

    def describe_row(self, row: Download) -> Notice:
        return Notice(activity.download_summary(row, self.clock.now()))

    def copyable_row(self, row: Download) -> tuple[str, str]:
        return activity.download_summary(row, self.clock.now()), "the download"

    def copyable(self) -> tuple[str, str] | None:
        match self.focused:
            case Heatmap(calendar=calendar, day=day):
                return calendar.day_summary(day), "the day"
            case Chart(current=(when, value)):
                return f"{when}: {value}", "the value"
        return super().copyable()
