"""Time of commands that print without the dashboard, against `python -c pass`."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from beatpass_tui.demo import DemoServer
from beatpass_tui.storage import printed_line
from benchmarks import report
from benchmarks.programs import temporary_home

OFFLINE_LINE = ("stats", "--line", "--offline")

_START = "import sys; from beatpass_tui.__main__ import main; sys.exit(main())"
"""What the installed program runs; `python -m` would add the search for the module."""

_SETTLED = 60.0
"""Seconds since the last change of the stored files, after which a printed line is kept."""


def _seconds(arguments: Sequence[str], env: Mapping[str, str]) -> float:
    command = [sys.executable, "-c", *arguments]
    started = time.perf_counter()
    subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def measure(*, quick: bool) -> None:
    """Run each command in turn, the line of numbers with and without the kept one."""
    with ExitStack() as stack:
        home = stack.enter_context(temporary_home())
        server = stack.enter_context(DemoServer(growth_delay=0.0))
        env = {**os.environ, **home, "BEATPASS_API_URL": server.base_url}
        with_variable = {**env, "BEATPASS_TOKEN": server.token}
        login = [sys.executable, "-m", "beatpass_tui", "login", "--with-token"]
        subprocess.run(
            login, env=env, input=server.token, text=True, stdout=subprocess.DEVNULL, check=True
        )
        for each in (env, with_variable):
            _seconds((_START, "stats", "--max-age", "0"), each)
        folder = Path(home["XDG_DATA_HOME"]) / "beatpass-tui"
        for path in folder.iterdir():
            earlier = path.stat().st_mtime - _SETTLED
            os.utime(path, (earlier, earlier))
        commands = {
            "--version": (("--version",), env, False, 2.0),
            "--help": (("--help",), env, False, 4.0),
            "offline line, stored token, first": (OFFLINE_LINE, env, True, 5.5),
            "offline line, stored token": (OFFLINE_LINE, env, False, 2.5),
            "offline line, variable, first": (OFFLINE_LINE, with_variable, True, 5.5),
            "offline line, variable": (OFFLINE_LINE, with_variable, False, 2.5),
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        baseline = []
        for _ in range(10 if quick else 50):
            baseline.append(_seconds(("pass",), env))
            for name, (arguments, variables, is_first, _) in commands.items():
                if is_first:
                    with suppress(FileNotFoundError):
                        (folder / printed_line.NAME).unlink()
                times[name].append(_seconds((_START, *arguments), variables))
    report.title("commands: from the start of the process to its end")
    report.line("python -c pass", report.milliseconds(baseline))
    for name, (*_, limit) in commands.items():
        ratio = report.ratio(statistics.median(times[name]), statistics.median(baseline), limit)
        report.line(name, report.milliseconds(times[name]), ratio)
