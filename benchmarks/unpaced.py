"""The dashboard without request budget and pauses between catalog pages."""

from __future__ import annotations

from beatpass_tui.cli import main
from beatpass_tui.screens.beats import Beats
from beatpass_tui.transport import rate_limit

if __name__ == "__main__":
    Beats.PACE = 0.0
    rate_limit.BURST = 1_000
    raise SystemExit(main([]))
