"""Your place on a leaderboard, its history, and lists of your ranks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from textwrap import wrap
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive

from beatpass_tui import formatting
from beatpass_tui.view_models import season
from beatpass_tui.view_models.cards import Change
from beatpass_tui.view_models.leaderboards import change_words, rank_change
from beatpass_tui.view_models.own_place import OwnPlace, RankDay, ViewRank
from beatpass_tui.view_models.season import SeasonRank
from beatpass_tui.widgets.accessibility import is_accessible, is_plain
from beatpass_tui.widgets.bars import LEVELS, meter
from beatpass_tui.widgets.content import ContentWidget, justify
from beatpass_tui.widgets.option_row import OptionRow

_FACTS = 4
_MAX_BARS = 9
"""Maximum height of the bars of ranks; the ranks of each day are below them."""
_MIN_LIST = 4
_CHANGE = 6
_NOTE = 8
_LABEL = 7
"""Width of the ranks at the left of the history."""

CHANGE_COLORS = {1: "ink-success", -1: "ink-error", 0: "quiet"}
"""Colors of changes by direction."""

RANK_DAYS = 30


class PlaceView(ContentWidget):
    """Your place: rank and value, the distances to your neighbors, and your ranks over time."""

    place: reactive[OwnPlace | None] = reactive(None)
    history: reactive[tuple[RankDay | None, ...] | None] = reactive(())
    """Your ranks of the last days; None for a ranking that is not recorded."""
    others: reactive[tuple[tuple[str, OwnPlace], ...]] = reactive(())
    """Titles and your places in other rankings, shown instead of the history."""

    def render(self) -> Content:
        if self.place is None:
            return Content("")
        width, height = self.content_size
        rows = self._facts(self.place, width)
        if height >= _FACTS + 4 and self.history is not None:
            rows = [*rows, *[Content("")] * (_FACTS - len(rows))]
            rows += self._history(width, height - _FACTS)
        elif self.history is None:
            rows += self._others(width, height - len(rows))
        return Content("\n").join(row.truncate(width, ellipsis=True) for row in rows)

    def _facts(self, place: OwnPlace, width: int) -> list[Content]:
        if place.reason:
            reason = [self.colored(line, "quiet") for line in wrap(place.reason, max(width, 10))]
            return [Content(place.rank.capitalize()), *reason[: _FACTS - 1]]
        rank = self.colored(place.rank, "hue-total-plays", bold=True)
        rank += self.colored(f" {place.of}", "quiet") + "  " + self._change(place.change)
        rows = [justify(rank, Content(place.value).stylize("bold"), width)]
        for number, words in (place.ahead, place.behind):
            if words:
                count = Content(number).stylize("bold") + " " if number else Content("")
                if count.cell_length + cell_len(words) > width:
                    words = words.replace(", next ", ", ")
                rows.append(count + self.colored(words, "quiet"))
        if place.meter is not None and not is_accessible(self):
            filled, empty = meter(place.meter, width)
            empty = "" if is_plain(self) else empty
            bar = self.colored(filled, "hue-total-plays") + self.colored(empty, "track")
            rows.insert(2, bar)
        return rows

    def _others(self, width: int, height: int) -> list[Content]:
        """Return the places in other rankings that fit completely."""
        rows: list[Content] = []
        for title, place in self.others:
            part = [self._title(title, "", width), *self._facts(place, width)]
            if len(rows) + len(part) > height:
                break
            rows += part
        return rows

    def _title(self, text: str, note: str, width: int) -> Content:
        """Return a title, a thin rule, and a note at the right end."""
        cells = width - cell_len(text) - 1 - (cell_len(note) + 1 if note else 0)
        title = Content(text).stylize("bold") + " " + self.colored("─" * max(cells, 0), "track")
        return title + " " + self.colored(note, "quiet") if note else title

    def _change(self, change: Change) -> Content:
        text = change_words(change) if is_accessible(self) else change.text
        return self.colored(text, CHANGE_COLORS[change.direction])

    def _history(self, width: int, height: int) -> list[Content]:
        days = [day for day in self.history or () if day is not None]
        title = self._title("Rank", f"{RANK_DAYS} days", width)
        if len({day.day for day in days if day.is_known}) < 2:
            return [title, self.colored("Recorded from your first visit on.", "quiet")]
        if is_accessible(self):
            first, last = days[0], days[-1]
            text = (
                f"#{first.rank} on {formatting.short_date(first.day, last.day)}, now #{last.rank}"
            )
            return [title, Content(text), *self._list(days, width, height - 2)]
        bars = height - 2 if height - 2 < _MAX_BARS + _MIN_LIST else _MAX_BARS
        rows = [title, *self._bars(days, width, bars), self._dates(days, width)]
        return rows + self._list(days, width, height - len(rows))

    def _list(self, days: Sequence[RankDay], width: int, count: int) -> list[Content]:
        """Return a heading, and the rank of each day with its change, latest first."""
        known = [day for day in days if day.is_known]
        if count < _MIN_LIST:
            return []
        lines = [self._title("By day", "", width)]
        for index in range(len(known) - 1, max(len(known) - count, -1), -1):
            day = known[index]
            change = rank_change(day.rank, known[index - 1].rank if index else None)
            left = self.colored(formatting.short_date(day.day, days[-1].day), "quiet")
            text = Content(f"#{formatting.count(day.rank)}")
            right = text + " " * max(_CHANGE - cell_len(self._change(change).plain), 1)
            lines.append(justify(left, right + self._change(change), width))
        return lines

    def _step(self, width: int) -> int:
        """Return the number of cells of a day."""
        return max((width - _LABEL) // max(len(self.history or ()), 1), 1)

    def _bars(self, days: Sequence[RankDay], width: int, rows: int) -> list[Content]:
        highest, lowest = min(day.rank for day in days), max(day.rank for day in days)
        step, span = self._step(width), max(lowest - highest, 1)
        today = days[-1].day
        lines = []
        for row in range(rows - 1, -1, -1):
            label = f"#{highest}" if row == rows - 1 else f"#{lowest}" if row == 0 else ""
            line = self.colored(label.ljust(_LABEL), "quiet")
            for day in self.history or ():
                if day is None:
                    line += " " * step
                    continue
                full = 1 + round((lowest - day.rank) / span * (8 * rows - 1))
                cell = LEVELS[min(max(full - 8 * row, 0), 8)]
                line += self._bar(cell * step, is_today=day.day == today, is_known=day.is_known)
            lines.append(line)
        return lines

    def _bar(self, cells: str, *, is_today: bool, is_known: bool) -> Content:
        bar = self.colored(cells, "hue-total-plays" if is_known else "edge")
        return bar if is_today or not is_known else bar.stylize("dim")

    def _dates(self, days: Sequence[RankDay], width: int) -> Content:
        count = len(self.history or ())
        cells = min(self._step(width) * count, width - _LABEL)
        today = days[-1].day
        start = today - timedelta(days=count - 1)
        first, last = (formatting.short_date(day, today) for day in (start, today))
        gap = " " * max(cells - cell_len(first) - cell_len(last), 1)
        return self.colored(" " * _LABEL + first + gap + last, "quiet")


class NotedOptions(OptionRow):
    """A row of options with a note at its right end, if that fits."""

    note: reactive[tuple[tuple[str, str], ...]] = reactive(())
    """Texts with their theme colors."""

    def render(self) -> Content:
        options, width = super().render(), self.content_size.width
        note = Content(" ").join(self.colored(*part) for part in self.note)
        fits = options.cell_length + note.cell_length + 2 <= width
        return justify(options, note, width) if fits else options


class RankItem(NamedTuple):
    """A row of a list of ranks."""

    label: str
    rank: str
    note: str = ""
    """A change or a tier, at the right end."""
    color: str = "quiet"
    """Theme color of the note."""
    is_current: bool = False
    """Whether it is the one that the page shows."""
    is_known: bool = True


def view_items(
    ranks: Iterable[ViewRank], current: str | None, *, words: bool
) -> tuple[RankItem, ...]:
    """Return your rank in each view; changes in words instead of arrows with `words`."""
    return tuple(
        RankItem(
            rank.label,
            rank.rank,
            f"as of {rank.age}"
            if rank.age
            else change_words(rank.change)
            if words
            else rank.change.text,
            CHANGE_COLORS[rank.change.direction],
            is_current=rank.label == current,
            is_known=rank.is_known,
        )
        for rank in ranks
    )


def season_items(ranks: Iterable[SeasonRank], current: str | None) -> tuple[RankItem, ...]:
    """Return your rank and tier in each category of the season."""
    return tuple(
        RankItem(
            rank.label,
            rank.rank,
            rank.tier,
            season.tier_color(rank.tier),
            is_current=rank.category == current,
            is_known=rank.rank[:1] in ("#", "="),
        )
        for rank in ranks
    )


class RankList(ContentWidget):
    """A header and rows of labels, ranks and notes."""

    items: reactive[tuple[RankItem, ...]] = reactive((), layout=True)

    def __init__(self, header: tuple[str, str, str], *, id: str) -> None:
        super().__init__(id=id)
        self._header = header

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return len(self.items) + 1

    def render(self) -> Content:
        width = self.content_size.width
        label, rank, note = self._header
        rows = [self._row(self.colored(label, "quiet"), rank, note, "quiet", "quiet", width)]
        for item in self.items:
            name = (
                Content(item.label).stylize("bold")
                if item.is_current
                else self.colored(item.label, "quiet")
            )
            color = "" if item.is_known else "quiet"
            rows.append(self._row(name, item.rank, item.note, color, item.color, width))
        return Content("\n").join(rows)

    def _row(
        self, label: Content, rank: str, note: str, color: str, note_color: str, width: int
    ) -> Content:
        notes = (self._header[-1], *(item.note for item in self.items))
        cells = max(_NOTE, *map(cell_len, notes)) + 1
        right = self.colored(rank, color) + " " * max(cells - cell_len(note), 1)
        return justify(label, right + self.colored(note, note_color), width)
