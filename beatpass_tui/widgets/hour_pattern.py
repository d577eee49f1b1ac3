"""Downloads by weekday and hour as a heatmap."""

from __future__ import annotations

from typing import ClassVar

from textual.color import TRANSPARENT
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style

from beatpass_tui.view_models.download_pattern import HOURS, SHADES, WEEKDAYS, DownloadPattern
from beatpass_tui.widgets.accessibility import is_accessible, is_plain
from beatpass_tui.widgets.content import ContentWidget, justify

STRENGTHS = (0.32, 0.54, 0.77, 1.0)
"""Strengths of the hue by shade; the first shade, no downloads, has its own color."""

_GUTTER = 5
_PLAIN_SHADES = "∙░▒▓█"
_LABELED_HOURS = (0, 6, 12, 18)


class HourPattern(ContentWidget):
    """Seven rows of 24 hours, the hours below them, and the busiest one with the legend.

    Shades are those of the widget's color, and symbols without color; accessible mode has words.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "hour-pattern--label",
        "hour-pattern--busiest",
        "hour-pattern--empty",
    }

    pattern: reactive[DownloadPattern] = reactive(DownloadPattern())

    def render(self) -> Content:
        width, pattern = self.content_size.width, self.pattern
        busiest = pattern.busiest
        label = self.get_visual_style("hour-pattern--label", partial=True)
        if is_accessible(self):
            words = f"Busiest: {busiest}.\n{pattern.words()}." if busiest else "No downloads."
            return Content(words).stylize(label)
        cells = max((width - _GUTTER) // HOURS, 1)
        styles = self._shades()
        rows = [
            Content.assemble(
                (day.ljust(_GUTTER), label),
                *(self._shade(pattern.shade(count), cells, styles) for count in counts),
            )
            for day, counts in zip(WEEKDAYS, pattern.counts, strict=True)
        ]
        hours = "".join(f"{hour:02}:00".ljust(6 * cells) for hour in _LABELED_HOURS)
        hours = f"{hours[: 23 * cells - 1].ljust(23 * cells)}23"
        rows.append(Content(" " * _GUTTER + hours).stylize(label))
        rows.append(self._last_row(busiest, styles, label, min(width, _GUTTER + HOURS * cells)))
        return Content("\n").join(row.truncate(width) for row in rows)

    def _shades(self) -> tuple[Style, ...]:
        ground = self.visual_style.background or TRANSPARENT
        shades = (Style(foreground=ground.blend(self.styles.color, part)) for part in STRENGTHS)
        return (self.get_visual_style("hour-pattern--empty", partial=True), *shades)

    def _shade(self, shade: int, cells: int, styles: tuple[Style, ...]) -> tuple[str, Style]:
        symbol = _PLAIN_SHADES[shade] if is_plain(self) else "█"
        return symbol * cells, styles[shade]

    def _last_row(
        self, busiest: str, styles: tuple[Style, ...], label: Style, width: int
    ) -> Content:
        summary = Content("No downloads").stylize(label)
        if busiest:
            summary = Content("Busiest ").stylize(label)
            summary += self.styled(busiest, "hour-pattern--busiest")
        highest = max(self.pattern.highest, SHADES - 1)
        legend = Content.assemble(
            ("0 ", label),
            *(self._shade(shade, 2, styles) for shade in range(SHADES)),
            (f" {highest}", label),
        )
        if summary.cell_length + legend.cell_length + 1 > width:
            return summary
        return justify(summary, legend, width)
