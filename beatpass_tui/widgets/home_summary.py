"""The third row of Home: recent activity, the audience, and the next milestones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.color import Color
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style

from beatpass_tui.view_models.home_summary import Event, HomeSummary, Milestone
from beatpass_tui.widgets.content import ContentWidget, justify, progress_bar

_WHEN = 8
"""Cells of the time of an event."""

_GLYPHS = {
    "download": ("↓", "hue-downloads"),
    "upload": ("♪", "hue-tracks"),
    "sale": ("$", "hue-level"),
    "achievement": ("★", "hue-level"),
}

_WIDE = 70
"""Minimum width for the distance to a milestone beside its date."""

_METER = 15


class _SummaryPanel(ContentWidget):
    """A tile with a heading and one line per item; a line that does not fit is left out."""

    summary: reactive[HomeSummary] = reactive(HomeSummary())

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "summary--title",
        "summary--muted",
        "summary--value",
        "summary--track",
    }

    def render(self) -> Content:
        width, height = self.content_size
        if not self.summary.is_known:
            return Content("")
        left, right = self.heading()
        lines = [justify(left, self.styled(right, "summary--muted"), width)]
        lines += list(self.rows(width))[: max(height - 1, 0)]
        return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines)

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
    """The figures of the audience."""

    def heading(self) -> tuple[Content, str]:
        title = self.styled("Audience", "summary--title")
        if self.summary.audience_title:
            title += self.styled(f" · {self.summary.audience_title}", "summary--muted")
        return title, ""

    def rows(self, width: int) -> Iterable[Content]:
        for label, value in self.summary.audience:
            yield justify(
                self.styled(label, "summary--muted"), self.styled(value, "summary--value"), width
            )


class NextMilestones(_SummaryPanel):
    """The next milestones with the progress toward them."""

    def heading(self) -> tuple[Content, str]:
        has_pace = any(milestone.days for milestone in self.summary.milestones)
        note = "at the pace of 30 days" if has_pace else ""
        return self.styled("Next milestones", "summary--title"), note

    def rows(self, width: int) -> Iterable[Content]:
        milestones = self.summary.milestones
        target = max((len(each.target) for each in milestones), default=0)
        notes = [self._note(each, width) for each in milestones]
        room = width - target - _METER - max(map(len, notes), default=0) - 6
        for milestone, note in zip(milestones, notes, strict=True):
            yield self._row(milestone, note, room, target, width)

    def _note(self, milestone: Milestone, width: int) -> str:
        if width >= _WIDE and milestone.days:
            return f"{milestone.remaining} · {milestone.days}"
        return milestone.days or milestone.remaining

    def _row(self, milestone: Milestone, note: str, room: int, target: int, width: int) -> Content:
        name = self.styled(milestone.name, "summary--muted").truncate(max(room, 1), ellipsis=True)
        name += " " * (room - name.cell_length)
        number = self.hue(f"{milestone.target:>{target}}", f"hue-{milestone.id}")
        done, rest = progress_bar(milestone.percent, _METER)
        meter = self.hue(done, f"hue-{milestone.id}") + self.styled(rest, "summary--track")
        left = name + "  " + number.stylize(Style(bold=True)) + "  " + meter
        return justify(left, self.styled(note, "summary--muted"), width)


class HomeSummaryRow(Horizontal):
    """Three tiles that the stylesheet shows where there is room."""

    def compose(self) -> ComposeResult:
        yield RecentActivity(id="recent-activity")
        yield Audience(id="home-audience")
        yield NextMilestones(id="next-milestones")

    def show(self, summary: HomeSummary) -> None:
        for tile in self.query(_SummaryPanel).results():
            tile.summary = summary
