"""Activity: audience figures per period, pages of downloads, and uploads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from textual.containers import VerticalScroll
from textual.pilot import Pilot

from beatpass_tui.errors import BeatPassError, Forbidden, NotFound, ServerError, Unreachable
from beatpass_tui.models.audience import Activity, Download
from beatpass_tui.models.links import WEB_ORIGIN
from beatpass_tui.models.uploads import UploadDay, UploadInsights, Uploads
from beatpass_tui.screens.downloads_page import DownloadsPage
from beatpass_tui.view_models import activity, upload_calendar
from beatpass_tui.view_models.upload_calendar import UploadCalendar
from beatpass_tui.widgets.figures import FigureTable
from beatpass_tui.widgets.heatmap import Heatmap
from beatpass_tui.widgets.key_values import arrange_columns
from beatpass_tui.widgets.period_charts import PeriodHeading
from beatpass_tui.widgets.table import Table
from support.app_harness import NEXT_FILTER, Stage, idle, lines, press, text_of, until
from support.fakes import (
    NOVA_ACTIVITY,
    NOVA_ARTIST,
    NOVA_UPLOAD_INSIGHTS,
    NOW,
    FakeService,
    nova_activity,
    nova_download,
)
from support.snapshots import Compare, keys, sizes

SIZE = (80, 64)
"""Everything is visible."""
HOSTILE = "[red]夜のドライブ[/] [@click=app.quit]x[/]"
FAILED = ServerError("The activity could not be counted.", status=500)


def line(stage: Stage, text: str) -> str:
    """Return the only row of the screen that contains `text`."""
    rows = [row for row in lines(stage) if text in row]
    assert len(rows) == 1, (text, rows)
    return rows[0]


def figures(stage: Stage) -> dict[str, str]:
    rows = stage.app.screen.query_one("#figures", FigureTable).table[1:]
    return {label: value for label, value, *_ in rows}


def period(stage: Stage) -> str:
    return stage.app.screen.query_one(PeriodHeading).value


def table(stage: Stage) -> Table[Download]:
    return stage.app.screen.query_one("#downloads-table", Table)


def heatmap(stage: Stage) -> Heatmap:
    return stage.app.screen.query_one(Heatmap)


def activity_requests(stage: Stage) -> list[tuple[object, ...]]:
    return [call.arguments[1:] for call in stage.service.calls if call.name == "activity_in"]


# Contents and requests


async def test_audience_downloads_and_uploads_are_shown() -> None:
    stage = Stage()
    async with stage.run("3", size=(120, 56)):
        assert period(stage) == "30d"
        assert "excludes your team" in line(stage, "Audience ·")
        assert figures(stage) == {
            "Plays": "1,530",
            "Downloads": "45",
            "Downloaders": "611",
            "Licenses": "37",
            "Likes": "2,310",
            "Reposts": "184",
            "Comments": "96",
        }
        assert "Midnight Drive, 212" in line(stage, "Top download")
        assert "1–20 of 45" in line(stage, "Recent downloads")
        row = line(stage, "listener 4 ")
        for text in ("2026-11-22 22:04", "Midnight Drive", "Non-exclusive", "Active"):
            assert text in row
        assert "No license" in line(stage, "listener 2 ")
        assert "353" in line(stage, "Plays per upload")
        assert "1,512.2" in line(stage, "Contribution points")
        assert "October 2024" in line(stage, "Best month")
        assert "13 tracks" in line(stage, "Its uploads")
        assert "12,821" in line(stage, "Their plays to date")
        assert "Friday, 18:00 to 20:00" in line(stage, "Best upload time")
        assert "0 ■ ■ ■ ■ ■ 7+" in line(stage, "7+")


async def test_each_request_is_made_once_and_the_period_is_always_sent() -> None:
    stage = Stage()
    async with stage.run("3", size=SIZE) as pilot:
        home = ["account", "artist", "stats", "intelligence", "followers", "activity"]
        # A tall Home also requests the performance of beats.
        home.append("performance")
        assert sorted(stage.service.requested) == sorted(
            # 60 days of downloads are on the first five pages.
            [*home, "activity_in", "plays", *["downloads"] * 5, "upload_insights", "uploads"]
        )
        assert activity_requests(stage) == [("30d", 1)]
        count = len(stage.service.requested)
        await press(pilot, "1", "3", "4", "3")
        assert stage.service.requested[count:] == ["xp_sources", "achievements"]


async def test_p_cycles_through_periods_and_requests_each_once() -> None:
    stage = Stage()
    async with stage.run("3", size=SIZE) as pilot:
        for key, label, downloaded in (
            ("90d", "90 days", "133"),
            ("all", "all time", "1,204"),
            ("7d", "7 days", "9"),
            ("30d", "30 days", "45"),
        ):
            await press(pilot, "p")
            assert period(stage) == key
            assert f"Audience · {label}" in text_of(stage.app)
            assert figures(stage)["Downloads"] == downloaded
            assert (key, 1) in activity_requests(stage)
        assert activity_requests(stage) == [("30d", 1), ("90d", 1), ("all", 1), ("7d", 1)]


async def test_click_selects_a_period() -> None:
    stage = Stage()
    async with stage.run("3", size=SIZE) as pilot:
        row = line(stage, "All time")
        await pilot.click(offset=(row.index("All time"), lines(stage).index(row)))
        await idle(pilot)
        assert activity_requests(stage) == [("30d", 1), ("all", 1)]


async def test_numbers_of_one_period_never_appear_under_another() -> None:
    service = FakeService()
    service.script("activity_in", nova_activity, asyncio.Event(), nova_activity)
    stage = Stage(service)
    async with stage.run("3", "p", size=SIZE):
        assert period(stage) == "90d"
        assert set(figures(stage).values()) == {"…"}
        assert table(stage).rows == ()
        assert "Loading…" in text_of(stage.app)
        assert "listener" not in text_of(stage.app)


async def test_response_for_another_period_is_rejected() -> None:
    service = FakeService()
    service.script("activity_in", lambda *_: nova_activity(1, "90d", 1))
    stage = Stage(service)
    async with stage.run("3", size=SIZE):
        assert "133" not in text_of(stage.app)
        assert "BeatPass sent another period" in stage.notice
        assert "listener" not in text_of(stage.app)


async def test_home_and_all_time_agree() -> None:
    stage = Stage()
    service = stage.service
    service.script("activity", NOVA_ACTIVITY._replace(downloads=1_200))
    async with stage.run(size=SIZE) as pilot:
        assert stage.card("downloads")[0] == "1,200"
        await press(pilot, "3", "p", "p")
        assert figures(stage)["Downloads"] == "1,204"
        await press(pilot, "escape")
        assert stage.card("downloads")[0] == "1,204"


async def test_all_time_is_never_older_than_home() -> None:
    stage = Stage()
    async with stage.run("3", "p", "p", "escape", size=SIZE) as pilot:
        stage.clock.advance(60)
        stage.service.script("activity", NOVA_ACTIVITY._replace(downloads=1_300))
        await press(pilot, "r")
        assert stage.card("downloads")[0] == "1,300"
        await press(pilot, "3")
        assert figures(stage)["Downloads"] == "1,300"


async def test_rejected_all_time_response_does_not_change_home() -> None:
    service = FakeService()
    service.script("activity_in", lambda *_: nova_activity(1, "30d", 1))
    stage = Stage(service)
    async with stage.run("3", "p", "p", "escape", size=SIZE):
        assert stage.card("downloads")[0] == "1,204"


# Pages of downloads


async def test_brackets_go_through_all_pages() -> None:
    stage = Stage()
    async with stage.run("3", "right_square_bracket", size=SIZE) as pilot:
        assert "21–40 of 45" in line(stage, "Recent downloads")
        await press(pilot, "right_square_bracket")
        assert "41–45 of 45" in line(stage, "Recent downloads")
        assert len(table(stage).rows) == 5
        await press(pilot, "right_square_bracket")
        assert "41–45 of 45" in line(stage, "Recent downloads")
        await press(pilot, "left_square_bracket", "left_square_bracket", "left_square_bracket")
        assert "1–20 of 45" in line(stage, "Recent downloads")
        assert activity_requests(stage) == [("30d", 1), ("30d", 2), ("30d", 3)]


async def test_downloads_are_found_filtered_and_sorted_beyond_the_page() -> None:
    stage = Stage()
    async with stage.run("3", "right_square_bracket", size=SIZE) as pilot:
        await pilot.press("slash", *"neon")
        await until(pilot, lambda: " found in 45 of 45 downloads" in text_of(stage.app))
        matches = table(stage).rows
        assert {row.track for row in matches} == {"Neon Rain"}
        requests = activity_requests(stage)
        await press(pilot, "enter", "s", "right", "s")
        assert sorted(matches, key=repr) == sorted(table(stage).rows, key=repr)
        await press(pilot, "right_square_bracket", "escape")
        assert len(table(stage).rows) > len(matches) > 20
        await press(pilot, *NEXT_FILTER)
        assert "With license · " in line(stage, "Recent downloads")
        assert all(row.license for row in table(stage).rows)
        # Everything was loaded already.
        assert activity_requests(stage) == requests
        await press(pilot, "f", "up", "enter", "s")
        assert table(stage).rows[0].track == "Paper Crown [FREE]"
        await press(pilot, "s")
        assert "21–40 of 45" in line(stage, "Recent downloads")


async def test_only_missing_downloads_of_the_period_are_to_be_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those of the period before are not among the rows, so that loading them adds none."""
    monkeypatch.setattr(DownloadsPage, "_limit", 45)
    stage = Stage()
    async with stage.run("3", "f", "down", "enter", size=(120, 36)) as pilot:
        heading = line(stage, "Recent downloads")
        assert " found in 45 of 45 downloads" in heading
        assert "loads the rest" not in heading
        await press(pilot, "p", "p")
        assert "loads the rest" in line(stage, "Recent downloads")


async def test_rows_stay_while_a_page_loads() -> None:
    service, gate = FakeService(), asyncio.Event()
    service.script("activity_in", nova_activity, gate, nova_activity)
    stage = Stage(service)
    async with stage.run("3", "down", "right_square_bracket", size=SIZE) as pilot:
        assert "1–20 of 45 · loading…" in line(stage, "Recent downloads")
        assert "listener 1 " in text_of(stage.app)
        assert figures(stage)["Downloads"] == "45"
        gate.set()
        await idle(pilot)
        assert "21–40 of 45" in line(stage, "Recent downloads")
        assert "loading…" not in text_of(stage.app)
        assert table(stage).cursor == 0


async def test_failed_page_keeps_the_rows_until_retried() -> None:
    service = FakeService()
    service.script("activity_in", nova_activity, FAILED, nova_activity)
    stage = Stage(service)
    async with stage.run("3", "right_square_bracket", size=SIZE) as pilot:
        assert "1–20 of 45 · page 2 failed to load" in line(stage, "Recent downloads")
        assert "listener 1 " in text_of(stage.app)
        assert "The activity could not be counted" in stage.notice
        await press(pilot, "r")
        assert "21–40 of 45" in line(stage, "Recent downloads")


async def test_another_period_begins_with_its_first_page() -> None:
    stage = Stage()
    async with stage.run("3", "right_square_bracket", "p", size=SIZE):
        assert "1–20 of 133" in line(stage, "Recent downloads")
        assert activity_requests(stage)[-1] == ("90d", 1)


async def test_brackets_are_available_only_with_more_pages() -> None:
    stage = Stage()
    async with stage.run("3", size=SIZE) as pilot:
        page = stage.app.screen
        assert page.check_action("step", (1,))
        await press(pilot, "p", "p", "p")
        assert "1–9 of 9" in line(stage, "Recent downloads")
        assert not page.check_action("step", (1,))


# The calendar


async def test_arrows_reach_every_day_of_the_calendar() -> None:
    stage = Stage()
    async with stage.run("3", "tab", "tab", "tab", size=SIZE) as pilot:
        assert stage.app.focused is heatmap(stage)
        assert heatmap(stage).day == date(2026, 11, 23)
        assert "Mon Nov 23 no data" in text_of(stage.app)
        await press(pilot, "left", "left", "left")
        assert heatmap(stage).day == date(2026, 11, 2)
        assert "Mon Nov 2 Midnight Drive" in text_of(stage.app)
        await press(pilot, "up")
        assert heatmap(stage).day == date(2026, 11, 1)
        await press(pilot, "up", "l", "k", "h", "j", "down")
        assert heatmap(stage).day == date(2026, 11, 1)
        await press(pilot, "end", "down", "right")
        assert heatmap(stage).day == date(2026, 11, 23)
        await press(pilot, "home", "up", "left")
        assert heatmap(stage).day == date(2025, 11, 23)


async def test_status_line_lists_all_tracks_of_a_busy_day() -> None:
    stage = Stage()
    async with stage.run("3", "tab", "tab", "tab", size=SIZE) as pilot:
        heatmap(stage).day = date(2026, 6, 14)
        await idle(pilot)
        assert "Sun Jun 14 Take 0, Take 1" in text_of(stage.app)
        assert stage.notice == ", ".join(f"Take {number}" for number in range(9))
        await press(pilot, "y")
        assert stage.copied[-1].startswith("Sunday, June 14, 2026 · 9 uploads · Take 0")
        assert stage.copied[-1].endswith("Take 8")
        heatmap(stage).day = date(2026, 6, 15)
        await idle(pilot)
        assert "Mon Jun 15 no uploads" in text_of(stage.app)


@pytest.mark.parametrize("width, cells, weeks", [(114, 2, 53), (80, 1, 53), (50, 1, 43)])
async def test_as_many_weeks_as_fit_are_drawn(width: int, cells: int, weeks: int) -> None:
    stage = Stage()
    async with stage.run("3", size=(width, 64)):
        assert heatmap(stage)._visible_weeks() == (53 - weeks, weeks, cells)


async def test_older_weeks_scroll_into_view_with_the_cursor() -> None:
    stage = Stage()
    async with stage.run("3", "tab", "tab", "tab", "home", size=(50, 64)) as pilot:
        assert heatmap(stage)._visible_weeks() == (0, 43, 1)
        await press(pilot, "end")
        assert heatmap(stage)._visible_weeks() == (10, 43, 1)


async def test_missing_day_differs_from_day_without_upload() -> None:
    stage = Stage()
    async with stage.run("3", size=(120, 56)):
        drawn = heatmap(stage)
        week = drawn.calendar.week_of(date(2026, 6, 14))
        rows = [drawn.render_line(y).text for y in (1, 2, 3)]
        assert [row[5 + week] for row in rows] == ["■", "■", " "]
        styles = [drawn.render_line(y).crop(5 + week, 6 + week) for y in (1, 2)]
        assert styles[0] != styles[1]
        assert "blank: no data" in line(stage, "Upload calendar")


async def test_click_moves_the_cursor_to_a_day() -> None:
    stage = Stage()
    async with stage.run("3", size=(120, 56)) as pilot:
        drawn = heatmap(stage)
        week = drawn.calendar.week_of(date(2026, 6, 14))
        await pilot.click(Heatmap, offset=(5 + week, 1))
        await idle(pilot)
        assert drawn.has_focus
        assert drawn.day == date(2026, 6, 14)
        await pilot.click(Heatmap, offset=(5 + 52, 7))  # a day that is still to come
        await pilot.click(Heatmap, offset=(0, 0))
        assert drawn.day == date(2026, 6, 14)


async def test_calendar_changes_at_midnight_and_keeps_the_selected_day() -> None:
    stage = Stage()
    async with stage.run("3", size=SIZE) as pilot:
        stage.clock.advance(5 * 3600)
        await press(pilot, "4", "3")
        assert heatmap(stage).day == date(2026, 11, 24)
        await press(pilot, "tab", "tab", "tab", "left")
        stage.clock.advance(24 * 3600)
        await press(pilot, "4", "3")
        assert heatmap(stage).day == date(2026, 11, 17)


# Failures and missing data


async def test_upload_insights_without_access_show_a_note_only() -> None:
    service = FakeService()
    service.fail(Forbidden("Upload access is needed.", status=403), "upload_insights")
    stage = Stage(service)
    async with stage.run("3", size=SIZE):
        assert "— Upload access is needed." in text_of(stage.app)
        assert "Upload access" not in stage.notice
        assert stage.notice.startswith("Midnight Drive")
        assert "Best month" not in text_of(stage.app)
        assert "7+" in text_of(stage.app)


async def test_any_other_failure_of_upload_insights_is_a_warning() -> None:
    service = FakeService()
    service.fail(ServerError("Insights are out.", status=500), "upload_insights")
    stage = Stage(service)
    async with stage.run("3", size=SIZE):
        assert stage.notice.startswith("! Upload insights: Insights are out")


@pytest.mark.parametrize("answer", [Forbidden("Not yours.", status=403), Uploads.decode({})])
async def test_unavailable_calendar_is_hidden_and_an_unknown_one_replaced(
    answer: object,
) -> None:
    service = FakeService()
    service.script("uploads", answer)
    stage = Stage(service)
    async with stage.run("3", size=SIZE) as pilot:
        is_forbidden = isinstance(answer, Forbidden)
        assert ("Not yours." in text_of(stage.app)) is is_forbidden
        # The latest beats with their documented dates replace an unknown format.
        assert ("your latest beats" in line(stage, "Upload calendar")) is not is_forbidden
        assert ("7+" in text_of(stage.app)) is not is_forbidden
        assert stage.notice.startswith("Midnight Drive")
        await press(pilot, "tab", "tab", "tab")
        assert (stage.app.focused is heatmap(stage)) is not is_forbidden
        await press(pilot, *["tab"] * (2 if is_forbidden else 3))
        assert stage.app.focused is not heatmap(stage)


SECTIONS = [
    ("activity_in", "#recent", "listener 1 "),
    ("activity_in", "#audience", "Licenses"),
    ("upload_insights", "#uploads", "Best month"),
    ("uploads", "#calendar", "7+"),
]


@pytest.mark.parametrize("name, section, content", SECTIONS)
async def test_section_fails_alone_until_retried(name: str, section: str, content: str) -> None:
    service = FakeService()
    service.fail(FAILED, name)
    stage = Stage(service)
    async with stage.run("3", size=SIZE) as pilot:
        assert content not in text_of(stage.app)
        assert "Unavailable" in text_of(stage.app)
        assert "r to retry" in stage.notice
        assert "The activity could not be counted" in stage.notice
        for other, _, text in SECTIONS:
            if other != name:
                assert text in text_of(stage.app)
        service.script(name, *([nova_activity] if name == "activity_in" else [_again(name)]))
        await press(pilot, "r")
        assert content in text_of(stage.app)
        assert "could not be counted" not in text_of(stage.app)


def _again(name: str) -> object:
    return Stage().service._next(name)


@pytest.mark.parametrize("name, section, content", SECTIONS)
async def test_failed_refresh_keeps_data(name: str, section: str, content: str) -> None:
    stage = Stage()
    async with stage.run("3", size=SIZE) as pilot:
        stage.clock.advance(60)
        stage.service.fail(FAILED, name)
        await press(pilot, "r")
        assert content in text_of(stage.app)
        assert "as of 20:04" in text_of(stage.app)


async def test_refresh_moves_neither_cursor_nor_focus() -> None:
    stage = Stage()
    async with stage.run("3", "down", "down", size=SIZE) as pilot:
        stage.clock.advance(60)
        newest = nova_download(0)._replace(by="someone new", at=NOW)

        def moved_on(artist: int, period: str, page: int) -> Activity:
            answer = nova_activity(artist, period, page)
            return answer._replace(events=(newest, *answer.events[:-1]), total=46, downloads=46)

        stage.service.script("activity_in", moved_on)
        current = table(stage).current
        await press(pilot, "r")
        assert table(stage).current == current
        assert table(stage).cursor == 3
        assert stage.app.focused is table(stage)
        assert "1–20 of 46" in line(stage, "Recent downloads")


async def test_offline_is_reported_once_until_retried() -> None:
    service = FakeService()
    service.fail(Unreachable("No network."), "activity_in", "upload_insights", "uploads")
    stage = Stage(service)
    async with stage.run("3", size=SIZE) as pilot:
        assert stage.notice.startswith("! Audience activity +2: offline · retry in")
        service._scripts.clear()
        await press(pilot, "r")
        assert "listener 1 " in text_of(stage.app)
        assert stage.app.focused is table(stage)


async def test_new_artist_sees_zeros_and_the_key_for_another_period() -> None:
    service = FakeService()

    def empty(artist: int, period: str, page: int) -> Activity:
        body = {
            "period": {"key": period},
            "summary": {"audienceDownloads": 0, "audiencePlays": 0, "likes": 0},
            "downloadEvents": [],
            "pagination": {"page": 1, "total": 0, "hasMore": False},
        }
        return Activity.decode(body)

    service.script("activity_in", empty)
    advice = "Upload a few tracks to get a recommendation."
    sent = {"total_uploads": 0, "recommended_upload_time": advice}
    service.script("upload_insights", UploadInsights.decode({"data": sent}))
    stage = Stage(service)
    async with stage.run("3", size=SIZE) as pilot:
        assert figures(stage)["Downloads"] == "0"
        assert figures(stage)["Comments"] == "—"
        assert "No downloads in the last 30 days; p shows another period." in text_of(stage.app)
        assert line(stage, "Uploads   ").split()[1] == "0"
        await press(pilot, "p", "p")
        assert "No downloads yet." in text_of(stage.app)
        # Nothing is cut where there is room: in frames, too.
        stage.app.theme = "ansi-dark"
        await pilot.resize_terminal(120, 36)
        await press(pilot, "p", "p", "p", "p")
        shown = text_of(stage.app)
        assert "─ Audience · all time ── team excluded ─" in shown
        assert "Best upload time  Upload a few tracks to" in shown
        assert "get a recommendation." in shown


async def test_missing_field_is_a_dash() -> None:
    service = FakeService()
    service.script("activity_in", Activity.decode({}))
    service.script("upload_insights", UploadInsights.decode({}))
    service.script("uploads", Uploads.decode({}))
    stage = Stage(service)
    async with stage.run("3", size=SIZE):
        assert set(figures(stage).values()) == {"—"}
        assert "Not sent by BeatPass · o opens it" in text_of(stage.app)
        assert line(stage, "Best month").split()[-1] == "—"
        assert "Best upload time" not in text_of(stage.app)
        assert " 0" not in line(stage, "This month")


async def test_artist_without_id_is_reported() -> None:
    stage = Stage()
    stage.service.script("artist", NOVA_ARTIST._replace(id=None))
    async with stage.run("3", size=SIZE):
        assert "The artist profile has no id." in text_of(stage.app)
        assert "…" not in figures(stage).values() or "Licenses" not in text_of(stage.app)


async def test_hostile_text_is_drawn_literally() -> None:
    service = FakeService()

    def event() -> Download:
        return nova_download(0)._replace(
            track=HOSTILE, by=HOSTILE, license="[b]x", license_status="[/]"
        )

    def answer(artist: int, period: str, page: int) -> Activity:
        response = nova_activity(artist, period, page)
        return response._replace(events=(event(), nova_download(1)), top_track=HOSTILE)

    service.script("activity_in", answer)
    service.script("uploads", Uploads({NOW.date(): UploadDay(1, (HOSTILE,))}))
    service.script(
        "upload_insights", UploadInsights.decode({"data": {"recommended_upload_time": HOSTILE}})
    )
    stage = Stage(service)
    async with stage.run("3", size=(120, 56)) as pilot:
        assert HOSTILE[:14] in line(stage, "Top download")
        assert HOSTILE[:12] in line(stage, "Best upload time")
        assert HOSTILE in stage.notice
        assert "[b]x" in text_of(stage.app)
        assert HOSTILE[:8] in line(stage, "Mon Nov 23 ")
        columns_of = [row.index("License") for row in lines(stage) if "When" in row]
        plain = line(stage, "listener 2 ")
        assert plain.index("No license") == columns_of[0]
        await press(pilot, "tab")
        assert HOSTILE in text_of(stage.app)


# Keys


async def test_y_copies_the_download_and_o_opens_the_page() -> None:
    stage = Stage()
    async with stage.run("3", "y", size=SIZE) as pilot:
        assert stage.copied[-1] == (
            "Midnight Drive · by listener 1 · today 19:04 · Non-exclusive, active"
        )
        await press(pilot, "o", "down", "o")
        assert stage.opened == [
            f"{WEB_ORIGIN}/verify-license/00000000-0000-4000-8000-000000000000",
            f"{WEB_ORIGIN}/producer-dashboard/activity",
        ]
        stage.app.screen.query_one("#plays-chart").focus()
        await press(pilot, "o")
        assert stage.opened[-1] == f"{WEB_ORIGIN}/backstage/artists/{NOVA_ARTIST.id}/insights"


async def test_enter_opens_the_details_and_esc_closes_them() -> None:
    stage = Stage()
    async with stage.run("3", "enter", size=(80, 24)) as pilot:
        requests = len(stage.service.requested)
        assert "00000000-0000-4000-8000-000000000000" in line(stage, "Verification")
        assert "today 19:04" in text_of(stage.app)
        await press(pilot, "down")
        assert "Verification" not in text_of(stage.app)
        assert "today 12:04" in text_of(stage.app)
        assert len(stage.service.requested) == requests
        await press(pilot, "escape")
        assert stage.app.screen.query_one("#download-detail").display is False
        assert stage.app.focused is table(stage)


async def test_second_enter_opens_the_beat_of_the_download() -> None:
    service = FakeService()

    def answer(artist: int, period: str, page: int) -> Activity:
        response = nova_activity(artist, period, page)
        return response._replace(events=(nova_download(0)._replace(track_id=910_000_001),))

    service.script("activity_in", answer)
    stage = Stage(service)
    async with stage.run("3", "enter", size=(120, 36)) as pilot:
        assert "Verification" in text_of(stage.app)
        await press(pilot, "enter")
        assert type(stage.app.screen).__name__ == "Beats"


@pytest.mark.parametrize("size", [(160, 45), (200, 50)], ids=["160x45", "200x50"])
def test_snapshot_of_large_windows(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(every_day().app, terminal_size=size, run_before=keys("3", "enter"))


async def test_xray_shows_the_uploads_of_all_producers() -> None:
    stage = Stage()
    async with stage.run("3", "tab", "tab", "tab", size=SIZE) as pilot:
        assert "platform_uploads" not in stage.service.requested
        await press(pilot, "v", "home", "end", "left")
        assert "Mon Nov 16 no data, 160 on BeatPass" in text_of(stage.app)
        assert "others ■" in text_of(stage.app)
        await press(pilot, "v")
        assert "on BeatPass" not in line(stage, "Mon Nov 16")
        stage.service.fail(FAILED, "platform_uploads")
        stage.clock.advance(3_601)
        await press(pilot, "v")
        # Your own calendar stays.
        assert "Mon Nov 16" in text_of(stage.app)
        assert stage.notice.startswith("! X-Ray uploads:")


async def test_day_of_the_calendar_is_not_cut_while_it_fits() -> None:
    service, today = FakeService(), NOW.date()
    service.script("uploads", Uploads({today: UploadDay(0, ())}))
    service.script("platform_uploads", Uploads({today: UploadDay(40, ())}))
    stage = Stage(service)
    async with stage.run("3", "v", size=(120, 36)):
        assert "Mon Nov 23 no uploads, 40 on BeatPass  " in line(stage, "others ■")


async def test_tab_scrolls_the_whole_section_into_view() -> None:
    stage = Stage()
    async with stage.run("3", size=(80, 24)) as pilot:
        body = stage.app.screen.query_one("#body", VerticalScroll)
        assert body.scroll_y == 0
        assert stage.app.focused is table(stage)
        await press(pilot, "tab", "tab", "tab")
        assert "Upload calendar" in text_of(stage.app)
        assert "Mon Nov 23" in text_of(stage.app)
        scrolled = body.scroll_y
        await press(pilot, "tab", "tab")
        assert stage.app.focused is table(stage)
        assert body.scroll_y >= scrolled > 0
        await press(pilot, "tab")
        assert body.scroll_y == 0
        assert "30 days" in text_of(stage.app)


async def test_esc_while_loading_goes_home_and_keeps_the_result() -> None:
    service, gate = FakeService(), asyncio.Event()
    service.script("activity_in", gate, nova_activity)
    stage = Stage(service)
    async with stage.run("3", size=SIZE) as pilot:
        assert set(figures(stage).values()) == {"…"}
        assert stage.app.focused is table(stage)
        await press(pilot, "escape")
        assert "Quick Stats" in text_of(stage.app)
        gate.set()
        await idle(pilot)
        await press(pilot, "3")
        assert "listener 1 " in text_of(stage.app)
        assert activity_requests(stage) == [("30d", 1)]
        assert stage.app.focused is table(stage)


async def test_failed_artist_query_is_the_reason_in_its_sections() -> None:
    service = FakeService()
    service.fail(ServerError("No profile today.", status=500), "artist")
    stage = Stage(service)
    async with stage.run("3", size=SIZE):
        assert text_of(stage.app).count("Unavailable") == 5
        assert "No profile today" in stage.notice


# View models


def test_shades_follow_the_documented_buckets() -> None:
    shades = [upload_calendar.shade_index(count) for count in range(10)]
    assert shades == [0, 1, 1, 2, 2, 3, 3, 4, 4, 4]


@pytest.mark.parametrize("today", [date(2026, 11, 23) + timedelta(days=n) for n in range(8)])
def test_calendar_has_53_weeks_from_a_sunday_to_today(today: date) -> None:
    calendar = UploadCalendar.ending({}, today)
    assert calendar.first.isoweekday() == 7
    assert calendar.week_of(today) == 52
    days = [calendar.day_at(week, row) for week in range(53) for row in range(7)]
    known = [day for day in days if day is not None]
    assert known == [calendar.first + timedelta(days=n) for n in range(len(known))]
    assert known[-1] == today
    assert all(day is None for day in days[len(known) :])


def test_calendar_ends_on_the_local_day_with_the_uploads_of_the_next_day_of_the_service() -> None:
    now = datetime(2026, 11, 24, 1, tzinfo=UTC).astimezone(ZoneInfo("America/St_Johns"))
    today = date(2026, 11, 23)
    assert now.date() == today
    days = {today: UploadDay(1, ("A",)), today + timedelta(days=1): UploadDay(1, ("B",))}
    calendar = UploadCalendar.ending(days, now.date())
    assert calendar.last == today
    assert calendar.days[today] == UploadDay(2, ("B", "A"))
    wrong = {today + timedelta(days=40): UploadDay(1, ())}
    assert UploadCalendar.ending(wrong, today).last == today


def test_calendar_in_words() -> None:
    today = date(2026, 11, 23)
    days = {
        today: UploadDay(0, ()),
        date(2026, 11, 20): UploadDay(1, ("Wild Mirage",)),
        date(2026, 6, 14): UploadDay(2, ("A", "B")),
        date(2025, 12, 1): UploadDay(3, ()),
        date(2024, 1, 1): UploadDay(9, ()),
    }
    assert UploadCalendar.ending(days, today).words() == (
        "6 uploads in 12 months, on 3 days.",
        "Nov 20: Wild Mirage.",
        "Jun 14: 2 uploads, A, B.",
        "Dec 1, 2025: 3 uploads.",
    )
    assert UploadCalendar.ending({today: UploadDay(0, ())}, today).words() == (
        "0 uploads in 12 months.",
    )
    assert UploadCalendar.ending({}, today).words() == ("No data.",)


@pytest.mark.parametrize("cells", [1, 2])
@pytest.mark.parametrize("first", [0, 3, 8])
def test_month_labels_are_above_their_first_week(first: int, cells: int) -> None:
    calendar = UploadCalendar.ending({}, date(2026, 11, 23))
    row = calendar.month_labels(first, 53 - first, cells)
    names = row.split()
    assert len(names) == len(set(names)) or names[0] == names[-1]
    week = calendar.week_of(date(2026, 6, 1))
    assert row.index("Jun") == (week - first) * cells
    assert names[-1] == "Nov"


def test_day_summary() -> None:
    calendar = UploadCalendar.ending(
        {date(2026, 6, 14): UploadDay(2, ("A", "B")), date(2026, 6, 15): UploadDay(0, ())},
        date(2026, 11, 23),
    )
    assert calendar.day_summary(date(2026, 6, 14)) == "Sunday, June 14, 2026 · 2 uploads · A, B"
    assert calendar.day_summary(date(2026, 6, 15)) == "Monday, June 15, 2026 · no uploads"
    assert calendar.day_summary(date(2026, 6, 16)) == "Tuesday, June 16, 2026 · — no data"
    assert not calendar.is_complete()


@pytest.mark.parametrize(
    "kind, status, shown",
    [
        ("non_exclusive", "active", ("Non-exclusive", "Active")),
        ("exclusive", "revoked", ("Exclusive", "Revoked")),
        ("lease_v2", None, ("Lease v2", "—")),
        (None, None, ("No license", "")),
        (None, "active", ("—", "Active")),
    ],
)
def test_licenses_in_words(kind: str | None, status: str | None, shown: tuple[str, str]) -> None:
    download = nova_download(0)._replace(license=kind, license_status=status)
    license_cell, status_cell = activity.download_cells(download, NOW)[3:]
    assert (license_cell[0][0], status_cell[0][0].removeprefix("● ")) == shown


def test_download_without_fields() -> None:
    download = Download(None, None, None, None, None)
    none = (("No license", "table--zero"),)
    assert activity.download_cells(download, NOW)[:4] == ("—", "—", "—", none)
    assert activity.download_summary(download, NOW) == "Unknown track · No license"


def test_download_of_another_year_shows_the_year() -> None:
    download = nova_download(0)._replace(at=datetime(2025, 3, 3, 9, 5, tzinfo=UTC))
    assert activity.download_cells(download, NOW)[0] == "2025-03-03 09:05"
    assert "Mar 3, 2025 09:05" in activity.download_summary(download, NOW)
    assert activity.download_summary(download, NOW, with_license=False).endswith("2025 09:05")


@pytest.mark.parametrize(
    "page, total, more, events, expected, has_more",
    [
        (1, 1_204, True, 20, "1–20 of 1,204", True),
        (61, 1_204, False, 4, "1,201–1,204 of 1,204", False),
        (1, None, True, 20, "1–20", True),
        (1, None, False, 3, "1–3", False),
        (1, 45, False, 20, "1–20 of 45", True),
        (2, 45, False, 0, "", False),
        (1, 0, False, 0, "", False),
    ],
)
def test_download_range(
    page: int, total: int | None, more: bool, events: int, expected: str, has_more: bool
) -> None:
    rows = tuple(nova_download(number) for number in range(events))
    answer = NOVA_ACTIVITY._replace(page=page, total=total, more=more, events=rows)
    assert activity.download_range(answer) == expected
    assert activity.has_more_downloads(answer) is has_more


@pytest.mark.parametrize("width, shape", [(200, [1] * 5), (60, [3, 2]), (20, [5])])
def test_figures_take_as_many_columns_as_fit(width: int, shape: Sequence[int]) -> None:
    facts = activity.upload_counts(NOVA_UPLOAD_INSIGHTS, None)[:5]
    assert [len(column) for column in arrange_columns(facts, width)] == list(shape)
    assert [fact for column in arrange_columns(facts, width) for fact in column] == list(facts)


def test_no_figures_have_no_columns() -> None:
    assert arrange_columns((), 80) == []


# Snapshots


def without_uploads() -> Stage:
    service = FakeService()
    service.fail(Forbidden("Upload access is needed.", status=403), "upload_insights")
    service.script("uploads", Uploads.decode({}))
    return Stage(service)


def every_day() -> Stage:
    service = FakeService()
    counts = (0, 0, 1, 0, 3, 0, 0, 5, 0, 0, 2, 8)
    days = {
        NOW.date() - timedelta(days=n): UploadDay(count, ("Midnight Drive",) * min(count, 1))
        for n in range(400)
        for count in (counts[n % len(counts)],)
    }
    service.script("uploads", Uploads(days))
    return Stage(service)


@sizes
def test_snapshot(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(every_day().app, terminal_size=size, run_before=keys("3"))


@sizes
def test_snapshot_of_the_calendar(snap_compare: Compare, size: tuple[int, int]) -> None:
    moves = keys("3", "tab", "tab", "tab", "left", "left", "up")
    assert snap_compare(every_day().app, terminal_size=size, run_before=moves)


def test_snapshot_of_documented_fields(snap_compare: Compare) -> None:
    assert snap_compare(without_uploads().app, terminal_size=(80, 24), run_before=keys("3"))


def failing(error: BeatPassError, *names: str) -> Stage:
    service = FakeService()
    service.fail(error, *names)
    return Stage(service)


def test_snapshot_of_a_failure(snap_compare: Compare) -> None:
    stage = failing(NotFound("There is no such artist.", status=404), "activity_in")
    assert snap_compare(stage.app, terminal_size=(80, 24), run_before=keys("3"))


def test_snapshot_while_a_period_loads(snap_compare: Compare) -> None:
    service = FakeService()
    service.script("activity_in", nova_activity, asyncio.Event())
    assert snap_compare(Stage(service).app, terminal_size=(80, 24), run_before=keys("3", "p"))


def test_snapshot_in_the_light_theme(snap_compare: Compare) -> None:
    stage = every_day()

    async def run(pilot: Pilot[None]) -> None:
        stage.app.theme = "beatpass-light"
        await idle(pilot)
        await press(pilot, "3", "tab", "tab", "tab", "up")

    change: Callable[[Pilot[None]], object] = run
    assert snap_compare(stage.app, terminal_size=(120, 36), run_before=change)
