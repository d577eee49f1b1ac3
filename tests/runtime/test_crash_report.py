"""Uncaught exceptions: a one-line message and a report without messages and values."""

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
from textual.widgets import Static

from beatpass_tui import cli, exit_codes
from beatpass_tui.commands import switch
from beatpass_tui.models.secret import Secret
from beatpass_tui.runtime import crash_report, redaction
from beatpass_tui.runtime.excepthooks import HOOKS, ExceptionHooks
from beatpass_tui.runtime.safe_app import SafeApp
from support.speed import draw

TOKEN = "317|made-up-token-for-the-tests"
UNUSUAL_TOKEN = "a-token-in-an-unusual-format"
MESSAGE = "beatpass-tui: The program failed unexpectedly; "


@pytest.fixture(autouse=True)
def restore_globals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setattr(HOOKS, "failures", [])
    monkeypatch.setattr(HOOKS, "notes", [])
    yield
    HOOKS.on_failure = None
    gc.enable()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder for reports."""
    return tmp_path / "xdg_data_home" / "beatpass-tui"


def raised(work: Callable[[], object]) -> BaseException:
    try:
        work()
    except BaseException as error:  # noqa: BLE001
        return error
    raise AssertionError("nothing was raised")


def raise_chain() -> None:
    token = TOKEN
    try:
        try:
            raise KeyError(f"Bearer {token}")
        finally:
            token.no_such_thing  # type: ignore[attr-defined]  # noqa: B018
    except AttributeError as error:
        message = ValueError(f"nova@example.com has {token}")
        message.add_note(token)
        raise message from error


def raise_group() -> None:
    raise ExceptionGroup(TOKEN, [ZeroDivisionError(TOKEN), OSError(28, TOKEN, TOKEN)])


def raise_cycle() -> None:
    first, second = ValueError(TOKEN), TypeError(TOKEN)
    first.__cause__, second.__cause__ = second, first
    raise first


def recurse() -> None:
    recurse()


@pytest.mark.parametrize(
    "work, lines",
    [
        (
            raise_chain,
            ["ValueError", "caused by AttributeError (no_such_thing)", "while handling KeyError"],
        ),
        (
            raise_group,
            ["ExceptionGroup", "together with ZeroDivisionError", "together with OSError (ENOSPC)"],
        ),
        (raise_cycle, ["ValueError", "caused by TypeError"]),
        (recurse, ["RecursionError"]),
    ],
)
def test_report_contains_types_and_locations_but_no_messages(
    work: Callable[[], None], lines: list[str]
) -> None:
    text = crash_report.report([raised(work)], [KeyError(TOKEN)])
    report_lines = text.splitlines()
    named = [line for line in report_lines if line.startswith(("caused", "while", "together"))]
    assert [report_lines[report_lines.index("failure 1 of 1") + 1], *named] == lines
    assert re.search(rf"\n  (tests/runtime/)?test_crash_report.py:\d+ in {work.__name__}\n", text)
    assert report_lines[-2:] == ["earlier error 1 of 1", "KeyError"]
    for hidden in ("317", "made-up", "nova@", "has"):
        assert hidden not in text.partition("failure 1 of 1")[2]
    assert len(report_lines) < 60


def test_secrets_in_types_and_file_names_are_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/nova")
    secret = Secret(UNUSUAL_TOKEN)
    # As after the startup.
    gc.freeze()
    names = [
        # A token that no other test holds.
        "/home/nova/music/778|made-up-for-this-path.py",
        f"/srv/{UNUSUAL_TOKEN}.py",
        "/srv/nova@example.com/\x1b[2J\u202ex.py",
    ]
    kind = type("a \x1b]52;c;x\x07 panic", (Exception,), {"__module__": "builtins"})
    error: BaseException = kind()
    for name in names:
        error = raised(
            lambda name=name, error=error: exec(  # type: ignore[misc]
                compile("raise error", name, "exec"), {"error": error}
            )
        )
    text = crash_report.report([error])
    assert secret.reveal() == UNUSUAL_TOKEN
    lines = text.partition("\nfailure 1 of 1\n")[2].splitlines()
    assert lines[0] == "a panic"
    assert [line for line in lines if line.endswith("in <module>")] == [
        "  /srv/[hidden]/x.py:1 in <module>",
        "  /srv/[hidden].py:1 in <module>",
        "  ~/music/[hidden] in <module>",
    ]


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
def test_strings_in_secret_formats_are_hidden(line: str, scrubbed: str) -> None:
    assert redaction.scrub(line) == scrubbed


def test_short_secrets_are_not_revealed_by_their_absence() -> None:
    # A password may be a word that is in every report.
    assert redaction.scrub("textual/app.py", ["textual"]) == "textual/app.py"


def test_report_is_private_and_the_message_has_its_path(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data.mkdir(parents=True)
    for day in range(1, 9):
        (data / f"crash-202001{day:02}-000000-7.txt").touch()
    (data / "credentials.json").touch()
    assert crash_report.report_failures([ValueError(TOKEN)]) == 1
    output = capsys.readouterr()
    names = sorted(path.name for path in data.glob("crash-*"))
    assert len(names) == crash_report.MAX_REPORTS
    assert names[:-1] == [f"crash-202001{day:02}-000000-7.txt" for day in range(5, 9)]
    assert (output.out, output.err) == (
        "",
        f"{MESSAGE}a report without secrets is in {data / names[-1]}.\n",
    )
    assert stat.S_IMODE((data / names[-1]).stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert (data / "credentials.json").exists()


def make_link(data: Path) -> None:
    data.parent.mkdir()
    (data.parent / "elsewhere").mkdir()
    (data.parent / "elsewhere").chmod(0o777)
    data.symlink_to("elsewhere")


def make_file(data: Path) -> None:
    data.parent.touch()


@pytest.mark.parametrize("spoil", [make_link, make_file])
def test_report_is_a_temporary_file_if_the_folder_is_unusable(
    spoil: Callable[[Path], None], data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(data)
    assert crash_report.report_failures([ValueError()]) == 1
    (report,) = (tmp_path / "tmp").iterdir()
    assert f"is in {report}." in capsys.readouterr().err
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert not list((tmp_path / "xdg_data_home").glob("elsewhere/*"))


def test_message_says_that_no_report_could_be_written(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_file(data)
    monkeypatch.setattr(tempfile, "tempdir", str(data / "nowhere"))
    assert crash_report.report_failures([ValueError()]) == 1
    assert capsys.readouterr().err == f"{MESSAGE}no report could be written.\n"


@pytest.mark.parametrize("error", [RecursionError(), MemoryError(), KeyboardInterrupt()])
def test_failing_report_causes_no_second_crash(
    error: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> str:
        raise error

    monkeypatch.setattr(crash_report, "report", fail)
    assert crash_report.report_failures([ValueError()]) == 1
    assert capsys.readouterr().err == f"{MESSAGE}no report could be written.\n"
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
            threading.Thread(target=self.fail_in_thread).start()
        asyncio.get_running_loop().call_soon(self.fail, "callback")

    def fail_in_thread(self) -> None:
        HOOKS.fail(raised(lambda: self.fail("thread")))

    async def work(self) -> None:
        self.fail("worker")

    def fail(self, where: str) -> None:
        if where == self.where:
            raise LookupError(f"{where} {TOKEN}")


@pytest.mark.parametrize("where", ["compose", "mount", "worker", "timer", "callback", "thread"])
async def test_exceptions_in_the_app_end_it_silently(
    where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    app = SafeApp()

    async def run() -> None:
        async with app.run_test() as pilot:
            await pilot.pause()
            app.screen.mount(Broken(where))
            # The pilot would wait forever for an app that has exited.
            for _ in range(5000):
                if not app.is_running:
                    break
                await asyncio.sleep(0.005)
                if app.is_running:
                    draw(app)

    await asyncio.gather(run(), return_exceptions=True)
    assert app.return_code == exit_codes.UNEXPECTED
    [error] = HOOKS.failures
    assert isinstance(error, LookupError)
    assert HOOKS.on_failure is None
    assert capsys.readouterr() == ("", "")


def test_exceptions_of_the_input_thread_are_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    driver_module = pytest.importorskip("beatpass_tui.runtime.driver")
    error, received = LookupError(TOKEN), list[BaseException]()

    def fail(driver: object) -> None:
        raise error

    monkeypatch.setattr(driver_module.Driver, "run_input_thread", fail)
    monkeypatch.setattr(HOOKS, "on_failure", received.append)
    driver = driver_module.Driver.__new__(driver_module.Driver)
    driver._run_input_thread()
    assert received == HOOKS.failures == [error]


async def test_unawaited_exceptions_do_not_end_the_app(capfd: pytest.CaptureFixture[str]) -> None:
    app = SafeApp()
    async with app.run_test() as pilot:
        forgotten: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        forgotten.set_exception(LookupError(TOKEN))
        del forgotten
        gc.collect()
        await pilot.pause()
        assert app.is_running
    assert (app.return_code, HOOKS.failures) == (None, [])
    assert isinstance(HOOKS.notes[0], LookupError)
    assert capfd.readouterr() == ("", "")


# In commands


def program(code: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run the program with `code` in place of the command `switch`."""
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
def test_failing_command_prints_one_line_writes_a_report_and_exits_with_1(
    code: str, tmp_path: Path
) -> None:
    result = program(code, tmp_path)
    (report,) = (tmp_path / "beatpass-tui").iterdir()
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.strip() == f"{MESSAGE}a report without secrets is in {report}."
    message = report.read_text()
    assert "\nfailure 1 of 1\nValueError\n" in message
    assert "made-up" not in message


def test_interrupt_is_not_a_crash(tmp_path: Path) -> None:
    code = "cli._main = lambda words, is_process: signal.raise_signal(signal.SIGINT)\nrun = None"
    result = program(code, tmp_path)
    assert result.returncode == exit_codes.INTERRUPTED
    assert (result.stdout, result.stderr) == ("", "")
    assert not list(tmp_path.glob("beatpass-tui/*"))


def test_exceptions_in_destructors_and_loops_are_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    hooks = ExceptionHooks()
    for name in ("excepthook", "unraisablehook"):
        monkeypatch.setattr(sys, name, getattr(sys, name))
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    hooks.install()

    class Broken:
        def __del__(self) -> None:
            raise KeyError(TOKEN)

    Broken()
    gc.collect()
    loop = asyncio.new_event_loop()
    hooks.watch(loop)
    loop.call_exception_handler({"message": TOKEN})
    loop.close()
    assert [type(error) for error in hooks.notes] == [KeyError]
    assert hooks.failures == []


def test_failures_are_reported_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data: Path
) -> None:
    def fail(arguments: object) -> int:
        HOOKS.failures += [ValueError(), TypeError()]
        return 0

    monkeypatch.setattr(switch, "run", fail)
    assert cli.main(["switch"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    (report,) = data.glob("crash-*")
    assert "failure 2 of 2\nTypeError" in report.read_text()
    monkeypatch.setattr(switch, "run", lambda arguments: 0)
    assert cli.main(["switch"]) == 0
