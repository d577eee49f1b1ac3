"""View model of Activity: comparisons and the pattern of downloads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from beatpass_tui.models.audience import Download
from beatpass_tui.models.catalog import Performance, TrackPerformance
from beatpass_tui.models.numbers import AUDIENCE, audience_id, read_numbers
from beatpass_tui.models.trends import Points
from beatpass_tui.models.uploads import UploadDay, Uploads
from beatpass_tui.session.session import Session
from beatpass_tui.view_models import activity
from beatpass_tui.view_models.activity import recorded_before
from beatpass_tui.view_models.download_pattern import DownloadPattern
from beatpass_tui.view_models.upload_calendar import calendar_queries, view_calendar
from support.fakes import (
    NOVA_ACTIVITY,
    NOW,
    FakeClock,
    FakeService,
    nova_activity,
    nova_download,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


# Audience figures against an earlier answer


def series(period: str, *ages: timedelta, now: datetime = NOW) -> Mapping[str, Points]:
    """Return plays recorded at some ages, oldest first, with the age in hours as the value."""
    points = [(now - age, float(age // HOUR)) for age in sorted(ages, reverse=True)]
    return {audience_id(period, "plays"): points, audience_id(period, "likes"): points[:1]}


def test_figures_of_limited_periods_are_recorded() -> None:
    numbers = read_numbers("activity_in", nova_activity(1, "30d", 1))
    assert numbers["activity.30d.plays"] == 1_530
    assert numbers["activity.30d.downloads"] == 45
    assert len(numbers) == 7
    assert read_numbers("activity_in", NOVA_ACTIVITY) == {}
    assert read_numbers("activity_in", NOVA_ACTIVITY._replace(period=None)) == {}
    missing = nova_activity(1, "7d", 1)._replace(likes=None)
    assert "activity.7d.likes" not in read_numbers("activity_in", missing)
    assert len({number.id for number in AUDIENCE}) == 21


@pytest.mark.parametrize(
    "period, ages, expected",
    [
        ("7d", (7 * DAY,), 168),
        ("7d", (HOUR, 6 * DAY + HOUR, 8 * DAY, 30 * DAY), 145),
        ("7d", (6 * DAY - HOUR, 8 * DAY + HOUR), None),
        ("30d", (27 * DAY, 34 * DAY), 648),
        ("30d", (27 * DAY - HOUR, 33 * DAY + HOUR), None),
        ("90d", (81 * DAY, 100 * DAY), 1_944),
        ("90d", (), None),
        ("all", (30 * DAY,), None),
    ],
)
def test_figures_are_compared_with_an_answer_from_about_one_period_ago(
    period: str, ages: tuple[timedelta, ...], expected: float | None
) -> None:
    before = recorded_before(series(period, *ages), period, NOW)
    assert (None if before is None else before.values["plays"]) == expected
    other = "90d" if period == "7d" else "7d"
    assert recorded_before(series(period, *ages), other, NOW) is None


def test_compared_figures_come_from_one_answer() -> None:
    before = recorded_before(series("7d", 7 * DAY, 9 * DAY), "7d", NOW)
    assert before is not None
    assert before.values == {"plays": 168}


def test_audience_table_has_the_earlier_answer_only_if_there_is_one() -> None:
    now = nova_activity(1, "30d", 1)
    plain = activity.audience_table(now, "30d", None, NOW)
    assert plain[0] == ("", "30 days")
    assert plain[1] == ("Plays", "1,530")
    values = {"plays": 1_400, "downloads": 50, "likes": 2_310, "reposts": 0, "licenses": 2}
    before = activity.RecordedFigures(datetime(2026, 10, 24, 9, tzinfo=UTC), values)
    table = activity.audience_table(now._replace(licenses=None), "30d", before, NOW)
    assert table == (
        ("", "30 days", "before", "change"),
        ("Plays", "1,530", "1,400", "▲ 9%"),
        ("Downloads", "45", "50", "▼ 10%"),
        ("Downloaders", "611", "—", ""),
        ("Licenses", "—", "2", ""),
        ("Likes", "2,310", "2,310", "0%"),
        ("Reposts", "184", "0", "+184"),
        ("Comments", "96", "—", ""),
    )
    words = activity.audience_table(now, "30d", before, NOW, in_words=True)
    changes = [row[3] for row in words[1:]]
    assert changes == ["9% more", "10% less", "", ">999% more", "no change", "+184", ""]
    assert activity.audience_table(None, "7d", None, NOW)[1:3] == (
        ("Plays", "…"), ("Downloads", "…"),
    )  # fmt: skip


# Downloads and uploads


def test_details_of_a_download() -> None:
    download = nova_download(0)
    assert activity.download_details(download, NOW) == (
        ("When", "today 19:04"),
        ("Beat", "Midnight Drive"),
        ("Downloader", "listener 1"),
        ("License", "Non-exclusive, active"),
        ("Verification", "00000000-0000-4000-8000-000000000000"),
    )
    assert activity.download_action(download) == "{page.browse} verifies the license"
    for uuid in (None, "../users/me", "00000000-0000-4000-8000-00000000000g", "1" * 36):
        unsafe = download._replace(license_uuid=uuid)
        assert dict(activity.download_details(unsafe, NOW)).get("Verification") is None
        assert activity.download_action(unsafe) == ""


def test_latest_beats_replace_an_unreadable_calendar() -> None:
    session = Session(FakeService(), FakeClock())
    assert view_calendar(session, NOW, with_platform=False) is None
    session.uploads.set_value(Uploads(None))
    assert view_calendar(session, NOW, with_platform=False) is None
    assert session.performance in calendar_queries(session, with_platform=False)
    # 01:30 UTC is the evening before in Toronto.
    toronto = NOW.astimezone(ZoneInfo("America/Toronto"))
    rows = [
        TrackPerformance(n, f"Beat {n}", None, None, False, moment)
        for n, moment in enumerate((datetime(2026, 11, 20, 1, 30, tzinfo=UTC), date(2026, 11, 18)))
    ]
    session.performance.set_value(Performance(tuple(rows)))
    calendar = view_calendar(session, toronto, with_platform=False)
    assert calendar is not None
    assert calendar.title == "your latest beats"
    assert {day.day: each.tracks for day, each in calendar.days.items()} == {
        18: ("Beat 1",), 19: ("Beat 0",), 20: (), 21: (), 22: (), 23: (),
    }  # fmt: skip


def test_xray_tells_own_days_from_those_of_others() -> None:
    session = Session(FakeService(), FakeClock())
    today = NOW.date()
    session.uploads.set_value(Uploads({today: UploadDay(0, ())}))
    session.platform_uploads.set_value(Uploads({today: UploadDay(1_204, ())}))
    assert session.platform_uploads not in calendar_queries(session, with_platform=False)
    plain, xray = (view_calendar(session, NOW, with_platform=on) for on in (False, True))
    assert plain is not None
    assert plain.short_summary(today) == "Mon Nov 23 · no uploads"
    assert xray is not None
    assert xray.short_summary(today) == "Mon Nov 23 · no uploads, 1,204 on BeatPass"
    assert xray.day_summary(today).endswith(" · no uploads · 1,204 on BeatPass")


# Downloads by weekday and hour


def at(*moments: date | None) -> list[Download]:
    return [nova_download(0)._replace(at=moment) for moment in moments]


def test_hours_are_local_before_and_after_a_change_to_standard_time() -> None:
    now = datetime(2026, 11, 23, 20, 4, tzinfo=ZoneInfo("America/Toronto"))
    # 23:30 on a Saturday, 00:30 and twice 01:30 on the Sunday of the change, then 02:30.
    utc = [datetime(2026, 11, 1, hour, 30, tzinfo=UTC) for hour in (3, 4, 5, 6, 7)]
    counts = DownloadPattern.of(at(*utc, None, now.date()), now).counts
    assert counts[5][23] == 1
    assert counts[6][:4] == (1, 2, 1, 0)
    assert sum(map(sum, counts)) == 5


@pytest.mark.parametrize(
    "highest, shades",
    [
        (0, [0]),
        (1, [0, 1]),
        (4, [0, 1, 2, 3, 4]),
        (8, [0, 1, 1, 2, 2, 3, 3, 4, 4]),
        (10**6, [0, 1]),
    ],
)
def test_shades_of_counts(highest: int, shades: list[int]) -> None:
    pattern = DownloadPattern(((highest, *(0,) * 23), *((0,) * 24,) * 6))
    assert [pattern.shade(count) for count in range(len(shades))] == shades
    assert pattern.shade(highest) == min(highest, 4)


def test_busiest_hour_in_words() -> None:
    friday = datetime(2026, 11, 20, 23, 10, tzinfo=UTC)
    pattern = DownloadPattern.of(at(friday, friday, friday - DAY), NOW)
    assert pattern.busiest == "Fri 23:00–00:00, 2 downloads"
    assert pattern.words() == "Mon 0, Tue 0, Wed 0, Thu 1, Fri 2, Sat 0, Sun 0"
    assert DownloadPattern().busiest == ""
