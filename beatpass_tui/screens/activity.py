"""Activity: what the audience did."""

from __future__ import annotations

from collections.abc import Sequence

from beatpass_tui import format
from beatpass_tui.menu import BY_NAME
from beatpass_tui.screens.facts_page import FactsPage, Section, fact
from beatpass_tui.session import Session
from beatpass_tui.widgets.facts import Fact


class Activity(FactsPage):
    """The audience figures of `GET /artists/{artist}/activity` over all time, and uploads."""

    info = BY_NAME["activity"]
    SECTIONS = 2

    def sections(self, session: Session) -> Sequence[Section]:
        """Return audience and uploads."""
        activity, stats = session.activity.value, session.stats.value
        audience: tuple[Fact, ...] = ()
        uploads: tuple[Fact, ...] = ()
        if activity is not None:
            top = activity.top_track or format.DASH
            if activity.top_track_downloads is not None:
                top += f", {format.plural(activity.top_track_downloads, 'download')}"
            audience = (
                fact("Audience downloads", activity.downloads),
                fact("People downloading", activity.downloaders),
                fact("Licenses issued", activity.licenses),
                fact("Audience plays", activity.plays),
                fact("Likes", activity.likes),
                fact("Reposts", activity.reposts),
                fact("Comments", activity.comments),
                ("Top downloaded track", top),
            )
        if stats is not None:
            uploads = (
                fact("Uploads in 30 days", stats.recent_uploads),
                fact("Plays a track", stats.average_plays),
            )
        return (
            Section(
                "Audience activity, all time",
                session.activity,
                audience,
                "Your own team is not counted; plays without an account are.",
            ),
            Section("Uploads", session.stats, uploads),
        )
