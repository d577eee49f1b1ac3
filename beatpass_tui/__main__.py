"""Entry point of the program and of `python -m beatpass_tui`.

Only what is needed for an immediate answer is imported here.
"""

import os
import sys

from beatpass_tui import __version__


def main() -> int:
    """Run the program and return its exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]) and _print_version():
        return 0
    from beatpass_tui.cli import main as run

    return run()


def _print_version() -> bool:
    """Print the version; return False if it can't be written, which `cli` reports."""
    if sys.stdout is None:
        return False
    try:
        return os.write(1, f"beatpass-tui {__version__}\n".encode()) > 0
    except OSError:
        return False


if __name__ == "__main__":
    raise SystemExit(main())
