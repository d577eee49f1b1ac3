"""`report`: what it requests, its formats, exit codes and files."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from beatpass_tui.commands.report import FORMATS
from beatpass_tui.errors import (
    BeatPassError,
    NotFound,
    NotSignedIn,
    RateLimited,
    ServerError,
    Unreachable,
)
from beatpass_tui.exports import share_card
from beatpass_tui.models.money import Amount, Transaction, Transactions
from beatpass_tui.storage.store import NAME, Store
from support.command_harness import HOME, KEY, Machine, report
from support.fakes import NOVA_ARTIST, NOVA_STATS

SEVEN = [*HOME, "performance"]


@pytest.fixture
def with_history(nova: Machine) -> Machine:
    """A machine with values of a week and of two weeks ago."""
    store = Store(nova.folder / NAME, lambda: nova.now)
    values = ((14, 44_282.0), (7, 44_710.0))
    rows = [("total-plays", nova.now - timedelta(days=days), value) for days, value in values]
    store.add_samples(KEY, NOVA_ARTIST.id or 0, rows)
    store.close()
    return nova


@pytest.fixture(autouse=True)
def _png(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the optional library."""
    monkeypatch.setattr(share_card, "check_png", lambda: None)
    monkeypatch.setattr(share_card, "as_png", lambda svg: b"PNG " + svg.encode())


def test_report_requests_what_home_does_and_nothing_while_fresh(with_history: Machine) -> None:
    result = with_history.run("report")
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith("Nova Reyes · Nov 17–23, 2026\nAs of Nov 23 20:04\n")
    assert "\nTotal Plays   45,210     +500   ▲ 17%            +428\n" in result.out
    assert with_history.service.requested == SEVEN
    with_history.service.calls.clear()
    for options in ([], ["--offline"], ["--offline", "--account", "nova"]):
        assert with_history.run("report", *options).out == result.out
    assert with_history.service.calls == []


def test_report_is_no_visit(with_history: Machine) -> None:
    with_history.run("report")
    store = Store(with_history.folder / NAME, lambda: with_history.now)
    assert store.load_visit(KEY).since is None
    store.close()


@pytest.mark.parametrize("kind", FORMATS)
def test_formats_on_standard_output_and_in_a_file(
    with_history: Machine, tmp_path: Path, kind: str
) -> None:
    with_history.run("stats")
    printed = with_history.run("report", "--as", kind)
    file = tmp_path / "file"
    written = with_history.run("report", "--as", kind, "--output", str(file))
    assert (printed.status, printed.err, written.status, written.out) == (0, "", 0, "")
    assert written.err == f"The report was written to {file}.\n"
    content = file.read_text("utf-8")
    assert content == printed.out
    beginnings = {"text": "Nova", "markdown": "## Nova", "json": "{", "svg": "<svg", "png": "PNG"}
    assert content.startswith(beginnings[kind])
    again = with_history.run("report", "--as", kind, "--output", str(file))
    assert (again.status, again.err) == (
        2,
        f"beatpass-tui: {file} exists; --force overwrites it.\n",
    )
    options = ("--as", kind, "--output", str(file), "--force", "--quiet")
    assert with_history.run("report", *options).err == ""


@pytest.mark.parametrize(
    "name, beginning",
    [
        ("a.md", "## "), ("a.JSON", "{"), ("a.svg", "<svg"), ("a.png", "PNG"), ("a", "Nova"),
        ("a.doc", "Nova"),
    ],
)  # fmt: skip
def test_format_follows_from_the_name_of_the_file(
    with_history: Machine, tmp_path: Path, name: str, beginning: str
) -> None:
    file = tmp_path / name
    assert with_history.run("report", "--output", str(file)).status == 0
    assert file.read_text("utf-8").startswith(beginning)
    text = ("report", "--as", "text", "--output", str(file), "--force")
    assert with_history.run(*text).status == 0
    assert file.read_text("utf-8").startswith("Nova")


def test_json_option_is_the_format(with_history: Machine) -> None:
    content = report(with_history.run("report", "--json", "--days", "14"))
    assert content["period"]["days"] == 14
    assert content["account"] == {"id": 900000001, "name": "nova"}
    assert content["changes"][0]["change"] == 928


@pytest.mark.parametrize(
    "options",
    [
        ["--days", "0"], ["--days", "367"], ["--days", "week"], ["--days", "99999"],
        ["--as", "pdf"], ["--json", "--as", "svg"], ["--force"], ["--output", ""],
    ],
    ids=" ".join,
)  # fmt: skip
def test_invalid_options_are_refused(nova: Machine, options: list[str]) -> None:
    result = nova.run("report", *options)
    assert (result.status, result.out, nova.service.calls) == (2, "", [])


def test_png_is_not_printed_on_a_terminal(nova: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    result = nova.run("report", "--as", "png")
    assert (result.status, nova.service.calls) == (2, [])
    assert "use --output report.png" in result.err


def test_png_without_its_library_requests_nothing(
    nova: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    result = nova.run("report", "--as", "png", "--output", "week.png")
    assert (result.status, result.out, nova.service.calls) == (2, "", [])
    assert result.err == f"beatpass-tui: {share_card.PNG_MISSING}\n"


def test_ascii_output(with_history: Machine, tmp_path: Path) -> None:
    result = with_history.run("report", "--ascii")
    assert result.out.isascii()
    assert "Total Plays   45,210     +500   + 17%            +428" in result.out


# Without data


@pytest.mark.parametrize("kind", ["text", "png"])
def test_offline_without_cached_data(nova: Machine, kind: str) -> None:
    nova.run("stats")
    (nova.folder / NAME).unlink()
    result = nova.run("report", "--offline", "--as", kind)
    assert (result.status, result.out) == (6, "")
    assert "run without --offline" in result.err


def test_not_signed_in(machine: Machine) -> None:
    result = machine.run("report")
    assert (result.status, result.out) == (4, "")
    assert "beatpass-tui login" in result.err


def test_first_day_is_a_success(nova: Machine) -> None:
    result = nova.run("report", "--as", "svg")
    assert (result.status, result.err) == (0, "")
    assert "plays to date" in result.out


@pytest.mark.parametrize(
    "error, names, status",
    [
        (NotFound("Artist profile not found.", status=404), ["artist"], 3),
        (NotSignedIn("Unauthenticated.", status=401), SEVEN, 4),
        (RateLimited("Too many requests.", retry_after=60), ["followers"], 5),
        (Unreachable("No network."), SEVEN, 6),
        (ServerError("Server error.", status=500), ["stats"], 6),
        (ServerError("Server error.", status=500), ["performance"], 0),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BeatPassError) else None,
)
def test_known_numbers_are_reported_after_a_failure(
    with_history: Machine, error: BeatPassError, names: list[str], status: int
) -> None:
    with_history.run("stats")
    with_history.now += timedelta(hours=2)
    with_history.service.fail(error, *names)
    result = with_history.run("report", "--json")
    assert result.status == status
    assert (result.err == "") is (status == 0)
    if status == 3:
        assert result.out == ""
    else:
        content = report(result)
        assert content["changes"][0]["change"] == 500
        assert bool(content["problems"]) is (status != 0)


def test_numbers_that_are_not_sent_make_no_card(nova: Machine) -> None:
    nova.service.script("stats", NOVA_STATS._replace(total_plays=None))
    nova.service.script("artist", NOVA_ARTIST._replace(total_plays=None))
    assert nova.run("report").status == 0
    result = nova.run("report", "--as", "svg")
    assert (result.status, result.out) == (6, "")
    assert result.err == "beatpass-tui: BeatPass sent no plays to draw.\n"


# Money and names


def test_earnings_are_requested_only_with_the_option(with_history: Machine) -> None:
    amount = Amount(2_550, 100, "CAD")
    row = Transaction("sales", "completed", amount, "Mirage", with_history.now, "1")
    with_history.service.script("transactions", Transactions((row,), 1, 1, 1, 1, False))
    assert with_history.run("report", "--with-earnings").status == 0
    assert with_history.service.requested == [*SEVEN, "transactions"]
    for kind in FORMATS:
        assert "25.50" not in with_history.run("report", "--as", kind).out
        assert "25.5" in with_history.run("report", "--as", kind, "--with-earnings").out


def test_downloaders_are_in_no_format(with_history: Machine) -> None:
    with_history.run("export", "activity")
    assert "listener" in with_history.run("export", "activity").out
    for kind in FORMATS:
        result = with_history.run("report", "--as", kind, "--with-earnings")
        assert "listener" not in result.out
    assert "Downloads by beat" in with_history.run("report").out
