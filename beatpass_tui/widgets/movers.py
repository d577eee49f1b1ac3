"""Top movers, as a panel and in one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Offset
from textual.reactive import reactive

from beatpass_tui import formatting
from beatpass_tui.view_models.movers import Mover, Movers, TopBeat
from beatpass_tui.widgets import bars
from beatpass_tui.widgets.accessibility import is_accessible, is_plain
from beatpass_tui.widgets.bindings import bind
from beatpass_tui.widgets.content import justify, progress_bar
from beatpass_tui.widgets.named_rows import NamedRow, NamedRows

MIN_SCALE = 8
"""Minimum gain per day of a full bar, so that one play per day is a thin line."""

_STRIP, _TWO_STRIPS = bars.WEEK, 2 * bars.WEEK + 1
_WIDE, _WITH_TOTAL, _WITH_STRIP, _WITH_PERCENT = 70, 46, 36, 28
"""Minimum widths for two strips, the total, one strip, and the comparison."""

_GAP = 2
_SHARE = 6
_SEPARATOR = " · "


class MoversWidget(NamedRows):
    """Base class of widgets that show movers."""

    movers: reactive[Movers | None] = reactive[Movers | None](None)
    """None while they are unknown."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "movers--title",
        "movers--muted",
        "movers--gain",
        "movers--loss",
    }

    def shown(self) -> Sequence[Mover | TopBeat]:
        """Return the beats that fit."""
        raise NotImplementedError

    @property
    def named_rows(self) -> Sequence[NamedRow]:
        movers = self.movers
        if movers is None:
            return ()
        return [
            NamedRow(beat.name, movers.facts(beat), beat.id, name=beat.name)
            for beat in self.shown()
        ]

    def _gain(self, mover: Mover, positive: str) -> Content:
        kind = "movers--loss" if mover.gain < 0 else positive if mover.gain else "movers--muted"
        return self.styled(formatting.signed(mover.gain), kind)


class MoversLine(MoversWidget):
    """One row with as many movers as fit completely."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("move.up", "leave(-1)"),
        bind("move.down", "leave(1)"),
        bind("move.left", "move(-1)"),
        bind("move.right", "move(1)"),
    ]

    def action_leave(self, direction: int) -> None:
        self.post_message(self.EdgeReached(self, direction))

    def action_move(self, steps: int) -> None:
        self.cursor = min(max(self.cursor + steps, 0), max(len(self.named_rows) - 1, 0))

    def _parts(self, movers: Movers) -> list[tuple[int, Mover, Content]]:
        """Return the movers that fit completely with their positions and texts.

        If not even the first one fits, its name is cut.
        """
        width, parts = self.content_size.width, []
        x = cell_len(movers.title) + _GAP
        for mover in movers.top(width // 8):
            part = Content(mover.name) + " " + self._gain(mover, "movers--gain")
            if x + part.cell_length > width:
                break
            parts.append((x, mover, part))
            x += part.cell_length + len(_SEPARATOR)
        if not parts and (top := movers.top(1)):
            gain = self._gain(top[0], "movers--gain")
            part = justify(Content(top[0].name), gain, max(width - x, 1))
            parts.append((x, top[0], part))
        return parts

    def shown(self) -> Sequence[Mover]:
        movers = self.movers
        return [mover for _, mover, _ in self._parts(movers)] if movers is not None else ()

    @property
    def cursor_offset(self) -> Offset:
        parts = self._parts(self.movers) if self.movers is not None else ()
        return Offset(parts[min(self.cursor, len(parts) - 1)][0] if parts else 0, 0)

    def index_at(self, offset: Offset) -> int | None:
        parts = self._parts(self.movers) if self.movers is not None else ()
        spans = enumerate((x, x + part.cell_length) for x, _, part in parts)
        return next((index for index, (start, end) in spans if start <= offset.x < end), None)

    def render(self) -> Content:
        movers, width = self.movers, self.content_size.width
        if movers is None:
            return Content("")
        line = self.styled(movers.title, "movers--title")
        parts = self._parts(movers)
        if not parts:
            note = f"none {movers.period.words}" if movers.rows else movers.empty_text
            return (line + self.styled(f"  {note}", "movers--muted")).truncate(width, ellipsis=True)
        separator = Content(" " * _GAP)
        for index, (_, _, part) in enumerate(parts):
            is_current = self.has_focus and index == min(self.cursor, len(parts) - 1)
            line += separator + (self.marked(part) if is_current else part)
            separator = self.styled(_SEPARATOR, "movers--muted")
        return line.truncate(width, ellipsis=True)


class MoversPanel(MoversWidget):
    """A heading and one row per mover, or the beats with the most plays until gains are known."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "movers--value",
        "movers--new",
        "movers--hue",
        "movers--track",
    }

    def shown(self) -> Sequence[Mover | TopBeat]:
        movers, height = self.movers, self.content_size.height
        if movers is None:
            return ()
        return movers.top(height - 1) if movers.rows else movers.recorded[: max(height - 1, 0)]

    def render(self) -> Content:
        movers = self.movers
        if movers is None:
            return Content("")
        width, height = self.row_width, self.content_size.height
        lines = [self._heading(movers, width)]
        if not movers.rows:
            lines += self._top_beats(movers, width, height - 1)
        elif top := movers.top(height - 1):
            lines += self._rows(top, width)
        else:
            lines.append(self.styled(f"No gains or losses {movers.period.words}", "movers--muted"))
        return self.joined(lines)

    def _heading(self, movers: Movers, width: int) -> Content:
        if not movers.rows:
            count, total = map(formatting.count, (len(movers.recorded), movers.total))
            notes, right = ["all time"], f"{count} of {total} beats"
            title = "Top beats" if movers.has_all_beats else "Top of loaded beats"
        else:
            notes, right = [movers.period.label], movers.comparison
            title = movers.title
        if movers.losses:
            notes.append(movers.losses)
            right = f"{formatting.count(movers.compared)} compared"
        left, gap = self.styled(title, "movers--title"), self.title_gap
        for note in notes:
            longer = left + self.styled(f" · {note}", "movers--muted")
            if longer.cell_length + len(right) + gap <= width:
                left = longer
        if left.cell_length + len(right) + gap > width:
            right = ""
        return self.title_row(left, self.styled(right, "movers--muted"), width)

    def _rows(self, top: Sequence[Mover], width: int) -> Iterable[Content]:
        columns = [[self._gain(mover, "movers--value") for mover in top]]
        if width >= _WITH_TOTAL:
            totals = (formatting.count(mover.plays) for mover in top)
            columns.insert(0, [self.styled(total, "movers--muted") for total in totals])
        if width >= _WITH_PERCENT:
            columns.append([self._comparison(mover) for mover in top])
        cells = [max(cell.cell_length for cell in column) for column in columns]
        strip = 0
        if width >= _WITH_STRIP and not is_accessible(self):
            strip = _TWO_STRIPS if width >= _WIDE else _STRIP
        room = width - sum(cells) - _GAP * (len(cells) + bool(strip)) - strip
        for place, mover in enumerate(top):
            line = _fill(Content(mover.name), max(room, 1))
            for column, size in zip(columns, cells, strict=True):
                cell = column[place]
                line += " " * (_GAP + size - cell.cell_length) + cell
            yield line + " " * _GAP + self._strip(mover, strip) if strip else line

    def _comparison(self, mover: Mover) -> Content:
        if mover.is_new:
            return self.styled("new", "movers--new")
        if mover.percent is None:
            return Content("")
        percent = round(mover.percent)
        if is_accessible(self):
            return Content(formatting.percent_change(percent, in_words=True))
        kind = "movers--gain" if percent > 0 else "movers--loss" if percent else "movers--muted"
        return self.styled(formatting.percent_change(percent), kind)

    def _strip(self, mover: Mover, cells: int) -> Content:
        days = mover.days if cells == _TWO_STRIPS else mover.days[-bars.WEEK :]
        hue = self.get_component_styles("movers--hue").color
        rows = bars.strip(days, minimum=MIN_SCALE, plain=is_plain(self))
        return bars.strip_lines(rows, bars.shade_styles(self, hue))[0]

    def _top_beats(self, movers: Movers, width: int, count: int) -> Iterable[Content]:
        shown = movers.recorded[:count]
        if not shown:
            return (self.styled(f"Top movers {movers.empty_text}", "movers--muted"),)
        everything = sum(beat.plays for beat in movers.recorded)
        is_complete = movers.has_all_beats and everything > 0
        plays = [formatting.count(beat.plays) for beat in shown]
        size, meter = max(map(len, plays)), 0 if is_accessible(self) else min(width // 3, 20)
        room = max(width - size - meter - _GAP - (_GAP + _SHARE if is_complete else 0) - _GAP, 1)
        lines = []
        for beat, text in zip(shown, plays, strict=True):
            done, rest = progress_bar(100 * beat.plays / max(shown[0].plays, 1), meter)
            line = _fill(Content(beat.name), room)
            line += self.styled(f"{text:>{_GAP + size}}", "movers--value") + " " * _GAP
            line += self.styled(done, "movers--hue") + self.styled(rest, "movers--track")
            if is_complete:
                share = f"{100 * beat.plays / everything:.1f}%"
                line += self.styled(f"{share:>{_GAP + _SHARE}}", "movers--muted")
            lines.append(line)
        return lines


def _fill(name: Content, width: int) -> Content:
    """Return a name in exactly `width` cells, cut if necessary."""
    name = name.truncate(width, ellipsis=True)
    return name + " " * (width - name.cell_length)
