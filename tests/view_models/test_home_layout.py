"""The parts of Home that fit into windows."""

from __future__ import annotations

import pytest

from beatpass_tui.view_models.home_layout import layout_classes


@pytest.mark.parametrize("height, rows", [(21, 0), (22, 1), (23, 2), (24, 1), (25, 2), (26, 3)])
def test_top_movers_use_the_rows_below_the_cards(height: int, rows: int) -> None:
    """Windows of less than 24 rows, like tmux leaves them, have a header of two rows."""
    assert layout_classes(80, height) == (frozenset({f"-text-{rows}"} if rows else ()))
