"""The commands `config` and `completions`, and errors of the configuration."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from beatpass_tui.commands import completions
from beatpass_tui.config import keys
from beatpass_tui.config.settings import OPTIONS, THEMES


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "beatpass_tui", *arguments],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        env={**os.environ, **env}, check=False,
    )  # fmt: skip


def test_show_lists_all_settings_with_value_and_source(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'theme = "nord"\nrefresh = 2.5\n\n[keys]\npage.refresh = ["f5", "?"]\napp.help = "f1"\n'
    )
    result = run("config", "--show", "--config", str(file), "--no-mouse", BEATPASS_PERIOD="7d")
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    rows = {line.split()[0]: line for line in lines if line}
    assert rows["theme"].split()[1:3] == ["nord", "mine.toml:1"]
    assert rows["refresh"].split()[1:3] == ["2.5", "mine.toml:2"]
    assert rows["period"].split()[1:3] == ["7d", "BEATPASS_PERIOD"]
    assert rows["mouse"].split()[1:3] == ["false", "--no-mouse"]
    assert rows["numbers"].split()[1:3] == ["full", "default"]
    assert rows["page.refresh"].split()[1:4] == ["f5", "?", "mine.toml:5"]
    assert rows["app.help"].split()[1:3] == ["f1", "mine.toml:6"]
    assert {option.name for option in OPTIONS} | {key.id for key in keys.KEYS} <= set(rows)
    assert len({line.index("mine.toml") for line in lines if "mine.toml" in line}) == 1


def test_path_prints_the_path_of_the_file(tmp_path: Path) -> None:
    result = run("config", "--path", XDG_CONFIG_HOME=str(tmp_path))
    assert result.stdout == f"{tmp_path}/beatpass-tui/config.toml\n"
    assert run("config", "--path", "--config", "other.toml").stdout == "other.toml\n"


def test_invalid_configuration_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('theme = "nordd"\nmouse = 5\n')
    for arguments in (["config", "--show"], ["--demo"]):
        result = run(*arguments, "--config", str(file))
        assert (result.returncode, result.stdout) == (2, "")
        first, second = result.stderr.splitlines()
        assert first.startswith(f"beatpass-tui: {file}, line 1, theme: ")
        assert "did you mean nord? Known: beatpass, " in first
        assert second.startswith(f"beatpass-tui: {file}, line 2, mouse: ")


def test_unknown_theme_is_reported() -> None:
    result = run("--demo", "--theme", "drakula")
    assert result.returncode == 2
    assert result.stderr.startswith(
        'beatpass-tui: --theme: unknown theme "drakula"; did you mean dracula? Known: beatpass, '
    )
    assert result.stderr.endswith("ansi-dark, ansi-light.\n")


@pytest.mark.parametrize("arguments", [["config"], ["config", "--show", "--path"], ["completions"]])
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    assert run(*arguments).returncode == 2


@pytest.mark.parametrize("command", [[], ["config"], ["completions"]])
def test_help_fits_80_columns(command: list[str]) -> None:
    result = run(*command, "--help", COLUMNS="80")
    assert result.returncode == 0
    assert max(map(len, result.stdout.splitlines())) <= 80


# Completions


@pytest.mark.parametrize("shell", completions.SHELLS)
def test_script_contains_commands_options_and_values(shell: str) -> None:
    result = run("completions", shell)
    assert (result.returncode, result.stderr) == (0, "")
    for text in ("config", "completions", "start-page", "documented-only", "accessible", *THEMES):
        assert text in result.stdout


@pytest.mark.parametrize("shell", completions.SHELLS)
def test_script_is_valid_in_its_shell(shell: str, tmp_path: Path) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed here")
    script = tmp_path / "script"
    script.write_text(completions.script(shell))
    result = subprocess.run(
        [program, "-n", str(script)], capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")


COMPLETIONS = {
    "--the": {"--theme"},
    "--theme beatpass": {"beatpass", "beatpass-light"},
    "--theme=nor": {"nord"},
    "comp": {"completions"},
    "completions ": {"bash", "zsh", "fish"},
    "config --sh": {"--show"},
    "config --start-page be": {"beats"},
    "config set csv": {"csv_bom"},
    "config set theme nor": {"nord"},
    "config set ascii ": {"true", "false", "auto"},
    "config unset theme ": set(),
    "config unset goals.p": {"goals.plays"},
    "export tr": {"transactions"},
    "help exp": {"export"},
    "stats --format {pl": {"{plays}", "{plays_change}", "{plays_percent}"},
    **{
        f"{words}{{folder}}/ex": {"{folder}/exports.csv"}
        for words in (
            "export beats --output ", "export beats --output=", "export beats -o ",
            "export beats --debug ", "config --show --config ", "history import ", "--debug ",
            "--config ",
        )
    },
    "switch ": {"nova", "8"},
    "stats --account n": {"nova"},
    "--account n": {"nova"},
}  # fmt: skip


@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_shell_offers_matching_completions(shell: str, tmp_path: Path) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed here")
    script = tmp_path / "script"
    script.write_text(completions.script(shell))
    (tmp_path / "exports.csv").touch()
    fake = tmp_path / "beatpass-tui"
    fake.write_text("#!/bin/sh\n[ \"$*\" = 'switch --names' ] && printf '%s\\n' nova 8\n")
    fake.chmod(0o700)
    environ = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    lines = [f"beatpass-tui {words}".replace("{folder}", str(tmp_path)) for words in COMPLETIONS]
    result = subprocess.run(
        [program, "-c", COMPLETE[shell], str(script), *lines],
        capture_output=True, text=True, check=False, env=environ,
    )  # fmt: skip
    # Fish repeats the option before a value.
    output = re.sub(r"^--\w+=", "", result.stdout, flags=re.MULTILINE)
    answers = [set(words.split()) for words in output.split("--end--\n")]
    offered = dict(zip(COMPLETIONS, answers, strict=False))
    expected = {
        line: {word.replace("{folder}", str(tmp_path)) for word in words}
        for line, words in COMPLETIONS.items()
    }
    assert offered == expected, result.stderr


COMPLETE = {
    # Bash passes the words of the line, and splits them at equal signs.
    "bash": r"""
source "$0"
for line in "$@"; do
  IFS=' ' read -ra COMP_WORDS <<<"${line/=/ = }"
  [[ $line != *' ' ]] || COMP_WORDS+=('')
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  _beatpass_tui
  printf '%s\n' "${COMPREPLY[@]}" --end--
done""",
    "fish": r"""
source $argv[1]
for line in $argv[2..]
  complete -C $line | string replace -r '\t.*' ''
  echo --end--
end""",
}
