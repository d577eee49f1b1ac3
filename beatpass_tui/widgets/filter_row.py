"""A row of filters that shows as many as fit."""

from __future__ import annotations

from rich.cells import cell_len

from beatpass_tui.widgets.option_row import OptionRow


class FilterRow(OptionRow):
    """Options in a row; of those that don't fit, the last ones are left out."""

    def _parts(self) -> list[tuple[str | None, str]]:
        width = self.content_size.width
        parts = self._labels()
        shown = [(parts[0][0], parts[0][1].lstrip(" ")), *parts[1:]]
        while len(shown) > 1 and _cells(shown) + 2 * (len(shown) < len(parts)) > width:
            shown.remove(next(part for part in reversed(shown) if part[0] != self.value))
        return shown if len(shown) == len(parts) else [*shown, (None, " …")]


def _cells(parts: list[tuple[str | None, str]]) -> int:
    return sum(cell_len(text) for _, text in parts)
