"""Balances: the totals of each status and currency, and the state of the payout setup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive

from beatpass_tui import formatting
from beatpass_tui.view_models.charts import ChartData
from beatpass_tui.view_models.finances import BalanceRow, BalanceTable, is_zero
from beatpass_tui.view_models.payouts import SENT_NOTE, SetupState
from beatpass_tui.widgets.accessibility import is_accessible, is_plain
from beatpass_tui.widgets.bars import LEVELS, eighths
from beatpass_tui.widgets.content import ContentWidget, justify
from beatpass_tui.widgets.status_text import STATUS_COLORS, colored, rule, status_text

_LABEL = 13
_COLUMN = 12
_GAP = 2
_MAX_SPREAD = 3
_MONTHS = 13
_FINISHED = 0.72
"""Opacity of bars of finished months."""
_LOW = 6
"""Maximum number of rows in which the statuses are columns at any width."""
_WIDE = 78
"""Minimum width in which the statuses are columns at any height."""


class BalanceData(NamedTuple):
    """What the widget shows."""

    table: BalanceTable = BalanceTable()
    setup: tuple[tuple[str, SetupState], ...] = ()
    """Name and state of each provider; a name that the state contains is left out."""
    web_key: str = ""
    """The key that opens the web page, where the setup continues."""
    charts: tuple[ChartData, ...] = ()
    """The months that are drawn beside a low table: of each of its currencies, or of one."""
    note: str = ""
    """Shown instead of the table."""
    title: str = "Balance"


class BalanceView(ContentWidget):
    """Totals with statuses as rows; in a low or wide widget as columns, with months at the right.

    Amounts are never cut: currencies that don't fit are counted.
    """

    data: reactive[BalanceData] = reactive(BalanceData())

    def render(self) -> Content:
        width, height = self.content_size
        data, table = self.data, self.data.table
        if is_accessible(self):
            lines = [line for each in self._sentences() for line in each.wrap(max(width, 1))]
        elif not table.rows:
            lines = [colored(self, data.note, "quiet")] if data.note else []
        elif height <= _LOW or width >= _WIDE:
            lines = self._low_table(table, width, max(height - 2, 1))
        else:
            lines = self._high_table(table, width)
        lines += self._below(width, height - len(lines))
        return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines[:height])

    def _sentences(self) -> Iterable[Content]:
        table = self.data.table
        for index, currency in enumerate(table.currencies):
            parts = (f"{row.label} {row.amounts[index]}" for row in table.rows)
            yield Content(f"{currency}: {', '.join(parts)}.")
        if self.data.note:
            yield Content(self.data.note)

    # Statuses as rows

    def _high_table(self, table: BalanceTable, width: int) -> list[Content]:
        cells = [
            max(_COLUMN, *(cell_len(row.amounts[index]) + _GAP for row in table.rows))
            for index in range(len(table.currencies))
        ]
        shown = len(cells)
        while shown > 1 and _LABEL + sum(cells[:shown]) > width:
            shown -= 1
        header = "".join(map(str.rjust, table.currencies[:shown], cells))
        more = len(cells) - shown
        left = colored(self, f"+{more} more" if more else "", "quiet")
        lines = [justify(left, colored(self, header, "quiet"), width)]
        for row in table.rows:
            if row.code is None and len(table.rows) > 1:
                lines.append(colored(self, "─" * width, "track"))
            lines.append(justify(self._label(row), self._amounts(row, cells[:shown]), width))
        return lines

    def _label(self, row: BalanceRow) -> Content:
        if not row.code:
            return colored(self, row.label, "foreground", bold=row.code is None)
        return status_text(self, row.label, row.code)

    def _amounts(self, row: BalanceRow, cells: Sequence[int]) -> Content:
        parts = zip(row.amounts, cells, strict=False)
        return Content("").join(self._amount(row, text, size) for text, size in parts)

    def _amount(self, row: BalanceRow, text: str, size: int) -> Content:
        is_faint = is_zero(text)
        color = "faint" if is_faint else "foreground"
        return colored(self, text.rjust(size), color, bold=row.code is None and not is_faint)

    # Statuses as columns

    def _low_table(self, table: BalanceTable, width: int, count: int) -> list[Content]:
        label = len(self.data.title) + 1
        strip = self._strips(count)
        room = width - label - max((line.cell_length + _GAP for line in strip), default=0)
        # Without the months if all other statuses don't fit beside them.
        rows = table.rows
        if sum(_sizes(rows)) > room:
            rows = tuple(row for row in rows if row.code != "refunded")
        if sum(_sizes(rows)) > room:
            rows, strip, room = table.rows, [], width - label
        lines = self._columns(table, rows, label, room, count)
        lines += [Content("")] * (len(strip) - len(lines))
        for place, part in enumerate(strip):
            lines[place] = justify(lines[place], part, width)
        return lines

    def _columns(
        self,
        table: BalanceTable,
        rows: Sequence[BalanceRow],
        label: int,
        room: int,
        count: int,
    ) -> list[Content]:
        """Return a header and a line for each currency; again for statuses that don't fit."""
        sizes = _sizes(rows)
        shown = next((n for n in range(len(rows), 1, -1) if sum(sizes[:n]) <= room), 1)
        spread = min(max(room - sum(sizes[:shown]), 0) // shown, _MAX_SPREAD)
        columns = [(row, size + spread) for row, size in zip(rows[:shown], sizes, strict=False)]
        header = colored(self, self.data.title.ljust(label), "foreground", bold=True)
        for row, size in columns:
            color = STATUS_COLORS.get(row.code or "", "foreground")
            header += colored(self, row.label.rjust(size), color, bold=row.code is None)
        lines = [header]
        for index, currency in enumerate(table.currencies[:count]):
            line = colored(self, currency.ljust(label), "quiet")
            for row, size in columns:
                line += self._amount(row, row.amounts[index], size)
            lines.append(line)
        rest = rows[shown:]
        return lines + (self._columns(table, rest, label, room, count) if rest else [])

    def _strips(self, height: int) -> list[Content]:
        """Return a title, then the last months: a row of bars per currency, or `height` for one."""
        charts = self.data.charts
        count = min(max((len(chart.steps) for chart in charts), default=0), _MONTHS)
        if all(chart.is_empty for chart in charts):
            return []
        title = formatting.plural(count, "month")
        if len(charts) == 1:
            title += f" {charts[0].unit}"
        rows = max(height, 2) if len(charts) == 1 else 1
        bars = [
            self._bars(chart, count, 8 * row, rows) for chart in charts for row in range(rows)[::-1]
        ]
        return [colored(self, title, "hue-tracks"), *bars]

    def _bars(self, chart: ChartData, count: int, floor: int, rows: int) -> Content:
        """Return the last months as a row of bars, from `floor` eighths of a row up."""
        values = [step.value or 0 for step in chart.steps[-count:]]
        top = max(values, default=0)
        cells = [LEVELS[min(max(eighths(value, top, 8 * rows) - floor, 0), 8)] for value in values]
        if not floor and not is_plain(self):
            cells = [cell if cell != " " else "▁" for cell in cells]
        if not cells:
            return Content("")
        before = colored(self, "".join(cells[:-1]), "ink-primary", opacity=_FINISHED)
        return before + colored(self, cells[-1], "ink-primary")

    # Setup and facts

    def _below(self, width: int, rows: int) -> list[Content]:
        """Return the providers and other facts in the rows that are left."""
        parts, short = [*self._setup()], [*self._setup(is_short=True)]
        cells = [sum(part.cell_length + _GAP for part in each) - _GAP for each in (parts, short)]
        if cells[1] <= width < cells[0]:
            parts = short
        lines: list[Content] = []
        for part in parts:
            if lines and lines[-1].cell_length + _GAP + part.cell_length <= width:
                lines[-1] += Content(" " * _GAP) + part
            else:
                lines.append(part)
        return lines[: max(rows, 0)]

    def _setup(self, *, is_short: bool = False) -> Iterable[Content]:
        # From 160 columns, the panel of track sales has the legacy account.
        is_apart = self.screen.has_class("-third") and self.content_size.height > _LOW
        for name, state in self.data.setup[: 1 if is_apart else None]:
            label = "" if name in state.text else f"{name} "
            if is_short:
                label = label.removeprefix("Legacy ")
            text = colored(self, label, "quiet") + status_text(self, state.text, state.status)
            if state.is_open:
                text += " " + colored(self, self.data.web_key, "ink-secondary", bold=True)
            yield text


def _sizes(rows: Sequence[BalanceRow]) -> list[int]:
    """Return the width of the column of each status."""
    return [max(cell_len(row.label), *map(cell_len, row.amounts)) + _GAP for row in rows]


class SalesData(NamedTuple):
    """What the panel of track sales shows."""

    facts: tuple[tuple[str, str], ...] = ()
    """Labels and amounts of track sales."""
    legacy: SetupState | None = None
    """The state of the legacy account, if there is one."""
    balance: tuple[tuple[str, str], ...] = ()
    """Labels and amounts of its balance."""


class SalesView(ContentWidget):
    """Numbers of track sales, the balance of the legacy account, and what Sent means."""

    data: reactive[SalesData] = reactive(SalesData())

    def render(self) -> Content:
        width, height = self.content_size
        facts, legacy, balance = self.data
        lines = [self._fact(*fact, width) for fact in facts]
        if legacy is not None:
            title = colored(self, "Legacy Stripe", "foreground", bold=True)
            state = status_text(self, legacy.text, legacy.status)
            lines.append(rule(self, title, state, width))
            lines += [self._fact(*fact, width) for fact in balance]
        note = colored(self, SENT_NOTE, "quiet").wrap(max(width, 1))
        if len(lines) + len(note) <= height:
            lines += [Content("")] * (len(lines) + len(note) < height) + note
        return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines[:height])

    def _fact(self, label: str, value: str, width: int) -> Content:
        return justify(colored(self, label, "quiet"), colored(self, value, "foreground"), width)
