"""Activity: plays and downloads in a period, the audience, uploads, and each number over time."""

from collections.abc import Iterable, Sequence
from typing import Any

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from beatpass_tui.errors import Forbidden
from beatpass_tui.models.links import insights_url
from beatpass_tui.models.menu import BY_NAME
from beatpass_tui.models.numbers import audience_ids
from beatpass_tui.screens.downloads_page import DownloadsPage
from beatpass_tui.screens.inner_page import list_page_keys
from beatpass_tui.screens.messages import BeatRequested
from beatpass_tui.session.downloads import DownloadLog
from beatpass_tui.session.lists import AUTOMATIC_ROWS
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import activity, activity_charts
from beatpass_tui.view_models.activity import PERIODS
from beatpass_tui.view_models.activity_charts import Plays, PlaysView
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.view_models.download_pattern import DownloadPattern
from beatpass_tui.view_models.upload_calendar import calendar_queries, view_calendar
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.chart import Chart
from beatpass_tui.widgets.fact_rows import Fact, FactRows
from beatpass_tui.widgets.figures import FigureTable
from beatpass_tui.widgets.heatmap import Heatmap
from beatpass_tui.widgets.hour_pattern import HourPattern
from beatpass_tui.widgets.named_rows import NamedRow, NamedRows
from beatpass_tui.widgets.number_history import NumberHistory
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.period_charts import PeriodChart, PeriodCharts, PeriodHeading
from beatpass_tui.widgets.recent_downloads import RecentDownloads

_SHORT_NAMES = 16
"""Cells of names of uploads that fit into the row below the calendar in every window."""


class Activity(DownloadsPage):
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

    _plays: Plays | None = None
    """The chosen plays; None for the best ones."""
    _plays_view: PlaysView | None = None
    _has_xray = False
    """Whether the calendar shows the uploads of all producers."""

    def compose_sections(self) -> Iterable[Widget]:
        self._period = self.settings.period
        yield Container(
            PeriodCharts(PERIODS, self._period, self.settings.keyboard.display("activity.period")),
            Panel(
                "Audience",
                FigureTable(grid_width=60, id="figures"),
                FactRows(grid_width=60, id="top-download"),
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
        self.query_one(PeriodCharts).show_charts(
            *charts, now, self.settings.keyboard.fill(plays.note)
        )
        self._plays_view = plays
        rows = activity_charts.in_period(log.rows, self._period, now)
        self.query_one(HourPattern).pattern = DownloadPattern.of(rows, now)
        failed = newest if newest.error is not None or log.failed is None else log.failed
        hours = self.query_one("#pattern", Panel)
        hours.detail = activity_charts.loaded_label(len(rows), summary)
        hours.show(
            now=now,
            as_of=newest.fetched_at,
            problem=self.problem_of(failed),
            known=bool(log.rows) or log.has_ended,
        )

    def _show_audience(self, session: Session) -> None:
        query, error = session.audience(self._period), self.error_of(self._selected_page(session))
        # Keep the space while a period loads, so that the rows below don't jump.
        panel = self.query_one("#audience", Panel)
        panel.title = f"Audience · {dict(PERIODS)[self._period].lower()}"
        # The upper line of a frame has less room.
        panel.detail = "team excluded" if panel.is_frame else "excludes your team"
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
        uploads = session.upload_insights
        # The row of the fact is kept free while it loads.
        free = (("", ""),) if uploads.is_pending else ()
        figures.facts = activity.best_upload_time(uploads.value) or free
        label, text = activity.top_download(query.value)
        target = NamedRow(label)
        if query.value is not None and (name := query.value.top_track):
            target = NamedRow(name, (label.lower(),), query.value.top_track_id, name=name)
        has_none = query.value is not None and query.value.downloads == 0 and not target.name
        # A long recommendation gets the row of the missing download.
        figures.fact_rows = 1 + has_none
        self.query_one(FactRows).items = () if has_none else (Fact(label, text, target),)

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

    # Cursor

    @on(NamedRows.Selected)
    def open_top_download(self, event: NamedRows.Selected) -> None:
        """Open the detail of the beat that was downloaded most."""
        if event.row.beat is not None:
            self.post_message(BeatRequested(event.row.beat, event.row.name))

    def address(self) -> str | None:
        match self.focused:
            case NamedRows(current=NamedRow(beat=int(beat))):
                return insights_url("tracks", beat)
            case PeriodChart() if self.session is not None:
                artist = self.session.artist.value
                if artist is not None and artist.id is not None:
                    return insights_url("artists", artist.id)
        return super().address()

    def cursor_notice(self) -> Notice | None:
        match self.focused:
            case Heatmap(calendar=calendar, day=day):
                uploads = calendar.days.get(day)
                names = ", ".join(uploads.tracks) if uploads is not None else ""
                if cell_len(names) > _SHORT_NAMES:
                    # The row below the calendar may cut them.
                    return Notice(names)
                return Notice("Left and right move by a week, up and down by a day")
            case Chart(id="chart"):
                return self.number_history.notice(self.settings.keyboard)
            case Chart(current=(when, value)):
                return Notice(f"{when} · {value}")
            case NamedRows(current=NamedRow(text=text, facts=facts)):
                return Notice(" · ".join((text, *facts)), action="{cursor.open} opens it")
        return super().cursor_notice()

    def copyable(self) -> tuple[str, str] | None:
        match self.focused:
            case Heatmap(calendar=calendar, day=day):
                return calendar.day_summary(day), "the day"
            case Chart(current=(when, value)):
                return f"{when}: {value}", "the value"
            case NamedRows(current=NamedRow(name=str(name))) if name:
                return name, "the name"
        return super().copyable()
