"""The demo's catalog has its documented totals on any day."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from beatpass_tui.demo import activity, catalog
from beatpass_tui.demo.model import Catalog
from beatpass_tui.demo.progress import leaderboard

MOMENTS = (
    datetime(2026, 11, 23, 12, 4, 30, tzinfo=UTC),
    datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC),
    datetime(2026, 12, 31, 0, 0, 0, tzinfo=UTC),
)


@pytest.fixture(params=MOMENTS, ids=str)
def now(request: pytest.FixtureRequest) -> datetime:
    moment: datetime = request.param
    return moment


@pytest.fixture
def made_up(now: datetime) -> Catalog:
    return catalog.full(now)


def test_tracks_add_up(made_up: Catalog, now: datetime) -> None:
    tracks = made_up.tracks
    assert (len(tracks), len(made_up.listed), made_up.total_plays) == (128, 120, 45_210)
    assert len({track.id for track in tracks}) == len({track.name for track in tracks}) == 128
    assert [track.uploaded for track in tracks] == sorted(
        (track.uploaded for track in tracks), reverse=True
    )
    assert all(track.uploaded <= now for track in tracks)
    assert made_up.artist is not None
    assert made_up.artist.member_since < tracks[-1].uploaded
    assert sum(track.uploaded > now - timedelta(days=30) for track in tracks) == 4
    assert all((track.plays > 0) == track.listed for track in tracks)
    top, second = sorted((track.plays for track in tracks), reverse=True)[:2]
    assert (top, second < top) == (7_919, True)


def test_uploads_are_spread_unevenly_over_a_year(made_up: Catalog, now: datetime) -> None:
    year = [track for track in made_up.tracks if track.uploaded > now - timedelta(days=365)]
    a_day = Counter(track.uploaded.date() for track in year)
    assert len(year) > 52
    assert 1 in a_day.values()
    assert max(a_day.values()) >= 4


def test_albums_have_their_tracks(made_up: Catalog, now: datetime) -> None:
    assert len(made_up.albums) == 9
    dates = [album.release_date for album in made_up.albums]
    assert dates.count(None) == 1
    assert sum(date is not None and date > now.date() for date in dates) == 1
    ids = {album.id for album in made_up.albums}
    assert {track.album_id for track in made_up.tracks} - {None} < ids


def test_downloads_follow_the_upload(made_up: Catalog, now: datetime) -> None:
    downloads = made_up.downloads
    assert len(downloads) == len({download.id for download in downloads}) == 1_204
    assert all(download.track.uploaded < download.at <= now for download in downloads)
    assert all(download.track.listed for download in downloads)
    assert any(download.downloader is None for download in downloads)
    assert any(download.license is None for download in downloads)
    assert downloads[-1].at < now - timedelta(days=365)


def test_sales_add_up(made_up: Catalog, now: datetime) -> None:
    assert len(made_up.purchases) == 37
    for purchase in made_up.purchases:
        assert purchase.artist_cents + purchase.fee_cents == purchase.total_cents
        assert purchase.track.uploaded < purchase.at <= now


def test_level_matches_its_xp(made_up: Catalog) -> None:
    progress = made_up.progress
    assert progress.floor == round(100 * (progress.level - 1) ** 1.5)
    assert progress.xp + progress.to_next == round(100 * progress.level**1.5)


def test_season_ends_with_the_month(made_up: Catalog, now: datetime) -> None:
    data = leaderboard(made_up, now, signed_in=True)["data"]
    assert isinstance(data, dict)
    end = datetime.fromisoformat(data["season_info"]["end_date"])
    assert now <= end + timedelta(seconds=1)
    assert (end.month, (end + timedelta(seconds=1)).day) == (now.month, 1)


def test_one_day_has_nine_uploads(made_up: Catalog, now: datetime) -> None:
    graph = activity.upload_days(made_up, now)
    assert (graph[0].day, graph[-1].day) == (now.date() - timedelta(days=370), now.date())
    assert sorted(len(day.tracks) for day in graph)[-2:] == [7, 9]


def test_money_adds_up(made_up: Catalog, now: datetime) -> None:
    rows = made_up.transactions
    assert len(rows) == len({row.id for row in rows}) == 62
    assert [row.at for row in rows] == sorted((row.at for row in rows), reverse=True)
    assert all(row.at <= now for row in rows)
    sold = sum(row.amount for row in rows if row.kind == "sales")
    assert sold == sum(purchase.artist_cents for purchase in made_up.purchases)
    assert [row.status for row in rows if row.amount < 0] == ["refunded"]


def test_xp_adds_up(made_up: Catalog, now: datetime) -> None:
    assert sum(source.xp for source in made_up.xp_sources) == made_up.progress.xp
    assert made_up.artist is not None
    dates = [each.unlocked for each in made_up.unlocked if each.unlocked is not None]
    assert dates == sorted(dates, reverse=True)
    assert all(made_up.artist.member_since < date < now for date in dates)


def test_larger_catalog_keeps_the_share_of_listed_tracks(now: datetime) -> None:
    larger = catalog.full(now, 4_000)
    assert len(larger.tracks) == len({track.id for track in larger.tracks}) == 4_000
    assert 0.93 < len(larger.listed) / 4_000 < 0.95
    assert all((track.plays > 0) == track.listed for track in larger.tracks)
    assert larger.artist is not None
    assert larger.artist.member_since < larger.tracks[-1].uploaded
