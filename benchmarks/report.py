"""Summarize and print measurements."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def milliseconds(seconds: Sequence[float]) -> str:
    """Return the median and minimum of times."""
    return f"median {statistics.median(seconds) * 1000:6.1f} ms, minimum {min(seconds) * 1000:6.1f}"


def p95(seconds: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(seconds, n=20)[-1]


def title(text: str) -> None:
    """Print the title of a part."""
    print(f"\n{text}")


def line(name: str, measured: str, target_text: str = "") -> None:
    """Print one measurement and its target."""
    print(f"  {name:36} {measured:38} {target_text}".rstrip(), flush=True)


def ratio(value: float, baseline: float, limit: float) -> str:
    """Return a ratio with its target."""
    return target(f"{value / baseline:.2f}×", f"{limit:.2f}×", met=value <= limit * baseline)


def target(value: str, limit: str, *, met: bool) -> str:
    """Return a value with its maximum."""
    return f"{value} (at most {limit}: {'met' if met else 'NOT met'})"
