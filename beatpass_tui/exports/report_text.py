"""A report as text of at most 80 columns, and as Markdown for Discord and GitHub."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from beatpass_tui import formatting
from beatpass_tui.models.text import MAX_NAME, clean
from beatpass_tui.view_models.movers import Movers
from beatpass_tui.view_models.report import PLAYS, Figure, Rank, Report

WIDTH = 80
"""Maximum width of a line of text in cells."""

_MAX_TITLE = 36
_MAX_TEXT = MAX_NAME + 40
"""Maximum length of the first cell in Markdown, which may be a sentence with a name."""

_MAX_ROWS = 10
"""Maximum rows of a section."""

_MAX_MESSAGE = 2_000
"""Maximum length of a message of Discord."""

_RECENT = timedelta(hours=1)
"""The age of a value is named if it is older than the newest value by more than this."""


class _Section(NamedTuple):
    """A heading and rows; the first cell of a row is a name."""

    title: str
    rows: Sequence[tuple[str, ...]]
    is_ranking: bool = False
    """Whether the rows are numbered."""


def period_words(days: int) -> str:
    """Return a period as words: 24 hours, 7 days."""
    return "24 hours" if days == 1 else formatting.plural(days, "day")


def dates(report: Report) -> str:
    """Return the days of a report with their year: Nov 21–27, 2026."""
    last = report.end.date()
    return formatting.day_range(report.first, last, last.replace(year=1 if last.year > 1 else 2))


def comparison(figure: Figure) -> str:
    """Return the change of a gain in percent; empty if it is unknown."""
    percent = figure.gain.percent
    return "" if percent is None else formatting.percent_change(percent)


def _title(report: Report) -> str:
    return f"{clean(report.name or '', MAX_NAME) or 'BeatPass'} · {dates(report)}"


def _as_of(report: Report) -> str:
    at = report.as_of
    if at is None:
        return ""
    # Not "today", since a report may be read later.
    return f"As of {formatting.short_date(at, report.now)} {at.astimezone(report.now.tzinfo):%H:%M}"


def _sections(report: Report, most: int = _MAX_ROWS) -> Iterator[_Section]:
    """Yield the sections after that of the numbers, each with at most some rows."""
    movers, downloads = report.movers, report.downloads
    if movers is not None and movers.rows:
        yield _movers_section(movers, report.days, most)
    elif movers is not None and movers.recorded:
        beats = movers.recorded[: min(most, 5)]
        played = [(beat.name, formatting.plural(beat.plays, "play")) for beat in beats]
        yield _Section(f"Top beats · {_of(len(movers.recorded), movers.total)}", played, True)
    if downloads.beats:
        title = "Downloads by beat"
        if downloads.total is not None and downloads.known < downloads.total:
            title += f" · {_of(downloads.known, downloads.total)}"
        counts = [(each.title, formatting.count(each.downloads)) for each in downloads.beats]
        yield _Section(title, counts[:most])
    if report.ranks:
        yield _Section("Ranks", [_rank_row(report, rank) for rank in report.ranks[:most]])
    if report.reached:
        yield _Section("Milestones reached", [(each.text,) for each in report.reached[:most]])
    if report.ahead:
        rows = [(each.name, each.target, each.remaining, each.days) for each in report.ahead]
        yield _Section("Next milestones", rows[:most])
    if report.earnings is not None:
        yield _earnings(report)


def _movers_section(movers: Movers, days: int | None, count: int) -> _Section:
    """Return a section of top movers, whose title names their period unless it is `days`."""
    rows: list[tuple[str, ...]] = [
        (
            mover.name,
            formatting.signed(mover.gain),
            "new" if mover.is_new else _percent(mover.percent),
            formatting.plural(mover.plays, "play"),
        )
        for mover in movers.top(count)
    ]
    period = movers.period.days
    words = period_words(period) if period is not None and period != days else ""
    title = " · ".join(filter(None, (movers.title, words, movers.comparison, movers.losses)))
    return _Section(title, rows or [("No beat gained plays",)], is_ranking=bool(rows))


def movers_lines(movers: Movers, count: int) -> list[str]:
    """Return lines of text with the top movers of a period."""
    return _lines(_movers_section(movers, movers.period.days, count))


def _percent(percent: float | None) -> str:
    return "" if percent is None else formatting.percent_change(percent)


def _of(known: int, total: int) -> str:
    return f"{formatting.count(known)} of {formatting.count(total)} known"


def _rank_row(report: Report, rank: Rank) -> tuple[str, ...]:
    text = f"#{formatting.count(rank.rank)}"
    if rank.at.date() != report.end.date():
        text += f" on {formatting.short_date(rank.at, report.now)}"
    if rank.before is None or rank.since is None:
        return rank.label, text
    difference = rank.before - rank.rank
    arrow = "▲ " if difference > 0 else "▼ " if difference < 0 else ""
    change = f"{arrow}{formatting.count(abs(difference))}" if difference else "unchanged"
    return rank.label, text, f"{change} since {formatting.short_date(rank.since, report.now)}"


def _earnings(report: Report) -> _Section:
    earnings = report.earnings
    assert earnings is not None
    rows = [
        (each.text, f"{each.previous_text} before" if each.previous_text else "")
        for each in earnings.rows
    ]
    title = "Earnings" if earnings.is_complete else "Earnings · not all transactions known"
    return _Section(title, rows or [("None" if earnings.is_complete else "None known",)])


# Text


def as_text(report: Report, *, ascii_only: bool = False) -> str:
    """Return a report as lines of at most 80 cells."""
    lines = [_cut(_title(report)), *filter(None, (_as_of(report), report.note())), ""]
    lines += _table(_number_rows(report))
    for section in _sections(report):
        lines += ["", *_lines(section)]
    text = "\n".join(line.rstrip() for line in lines) + "\n"
    return _to_ascii(text) if ascii_only else text


def _lines(section: _Section) -> list[str]:
    rows = [tuple(map(clean, row)) for row in section.rows]
    if section.is_ranking:
        rows = [(f"{place}", *row) for place, row in enumerate(rows, start=1)]
    table = _table(rows, 2, name=int(section.is_ranking))
    return [_cut(section.title), *(f"  {line}" for line in table)]


def _number_rows(report: Report) -> list[tuple[str, ...]]:
    words = period_words(report.days)
    rows: list[tuple[str, ...]] = [("", "Now", words, "", f"{words} before", "")]
    for figure in report.figures:
        rows.append(
            (
                figure.number.title,
                formatting.count(figure.value),
                _signed(figure.gain.gain) if figure.value is not None else "",
                comparison(figure),
                _signed(figure.gain.previous_gain) if figure.gain.previous_gain is not None else "",
                _remark(figure, report),
            )
        )
    columns = list(zip(*rows, strict=True))
    # On the first days, no gains are known.
    known = [column for column in columns if {*column[1:]} - {"", formatting.DASH}]
    return list(zip(*known, strict=True))


def _signed(gain: float | None) -> str:
    return formatting.DASH if gain is None else formatting.signed(gain)


def _remark(figure: Figure, report: Report) -> str:
    if figure.reason is not None:
        return f"({figure.reason})"
    if figure.at is not None and report.as_of is not None and report.as_of - figure.at > _RECENT:
        return f"({formatting.date_or_time(figure.at, report.now)})"
    return ""


def _table(rows: Sequence[tuple[str, ...]], indent: int = 0, name: int = 0) -> list[str]:
    """Return aligned lines; `name` is the column of names, those after it are right-aligned."""
    columns = max(map(len, rows))
    cells = [(*row, *[""] * (columns - len(row))) for row in rows]
    if columns == 1:
        return [_cut(row[0], WIDTH - indent) for row in cells]
    cells = [tuple(_cut(cell, _MAX_TITLE) for cell in row) for row in cells]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    lines = []
    for row in cells:
        aligned = [
            set_cell_size(cell, width) if place == name else " " * (width - cell_len(cell)) + cell
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        gap = "  " if sum(widths) + 3 * columns > WIDTH - indent else "   "
        lines.append(_cut(gap.join(aligned).rstrip(), WIDTH - indent))
    return lines


def _cut(text: str, width: int = WIDTH) -> str:
    """Return text of at most `width` cells, with an ellipsis if it was longer."""
    return text if cell_len(text) <= width else f"{set_cell_size(text, width - 1).rstrip()}…"


def _to_ascii(text: str) -> str:
    """Return text in ASCII: letters without their accents, other characters as question marks."""
    decomposed = unicodedata.normalize("NFKD", text.translate(formatting.ASCII_SYMBOLS))
    letters = (char for char in decomposed if not unicodedata.combining(char))
    return "".join(char if char.isascii() else "?" * cell_len(char) for char in letters)


# Markdown


def as_markdown(report: Report) -> str:
    """Return a report as Markdown that fits in a message of Discord, which doesn't show tables."""
    texts = (_as_markdown(report, most) for most in range(_MAX_ROWS, 0, -1))
    return next((text for text in texts if len(text) <= _MAX_MESSAGE), _as_markdown(report, 1))


def _as_markdown(report: Report, most: int) -> str:
    plays = report.figure(PLAYS)
    words = period_words(report.days)
    lines = [f"## {_escape(_title(report))}", ""]
    if plays.gain.gain is not None:
        noun = "play" if abs(round(plays.gain.gain)) == 1 else "plays"
        headline = f"**{formatting.signed(plays.gain.gain)} {noun} in {words}**"
        versus = f"{comparison(plays)} vs. the {words} before" if comparison(plays) else ""
        lines += [" · ".join(filter(None, (headline, versus))), ""]
    if note := report.note():
        lines += [note, ""]
    for figure in report.figures:
        if figure.value is None:
            continue
        change = [] if figure.gain.gain is None else [formatting.signed(figure.gain.gain)]
        change += filter(None, (comparison(figure),))
        text = f"- **{figure.number.title}** {formatting.count(figure.value)}"
        lines.append(f"{text} ({', '.join(change)})" if change else text)
    for section in _sections(report, most):
        lines += ["", f"### {_escape(section.title)}", ""]
        for place, (name, *cells) in enumerate(section.rows, start=1):
            bullet = f"{place}. " if section.is_ranking else "- "
            shown, rest = _escape(clean(name, _MAX_TEXT)), " · ".join(filter(None, cells))
            text = f"**{shown}** {_escape(rest)}" if rest else _FIRST.sub(r"\1\\\2", shown)
            lines.append(f"{bullet}{text}")
    lines += ["", f"*{_as_of(report)}*"] if report.as_of is not None else []
    return "\n".join(lines) + "\n"


_SPECIAL = re.compile(r"([\\`*_~|\[\]<>$#]|&(?=[#A-Za-z])|:(?=[\w+-]*[A-Za-z_]))", re.ASCII)
# The beginning of a list or a heading.
_FIRST = re.compile(r"^(\d*)([-+.)=])", re.ASCII)
# Mentions, issue numbers and addresses become links even if they are escaped.
_LINKS = re.compile(r"(?<=@)|(?<=#)(?=\d)|(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)


def _escape(text: str) -> str:
    """Return text that Discord and GitHub show as it is, without mentions and links."""
    return "\u200b".join(_SPECIAL.sub(r"\\\1", part) for part in _LINKS.split(text))
