"""Cells of tables that have more than one color: gains, statuses, rarities and meters."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from beatpass_tui import formatting
from beatpass_tui.widgets.columns import Parts

STATUS_COLORS: Mapping[str, str] = MappingProxyType(
    {
        "pending": "$hue-level",
        "processing": "$hue-tracks",
        "delayed": "$hue-delayed",
        "sent": "$hue-growth",
        "reversed": "$ink-error",
    }
)
"""Colors of payment statuses."""

RARITY_COLORS: Mapping[str, str] = MappingProxyType(
    {
        "common": "$hue-common",
        "rare": "$hue-tracks",
        "epic": "$hue-epic",
        "legendary": "$hue-level",
    }
)
"""Colors of the names of achievements."""


def colored(text: str, colors: Mapping[str, str], name: str | None = None) -> Parts:
    """Return text in the color of `name`, by default the text itself, if it has one."""
    return ((text, colors.get((name or text).casefold(), "")),)


def status(text: str) -> Parts:
    """Return a payment status with a dot, both in its color."""
    color = STATUS_COLORS.get(text.casefold())
    return ((f"● {text}", color),) if color is not None else ((text, ""),)


def gain(value: float | None) -> Parts:
    """Return a gain with its sign: a rise, a loss, or a less prominent zero."""
    if value is None:
        return ((formatting.DASH, "table--zero"),)
    kind = "table--gain" if value > 0 else "table--loss" if value < 0 else "table--zero"
    return ((formatting.signed(value), kind),)


def meter(share: float, width: int, color: str = "table--hue", *, plain: bool = False) -> Parts:
    """Return a line of `width` cells, of which `share`, from 0 to 1, has a color.

    A `plain` line shows the share by its shape instead.
    """
    halves = min(max(round(share * width * 2), 1 if share > 0 else 0), width * 2)
    done = "━" * (halves // 2) + "╸" * (halves % 2)
    return (done, color), (("─" if plain else "━") * (width - len(done)), "table--rule")
