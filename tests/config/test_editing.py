"""`config set`, `unset` and `edit` change the file, and keep everything else in it."""

from __future__ import annotations

import os
import shlex
import sys
import tomllib
from pathlib import Path

import pytest

from beatpass_tui import cli
from beatpass_tui.config import editing, loader
from beatpass_tui.config.settings import OPTIONS, Settings, default_path
from beatpass_tui.errors import ConfigError, UsageError, WriteFailed
from beatpass_tui.storage.files import write_text

SOURCE = """\
# Mine.
theme = "nord"   # blue

[keys]           # for one hand
page.refresh = "f5"
"move.up" = ["up", "w"]

[keys.move]
down = "x"

[goals]
plays = 50_000   # by May
"""


@pytest.fixture
def path() -> Path:
    default = default_path(os.environ)
    assert default is not None
    return default


@pytest.fixture
def file(path: Path) -> Path:
    path.parent.mkdir(parents=True)
    path.write_text(SOURCE)
    return path


def run(*arguments: str) -> int:
    try:
        return cli.main(["config", *arguments])
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1


@pytest.mark.parametrize(
    "arguments, before, after",
    [
        (("theme", "dracula"), '"nord"   # blue', '"dracula"   # blue'),
        (("mouse", "no"), "# blue\n", "# blue\nmouse = false\n"),
        (("refresh", "2.5"), "# blue\n", "# blue\nrefresh = 2.5\n"),
        (("refresh", "10"), "# blue\n", "# blue\nrefresh = 10\n"),
        (("ascii", "auto"), "# blue\n", '# blue\nascii = "auto"\n'),
        (("keys.page.refresh", "f6", "ctrl+r"), '"f5"', '["f6", "ctrl+r"]'),
        (("keys.move.up", "w"), '["up", "w"]', '"w"'),
        (("keys.move.down", "j"), 'down = "x"', 'down = "j"'),
        (("goals.plays", "60,000"), "50_000   #", "60000   #"),
        (("goals.xp", "900"), "# by May\n", "# by May\nxp = 900\n"),
    ],
)
def test_set_changes_one_value_and_keeps_the_rest(
    file: Path, arguments: tuple[str, ...], before: str, after: str
) -> None:
    assert run("set", *arguments) == 0
    assert file.read_text() == SOURCE.replace(before, after, 1)
    assert loader.problems(file.read_text(), file) == ()


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_line_ends_and_byte_order_mark_are_kept(file: Path, end: str, mark: str) -> None:
    file.write_bytes(f"{mark}{SOURCE}".replace("\n", end).encode())
    assert run("set", "goals.xp", "900") == 0
    assert run("set", "keys.app.help", "f1") == 0
    assert run("set", "theme", "dracula") == 0
    assert run("unset", "goals.plays") == 0
    content = file.read_bytes().decode()
    assert content.startswith(f'{mark}# Mine.{end}theme = "dracula"   # blue{end}')
    assert "xp = 900" in content
    assert content.count("\ufeff") == len(mark)
    assert content.count("\n") == content.count(end)
    assert loader.load(os.environ, {}).settings.keyboard.keys("app.help") == ("f1",)


def test_new_key_is_added_to_its_table(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("set", "keys.app.help", "f1") == 0
    assert capsys.readouterr().err == f"keys.app.help was set in {file}.\n"
    assert loader.load(os.environ, {}).settings.keyboard.keys("app.help") == ("f1",)
    assert "# for one hand" in file.read_text()


@pytest.mark.parametrize(
    "name, removed",
    [
        ("theme", 'theme = "nord"   # blue\n'),
        ("keys.page.refresh", 'page.refresh = "f5"\n'),
        ("keys.move.up", '"move.up" = ["up", "w"]\n'),
        ("goals.plays", "plays = 50_000   # by May\n"),
        ("mouse", ""),
    ],
)
def test_unset_removes_one_line(
    file: Path, name: str, removed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("unset", name) == 0
    assert file.read_text() == SOURCE.replace(removed, "")
    assert ("was removed from" if removed else "is not set in") in capsys.readouterr().err


def test_file_is_created_and_a_link_to_it_is_kept(path: Path, tmp_path: Path) -> None:
    assert run("set", "goals.plays", "5", "-q") == 0
    assert tomllib.loads(path.read_text()) == {"goals": {"plays": 5}}
    target = path.rename(tmp_path / "dotfiles.toml")
    path.symlink_to(target)
    assert run("set", "bell", "on") == 0
    assert path.is_symlink()
    assert tomllib.loads(target.read_text()) == {"bell": True, "goals": {"plays": 5}}
    assert run("set", "theme", "nord", "--config", str(tmp_path / "other.toml")) == 0
    assert (tmp_path / "other.toml").read_text() == 'theme = "nord"\n'


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("set", "them", "nord"), 'Unknown setting "them"; did you mean theme? Known: theme,'),
        (("unset", "keys.page.refesh"), 'Unknown key ID "page.refesh"; did you mean page.refresh?'),
        (("set", "goals.level", "5"), 'Unknown goal "level"; known: tracks,'),
        (("set", "theme", "nordd"), 'theme: unknown theme "nordd"; did you mean nord?'),
        (("set", "refresh", "never"), "refresh: must be minutes from 1 to 1440"),
        (("set", "goals.plays", "many"), "goals.plays: must be a whole number"),
        (("set", "theme", "nord", "dracula"), "theme takes one value."),
        (("set", "keys.page.refresh", "ctr+r"), 'keys.page.refresh: unknown key "ctr+r"'),
        (("set", "keys.page.refresh", "o"), '"o" is already'),
        (("set", "theme"), "Usage: beatpass-tui config set NAME VALUE"),
        (("unset",), "Usage: beatpass-tui config unset NAME"),
        (("edit", "theme"), "Usage: beatpass-tui config edit"),
        (("--show", "edit"), "config requires one of --show, --path, set, unset, edit."),
        ((), "config requires one of --show, --path, set, unset, edit."),
        (("sett", "theme", "nord"), 'unknown action "sett"; did you mean set? Known: set, unset,'),
    ],
)
def test_wrong_usage_changes_nothing(
    file: Path, arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    assert message in capsys.readouterr().err
    assert file.read_text() == SOURCE


def test_earlier_problem_of_the_file_does_not_prevent_a_change(file: Path) -> None:
    file.write_text(f"mouse = 5\n{SOURCE}")
    assert run("set", "theme", "dracula") == 0
    with pytest.raises(ConfigError, match="mouse"):
        loader.load(os.environ, {})
    assert run("unset", "mouse") == 0
    assert loader.load(os.environ, {}).settings.theme == "dracula"


def test_file_that_is_not_toml_is_not_changed(file: Path) -> None:
    file.write_text("theme = nord\n")
    with pytest.raises(ConfigError, match="line 1: invalid TOML"):
        editing.assign(file, "theme", ["nord"])
    assert file.read_text() == "theme = nord\n"


def test_value_that_can_not_be_placed_is_refused(file: Path) -> None:
    file.write_text("goals = 5\n")
    with pytest.raises((ConfigError, UsageError)):
        editing.assign(file, "goals.plays", ["5"])
    assert file.read_text() == "goals = 5\n"


EDITOR = "import sys; path = sys.argv[1]; open(path, 'a').write({text!r}); sys.exit({status})"


@pytest.mark.parametrize(
    "text, status, code, message",
    [
        ('theme = "nord"\n', 0, 0, ""),
        ('theme = "nordd"\n', 0, 2, 'unknown theme "nordd"; did you mean nord?'),
        ("", 3, 1, "ended with status 3."),
    ],
)
def test_edit_opens_a_file_of_comments_and_checks_it(
    path: Path,
    text: str,
    status: int,
    code: int,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = EDITOR.format(text=text, status=status)
    monkeypatch.setenv("EDITOR", "another")
    monkeypatch.setenv("VISUAL", shlex.join([sys.executable, "-c", script]))
    assert run("edit") == code
    assert message in capsys.readouterr().err
    content = path.read_text()
    assert content.endswith(text)
    if code:
        return
    # The comments are the defaults.
    lines = content.removesuffix(text).splitlines()[1:]
    path.write_text("\n".join(line.removeprefix("# ") for line in lines))
    settings = loader.load(os.environ, {}).settings
    assert settings._replace(theme=None, keyboard=Settings().keyboard) == Settings()
    assert all(f"# {option.name} = " in content for option in OPTIONS)


def test_missing_editor_is_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "no-such-editor --wait")
    assert run("edit") == 2
    assert "no-such-editor --wait: No such file or directory; set EDITOR" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="pipes, and deleted current folders")
def test_file_that_can_not_be_written_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # As root, a device such as /dev/null would be replaced.
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(WriteFailed, match=r"pipe is not a file\."):
        write_text(tmp_path / "pipe", "", overwrite=True)
    assert run("set", "theme", "nord", "--config", " ") == 2
    assert "--config requires the name of a file." in capsys.readouterr().err
    folder = tmp_path / "deleted"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert run("set", "theme", "nord", "--config", "c.toml") == 2
    assert "The current folder no longer exists" in capsys.readouterr().err
