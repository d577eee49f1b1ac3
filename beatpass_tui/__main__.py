"""Entry point of the program and of `python -m beatpass_tui`.

Only what is needed for an immediate answer is imported here.
"""

import os
import sys

from beatpass_tui import __version__
from beatpass_tui.exit_codes import INTERRUPTED


def main() -> int:
    """Run the program and return its exit code."""
    if (output := _known_output()) is not None and _print(output):
        return 0
    try:
        if sys.argv[1:]:
            return _run()
        from beatpass_tui.instant_paint import painter

        try:
            painter.catch_signals()
            painter.paint()
            return _run()
        finally:
            painter.leave()
    except BaseException as error:
        from beatpass_tui.errors import is_interrupt

        if is_interrupt(error):
            return INTERRUPTED
        raise


def _run() -> int:
    from beatpass_tui.cli import main as run

    return run()


def _known_output() -> bytes | None:
    arguments = sys.argv[1:]
    if arguments in (["--version"], ["-V"]):
        return f"beatpass-tui {__version__}\n".encode()
    if arguments[:1] == ["stats"]:
        from beatpass_tui.storage import printed_line

        if printed_line.is_requested(arguments):
            return printed_line.load()
    return None


def _print(output: bytes) -> bool:
    """Return whether the output was printed; `cli` reports why it can't be."""
    if sys.stdout is None:
        return False
    try:
        return os.write(1, output) == len(output)
    except OSError:
        return False


if __name__ == "__main__":
    raise SystemExit(main())
