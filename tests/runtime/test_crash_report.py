"""A failure that nobody foresaw: one sentence, and a report that tells where and not what."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.traceback import Traceback
from textual.widgets import Static

from beatpass_tui import cli, exit_codes
from beatpass_tui.commands import switch
from beatpass_tui.models.secret import Secret
from beatpass_tui.runtime import crash_report, excepthooks, redaction
from beatpass_tui.runtime.excepthooks import ExceptionHooks
from beatpass_tui.runtime.safe_app import SafeApp
from support.speed import draw

TOKEN = "317|made-up-token-for-the-tests"
ODD = "a-token-that-looks-like-none"
SENTENCE = "beatpass-tui: The program failed unexpectedly; "


@pytest.fixture(autouse=True)
def as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    yield
    gc.enable()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder that reports go to."""
    return tmp_path / "xdg_data_home" / "beatpass-tui"


def raised(work: Callable[[], object]) -> BaseException:
    try:
        work()
    # What is raised is what it is about.
    except BaseException as error:  # noqa: BLE001
        return error
    raise AssertionError("nothing was raised")


def in_a_chain() -> None:
    token = TOKEN
    try:
        try:
            raise KeyError(f"Bearer {token}")
        finally:
            token.no_such_thing  # type: ignore[attr-defined]  # noqa: B018
    except AttributeError as error:
        told = ValueError(f"nova@example.com has {token}")
        told.add_note(token)
        raise told from error


def in_a_group() -> None:
    raise ExceptionGroup(TOKEN, [ZeroDivisionError(TOKEN), OSError(28, TOKEN, TOKEN)])


def in_circles() -> None:
    first, second = ValueError(TOKEN), TypeError(TOKEN)
    first.__cause__, second.__cause__ = second, first
    raise first


def without_end() -> None:
    without_end()


@pytest.mark.parametrize(
    "work, lines",
    [
        (
            in_a_chain,
            ["ValueError", "caused by AttributeError (no_such_thing)", "while handling KeyError"],
        ),
        (
            in_a_group,
            ["ExceptionGroup", "together with ZeroDivisionError", "together with OSError (ENOSPC)"],
        ),
        (in_circles, ["ValueError", "caused by TypeError"]),
        (without_end, ["RecursionError"]),
    ],
)
def test_a_report_has_types_and_places_and_no_words(
    work: Callable[[], None], lines: list[str]
) -> None:
    told = crash_report.report([raised(work)], [KeyError(TOKEN)])
    written = told.splitlines()
    named = [line for line in written if line.startswith(("caused", "while", "together"))]
    assert [written[written.index("failed 1 of 1") + 1], *named] == lines
    assert re.search(rf"\n  (tests/runtime/)?test_crash_report.py:\d+ in {work.__name__}\n", told)
    assert written[-2:] == ["met before 1 of 1", "KeyError"]
    for hidden in ("317", "made-up", "nova@", "has"):
        assert hidden not in told.partition("failed 1 of 1")[2]
    assert len(written) < 60


def test_what_a_place_could_hold_is_taken_out_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/nova")
    held = Secret(ODD)
    # It was frozen when the program had started.
    gc.freeze()
    places = [
        # One that no other test holds.
        "/home/nova/music/778|made-up-for-this-place.py:1 in x",
        f"/srv/{ODD}.py:2 in x",
        "/srv/nova@example.com/\x1b[2J\u202ex.py:3 in \x07x",
    ]
    told = crash_report.report([excepthooks.UncaughtError("a \x1b]52;c;x\x07 panic", places)])
    assert held.reveal() == ODD
    assert told.endswith(
        "\nfailed 1 of 1\n"
        "a ]52;c;x panic\n"
        "  ~/music/[hidden] in x\n"
        "  /srv/[hidden].py:2 in x\n"
        "  /srv/[hidden]/[2Jx.py:3 in x\n"
    )


@pytest.mark.parametrize(
    "line, scrubbed",
    [
        ("Authorization: Bearer abc.def", "Authorization: [hidden]"),
        ("basic bm92YTpodXNo", "[hidden]"),
        (f"?token={TOKEN}&page=2", "?token=[hidden]"),
        ("?token=317%7Cabc", "?token=[hidden]"),
        ("?email=nova%40example.com&page=2", "?email=[hidden]&page=2"),
        ("/artists/900000021/activity?period=all&per_page=1",) * 2,
        ("beatpass_tui/app.py:12 in BeatPassApp.run",) * 2,
    ],
)
def test_what_looks_like_a_secret_is_hidden(line: str, scrubbed: str) -> None:
    assert redaction.scrub(line) == scrubbed


def test_a_short_secret_is_not_told_by_its_absence() -> None:
    # A password may be a word that stands in every report.
    assert redaction.scrub("textual/app.py", ["textual"]) == "textual/app.py"


def test_reports_are_private_few_and_where_the_sentence_says(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data.mkdir(parents=True)
    for day in range(1, 9):
        (data / f"crash-202001{day:02}-000000-7.txt").touch()
    (data / "credentials.json").touch()
    assert crash_report.report_failures([ValueError(TOKEN)]) == 1
    said = capsys.readouterr()
    kept = sorted(path.name for path in data.glob("crash-*"))
    assert len(kept) == crash_report.KEPT
    assert kept[:-1] == [f"crash-202001{day:02}-000000-7.txt" for day in range(5, 9)]
    assert (said.out, said.err) == (
        "",
        f"{SENTENCE}a report without secrets is in {data / kept[-1]}.\n",
    )
    assert stat.S_IMODE((data / kept[-1]).stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert (data / "credentials.json").exists()


def linked(data: Path) -> None:
    data.parent.mkdir()
    (data.parent / "elsewhere").mkdir()
    data.symlink_to("elsewhere")


def taken(data: Path) -> None:
    data.parent.touch()


@pytest.mark.parametrize("spoil", [linked, taken])
def test_without_a_folder_of_ours_it_is_a_temporary_file(
    spoil: Callable[[Path], None], data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(data)
    assert crash_report.report_failures([ValueError()]) == 1
    (report,) = (tmp_path / "tmp").iterdir()
    assert f"is in {report}." in capsys.readouterr().err
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert not list((tmp_path / "xdg_data_home").glob("elsewhere/*"))


def test_without_any_place_the_sentence_says_so(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    taken(data)
    monkeypatch.setattr(tempfile, "tempdir", str(data / "nowhere"))
    assert crash_report.report_failures([ValueError()]) == 1
    assert capsys.readouterr().err == f"{SENTENCE}no report could be written.\n"


@pytest.mark.parametrize("error", [RecursionError(), MemoryError(), KeyboardInterrupt()])
def test_a_failure_of_the_report_is_no_second_crash(
    error: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> str:
        raise error

    monkeypatch.setattr(crash_report, "report", fail)
    assert crash_report.report_failures([ValueError()]) == 1
    assert capsys.readouterr().err == f"{SENTENCE}no report could be written.\n"
    monkeypatch.setattr(sys, "stderr", None)
    assert crash_report.report_failures([ValueError()]) == 1


# In the app


class Broken(Static):
    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where

    def compose(self) -> Iterator[Static]:
        self.fail("compose")
        yield Static()

    def on_mount(self) -> None:
        self.fail("mount")
        if self.where == "timer":
            self.set_timer(0.001, lambda: self.fail("timer"))
        if self.where == "worker":
            self.run_worker(self.work())
        if self.where == "thread":
            thread = threading.Thread(target=self.in_a_thread)
            thread.start()
        asyncio.get_running_loop().call_soon(self.fail, "callback")
        if self.where == "panic":
            try:
                raise LookupError(TOKEN)
            except LookupError:
                self.app.call_later(self.app.panic, Traceback(show_locals=True))

    def in_a_thread(self) -> None:
        assert isinstance(self.app, SafeApp)
        self.app.fail(raised(lambda: self.fail("thread")))

    async def work(self) -> None:
        self.fail("worker")

    def fail(self, where: str) -> None:
        if where == self.where:
            raise LookupError(f"{where} {TOKEN}")


@pytest.mark.parametrize(
    "where", ["compose", "mount", "worker", "timer", "callback", "thread", "panic"]
)
async def test_whatever_fails_in_the_app_ends_it_and_is_kept(
    where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    app = SafeApp()

    async def live() -> None:
        async with app.run_test() as pilot:
            await pilot.pause()
            app.screen.mount(Broken(where))
            # A pilot would wait for an app that has left.
            for _ in range(5000):
                if app.failures:
                    break
                await asyncio.sleep(0.005)
                if app.is_running:
                    draw(app)

    await asyncio.gather(live(), return_exceptions=True)
    assert app.return_code == 1
    told = crash_report.report(app.failures)
    assert "\nLookupError\n" in told
    assert "test_crash_report.py" in told
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")


async def test_what_nobody_waits_for_ends_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    app = SafeApp()
    notes = len(excepthooks.HOOKS.notes)
    async with app.run_test() as pilot:
        forgotten: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        forgotten.set_exception(LookupError(TOKEN))
        del forgotten
        gc.collect()
        await pilot.pause()
        assert app.is_running
    assert (app.return_code, app.failures) == (None, [])
    assert isinstance(excepthooks.HOOKS.notes[notes:][0], LookupError)
    del excepthooks.HOOKS.notes[notes:]
    assert capfd.readouterr() == ("", "")


# In a command, and outside of anything


def program(code: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run `switch` as a program of its own, with this code in its place."""
    script = (
        "import signal, sys, threading, time\n"
        "from beatpass_tui import cli\n"
        "from beatpass_tui.runtime import excepthooks\n"
        "from beatpass_tui.commands import switch\n"
        f"token = '{TOKEN}'\n"
        f"{code}\n"
        "switch.run = run\n"
        "sys.argv[1:] = ['switch']\n"
        "sys.exit(cli.main())\n"
    )
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "XDG_DATA_HOME": str(tmp_path), "PYTHONASYNCIODEBUG": "1"},
    )


IN_A_COMMAND = "def run(arguments): raise ValueError(token)"
IN_A_THREAD = """
def run(arguments):
    def work(): raise ValueError(token)
    threading.Thread(target=work).start()
    time.sleep(60)
"""
IN_A_LOOP = """
def run(arguments):
    async def work():
        import asyncio
        assert not asyncio.get_running_loop().get_debug()
        def callback(told): raise ValueError(told)
        asyncio.get_running_loop().call_soon(callback, token)
        await asyncio.Event().wait()
    return excepthooks.run(work())
"""


@pytest.mark.parametrize(
    "code", [IN_A_COMMAND, IN_A_THREAD, IN_A_LOOP], ids=["itself", "thread", "callback"]
)
def test_a_command_that_fails_is_a_sentence_a_report_and_status_1(
    code: str, tmp_path: Path
) -> None:
    done = program(code, tmp_path)
    (report,) = (tmp_path / "beatpass-tui").iterdir()
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip() == f"{SENTENCE}a report without secrets is in {report}."
    told = report.read_text()
    assert "\nfailed 1 of 1\nValueError\n" in told
    assert "made-up" not in told


def test_an_interrupt_is_no_crash(tmp_path: Path) -> None:
    code = "cli._main = lambda words, last: signal.raise_signal(signal.SIGINT)\nrun = None"
    done = program(code, tmp_path)
    assert done.returncode == exit_codes.INTERRUPTED
    assert (done.stdout, done.stderr) == ("", "")
    assert not list(tmp_path.glob("beatpass-tui/*"))


def test_what_cannot_be_raised_is_kept_for_a_report() -> None:
    watch = ExceptionHooks()

    class Args:
        exc_value = KeyError(TOKEN)

    watch.unraisable(Args())  # type: ignore[arg-type]
    watch.in_a_loop(None, {"message": TOKEN})  # type: ignore[arg-type]
    assert watch.notes == [Args.exc_value]
    assert watch.take() == []


def test_failures_are_told_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data: Path
) -> None:
    def fail(arguments: object) -> int:
        excepthooks.HOOKS.failures += [ValueError(), TypeError()]
        return 0

    monkeypatch.setattr(switch, "run", fail)
    assert cli.main(["switch"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    (report,) = data.glob("crash-*")
    assert "failed 2 of 2\nTypeError" in report.read_text()
    monkeypatch.setattr(switch, "run", lambda arguments: 0)
    assert cli.main(["switch"]) == 0
