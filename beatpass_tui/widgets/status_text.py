"""Texts in the colors of payment statuses and of the theme."""

from __future__ import annotations

from collections.abc import Mapping

from textual.color import Color
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from beatpass_tui.widgets.accessibility import is_accessible, is_plain

STATUS_COLORS: Mapping[str, str] = {
    "waiting": "hue-level",
    "sending": "hue-tracks",
    "needs_attention": "hue-delayed",
    "completed": "ink-success",
    "refunded": "ink-error",
}
"""Theme color of each status."""


def colored(
    widget: Widget, text: str, color: str, *, bold: bool = False, opacity: float = 1
) -> Content:
    """Return text in a color of the theme."""
    foreground = Color.parse(widget.app.theme_variables[color]).multiply_alpha(opacity)
    return Content(text).stylize(Style(foreground=foreground, bold=bold))


def status_text(widget: Widget, status: str, code: str | None) -> Content:
    """Return a status with its dot, both in its color."""
    dot = "" if is_accessible(widget) else "● "
    return colored(widget, dot + status, STATUS_COLORS.get(code or "", "quiet"))


def chosen(widget: Widget, text: str, *, pad: bool = True) -> Content:
    """Return a chosen option: raised and bold, or in brackets without color."""
    label = colored(widget, text, "foreground", bold=True)
    if is_plain(widget) or is_accessible(widget):
        return Content("[") + label + "]"
    ground = Style(background=Color.parse(widget.app.theme_variables["panel"]))
    blank = " " * pad
    return (Content(blank) + label + blank).stylize(ground)


def rule(widget: Widget, title: Content, right: Content, width: int) -> Content:
    """Return the heading of a section: a title, a thin rule, and a note at the right end."""
    left = title + " "
    right = Content(" ") + right if right else right
    cells = max(width - left.cell_length - right.cell_length, 0)
    line = " " * cells if is_accessible(widget) else "─" * cells
    return left + colored(widget, line, "track") + right
