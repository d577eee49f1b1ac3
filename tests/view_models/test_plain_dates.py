"""A date without a time is that calendar day, on every page, in exports and in every time zone."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from beatpass_tui.exports import history_file, tables
from beatpass_tui.exports.tables import ExportTable
from beatpass_tui.models.audience import Activity
from beatpass_tui.models.career import Achievements, Standings
from beatpass_tui.models.catalog import Beats
from beatpass_tui.models.money import Sales, Transactions
from beatpass_tui.models.uploads import Uploads
from beatpass_tui.storage import serialization
from beatpass_tui.view_models import activity, beat_table, beats, progress, season, transactions

DAY = "2026-11-24"

ZONES = [timezone(timedelta(hours=hours)) for hours in (-10, -5, 0, 14)]


@pytest.fixture(params=ZONES, ids=str)
def now(request: pytest.FixtureRequest) -> datetime:
    """Return 18:00 on the following day in each time zone."""
    return datetime(2026, 11, 25, 18, tzinfo=request.param)


def column(table: ExportTable, name: str) -> list[object]:
    """Return a column of an export as text."""
    header, *rows = tables.as_csv(table).splitlines()
    index = header.split(",").index(name)
    return [row.split(",")[index] for row in rows]


def test_transactions(now: datetime) -> None:
    for name in ("occurredAt", "occurred_at", "createdAt", "created_at", "date", "purchased_at"):
        page = Transactions.decode({"transactions": [{"type": "sale", name: DAY}]})
        [row] = transactions.transaction_rows(page.rows or ())
        assert transactions.row_cells(row, now)[0] == DAY
        assert "Nov 24" in transactions.row_facts(row, now)
        assert column(tables.transactions(page.rows or ()), "at") == [DAY]


def test_track_sales(now: datetime) -> None:
    sales = Sales.decode({"recent_purchases": [{"track_name": "Neon", "purchased_at": DAY}]})
    [row] = transactions.sale_rows(sales)
    assert transactions.row_cells(row, now)[0] == DAY
    assert "Nov 24" in transactions.row_facts(row, now)


def test_downloads(now: datetime) -> None:
    body = {"downloadEvents": [{"id": 1, "occurredAt": DAY}]}
    [event] = Activity.decode(body).events
    assert activity.download_cells(event, now)[0] == DAY
    assert "Nov 24" in activity.download_summary(event, now).split(" · ")
    assert column(tables.activity((event,)), "at") == [DAY]


def test_achievements(now: datetime) -> None:
    for dates in ({"unlocked_at": DAY}, {"earnedAt": DAY}, {"pivot": {"unlocked_at": DAY}}):
        body = {"achievements": [{"name": "First", "unlocked": True, **dates}]}
        [row] = Achievements.decode(body).rows or ()
        assert progress.state_text(row, now) == DAY
        assert "unlocked Nov 24" in progress.row_summary(row, now)
        assert column(tables.achievements((row,)), "unlocked_at") == [DAY]


def test_season(now: datetime) -> None:
    standings = Standings.decode({"data": {"season_info": {"end_date": DAY}}})
    end = standings.season_end
    assert season.season_end_text(end, now) == "season ended Nov 24"
    for days, text in (
        (1, "season ends today"),
        (2, "season ends Nov 24, tomorrow"),
        (4, "season ends Nov 24, in 3 days"),
    ):
        assert season.season_end_text(end, now - timedelta(days=days)) == text


def test_uploads_and_releases(now: datetime) -> None:
    body = {"pagination": {"data": [{"id": 1, "created_at": DAY, "release_date": DAY}]}}
    page = Beats.decode(body, 1)
    [row] = beats.to_rows(page.rows, None, now)
    assert beat_table.cell_texts()["released"](row) == DAY
    exported = tables.beats([row])
    assert column(exported, "uploaded") == column(exported, "released") == [DAY]
    graph = Uploads.decode({"data": [{"date": DAY, "count": 2}]})
    assert list(map(str, graph.days or ())) == [DAY]


def test_imported_history(now: datetime) -> None:
    for at in (DAY, "2026-11-25"):
        content = f"at,artist_id,number,value\n{at},7,plays,5\n".encode()
        [sample] = history_file.parse(content, "file", now).samples
        assert sample.at.astimezone(now.tzinfo).date().isoformat() == at
        assert sample.at <= now
    tomorrow = b"at,artist_id,number,value\n2026-11-26,7,plays,5\n"
    assert history_file.parse(tomorrow, "file", now).misdated == [1]


def test_days_and_moments_are_cached(now: datetime) -> None:
    for at in (DAY, f"{DAY}T18:20:05+00:00"):
        page = Transactions.decode({"transactions": [{"id": 1, "date": at}]})
        assert serialization.load(Transactions, serialization.dump(page)) == page
    assert now > datetime(2026, 11, 24, tzinfo=UTC)
