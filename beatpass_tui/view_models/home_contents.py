"""What Home shows at a moment, and the part of it that stays right until a later moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

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
    cards = tuple(map(_constant_card, start.cards, end.cards))
    charts = [
        chart
        if chart == later
        else replace(chart, steps=(), totals=(), empty_text="", empty_note="")
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
            audience=summary.audience if summary.audience == later.audience else (),
            milestones=tuple(
                each if each == other else each._replace(days="", in_days=None)
                for each, other in zip(summary.milestones, later.milestones, strict=False)
                if (each.id, each.name, each.target) == (other.id, other.name, other.target)
            ),
        ),
    )


def _constant_card(card: Stat, later: Stat) -> Stat:
    if card.gains != later.gains:
        card = card._replace(gains=())
    if card.second != later.second or card.second_comparison != later.second_comparison:
        card = card._replace(second=Change(), second_comparison=Change())
    if card.change != later.change or card.comparison != later.comparison:
        # The growth rate has a direction only.
        kept = Change("", card.change.direction) if card.number is None else Change()
        card = card._replace(change=kept, comparison=Change())
    if card.change_date != later.change_date:
        card = card._replace(change_date="")
    return card
