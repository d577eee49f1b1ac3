"""The command line where it needs no terminal."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from beatpass_tui import __version__, cli
from beatpass_tui.demo import STATES


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


def test_version() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"beatpass-tui {__version__}\n")


def test_help_fits_80_columns_and_names_the_states() -> None:
    done = run("--help", COLUMNS="80")
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    for words in ("--demo", "BEATPASS_TOKEN", "exit status", *STATES):
        assert words in done.stdout


def test_the_states_of_the_command_line_are_those_of_the_demo() -> None:
    assert cli.STATES == STATES


@pytest.mark.parametrize("arguments", [["--demo"], []])
def test_without_a_terminal_it_is_one_sentence_and_status_2(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "terminal" in done.stderr


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
    ],
)
def test_wrong_usage_is_status_2(arguments: list[str]) -> None:
    assert run(*arguments).returncode == 2


@pytest.mark.parametrize(
    "url",
    ["http://beatpass.example/api/v1", "ftp://beatpass.example", "beatpass", "https://u:p@b.ca"],
)
def test_an_address_that_may_not_be_used_is_refused_at_once(url: str) -> None:
    done = run(BEATPASS_API_URL=url)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "u:p" not in done.stderr


@pytest.mark.parametrize("token", ["", "  ", "901|a b", "smart”quote"])
def test_a_variable_that_holds_no_token_is_named(token: str) -> None:
    done = run(BEATPASS_TOKEN=token)
    assert done.returncode == 4
    assert "BEATPASS_TOKEN" in done.stderr
    assert len(token.strip()) == 0 or token not in done.stderr


def test_the_demo_ignores_the_variables() -> None:
    done = run("--demo", BEATPASS_TOKEN="", BEATPASS_API_URL="http://beatpass.example")
    assert done.returncode == 2
    assert "terminal" in done.stderr


def test_a_dumb_terminal_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    class Tty:
        closed = False

        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Tty())
    monkeypatch.setattr(sys, "stdout", Tty())
    assert cli.missing_terminal({"TERM": "xterm"}) is None
    assert "TERM" in (cli.missing_terminal({"TERM": "dumb"}) or "")
