"""Cells with colors: each has a word, a sign or a shape besides."""

from __future__ import annotations

import pytest

from beatpass_tui.widgets import cells


def test_statuses_have_a_color_and_their_word() -> None:
    assert cells.status("Delayed") == (("● Delayed", "$hue-delayed"),)
    assert cells.status("On hold [x]") == (("On hold [x]", ""),)
    assert cells.colored("Viral Hit", cells.RARITY_COLORS, "Epic")[0][1].startswith("$")


def test_gains_have_a_sign_and_a_color() -> None:
    assert [cells.gain(value)[0][1] for value in (3, -3, 0, None)] == [
        "table--gain",
        "table--loss",
        "table--zero",
        "table--zero",
    ]
    assert cells.gain(1234)[0][0] == "+1,234"


@pytest.mark.parametrize(
    "share, line",
    [(0, "──────"), (0.001, "╸─────"), (0.25, "━╸────"), (0.5, "━━━───"), (1.5, "━━━━━━")],
)
def test_meter_shows_its_share_without_color(share: float, line: str) -> None:
    assert "".join(text for text, _ in cells.meter(share, 6, plain=True)) == line
