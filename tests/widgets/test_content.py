"""Text that widgets share."""

from __future__ import annotations

from beatpass_tui.widgets.content import fitting_facts


def test_facts_that_do_not_fit_are_left_out_whole() -> None:
    assert fitting_facts("128 tracks · 7 uploads", 22) == "128 tracks · 7 uploads"
    assert fitting_facts("128 tracks · 7 uploads", 21) == "128 tracks"
    assert fitting_facts("128 tracks", 5) == "128 tracks"
