"""My Beats: the catalogue in numbers."""

from __future__ import annotations

from collections.abc import Sequence

from beatpass_tui import format
from beatpass_tui.menu import BY_NAME
from beatpass_tui.screens.facts_page import FactsPage, Section, fact
from beatpass_tui.session import Session
from beatpass_tui.widgets.facts import Fact


class Beats(FactsPage):
    """The catalogue figures of `GET /artist/dashboard-stats`, and the growth rate."""

    info = BY_NAME["beats"]
    SECTIONS = 2

    def sections(self, session: Session) -> Sequence[Section]:
        """Return catalogue and growth."""
        stats, answer = session.stats.value, session.intelligence.value
        catalogue: tuple[Fact, ...] = ()
        growth: tuple[Fact, ...] = ()
        if stats is not None:
            top = stats.top_track
            catalogue = (
                fact("Tracks", stats.total_tracks),
                fact("Tracks with plays", stats.tracks_with_plays),
                fact("Total plays", stats.total_plays),
                fact("Plays a track", stats.average_plays),
                fact("Uploads in 30 days", stats.recent_uploads),
                ("Top track", top.name if top is not None else format.DASH),
                fact("Plays of the top track", top.plays if top is not None else None),
            )
        if answer is not None:
            rate = answer.growth_rate
            words = format.growth(rate) if rate is not None else format.DASH
            growth = (("Growth rate", "Calculating…" if answer.growth_calculating else words),)
        return (
            Section(
                "Catalogue",
                session.stats,
                catalogue,
                "Every linked track is counted, published or not.",
            ),
            Section("Growth", session.intelligence, growth),
        )
