"""The periods of an audience's activity that can be asked for."""

from __future__ import annotations

PERIODS = (("7d", "7 days"), ("30d", "30 days"), ("90d", "90 days"), ("all", "All time"))
"""Each period and what it is called, the shortest first."""

DEFAULT_PERIOD = "30d"
