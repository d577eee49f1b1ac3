"""Downloads by weekday and hour as a heatmap."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.reactive import reactive

from beatpass_tui.view_models.download_pattern import HOURS, SHADES, WEEKDAYS, DownloadPattern
from beatpass_tui.widgets.accessibility import is_accessible, is_plain
from beatpass_tui.widgets.content import ContentWidget, justify

_GUTTER = 5
_PLAIN_SHADES = "∙░▒▓█"
_LABELED_HOURS = (0, 6, 12, 18)


class HourPattern(ContentWidget):
    """Seven rows of 24 hours, the hours below them, and the busiest one with the legend.

    Shades differ in symbol where there is no color; accessible mode has words.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "hour-pattern--label",
        "hour-pattern--busiest",
        *(f"hour-pattern--{shade}" for shade in range(SHADES)),
    }

    pattern: reactive[DownloadPattern] = reactive(DownloadPattern())

    def render(self) -> Content:
        width, pattern = self.content_size.width, self.pattern
        busiest = pattern.busiest
        if is_accessible(self):
            words = f"Busiest: {busiest}.\n{pattern.words()}." if busiest else "No downloads."
            return self.styled(words, "hour-pattern--label")
        cells = max((width - _GUTTER) // HOURS, 1)
        width = min(width, _GUTTER + HOURS * cells)
        rows = [
            Content("").join(
                (
                    self.styled(day.ljust(_GUTTER), "hour-pattern--label"),
                    *(self._shade(pattern.shade(count), cells) for count in counts),
                )
            )
            for day, counts in zip(WEEKDAYS, pattern.counts, strict=True)
        ]
        hours = "".join(f"{hour:02}:00".ljust(6 * cells) for hour in _LABELED_HOURS)
        rows.append(self.styled(" " * _GUTTER + hours, "hour-pattern--label"))
        rows.append(justify(self._summary(busiest), self._legend(), width))
        return Content("\n").join(row.truncate(width) for row in rows)

    def _shade(self, shade: int, cells: int) -> Content:
        symbol = _PLAIN_SHADES[shade] if is_plain(self) else "█"
        return self.styled(symbol * cells, f"hour-pattern--{shade}")

    def _summary(self, busiest: str) -> Content:
        if not busiest:
            return self.styled("No downloads", "hour-pattern--label")
        label = self.styled("Busiest ", "hour-pattern--label")
        return label + self.styled(busiest, "hour-pattern--busiest")

    def _legend(self) -> Content:
        shades = (self._shade(shade, 2) for shade in range(SHADES))
        highest = max(self.pattern.highest, SHADES - 1)
        return Content("").join(
            (
                self.styled("0 ", "hour-pattern--label"),
                *shades,
                self.styled(f" {highest}", "hour-pattern--label"),
            )
        )
