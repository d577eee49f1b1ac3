"""Milestones and achievements reached since the last visit."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from beatpass_tui import formatting
from beatpass_tui.models import trends
from beatpass_tui.models.career import Achievements
from beatpass_tui.models.home import Intelligence
from beatpass_tui.models.numbers import measure_all
from beatpass_tui.models.text import clean
from beatpass_tui.session.session import Session
from beatpass_tui.view_models.snapshots import last_visit, take_snapshot

_MAX_LENGTH = 140
"""A longer toast would cover the page."""

Unlocked = dict[str, date | None]
"""Unlocked achievements by name, with the times they were unlocked."""


class NewMilestones(NamedTuple):
    """Milestones that were not announced before."""

    text: str = ""
    """Empty without any."""
    is_live: bool = False
    """Whether the numbers before them were shown during this visit."""


class MilestoneTracker:
    """Finds new milestones, each of which is announced once."""

    def __init__(self) -> None:
        self._complete_visit: tuple[Session, datetime | None] | None = None
        """The visit in which every number has been fetched and shown."""

    async def take_new(self, session: Session) -> NewMilestones:
        """Return the new milestones, and mark them as announced."""
        if session.history is not None:
            await session.history.wait_until_resumed()
        visit = session, last_visit(session)
        # A milestone is new to the user only if the numbers before it were shown.
        is_live = self._complete_visit == visit
        if all(query.value is not None and not query.restored for query in session.home):
            self._complete_visit = visit
        milestones = reached_milestones(session)
        if session.history is None or not milestones:
            return NewMilestones()
        new = await session.history.mark_announced(tuple(milestones))
        text = clean(" · ".join(milestones[key] for key in new), _MAX_LENGTH)
        return NewMilestones(text, is_live)


def reached_milestones(session: Session) -> dict[str, str]:
    """Return a sentence for everything reached since the last visit, by a unique key."""
    reached = {}
    for reading in measure_all(take_snapshot(session)):
        number = reading.number
        if reading.previous is not None and isinstance(reading.value, int | float):
            sentence = trends.milestone(number, reading.previous, reading.value)
            if sentence is not None:
                reached[f"{number.id}: {sentence}"] = sentence
    new = {f"achievement: {name}": f"New achievement: {name}" for name in _unlocked(session)}
    return reached | new


def _unlocked(session: Session) -> Iterator[str]:
    """Yield the names of the achievements unlocked since the last visit."""
    history = session.history
    if history is None or history.last_visit is None:
        return
    since, now = history.last_visit, session.clock.now()
    overview = history.value_at_last_visit(session.intelligence)
    listing = history.value_at_last_visit(session.achievements)
    pairs = (
        (
            _recently_unlocked(overview and overview[0]),
            _recently_unlocked(session.intelligence.value),
        ),
        (_all_unlocked(listing and listing[0]), _all_unlocked(session.achievements.value)),
    )
    for before, after in pairs:
        # Without the previous list, it is unknown which achievements are new.
        if before is not None and after is not None:
            for name, at in after.items():
                is_old = at is not None and formatting.end_of_day(at, now) <= since
                if name not in before and not is_old:
                    yield name


def _recently_unlocked(model: Intelligence | None) -> Unlocked | None:
    if model is None or model.unlocked is None:
        return None
    return {achievement.name: achievement.at for achievement in model.unlocked}


def _all_unlocked(model: Achievements | None) -> Unlocked | None:
    if model is None or model.rows is None:
        return None
    unlocked = ((each.name, each.unlocked_at) for each in model.rows if each.unlocked)
    return {name: at for name, at in unlocked if name is not None}
