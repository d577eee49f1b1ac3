"""Open the demo of an installed program in a pseudo-terminal, and quit it."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.terminal import Terminal

# A machine that runs the gate may have no terminal.
os.environ["TERM"] = "xterm-256color"

with Terminal("--demo", size=(100, 30), program=sys.argv[1:]) as terminal:
    terminal.until("45,210")
    terminal.press("6")
    terminal.until("▸ My Beats")
    terminal.press("q")
    if terminal.exit() != 0:
        sys.exit(terminal.text)
