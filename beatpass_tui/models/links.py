"""Addresses on the web that may be opened: https on BeatPass's own hosts, and nothing else."""

from __future__ import annotations

import re
import unicodedata

WEB_ORIGIN = "https://open.beatpass.ca"
PRODUCER_PROGRAM_URL = "https://open.beatpass.ca/producer-dashboard"
"""Where an account without an artist profile is led to the Producer Program."""
WEB_HOSTS = frozenset({"open.beatpass.ca", "beatpass.ca", "www.beatpass.ca", "status.beatpass.ca"})

_PLAIN = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
"""The characters that an address may have; quotes, brackets and blanks are always encoded."""


def allowed_url(target: str) -> str | None:
    """Return `target` as an address that may be opened, or None.

    A path such as `/artist/7/nova` is taken as one of the web app. User info, ports, other
    schemes and hosts, blanks, quotes, backslashes and control characters are refused.
    """
    if len(target) > 2000 or not _PLAIN.fullmatch(target):
        return None
    if target.startswith("/"):
        target = WEB_ORIGIN + target if not target.startswith("//") else ""
    # Loaded here: `artist_url` is wanted by commands that have no time for it.
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(target)
        port = parts.port
    except ValueError:
        return None
    # The scheme in one spelling, since what opens it may know no other.
    if not target.startswith("https://") or parts.netloc not in WEB_HOSTS or port is not None:
        return None
    return target


def artist_url(artist_id: int, name: str | None) -> str:
    """Return the public page of an artist: `/artist/{id}/{slug}`."""
    decomposed = unicodedata.normalize("NFKD", name or "")
    plain = decomposed.encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return f"{WEB_ORIGIN}/artist/{artist_id}/{slug}" if slug else f"{WEB_ORIGIN}/artist/{artist_id}"
