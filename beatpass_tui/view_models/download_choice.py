"""Which downloads of a period are listed, and in which order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from beatpass_tui.models import decode
from beatpass_tui.models.audience import Download
from beatpass_tui.models.text import fold, fold_query, natural_key
from beatpass_tui.view_models.activity import license_label, license_status_label

ALL = "all"
LICENSE_OPTIONS = ((ALL, "All"), ("licensed", "With license"), ("none", "No license"))

NEWEST_FIRST = "when", True

_SORT_KEYS: Mapping[str, Callable[[Download], tuple[object, ...]]] = {
    "when": lambda row: (decode.sort_time(row.at),),
    "track": lambda row: natural_key(row.track or ""),
    "by": lambda row: natural_key(row.by or ""),
    "license": lambda row: (license_label(row),),
    "status": lambda row: (license_status_label(row),),
}


class DownloadChoice(NamedTuple):
    """A search, a filter and an order; by default the pages of BeatPass, newest first."""

    text: str = ""
    """Part of a beat's title or of a name."""
    licenses: str = ALL
    order: tuple[str, bool] | None = None
    """A column and whether its order is descending; None for newest first."""

    @property
    def is_filter(self) -> bool:
        """Whether some downloads may be left out."""
        return bool(self.text) or self.licenses != ALL

    @property
    def is_default(self) -> bool:
        """Whether the pages of BeatPass show the same."""
        return not self.is_filter and self.order is None

    def sorted_by(self, column: str) -> "DownloadChoice":
        """Sort by a column, then in its opposite order, then newest first again."""
        descending = column == "when"
        if self.order == (column, not descending):
            return self._replace(order=None)
        opposite = self.order == (column, descending)
        return self._replace(order=(column, descending != opposite))

    def rows(self, downloads: Iterable[Download]) -> Sequence[Download]:
        """Return the downloads that match, in order."""
        search = fold_query(self.text)
        rows = [row for row in downloads if self._matches(row, search)]
        if self.order is not None:
            column, descending = self.order
            rows.sort(key=_SORT_KEYS[column], reverse=descending)
        return tuple(rows)

    def _matches(self, row: Download, search: str) -> bool:
        has_license = row.license is not None or row.license_status is not None
        if self.licenses != ALL and has_license != (self.licenses == "licensed"):
            return False
        return not search or any(search in fold(part) for part in (row.track, row.by) if part)

    def describe(self, shown: int, loaded: str) -> str:
        """Return what is shown: "With license · 12 found in 171 of 171 downloads"."""
        label = dict(LICENSE_OPTIONS)[self.licenses] if self.licenses != ALL else ""
        counts = f"{shown:,} found in {loaded}" if self.is_filter else loaded
        return " · ".join(filter(None, (label, counts)))
