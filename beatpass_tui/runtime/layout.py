"""Keep Textual from laying out a screen again only because widgets have new sizes."""

from __future__ import annotations

from functools import partialmethod

from textual.widget import Widget


def lay_out_once() -> None:
    """Store the virtual size that a layout has determined without asking for another layout.

    Textual lays out the whole screen again after each layout that changes the size of any widget.
    What depends on a virtual size are scrollbars, and a widget whose scrollbar appears or
    disappears asks for a layout itself.
    """
    method = vars(Widget)["_size_updated"]
    if not isinstance(method, partialmethod):
        Widget._size_updated = partialmethod(method, layout=False)  # type: ignore[assignment]
