"""Run the benchmarks and print medians and ratios to a bare Textual app."""

from __future__ import annotations

import argparse

from benchmarks import (
    commands,
    growth,
    history,
    idle,
    keys,
    load,
    memory,
    page,
    paint,
    requests,
    soak,
    start,
    values,
    watch,
)
from benchmarks.programs import warm

PARTS = {
    "start": start.measure,
    "paint": paint.measure,
    "commands": commands.measure,
    "values": values.measure,
    "keys": keys.measure,
    "page": page.measure,
    "memory": memory.measure,
    "idle": idle.measure,
    "requests": requests.measure,
    "growth": growth.measure,
    "history": history.measure,
    "load": load.measure,
    "soak": soak.measure,
    "watch": watch.measure,
}


def main() -> None:
    """Run the requested parts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=PARTS, metavar="NAME", help=", ".join(PARTS)
    )
    parser.add_argument("--quick", action="store_true", help="few runs, for a first impression")
    arguments = parser.parse_args()
    parts = arguments.only or PARTS
    if not set(parts) <= {"load", "soak", "watch"}:
        warm()
    for name in parts:
        PARTS[name](quick=arguments.quick)


if __name__ == "__main__":
    main()
