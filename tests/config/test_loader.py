"""The configuration: file, variables, flags and their errors."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from beatpass_tui.config.loader import Config, load
from beatpass_tui.config.settings import OPTIONS, Settings, default_path
from beatpass_tui.errors import ConfigError

CONFIGURATION = Path(__file__).parents[2] / "docs" / "configuration.md"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def loaded(file: Path, source: str | bytes, **environ: str) -> Config:
    file.write_bytes(source if isinstance(source, bytes) else source.encode())
    return load(environ, {}, str(file))


def error_messages(file: Path, source: str | bytes, **environ: str) -> list[str]:
    """Return the error messages of a file, without its folder."""
    with pytest.raises(ConfigError) as raised:
        loaded(file, source, **environ)
    return [sentence.replace(f"{file.parent}/", "") for sentence in raised.value.messages]


def test_goals_are_read_by_published_names(file: Path) -> None:
    config = loaded(file, "[goals]\nplays = 50000\nxp = 4_000\n")
    assert config.settings.goals == {"total-plays": 50_000, "xp": 4_000}
    assert config.origin("goals.plays") == "config.toml:2"


# Path


@pytest.mark.parametrize(
    "xdg, folder",
    [
        ("/xdg", "/xdg"),
        ("", "/home/nova/.config"),
        ("relative/folder", "/home/nova/.config"),
        ("./here", "/home/nova/.config"),
        ("~/xdg", "/home/nova/.config"),
    ],
)
def test_relative_xdg_folder_is_ignored(
    monkeypatch: pytest.MonkeyPatch, xdg: str, folder: str
) -> None:
    monkeypatch.setenv("HOME", "/home/nova")
    assert default_path({"XDG_CONFIG_HOME": xdg}) == Path(folder, "beatpass-tui", "config.toml")


def test_missing_home_folder_means_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", no_home)
    assert default_path({}) is None
    assert load({}, {}) == Config()
    assert default_path({"XDG_CONFIG_HOME": "/xdg"}) == Path("/xdg/beatpass-tui/config.toml")


def test_relative_home_folder_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("nova"))
    assert default_path({}) is None


def test_unset_home_is_no_error(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if name != "HOME"}
    environ.pop("XDG_CONFIG_HOME")
    result = subprocess.run(
        [sys.executable, "-m", "beatpass_tui", "config", "--show"],
        env=environ, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr


def test_missing_file_means_defaults(tmp_path: Path) -> None:
    environ = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert load(environ, {}) == Config(Settings(), {})


def test_xdg_file_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "beatpass-tui"
    folder.mkdir()
    (folder / "config.toml").write_text('theme = "nord"\n')
    config = load({"XDG_CONFIG_HOME": str(tmp_path)}, {})
    assert (config.settings.theme, config.origin("theme")) == ("nord", "config.toml:1")


# Contents


def test_all_settings_are_read(file: Path) -> None:
    source = """\
theme = "nord"
refresh = 10
start_page = "beats"
period = "7d"
numbers = "short"
ascii = true
mouse = false
bell = true
accessible = true

[keys]
page.refresh = "f5"
"move.up" = ["w", "Ctrl+P"]
app.palette = "ctrl+shift+o"
"""
    config = loaded(file, source)
    settings = config.settings
    assert (settings.theme, settings.refresh, settings.start_page, settings.period) == (
        "nord",
        10,
        "beats",
        "7d",
    )
    assert (settings.numbers, settings.ascii, settings.mouse, settings.bell) == (
        "short",
        True,
        False,
        True,
    )
    assert settings.accessible
    assert settings.keyboard.words
    assert settings.keyboard.keys("page.refresh") == ("f5",)
    assert settings.keyboard.keys("move.up") == ("w", "ctrl+p")
    assert settings.keyboard.keys("page.browse") == ("o",)
    assert config.origin("theme") == "config.toml:1"
    assert config.origin("accessible") == "config.toml:9"
    assert config.origin("page.refresh") == "config.toml:12"
    assert config.origin("move.up") == "config.toml:13"
    assert config.origin("page.browse") == "default"


def test_options_match_settings() -> None:
    assert {option.name for option in OPTIONS} | {"keyboard", "goals"} == set(Settings._fields)


@pytest.mark.parametrize(
    "source, minutes",
    [
        ('refresh = "auto"', None),
        ("refresh = 0", 0),
        ("refresh = 1", 1),
        ("refresh = 2.5", 2.5),
        ("refresh = 1440", 1440),
    ],
)
def test_refresh_takes_minutes(file: Path, source: str, minutes: float | None) -> None:
    assert loaded(file, source).settings.refresh == minutes


def test_byte_order_mark_and_crlf_are_accepted(file: Path) -> None:
    config = loaded(file, b'\xef\xbb\xbf# mine\r\ntheme = "nord"\r\n')
    assert (config.settings.theme, config.origin("theme")) == ("nord", "config.toml:2")


@pytest.mark.parametrize(
    "source",
    [
        '[keys]\npage.refresh = "x"',
        '[keys]\n"page.refresh" = "x"',
        '[keys.page]\nrefresh = "x"',
        'keys.page.refresh = "x"',
        'keys = {page = {refresh = "x"}}',
        '[ keys . page ]\n  refresh = ["x"]',
    ],
)
def test_keys_are_read_from_any_toml_notation(file: Path, source: str) -> None:
    config = loaded(file, source)
    assert config.settings.keyboard.keys("page.refresh") == ("x",)
    assert config.origin("page.refresh").startswith("config.toml")


def test_documented_example_is_a_valid_configuration(file: Path) -> None:
    example = CONFIGURATION.read_text("utf-8").partition("```toml\n")[2].partition("```")[0]
    config = loaded(file, example)
    assert set(config.origins) >= {option.name for option in OPTIONS}
    assert config.settings.keyboard.keys("page.refresh") == ("f5",)


# Precedence


def test_flag_overrides_variable_overrides_file(file: Path) -> None:
    file.write_text('theme = "nord"\nperiod = "7d"\nnumbers = "short"\n')
    environ = {"BEATPASS_THEME": "dracula", "BEATPASS_PERIOD": "90d", "BEATPASS_MOUSE": "off"}
    config = load(environ, {"theme": "gruvbox", "bell": True}, str(file))
    settings = config.settings
    assert (settings.theme, settings.period, settings.numbers) == ("gruvbox", "90d", "short")
    assert (settings.mouse, settings.bell) == (False, True)
    assert {
        name: config.origin(name) for name in ("theme", "period", "numbers", "mouse", "bell")
    } == {
        "theme": "--theme",
        "period": "BEATPASS_PERIOD",
        "numbers": "config.toml:3",
        "mouse": "BEATPASS_MOUSE",
        "bell": "--bell",
    }


def test_flag_can_disable_a_setting_of_the_file(file: Path) -> None:
    file.write_text("accessible = true\n")
    config = load({}, {"accessible": False}, str(file))
    assert not config.settings.accessible
    assert not config.settings.keyboard.words
    assert config.origin("accessible") == "--no-accessible"


@pytest.mark.parametrize("value", ["", "  "])
def test_empty_variable_is_ignored(value: str, file: Path) -> None:
    assert loaded(file, 'theme = "nord"', BEATPASS_THEME=value).settings.theme == "nord"


@pytest.mark.parametrize(
    "environ, accessible",
    [
        ({"ACCESSIBLE": "1"}, True),
        ({"ACCESSIBLE": "screen reader"}, True),
        ({"ACCESSIBLE": "0"}, False),
        ({"ACCESSIBLE": ""}, False),
        ({"ACCESSIBLE": "1", "BEATPASS_ACCESSIBLE": "no"}, False),
    ],
)
def test_accessible_variable_is_read(environ: dict[str, str], accessible: bool) -> None:
    assert load({"XDG_CONFIG_HOME": "/nowhere", **environ}, {}).settings.accessible is accessible


# Errors


@pytest.mark.parametrize(
    "source, message",
    [
        ('them = "nord"', 'config.toml, line 1, them: unknown key "them"; did you mean theme?'),
        (
            '\n\ntheme = "nordd"',
            'config.toml, line 3, theme: unknown theme "nordd"; did you mean nord?',
        ),
        ("theme = 5", 'config.toml, line 1, theme: must be a word in quotes, such as "beatpass".'),
        (
            'numbers = "long"',
            'config.toml, line 1, numbers: unknown numbers "long"; known: full, short.',
        ),
        ('mouse = "yes"', "config.toml, line 1, mouse: must be true or false."),
        ("ascii = 1", 'config.toml, line 1, ascii: must be true, false or "auto".'),
        ("period = []", 'config.toml, line 1, period: must be a word in quotes, such as "7d".'),
        (
            '[keys]\npage.refesh = "x"',
            'config.toml, line 2, keys.page.refesh: unknown key ID "page.refesh"; '
            "did you mean page.refresh?",
        ),
        (
            '[keys]\npage.refresh = "ctr+r"',
            'config.toml, line 2, keys.page.refresh: unknown key "ctr+r"; '
            'examples: "r", "?", "f5", "ctrl+r", "escape".',
        ),
        (
            "[keys]\npage.refresh = 5",
            "config.toml, line 2, keys.page.refresh: must be a key in quotes, or a list: "
            '["r", "f5"].',
        ),
        (
            "[keys]\npage.refresh = []",
            "config.toml, line 2, keys.page.refresh: needs at least one key.",
        ),
        (
            "[goals]\nplays = 50000\ndownloads = 0",
            "config.toml, line 3, goals.downloads: must be a whole number from 1 to "
            "1,000,000,000,000, such as 50000.",
        ),
        (
            '[goals]\nplays = "50000"',
            "config.toml, line 2, goals.plays: must be a whole number from 1 to "
            "1,000,000,000,000, such as 50000.",
        ),
        (
            "[goals]\nplay = 50000",
            'config.toml, line 2, goals.play: unknown goal "play"; did you mean plays?',
        ),
        (
            "[goals]\nlevel = 20",
            'config.toml, line 2, goals.level: unknown goal "level"; known: tracks, plays, albums, '
            "downloads, followers, xp.",
        ),
        ("goals = 5", "config.toml, line 1, goals: must be a table: [goals]."),
        (
            'keys = "x"',
            "config.toml, line 1, keys: must be a table: [keys].",
        ),
        (
            '[keys]\npage.refresh = "x"\n"page.refresh" = "z"',
            "config.toml, line 2, keys.page.refresh: defined twice.",
        ),
    ],
)  # fmt: skip
def test_error_names_file_line_key_and_closest_match(file: Path, source: str, message: str) -> None:
    messages = error_messages(file, source)
    if "twice" in message:
        assert messages[0].endswith("defined twice.")
    elif message.endswith("?"):
        assert messages[0].startswith(f"{message} Known: ")
    else:
        assert messages == [message]


@pytest.mark.parametrize(
    "value", ["0.5", "-1", "nan", "inf", "-inf", "true", "1441", '"5"', "9" * 400]
)
def test_refresh_is_limited_to_a_minute_and_a_day(file: Path, value: str) -> None:
    (message,) = error_messages(file, f"refresh = {value}")
    assert message.endswith('must be minutes from 1 to 1440, 0 for never, or "auto".')


@pytest.mark.parametrize("value", ["0.5", "nan", "inf", "1e400", "soon"])
def test_refresh_variable_is_limited(file: Path, value: str) -> None:
    (message,) = error_messages(file, "", BEATPASS_REFRESH=value)
    assert message.startswith("BEATPASS_REFRESH: must be minutes from 1 to 1440")


def test_error_names_variable_or_flag(file: Path) -> None:
    file.write_text("")
    with pytest.raises(ConfigError) as raised:
        load({"BEATPASS_MOUSE": "maybe"}, {"start_page": "financs"}, str(file))
    assert raised.value.messages == (
        "BEATPASS_MOUSE: must be true or false.",
        '--start-page: unknown start page "financs"; did you mean finances? Known: dashboard, '
        "finances, activity, progress, leaderboards, beats, collections.",
    )


def test_all_errors_are_reported_together(file: Path) -> None:
    source = 'them = "nord"\nmouse = 3\n[keys]\npage.refresh = "o"\n'
    assert [sentence.partition(":")[0] for sentence in error_messages(file, source)] == [
        "config.toml, line 1, them",
        "config.toml, line 2, mouse",
        "config.toml, line 4, keys.page.refresh",
    ]


@pytest.mark.parametrize(
    "source, line, reason",
    [
        ('theme = "nord"\nmouse maybe\n', 2, "invalid TOML"),
        ('theme = "nord', 1, "invalid TOML"),
        ('theme = "a"\n\ntheme = "b"\n', 3, "duplicate key or table"),
        ("[keys]\n[keys]\n", 2, "duplicate key or table"),
        (b'theme = "\xff\xfe"', 1, "not UTF-8 text"),
        (b"\n\n\x00\x01\x02\x7fELF\x90", 3, "not UTF-8 text"),
        (b"\x00\x01\x02", 1, "invalid TOML"),
        ('theme = "nord"\n'.encode("utf-16"), 1, "not UTF-8 text"),
        ("<html>\n<body>captive</body>", 1, "invalid TOML"),
        ("a = " + "[" * 100_000, None, "nested too deeply"),
    ],
)
def test_invalid_file_is_reported_with_its_line(
    file: Path, source: str | bytes, line: int | None, reason: str
) -> None:
    (message,) = error_messages(file, source)
    assert reason in message
    assert message.startswith(f"config.toml, line {line}:" if line else "config.toml is")


def test_control_codes_are_removed_from_errors(file: Path) -> None:
    for message in error_messages(
        file, '"\\u001b]52;c;aGk=\\u0007" = 1\ntheme = "\\u001b[2J\\u009b"\n'
    ):
        assert message.isprintable()


def test_long_name_is_truncated_in_errors(file: Path) -> None:
    (message,) = error_messages(file, f"{'a' * 10_000} = 1")
    assert len(message) < 600


def test_large_file_is_rejected(file: Path) -> None:
    (message,) = error_messages(file, b"# filler\n" * 1_200_000)
    assert message == "config.toml is too large (more than 1 MB)."


def test_folder_instead_of_the_file_is_rejected(file: Path) -> None:
    file.mkdir()
    with pytest.raises(ConfigError, match="is a folder, not a file"):
        load({}, {}, str(file))


@pytest.mark.skipif(os.name != "posix", reason="pipes and links of POSIX")
def test_pipe_at_the_default_path_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def waits(*_: object) -> None:
        pytest.fail("the pipe was opened")

    file = tmp_path / "beatpass-tui" / "config.toml"
    file.parent.mkdir()
    os.mkfifo(file)
    monkeypatch.setattr(Path, "open", waits)
    with pytest.raises(ConfigError, match="is a pipe, not a file"):
        load({"XDG_CONFIG_HOME": str(tmp_path)}, {})


@pytest.mark.skipif(os.name != "posix", reason="pipes and links of POSIX")
def test_pipe_named_by_a_flag_is_read(tmp_path: Path) -> None:
    # Shells pass the output of a command in this way.
    reading, writing = os.pipe()
    os.write(writing, b'theme = "nord"')
    os.close(writing)
    assert load({}, {}, f"/dev/fd/{reading}").settings.theme == "nord"
    os.close(reading)


@pytest.mark.skipif(os.name != "posix", reason="pipes and links of POSIX")
def test_symbolic_link_is_followed(tmp_path: Path) -> None:
    # A common way to keep settings in one place.
    file = tmp_path / "beatpass-tui" / "config.toml"
    file.parent.mkdir()
    (tmp_path / "mine.toml").write_text('theme = "nord"')
    file.symlink_to(tmp_path / "mine.toml")
    environ = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert load(environ, {}).settings.theme == "nord"
    file.unlink()
    file.symlink_to(file)
    with pytest.raises(ConfigError, match="cannot be read"):
        load(environ, {})


def test_sparse_gigabyte_is_rejected(file: Path) -> None:
    with file.open("wb") as sparse:
        sparse.truncate(1 << 30)
    with pytest.raises(ConfigError, match=r"too large \(more than 1 MB\)"):
        load({}, {}, str(file))


def test_file_instead_of_the_folder_means_defaults(tmp_path: Path) -> None:
    (tmp_path / "beatpass-tui").write_text("")
    assert load({"XDG_CONFIG_HOME": str(tmp_path)}, {}) == Config()


def test_unreadable_file_is_rejected(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    file.write_text("")
    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(ConfigError, match=r"cannot be read: Permission denied\."):
        load({}, {}, str(file))


def test_missing_named_file_is_rejected(file: Path) -> None:
    with pytest.raises(ConfigError, match="does not exist"):
        load({}, {}, str(file))


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
def test_invalid_file_name_is_rejected(name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load({}, {}, name)


def test_invalid_file_does_not_hide_other_errors(file: Path) -> None:
    messages = error_messages(file, "garbage", BEATPASS_NUMBERS="tiny")
    assert len(messages) == 2


def test_file_is_never_written(file: Path) -> None:
    source = 'theme = "nord"\n'
    file.write_text(source)
    file.chmod(0o444)
    before = file.stat().st_mtime_ns
    loaded_again = load({}, {"theme": "dracula"}, str(file))
    assert loaded_again.settings.theme == "dracula"
    assert (file.read_text(), file.stat().st_mtime_ns) == (source, before)


# Lines


def test_line_numbers_ignore_comments_and_other_tables(file: Path) -> None:
    source = (
        '# theme = "none"\ntheme = "nord" # theme = 5\n\n'
        '[keys]\n# page.copy = "x"\npage.copy = "f8"\n'
    )
    config = loaded(file, source)
    assert (config.origin("theme"), config.origin("page.copy")) == (
        "config.toml:2",
        "config.toml:6",
    )
