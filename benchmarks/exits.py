"""Start the dashboard many times and end it at random moments, also before the app stands.

`python -m benchmarks.exits` prints how that went. Every exit must leave the terminal as it was
found, with a documented status and without a crash report.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

from beatpass_tui import exit_codes
from beatpass_tui.demo import DemoServer
from benchmarks.paint import environment, keep_frame, launch
from benchmarks.programs import temporary_home
from support.terminal import unrestored_modes

ENDINGS = {
    "ctrl+c": signal.SIGINT,
    "SIGTERM": signal.SIGTERM,
    "SIGHUP": signal.SIGHUP,
    "SIGQUIT": signal.SIGQUIT,
}

LONGEST = 1.0
"""Seconds from the start of the process to the latest moment at which it is ended."""

_SHOWN = 0.03
"""Seconds before which the last Home may not be shown yet."""

KEY = "\x03"


def _end_once(env: dict[str, str], ending: str, moment: float) -> tuple[str, bool, list[str]]:
    """Return status, whether the last Home was shown, and what is wrong."""
    number = ENDINGS[ending]
    with launch(env) as terminal:
        # Without a process in the foreground, the terminal drops the key.
        terminal.wait(lambda: terminal.foreground == terminal.pid, "the process")
        terminal.discard(moment)
        if ending == "ctrl+c":
            terminal.press(KEY)
        else:
            terminal.send(number)
        try:
            status = terminal.exit()
        except AssertionError:
            return "none", True, [f"no exit after {moment:.3f} s"]
        terminal.wait_for_silence(0.0)
        problems = unrestored_modes(terminal)
        raw = bytes(terminal.raw)
        if raw.count(b"\x1b[?1049h") > 1:
            problems.append("alternate screen entered twice")
        # Before the first line of the program, Python or the system ends the process.
        known = (exit_codes.BY_SIGNAL + number, -number)
        is_key = ending == "ctrl+c" and status == exit_codes.OK
        if status not in known and not is_key and b"Fatal Python error: init_" not in raw:
            problems.append(f"status {status} after {moment:.3f} s")
        shown = b"\x1b[?2026h" in raw
    return str(status), shown, problems


def main() -> None:
    """End the program in each way and print the results."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.exits", description=__doc__)
    parser.add_argument("--starts", type=int, default=300, help="starts for each of them (300)")
    parser.add_argument("--only", choices=ENDINGS, help="one key or signal")
    parser.add_argument("--seed", type=int, default=round(time.time()), help="of the moments")
    arguments = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for number in ENDINGS.values():
        # The program would ignore it, too, as `nohup` demands.
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    moments = random.Random(arguments.seed)
    print(f"seed {arguments.seed}, {arguments.starts} starts each, 0 to {LONGEST:.1f} s")
    with temporary_home() as home, DemoServer(growth_delay=0.0) as server:
        env = environment(server, home)
        folder = Path(home["XDG_DATA_HOME"]) / "beatpass-tui"
        for ending in [arguments.only] if arguments.only else ENDINGS:
            statuses: Counter[str] = Counter()
            problems: Counter[str] = Counter()
            painted, is_kept = 0, True
            for _ in range(arguments.starts):
                if not is_kept or not (folder / "frame").exists():
                    keep_frame(env)
                moment = moments.uniform(0.0, LONGEST)
                status, shown, wrong = _end_once(env, ending, moment)
                # An early end leaves a store that was changed, or was too early for the frame.
                is_kept = shown or moment < _SHOWN
                statuses[status] += 1
                painted += shown
                problems.update(wrong)
            reports = [*folder.glob("crash-*")]
            for report in reports:
                print(report.read_text())
                report.unlink()
            problems["crash reports"] += len(reports)
            print(f"{ending}: statuses {dict(statuses)}, {painted} with the last Home")
            print(f"  problems: {dict(+problems) or 'none'}", flush=True)


if __name__ == "__main__":
    main()
