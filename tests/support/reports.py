"""A report with made-up values, for the formats."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from beatpass_tui.models.gains import DayGain, PeriodGain
from beatpass_tui.models.numbers import BY_ID
from beatpass_tui.view_models.home_summary import Milestone
from beatpass_tui.view_models.movers import Mover, Movers, TopBeat
from beatpass_tui.view_models.periods import WEEK
from beatpass_tui.view_models.report import (
    BeatDownloads,
    Downloads,
    Earned,
    EarningsOfPeriod,
    Figure,
    Rank,
    Reached,
    Report,
)
from support.fakes import NOVA_ACCOUNT, NOVA_ARTIST, NOW

DAY = timedelta(days=1)
_PLAYS = (62, 136, 112, 62, 44, 40, 36, 84, 92, 58, 50, 47, 56, 52)
_FIGURES = {
    "total-plays": (45_210, PeriodGain(492, 439)),
    "downloads": (1_204, PeriodGain(41, None)),
    "followers": (873, PeriodGain(-1, 9)),
    "level": (12, PeriodGain(1)),
}


def nova_report(name: str = "Nova Reyes", title: str = "Midnight Drive") -> Report:
    """Return a report of 7 days whose texts from the service are `name` and `title`."""
    figures = [Figure(BY_ID[id], value, None, NOW, gain) for id, (value, gain) in _FIGURES.items()]
    figures.append(Figure(BY_ID["albums"], None, "timed out", None, PeriodGain()))
    days = [DayGain(NOW.date() - back * DAY, gain) for back, gain in enumerate(_PLAYS)]
    movers = Movers(
        WEEK,
        (
            Mover(1, title, 7_919, 168, 31.2, False, ()),
            Mover(2, "Velvet", 9, 9, None, True, ()),
        ),
        (TopBeat(title, 7_919), TopBeat("Velvet", 9)),
        3,
    )
    return Report(
        name=name,
        account=NOVA_ACCOUNT,
        artist=NOVA_ARTIST._replace(name=name),
        days=7,
        end=NOW,
        now=NOW,
        figures=figures,
        plays_per_day=days[::-1],
        movers=movers,
        downloads=Downloads((BeatDownloads(1, title, 12),), 41),
        ranks=(Rank("audience_plays", "7d", 25, NOW, 28, NOW - 6 * DAY),),
        reached=(Reached("beat", f"{title}: 7,500 plays passed"),),
        ahead=(
            Milestone(
                "total-plays", "Total Plays", "46,000", 21, "790 to go", "about 12 days", 46_000, 12
            ),
            Milestone("total-plays", title, "8,000", 90, "81 to go", "about 4 days", 8_000, 4),
        ),
        earnings=None,
        recorded_since=NOW - 90 * DAY,
    )


def with_earnings(report: Report) -> Report:
    """Return a report with earnings in one currency."""
    earned = Earned("CAD", Decimal("35.50"), "35.50 CAD", Decimal("5.00"), "5.00")
    return report._replace(earnings=EarningsOfPeriod((earned,), True))


def first_day(report: Report) -> Report:
    """Return a report whose gains are not known yet."""
    assert report.movers is not None
    return report._replace(
        figures=[figure._replace(gain=PeriodGain()) for figure in report.figures],
        plays_per_day=[None] * 14,
        movers=Movers(WEEK, (), report.movers.recorded, 3),
        downloads=Downloads(),
        ranks=(),
        reached=(),
        recorded_since=NOW,
    )
