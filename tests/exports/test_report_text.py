"""Reports as text, Markdown and JSON."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from rich.cells import cell_len

from beatpass_tui.exports.report_json import as_json
from beatpass_tui.exports.report_text import WIDTH, as_markdown, as_text
from beatpass_tui.view_models.movers import Mover, Movers
from beatpass_tui.view_models.periods import WEEK
from beatpass_tui.view_models.report import BeatDownloads, Downloads
from support.fakes import NOW
from support.hostile import ATTACKS, ESCAPES
from support.reports import first_day, nova_report, with_earnings

TEXT = """\
Nova Reyes · Nov 17–23, 2026
As of Nov 23 20:04

                 Now   7 days            7 days before
Total Plays   45,210     +492    ▲ 12%            +439
Downloads      1,204      +41
Followers        873       −1   ▼ 111%              +9
Level             12       +1
Albums             —                                     (timed out)

Top movers · 1 of 3 beats compared
  1   Midnight Drive   +168   ▲ 31%   7,919 plays
  2   Velvet             +9     new       9 plays

Downloads by beat · 12 of 41 known
  Midnight Drive   12

Ranks
  Audience plays, 7 days   #25   ▲ 3 since Nov 17

Milestones reached
  Midnight Drive: 7,500 plays passed

Next milestones
  Total Plays      46,000   790 to go   about 12 days
  Midnight Drive    8,000    81 to go    about 4 days
"""

MARKDOWN = """\
## Nova Reyes · Nov 17–23, 2026

**+492 plays in 7 days** · ▲ 12% vs. the 7 days before

- **Total Plays** 45,210 (+492, ▲ 12%)
- **Downloads** 1,204 (+41)
- **Followers** 873 (−1, ▼ 111%)
- **Level** 12 (+1)

### Top movers · 1 of 3 beats compared

1. **Midnight Drive** +168 · ▲ 31% · 7,919 plays
2. **Velvet** +9 · new · 9 plays

### Downloads by beat · 12 of 41 known

- **Midnight Drive** 12

### Ranks

- **Audience plays, 7 days** \\#\u200b25 · ▲ 3 since Nov 17

### Milestones reached

- Midnight Drive: 7,500 plays passed

### Next milestones

- **Total Plays** 46,000 · 790 to go · about 12 days
- **Midnight Drive** 8,000 · 81 to go · about 4 days

*As of Nov 23 20:04*
"""


def test_text() -> None:
    assert as_text(nova_report()) == TEXT


def test_text_of_the_first_day_has_no_empty_columns() -> None:
    lines = as_text(first_day(nova_report())).splitlines()
    assert lines[:5] == [
        "Nova Reyes · Nov 17–23, 2026",
        "As of Nov 23 20:04",
        "Recorded since Nov 23; gains in 7 days appear from Nov 30.",
        "",
        "                 Now",
    ]
    assert "Top beats · 2 of 3 known" in lines


def test_older_values_and_ranks_have_their_dates() -> None:
    report = nova_report()
    then = NOW - timedelta(days=1)
    figures = [*report.figures[:2], report.figures[2]._replace(at=then), *report.figures[3:]]
    ranks = [report.ranks[0]._replace(at=then)]
    lines = as_text(report._replace(figures=figures, ranks=ranks)).splitlines()
    assert next(line for line in lines if line.startswith("Followers")).endswith("(Sun 20:04)")
    assert "#25 on Nov 22" in next(line for line in lines if "Audience plays" in line)


def test_markdown() -> None:
    assert as_markdown(nova_report()) == MARKDOWN


@pytest.mark.parametrize("length", [10, 40, 100])
def test_markdown_fits_in_a_message(length: int) -> None:
    report, title = nova_report(), "*" * length
    beats = [Mover(id, title, 9, 9 - id, None, False, ()) for id in range(9)]
    downloads = Downloads([BeatDownloads(id, title, 9) for id in range(9)], 81)
    markdown = as_markdown(report._replace(movers=Movers(WEEK, beats), downloads=downloads))
    assert len(markdown) <= 2_000
    assert markdown.count("\n### ") == MARKDOWN.count("\n### ")
    assert (markdown.count(title.replace("*", "\\*")) == 18) is (length == 10)


@pytest.mark.parametrize(
    "attack", [*ATTACKS, "W" * 300, "夜" * 300], ids=lambda text: ascii(text)[:30]
)
def test_hostile_text_stays_text_and_fits(attack: str) -> None:
    report = nova_report(attack, attack)
    text, markdown = as_text(report), as_markdown(report)
    assert max(map(cell_len, text.splitlines())) <= WIDTH
    assert len(text.splitlines()) == len(TEXT.splitlines())
    # Long titles leave less room for rows.
    assert len(markdown.splitlines()) in range(30, len(MARKDOWN.splitlines()) + 1)
    assert len(markdown) <= 2_000
    assert not any(escape in f"{text}{markdown}".encode() for escape in ESCAPES)
    plain = as_text(report, ascii_only=True)
    assert plain.isascii()
    assert max(map(len, plain.splitlines())) <= WIDTH
    json.loads(as_json(report, ()))


@pytest.mark.parametrize(
    "title, shown",
    [
        ("[FREE] *Trap* `x` _y_", r"\[FREE\] \*Trap\* \`x\` \_y\_"),
        ("<b>&amp; $x$ ~~gone~~", r"\<b\>\&amp; \$x\$ \~\~gone\~\~"),
        ("@everyone <@12> #12", "@\u200beveryone \\<@\u200b12\\> \\#\u200b12"),
        ("https://evil.example www.evil", "https:\u200b//evil.example www\u200b.evil"),
        (":skull: at 12:30", r"\:skull: at 12:30"),
        ("a || b | c", r"a \|\| b \| c"),
    ],
)
def test_markdown_shows_titles_as_they_are(title: str, shown: str) -> None:
    markdown = as_markdown(nova_report(title=title))
    assert f"1. **{shown}** +168" in markdown


@pytest.mark.parametrize("title", ["- list", "+ list", "1. list", "2) list", "= rule", "# head"])
def test_a_title_begins_no_list_or_heading(title: str) -> None:
    (line,) = (
        line for line in as_markdown(nova_report(title=title)).splitlines() if "passed" in line
    )
    assert line.startswith("- ")
    assert not line[2:].startswith((title[:2], "#"))
    assert line.replace("\\", "") == f"- {title}: 7,500 plays passed"


def test_json() -> None:
    content = json.loads(as_json(nova_report(), ["Offline."]))
    assert content["version"] == 1
    assert content["problems"] == ["Offline."]
    assert content["period"] == {
        "days": 7, "from": "2026-11-17", "to": "2026-11-23", "end": "2026-11-23T20:04:00+00:00",
    }  # fmt: skip
    assert content["changes"][0] == {
        "name": "plays",
        "label": "Total Plays",
        "value": 45_210,
        "reason": None,
        "change": 492,
        "change_reason": None,
        "previous": 439,
        "percent": 12.1,
        "at": "2026-11-23T20:04:00+00:00",
    }
    albums = content["changes"][-1]
    assert (albums["reason"], albums["change_reason"]) == ("timed out", "no value")
    assert content["ahead"] == [
        {"name": "plays", "label": "Total Plays", "goal": 46_000, "in_days": 12},
        {"name": "beat", "label": "Midnight Drive", "goal": 8_000, "in_days": 4},
    ]
    first = json.loads(as_json(first_day(nova_report()), ()))
    assert first["changes"][0]["change_reason"] == "not recorded then"
    assert (first["plays_per_day"], first["ranks"]) == ([], [])


def test_earnings_are_in_every_format_if_they_are_requested() -> None:
    plain, earned = nova_report(), with_earnings(nova_report())
    for render in (as_text, as_markdown):
        assert "5.00 before" in render(earned).partition("35.50 CAD")[2]
        assert "Earn" not in render(plain)
    assert json.loads(as_json(plain, ()))["earnings"] is None
    assert json.loads(as_json(earned, ()))["earnings"]["rows"] == [
        {"currency": "CAD", "amount": "35.50", "previous": "5.00"}
    ]
