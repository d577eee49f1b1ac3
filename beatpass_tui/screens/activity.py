"""Activity: plays and downloads in a period, the audience, uploads, and each number over time."""

from collections.abc import Iterable, Sequence
from typing import Any

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from beatpass_tui.errors import Forbidden
from beatpass_tui.exports import tables
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.models import audience
from beatpass_tui.models.audience import Download
from beatpass_tui.models.links import license_url
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.models.numbers import audience_ids
from beatpass_tui.screens.history_page import HistoryPage
from beatpass_tui.screens.inner_page import list_page_keys
from beatpass_tui.screens.messages import BeatRequested
from beatpass_tui.session.downloads import DownloadLog
from beatpass_tui.session.lists import AUTOMATIC_ROWS, PagedList
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import activity, activity_charts
from beatpass_tui.view_models.activity import DEFAULT_PERIOD, PERIODS
from beatpass_tui.view_models.activity_charts import Plays, PlaysView
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.view_models.download_pattern import DownloadPattern
from beatpass_tui.view_models.upload_calendar import calendar_queries, view_calendar
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.chart import Chart
from beatpass_tui.widgets.figures import FigureTable
from beatpass_tui.widgets.heatmap import Heatmap
from beatpass_tui.widgets.hour_pattern import HourPattern
from beatpass_tui.widgets.number_history import NumberHistory
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.period_charts import PeriodCharts, PeriodHeading
from beatpass_tui.widgets.recent_downloads import RecentDownloads
from beatpass_tui.widgets.table import Table

REST_PACE = 2.0
"""Seconds between two pages while the rest of the downloads is loaded."""


class Activity(HistoryPage[Download]):
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
        bind("activity.xray", "xray"),
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
    _has_xray = False
    """Whether the calendar shows the uploads of all producers."""
    _log: DownloadLog | None = None
    _limit: int | None = AUTOMATIC_ROWS
    """How many downloads are loaded at most."""

    def compose_sections(self) -> Iterable[Widget]:
        self._period = self.settings.period
        yield Container(
            PeriodCharts(PERIODS, self._period, self.settings.keyboard.display("activity.period")),
            Panel(
                "Audience",
                FigureTable(grid_width=60, id="figures"),
                id="audience",
                classes="-top" if self.has_class("-side") else None,
            ),
            id="first-row",
        )
        yield Container(
            Panel("Downloads by weekday and hour", HourPattern(), id="pattern"),
            Panel("Upload calendar", Heatmap(id="heatmap"), id="calendar"),
            Panel("Uploads", FigureTable(grid_width=90, id="rhythm"), id="uploads"),
            id="second-row",
        )
        yield NumberHistory()

    def _update_columns(self) -> None:
        super()._update_columns()
        for panel in self.query("#audience"):
            # Only beside the charts does it follow the tab bar.
            panel.set_class(self.has_class("-side"), "-top", update=self.is_mounted)

    def compose(self) -> ComposeResult:
        yield from super().compose()
        # Below the part that scrolls.
        yield RecentDownloads(self.clock)

    def queries(self, session: Session) -> Sequence[Query[Any]]:
        failed = None if self._log is None else self._log.failed
        return (
            session.account,
            session.artist,
            self._selected_page(session),
            *activity_charts.plays_queries(session, self._period),
            session.upload_insights,
            session.stats,
            *calendar_queries(session, with_platform=self._has_xray),
            *(() if failed is None else (failed,)),
        )

    def reported_queries(self, session: Session) -> Sequence[Query[Any]]:
        """Exclude what the account has no access to, and plays: their sections say so."""
        optional = (session.upload_insights, session.uploads, session.platform_uploads)
        plays = activity_charts.plays_queries(session, self._period)
        return [
            query
            for query in self.queries(session)
            if not (query in optional and isinstance(query.error, Forbidden)) and query not in plays
        ]

    def attach(self, session: Session | None) -> None:
        self._page_number, self._log, self._plays_view = 1, None, None
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
        self.show_history(session)

    def _show_gains(self, session: Session, log: DownloadLog) -> None:
        """Draw plays and downloads of the period, and at which hours the downloads were."""
        now, newest = self.clock.now(), session.activity_in(self._period, 1)
        log.update(newest)
        points = self.points_of(session.history, "total-plays")
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
        panel = self.query_one("#audience", Panel)
        panel.title = f"Audience · {dict(PERIODS)[self._period].lower()}"
        panel.detail = "excludes your team"
        panel.show(
            now=self.clock.now(),
            as_of=query.fetched_at,
            problem=self.problem_of(self._selected_page(session)),
            known=query.value is not None or error is None,
        )
        before = None
        if session.history is not None:
            series = self.recorded(session.history, *audience_ids(self._period))
            before = activity.recorded_before(series, self._period, self.clock.now())
        figures = self.query_one("#figures", FigureTable)
        figures.table = activity.audience_table(
            query.value,
            self._period,
            before,
            self.clock.now(),
            self.format_count,
            in_words=self.settings.accessible,
        )
        figures.facts = activity.audience_facts(query.value, session.upload_insights.value)

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
        insights, stats = session.upload_insights.value, session.stats.value
        if self.show_section("uploads", session.upload_insights):
            rhythm = self.query_one("#rhythm", FigureTable)
            contribution = stats.contribution if stats is not None else None
            rhythm.table = activity.upload_counts(insights, contribution)
            rhythm.facts = activity.best_month(insights)
        self._show_calendar(session)

    def _show_calendar(self, session: Session) -> None:
        panel, heatmap = self.query_one("#calendar", Panel), self.query_one(Heatmap)
        calendar = view_calendar(session, self.clock.now(), with_platform=self._has_xray)
        if calendar is not None:
            heatmap.show(calendar)
            panel.detail = calendar.title
        self.show_section("calendar", session.uploads, known=calendar is not None)

    def action_xray(self) -> None:
        """Show the uploads of all producers in the calendar, or hide them."""
        self._has_xray = not self._has_xray
        self.update()

    # Downloads

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
        if self.is_in_history:
            self.number_history.is_cumulative = not self.number_history.is_cumulative
        elif self._plays_view is not None:
            self._plays = self._plays_view.next
        self.show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "load_rest":
            since = activity_charts.needed_since(self._period, self.clock.now())
            return self._log is not None and not self._log.covers(since)
        if action == "cumulative" and not self.is_in_history:
            return self._plays_view is not None and len(self._plays_view.choices) > 1
        return super().check_action(action, parameters)

    # Period and pages

    def action_period(self) -> None:
        """Select the next period, or the next scale while the chart of a number has the focus."""
        if self.is_in_history:
            self.number_history.step_scale()
        else:
            periods = [key for key, _ in PERIODS]
            self.change_period(periods[(periods.index(self._period) + 1) % len(periods)])

    @on(PeriodHeading.Selected)
    def select_period(self, event: PeriodHeading.Selected) -> None:
        self.change_period(event.value)

    def change_period(self, period: str) -> None:
        """Show the first page of another period."""
        if period == self._period:
            return
        self.query_one(PeriodCharts).select(period)
        self._period, self._page_number, self._limit = period, 1, AUTOMATIC_ROWS
        # Rows of one period must never appear under the name of another.
        self._recent.clear()
        self.update()

    def can_export(self) -> bool:
        """Return whether there are downloads, or a history while its chart has the focus."""
        return super().can_export() if self.is_in_history else self._recent.shown is not None

    async def export_file(self) -> ExportFile | None:
        recent, session, period = self._recent, self.session, self._period
        if self.is_in_history:
            return await super().export_file()
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

    @on(Table.Selected)
    def open_download(self) -> None:
        """Show the details of the download under the cursor; from there, open its beat."""
        row, is_open = self.selected_row, self._recent.is_open
        if is_open and row is not None and row.track_id is not None:
            self.post_message(BeatRequested(row.track_id, row.track))
        else:
            self._recent.open(not is_open)
            self.refresh_bindings()

    @property
    def open_item(self) -> str:
        return "item" if self._recent.is_open else ""

    def close_open_item(self) -> None:
        self._recent.open(False)

    def cursor_notice(self) -> Notice | None:
        match self.focused:
            case Heatmap(calendar=calendar, day=day):
                uploads = calendar.days.get(day)
                if uploads is not None and len(uploads.tracks) > 2:
                    return Notice(", ".join(uploads.tracks))
                return Notice("Left and right move by a week, up and down by a day")
            case Chart(id="chart"):
                return self.number_history.notice(self.settings.keyboard)
            case Chart(current=(when, value)):
                return Notice(f"{when} · {value}")
        return super().cursor_notice()

    def describe_row(self, row: Download) -> Notice:
        now = self.clock.now()
        return Notice(
            activity.download_summary(row, now),
            action=activity.download_action(row),
            # The list has the license too.
            short=activity.download_summary(row, now, with_license=False),
        )

    def address(self) -> str | None:
        """Return the page that verifies the license under the cursor, else that of Activity."""
        row = self.selected_row
        return (row and license_url(row.license_uuid)) or super().address()

    def copyable_row(self, row: Download) -> tuple[str, str]:
        return activity.download_summary(row, self.clock.now()), "the download"

    def copyable(self) -> tuple[str, str] | None:
        match self.focused:
            case Heatmap(calendar=calendar, day=day):
                return calendar.day_summary(day), "the day"
            case Chart(current=(when, value)):
                return f"{when}: {value}", "the value"
        return super().copyable()
