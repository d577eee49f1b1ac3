"""Published level titles, XP thresholds and progress."""

from __future__ import annotations

import pytest

from beatpass_tui.models import levels


@pytest.mark.parametrize(
    "lowest, highest, name",
    [
        (1, 2, "Novice"), (3, 4, "Apprentice"), (5, 6, "Intermediate"), (7, 9, "Skilled"),
        (10, 14, "Experienced"), (15, 19, "Advanced"), (20, 29, "Professional"),
        (30, 39, "Expert"), (40, 49, "Master"), (50, 100, "Legendary"),
    ],
)  # fmt: skip
def test_published_titles(lowest: int, highest: int, name: str) -> None:
    assert {levels.title(level) for level in range(lowest, highest + 1)} == {f"{name} Producer"}


@pytest.mark.parametrize("level", [None, 0])
def test_unknown_level_has_no_title(level: int | None) -> None:
    assert levels.title(level) is None


@pytest.mark.parametrize(
    "level, xp",
    [
        (1, 0), (2, 100), (3, 283), (4, 520), (5, 800), (6, 1118), (7, 1470), (8, 1852),
        (9, 2263), (10, 2700), (15, 5238), (100, 98504),
    ],
)  # fmt: skip
def test_published_xp_thresholds(level: int, xp: int) -> None:
    assert round(levels.xp_at(level)) == xp


def test_first_threshold_is_zero() -> None:
    assert levels.xp_at(0) == 0


FLOOR = levels.xp_at(12)


@pytest.mark.parametrize(
    "level, xp, to_next, sent, percent",
    [
        (12, FLOOR + 100, 300.0, 25.0, 25.0),
        (12, FLOOR + 100, 300.0, 0.25, 25.0),
        (12, FLOOR + 1, 99.0, 0.9, 0.9),
        (12, FLOOR + 1, 99.0, 1.0, 1.0),
        (12, FLOOR + 99, 1.0, 1.0, 100.0),
        (12, FLOOR + 100, 300.0, None, 25.0),
        (12, FLOOR, 400.0, None, 0.0),
        (12, FLOOR + 400, 0.0, None, 100.0),
        (12, FLOOR + 900, 100.0, 150.0, 150.0),
        (12, FLOOR + 100, 300.0, -20.0, -20.0),
        (12, FLOOR + 100, 300.0, 0.0, 0.0),
        (None, None, None, 40.0, 40.0),
        (12, None, None, 0.5, 0.5),
        (1, 0.0, 100.0, None, 0.0),
        (100, 250_000.0, 0.0, None, 100.0),
        (100, None, None, 3.0, 100.0),
        (101, 0.0, 5.0, 3.0, 100.0),
    ],
)
def test_progress(
    level: int | None,
    xp: float | None,
    to_next: float | None,
    sent: float | None,
    percent: float,
) -> None:
    assert levels.progress(level, xp, to_next, sent) == pytest.approx(percent)


@pytest.mark.parametrize(
    "level, xp, to_next",
    [
        (None, None, None), (12, 3774.0, None), (12, None, 383.0), (None, 3774.0, 383.0),
        (12, 10.0, 5.0), (1, 0.0, 0.0), (12, FLOOR - 50, 450.0),
    ],
)  # fmt: skip
def test_unknown_progress(level: int | None, xp: float | None, to_next: float | None) -> None:
    assert levels.progress(level, xp, to_next, None) is None


@pytest.mark.parametrize("percent", [25.0, 0.25])
def test_derived_progress_is_a_percentage(percent: float) -> None:
    for level in (0, 1, 12, 99, 10**12):
        for xp in (0.0, 1e15):
            for to_next in (0.0, 1.0, 1e15):
                result = levels.progress(level, xp, to_next, percent)
                assert result is not None
                assert 0 <= result <= 100


@pytest.mark.parametrize(
    "level, xp, to_next, text",
    [
        (12, 3774.0, 383.0, "3,774 XP · 383 to level 13"),
        (1, 0.0, 100.0, "0 XP · 100 to level 2"),
        (12, 3774.0, 0.0, "3,774 XP · 0 to level 13"),
        (12, None, 383.0, "XP unknown · 383 to level 13"),
        (12, 3774.0, None, "3,774 XP"),
        (None, 3774.0, 383.0, "3,774 XP"),
        (100, 250_000.0, 0.0, "250,000 XP · highest level"),
        (100, 250_000.0, None, "250,000 XP · highest level"),
        (None, None, None, "XP unknown"),
    ],
)
def test_xp_summary(level: int | None, xp: float | None, to_next: float | None, text: str) -> None:
    assert levels.xp_summary(level, xp, to_next) == text


def test_short_xp_summary() -> None:
    assert levels.xp_summary(12, 3774.0, 383.0, short=True) == "3,774 XP · 383 to 13"
