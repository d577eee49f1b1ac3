"""Status and type codes are shown and exported as words."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from beatpass_tui.exports import tables
from beatpass_tui.exports.tables import ExportTable
from beatpass_tui.models.audience import Download
from beatpass_tui.models.career import Achievements, Standings, XpSources
from beatpass_tui.models.money import Finances, Sales, Transactions
from beatpass_tui.models.text import words
from beatpass_tui.view_models import activity, labels, payouts, progress, season
from beatpass_tui.view_models.beats import BeatRow
from beatpass_tui.view_models.transactions import sale_rows, transaction_rows
from support.catalog import beat
from support.fakes import NOW

CODES = (
    "succeeded", "track_sale", "non_exclusive_only", "on_hold", "onHold", "in-progress", "ON_HOLD",
    "needs_attention", "x", "subscription_earning", "license_revoked", "pending",
)  # fmt: skip

RAW = re.compile(r"_|^[a-z]|[a-z][A-Z]")
"""Patterns of raw codes, which are never shown."""


@pytest.mark.parametrize(
    "code, shown",
    [
        ("track_sale", "Track sale"),
        ("onHold", "On hold"),
        ("ON_HOLD", "On hold"),
        ("in-progress", "In progress"),
        ("first_play_xp", "First play XP"),
        ("succeeded", "Succeeded"),
        ("Non-exclusive", "Non-exclusive"),
        ("Gold", "Gold"),
        ("MVP", "MVP"),
        ("iTunes plays", "ITunes plays"),
        ("paid by card", "Paid by card"),
        ("été", "Été"),
        ("_", "_"),
    ],
)
def test_codes_become_words(code: str, shown: str) -> None:
    assert words(code) == shown


@pytest.mark.parametrize("code", CODES)
def test_no_raw_code_is_shown(code: str) -> None:
    download = Download(NOW, "A", "B", code, code)
    shown = [
        activity.license_label(download),
        activity.license_status_label(download),
        *(label for row in transaction_rows(transactions(code).rows or ()) for label in row[2:4]),
        *(label for row in sale_rows(sales(code)) for label in row[2:4]),
    ]
    achievements = Achievements.decode([{"name": "Oracle", "category": code, "rarity": code}])
    assert achievements.rows is not None
    shown += progress.row_summary(achievements.rows[0], NOW).split(" · ")[1:]
    (source,) = XpSources.decode([{"source": code, "xp": 3}]).rows or ()
    shown.append(source.name or "")
    standing = Standings.decode({"data": {"plays": [{"rank": 1, "tier": code}]}}).rows[3]
    shown.append(season.entry_rows(standing)[0].tier)
    setup = payouts.setup(
        Finances.decode({"setup": {"providers": {"beatpay": code, "legacyStripe": code}}})
    )
    shown += [state.text for _, state in setup]
    assert [text for text in shown if RAW.search(text)] == []


def transactions(code: str) -> Transactions:
    return Transactions.decode(
        {"transactions": [{"type": code, "status": code, "date": "2026-11-20"}]}
    )


def sales(code: str) -> Sales:
    return Sales.decode({"recent_purchases": [{"track_name": "A", "status": code}]})


def test_sales_that_succeeded_are_completed() -> None:
    statuses = [sale_rows(sales(code))[0].status for code in ("succeeded", "Refunded")]
    assert statuses == ["Completed", "Reversed"]


@pytest.mark.parametrize("status, word", labels.TRANSACTION_STATUSES.items())
def test_transactions_are_exported_with_the_words_of_the_page(status: str, word: str) -> None:
    rows = Transactions.decode(
        {"transactions": [{"type": "sale", "status": status, "date": "2026-11-20"}]}
    ).rows
    table = tables.transactions(rows or ())
    (row,) = as_dicts(table)
    assert (row["type"], row["status"]) == ("Track sale", word)


def as_dicts(table: ExportTable) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(tables.as_csv(table))))


@pytest.mark.parametrize("code", CODES)
def test_no_raw_code_is_exported(code: str) -> None:
    rows = Achievements.decode([{"name": "Oracle", "category": code, "rarity": code}]).rows
    standings = Standings.decode({"data": {"plays": [{"rank": 1, "tier": code}]}}).rows
    track = beat(1, licensing=code)
    exported = [
        *(
            as_dicts(tables.beats([BeatRow(0, track, None, False, None, "")]))[0][n]
            for n in ("licensing",)
        ),
        *(
            as_dicts(tables.transactions(transactions(code).rows or ()))[0][n]
            for n in ("type", "status")
        ),
        *(as_dicts(tables.leaderboards(standings))[0][n] for n in ("category", "tier")),
        *(as_dicts(tables.achievements(rows or ()))[0][n] for n in ("category", "rarity")),
        *(
            as_dicts(tables.activity([Download(NOW, "A", "B", code, code)]))[0][n]
            for n in ("license", "license_status")
        ),
    ]
    assert [text for text in exported if RAW.search(text)] == []


def test_missing_codes_are_exported_as_missing() -> None:
    (row,) = as_dicts(tables.activity([Download(NOW, "A", "B", None, None)]))
    assert (row["license"], row["license_status"]) == ("", "")


def test_exports_have_days_and_times_with_an_offset() -> None:
    at = datetime(2026, 11, 23, 1, 30, tzinfo=timezone(timedelta(hours=-5)))
    table = tables.beats([BeatRow(0, beat(1), None, False, date(2026, 11, 22), "")])
    assert as_dicts(table)[0]["uploaded"] == "2026-11-22"
    times = [
        as_dicts(tables.activity([Download(at, "A", "B", None, None)]))[0]["at"],
        as_dicts(tables.history([(at.astimezone(UTC), 1, "tracks", 3.0)]))[0]["at"],
    ]
    assert times == ["2026-11-23T01:30:00-05:00", "2026-11-23T06:30:00+00:00"]


def test_version_of_the_json_is_2() -> None:
    text = tables.as_json("beats", tables.beats([]), as_of=None, total=0, complete=True)
    assert json.loads(text)["version"] == 2
