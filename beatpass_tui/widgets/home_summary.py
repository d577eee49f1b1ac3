"""The third row of Home: recent activity, the audience, and the next milestones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.color import Color
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style

from beatpass_tui.view_models.home_summary import Event, HomeSummary, Milestone
from beatpass_tui.widgets.content import justify, progress_bar
from beatpass_tui.widgets.named_rows import NamedRow, NamedRows

_WHEN = 8
"""Cells of the time of an event."""

_GLYPHS = {
    "download": ("↓", "hue-downloads"),
    "upload": ("♪", "hue-tracks"),
    "sale": ("$", "hue-level"),
    "achievement": ("★", "hue-level"),
}

_TEAM = "excludes your team"

_WIDE = 70
"""Minimum width for the distance to a milestone beside its date."""

_GAP = 2
_MIN_METER, _METER = 5, 15
"""Cells between columns, and of the bar of a milestone."""


class _SummaryPanel(NamedRows):
    """A tile with a heading and one line per item; a line that does not fit is left out."""

    summary: reactive[HomeSummary] = reactive(HomeSummary())

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "summary--title",
        "summary--muted",
        "summary--value",
        "summary--track",
    }

    def render(self) -> Content:
        width, height = self.row_width, self.content_size.height
        if not self.summary.is_known:
            return Content("")
        left, right = self.heading()
        lines = [self.title_row(left, self.styled(right, "summary--muted"), width)]
        lines += list(self.rows(width))[: max(height - 1, 0)]
        return self.joined(lines)

    @property
    def named_rows(self) -> Sequence[NamedRow]:
        return self.all_rows()[: max(self.content_size.height - 1, 0)]

    def all_rows(self) -> Sequence[NamedRow]:
        """Return what each row names; empty for a tile without a cursor."""
        return ()

    def heading(self) -> tuple[Content, str]:
        """Return title and note."""
        raise NotImplementedError

    def rows(self, width: int) -> Iterable[Content]:
        """Return the lines below the heading."""
        raise NotImplementedError

    def hue(self, text: str, name: str) -> Content:
        """Return text in a color of the theme."""
        color = self.app.theme_variables.get(name)
        style = Style() if color is None else Style(foreground=Color.parse(color))
        return Content(text).stylize(style)


class RecentActivity(_SummaryPanel):
    """What happened, newest first."""

    def all_rows(self) -> Sequence[NamedRow]:
        return [
            NamedRow(
                f"{event.before}{event.name}",
                (event.when, *event.details),
                event.beat,
                "progress" if event.kind == "achievement" else "",
                event.name,
            )
            for event in self.summary.events
        ]

    def heading(self) -> tuple[Content, str]:
        return self.styled("Recent activity", "summary--title"), self.summary.events_note

    def rows(self, width: int) -> Iterable[Content]:
        if not self.summary.events:
            yield self.styled("Nothing yet", "summary--muted")
        for event in self.summary.events:
            yield self._row(event, width)

    def _row(self, event: Event, width: int) -> Content:
        glyph, hue = _GLYPHS[event.kind]
        line = self.styled(f"{event.when:<{_WHEN}}", "summary--muted") + self.hue(glyph, hue)
        line += self.styled(f" {event.before}", "summary--muted") + event.name
        for detail in event.details:
            longer = line + self.styled(f" · {detail}", "summary--muted")
            if longer.cell_length > width:
                break
            line = longer
        return line


class Audience(_SummaryPanel):
    """The figures of the audience, and the beat that was downloaded most."""

    def all_rows(self) -> Sequence[NamedRow]:
        return [
            NamedRow(each.label, (each.value,), page="activity")
            if each.beat is None
            else NamedRow(each.value, (each.label.lower(),), each.beat, name=each.value)
            for each in self.summary.audience
        ]

    def heading(self) -> tuple[Content, str]:
        title = self.styled("Audience", "summary--title")
        if self.summary.audience_title:
            title += self.styled(f" · {self.summary.audience_title}", "summary--muted")
        note = _TEAM if title.cell_length + len(_TEAM) + self.title_gap <= self.row_width else ""
        return title, note

    def rows(self, width: int) -> Iterable[Content]:
        for each in self.summary.audience:
            label = self.styled(each.label, "summary--muted")
            yield justify(label, self.styled(each.value, "summary--value"), width)


class NextMilestones(_SummaryPanel):
    """The next milestones with the progress toward them."""

    def all_rows(self) -> Sequence[NamedRow]:
        return [
            NamedRow(
                each.name,
                tuple(filter(None, (f"next: {each.target}", each.remaining, each.days))),
                each.beat,
                each.page,
                each.name,
            )
            for each in self.summary.milestones
        ]

    def heading(self) -> tuple[Content, str]:
        has_pace = any(milestone.days for milestone in self.summary.milestones)
        note = "at the pace of 30 days" if has_pace else ""
        return self.styled("Next milestones", "summary--title"), note

    def rows(self, width: int) -> Iterable[Content]:
        milestones = self.summary.milestones
        notes = [self._note(each, width) for each in milestones]
        columns = ([each.name for each in milestones], [each.target for each in milestones], notes)
        name, target, note = (max(map(cell_len, column), default=0) for column in columns)
        # Names are cut last.
        meter = min(max(width - name - target - note - 3 * _GAP, _MIN_METER), _METER)
        room = max(width - target - note - meter - 3 * _GAP, 1)
        for milestone, text in zip(milestones, notes, strict=True):
            left = self._label(milestone, room) + " " * _GAP + self._number(milestone, target)
            left += " " * _GAP + self._meter(milestone, meter)
            yield justify(left, self.styled(text, "summary--muted"), width)

    def _note(self, milestone: Milestone, width: int) -> str:
        if width >= _WIDE and milestone.days:
            return f"{milestone.remaining} · {milestone.days}"
        return milestone.days or milestone.remaining

    def _label(self, milestone: Milestone, cells: int) -> Content:
        name = self.styled(milestone.name, "summary--muted").truncate(cells, ellipsis=True)
        return name + " " * (cells - name.cell_length)

    def _number(self, milestone: Milestone, cells: int) -> Content:
        number = self.hue(f"{milestone.target:>{cells}}", f"hue-{milestone.id}")
        return number.stylize(Style(bold=True))

    def _meter(self, milestone: Milestone, cells: int) -> Content:
        done, rest = progress_bar(milestone.percent, cells)
        return self.hue(done, f"hue-{milestone.id}") + self.styled(rest, "summary--track")


class HomeSummaryRow(Horizontal):
    """Three tiles that the stylesheet shows where there is room."""

    def compose(self) -> ComposeResult:
        yield RecentActivity(id="recent-activity")
        yield Audience(id="home-audience")
        yield NextMilestones(id="next-milestones")

    def show(self, summary: HomeSummary) -> None:
        for tile in self.query(_SummaryPanel).results():
            tile.summary = summary
