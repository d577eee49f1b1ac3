"""Chance that falls the same way at every start."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A seeded source of choices.

    Everything is derived from `random()`, the one method whose sequence Python promises to keep.
    """

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed).random

    def fraction(self) -> float:
        """Return a number from 0 up to but not including 1."""
        return self._random()

    def between(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices."""
        return choices[self.between(0, len(choices) - 1)]

    def place(self, cumulative: Sequence[float], count: int | None = None) -> int:
        """Return an index, drawn by the cumulative weights of the first `count` entries."""
        end = len(cumulative) if count is None else count
        return min(bisect_right(cumulative, self._random() * cumulative[end - 1], 0, end), end - 1)


def shares(total: int, weights: Sequence[float]) -> list[int]:
    """Split a total by weight into whole numbers that add up to it exactly."""
    whole = sum(weights)
    edges = [round(total * edge / whole) for edge in accumulate(weights)]
    edges[-1] = total
    return [edge - before for edge, before in zip(edges, [0, *edges], strict=False)]
