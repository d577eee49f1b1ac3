"""Time from the start of the process to the last Home, against an empty interpreter."""

from __future__ import annotations

import os
import statistics
import sys
from contextlib import ExitStack

from beatpass_tui.demo import DemoServer
from benchmarks import report
from benchmarks.programs import FILLED, SIZE, Terminal, bare, temporary_home
from benchmarks.start import SILENCE

LIMIT = 2.5
"""Maximum ratio of the frame to `python -c pass`."""

START = "import sys; from beatpass_tui.__main__ import main; sys.exit(main())"
"""What quick launchers run; `python -m` would add the search for the module."""

LAST = b"Quit"
"""The last text of the frame."""


def launch(env: dict[str, str]) -> Terminal:
    """Start the dashboard as its launcher does, without arguments."""
    return Terminal(size=SIZE, program=[sys.executable, "-c", START], env=env)


def environment(server: DemoServer, home: dict[str, str]) -> dict[str, str]:
    """Return the variables of an account, with a terminal of known colors."""
    return {
        **home,
        "BEATPASS_API_URL": server.base_url,
        "BEATPASS_TOKEN": server.token,
        "TERM": "xterm-256color",
    }


def keep_frame(env: dict[str, str]) -> None:
    """Run the dashboard, so that the next start shows its Home."""
    with launch(env) as terminal:
        terminal.until(FILLED)
        terminal.wait_for_silence(0.3)
        terminal.quit()


def _first_frame(terminal: Terminal, text: bytes, silence: float) -> float:
    with terminal:
        *_, (last, _) = terminal.record(text, silence)
    return last


def _empty(env: dict[str, str]) -> float:
    program = [sys.executable, "-c", "pass"]
    with Terminal(size=SIZE, program=program, env=env) as terminal:
        os.waitpid(terminal.pid, 0)
        terminal.status = 0
        return terminal.elapsed()


def measure(*, quick: bool) -> None:
    """Start each program in turn and compare."""
    with ExitStack() as stack:
        home = stack.enter_context(temporary_home())
        server = stack.enter_context(DemoServer(growth_delay=0.0))
        env = environment(server, home)
        keep_frame(env)
        empty, frames, textual = [], [], []
        for _ in range(10 if quick else 50):
            empty.append(_empty(env))
            frames.append(_first_frame(launch(env), LAST, 0.0))
            textual.append(_first_frame(bare(), b"Line 10", SILENCE))
    baseline = statistics.median(empty)
    report.title("paint: from the start of the process to the Home of the last run")
    report.line("python -c pass", report.milliseconds(empty))
    ratio = report.ratio(statistics.median(frames), baseline, LIMIT)
    least = min(frames) / min(empty)
    report.line(
        "Home of the last run", report.milliseconds(frames), f"{ratio}, minimum {least:.2f}×"
    )
    report.line(
        "bare Textual app",
        report.milliseconds(textual),
        f"{statistics.median(textual) / baseline:.2f}×",
    )
