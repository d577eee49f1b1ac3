"""The token name contains a random id of the installation."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from beatpass_tui.auth.access import StoredAccess, VariableAccess
from beatpass_tui.auth.credentials import Credentials
from beatpass_tui.auth.installation import FILE
from beatpass_tui.models.secret import Secret
from support.fake_keyring import finder
from support.fakes import NOVA_SIGNED_IN

ORIGIN = "https://open.beatpass.ca"
NAME = re.compile(r"beatpass-tui on .+ \([0-9a-f]{8}\)")


def credentials_in(folder: Path) -> Credentials:
    return Credentials(folder, finder())


async def sign_in(folder: Path) -> str:
    """Sign in with a password; return the name of the token."""
    credentials = credentials_in(folder)
    name = await credentials.token_name()
    await credentials.save(ORIGIN, NOVA_SIGNED_IN)
    return name


async def test_name_is_stable_in_one_data_folder(tmp_path: Path) -> None:
    name = await sign_in(tmp_path / "a")
    assert NAME.fullmatch(name)
    assert await sign_in(tmp_path / "a") == name
    await credentials_in(tmp_path / "a").remove(ORIGIN)
    assert await StoredAccess(credentials_in(tmp_path / "a"), ORIGIN).token_name() == name


async def test_installations_on_hosts_with_the_same_name_differ(tmp_path: Path) -> None:
    names = [await sign_in(tmp_path / str(number)) for number in range(20)]
    assert len(set(names)) == 20


async def test_first_of_two_instances_sets_the_name(tmp_path: Path) -> None:
    first, second = credentials_in(tmp_path), credentials_in(tmp_path)
    name = await first.token_name()
    assert await second.token_name() != name
    for each in (first, second):
        await each.save(ORIGIN, NOVA_SIGNED_IN)
    assert await second.token_name() == await first.token_name() == name


async def test_id_is_private(tmp_path: Path) -> None:
    name = await sign_in(tmp_path / "data")
    path = tmp_path / "data" / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.read_text().strip() in name


async def test_nothing_is_stored_before_the_sign_in_succeeded(tmp_path: Path) -> None:
    await credentials_in(tmp_path / "data").token_name()
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("content", [b"", b"x" * 8, b"0A1B2C3D", b"\xff" * 8, b"0" * 5_000_000])
async def test_damaged_id_is_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    name = await sign_in(tmp_path)
    assert NAME.fullmatch(name)
    assert await sign_in(tmp_path) == name


async def test_without_a_usable_folder_each_name_is_unique(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / FILE).symlink_to(tmp_path / "elsewhere")
    for folder in (tmp_path / "file" / "data", tmp_path):
        names = {await credentials_in(folder).token_name() for _ in range(3)}
        assert len(names) == 3
        assert all(map(NAME.fullmatch, names))
    assert not (tmp_path / "elsewhere").exists()


async def test_variable_access_has_a_new_name_each_time() -> None:
    access = VariableAccess(Secret("7|made-up"))
    assert await access.token_name() != await access.token_name()
