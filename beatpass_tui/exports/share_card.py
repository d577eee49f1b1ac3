"""The share card of a report: a picture of 1200×630 as SVG, and as PNG by an optional library."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple
from xml.sax.saxutils import escape

from beatpass_tui import formatting
from beatpass_tui.errors import UsageError, WriteFailed
from beatpass_tui.exports.report_text import comparison, dates, period_words
from beatpass_tui.models.gains import DayGain
from beatpass_tui.models.text import clean
from beatpass_tui.view_models.report import PLAYS, Report

WIDTH, HEIGHT = 1200, 630

PNG_MISSING = (
    "PNG needs an optional library: run `pip install 'beatpass-tui[png]'`, or use `--as svg`."
)

NO_FONT = "No font was found, so the card would have no text; install one, such as DejaVu Sans."

_FONTS = "DejaVu Sans, Verdana, Geneva, Helvetica Neue, Arial, sans-serif"
"""Fonts of Linux, Windows and macOS; the first three are about equally wide."""

_BACKGROUND, _SURFACE = "#0A0A0A", "#0F1E2E"
_TEXT, _QUIET, _BRAND = "#E6EDF3", "#93A7BA", "#4B9BE8"
_PLAYS, _DOWNLOADS, _FOLLOWERS, _MONEY = "#22D3EE", "#34D399", "#A78BFA", "#FBBF24"
_GAIN, _LOSS = "#4ADE80", "#F87171"

_LEFT, _RIGHT = 80, 1120
_BEATS = 3

_MAX_BARS = 31
"""Maximum bars of a period; each bar of a longer one stands for several days."""

_PITCH, _GROUPS_WIDTH, _GROUP_GAP = 38.0, 560.0, 18
_BASELINE, _BAR_HEIGHT = 548.0, 150.0


class Span(NamedTuple):
    """A part of a line of text."""

    text: str
    fill: str = _TEXT
    is_bold: bool = False
    size: float = 25
    gap: float = 0
    """Space before it."""


def as_svg(report: Report) -> str:
    """Return the card as an SVG document."""
    name = clean(report.name or "") or "BeatPass"
    parts = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{_FONTS}">',
        f"<title>{escape(f'{name} · {dates(report)}: ' + ' '.join(_headline(report)))}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{_BACKGROUND}"/>',
        f'<rect x="32" y="32" width="{WIDTH - 64}" height="{HEIGHT - 64}" rx="28" '
        f'fill="{_SURFACE}"/>',
        *_header(name, report),
        *_numbers(report),
        *_bars(report),
        *_top_beats(report),
        "</svg>",
    )
    return "\n".join(parts) + "\n"


def check_png() -> None:
    """Raise UsageError if PNG can't be made on this computer."""
    try:
        import resvg_py  # noqa: F401
    except ImportError:
        raise UsageError(PNG_MISSING) from None


def as_png(svg: str) -> bytes:
    """Return an SVG document as PNG; raises WriteFailed without any font.

    `check_png` says whether the library is there.
    """
    import resvg_py

    letter, nothing = (resvg_py.svg_to_bytes(svg_string=_PROBE.format(text)) for text in ("M", ""))
    if letter == nothing:
        raise WriteFailed(NO_FONT)
    return bytes(resvg_py.svg_to_bytes(svg_string=svg))


_PROBE = (
    f'<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32" font-family="{_FONTS}">'
    '<text y="24">{}</text></svg>'
)


# Text


def _line(x: float, y: float, *spans: Span, anchor: str = "start") -> str:
    """Return spans on one line, which follow each other in any font."""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}">{"".join(map(_tspan, spans))}</text>'


def _tspan(span: Span) -> str:
    gap = f'dx="{span.gap:g}" ' if span.gap else ""
    weight = 'font-weight="bold" ' if span.is_bold else ""
    text = escape(clean(span.text))
    return f'<tspan {gap}{weight}font-size="{span.size:g}" fill="{span.fill}">{text}</tspan>'


def _fitted(x: float, y: float, *spans: Span) -> str:
    """Return spans on one line, which are smaller if they would go beyond the right margin."""
    width = sum(_width(clean(span.text), span) + span.gap for span in spans)
    scale = min((_RIGHT - x) / width, 1)
    scaled = (span._replace(size=int(span.size * scale), gap=span.gap * scale) for span in spans)
    return _line(x, y, *scaled)


def _clipped(x: float, y: float, width: float, span: Span) -> str:
    """Return text that is cut at a width: with an ellipsis, and by a box where that fails."""
    text = clean(span.text)
    if _width(text, span) > width:
        while text and _width(f"{text}…", span) > width:
            text = text[:-1]
        text = f"{text.rstrip()}…"
    above = span.size * 1.4
    line = _line(0, above, span._replace(text=text))
    box = f'x="{x:g}" y="{y - above:g}" width="{width:g}" height="{span.size * 2:g}"'
    return f"<svg {box}>{line}</svg>"


_WIDTHS = {
    **dict.fromkeys("iljI.,:;'|! ()[]·/", 0.39),
    **dict.fromkeys("mwMW@%—…", 0.98),
    **dict.fromkeys("+−", 0.84),
}


def _width(text: str, span: Span) -> float:
    """Return about the width of text in DejaVu Sans, which is wider than most fonts."""
    return sum(map(_em, text)) * span.size * (1.1 if span.is_bold else 1)


def _em(char: str) -> float:
    if unicodedata.combining(char):
        return 0
    if unicodedata.east_asian_width(char) in "WF":
        return 1
    return _WIDTHS.get(char, 0.72 if char.isupper() else 0.64)


# Parts


def _headline(report: Report) -> tuple[str, str]:
    """Return the number of the card and what it is: +492, plays this week."""
    plays = report.figure(PLAYS)
    gain = plays.gain.gain
    if gain is None:
        return formatting.count(plays.value, 7), "plays to date"
    text = formatting.signed(gain)
    if len(text) > 6:
        text = f"{'+' if gain > 0 else ''}{formatting.short_count(gain)}"
    noun = "play" if abs(round(gain)) == 1 else "plays"
    is_current = report.days == 7 and report.end.date() == report.now.date()
    return text, f"{noun} this week" if is_current else f"{noun} in {period_words(report.days)}"


def _header(name: str, report: Report) -> Iterator[str]:
    span = Span(name, is_bold=True, size=46)
    size = span.size * min(820 / max(_width(name, span), 1), 1)
    yield _clipped(_LEFT, 113, 820, span._replace(size=max(round(size), 32)))
    yield _line(_LEFT, 153, Span(dates(report), _QUIET, size=24))
    yield _line(_RIGHT, 102, Span("BEATPASS", _BRAND, is_bold=True, size=26), anchor="end")
    yield _line(_RIGHT, 133, Span("open.beatpass.ca", _QUIET, size=20), anchor="end")


def _numbers(report: Report) -> Iterator[str]:
    number, words = _headline(report)
    # The letters of a large number stand closer; the widths are those of DejaVu Sans Bold.
    widths = {"+": 0.84, "−": 0.84, ",": 0.38, ".": 0.38, "K": 0.77, "M": 1.0, "B": 0.76}
    em = sum(widths.get(char, 0.7) - 0.06 for char in number)
    size = min(150, 470 / em)
    yield (
        f'<text x="{_LEFT - 6}" y="326" font-size="{size:g}" font-weight="bold" '
        f'letter-spacing="{-0.06 * size:g}" fill="{_PLAYS}">{escape(number)}</text>'
    )
    x = round(_LEFT + em * size + 36)
    yield _line(x, 236, Span(words, is_bold=True, size=34))
    earnings = report.earnings.rows[:2] if report.earnings is not None else ()
    y, step = (284, 37) if earnings else (290, 42)
    percent = report.figure(PLAYS).gain.percent
    if percent is not None:
        yield from _comparison(report, x, y, round(percent))
        y += step
    spans = [
        span
        for id, noun, fill in (
            ("downloads", "download", _DOWNLOADS), ("followers", "follower", _FOLLOWERS),
        )
        for span in _second(report, id, noun, fill)
    ]  # fmt: skip
    if spans:
        yield _fitted(x, y, spans[0]._replace(gap=0), *spans[1:])
        y += step
    if earnings:
        earned = [
            Span(each.text, _MONEY, is_bold=True, gap=16 if place else 0)
            for place, each in enumerate(earnings)
        ]
        yield _fitted(x, y, *earned, Span("earned", _QUIET, gap=8))


def _comparison(report: Report, x: float, y: float, percent: int) -> Iterator[str]:
    color = _GAIN if percent > 0 else _LOSS if percent < 0 else _TEXT
    if percent:
        # Not every font has the triangles.
        path = "l13,-22 l13,22 z" if percent > 0 else "m0,-22 l26,0 l-13,22 z"
        yield f'<path d="M{x:g},{y:g} {path}" fill="{color}"/>'
    before = "the week before" if report.days == 7 else f"the {period_words(report.days)} before"
    text = comparison(report.figure(PLAYS)).split()[-1]
    yield _line(
        x + (38 if percent else 0),
        y,
        Span(text, color, is_bold=True, size=32),
        Span(f"vs. {before}", _QUIET, gap=12),
    )


def _second(report: Report, id: str, noun: str, fill: str) -> Iterator[Span]:
    """Yield the spans of a second number: its gain, or its value if no gains are known."""
    figure = report.figure(id)
    gain = figure.gain.gain
    value = figure.value if report.figure(PLAYS).gain.gain is None else gain
    if value is None:
        return
    is_gain = value == gain
    text = formatting.signed(value) if is_gain else formatting.count(value)
    yield Span(text, fill, is_bold=True, gap=34)
    yield Span(noun if abs(round(value)) == 1 else f"{noun}s", _QUIET, gap=8)


def _bars(report: Report) -> Iterator[str]:
    """Yield a bar per day of the period, after those of the period before if they are known."""
    days, gains = report.days, report.plays_per_day
    groups = [_buckets(gains[:days]), _buckets(gains[days:])]
    last = report.end.date()
    start, before = report.first - timedelta(days=days), report.first - timedelta(days=1)
    ranges = [(start, before), (report.first, last)]
    shades = [0.38, 0.82]
    if report.figure(PLAYS).gain.previous_gain is None:
        del groups[0], ranges[0], shades[0]
    known = [bar.gain for group in groups for bar in group if bar is not None]
    if not known:
        return
    highest = max(*known, 1)
    pitch = min(_PITCH, (_GROUPS_WIDTH - _GROUP_GAP) / (2 * len(groups[-1])))
    x: float = _LEFT
    for group, (first, end), shade in zip(groups, ranges, shades, strict=True):
        yield _line(x, 575, Span(formatting.day_range(first, end, last), _QUIET, size=18))
        for place, bar in enumerate(group):
            is_last = group is groups[-1] and place == len(group) - 1
            if bar is not None:
                yield _bar(x + place * pitch, pitch * 0.84, bar, highest, 1 if is_last else shade)
        # The label of one or two days is wider than their bars.
        x += max(len(group) * pitch, 90) + _GROUP_GAP


def _buckets(gains: Sequence[DayGain | None]) -> list[DayGain | None]:
    """Return the gains of days, or of spans of several days so that the bars fit."""
    size = -(-len(gains) // _MAX_BARS)
    buckets: list[DayGain | None] = []
    for end in range(len(gains), size - 1, -size):
        known = [gain for gain in gains[end - size : end] if gain is not None]
        is_estimated = any(gain.is_estimated for gain in known)
        total = sum(gain.gain for gain in known)
        buckets.append(DayGain(known[0].day, total, is_estimated) if known else None)
    return buckets[::-1]


def _bar(x: float, width: float, bar: DayGain, highest: float, shade: float) -> str:
    height = max(bar.gain / highest * _BAR_HEIGHT, 4)
    fill = _LOSS if round(bar.gain) < 0 else _PLAYS
    shade *= 0.6 if bar.is_estimated else 1
    return (
        f'<rect x="{x:.1f}" y="{_BASELINE - height:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" rx="{min(6, width / 4, height / 2):.1f}" fill="{fill}" '
        f'fill-opacity="{shade:.2f}"/>'
    )


def _top_beats(report: Report) -> Iterator[str]:
    movers = report.movers
    if movers is None:
        return
    heading, color = "Top beats", _GAIN
    rows = [(row.name, formatting.signed(row.gain)) for row in movers.rows if row.gain > 0]
    if rows and movers.period.days != report.days:
        heading = f"Top beats in {period_words(movers.period.days or 0)}"
    elif not rows and not movers.rows:
        heading, color = "Most played", _TEXT
        if not movers.has_all_beats:
            heading += f" of {formatting.count(len(movers.recorded))} known beats"
        rows = [(beat.name, formatting.count(beat.plays)) for beat in movers.recorded]
    if not rows:
        return
    yield _line(716, 408, Span(heading, _QUIET, is_bold=True, size=22))
    for place, (name, value) in enumerate(rows[:_BEATS]):
        y, span = 452 + 44 * place, Span(value, color, is_bold=True)
        yield _line(716, y, Span(str(place + 1), _QUIET, is_bold=True))
        room = _RIGHT - 752 - _width(value, span) - 24
        yield _clipped(752, y, room, Span(name))
        yield _line(_RIGHT, y, span, anchor="end")
