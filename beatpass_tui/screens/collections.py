"""My Collections: the albums in numbers."""

from __future__ import annotations

from collections.abc import Sequence

from beatpass_tui.menu import BY_NAME
from beatpass_tui.screens.facts_page import FactsPage, Section, fact
from beatpass_tui.session import Session


class Collections(FactsPage):
    """How many albums `GET /producer-intelligence/dashboard` counts."""

    info = BY_NAME["collections"]

    def sections(self, session: Session) -> Sequence[Section]:
        """Return the albums."""
        answer = session.intelligence.value
        facts = (fact("Albums", answer.total_albums),) if answer is not None else ()
        return (
            Section(
                "Albums",
                session.intelligence,
                facts,
                "A collection is an album of yours on BeatPass.",
            ),
        )
