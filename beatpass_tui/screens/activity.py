"""Activity: plays and downloads in a period, the audience, uploads, and each number over time."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from textual import on, work
from textual.containers import Container, VerticalScroll
from textual.widget import Widget

from beatpass_tui.errors import Forbidden
from beatpass_tui.exports import tables
from beatpass_tui.exports.files import ExportFile, history_file
from beatpass_tui.models import audience
from beatpass_tui.models.audience import Download
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.models.numbers import NUMBERS, audience_ids
from beatpass_tui.models.trends import Points
from beatpass_tui.screens.inner_page import InnerPage, list_page_keys
from beatpass_tui.session.downloads import DownloadLog
from beatpass_tui.session.history import AccountHistory
from beatpass_tui.session.lists import AUTOMATIC_ROWS, PagedList
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import activity, activity_charts
from beatpass_tui.view_models.activity import DEFAULT_PERIOD, PERIODS
from beatpass_tui.view_models.activity_charts import Plays, PlaysView
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.view_models.download_pattern import DownloadPattern
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.chart import Chart
from beatpass_tui.widgets.heatmap import Heatmap
from beatpass_tui.widgets.hour_pattern import HourPattern
from beatpass_tui.widgets.key_values import FigureTable, KeyValueList, NumberGrid
from beatpass_tui.widgets.number_history import NumberHistory
from beatpass_tui.widgets.option_row import OptionRow
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.period_charts import PeriodCharts
from beatpass_tui.widgets.recent_downloads import RecentDownloads

REST_PACE = 2.0
"""Seconds between two pages while the rest of the downloads is loaded."""


class Activity(InnerPage[Download]):
    """Plays, downloads and the audience in a period, uploads, and the history of every number."""

    info = BY_NAME["activity"]
    AUTO_FOCUS = "#downloads-table"

    BINDINGS = [
        bind(
            "focus.next",
            "app.focus_next",
            "Next",
            "Go to the next chart, the downloads, or the upload calendar.",
        ),
        bind("activity.period", "period"),
        bind(
            "chart.cumulative",
            "cumulative",
            "Total",
            "Switch between plays from BeatPass, recorded gains and the total.",
        ),
        bind("beats.load_all", "load_rest"),
        *list_page_keys("downloads"),
    ]

    _period = DEFAULT_PERIOD
    _page_number = 1
    _plays: Plays | None = None
    """The chosen plays; None for the best ones."""
    _plays_view: PlaysView | None = None
    _log: DownloadLog | None = None
    _limit: int | None = AUTOMATIC_ROWS
    """How many downloads are loaded at most."""
    _points: Mapping[str, Points] = {}
    """The history of each number and audience figure that was needed."""

    def compose_sections(self) -> Iterable[Widget]:
        self._period = self.settings.period
        yield OptionRow(PERIODS, self._period, title="Period", id="period")
        yield Container(
            PeriodCharts(),
            Panel(
                "Audience · excludes your team",
                FigureTable(id="figures"),
                KeyValueList(min_label_width=12, id="top-track"),
                id="audience",
            ),
            id="first-row",
        )
        yield RecentDownloads(self.clock)
        yield Container(
            Panel("Downloads by weekday and hour", HourPattern(), id="pattern"),
            Panel("Upload calendar", Heatmap(id="heatmap"), id="calendar"),
            id="second-row",
        )
        yield Panel("Uploads", NumberGrid(id="rhythm"), KeyValueList(id="advice"), id="uploads")
        yield NumberHistory()

    def on_mount(self) -> None:
        """Watch the selected period, so that it always matches the numbers below."""
        self.watch(self.query_one("#period", OptionRow), "value", self.change_period, init=False)

    def queries(self, session: Session) -> Sequence[Query[Any]]:
        failed = None if self._log is None else self._log.failed
        return (
            session.account,
            session.artist,
            self._selected_page(session),
            *activity_charts.plays_queries(session, self._period),
            session.upload_insights,
            session.uploads,
            *(() if failed is None else (failed,)),
        )

    def reported_queries(self, session: Session) -> Sequence[Query[Any]]:
        """Exclude what the account has no access to, and plays: their sections say so."""
        optional = (session.upload_insights, session.uploads)
        plays = activity_charts.plays_queries(session, self._period)
        return [
            query
            for query in self.queries(session)
            if not (query in optional and isinstance(query.error, Forbidden)) and query not in plays
        ]

    def attach(self, session: Session | None) -> None:
        self._page_number, self._points = 1, {}
        self._log, self._plays_view = None, None
        for section in self.query(RecentDownloads):
            section.clear()
        super().attach(session)

    def _selected_page(self, session: Session) -> Query[audience.Activity]:
        return session.activity_in(self._period, self._page_number)

    @property
    def _recent(self) -> RecentDownloads:
        return self.query_one(RecentDownloads)

    # Drawing

    def show_sections(self, session: Session) -> None:
        if self._log is None:
            self._log = DownloadLog(session)
        self._show_gains(session, self._log)
        self._show_audience(session)
        self._show_downloads(session)
        self._show_uploads(session)
        self._show_history(session)

    def _show_gains(self, session: Session, log: DownloadLog) -> None:
        """Draw plays and downloads of the period, and at which hours the downloads were."""
        now, newest = self.clock.now(), session.activity_in(self._period, 1)
        log.update(newest)
        points = self._points_of(session.history, "total-plays")
        plays = activity_charts.view_plays(session, self._period, self._plays, points, now)
        summary = session.audience(self._period).value
        downloads = activity_charts.downloads_chart(log, self._period, now, summary, plays.chart)
        charts = activity_charts.align(plays.chart, downloads)
        self.query_one(PeriodCharts).show_charts(*charts, now, plays.note)
        self._plays_view = plays
        rows = activity_charts.in_period(log.rows, self._period, now)
        self.query_one(HourPattern).pattern = DownloadPattern.of(rows, now)
        failed = newest if newest.error is not None or log.failed is None else log.failed
        hours = self.query_one("#pattern", Panel)
        hours.detail = activity_charts.loaded_label(len(rows), summary)
        hours.show(
            now=now,
            problem=self.problem_of(failed),
            known=bool(log.rows) or log.has_ended,
        )

    def _show_audience(self, session: Session) -> None:
        query, error = session.audience(self._period), self.error_of(self._selected_page(session))
        # Keep the space while a period loads, so that the rows below don't jump.
        self.query_one("#audience", Panel).show(
            now=self.clock.now(),
            as_of=query.fetched_at,
            problem=self.problem_of(self._selected_page(session)),
            known=query.value is not None or error is None,
        )
        before = None
        if session.history is not None:
            series = self._recorded(session.history, *audience_ids(self._period))
            before = activity.recorded_before(series, self._period, self.clock.now())
        self.query_one("#figures", FigureTable).table = activity.audience_table(
            query.value,
            self._period,
            before,
            self.clock.now(),
            self.format_count,
            in_words=self.settings.accessible,
        )
        self.query_one("#top-track", KeyValueList).items = activity.top_track(query.value)

    def _show_downloads(self, session: Session) -> None:
        selected = self._selected_page(session)
        self._recent.show_page(
            selected.value,
            selected.fetched_at,
            period=self._period,
            page=self._page_number,
            problem=self.problem_of(selected),
            keyboard=self.settings.keyboard,
        )

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

    # History and downloads

    def _show_history(self, session: Session) -> None:
        section = self.query_one(NumberHistory)
        points = self._points_of(session.history, section.number.id)
        section.show_points(points, self.clock.now())

    def _points_of(self, history: AccountHistory | None, name: str) -> Points | None:
        """Return the history of a number as far as it is loaded; None if there is none."""
        if history is None:
            return None
        # Points of this run are newer than the stored ones.
        return [*self._recorded(history, name)[name], *history.points(name)[-1:]]

    def _recorded(self, history: AccountHistory, *names: str) -> Mapping[str, Points]:
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
        self.show()

    def after_load(self, session: Session) -> None:
        """Load the downloads of the period and of the one before."""
        super().after_load(session)
        self._load_downloads()

    def action_load_rest(self) -> None:
        """Load the missing downloads of the period and of the one before."""
        self._limit = None
        self._load_downloads()

    @work(group="downloads")
    async def _load_downloads(self) -> None:
        log = self._log
        if log is None:
            return
        if await log.load(
            activity_charts.needed_since(self._period, self.clock.now()),
            lambda: self.show_if_current(log.session),
            limit=self._limit,
            pace=REST_PACE if self._limit is None else 0.0,
        ):
            self.show_if_current(log.session)

    def action_cumulative(self) -> None:
        """Show other plays; gains or values while the chart of a number has the focus."""
        if self._is_in_history:
            history = self.query_one(NumberHistory)
            history.is_cumulative = not history.is_cumulative
        elif self._plays_view is not None:
            self._plays = self._plays_view.next
        self.show()

    @property
    def _is_in_history(self) -> bool:
        """Whether the chart of a number has the focus."""
        return self.focused is not None and self.focused.id == "chart"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "load_rest":
            since = activity_charts.needed_since(self._period, self.clock.now())
            return self._log is not None and not self._log.covers(since)
        if action == "cumulative" and not self._is_in_history:
            return self._plays_view is not None and len(self._plays_view.choices) > 1
        return super().check_action(action, parameters)

    # Period and pages

    def action_period(self) -> None:
        """Select the next period, or the next scale while the chart of a number has the focus."""
        if self._is_in_history:
            self.query_one(NumberHistory).step_scale()
        else:
            self.query_one("#period", OptionRow).step(1)

    def change_period(self, period: str) -> None:
        """Show the first page of another period."""
        self._period, self._page_number, self._limit = period, 1, AUTOMATIC_ROWS
        # Rows of one period must never appear under the name of another.
        self._recent.clear()
        self.update()

    def can_export(self) -> bool:
        """Return whether there are downloads, or a history while its chart has the focus."""
        if self._is_in_history:
            history = self.session.history if self.session is not None else None
            return history is not None and any(history.points(number.id) for number in NUMBERS)
        return self._recent.shown is not None

    async def export_file(self) -> ExportFile | None:
        if self._is_in_history:
            history = self.session.history if self.session is not None else None
            samples = await history.load_samples() if history is not None else []
            plays = await history.load_plays() if history is not None else []
            return history_file(samples, plays)
        recent, session, period = self._recent, self.session, self._period
        if session is None or recent.shown is None:
            return None
        downloads = PagedList[Download](session, lambda page: session.downloads(page, period))
        loaded = await self.load_for_export(downloads)
        shown = recent.shown.events
        rows = loaded.rows if len(loaded.rows) > len(shown) else shown
        return ExportFile(
            "activity",
            tables.activity(rows),
            loaded.oldest or recent.fetched_at,
            loaded.total if loaded.pages else recent.shown.total,
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
            self._recent.first()
            self.update()

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
        if section is None:
            return
        body = self.query_one("#body", VerticalScroll)
        bottom = section.region.bottom - body.region.y + body.scroll_offset.y
        if bottom <= body.size.height:
            # Show the period as well.
            body.scroll_home(animate=False)
        else:
            body.scroll_to_widget(section, animate=False)

    def cursor_notice(self) -> Notice | None:
        match self.focused:
            case Heatmap(calendar=calendar, day=day):
                uploads = calendar.days.get(day)
                if uploads is not None and len(uploads.tracks) > 2:
                    return Notice(", ".join(uploads.tracks))
                return Notice("Left and right move by a week, up and down by a day")
            case Chart(id="chart"):
                return self.query_one(NumberHistory).notice(self.settings.keyboard)
            case Chart(current=(when, value)):
                return Notice(f"{when} · {value}")
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
