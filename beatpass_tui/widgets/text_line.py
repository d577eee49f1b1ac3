"""Lines of text cut to a width, with something at their right end."""

from __future__ import annotations

from textual.content import Content


def text(words: str, style: str = "") -> Content:
    """Return literal text: nothing in it is ever markup."""
    return Content.styled(words, style) if style else Content(words)


def justified(left: Content, right: Content, width: int) -> Content:
    """Return `left` and `right` at the two ends of a line; `left` is cut where both do not fit."""
    room = width - right.cell_length
    if right.cell_length:
        room -= 1
    if room <= 0:
        return right.truncate(width, ellipsis=True)
    left = left.truncate(room, ellipsis=True)
    return left + Content(" " * (width - left.cell_length - right.cell_length)) + right
