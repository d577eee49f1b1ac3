"""Missing or unusable data folders: reported, but never fatal."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import platformdirs
import pytest

from beatpass_tui import bootstrap, cli
from beatpass_tui.auth.credentials import Credentials
from beatpass_tui.commands.parser import parse
from beatpass_tui.config import flags
from beatpass_tui.config.settings import Settings
from beatpass_tui.demo import DemoServer
from beatpass_tui.errors import ConfigError, CredentialsError, StoreUnavailable
from beatpass_tui.models.identity import Account, SignedIn
from beatpass_tui.models.secret import Secret
from beatpass_tui.storage.files import data_folder
from support.fake_keyring import finder
from support.terminal import Terminal

TOKEN = "901|made-up-token-for-the-tests"

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="XDG folders")

UNUSABLE = {
    "file": ({"XDG_DATA_HOME": "{tmp}/file"}, "Not a directory"),
    "device": ({"XDG_DATA_HOME": "/dev/null/data"}, "Not a directory"),
    "long name": ({"XDG_DATA_HOME": "{tmp}/" + "x" * 300}, "File name too long"),
    "long path": ({"XDG_DATA_HOME": "{tmp}" + "/xxxxxxxxx" * 500}, "File name too long"),
    "home is a file": ({"XDG_DATA_HOME": "data", "HOME": "{tmp}/file"}, "Not a directory"),
    "missing home": ({"XDG_DATA_HOME": "", "HOME": "/proc/self/gone"}, "/.local/share/"),
}


def set_folders(values: dict[str, str], tmp_path: Path, patch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("a file")
    (tmp_path / "working").mkdir()
    patch.chdir(tmp_path / "working")
    for name, value in values.items():
        patch.setenv(name, value.replace("{tmp}", str(tmp_path)))


def save() -> str:
    """Store a token in the default folder; return the displayed path."""
    signed_in = SignedIn(Secret(TOKEN), Account(7, "nova"))
    stored = Credentials(find_keyring=finder())
    return asyncio.run(stored.save("https://open.beatpass.ca", signed_in)).location


def assert_one_line(message: str, reason: str) -> None:
    assert reason in message
    assert message.endswith(".")
    assert "\n" not in message
    assert len(message) < 700
    assert "made-up" not in message


@pytest.mark.parametrize("values, reason", UNUSABLE.values(), ids=UNUSABLE)
def test_unusable_folder_is_reported_and_only_disables_storage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: dict[str, str], reason: str
) -> None:
    set_folders(values, tmp_path, monkeypatch)
    environment = bootstrap.current_environment()
    repository = environment.open_history()
    assert_one_line(repository.take_warning(), reason)
    assert repository.load(7) is None
    repository.close()
    access = environment.access()
    assert access.needs_sign_in
    with pytest.raises(CredentialsError) as caught:
        save()
    assert_one_line(caught.value.message, reason)
    assert list((tmp_path / "working").iterdir()) == []


@pytest.mark.parametrize("folder", ["here", "~/.local/share"])
def test_missing_home_folder_is_reported(monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    monkeypatch.setenv("HOME", "")
    monkeypatch.setenv("XDG_DATA_HOME", "")
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: Path(folder))
    environment = bootstrap.current_environment()
    repository = environment.open_history()
    assert_one_line(repository.take_warning(), "set HOME to an absolute path")
    repository.close()
    with pytest.raises(StoreUnavailable, match="set HOME to an absolute path"):
        environment.store_path()


@pytest.mark.parametrize("name", ["two\nlines", "ta\tb\x1b[2J", "\udcff\udcfe", "Märkte β", " "])
def test_folder_with_an_unusual_name_is_used_and_shown_on_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    set_folders({"XDG_DATA_HOME": f"{{tmp}}/{name}"}, tmp_path, monkeypatch)
    shown = save()
    assert shown.isprintable()
    environment = bootstrap.current_environment()
    repository = environment.open_history()
    assert repository.take_warning() == ""
    repository.set_setting("theme", "nord")
    repository.close()
    assert not environment.access().needs_sign_in
    assert {each.name for each in (tmp_path / name / "beatpass-tui").iterdir()} >= {
        "credentials.json",
        "store.sqlite3",
    }


@pytest.mark.parametrize("values, reason", UNUSABLE.values(), ids=UNUSABLE)
def test_unusable_config_folder_counts_as_no_config_or_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: dict[str, str], reason: str
) -> None:
    renamed = {name.replace("DATA", "CONFIG"): value for name, value in values.items()}
    set_folders(renamed, tmp_path, monkeypatch)
    try:
        assert flags.settings(parse([]), os.environ) == Settings()
    except ConfigError as error:
        [sentence] = error.messages
        assert_one_line(sentence, reason)
        assert reason == "File name too long"


def test_config_path_without_a_home_folder_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "here")
    monkeypatch.setenv("HOME", "there")
    assert cli.main(["config", "--path"]) == 2
    assert capsys.readouterr() == (
        "",
        "beatpass-tui: No home folder for the file; set HOME or XDG_CONFIG_HOME.\n",
    )


@pytest.mark.parametrize("arguments", ["config --show", "config --path", "completions zsh"])
@pytest.mark.parametrize("closed", [False, True])
def test_failing_output_is_reported(
    arguments: str, closed: bool, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", None if closed else full)
        assert cli.main(arguments.split()) == 1
    message = capsys.readouterr().err
    assert message.startswith("beatpass-tui: Output could not be written: ")
    assert message.count("\n") == 1


def test_dashboard_opens_without_a_usable_data_folder(tmp_path: Path) -> None:
    with DemoServer(growth_delay=0.0) as server:
        env = {
            "BEATPASS_API_URL": server.base_url,
            "BEATPASS_TOKEN": server.token,
            "XDG_DATA_HOME": "/dev/null",
            "XDG_CONFIG_HOME": "relative",
            "HOME": "here",
        }
        with Terminal(env=env, size=(120, 36)) as terminal:
            terminal.until("45,210")
            # Shown for some seconds only, so the raw output is searched.
            message = b"Nothing is read or saved in this run"
            terminal.wait(lambda: message in terminal.raw, message.decode())
            terminal.press("q")
            assert terminal.exit() == 0


@pytest.mark.parametrize("xdg", [None, "", "data", "~/data", "/data", "/da ta/"])
@pytest.mark.parametrize("home", ["", "home", "/home/nova", "/home/nova/"])
def test_data_folder_is_that_of_platformdirs(
    monkeypatch: pytest.MonkeyPatch, xdg: str | None, home: str
) -> None:
    monkeypatch.setenv("HOME", home)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    if xdg is not None:
        monkeypatch.setenv("XDG_DATA_HOME", xdg)
    expected = platformdirs.user_data_path("beatpass-tui", appauthor=False)
    assert data_folder(CredentialsError) == expected
