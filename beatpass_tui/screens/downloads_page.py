"""Base class of a page with the downloads of a period, page by page or as a list to find in."""

from collections.abc import Sequence

from textual import on, work

from beatpass_tui.exports import tables
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.models import audience
from beatpass_tui.models.audience import Download
from beatpass_tui.models.links import license_url
from beatpass_tui.screens.history_page import HistoryPage
from beatpass_tui.screens.messages import BeatRequested
from beatpass_tui.session.downloads import DownloadLog
from beatpass_tui.session.lists import AUTOMATIC_ROWS, PagedList
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import activity, activity_charts
from beatpass_tui.view_models.activity import DEFAULT_PERIOD
from beatpass_tui.view_models.cards import Notice
from beatpass_tui.view_models.download_choice import LICENSE_OPTIONS, DownloadChoice
from beatpass_tui.widgets.option_row import OptionGroup
from beatpass_tui.widgets.recent_downloads import RecentDownloads
from beatpass_tui.widgets.table import Table

REST_PACE = 2.0
"""Seconds between two pages while the rest of the downloads is loaded."""


class DownloadsPage(HistoryPage[Download]):
    """A page with `RecentDownloads`; finding, filtering and sorting use all loaded downloads."""

    SEARCH_TARGET = "#downloads-table"

    _period = DEFAULT_PERIOD
    _page_number = 1
    _choices = DownloadChoice()
    """The chosen filter and order, without what is searched."""
    _log: DownloadLog | None = None
    _limit: int | None = AUTOMATIC_ROWS
    """How many downloads are loaded at most."""

    def _selected_page(self, session: Session) -> Query[audience.Activity]:
        return session.activity_in(self._period, self._page_number)

    @property
    def _recent(self) -> RecentDownloads:
        return self.query_one(RecentDownloads)

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
        if not self._choice.is_default:
            self._show_choice(session)

    def _show_choice(self, session: Session) -> None:
        """Show what is found in all loaded downloads of the period, instead of a page."""
        loaded = self._loaded()
        rows = self._choice.rows(loaded)
        summary = session.audience(self._period).value
        label = activity_charts.loaded_label(len(loaded), summary)
        note = self._choice.describe(len(rows), label)
        total = None if summary is None else summary.downloads
        # Downloads of the period before may still be missing.
        if (total is None or len(loaded) < total) and self.check_action("load_rest", ()):
            note += self.settings.keyboard.fill(" · {beats.load_all} loads the rest")
        self._recent.show_found(rows, note, self._choice.order)

    def _loaded(self) -> Sequence[Download]:
        """Return the downloads of the period as far as they are loaded."""
        rows = self._log.rows if self._log is not None else ()
        return activity_charts.in_period(rows, self._period, self.clock.now())

    # Finding, filters and order

    def can_filter(self) -> bool:
        return self._recent.shown is not None

    def filter_groups(self) -> Sequence[OptionGroup]:
        return (OptionGroup("licenses", "License", LICENSE_OPTIONS, self._choice.licenses),)

    def choose_filter(self, id: str, value: str) -> None:
        self._choose(self._choice._replace(licenses=value))

    @on(Table.SortRequested, "#downloads-table")
    def sort(self, event: Table.SortRequested) -> None:
        """Sort by a column, in its opposite order, or newest first again."""
        self._choose(self._choice.sorted_by(event.key))

    @property
    def _choice(self) -> DownloadChoice:
        return self._choices._replace(text=self.search_text)

    def _choose(self, choice: DownloadChoice) -> None:
        self._choices = choice
        self._recent.open(False)
        self.show()
        self._recent.first()
        self.refresh_bindings()

    # Loading

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

    # Export

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
            tables.activity(self._choice.rows(rows)),
            loaded.oldest or recent.fetched_at,
            loaded.total if loaded.pages else recent.shown.total,
            loaded.is_complete and not self._choice.is_filter,
        )

    # Pages and cursor

    def can_step(self, steps: int) -> bool:
        return self._choice.is_default and (self._page_number > 1 or self._has_more())

    def _has_more(self) -> bool:
        value = self._selected_page(self.session).value if self.session is not None else None
        return value is not None and activity.has_more_downloads(value)

    def action_step(self, steps: int) -> None:
        if (steps < 0 and self._page_number > 1) or (steps > 0 and self._has_more()):
            self._page_number += steps
            self._recent.first()
            self.update()

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
        return "item" if self._recent.is_open else super().open_item

    def close_open_item(self) -> None:
        if self._recent.is_open:
            self._recent.open(False)
        else:
            super().close_open_item()

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
