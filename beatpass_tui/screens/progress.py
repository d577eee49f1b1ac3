"""Progress: level and XP."""

from __future__ import annotations

from collections.abc import Sequence

from beatpass_tui import format, levels
from beatpass_tui.menu import BY_NAME
from beatpass_tui.screens.facts_page import FactsPage, Section, fact
from beatpass_tui.session import Session


class Progress(FactsPage):
    """Level and XP of `GET /producer-intelligence/dashboard`, the same as in Home's header."""

    info = BY_NAME["progress"]

    def sections(self, session: Session) -> Sequence[Section]:
        """Return the level."""
        answer = session.intelligence.value
        if answer is None:
            return (Section("Level", session.intelligence, ()),)
        level = answer.level
        top = level.level is not None and level.level >= levels.MAX_LEVEL
        return (
            Section(
                "Level",
                session.intelligence,
                (
                    fact("Level", level.level),
                    ("Title", level.title or format.DASH),
                    fact("XP", level.xp),
                    ("To the next level", "highest level reached")
                    if top
                    else fact("To the next level", level.to_next),
                ),
                "XP belong to the account, not to the artist.",
            ),
        )
