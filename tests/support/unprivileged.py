"""A program that runs the command line like a user who is not root.

Root without these capabilities may do with files what their permissions allow. Running as another
user instead would fail where the Python installation belongs to root.
"""

from __future__ import annotations

import ctypes
import os
import sys

PROGRAM = [sys.executable, __file__]

_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH, _CAP_FOWNER = 1, 2, 3
_PR_CAPBSET_DROP = 24


def main() -> None:
    """Drop the capabilities, and replace this process by `beatpass_tui`."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH, _CAP_FOWNER):
        # Fails if this is not root, which has nothing to drop.
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    os.execv(sys.executable, [sys.executable, "-m", "beatpass_tui", *sys.argv[1:]])


if __name__ == "__main__":
    main()
