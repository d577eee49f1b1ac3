"""Tiles of My Collections: totals, shares of plays, and releases."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive

from beatpass_tui import formatting
from beatpass_tui.view_models.albums import AlbumList, AlbumRow, Sum, Totals, released_text
from beatpass_tui.view_models.details import DetailPart, DetailRow
from beatpass_tui.widgets.detail_parts import Parts, ThemedWidget

_RELEASES = 8


class AlbumTotals(ThemedWidget):
    """The totals of all albums in two rows."""

    totals: reactive[Totals | None] = reactive[Totals | None](None)

    def render(self) -> Content:
        totals, width = self.totals, self.content_size.width
        if totals is None:
            return Content("")
        figures = [
            ("Collections", Sum(totals.albums), "hue-albums"),
            ("Beats on them", totals.tracks, "hue-tracks"),
            ("Plays", totals.plays, "hue-total-plays"),
            ("New this month", Sum(totals.this_month), "foreground"),
        ]
        # The list below has the number of collections too.
        for left_out in (0, -1, 0):
            if max(_needed(label, value) for label, value, _ in figures) > width // len(figures):
                del figures[left_out]
        cells = max(width // len(figures), 1)
        labels, values = Content(""), Content("")
        for label, value, color in figures:
            name = self.colored(label, "quiet").truncate(cells - 1, ellipsis=True)
            number = self.colored(formatting.count(value.value), color, bold=True)
            coverage = f" {value.coverage}" if value.coverage else ""
            if coverage and number.cell_length + len(f"{coverage} sent") < cells:
                coverage += " sent"
            number = (number + self.colored(coverage, "quiet")).truncate(cells, ellipsis=True)
            labels += name + " " * (cells - name.cell_length)
            values += number + " " * (cells - number.cell_length)
        return Content("\n").join(line.truncate(width) for line in (labels, values))


def _needed(label: str, value: Sum) -> int:
    """Return the cells of a figure and the gap behind it."""
    text = " ".join(filter(None, (formatting.count(value.value), value.coverage)))
    return max(len(label), len(text)) + 1


class ShareTiles(Horizontal):
    """Shares of the plays, and releases."""

    def compose(self) -> ComposeResult:
        yield Parts(ruled=False, classes="tile", id="album-shares")
        yield Parts(ruled=False, classes="tile", id="album-releases")

    def show(self, albums: AlbumList, rows: Sequence[AlbumRow]) -> None:
        """Show the loaded albums."""
        now, loaded = albums.session.clock.now(), albums.list.loaded
        note = "all time"
        if not loaded.pages:
            note = ""
        elif not loaded.is_complete:
            note = f"of {formatting.count(len(rows))} loaded"
        played = [(row.album.plays, row) for row in rows if row.album.plays is not None]
        shares = tuple(
            DetailRow(row.album.name or formatting.DASH, right=formatting.count(plays), kind="bar")
            for plays, row in sorted(played, key=lambda pair: -pair[0])
            if plays
        )
        text = "" if shares or not rows else "No plays sent"
        dated = [(row.album.released, row) for row in rows if row.album.released is not None]
        latest = sorted(dated, key=lambda pair: pair[0], reverse=True)[:_RELEASES]
        releases = tuple(
            DetailRow(
                row.album.name or formatting.DASH,
                right=released_text(row, now)
                if day > now.date()
                else formatting.short_date(day, now),
            )
            for day, row in latest
        )
        none = "" if releases or not rows else "No release dates sent"
        self.query_one("#album-shares", Parts).parts = (
            DetailPart("Plays by collection", note, shares, text),
        )
        self.query_one("#album-releases", Parts).parts = (
            DetailPart("Releases", "", releases, none),
        )
