"""Serve the demo without the dashboard: `python -m beatpass_tui.demo --port 8080 --state new`."""

from __future__ import annotations

import argparse
import signal
import sys
import time

from beatpass_tui.demo import STATES, DemoServer
from beatpass_tui.demo.catalog import TRACKS


def _tracks(text: str) -> int:
    """Parse and check the number of tracks."""
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < TRACKS:
        raise argparse.ArgumentTypeError(f"the catalog has {TRACKS} tracks or more")
    return int(text)


def main(arguments: list[str] | None = None) -> int:
    """Print the address and a token on the first line, and serve until interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m beatpass_tui.demo",
        description="Serve BeatPass with sample data on this machine.",
    )
    parser.add_argument("--port", type=int, default=0, help="port to listen on (0: any free port)")
    parser.add_argument("--state", choices=STATES, default="normal", help="state to serve")
    parser.add_argument(
        "--tracks", type=_tracks, default=TRACKS, help=f"number of tracks ({TRACKS} or more)"
    )
    parser.add_argument(
        "--documented-only", action="store_true", help="omit fields whose names are undocumented"
    )
    parser.add_argument(
        "--no-upload-access", action="store_true", help="deny access to the upload insights"
    )
    options = parser.parse_args(arguments)
    # SIGINT is set explicitly, since background jobs ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with DemoServer(
            state=options.state,
            port=options.port,
            tracks=options.tracks,
            documented_only=options.documented_only,
            upload_access=not options.no_upload_access,
        ) as server:
            print(server.base_url, server.token, flush=True)
            while True:
                time.sleep(3_600)
    except KeyboardInterrupt:
        return 0
    except (OSError, OverflowError) as error:
        parser.exit(1, f"cannot listen on port {options.port}: {error}\n")


if __name__ == "__main__":
    sys.exit(main())
