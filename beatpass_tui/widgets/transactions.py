"""Transactions: the row of statuses above the list, the list, and the details of one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style

from beatpass_tui import formatting
from beatpass_tui.view_models.finances import STATUS_OPTIONS
from beatpass_tui.view_models.labels import TRANSACTION_STATUSES
from beatpass_tui.view_models.payouts import MEANINGS
from beatpass_tui.view_models.transactions import (
    EARNING,
    REFERENCE,
    Detail,
    TransactionRow,
    row_cells,
)
from beatpass_tui.widgets.accessibility import is_accessible, is_plain
from beatpass_tui.widgets.content import ContentWidget, WidgetMessage, justify
from beatpass_tui.widgets.earnings import TOP_BEATS, BeatTotals, beat_lines, month_lines
from beatpass_tui.widgets.panel import Panel
from beatpass_tui.widgets.section import Heading
from beatpass_tui.widgets.status_text import STATUS_COLORS, chosen, colored, rule, status_text
from beatpass_tui.widgets.table import Cell, Column, Table


class StatusCounts(NamedTuple):
    """What the row of statuses shows."""

    status: str = "all"
    counts: Mapping[str, int] = {}
    """Number of transactions by status; statuses without a number have none known."""
    note: str = ""
    """At the right end: what is loaded, and a chosen type."""
    key: str = ""
    """The key that chooses a filter."""
    title: str = ""
    """Replaces the statuses, for rows that have none to choose."""


class StatusHeading(Heading):
    """The statuses with their counts, the chosen one marked; the heading of the list."""

    info: reactive[StatusCounts] = reactive(StatusCounts())

    class StatusSelected(WidgetMessage):
        """A status was clicked."""

        def __init__(self, heading: StatusHeading, status: str) -> None:
            super().__init__(heading)
            self.status = status

    def line(self, width: int, rule: Style | None = None) -> Content:
        info = self.info
        note = " · ".join(filter(None, (info.note, self.text.age)))
        # A frame has at least one cell of its line between blanks.
        gap = 1 if rule is None else 3
        left, right = self._statuses(width if rule is None else width - gap - 1), Content()
        for right in self._notes(note):
            if left.cell_length + right.cell_length + gap <= width:
                break
        if rule is None:
            return justify(left, right, width)
        right = " " + right if right else right
        room = max(width - right.cell_length - 1, 0)
        left = left.truncate(room, ellipsis=True) + " "
        return left + Content("─" * (room + 1 - left.cell_length)).stylize(rule) + right

    def _statuses(self, width: int) -> Content:
        """Return the statuses, closer together if they don't fit otherwise."""
        if self.info.title:
            return colored(self, self.info.title, "foreground", bold=True)
        return Content("").join(part for _, part in self._parts(width)).rstrip()

    def _notes(self, note: str) -> Iterable[Content]:
        """Yield possible texts at the right end, the longest first."""
        key = Content()
        if self.info.key and not self.info.title and not is_accessible(self):
            key = colored(self, self.info.key, "ink-secondary", bold=True)
        text = colored(self, note, "quiet")
        if note and key:
            yield text + "  " + key
        yield text if note else key
        yield key
        yield Content()

    def _parts(self, width: int) -> Sequence[tuple[str, Content]]:
        """Return the value and the text of each status."""
        parts: list[Content] = []
        for gap in (2, 1, 0):
            parts = [self._part(status, label, gap) for status, label in STATUS_OPTIONS]
            if sum(part.cell_length for part in parts) + 1 <= width:
                break
        return list(zip((status for status, _ in STATUS_OPTIONS), parts, strict=True))

    def _part(self, status: str, label: str, gap: int) -> Content:
        """Return a status with at most `gap` cells more than necessary around it."""
        count = self.info.counts.get(status)
        number = "" if count is None else f" {formatting.count(count)}"
        if status == self.info.status:
            # Brackets have no blank, unlike a raised label.
            has_blank = gap > 0 and not (is_plain(self) or is_accessible(self))
            part = chosen(self, label + number, pad=gap > 0)
            # The row starts with text, not with a blank.
            part = part[1:] if status == "all" and has_blank else part
            return part + " " * max(gap - 1, not has_blank)
        color = STATUS_COLORS.get(status, "foreground") if count != 0 else "quiet"
        before = " " * (gap > 1 and status != "all")
        return colored(self, before + label, color) + colored(self, f"{number} ", "quiet")

    def on_click(self, event: events.Click) -> None:
        """Select the status under the mouse."""
        x, end = event.get_content_offset_capture(self).x, 0
        for status, part in self._parts(self.content_size.width):
            end += part.cell_length
            if x < end and not self.info.title:
                self.post_message(self.StatusSelected(self, status))
                break


class TransactionsPanel(Panel):
    """The panel of the list."""

    HEADING = StatusHeading


COLUMNS = (
    Column("day", "Date", 10, importance=1, muted=True),
    Column("about", "Item", 16, grow=1),
    Column("kind", "Type", 12, importance=2, muted=True),
    Column("status", "Status", 12),
    Column("reference", "Reference", 16, importance=3, muted=True),
    Column("amount", "Amount", 8, right=True),
)


def columns(rows: Sequence[TransactionRow]) -> Sequence[Column]:
    """Return the columns, with references if there are any; amounts are never cut."""
    amount = max((len(row.amount) for row in rows), default=0)
    has_references = any(row.details.reference for row in rows)
    return tuple(
        replace(column, width=max(amount, column.width)) if column.key == "amount" else column
        for column in COLUMNS
        if has_references or column.key != "reference"
    )


def cells(
    row: TransactionRow, shown: Sequence[Column], now: datetime, *, words: bool
) -> list[Cell]:
    """Return the cells of a row in the columns that are shown."""
    day, about, kind, _, _ = row_cells(row, now)
    by_key: dict[str, Cell] = {
        "day": day,
        "about": about,
        "kind": kind,
        "status": _status_cell(row, words=words),
        "reference": row.details.reference or "",
        "amount": _amount_cell(row),
    }
    return [by_key[column.key] for column in shown]


def _status_cell(row: TransactionRow, *, words: bool) -> Cell:
    """Return the status of a row with its dot; only words in accessible mode."""
    if row.code is None or words:
        return row.status
    return ((f"● {row.status}", f"${STATUS_COLORS[row.code]}"),)


def _amount_cell(row: TransactionRow) -> Cell:
    """Return the amount of a row; a loss is red."""
    is_loss = row.amount.startswith(formatting.MINUS)
    return ((row.amount, "table--loss"),) if is_loss else row.amount


class Ledger(Table[TransactionRow]):
    """The list of transactions; Enter opens one where the details are not beside the list."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "select" and self.screen.has_class("-side"):
            # The details are beside the list, so that only the beat is left to open.
            row = self.current
            if row is None or row.details.beat_id is None:
                return False
        return super().check_action(action, parameters)


class DetailData(NamedTuple):
    """What the details show; keys are empty if they do nothing."""

    detail: Detail | None = None
    copy_key: str = ""
    web: tuple[str, str] = ("", "")
    """Label and name of the web page of the transaction."""
    web_key: str = ""
    beats: BeatTotals = BeatTotals()
    """Shown below the details if there is room and no panel of their own."""
    related: tuple[tuple[str, TransactionRow], ...] = ()
    """The days and rows of other transactions of the same kind and beat."""


_LABELS = 14
_MIN_BEATS = 3


class TransactionDetail(ContentWidget):
    """Everything that is known about the transaction under the cursor, then the top beats."""

    data: reactive[DetailData] = reactive(DetailData())

    def render(self) -> Content:
        width, height = self.content_size
        lines = self._detail(width)
        rows, beats = height - len(lines) - 1, self.data.beats
        if rows >= _MIN_BEATS and beats.rows and not self.screen.has_class("-third"):
            lines.append(self._rule(TOP_BEATS, "foreground", width, beats.note))
            lines += beat_lines(self, beats.rows, width, rows)
            lines += month_lines(self, beats, width, height - len(lines))
        legend = [self._rule("Statuses", "foreground", width), *self._legend(width)]
        if self.data.detail is not None and len(lines) + len(legend) <= height:
            lines += legend
        lines += self._related(width, height - len(lines))
        return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines[:height])

    def _detail(self, width: int) -> list[Content]:
        shown = self.data.detail
        if shown is None:
            return list(self._legend(width))
        lines = [self._fact(label, value, width) for label, value in shown.facts]
        for index, (label, _) in enumerate(shown.facts):
            if label == REFERENCE and self.data.copy_key:
                lines[index] = justify(lines[index], self._key(self.data.copy_key, "Copy"), width)
        if self.data.web_key:
            line = self._fact(*self.data.web, width)
            lines.append(justify(line, self._key(self.data.web_key, "Open"), width))
        lines += self._section("Reason", shown.reason, "foreground", width)
        color = "hue-delayed" if shown.must_act else "foreground"
        lines += self._section("Next step", shown.next_step, color, width)
        if not shown.reason and not shown.next_step:
            lines += self._section(shown.status, shown.meaning, "foreground", width)
        return lines

    def _related(self, width: int, height: int) -> list[Content]:
        """Return as many other transactions as fit, with a heading."""
        rows = self.data.related[: max(height - 1, 0)]
        if not rows:
            return []
        is_sale = rows[0][1].beat is not None
        title = "Other sales of this beat" if is_sale else "Other subscriptions"
        return [self._rule(title, "foreground", width), *(self._row(*row, width) for row in rows)]

    def _row(self, day: str, row: TransactionRow, width: int) -> Content:
        status = status_text(self, row.status, row.code)
        left = colored(self, day.ljust(_LABELS), "quiet") + status
        is_loss = row.amount.startswith(formatting.MINUS)
        return justify(
            left, colored(self, row.amount, "ink-error" if is_loss else "foreground"), width
        )

    def _legend(self, width: int) -> Iterable[Content]:
        """Yield what the statuses mean, for a list without transactions."""
        for code, meaning in MEANINGS.items():
            status = status_text(self, TRANSACTION_STATUSES[code], code)
            left, *below = colored(self, meaning, "quiet").wrap(max(width - _LABELS, 1))
            yield status.truncate(_LABELS, pad=True) + left
            yield from (" " * _LABELS + line for line in below)

    def _fact(self, label: str, value: str, width: int) -> Content:
        text = colored(self, value, "foreground", bold=label == EARNING)
        return colored(self, label.ljust(min(_LABELS, width // 2)), "quiet") + text

    def _key(self, key: str, label: str) -> Content:
        return colored(self, key, "ink-secondary", bold=True) + colored(self, f" {label}", "quiet")

    def _section(self, title: str, text: str, color: str, width: int) -> list[Content]:
        if not text:
            return []
        lines = colored(self, text, "foreground").wrap(max(width, 1))
        return [self._rule(title, color, width), *lines]

    def _rule(self, title: str, color: str, width: int, note: str = "") -> Content:
        head = colored(self, title, color, bold=color == "foreground")
        return rule(self, head, colored(self, note, "quiet"), width)


class TransactionHeading(Heading):
    """The subject of a transaction, and its status at the right end."""

    detail: reactive[Detail | None] = reactive[Detail | None](None)

    def line(self, width: int, rule: Style | None = None) -> Content:
        shown = self.detail
        if shown is None:
            return super().line(width, rule)
        left = colored(self, shown.title, "foreground", bold=True)
        right = Content()
        if shown.status != formatting.DASH:
            right = status_text(self, shown.status, shown.code)
        if rule is None:
            return justify(left, right, width)
        left = left.truncate(max(width - right.cell_length - 2, 0), ellipsis=True) + " "
        cells = max(width - left.cell_length - right.cell_length - 1, 0)
        return left + Content("─" * cells).stylize(rule) + " " + right


class TransactionPanel(Panel):
    """The panel of the details."""

    HEADING = TransactionHeading
