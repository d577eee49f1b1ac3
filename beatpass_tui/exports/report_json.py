"""A report as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from beatpass_tui.exports.json_values import (
    day_gains,
    id_and_name,
    movers_object,
    percent,
    whole,
)
from beatpass_tui.fast_stats.period import NOT_RECORDED
from beatpass_tui.formatting import iso_time
from beatpass_tui.models.numbers import BY_ID
from beatpass_tui.view_models.home_summary import Milestone
from beatpass_tui.view_models.report import Figure, Report

SCHEMA = 1
"""The version of the JSON output; new fields do not change it."""


def as_json(report: Report, problems: Sequence[str]) -> str:
    """Return a report as a JSON object, with sentences about what failed."""
    now = report.now
    return json.dumps(
        {
            "version": SCHEMA,
            "now": iso_time(now, now),
            "as_of": iso_time(report.as_of, now),
            "account": id_and_name(report.account),
            "artist": id_and_name(report.artist),
            "period": {
                "days": report.days,
                "from": report.first.isoformat(),
                "to": report.end.date().isoformat(),
                "end": iso_time(report.end, now),
            },
            "problems": list(problems),
            "changes": [_change(report, figure) for figure in report.figures],
            "plays_per_day": day_gains(report.plays_per_day),
            "movers": None if report.movers is None else movers_object(report.movers),
            "downloads": {
                "known": report.downloads.known,
                "total": report.downloads.total,
                "beats": [
                    {"id": beat.id, "title": beat.title, "downloads": beat.downloads}
                    for beat in report.downloads.beats
                ],
            },
            "ranks": [
                {
                    "category": rank.category,
                    "period": rank.period,
                    "rank": rank.rank,
                    "at": iso_time(rank.at, now),
                    "before": rank.before,
                    "since": iso_time(rank.since, now),
                }
                for rank in report.ranks
            ],
            "reached": [{"name": each.name, "text": each.text} for each in report.reached],
            "ahead": [_ahead(milestone) for milestone in report.ahead],
            "earnings": _earnings(report),
        },
        indent=2,
    )


def _change(report: Report, figure: Figure) -> dict[str, object]:
    gain = figure.gain.gain
    reason = None
    if gain is None:
        reason = "no value" if figure.value is None else NOT_RECORDED
    return {
        "name": figure.number.published_name,
        "label": figure.number.title,
        "value": whole(figure.value),
        "reason": figure.reason,
        "change": whole(gain),
        "change_reason": reason,
        "previous": whole(figure.gain.previous_gain),
        "percent": percent(figure.gain.percent),
        "at": iso_time(figure.at, report.now),
    }


def _ahead(milestone: Milestone) -> dict[str, object]:
    number = BY_ID[milestone.id]
    is_beat = milestone.name != number.title
    return {
        "name": "beat" if is_beat else number.published_name,
        "label": milestone.name,
        "goal": whole(milestone.goal),
        "in_days": milestone.in_days,
    }


def _earnings(report: Report) -> dict[str, object] | None:
    earnings = report.earnings
    if earnings is None:
        return None
    return {
        "complete": earnings.is_complete,
        "rows": [
            {
                "currency": each.currency,
                "amount": str(each.amount),
                "previous": None if each.previous is None else str(each.previous),
            }
            for each in earnings.rows
        ],
    }
