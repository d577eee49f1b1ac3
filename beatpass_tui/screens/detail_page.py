"""Base class of the lists that show the detail of the row under the cursor."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, ClassVar, TypeVar

from textual import on, work

from beatpass_tui import formatting
from beatpass_tui.screens.list_page import ListPage
from beatpass_tui.screens.messages import (
    BeatRequested,
    BrowseRequested,
    CopyRequested,
    PageRequested,
)
from beatpass_tui.screens.page import MESSAGE_SECONDS
from beatpass_tui.session.query import Query, Trigger
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import details
from beatpass_tui.view_models.activity_charts import Plays
from beatpass_tui.view_models.cards import Notice, Severity
from beatpass_tui.view_models.details import PERIODS, Detail, DetailRow
from beatpass_tui.view_models.movers import BeatGains
from beatpass_tui.view_models.recorded_plays import RecordedPlays
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.chart import Chart
from beatpass_tui.widgets.detail_panel import DetailPanel
from beatpass_tui.widgets.detail_parts import Parts
from beatpass_tui.widgets.row_list import Enter
from beatpass_tui.widgets.table import Table
from beatpass_tui.widgets.title_bar import TitleInfo

R = TypeVar("R")

_FIRST_LOOK = 0.5
"""Seconds after which a detail that is still loading says what it waits for."""
_NEARBY, _AHEAD, _MAX_READ = 24, 4, 64
"""Rows around the cursor whose recorded plays are read together, how early, and of how many beats.

Without them, each row would first be drawn without its chart.
"""


class DetailPage(ListPage[R]):
    """A list with a detail beside it, or instead of it in a narrow window.

    The detail of the row under the cursor shows what is known, and sends nothing. Enter opens it:
    its parts are loaded once, until it is closed or the cursor moves to another row.
    """

    LIST: ClassVar[str]
    """Selector of the table."""

    BINDINGS = [
        bind("activity.period", "period", sentence="Change the period of the insights."),
        bind("chart.cumulative", "cumulative"),
        bind("page.copy", "copy", sentence="Copy the title; pressed again, the link."),
        bind("cursor.open", "open_shown"),
    ]

    _opened: object = None
    """The id of the row whose detail is open; None without one."""
    _period = "30-days"
    _chosen: Plays | None = None
    """What the chart shows, if chosen with the key."""
    _is_showing_rows = False
    _recorded: RecordedPlays | None = None
    _detail = Detail()
    _title_copied: tuple[str, float] | None = None
    """The link of the item whose title was copied last, and when."""

    # What a subclass defines

    def row_id(self, row: R) -> object:
        """Return the id of a row."""
        raise NotImplementedError

    def subject(self, session: Session) -> R | None:
        """Return the row whose detail is shown."""
        raise NotImplementedError

    def view_detail(self, session: Session) -> Detail:
        """Return the detail that is shown."""
        raise NotImplementedError

    def detail_queries(self, session: Session) -> Sequence[Query[Any]]:
        """Return the queries of the parts that are loaded when the detail is opened."""
        raise NotImplementedError

    def recorded_beats(self, row: R) -> Iterable[int]:
        """Return the ids of the beats whose recorded plays the detail of a row shows."""
        raise NotImplementedError

    def _update_columns(self) -> None:
        """Show an open detail instead of the list if it does not fit beside it."""
        super()._update_columns()
        is_page = self.is_open and not self.has_class("-side")
        if is_page is not self.has_class("-detail"):
            self.set_class(is_page, "-detail", update=self.is_mounted)
            # The title says what replaces the list.
            self.call_later(self.show)

    # Gains

    def gains(self, session: Session) -> BeatGains:
        """Return the gains of the session's beats."""
        raise NotImplementedError

    def measure_gains(self, session: Session) -> None:
        """Measure the gains if they have changed, unless more rows are being loaded."""
        if not self.is_loading_rest and self.gains(session).is_due:
            self._measure_gains(session)

    @work(group="gains")
    async def _measure_gains(self, session: Session) -> None:
        if await self.gains(session).load():
            self.show_if_current(session)

    # Opening and closing

    @property
    def is_open(self) -> bool:
        """Whether the detail of a row is open."""
        return self._opened is not None

    def on_mount(self) -> None:
        self.watch(self.query_one(self.LIST, Table), "cursor", self._cursor_changed, init=False)

    @property
    def shows_only_totals(self) -> bool:
        """Whether totals replace both the list and the detail."""
        return self.has_class("-overview") and not self.has_class("-side") and not self.is_open

    def recorded(self, session: Session) -> RecordedPlays:
        """Return the recorded plays of single beats of a session."""
        if self._recorded is None or self._recorded.session is not session:
            self._recorded = RecordedPlays(session)
        return self._recorded

    def show_rows(
        self, table: Table[Any], rows: Sequence[R], sorted_by: tuple[str, bool] | None
    ) -> None:
        """Show rows in the table; the cursor stays on the row whose detail is open."""
        self._is_showing_rows = True
        table.show(rows, sorted_by)
        if self.is_open:
            ids = [self.row_id(row) for row in rows]
            if self._opened in ids:
                table.cursor = ids.index(self._opened)
        self._is_showing_rows = False

    def _cursor_changed(self) -> None:
        if self._is_showing_rows:
            return
        table = self.query_one(self.LIST, Table)
        if self.is_open and table.has_focus and self._opened != self._row_id(table):
            self.close_detail()
        self.show_detail()

    def _row_id(self, table: Table[Any]) -> object:
        return None if table.current is None else self.row_id(table.current)

    def open_detail(self, id: object) -> None:
        """Open the detail of a row and load its parts."""
        session = self.session
        if id is None or session is None:
            return
        self._opened = id
        self._chosen = None
        self.end_message(Severity.HINT, Severity.GOOD)
        self._update_columns()
        self._load_detail(session, Trigger.AUTOMATIC)
        self.show()

    def close_detail(self) -> None:
        """Close the detail, and cancel what is loading for it."""
        self.workers.cancel_group(self, "detail")
        self._opened = None
        self.came_from = ""
        self._update_columns()
        self.show_detail()

    def attach(self, session: Session | None) -> None:
        if self.is_mounted and self.is_open:
            self.close_detail()
        super().attach(session)

    @property
    def open_item(self) -> str:
        return "item" if self.is_open else super().open_item

    def close_open_item(self) -> None:
        if not self.is_open:
            super().close_open_item()
            return
        origin = self.came_from
        self.close_detail()
        self.query_one(self.LIST, Table).focus()
        self.show()
        if origin:
            self.post_message(PageRequested(origin))

    @work(group="detail", exclusive=True)
    async def _load_detail(self, session: Session, trigger: Trigger) -> None:
        timer = self.set_timer(_FIRST_LOOK, self.show_detail)
        queries = self.detail_queries(session)
        try:
            await session.load(queries, trigger, lambda: self._show_if_current(session))
        finally:
            timer.stop()
        self._show_if_current(session)

    def _show_if_current(self, session: Session) -> None:
        if self.still_shows(session):
            self.show_detail()

    @work(group="recorded", exclusive=True)
    async def _load_recorded(self, session: Session, ids: Iterable[int]) -> None:
        if await self.recorded(session).load(ids):
            self._show_if_current(session)

    def _recorded_near(self, session: Session, distance: int) -> list[int]:
        """Return the beats of the detail, then of the rows around the cursor, the nearest first."""
        table, subject = self.query_one(self.LIST, Table), self.subject(session)
        ids = dict.fromkeys(() if subject is None else self.recorded_beats(subject))
        for index in sorted(range(-distance, distance + 1), key=abs):
            if len(ids) >= _MAX_READ:
                break
            if 0 <= table.cursor + index < len(table.rows):
                ids |= dict.fromkeys(self.recorded_beats(table.rows[table.cursor + index]))
        return list(ids)

    def show_detail(self) -> None:
        """Draw the detail of the row under the cursor, or the opened one."""
        session = self.session
        if session is None or not self.can_show:
            return
        detail, fill = self.view_detail(session), self.settings.keyboard.fill
        parts = tuple(part._replace(text=fill(part.text)) for part in detail.parts)
        self._detail = replace(detail, parts=parts)
        recorded, subject = self.recorded(session), self.subject(session)
        ids = () if subject is None else self.recorded_beats(subject)
        is_reading = any(map(recorded.is_missing, ids)) or self.gains(session).is_awaited
        self.query_one(DetailPanel).show_detail(self._detail, is_reading=is_reading)
        table = self.query_one(self.LIST, Table)
        is_open_row = self.is_open and self._opened == self._row_id(table)
        table.enter = Enter.CLOSE if is_open_row else Enter.OPEN
        if any(map(recorded.is_missing, self._recorded_near(session, _AHEAD))):
            self._load_recorded(session, self._recorded_near(session, _NEARBY))
        self.show_notice()

    def _title_info(self, session: Session | None) -> TitleInfo:
        info = super()._title_info(session)
        if self.has_class("-detail"):
            return info._replace(page=f"{info.page} ▸ {self._detail.title}")
        return info

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "period":
            return self.is_open
        if action == "cumulative":
            return self._detail.plays is not None and len(self._detail.plays.choices) > 1
        if action == "open_shown":
            return self._shown_id is not None and not isinstance(self.focused, Table)
        if action in ("find", "choose_filter", "sort"):
            is_hidden = self.has_class("-detail") or self.shows_only_totals
            return not is_hidden and super().check_action(action, parameters)
        return super().check_action(action, parameters)

    def action_period(self) -> None:
        """Show the insights of the next period."""
        periods = list(PERIODS)
        self._period = periods[(periods.index(self._period) + 1) % len(periods)]
        if self.session is not None:
            self._load_detail(self.session, Trigger.AUTOMATIC)
            self.show_detail()

    def action_cumulative(self) -> None:
        """Show the next chart: the plays from the service, recorded ones, or the plays so far."""
        if self._detail.plays is not None:
            self._chosen = self._detail.plays.next
            self.show_detail()

    def action_refresh_page(self) -> None:
        super().action_refresh_page()
        if self.is_open and self.session is not None:
            self._load_detail(self.session, Trigger.MANUAL)

    @on(Table.Selected)
    def select_row(self, event: Table.Selected) -> None:
        """Open the detail of the row under the cursor, or close it if it is open."""
        table = self.query_one(self.LIST, Table)
        if event.control is table and table.enter is Enter.CLOSE:
            self.close_detail()
            self.show()
        elif event.control is table:
            self.open_detail(self._row_id(table))

    def action_open_shown(self) -> None:
        """Open the detail beside the list."""
        self.open_detail(self._shown_id)

    @property
    def _shown_id(self) -> object:
        """The id of the row whose detail is beside the list without being open."""
        if self.is_open or self.shows_only_totals or not self.is_mounted:
            return None
        return self._row_id(self.query_one(self.LIST, Table))

    @on(Parts.Selected)
    def open_selected_row(self) -> None:
        """Open the beat of a row in the detail, or the web page of a match."""
        row = self._part_row
        if row is not None and row.match is not None:
            self.action_browse()
        elif row is not None and row.beat is not None:
            self.post_message(BeatRequested(row.beat, row.left.removesuffix(" ★")))

    # The row under the cursor in the detail

    @property
    def _part_row(self) -> DetailRow | None:
        return self.focused.current if isinstance(self.focused, Parts) else None

    def cursor_notice(self) -> Notice | None:
        row = self._part_row
        if row is None:
            notice, stop = super().cursor_notice(), self.focused
            if notice is None and isinstance(stop, Chart) and stop.current is not None:
                return Notice(details.sentence(stop.current))
            if notice is None and isinstance(stop, Parts) and stop.is_scrolled:
                return Notice(stop.parts[0].title, action="{move.up} and {move.down} scroll it")
            if notice is None and self.session is not None and not self.shows_only_totals:
                subject = self.subject(self.session)
                return None if subject is None else self.describe_row(subject)
            return notice
        if row.match is not None:
            is_safe = details.safe_link(row.match) is not None
            keys = "{page.browse} opens it" if is_safe else "{page.copy} copies the address"
            text = details.describe_match(row.match, self.clock.now())
            return Notice(text, action=keys)
        if row.beat is not None:
            gain = f"{row.gain} in 7 days" if row.gain else None
            *length, plays = row.right.split()
            if plays != formatting.DASH:
                plays += " play" if plays == "1" else " plays"
            facts = (row.left, *length, plays, gain)
            return Notice(details.sentence(facts), action="{cursor.open} opens it")
        return Notice(details.sentence((row.left, row.when, row.right)))

    def address(self) -> str | None:
        row = self._part_row
        if row is not None and row.match is not None:
            return next(iter(row.match.links), None)
        link = None if self.shows_only_totals else self._detail.url
        return link or super().address()

    def action_browse(self) -> None:
        row = self._part_row
        if row is None or row.match is None:
            super().action_browse()
            return
        link = details.safe_link(row.match)
        if link is not None:
            self.post_message(BrowseRequested(link, is_match=True))
        else:
            self.show_message("Not opened: only Spotify, YouTube and Deezer are", Severity.WARNING)

    def copyable(self) -> tuple[str, str] | None:
        row = self._part_row
        if row is None:
            is_shown = self._detail.is_known and not self.shows_only_totals
            return (self._detail.title, "the title") if is_shown else None
        if row.match is not None:
            links = row.match.links
            link = details.safe_link(row.match) or next(iter(links), None)
            return (link, "the address") if link else (row.left, "the title")
        return row.left.removesuffix(" ★"), "the name"

    def action_copy(self) -> None:
        """Copy the title of the item, or its link if the title was copied just now."""
        text, link = self.copyable(), self._detail.url
        if self._part_row is not None or text is None or link is None:
            super().action_copy()
            return
        now, copied = self.clock.monotonic(), self._title_copied
        if copied is not None and copied[0] == link and now - copied[1] < MESSAGE_SECONDS:
            self._title_copied = None
            self.post_message(CopyRequested(link, "the link"))
            return
        self._title_copied = (link, now)
        hint = self.settings.keyboard.fill("the title ({page.copy} again for the link)")
        self.post_message(CopyRequested(text[0], hint))
