"""The parts of Home that fit into a window."""

from __future__ import annotations

PANEL_ROWS = 6
"""Minimum rows of a chart."""

TWO_CHARTS_ROWS = 19
"""Minimum rows for two stacked charts."""

_HIGH_CARDS_HEIGHT = 34
"""Minimum window height for stat cards with two rows of bars."""

_SIDE_WIDTH = 120
"""Minimum window width for the top movers next to the chart."""

SUMMARY_ROWS = 10
"""Rows of recent activity, audience and milestones."""

_CHART_ROWS = 8
"""Minimum rows of a chart above them."""

_TEXT_ROWS = 3
"""Maximum rows of text below the cards."""

_ROWS = ((160, 19), (126, 20), (80, 23), (60, 24), (0, 29))
"""Minimum window width, and rows of title, header, cards, status line and footer."""

_ACCESSIBLE_ROWS = 22

_SHORT_HEIGHT = 24
"""Window height below which the header has two rows less."""

CLASSES = frozenset(
    (
        "-high-cards",
        "-charts",
        "-two-charts",
        "-side",
        "-summary",
        *(f"-text-{rows}" for rows in range(1, _TEXT_ROWS + 1)),
    )
)
"""Every class of a layout, used by the stylesheet."""


def layout_classes(width: int, height: int, *, accessible: bool = False) -> frozenset[str]:
    """Return the classes for a window size.

    Cards come first, then a row with the top movers, then the chart with more of them beside it,
    then the row with recent activity, then a second chart. Without room for a chart, more rows of
    text fill the window.
    """
    used = next(rows for least, rows in _ROWS if width >= least)
    classes = set()
    if accessible:
        used = _ACCESSIBLE_ROWS
    elif 80 <= width < 160 and height >= _HIGH_CARDS_HEIGHT:
        used += 2
        classes.add("-high-cards")
    elif height < _SHORT_HEIGHT:
        used -= 2
    free, is_side = height - used, width >= _SIDE_WIDTH and not accessible
    text_rows = 0 if is_side else 1
    if free - text_rows >= PANEL_ROWS:
        classes.add("-charts")
        if is_side:
            classes.add("-side")
            if free >= _CHART_ROWS + SUMMARY_ROWS:
                classes.add("-summary")
                free -= SUMMARY_ROWS
        if free - text_rows >= TWO_CHARTS_ROWS:
            classes.add("-two-charts")
    else:
        text_rows = min(max(free, 0), _TEXT_ROWS)
    if text_rows:
        classes.add(f"-text-{text_rows}")
    return frozenset(classes)
