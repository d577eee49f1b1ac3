"""Leaderboards: where you rank."""

from __future__ import annotations

from collections.abc import Sequence

from beatpass_tui import format
from beatpass_tui.menu import BY_NAME
from beatpass_tui.models import Standing
from beatpass_tui.screens.facts_page import FactsPage, Section
from beatpass_tui.session import Session


class Leaderboards(FactsPage):
    """Your rank per category of `GET /producer-intelligence/leaderboard`."""

    info = BY_NAME["leaderboards"]

    def sections(self, session: Session) -> Sequence[Section]:
        """Return your row of each category."""
        standings = session.standings.value
        rows = standings.rows if standings is not None else ()
        end = standings.season_end if standings is not None else None
        note = f"The season ends {format.date(end.astimezone())}." if end is not None else ""
        return (
            Section(
                "Your rank",
                session.standings,
                tuple((row.category.capitalize(), _rank(row)) for row in rows),
                note,
            ),
        )


def _rank(row: Standing) -> str:
    if row.listed is None:
        return format.DASH
    if row.rank is None:
        return f"not among the {format.plural(row.listed, 'producer')} listed"
    parts = [f"#{format.count(row.rank)} of {format.count(row.listed)} listed"]
    if row.tier:
        parts.append(row.tier)
    return " · ".join(parts)
