"""The command line without a terminal."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from beatpass_tui import __version__, cli
from beatpass_tui.commands import arguments as command_arguments
from beatpass_tui.commands import switch
from beatpass_tui.commands.parser import parser
from beatpass_tui.demo import STATES
from beatpass_tui.errors import RateLimited, UsageError


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "beatpass_tui", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **env},
        check=False,
    )


@pytest.mark.parametrize("option", ["-V", "--version"])
def test_version(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([option])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"beatpass-tui {__version__}\n")


def help_of(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return the help text that arguments print."""
    try:
        status = cli.main(arguments)
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    shown = capsys.readouterr()
    assert (status, shown.err) == (0, "")
    return shown.out


@pytest.mark.parametrize("command", command_arguments.COMMANDS)
def test_help_command_prints_the_same_help(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert help_of(["help", command], capsys) == help_of([command, "--help"], capsys)
    assert help_of(["help"], capsys) == help_of(["--help"], capsys)


NO_OUTPUT = """
import os, sys
from beatpass_tui.__main__ import main
if sys.argv[1] == "pipe":
    read, write = os.pipe()
    os.close(read)
    os.dup2(write, 1)
elif sys.argv[1] == "full":
    os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
elif sys.argv[1] == "waiting":
    # The other end of the pipe stays open but is not read.
    read, write = os.pipe()
    os.set_blocking(write, False)
    while True:
        try:
            os.write(write, b"x" * 4096)
        except BlockingIOError:
            break
    os.dup2(write, 1)
else:
    sys.stdout = None
    os.close(1)
del sys.argv[1]
sys.exit(main())
"""


@pytest.mark.parametrize("output", ["pipe", "full", "waiting", "closed"])
@pytest.mark.parametrize(
    "arguments", [["--help"], ["-V"], ["help", "export"], ["config", "--path"]], ids=" ".join
)
def test_output_that_can_not_be_written_is_no_crash(output: str, arguments: list[str]) -> None:
    if output == "full" and not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    # Without a buffer, Python ignores that a stream takes nothing.
    options = ["-u"] if output == "waiting" else []
    result = subprocess.run(
        [sys.executable, *options, "-c", NO_OUTPUT, output, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    reasons = {
        "pipe": "",
        "full": "No space left on device",
        "waiting": "Resource temporarily unavailable",
        "closed": "standard output is closed",
    }
    expected = f"beatpass-tui: Output could not be written: {reasons[output]}.\n"
    assert result.stderr == ("" if output == "pipe" else expected)
    is_help = arguments != ["config", "--path"]
    assert result.returncode == (0 if output == "pipe" and is_help else 1)


@pytest.mark.parametrize("module", ["instant_paint", "cli", "bootstrap"])
@pytest.mark.parametrize("in_class", [False, True])
def test_interrupt_while_modules_are_imported_is_no_crash(module: str, in_class: bool) -> None:
    code = f"""
import sys
class Interrupting:
    def __set_name__(self, owner, name):
        raise KeyboardInterrupt
class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == "beatpass_tui.{module}":
            if {in_class}:
                class Body:
                    attribute = Interrupting()
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupt())
from beatpass_tui.__main__ import main
sys.exit(main())
"""
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (130, "", "")


def test_command_without_data_needs_no_output(tmp_path: Path) -> None:
    for output in ("pipe", "full", "closed"):
        result = subprocess.run(
            [sys.executable, "-c", NO_OUTPUT, output, "logout"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert result.returncode == 0
        assert result.stderr == "No accounts are stored for https://open.beatpass.ca.\n"


@pytest.mark.parametrize(
    "arguments, error",
    [
        (["exprot"], 'unknown command "exprot"; did you mean export? Known: login, logout, stats,'),
        (["help", "exprot"], 'unknown command "exprot"; did you mean export? Known: login,'),
        (["export", "bets"], 'unknown page "bets"; did you mean beats? Known: beats, collections,'),
        (["export", "finances"], 'unknown page "finances"; known: beats, collections,'),
        (
            ["export", "beats", "--jsn"],
            'unknown option "--jsn"; did you mean --json? Known:',
        ),
        (["stats", "--color=x"], 'unknown option "--color"; known: --help, --json,'),
        (["--dmo"], 'unknown option "--dmo"; did you mean --demo? Known: --help, --version,'),
        (["--accout", "nova"], 'unknown option "--accout"; did you mean --account? Known: --help,'),
        (["--theem", "nord", "stats"], 'unknown option "--theem"; did you mean --theme? Known:'),
        (["export", "--ouput", "x", "beats"], 'unknown option "--ouput"; did you mean --output?'),
        (["export", "-x", "y", "beats"], 'unknown option "-x"; known: --help, --csv,'),
        (["stats", "--period", "7"], 'unknown period "7"; did you mean 7d? Known: visit, 24h,'),
        (["stats", "--period", "3"], 'unknown period "3"; did you mean 30d? Known: visit, 24h,'),
        (["st"], 'unknown command "st"; known: login, logout, stats,'),
        (["completions", "bsh"], 'unknown shell "bsh"; did you mean bash? Known: bash, zsh, fish.'),
        (["--demo", "--state", "ofline"], 'unknown state "ofline"; did you mean offline? Known:'),
        (["history", "export", "x"], 'unknown action "export"; known: import.'),
        (["export", "beats", "more"], "unexpected argument: more"),
    ],
)
def test_unknown_word_suggests_the_nearest_of_its_kind(
    arguments: list[str], error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    shown = capsys.readouterr()
    assert f"error: {error}" in shown.err
    assert shown.out == ""


def test_help_fits_80_columns_and_lists_states() -> None:
    result = run("--help", COLUMNS="80")
    assert result.returncode == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    for text in ("--demo", "BEATPASS_TOKEN", "exit status", *STATES):
        assert text in result.stdout


def test_states_match_the_demo() -> None:
    assert command_arguments.STATES == STATES


@pytest.mark.parametrize("command", command_arguments.COMMANDS)
def test_command_help_fits_80_columns_and_has_examples(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    shown = capsys.readouterr()
    assert (ended.value.code, shown.err) == (0, "")
    assert max(map(len, shown.out.splitlines())) <= 80
    assert shown.out.startswith(f"usage: beatpass-tui {command} ")
    assert f"examples:\n  beatpass-tui {command}" in shown.out
    # The help must be printable in any encoding.
    assert shown.out.isascii()


def test_help_lists_each_command_with_its_summary(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    lines = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    for command, summary in command_arguments.COMMANDS.items():
        assert [command, summary] in lines


def test_commands_match_modules() -> None:
    folder = Path(cli.__file__).parent / "commands"
    shared = {"__init__", "arguments", "output", "parser", "progress_bar", "rounds"}
    assert {path.stem for path in folder.glob("*.py")} - shared == set(command_arguments.COMMANDS)


def test_complete_parser_has_all_arguments() -> None:
    for command, argument in (("status", "--offline"), ("login", "--with-token")):
        chosen = parser(complete=True).parse_args([command, argument])
        assert chosen.command == command
        with pytest.raises(SystemExit):
            parser().parse_args([command, argument])


@pytest.mark.parametrize(
    "switches", [[], *([switch] for switch in command_arguments.SWITCHES), ["--demo"] * 2]
)
def test_switches_parse_as_with_argparse(switches: list[str]) -> None:
    parsed = command_arguments.parse_switches(switches)
    assert parsed is not None
    assert vars(parsed) == vars(parser().parse_args(switches))


@pytest.mark.parametrize("word", ["--help", "--dem", "--demo=1", "--tracks", "status", "x", "--"])
def test_other_arguments_require_argparse(word: str) -> None:
    assert command_arguments.parse_switches(["--demo", word]) is None


@pytest.mark.parametrize(
    "arguments",
    [
        ["--demo", "status"],
        ["--account", "nova", "status"],
        ["--account", "login", "status"],
        ["--tracks", "500", "switch", "nova"],
    ],
)
def test_options_before_a_command_are_rejected(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 2
    assert "Put options after the command" in capsys.readouterr().err


def test_account_may_have_the_name_of_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["status", "--account", "login"], ["switch", "status"]):
        assert cli.main(arguments) == 4
        assert f'Unknown account "{arguments[-1]}"' in capsys.readouterr().err
    assert cli.main(["--account", "status"]) == 4
    assert 'Unknown account "status"' in capsys.readouterr().err


@pytest.mark.parametrize("command", ["status", "switch"])
def test_unknown_option_of_a_command_is_wrong_usage(command: str) -> None:
    for wrong in ("--demo", "--wrong", "--acc"):
        with pytest.raises(SystemExit) as ended:
            cli.main([command, wrong])
        assert ended.value.code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["login", "901|secret"],
        ["login", "--with-token", "901|secret"],
        ["login", "--with-token=901|secret"],
        ["login", "--token", "901|secret"],
        ["login", "--token=901|secret"],
        ["login", "--with-token=" + "secret" * 7],
        ["901|secret"],
        ["--token=901|secret"],
        ["status", "901|secret"],
        ["--state", "901|secret", "--demo"],
    ],
)
def test_token_argument_is_rejected_without_its_value(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status = cli.main(arguments)
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    shown = capsys.readouterr()
    assert (status, shown.out) == (2, "")
    assert "secret" not in shown.err


def test_command_error_prints_its_message_and_sets_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: object) -> int:
        raise RateLimited("HandledRequest too often.", retry_after=60)

    monkeypatch.setattr(switch, "run", fail)
    assert cli.main(["switch"]) == 5
    assert capsys.readouterr().err == "beatpass-tui: HandledRequest too often.\n"


def test_broken_pipe_prints_no_traceback(tmp_path: Path) -> None:
    script = (
        "import os, sys\n"
        "from beatpass_tui import cli\n"
        "from beatpass_tui.commands import switch\n"
        "switch.run = lambda arguments: print('x' * 100_000) or 0\n"
        "read, write = os.pipe()\n"
        "os.close(read)\n"
        "os.dup2(write, 1)\n"
        "sys.exit(cli.main(['switch']))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert (result.returncode, result.stderr) == (1, "")


def test_characters_that_can_not_be_encoded_are_replaced_and_symbols_keep_their_meaning() -> None:
    script = (
        "import sys\n"
        "from beatpass_tui import cli\n"
        "from beatpass_tui.commands import switch\n"
        "switch.run = lambda arguments: print('Märkte β ▲ 12% ▼ 3% · −2 …') or 0\n"
        "sys.exit(cli.main(['switch']))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert (result.returncode, result.stdout, result.stderr) == (
        0,
        "M?rkte ? + 12% - 3% - -2 .\n",
        "",
    )


@pytest.mark.parametrize("arguments", [["--demo"], []])
def test_missing_terminal_is_reported(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "terminal" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--wrong"],
        ["--demo", "--state", "sunny"],
        ["--sign-in"],
        ["--state", "new"],
        ["--documented-only"],
        ["--tracks", "500"],
        ["--demo", "--tracks", "12"],
        ["extra"],
        ["--demo", "--account", "nova"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    assert run(*arguments).returncode == 2


@pytest.mark.parametrize(
    "url",
    ["http://beatpass.example/api/v1", "ftp://beatpass.example", "beatpass", "https://u:p@b.ca"],
)
def test_invalid_api_url_is_rejected(url: str) -> None:
    result = run(BEATPASS_API_URL=url)
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "u:p" not in result.stderr


@pytest.mark.parametrize("token", ["", "  ", "901|a b", "smart”quote"])
def test_invalid_token_variable_is_named(token: str) -> None:
    result = run(BEATPASS_TOKEN=token)
    assert result.returncode == 4
    assert "BEATPASS_TOKEN" in result.stderr
    assert len(token.strip()) == 0 or token not in result.stderr


def test_demo_ignores_variables() -> None:
    result = run("--demo", BEATPASS_TOKEN="", BEATPASS_API_URL="http://beatpass.example")
    assert result.returncode == 2
    assert "terminal" in result.stderr


def test_demo_without_temporary_folder_is_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", full)
    assert cli.main(["--demo"]) == 1
    assert capsys.readouterr().err == (
        "beatpass-tui: The demo could not create a temporary folder: No space left on device.\n"
    )


@pytest.mark.parametrize(
    "environ, can_show",
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "linux"}, False),
        ({"TERM": "linux", "LANG": "C"}, False),
        ({"TERM": "linux", "LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),
        ({"TERM": "linux", "LANG": "de_DE.utf8"}, True),
        ({"TERM": "linux", "LANG": "en_US.UTF-8", "LC_ALL": "POSIX"}, False),
        ({"TERM": "linux", "LC_CTYPE": "en_CA.UTF-8"}, True),
        ({"TERM": "vt220", "LANG": "C"}, False),
        ({"TERM": "vt100", "LANG": "C.UTF-8"}, True),
    ],
)
def test_consoles_have_symbols_only_with_utf8(
    environ: dict[str, str], can_show: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="utf-8"))
    assert cli._can_show_symbols(environ) is can_show


def test_dumb_terminal_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    class Tty:
        closed = False

        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Tty())
    monkeypatch.setattr(sys, "stdout", Tty())
    cli.check_terminal({"TERM": "xterm"})
    with pytest.raises(UsageError, match="TERM"):
        cli.check_terminal({"TERM": "dumb"})
