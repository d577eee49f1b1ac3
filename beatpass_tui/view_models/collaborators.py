"""The people with whom the artist made beats, by number of beats."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from beatpass_tui.models.catalog import Collaborator
from beatpass_tui.models.text import fold
from beatpass_tui.session.session import Session


class Collaborators(NamedTuple):
    """A ranking of collaborators."""

    rows: Sequence[Collaborator]
    """Most beats first."""
    beats: int | None
    """The number of beats made with others."""
    people: int | None
    """The number of collaborators."""
    is_counted: bool = False
    """Whether they were counted from the list of collaborations."""


def rank_collaborators(session: Session) -> Collaborators | None:
    """Return the ranking of the service, or else one from the collaborative tracks."""
    insights, tracks = session.collaboration_insights.value, session.collaborations.value
    if insights is not None and insights.top:
        rows = sorted(insights.top, key=lambda each: -(each.tracks or 0))
        return Collaborators(rows, insights.tracks, insights.collaborators)
    if tracks is None or not tracks.is_readable:
        return None
    names: dict[str, str] = {}
    beats: Counter[str] = Counter()
    plays: Counter[str] = Counter()
    unknown: set[str] = set()
    for track in tracks.rows:
        for name in dict.fromkeys(track.others):
            key = fold(name)
            names.setdefault(key, name)
            beats[key] += 1
            plays[key] += track.plays or 0
            if track.plays is None:
                unknown.add(key)
    rows = [
        Collaborator(names[key], count, None if key in unknown else plays[key])
        for key, count in beats.most_common()
    ]
    is_complete = tracks.total is None or tracks.total <= len(tracks.rows)
    people = len(rows) if is_complete else None
    return Collaborators(rows, tracks.total or len(tracks.rows), people, is_counted=True)
