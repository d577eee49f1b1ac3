"""A store that fails while the dashboard runs: each problem is reported once, and pages work."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from beatpass_tui.auth.access import KnownToken
from support.app_harness import NUMBERS, FakeAccess, Stage, idle, press, text_of
from support.fakes import FakeClock, FakeService
from support.stored_answers import ACCOUNT, StoredHistory, wait_for_writes

FAULTS = {
    "full disk": (sqlite3.SQLITE_FULL, "database or disk is full", ("INSERT", "UPDATE", "DELETE")),
    "failed writes": (sqlite3.SQLITE_IOERR, "disk I/O error", ("BEGIN IMMEDIATE",)),
    "failed reads": (sqlite3.SQLITE_IOERR, "disk I/O error", ("SELECT",)),
    "unplugged disk": (sqlite3.SQLITE_IOERR, "disk I/O error", ("",)),
}


class FaultyConnection(sqlite3.Connection):
    """A connection whose statements fail with `fault` if they contain one of its words."""

    fault: tuple[int, str, tuple[str, ...]] | None = None

    def _check(self, sql: str) -> None:
        if self.fault is not None and any(word in sql for word in self.fault[2]):
            error = sqlite3.OperationalError(self.fault[1])
            error.sqlite_errorcode = self.fault[0]
            raise error

    def execute(self, sql: str, /, *arguments: object) -> sqlite3.Cursor:
        self._check(sql)
        return super().execute(sql, *arguments)  # type: ignore[arg-type]

    def executemany(self, sql: str, /, *arguments: object) -> sqlite3.Cursor:
        self._check(sql)
        return super().executemany(sql, *arguments)  # type: ignore[arg-type]


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StoredHistory]:
    connect = sqlite3.connect

    def faulty(*arguments: object, **options: object) -> sqlite3.Connection:
        return connect(*arguments, **options, factory=FaultyConnection)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(sqlite3, "connect", faulty)
    monkeypatch.setattr(FaultyConnection, "fault", None)
    created = StoredHistory(tmp_path, FakeClock())
    yield created
    FaultyConnection.fault = None
    created.close()


@pytest.mark.parametrize(
    "fault, when",
    [
        *((fault, "after all pages") for fault in FAULTS),
        ("failed reads", "from the first page"),
        ("unplugged disk", "from the first page"),
    ],
)
async def test_failing_store_is_reported_once_across_the_pages(
    stored: StoredHistory, fault: str, when: str
) -> None:
    repository = stored.repository()
    stage = Stage(
        FakeService(token=None),
        FakeAccess(known=KnownToken(ACCOUNT)),
        clock=stored.clock,
        repository=repository,
    )
    reports: list[str] = []
    async with stage.run() as pilot:

        def record(*_: object) -> None:
            if "store.sqlite3" in stage.notice and stage.notice not in reports[-1:]:
                reports.append(stage.notice)

        if when == "after all pages":
            await press(pilot, *"2345671")
        FaultyConnection.fault = FAULTS[fault]
        for _ in range(2):
            stage.clock.advance(4_000)
            for page in "1234567":
                await press(pilot, page, "r")
                await wait_for_writes(repository)
                await idle(pilot)
                record()
                text = text_of(stage.app)
                assert text.count("store.sqlite3") <= 1
                assert "navailable" not in text
                assert "is not recorded" not in text
                stage.clock.advance(2)
        await press(pilot, "1")
        assert {name: stage.card(name)[0].split("  ")[0] for name in NUMBERS} == NUMBERS
    # The path is longer than the row.
    assert reports == [f"! store.sqlite3 could not be used: {FAULTS[fault][1]}."]
    assert stage.app.close_repository() == ""
