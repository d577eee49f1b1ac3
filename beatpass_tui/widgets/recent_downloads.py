"""A page of downloads as a table."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from textual.containers import Container

from beatpass_tui.config.keys import Keyboard
from beatpass_tui.models.audience import Activity, Download
from beatpass_tui.runtime.clock import Clock
from beatpass_tui.view_models import activity
from beatpass_tui.view_models.download_choice import NEWEST_FIRST
from beatpass_tui.widgets.key_values import KeyValueList
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.row_list import Enter
from beatpass_tui.widgets.section import Heading
from beatpass_tui.widgets.table import Column, Table

COLUMNS = (
    Column("when", "When", 16),
    Column("track", "Beat", 14, grow=3),
    Column("by", "Downloader", 11, grow=2, importance=1),
    Column("license", "License", 13),
    Column("status", "Status", 8, importance=2),
)


class RecentDownloads(Panel):
    """The downloads of a page, which stay while another page of the same period loads."""

    shown: Activity | None = None
    """The page in the table."""
    fetched_at: datetime | None = None
    _page = 0

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._table = Table[Download](
            COLUMNS,
            lambda row: activity.download_cells(row, clock.now()),
            key=lambda row: row,
            selectable=True,
            sortable=True,
            id="downloads-table",
        )
        self._detail = KeyValueList(min_label_width=12, id="download-detail")
        content = Container(self._table, self._detail, id="download-list")
        super().__init__("Recent downloads", content, id="recent", classes="-list")

    def on_mount(self) -> None:
        """Follow the cursor."""
        self.watch(self._table, "cursor", self._show_detail, init=False)

    @property
    def is_open(self) -> bool:
        """Whether the download under the cursor is shown with its details."""
        return self.has_class("-open")

    def open(self, is_open: bool) -> None:
        """Show or hide the details of the download under the cursor."""
        self.set_class(is_open, "-open")
        self._show_detail()

    def _show_detail(self) -> None:
        row = self._table.current
        self._table.enter = Enter.OPEN
        if self.is_open and row is not None:
            self._table.enter = Enter.CLOSE if row.track_id is None else Enter.OPEN_BEAT
            self._detail.items = activity.download_details(row, self._clock.now())
        elif self.is_open:
            self.open(False)

    def show_page(
        self,
        selected: Activity | None,
        fetched_at: datetime | None,
        *,
        period: str,
        page: int,
        problem: str,
        keyboard: Keyboard,
    ) -> None:
        """Draw the selected page, or the one before it until it is loaded."""
        self._table.empty_text = "Loading…"
        if selected is not None:
            self.shown, self.fetched_at, self._page = selected, fetched_at, page
            message = activity.no_downloads_message(selected, period)
            self._table.empty_text = keyboard.fill(message)
        shown = self.shown
        self._table.show(() if shown is None else shown.events, NEWEST_FIRST)
        self.detail = " · ".join(self._describe_page(page, problem))
        self._show_detail()
        known = shown is not None or not problem
        self.show(
            now=self._clock.now(),
            as_of=self.fetched_at,
            problem=problem,
            known=known,
        )

    def show_found(
        self, rows: Sequence[Download], note: str, order: tuple[str, bool] | None
    ) -> None:
        """Draw downloads that were found, or all in another order, instead of a page."""
        self._table.empty_text = "No downloads match."
        self._table.show(rows, order or NEWEST_FIRST)
        self.detail = note
        self._show_detail()
        self.show_heading(self.query_one(Heading).text._replace(detail=note))

    def _describe_page(self, page: int, problem: str) -> Iterator[str]:
        """Yield which downloads are shown, and the state of the selected page."""
        if self.shown is None:
            return
        if shown := activity.download_range(self.shown):
            yield shown
        if self._page != page:
            yield f"page {page} failed to load" if problem else "loading…"

    def clear(self) -> None:
        """Show nothing until the next page is loaded."""
        self.shown = self.fetched_at = None
        self._table.show(())

    def first(self) -> None:
        """Move the cursor to the newest download of the page."""
        self._table.action_first()
