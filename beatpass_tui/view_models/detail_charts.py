"""The chart of a detail: the plays that the service counts, or recorded ones.

The two count differently and are never joined, as on Activity.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from beatpass_tui.models.numbers import BY_ID
from beatpass_tui.models.plays import PlaysOverTime
from beatpass_tui.session.query import Query
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.activity_charts import Plays, PlaysView, service_chart
from beatpass_tui.view_models.charts import ChartData, number_chart

TIMEFRAMES = {"7-days": "7d", "30-days": "30d", "90-days": "90d", "1-year": "1y"}
"""The timeframe of charts by the period of insights."""

_SPANS = {"1y": "all"}
"""The steps of a timeframe whose name differs on Activity."""


def downloads_of_all(session: Session) -> ChartData | None:
    """Return the recorded downloads per day of all beats; None without any."""
    history, now = session.history, session.clock.now()
    points = history.points("downloads") if history is not None else ()
    chart = number_chart(BY_ID["downloads"], points, now)
    return None if chart.is_empty else replace(chart, title=f"{chart.title} · all beats")


Recorded = Mapping[Plays, Callable[[], ChartData]]
"""Makes the charts of recorded plays that there are."""


def view_plays(
    query: Query[PlaysOverTime] | None,
    period: str,
    recorded: Recorded,
    chosen: Plays | None,
    now: datetime,
) -> PlaysView | None:
    """Return the chosen chart, else that of the service if it was sent; None without any.

    `query` is None unless the detail is open, and `period` is one of the insights.
    """
    sent = query.value if query is not None else None
    choices = (*((Plays.SERVICE,) if sent is not None and sent.steps else ()), *recorded)
    if not choices:
        return None
    plays = chosen if chosen is not None and chosen in choices else choices[0]
    if plays is Plays.SERVICE and sent is not None:
        timeframe = TIMEFRAMES[period]
        chart = service_chart(sent, _SPANS.get(timeframe, timeframe), now)
    else:
        chart = recorded[plays]()
        if choices[0] is Plays.SERVICE and plays is Plays.GAINS:
            chart = replace(chart, title=f"{chart.title} · recorded")
    return PlaysView(plays, chart, choices)
