"""Serve the demo on its own: `python -m beatpass_tui.demo --port 8080 --state new`."""

from __future__ import annotations

import argparse
import signal
import sys
import time

from beatpass_tui.demo import STATES, DemoServer
from beatpass_tui.demo.catalog import TRACKS


def _tracks(text: str) -> int:
    """Return the number of tracks, if it is allowed."""
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < TRACKS:
        raise argparse.ArgumentTypeError(f"the catalog has {TRACKS} tracks or more")
    return int(text)


def main(arguments: list[str] | None = None) -> int:
    """Print the address and a token on the first line, and serve until interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m beatpass_tui.demo", description="Serve a made-up BeatPass on this machine."
    )
    parser.add_argument("--port", type=int, default=0, help="where to listen (0: any free port)")
    parser.add_argument("--state", choices=STATES, default="normal", help="what to show")
    parser.add_argument(
        "--tracks", type=_tracks, default=TRACKS, help=f"how many are linked ({TRACKS} or more)"
    )
    parser.add_argument(
        "--documented-only", action="store_true", help="send no field whose name is a guess"
    )
    parser.add_argument(
        "--no-upload-access", action="store_true", help="refuse the upload insights"
    )
    chosen = parser.parse_args(arguments)
    # Both are set, since background jobs ignore interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with DemoServer(
            state=chosen.state,
            port=chosen.port,
            tracks=chosen.tracks,
            documented_only=chosen.documented_only,
            upload_access=not chosen.no_upload_access,
        ) as server:
            print(server.base_url, server.token, flush=True)
            while True:
                time.sleep(3_600)
    except KeyboardInterrupt:
        return 0
    except (OSError, OverflowError) as error:
        parser.exit(1, f"cannot listen on port {chosen.port}: {error}\n")


if __name__ == "__main__":
    sys.exit(main())
