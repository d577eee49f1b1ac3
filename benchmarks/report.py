"""Summarize and print measurements."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def milliseconds(seconds: Sequence[float]) -> str:
    """Return the median and minimum of times."""
    return f"median {statistics.median(seconds) * 1000:6.1f} ms, least {min(seconds) * 1000:6.1f}"


def p95(seconds: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(seconds, n=20)[-1]


def title(words: str) -> None:
    """Print the title of a part."""
    print(f"\n{words}")


def line(name: str, measured: str, against: str = "") -> None:
    """Print one measurement and its target."""
    print(f"  {name:36} {measured:38} {against}".rstrip(), flush=True)


def ratio(found: float, yardstick: float, most: float) -> str:
    """Return a ratio with its target."""
    return target(f"{found / yardstick:.2f}×", f"{most:.2f}×", met=found <= most * yardstick)


def target(found: str, most: str, *, met: bool) -> str:
    """Return a value with its maximum."""
    return f"{found} (at most {most}: {'met' if met else 'NOT met'})"
