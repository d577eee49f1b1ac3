"""The growth rate and its position among the documented zones."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.reactive import reactive

from beatpass_tui import formatting
from beatpass_tui.view_models.growth import SCALE_LIMIT, ZONES, growth_label
from beatpass_tui.widgets.accessibility import is_accessible
from beatpass_tui.widgets.content import ContentWidget

_MIN_SCALE_WIDTH, _MAX_SCALE_WIDTH = 24, 60


class GrowthMeter(ContentWidget):
    """One row: the rate, its label and, if it fits, a scale with the zones."""

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
    """The rate in percent; None while it is unknown."""
    placeholder: reactive[str] = reactive("")

    def render(self) -> Content:
        width, rate = self.content_size.width, self.rate
        row = self.styled("Growth  ", "growth-meter--label")
        if rate is None:
            return (row + self.placeholder).truncate(width, ellipsis=True)
        row += self.styled(formatting.growth(rate), "growth-meter--value")
        row += f" · {growth_label(rate)}  "
        scale_width = min(width - row.cell_length, _MAX_SCALE_WIDTH)
        if scale_width < _MIN_SCALE_WIDTH or is_accessible(self):
            return row.truncate(width, ellipsis=True)
        return row + self._scale(rate, scale_width)

    def _scale(self, rate: float, width: int) -> Content:
        start = self.styled(f"{formatting.MINUS}{SCALE_LIMIT:.0f} ", "growth-meter--label")
        end = self.styled(f" +{SCALE_LIMIT:.0f}", "growth-meter--label")
        last = width - start.cell_length - end.cell_length - 1

        def cell_of(value: float) -> int:
            return round((value + SCALE_LIMIT) / (2 * SCALE_LIMIT) * last)

        marker = min(max(cell_of(rate), 0), last)
        borders = {cell_of(zone.low) for zone in ZONES[1:]}
        for cell in range(last + 1):
            if cell == marker:
                start += self.styled("◉", "growth-meter--marker")
                continue
            value = cell / last * 2 * SCALE_LIMIT - SCALE_LIMIT
            zone = next((zone for zone in ZONES if value <= zone.high), ZONES[-1])
            symbol = "│" if cell in borders else "━"
            start += self.styled(symbol, f"growth-meter--{zone.name.lower()}")
        return start + end
