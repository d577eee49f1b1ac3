"""`export`: complete lists as CSV and JSON, continued after an interruption."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beatpass_tui import bootstrap
from beatpass_tui.commands import export
from beatpass_tui.commands.progress_bar import ProgressBar
from beatpass_tui.errors import (
    BeatPassError,
    Forbidden,
    NotFound,
    NotSignedIn,
    RateLimited,
    ServerError,
    StoreUnavailable,
    Unreachable,
)
from beatpass_tui.exports import collect, tables
from beatpass_tui.exports.tables import PAGES, ExportTable
from beatpass_tui.models.beat_plays import BeatPlays
from beatpass_tui.models.career import Achievements
from beatpass_tui.models.catalog import Beats
from beatpass_tui.models.leaderboards import Leaderboard
from beatpass_tui.models.money import Transactions
from beatpass_tui.models.text import clean
from beatpass_tui.screens.beats import Beats as BeatsPage
from beatpass_tui.storage.store import NAME, AccountKey, Store
from support.command_harness import ORIGIN, CommandResult, Machine, report
from support.fakes import (
    NOVA_ACCOUNT,
    NOVA_ACHIEVEMENTS,
    NOVA_ALBUMS,
    NOVA_ARTIST,
    NOVA_BEATS,
    NOVA_TRANSACTIONS,
    TOKEN,
    nova_leaderboard,
)

FETCHED_PAGES = ("beats", "collections", "transactions", "leaderboards", "achievements", "activity")


def rows(result: CommandResult) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(result.out)))


def of_four_pages(_artist: int, page: int) -> Beats:
    """A catalog of 4 pages of 2 beats each."""
    beat = NOVA_BEATS.rows[0]
    first = page * 2 - 1
    return NOVA_BEATS._replace(
        rows=tuple(beat._replace(id=n, name=f"Beat {n}") for n in (first, first + 1)),
        page=page,
        total=8,
        more=page < 4,
    )


def pages(machine: Machine) -> list[object]:
    return [call.arguments[1] for call in machine.service.calls if call.name == "beats"]


# The pages


def test_beats(nova: Machine) -> None:
    result = nova.run("export", "beats")
    assert (result.status, result.err) == (0, "")
    assert result.out.splitlines() == [
        "id,title,artists,seconds,plays,contribution,contribution_pending,uploaded,released,licensing,"
        "gain_7d,percent_7d,new",
        "910000001,Midnight Drive,Nova Reyes,193.116,7919,41.5,false,2026-11-02,2026-11-02,,,,",
    ]


def test_gains_of_beats_are_those_of_recorded_plays(nova: Machine) -> None:
    key, beat = AccountKey(ORIGIN, NOVA_ACCOUNT.id or 0), 910_000_001
    with closing(Store(nova.folder / NAME, lambda: nova.now)) as store:
        for days, plays in ((14, 7_600), (7, 7_800)):
            at = nova.now - timedelta(days=days)
            store.beats.record(key, NOVA_ARTIST.id or 0, [BeatPlays(beat, plays)], at)
    (exported,) = rows(nova.run("export", "beats"))
    assert exported | {"gain_7d": "119", "percent_7d": "-40.5", "new": "false"} == exported
    (exported,) = json.loads(nova.run("export", "beats", "--json").out)["rows"]
    assert (exported["gain_7d"], exported["percent_7d"], exported["new"]) == (119, -40.5, False)


def test_collections(nova: Machine) -> None:
    assert nova.run("export", "collections", "--csv").out.splitlines() == [
        "id,title,artists,released,tracks,plays",
        "930000001,First Light,,2026-05-21,1,",
        "930000002,Sketchbook,,,,12",
    ]


def test_transactions(nova: Machine) -> None:
    assert nova.run("export", "transactions").out.splitlines() == [
        "at,about,type,status,amount,currency,amount_minor,minor_unit_factor,reference,reason,"
        "next_step,provider,period_start,period_end,price,platform_fee",
        "2026-11-20T13:10:00+00:00,Midnight Drive,Track sale,Pending,26.99,CAD,2699,100,,,,,,,,",
        "2026-11-10T13:10:00+00:00,Neon Rain,Track sale,Reversed,-44.99,CAD,-4499,100,,,,,,,,",
    ]


def test_leaderboards(nova: Machine) -> None:
    assert nova.run("export", "leaderboards").out == "category,rank,name,value,tier,you\n"


def test_rankings(nova: Machine) -> None:
    result = nova.run("export", "rankings")
    exported = rows(result)
    assert (result.status, len(exported)) == (0, 11 * 23)
    assert [call.name for call in nova.service.calls].count("leaderboards") == 11
    own = [row for row in exported if row["you"] == "true"]
    assert own[2] == {
        "category": "Audience plays",
        "period": "7d",
        "rank": "27",
        "artist_id": "900000002",
        "name": "Nova Reyes",
        "value": "1745",
        "you": "true",
        "url": "https://open.beatpass.ca/artist/900000002/nova-reyes",
    }


def test_ranking_that_failed_is_reported(nova: Machine) -> None:
    def answer(artist: int, category: str, period: str) -> Leaderboard:
        if category == "releases":
            raise ServerError("No snapshot.", status=503)
        return nova_leaderboard(artist, category, period)

    nova.service.script("leaderboards", answer)
    result = nova.run("export", "rankings")
    assert "No snapshot." in result.err
    assert (result.status != 0, result.out) == (True, "")


def test_achievements(nova: Machine) -> None:
    exported = rows(nova.run("export", "achievements"))
    assert len(exported) == len(NOVA_ACHIEVEMENTS.rows or ())
    assert {row["unlocked"] for row in exported} <= {"true", "false", ""}


def test_activity(nova: Machine) -> None:
    result = nova.run("export", "activity")
    exported = rows(result)
    assert (result.status, len(exported)) == (0, 1_204)
    assert exported[0] == {
        "at": "2026-11-23T19:04:00+00:00",
        "track": "Midnight Drive",
        "by": "listener 1",
        "license": "Non-exclusive",
        "license_status": "Active",
        "verification": (
            "https://open.beatpass.ca/verify-license/00000000-0000-4000-8000-000000000000"
        ),
    }
    assert exported[4]["by"] == ""
    assert len([call for call in nova.service.calls if call.name == "downloads"]) == 25


def test_history_sends_no_requests(nova: Machine) -> None:
    nova.run("stats")
    nova.now += timedelta(hours=1)
    nova.run("stats")
    nova.service.calls.clear()
    result = nova.run("export", "history")
    assert (result.status, result.err, nova.service.calls) == (0, "", [])
    exported = rows(result)
    assert len(exported) == 16
    assert [row["number"] for row in exported[:8]] == [
        "albums", "downloads", "followers", "growth", "level", "plays", "tracks", "xp",
    ]  # fmt: skip
    assert exported[5] | {"at": ""} == {
        "at": "", "artist_id": "900000002", "number": "plays", "value": "45210", "title": "",
    }  # fmt: skip
    assert (exported[0]["at"], exported[8]["at"]) == (
        "2026-11-23T20:04:00+00:00",
        "2026-11-23T21:04:00+00:00",
    )


def test_empty_history_has_its_columns(nova: Machine) -> None:
    result = nova.run("export", "history")
    assert (result.status, result.out) == (0, "at,artist_id,number,value,title\n")
    assert result.err == "No history for this account yet.\n"
    assert not (nova.folder / NAME).exists()


@pytest.mark.parametrize("is_readable", [True, False])
def test_empty_history_replaces_no_file(
    nova: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_readable: bool
) -> None:
    def refuse(*_: object) -> None:
        raise StoreUnavailable("The disk is gone.")

    target = tmp_path / "history.csv"
    target.write_text("mine")
    if not is_readable:
        nova.run("stats")
        monkeypatch.setattr(Store, "load_samples", refuse)
    result = nova.run("export", "history", "--output", str(target), "--force")
    assert (result.status == 0, target.read_text()) == (is_readable, "mine")
    assert ("was left unchanged" if is_readable else "The disk is gone.") in result.err


def test_emptier_history_replaces_no_file(nova: Machine, tmp_path: Path) -> None:
    target = tmp_path / "history.csv"
    export = ("export", "history", "--output", str(target), "--force")
    nova.run("stats")
    assert (nova.run(*export).status, nova.run(*export).status) == (0, 0)
    full = target.read_text()
    # As after damage: the store is new, and has only the values of today.
    (nova.folder / NAME).unlink()
    nova.now += timedelta(days=7)
    nova.run("stats")
    result = nova.run(*export)
    assert (result.status, target.read_text()) == (7, full)
    assert f"{target} was left unchanged.\n" in result.err
    assert "that this computer no longer has. Restore them with" in result.err
    assert nova.run("history", "import", str(target)).status == 0
    assert nova.run(*export).status == 0
    assert {*full.splitlines()} < {*target.read_text().splitlines()}


@pytest.mark.parametrize("is_new", [True, False])
def test_history_of_a_new_token_is_not_called_empty(machine: Machine, is_new: bool) -> None:
    machine.environ["BEATPASS_TOKEN"] = TOKEN.reveal()
    if not is_new:
        assert machine.run("stats").status == 0
    export, stats = machine.run("export", "history", "--offline"), machine.run("stats", "--offline")
    assert (export.status, stats.status) == ((6, 6) if is_new else (0, 0))
    assert (export.out == "") == is_new
    assert ("BEATPASS_TOKEN has not been used on this computer" in export.err) == is_new


@pytest.mark.parametrize("page", PAGES)
def test_json(nova: Machine, page: str) -> None:
    nova.run("stats")
    result = nova.run("export", page, "--json")
    assert result.status == 0
    exported = report(result)
    assert (exported["version"], exported["page"], exported["complete"]) == (2, page, True)
    assert exported["as_of"] == "2026-11-23T20:04:00+00:00"
    assert exported["total"] == len(exported["rows"])
    columns = nova.run("export", page).out.splitlines()[0].split(",")
    assert all(list(row) == columns for row in exported["rows"])


def test_json_keeps_types(nova: Machine) -> None:
    beat = report(nova.run("export", "beats", "--json"))["rows"][0]
    assert (beat["artists"], beat["contribution_pending"], beat["licensing"]) == (
        ["Nova Reyes"],
        False,
        None,
    )
    sale = report(nova.run("export", "transactions", "--json"))["rows"][1]
    assert (sale["amount"], sale["amount_minor"]) == ("-44.99", -4499)


# Text that looks like a formula

FORMULAS = [
    "=1+1", "+1 555 0100", "-2+3", "@SUM(A1)", "=HYPERLINK(\"https://x\")", "-", "＝1", "=", "+-1",
]  # fmt: skip
PLAIN = ["-5", "+7.25", "12", "a=b", "'=1", "—", "", 'Trap, "beat" [FREE]', "808"]


@pytest.mark.parametrize("name", FORMULAS)
def test_title_is_never_a_formula(nova: Machine, name: str) -> None:
    beat = NOVA_BEATS.rows[0]._replace(name=name, artists=(name, "Teo"))
    nova.service.script("beats", NOVA_BEATS._replace(rows=(beat,)))
    exported = rows(nova.run("export", "beats"))[0]
    assert (exported["title"], exported["artists"]) == (f"'{name}", f"'{name}, Teo")
    assert report(nova.run("export", "beats", "--json"))["rows"][0]["title"] == name


@pytest.mark.parametrize("name", PLAIN)
def test_plain_title_is_unchanged(nova: Machine, name: str) -> None:
    beat = NOVA_BEATS.rows[0]._replace(name=name)
    nova.service.script("beats", NOVA_BEATS._replace(rows=(beat,)))
    assert rows(nova.run("export", "beats"))[0]["title"] == name


@pytest.mark.parametrize("first", "\t\r\n")
def test_cell_never_starts_with_whitespace_before_a_formula(first: str) -> None:
    assert tables.as_csv(ExportTable(("x",), [(f"{first}=1",)])).startswith("x\n\"'") or (
        tables.as_csv(ExportTable(("x",), [(f"{first}=1",)])).startswith("x\n'")
    )


@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from((*"=+-@\t\r\n '\",;1a.", "＝", "＋", "－", "＠", "\x00", "\u202e", "夜"))
        | st.integers(0, 0x24FF).map(chr),
        max_size=8,
    ).map("".join)
)
def test_no_text_becomes_a_formula(sent: str) -> None:
    for name in (sent, clean(sent)):
        written = tables.as_csv(ExportTable(("x", "y"), [(name, (name, "Teo"))]))
        _, cells = csv.reader(io.StringIO(written, newline=""))
        plain_text = name.replace("\r", "\n")
        for cell, plain in zip(cells, (plain_text, f"{plain_text}, Teo"), strict=True):
            assert cell in (plain, f"'{plain}")
            if cell == plain:
                assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠")) or float(cell) < 1e9


def test_negative_numbers_stay_numbers() -> None:
    assert tables.as_csv(ExportTable(("x", "y"), [(-5, -0.25), (7.0, True)])) == (
        "x,y\n-5,-0.25\n7,true\n"
    )


# Pages of a long list


def test_long_list_is_loaded_page_by_page(nova: Machine) -> None:
    nova.service.script("beats", of_four_pages)
    exported = rows(nova.run("export", "beats"))
    assert [row["title"] for row in exported] == [f"Beat {n}" for n in range(1, 9)]
    assert pages(nova) == [1, 2, 3, 4]
    assert nova.service.most_in_flight <= 3


def test_requests_are_paced_like_on_the_dashboard(
    nova: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    nova.service.script("beats", of_four_pages)
    nova.pace = 2.0
    monkeypatch.setattr(collect, "sleep", sleep)
    nova.run("export", "beats")
    # Four pages, and the performance of the latest tracks before them.
    assert waits == [2.0] * 4
    assert bootstrap.PAGE_INTERVAL == BeatsPage.PACE


def test_fresh_pages_are_not_fetched_again(nova: Machine) -> None:
    nova.service.script("beats", of_four_pages)
    first = nova.run("export", "beats")
    nova.service.calls.clear()
    nova.now += timedelta(minutes=10)
    assert nova.run("export", "beats").out == first.out
    assert nova.service.calls == []
    nova.now += timedelta(minutes=21)
    nova.run("export", "beats")
    assert pages(nova) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "error, status",
    [
        (RateLimited("Too many.", retry_after=60), 5),
        (Unreachable("No network."), 6),
        (ServerError("Failed.", status=500), 6),
    ],
)
def test_failed_page_writes_nothing_and_the_next_run_continues(
    nova: Machine, tmp_path: Path, error: BeatPassError, status: int
) -> None:
    def step(artist: int, page: int) -> Beats:
        if page == 3:
            raise error
        return of_four_pages(artist, page)

    nova.service.script("beats", step)
    target = tmp_path / "beats.csv"
    result = nova.run("export", "beats", "--output", str(target))
    assert (result.status, result.out) == (status, "")
    assert error.message.rstrip(".") in result.err
    assert "2 pages loaded and cached" in result.err
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []
    nova.service.script("beats", of_four_pages)
    nova.service.calls.clear()
    nova.now += timedelta(minutes=2)
    result = nova.run("export", "beats", "--output", str(target))
    assert result.status == 0
    # The first page is compared: the list may have changed since.
    assert pages(nova) == [3, 4, 1]
    assert len(target.read_text("utf-8").splitlines()) == 9


def test_interrupt_leaves_no_partial_file_and_the_next_run_continues(
    nova: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupted(_: float) -> None:
        if pages(nova)[-1:] == [2]:
            raise KeyboardInterrupt

    nova.service.script("beats", of_four_pages)
    with monkeypatch.context() as patch:
        patch.setattr(collect, "sleep", interrupted)
        target = tmp_path / "beats.csv"
        result = nova.run("export", "beats", "--output", str(target))
    assert (result.status, result.out) == (130, "")
    assert "the next run continues from there" in result.err
    assert not target.exists()
    nova.service.calls.clear()
    assert nova.run("export", "beats", "--output", str(target)).status == 0
    assert pages(nova) == [3, 4]


def of_rows(ids: Sequence[int], size: int = 2) -> Callable[[int, int], Beats]:
    """Return the function that answers with the pages of a list of beats."""
    beat = NOVA_BEATS.rows[0]

    def answer(_artist: int, page: int) -> Beats:
        return NOVA_BEATS._replace(
            rows=tuple(
                beat._replace(id=n, name=f"Beat {n}") for n in ids[(page - 1) * size : page * size]
            ),
            page=page,
            per_page=size,
            total=len(ids),
            more=page * size < len(ids),
        )

    return answer


def test_list_that_changes_once_is_loaded_again(nova: Machine) -> None:
    before, after = of_rows(range(8)), of_rows(range(-1, 8))
    nova.service.script("beats", before, before, after)
    result = nova.run("export", "beats", "--json")
    assert (result.status, result.err) == (0, "")
    assert (report(result)["complete"], report(result)["total"]) == (True, 9)
    assert [row["id"] for row in report(result)["rows"]] == list(range(-1, 8))
    assert pages(nova) == [1, 2, 3, 1, 2, 3, 4, 5]


def empty_second_page(artist: int, page: int) -> Beats:
    answer = of_rows(range(8))(artist, page)
    return answer._replace(rows=()) if page == 2 else answer


def doubled_rows(artist: int, page: int) -> Beats:
    """Answer like a service with an unstable order."""
    return of_rows([1, 2, 2, 3, 4, 5, 6, 7])(artist, page)


@pytest.mark.parametrize(
    "answer, loaded, missing",
    [(empty_second_page, 6, "2 of 8 rows are"), (doubled_rows, 7, "1 of 8 rows is")],
)
def test_missing_rows_are_reported(
    nova: Machine,
    tmp_path: Path,
    answer: Callable[[int, int], Beats],
    loaded: int,
    missing: str,
) -> None:
    nova.service.script("beats", answer)
    result = nova.run("export", "beats", "--json")
    assert result.status == 6
    assert (report(result)["complete"], report(result)["total"]) == (False, 8)
    assert len(report(result)["rows"]) == loaded
    assert f"{missing} missing" in result.err
    target = tmp_path / "beats.csv"
    result = nova.run("export", "beats", "--output", str(target))
    assert (result.status, len(target.read_text("utf-8").splitlines())) == (6, loaded + 1)


def test_list_that_keeps_changing_is_reported(nova: Machine) -> None:
    growing = [of_rows(range(-n, 8)) for n in range(40)]
    nova.service.script("beats", *growing)
    result = nova.run("export", "beats", "--json")
    assert (result.status, report(result)["complete"]) == (6, False)
    assert "the list changed" in result.err
    ids = [row["id"] for row in report(result)["rows"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("offline", [[], ["--offline"]])
def test_incomplete_list_replaces_no_file(
    nova: Machine, tmp_path: Path, offline: list[str]
) -> None:
    nova.service.script("beats", of_rows(range(8)))
    target = tmp_path / "beats.csv"
    assert nova.run("export", "beats", "--output", str(target)).status == 0
    before = target.read_text("utf-8")
    nova.now += timedelta(hours=1)
    nova.service.script("beats", empty_second_page)
    result = nova.run("export", "beats", "--output", str(target), "--force")
    assert (result.status, target.read_text("utf-8")) == (6, before)
    assert f"{target} was left unchanged." in result.err
    result = nova.run("export", "beats", "--output", str(target), "--force", *offline)
    assert (result.status, target.read_text("utf-8")) == (6, before)


@pytest.mark.parametrize("page", FETCHED_PAGES)
@pytest.mark.parametrize("error", [Unreachable("No network."), ServerError("Failed.", status=500)])
def test_failed_export_replaces_no_file(
    nova: Machine, tmp_path: Path, page: str, error: BeatPassError
) -> None:
    target = tmp_path / "mine.csv"
    target.write_text("mine")
    nova.service.fail(
        error, "beats", "albums", "transactions", "downloads", "standings", "achievements"
    )
    result = nova.run("export", page, "--output", str(target), "--force")
    assert (result.status, target.read_text()) == (6, "mine")


def test_list_of_an_interrupted_run_that_changed_is_loaded_again(nova: Machine) -> None:
    nova.service.script("beats", of_rows(range(8)), of_rows(range(8)), Unreachable("No network."))
    assert nova.run("export", "beats").status == 6
    nova.service.calls.clear()
    nova.now += timedelta(minutes=2)
    # The newest beat is new and the oldest is gone: the total is the same.
    nova.service.script("beats", of_rows(range(-1, 7)))
    exported = rows(nova.run("export", "beats"))
    assert [row["id"] for row in exported] == [str(n) for n in range(-1, 7)]
    assert pages(nova) == [3, 1, 2, 3, 4]


def test_full_last_page_without_a_total_is_complete(nova: Machine) -> None:
    def simple(artist: int, page: int) -> Beats:
        answer = of_rows(range(4))(artist, page)
        return answer._replace(total=None, more=bool(answer.rows))

    nova.service.script("beats", simple)
    result = nova.run("export", "beats", "--json")
    assert (result.status, report(result)["complete"], len(report(result)["rows"])) == (0, True, 4)


def test_repeated_page_is_not_a_complete_list(nova: Machine) -> None:
    first = of_four_pages(1, 1)
    nova.service.script("beats", first, first._replace(more=False))
    result = nova.run("export", "beats")
    assert (result.status, len(rows(result))) == (6, 2)
    assert "6 of 8 rows are missing" in result.err


@pytest.mark.parametrize("interval, announced", [(2.0, True), (0.4, False)], ids=["long", "short"])
def test_long_load_is_announced(
    nova: Machine, monkeypatch: pytest.MonkeyPatch, interval: float, announced: bool
) -> None:
    async def sleep(_: float) -> None:
        return

    nova.pace = interval
    monkeypatch.setattr(collect, "sleep", sleep)
    result = nova.run("export", "activity")
    assert (result.status, result.err) == (
        0, "Loading 24 more pages takes about 48 s.\n" if announced else "",
    )  # fmt: skip
    # Cached pages need no load.
    assert nova.run("export", "activity").err == ""


def test_cached_pages_are_not_announced(nova: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    # Contributions are due sooner than the catalog.
    async def sleep(_: float) -> None:
        return

    monkeypatch.setattr(collect, "sleep", sleep)
    nova.pace = 2.0
    nova.service.script("beats", of_rows(range(40)))
    assert "19 more pages takes about 38 s" in nova.run("export", "beats").err
    nova.now += timedelta(minutes=20)
    nova.service.calls.clear()
    assert nova.run("export", "beats").err == ""
    assert nova.service.requested == ["performance"]


# Offline


@pytest.mark.parametrize("page", FETCHED_PAGES)
def test_offline_exports_cached_rows(nova: Machine, page: str) -> None:
    first = nova.run("export", page)
    nova.service.calls.clear()
    nova.now += timedelta(days=2)
    result = nova.run("export", page, "--offline")
    assert (result.status, result.out, nova.service.calls) == (0, first.out, [])


def test_offline_reports_an_incomplete_list(nova: Machine) -> None:
    nova.service.script("beats", of_four_pages, of_four_pages, Unreachable("No network."))
    nova.run("export", "beats")
    result = nova.run("export", "beats", "--offline")
    assert (result.status, len(rows(result))) == (6, 4)
    assert "Only 4 of 8 rows are cached" in result.err
    assert report(nova.run("export", "beats", "--offline", "--json"))["complete"] is False


@pytest.mark.parametrize("page", FETCHED_PAGES)
def test_offline_without_cached_data(nova: Machine, page: str) -> None:
    result = nova.run("export", page, "--offline")
    assert (result.status, result.out, nova.service.calls) == (6, "", [])
    assert "Not cached" in result.err


# Errors

FAILURES: list[tuple[BeatPassError, str, int]] = [
    (NotSignedIn("Unauthenticated.", status=401), "account", 4),
    (Forbidden("Not enabled.", status=403), "account", 4),
    (NotFound("No artist profile.", status=404), "artist", 3),
    (Unreachable("No network."), "artist", 6),
]


@pytest.mark.parametrize("error, query, status", FAILURES)
@pytest.mark.parametrize("page", ["beats", "activity", "transactions"])
def test_exit_code_follows_the_failure(
    nova: Machine, error: BeatPassError, query: str, status: int, page: str
) -> None:
    nova.service.fail(error, query)
    result = nova.run("export", page)
    assert (result.status, result.out) == (status, "")
    assert result.err.startswith("beatpass-tui: ")


def test_not_signed_in(machine: Machine) -> None:
    for page in PAGES:
        result = machine.run("export", page)
        assert (result.status, result.out) == (4, "")
        assert "Not signed in" in result.err


def test_unknown_format_is_reported(nova: Machine) -> None:
    nova.service.script("transactions", Transactions(None, 1, None, None, None, more=False))
    nova.service.script("achievements", Achievements(None))
    nova.service.script("albums", NOVA_ALBUMS._replace(rows=(), total=None))
    for page in ("transactions", "achievements", "collections"):
        result = nova.run("export", page)
        assert (result.status, result.out) == (1, "")
        assert "did not send this in a known format" in result.err


def test_empty_list_has_its_columns(nova: Machine) -> None:
    nova.service.script("transactions", NOVA_TRANSACTIONS._replace(rows=(), total=0))
    result = nova.run("export", "transactions")
    assert (result.status, result.out.count("\n")) == (0, 1)


def test_beats_are_written_without_contributions(nova: Machine) -> None:
    nova.service.fail(ServerError("Failed.", status=500), "performance")
    result = nova.run("export", "beats")
    assert (result.status, result.err) == (6, "beatpass-tui: Failed.\n")
    assert rows(result)[0]["contribution"] == ""


@pytest.mark.parametrize("arguments", [[], ["finances"], ["beats", "--csv", "--json"]])
def test_invalid_arguments_are_refused(nova: Machine, arguments: list[str]) -> None:
    result = nova.run("export", *arguments)
    assert (result.status, result.out) == (2, "")
    assert nova.run("export", "beats", "--force").status == 2


# Output file


def test_output_file_is_complete(nova: Machine, tmp_path: Path) -> None:
    target = tmp_path / "out" / "beats.csv"
    target.parent.mkdir()
    result = nova.run("export", "beats", "--output", str(target))
    assert (result.status, result.out) == (0, "")
    assert result.err == f"1 row written to {target}.\n"
    assert target.read_text("utf-8") == nova.run("export", "beats").out
    assert list(target.parent.iterdir()) == [target]


def test_quiet_run_prints_only_what_needs_attention(nova: Machine, tmp_path: Path) -> None:
    target = tmp_path / "beats.csv"
    done = nova.run("export", "beats", "-q", "-o", str(target))
    assert (done.status, done.out, done.err) == (0, "", "")
    assert nova.run("export", "beats", "--quiet", "-o", str(target)).err.endswith(
        "overwrites it.\n"
    )
    # Later runs in the same process are not quiet.
    assert nova.run("export", "beats", "-o", str(target), "--force").err.endswith(f"to {target}.\n")


def test_byte_order_mark_is_only_at_the_start_of_csv(
    nova: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = nova.run("export", "beats").out
    assert nova.run("export", "beats", "--csv-bom").out == f"\ufeff{plain}"
    monkeypatch.setenv("BEATPASS_CSV_BOM", "1")
    assert nova.run("export", "beats").out == f"\ufeff{plain}"
    assert nova.run("export", "beats", "--no-csv-bom").out == plain
    assert nova.run("export", "beats", "--json").out.startswith("{")


def test_existing_file_needs_force(nova: Machine, tmp_path: Path) -> None:
    target = tmp_path / "beats.csv"
    target.write_text("mine")
    result = nova.run("export", "beats", "--output", str(target))
    assert (result.status, target.read_text()) == (2, "mine")
    assert "exists; --force overwrites it" in result.err
    assert nova.service.calls == []
    assert nova.run("export", "beats", "--output", str(target), "--force").status == 0
    assert target.read_text().startswith("id,title")


@pytest.mark.skipif(os.name != "posix", reason="file names with control codes")
def test_control_codes_of_file_names_are_not_printed(nova: Machine, tmp_path: Path) -> None:
    target = tmp_path / "a\x1b]52;c;aGk=\a\nb.csv"
    result = nova.run("export", "beats", "--output", str(target))
    assert (result.status, target.exists()) == (0, True)
    assert result.err.removesuffix("\n").isprintable()


def test_file_created_meanwhile_is_not_overwritten(nova: Machine, tmp_path: Path) -> None:
    target = tmp_path / "out" / "beats.csv"
    target.parent.mkdir()

    def step(artist: int, page: int) -> Beats:
        target.write_text("mine")
        return of_four_pages(artist, 4)

    nova.service.script("beats", step)
    result = nova.run("export", "beats", "--output", str(target))
    assert (result.status, target.read_text()) == (2, "mine")
    assert list(target.parent.iterdir()) == [target]


def test_nothing_is_overwritten_without_hard_links(
    nova: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    target = tmp_path / "beats.csv"
    assert nova.run("export", "beats", "--output", str(target)).status == 0
    assert target.read_text().startswith("id,title")
    assert nova.run("export", "beats", "--output", str(target)).status == 2


def test_symbolic_link_is_followed_and_kept(nova: Machine, tmp_path: Path) -> None:
    target, link = tmp_path / "beats.csv", tmp_path / "link.csv"
    target.write_text("old")
    link.symlink_to(target)
    assert nova.run("export", "beats", "--output", str(link)).status == 2
    assert nova.run("export", "beats", "--output", str(link), "--force").status == 0
    assert link.is_symlink()
    assert target.read_text().startswith("id,title")


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_overwritten_file_keeps_its_mode(nova: Machine, tmp_path: Path) -> None:
    target = tmp_path / "beats.csv"
    target.write_text("old")
    target.chmod(0o640)
    assert nova.run("export", "beats", "--output", str(target), "--force").status == 0
    assert target.stat().st_mode & 0o777 == 0o640
    assert target.read_text().startswith("id,title")


def identity(path: Path) -> tuple[int, ...]:
    """Everything about a file except its access time, which reading the link may change."""
    status = path.lstat()
    return status.st_mode, status.st_ino, status.st_size, status.st_mtime_ns


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_link_to_a_missing_file_is_refused(nova: Machine, tmp_path: Path) -> None:
    target = tmp_path / "x.csv"
    target.symlink_to(tmp_path / "nowhere")
    before = identity(target)
    assert nova.run("export", "beats", "--output", str(target)).status == 2
    result = nova.run("export", "beats", "--output", str(target), "--force")
    assert (result.status, result.out) == (1, "")
    assert f"{target} is not a file." in result.err
    assert identity(target) == before
    assert not (tmp_path / "nowhere").exists()
    assert nova.service.calls == []


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1"])
def test_standard_output_by_name(
    nova: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    before = nova.run("export", "beats")
    assert nova.run("export", "beats", "-o", name) == before
    assert before.out.startswith("id,title")
    assert list(tmp_path.iterdir()) == [nova.folder]


@pytest.mark.skipif(os.name != "posix", reason="pipes and descriptors of POSIX")
def test_pipe_and_open_descriptor_are_written_in_place(nova: Machine, tmp_path: Path) -> None:
    content = nova.run("export", "beats").out.encode()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # Open for both directions, so that neither side waits for the other.
    reader = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    log = (tmp_path / "log").open("wb+")
    log.write(b"before\n")
    log.flush()
    try:
        for name in (str(pipe), f"/dev/fd/{reader}"):
            result = nova.run("export", "beats", "--output", name)
            assert (result.status, result.out) == (0, "")
            assert os.read(reader, 65_536) == content
        assert nova.run("export", "beats", "--output", f"/dev/fd/{log.fileno()}").status == 0
        log.seek(0)
        assert log.read() == b"before\n" + content
    finally:
        os.close(reader)
        log.close()
    for name, status in (("/dev/null", 0), ("/dev/full", 1), ("/dev/fd/999", 1)):
        result = nova.run("export", "beats", "--output", name)
        assert (result.status, result.err.count("\n")) == (status, 1)


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_reader_of_a_pipe_that_leaves_while_rows_are_loaded_ends_the_export(
    nova: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    fetch = nova.service._answer

    async def leave(*arguments: object) -> object:
        if nova.service.calls == []:
            os.close(reader)
        return await fetch(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(nova.service, "_answer", leave)
    result = nova.run("export", "beats", "--output", str(pipe))
    assert (result.status, result.out) == (1, "")
    assert result.err == f"beatpass-tui: {pipe} could not be written: Broken pipe.\n"


def test_name_that_is_no_file_is_refused_with_advice(
    nova: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, advice in (
        ("", "--output requires a file name, or - for standard output."),
        (" ", "--output requires a file name, or - for standard output."),
        (".", f"{tmp_path} is a folder; name a file in it, such as {tmp_path / 'beats.json'}."),
        ("new/sub/", f"{tmp_path / 'new/sub'} is not a folder; create it and name a file in it."),
    ):
        for force in ((), ("--force",)):
            result = nova.run("export", "beats", "--json", "--output", name, *force)
            assert (result.status, result.err) == (2, f"beatpass-tui: {advice}\n")
    assert nova.service.calls == []
    assert list(tmp_path.glob("*")) in ([], [nova.folder])


@pytest.mark.parametrize("name", ["", "-"])
def test_debug_log_needs_a_file_name(
    nova: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = nova.run("export", "beats", "--debug", name)
    assert (result.status, result.out) == (2, "")
    assert result.err == "beatpass-tui: --debug requires the name of a file.\n"
    assert list(tmp_path.iterdir()) == [nova.folder]


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps the current folder")
@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "beats", "--output", "x.csv"),
        ("export", "beats", "--debug", "log"),
        ("stats", "--debug", "log"),
    ],
)
def test_deleted_current_folder_is_reported(
    nova: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    folder = tmp_path / "deleted"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    result = nova.run(*arguments)
    assert (result.status, result.out) == (2, "")
    assert result.err == (
        "beatpass-tui: The current folder no longer exists; change to another folder.\n"
    )


def _refuse(*_: object, **__: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_unwritable_target_is_reported_before_any_request(
    nova: Machine, tmp_path: Path, force: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    for folder, problem in (("gone", "gone does not exist."), ("file", "file is not a folder.")):
        target = tmp_path / folder / "x.csv"
        result = nova.run("export", "beats", "--output", str(target), *force)
        assert (result.status, result.out) == (1, "")
        assert problem in result.err
    assert nova.service.calls == []
    # As root below /sys, where every permission is granted.
    monkeypatch.setattr(Path, "mkdir", _refuse)
    result = nova.run("export", "beats", "--output", str(tmp_path / "x.csv"), *force)
    assert (result.status, "is not writable" in result.err) == (1, True)
    monkeypatch.setattr(os, "access", lambda *_: False)
    result = nova.run("export", "beats", "--output", str(tmp_path / "x.csv"), *force)
    assert result.status == 1
    assert "is not writable" in result.err
    assert nova.service.calls == []


@pytest.mark.parametrize("call", ["fsync", "open", "link"])
def test_full_disk_leaves_no_file(
    nova: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    real: Callable[..., object] = getattr(os, call)

    def full(*arguments: object, **named: object) -> object:
        if call != "open" or str(folder) in str(arguments[0]):
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(os, call, full)
        if call == "link":
            patch.setattr(Path, "replace", full)
        result = nova.run("export", "beats", "--output", str(folder / "x.csv"))
    assert (result.status, result.out) == (1, "")
    assert "No space left on device" in result.err
    assert list(folder.iterdir()) == []


# Progress bar


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_progress_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Terminal()
    monkeypatch.setattr("sys.stderr", shown)
    bar = ProgressBar("Loading beats")
    bar.show(300, 1_204)
    bar.show(400, None)
    bar.clear()
    bar.clear()
    assert shown.getvalue().split("\r\x1b[K") == [
        "",
        "Loading beats  ━━━╺────────────  300 of 1,204",
        "Loading beats  400",
        "",
    ]


def test_no_progress_bar_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr("sys.stderr", shown)
    ProgressBar("Loading beats").show(1, 2)
    dumb = Terminal()
    monkeypatch.setattr("sys.stderr", dumb)
    monkeypatch.setenv("TERM", "dumb")
    ProgressBar("Loading beats").show(1, 2)
    assert shown.getvalue() + dumb.getvalue() == ""


def test_progress_bar_in_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    class Old(Terminal):
        encoding = "ascii"

    shown = Old()
    monkeypatch.setattr("sys.stderr", shown)
    ProgressBar("Loading beats").show(3, 4)
    assert shown.getvalue().isascii()
    assert "############----" in shown.getvalue()


def test_only_long_lists_have_a_progress_bar(
    nova: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[int, int | None]] = []
    monkeypatch.setattr(ProgressBar, "show", lambda _, *result: drawn.append(result))
    nova.run("export", "collections")
    assert drawn == []
    nova.service.script("beats", of_four_pages)
    nova.run("export", "beats")
    assert drawn == [(2, 8), (4, 8), (6, 8)]


def test_help_lists_every_page() -> None:
    assert all(page in export._EPILOG for page in PAGES)
