"""The share card as SVG and PNG."""

from __future__ import annotations

import struct
import sys
from types import ModuleType
from xml.etree import ElementTree

import pytest

from beatpass_tui.errors import UsageError, WriteFailed
from beatpass_tui.exports import share_card
from beatpass_tui.exports.share_card import HEIGHT, WIDTH, as_svg
from beatpass_tui.models.gains import DayGain, PeriodGain
from beatpass_tui.view_models.movers import Mover, Movers
from beatpass_tui.view_models.periods import WEEK
from beatpass_tui.view_models.report import Report
from support.fakes import NOW
from support.hostile import ATTACKS
from support.reports import DAY, first_day, nova_report, with_earnings

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    """Return the lines of text of a card."""
    lines = ElementTree.fromstring(svg).iter(f"{SVG}text")
    return ["|".join(part for part in line.itertext() if part.strip()) for line in lines]


def bars(svg: str) -> list[tuple[float, float]]:
    """Return left edge and height of each bar."""
    rects = ElementTree.fromstring(svg).iter(f"{SVG}rect")
    return [
        (float(rect.attrib["x"]), float(rect.attrib["height"]))
        for rect in rects
        if "fill-opacity" in rect.attrib
    ]


def with_plays(gain: PeriodGain, days: int = 7) -> Report:
    report = nova_report()
    plays = report.figures[0]._replace(gain=gain)
    each = [DayGain(NOW.date() - back * DAY, 2) for back in range(2 * days)]
    return report._replace(
        figures=[plays, *report.figures[1:]], days=days, plays_per_day=each[::-1]
    )


def test_card_has_one_number_its_comparison_and_three_beats() -> None:
    svg = as_svg(nova_report())
    assert texts(svg) == [
        "Nova Reyes",
        "Nov 17–23, 2026",
        "BEATPASS",
        "open.beatpass.ca",
        "+492",
        "plays this week",
        "12%|vs. the week before",
        "+41|downloads|−1|follower",
        "Nov 10–16",
        "Nov 17–23",
        "Top beats",
        "1",
        "Midnight Drive",
        "+168",
        "2",
        "Velvet",
        "+9",
    ]
    drawn = bars(svg)
    assert (len(drawn), drawn[0][0], max(height for _, height in drawn)) == (14, 80, 150)
    root = ElementTree.fromstring(svg)
    assert (root.attrib["width"], root.attrib["height"]) == (str(WIDTH), str(HEIGHT))


def test_card_of_the_first_day_has_totals() -> None:
    svg = as_svg(first_day(nova_report()))
    assert texts(svg)[4:] == [
        "45,210", "plays to date", "1,204|downloads|873|followers",
        "Most played of 2 known beats", "1", "Midnight Drive", "7,919", "2", "Velvet", "9",
    ]  # fmt: skip
    assert bars(svg) == []


@pytest.mark.parametrize(
    "gain, days, expected",
    [
        (PeriodGain(1, 0), 7, ["+1", "play this week"]),
        (PeriodGain(0, 4), 7, ["0", "plays this week", "100%|vs. the week before"]),
        (PeriodGain(-58, 100), 7, ["−58", "plays this week", "158%|vs. the week before"]),
        (PeriodGain(6, 6), 1, ["+6", "plays in 24 hours", "0%|vs. the 24 hours before"]),
        (PeriodGain(123_456, 1), 30, ["+123K", "plays in 30 days", ">999%|vs. the 30 days before"]),
        (PeriodGain(-1_234_567, None), 366, ["−1.2M", "plays in 366 days"]),
    ],
)  # fmt: skip
def test_headline(gain: PeriodGain, days: int, expected: list[str]) -> None:
    svg = as_svg(with_plays(gain, days))
    assert texts(svg)[4:][: len(expected)] == expected
    right = max(left for left, _ in bars(svg))
    assert right < 640
    # Without a known gain before, its days are not drawn; long periods have a bar per 12 days.
    groups = 1 if gain.previous_gain is None else 2
    assert len(bars(svg)) == groups * min(days, 30)


def test_loss_is_marked_and_days_without_data_have_no_bar() -> None:
    report = with_plays(PeriodGain(9, 9))
    days = [None, DayGain(NOW.date(), -5), DayGain(NOW.date(), 0), *report.plays_per_day[3:]]
    svg = as_svg(report._replace(plays_per_day=days))
    assert len(bars(svg)) == 13
    assert 'height="4.0" rx="2.0" fill="#F87171"' in svg


def test_card_without_gaining_beats_has_no_list() -> None:
    movers = Movers(WEEK, [Mover(1, "Mirage", 9, -3, None, False, ())])
    lines = texts(as_svg(nova_report()._replace(movers=movers)))
    assert not {"Top beats", "Most played"} & {*lines}
    assert "Top beats" not in texts(as_svg(nova_report()._replace(movers=None)))
    assert "Top beats in 7 days" in texts(as_svg(with_plays(PeriodGain(9), 30)))


def test_money_is_only_on_the_card_if_it_is_requested() -> None:
    assert "CAD" not in as_svg(nova_report())
    assert "35.50 CAD|earned" in texts(as_svg(with_earnings(nova_report())))


def test_large_numbers_are_smaller_instead_of_leaving_the_card() -> None:
    report = with_earnings(with_plays(PeriodGain(-98_765_432)))
    assert report.earnings is not None
    each = report.earnings.rows[0]._replace(text="123,456,789.00 CAD")
    figures = [
        figure._replace(gain=PeriodGain(1_234_567)) if figure.number.id != "total-plays" else figure
        for figure in report.figures
    ]
    large = report._replace(figures=figures, earnings=report.earnings._replace(rows=(each, each)))
    rows = [
        line
        for line in ElementTree.fromstring(as_svg(large)).iter(f"{SVG}text")
        if "".join(line.itertext()).endswith(("followers", "earned"))
    ]
    assert len(rows) == 2
    for row in rows:
        sizes = [(len(span.text or ""), float(span.attrib["font-size"])) for span in row]
        # Letters of common fonts are at least this wide.
        assert (
            float(row.attrib["x"]) + sum(0.6 * size * count for count, size in sizes) < WIDTH - 80
        )
        assert {size for _, size in sizes} <= set(range(16, 25))


@pytest.mark.parametrize(
    "attack", [*ATTACKS, "</text><script>", "\"&<>'", "W" * 300, "夜" * 300, ""]
)
def test_hostile_text_is_no_markup(attack: str) -> None:
    svg = as_svg(nova_report(attack, attack))
    root = ElementTree.fromstring(svg)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags == {"svg", "title", "rect", "text", "tspan", "path"}
    assert max(map(len, texts(svg))) < 60


def test_png_is_drawn_by_the_optional_library() -> None:
    pytest.importorskip("resvg_py")
    png = share_card.as_png(as_svg(nova_report()))
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24]) == (WIDTH, HEIGHT)


def test_png_without_any_font_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Library(ModuleType):
        @staticmethod
        def svg_to_bytes(svg_string: str) -> bytes:
            return b"PNG"

    monkeypatch.setitem(sys.modules, "resvg_py", Library("resvg_py"))
    with pytest.raises(WriteFailed, match="No font was found"):
        share_card.as_png(as_svg(nova_report()))


def test_png_without_the_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(UsageError, match=r"pip install 'beatpass-tui\[png\]'"):
        share_card.check_png()
