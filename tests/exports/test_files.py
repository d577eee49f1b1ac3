"""`e` and `E` export the rows of a page to a new file."""

from __future__ import annotations

import asyncio
import csv
import json
import os
from pathlib import Path

import pytest

from beatpass_tui.auth.access import KnownToken
from beatpass_tui.config.keys import Keyboard
from beatpass_tui.config.settings import Settings
from beatpass_tui.errors import UsageError, WriteFailed
from beatpass_tui.exports import files, tables
from beatpass_tui.exports.files import ExportFile
from beatpass_tui.screens.page import Page
from beatpass_tui.widgets.status_line import StatusLine
from support.app_harness import FakeAccess, Stage, idle, press, until
from support.catalog import pages
from support.fakes import NOW, FakeClock, FakeService
from support.stored_answers import ACCOUNT, StoredHistory

SIZE = (100, 30)
PAGES = {
    "2": ("transactions", 2),
    "3": ("activity", 45),
    "4": ("achievements", 1),
    "6": ("beats", 1),
    "7": ("collections", 2),
}
"""The key of a page, the file that `e` writes there, and its number of rows.

Only available achievements are shown.
"""


@pytest.mark.parametrize("digit, name, rows", [(key, *page) for key, page in PAGES.items()])
async def test_key_writes_the_rows_of_the_page_as_csv(
    digit: str, name: str, rows: int, tmp_path: Path
) -> None:
    stage = Stage(folder=tmp_path)
    async with stage.run(size=SIZE) as pilot:
        await press(pilot, digit)
        await pilot.press("e")
        path = tmp_path / f"beatpass-{name}-2026-11-23.csv"
        await until(pilot, path.exists)
        await until(pilot, lambda: stage.notice.startswith("Wrote "))
        assert path.name in stage.notice
    with path.open(newline="") as file:
        written = list(csv.DictReader(file))
    assert len(written) == rows


async def test_key_writes_the_history_on_the_first_day(tmp_path: Path) -> None:
    stored = StoredHistory(tmp_path, FakeClock())
    access = FakeAccess(known=KnownToken(ACCOUNT))
    stage = Stage(
        FakeService(), access, clock=stored.clock, repository=stored.repository(), folder=tmp_path
    )
    async with stage.run(size=SIZE) as pilot:
        await press(pilot, "3")
        stage.app.screen.query_one("#chart").focus()
        await idle(pilot)
        await pilot.press("e")
        path = tmp_path / "beatpass-history-2026-11-23.csv"
        await until(pilot, path.exists)
        await until(pilot, lambda: stage.notice.startswith("Wrote "))
    stored.close()
    with path.open(newline="") as file:
        rows = {row["number"]: row["value"] for row in csv.DictReader(file)}
    assert (rows["tracks"], rows["plays"]) == ("128", "45210")


async def test_key_writes_the_leaderboard_that_is_shown_as_json(tmp_path: Path) -> None:
    settings = Settings(keyboard=Keyboard({"page.export_json": ("E",)}))
    stage = Stage(folder=tmp_path, settings=settings)
    async with stage.run("5", size=SIZE) as pilot:
        await pilot.press("E")
        path = tmp_path / "beatpass-rankings-2026-11-23.json"
        await until(pilot, path.exists)
    content = json.loads(path.read_text("utf-8"))
    assert (content["page"], content["complete"], len(content["rows"])) == ("rankings", True, 23)
    assert {(row["category"], row["period"]) for row in content["rows"]} == {
        ("Audience plays", "30d")
    }


@pytest.mark.parametrize("digit", ["3", "6"])
async def test_incomplete_export_says_so(digit: str, tmp_path: Path) -> None:
    service = FakeService()
    service.script("beats", pages(10_000))
    stage = Stage(service, folder=tmp_path)
    async with stage.run(size=SIZE) as pilot:
        await press(pilot, digit)
        # Activity of all time has 1,204 downloads.
        await pilot.press("p", "p")
        await idle(pilot)
        await pilot.press("e")
        total = "1,204" if digit == "3" else "10,000"
        await until(pilot, lambda: stage.notice.startswith(f"Wrote 500 rows of {total} to "))


async def test_home_has_nothing_to_export(tmp_path: Path) -> None:
    stage = Stage(folder=tmp_path)
    async with stage.run(size=SIZE) as pilot:
        await press(pilot, "e")
        assert stage.notice == "Nothing to export here"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("digit, name", [("2", "transactions"), ("6", "beats")])
async def test_rows_that_are_still_loading_are_not_exported(digit: str, name: str) -> None:
    service, held = FakeService(), asyncio.Event()
    service.script(name, held)
    stage = Stage(service)
    async with stage.app.run_test(size=SIZE) as pilot:
        await idle(pilot)
        await press(pilot, digit)
        await press(pilot, "e")
        assert stage.notice == "Still loading; export when the rows are here"
        held.set()


async def test_missing_folder_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    stage = Stage(folder=Path("gone"))
    async with stage.run(size=SIZE) as pilot:
        await press(pilot, "6")
        await pilot.press("e")
        await until(pilot, lambda: "could not be written" in stage.notice)


def export_file() -> ExportFile:
    table = tables.collections(())
    return ExportFile("collections", table, NOW, 0, complete=True)


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps the current folder")
def test_deleted_folder_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "deleted"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    with pytest.raises(UsageError, match="The current folder no longer exists"):
        files.save(export_file(), "csv", Path(), NOW)


def test_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    first = tmp_path / "beatpass-collections-2026-11-23.csv"
    first.write_text("mine")
    path = files.save(export_file(), "csv", tmp_path, NOW)
    assert path.name == "beatpass-collections-2026-11-23-2.csv"
    assert first.read_text() == "mine"
    assert {each.name for each in tmp_path.iterdir()} == {first.name, path.name}


def test_number_of_files_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_FILES", 2)
    files.save(export_file(), "json", tmp_path, NOW)
    files.save(export_file(), "json", tmp_path, NOW)
    with pytest.raises(WriteFailed, match="move some away"):
        files.save(export_file(), "json", tmp_path, NOW)


@pytest.mark.parametrize(
    "total, complete, text",
    [
        (1, True, "Wrote 1 row to a.csv"),
        (1_204, False, "Wrote 1 row of 1,204 to a.csv"),
        (None, False, "Wrote 1 row to a.csv; the rest is not loaded"),
    ],
)
def test_saved_message(total: int | None, complete: bool, text: str, tmp_path: Path) -> None:
    table = tables.collections(())._replace(rows=[(1,)])
    content = ExportFile("collections", table, NOW, total, complete)
    assert files.saved_message(content, tmp_path / "a.csv") == text


@pytest.mark.parametrize(
    "loaded, total, text",
    [
        (500, 9_375, "Wrote 1 row, found in 500 of 9,375 loaded, to a.csv"),
        (5, 5, "Wrote 1 row of 5 to a.csv"),
        (500, None, "Wrote 1 row to a.csv; the rest is not loaded"),
    ],
)
def test_message_of_rows_found_in_a_part_of_a_list(
    loaded: int, total: int | None, text: str, tmp_path: Path
) -> None:
    table = tables.collections(())._replace(rows=[(1,)])
    content = ExportFile("collections", table, NOW, total, complete=False, loaded=loaded)
    assert files.saved_message(content, tmp_path / "a.csv") == text


async def test_export_may_end_after_the_app(tmp_path: Path) -> None:
    stage = Stage(folder=tmp_path)
    async with stage.run(size=SIZE) as pilot:
        await press(pilot, "5")
        page = stage.app.screen
        assert isinstance(page, Page)
        await page.query(StatusLine).remove()
        page.show_message("Wrote 1 row to a.csv")
