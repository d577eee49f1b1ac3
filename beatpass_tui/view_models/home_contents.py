"""What Home shows at a moment, and the part of it that stays right until a later moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from beatpass_tui.view_models import periods
from beatpass_tui.view_models.cards import Change, NavFact, Stat, Welcome
from beatpass_tui.view_models.charts import ChartData
from beatpass_tui.view_models.home_summary import HomeSummary
from beatpass_tui.view_models.movers import Movers


class HomeContents(NamedTuple):
    """Everything on Home that comes from the session."""

    welcome: Welcome
    period_text: str
    """What the changes are measured against."""
    cards: Sequence[Stat]
    facts: Mapping[str, NavFact]
    """The facts of Quick Navigation by page name."""
    movers: Movers | None
    summary: HomeSummary
    charts: Sequence[ChartData]

    def without_age(self) -> HomeContents:
        """Return the contents without what only time changes, and the hints on cards."""
        cards = tuple(card._replace(hint="", stale=False) for card in self.cards)
        return self._replace(cards=cards)


def constant_part(start: HomeContents, end: HomeContents) -> HomeContents:
    """Return the contents of a moment without what is different, and thus wrong, at a later one."""
    cards = [
        card if same else _without_changes(card)
        for card, same in zip(start.cards, _equal(start.cards, end.cards), strict=True)
    ]
    charts = [
        chart if chart == later else replace(chart, steps=(), totals=(), empty_text="")
        for chart, later in zip(start.charts, end.charts, strict=True)
    ]
    summary, later = start.summary, end.summary
    return start._replace(
        period_text=start.period_text if start.period_text == end.period_text else "",
        cards=cards,
        facts={name: fact for name, fact in start.facts.items() if end.facts.get(name) == fact},
        movers=start.movers if start.movers is end.movers else None,
        charts=charts,
        summary=summary._replace(
            events=summary.events if summary.events == later.events else (),
            milestones=tuple(
                each if each == other else each._replace(days="", in_days=None)
                for each, other in zip(summary.milestones, later.milestones, strict=False)
                if (each.id, each.name, each.target) == (other.id, other.name, other.target)
            ),
        ),
    )


def in_next_visit(contents: HomeContents, period: periods.Period) -> HomeContents:
    """Return contents without what is measured only after the next visit has begun."""
    is_visit = period is periods.VISIT
    return contents._replace(period_text="" if is_visit else contents.period_text, movers=None)


def _equal(cards: Sequence[Stat], others: Sequence[Stat]) -> Sequence[bool]:
    pairs = zip(cards, others, strict=True)
    return [card._replace(hint="") == other._replace(hint="") for card, other in pairs]


def _without_changes(card: Stat) -> Stat:
    direction = card.change.direction if card.number is None else 0
    return card._replace(
        change=Change("", direction),
        change_date="",
        comparison=Change(),
        second=Change(),
        second_comparison=Change(),
        gains=(),
    )
