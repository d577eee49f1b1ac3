"""The dashboard, but for the pause that it keeps between two pages of the catalogue."""

from __future__ import annotations

from beatpass_tui.cli import main
from beatpass_tui.screens.beats import Beats

if __name__ == "__main__":
    Beats.PACE = 0.0
    raise SystemExit(main([]))
