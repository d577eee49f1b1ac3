"""The growth meter: where a rate stands among the documented zones."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from beatpass_tui import formatting
from beatpass_tui.view_models.growth import SCALE_LIMIT, ZONES, growth_label
from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.text_line import text

_LEAST = 24
"""Cells below which the meter is left out and the words stand alone."""


class GrowthMeter(Widget):
    """One row: the rate, its words, and a scale with the zones of the help page."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "growth-meter--label",
        "growth-meter--value",
        "growth-meter--marker",
        "growth-meter--declining",
        "growth-meter--stable",
        "growth-meter--growing",
        "growth-meter--strong",
    }

    rate: reactive[float | None] = reactive(None)
    """The rate in percent, None while it is not known."""
    instead: reactive[str] = reactive("")
    """What is said while there is no rate."""

    def render(self) -> Content:
        """Draw the row."""
        width, rate = self.content_size.width, self.rate
        label = self._styled("Growth  ", "label")
        if rate is None:
            return (label + text(self.instead)).truncate(width, ellipsis=True)
        said = Content("").join(
            (
                label,
                self._styled(formatting.growth(rate), "value"),
                text(f" · {growth_label(rate)}  "),
            )
        )
        room = min(width - said.cell_length, 60)
        if room < _LEAST or is_accessible(self):
            return said.truncate(width, ellipsis=True)
        return said + self._scale(rate, room)

    def _scale(self, rate: float, room: int) -> Content:
        """Return the scale in `room` cells: the zones, their borders and the marker."""
        ends = (
            self._styled(f"-{SCALE_LIMIT:.0f} ", "label"),
            self._styled(f" +{SCALE_LIMIT:.0f}", "label"),
        )
        cells = room - sum(end.cell_length for end in ends)
        marker = min(
            max(round((rate + SCALE_LIMIT) / (2 * SCALE_LIMIT) * (cells - 1)), 0), cells - 1
        )
        borders = {
            round((zone.low + SCALE_LIMIT) / (2 * SCALE_LIMIT) * (cells - 1)) for zone in ZONES[1:]
        }
        parts = []
        for cell in range(cells):
            if cell == marker:
                parts.append(self._styled("◉", "marker"))
                continue
            at = cell / (cells - 1) * 2 * SCALE_LIMIT - SCALE_LIMIT
            zone = next((zone for zone in ZONES if at <= zone.high), ZONES[-1])
            parts.append(self._styled("│" if cell in borders else "━", zone.name.lower()))
        return ends[0] + Content("").join(parts) + ends[1]

    def _styled(self, said: str, part: str) -> Content:
        return text(said).stylize(self.get_visual_style(f"growth-meter--{part}", partial=True))
