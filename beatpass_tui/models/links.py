"""URLs that may be opened in the browser: https on BeatPass's hosts only."""

import re
import unicodedata

WEB_ORIGIN = "https://open.beatpass.ca"
PRODUCER_PROGRAM_URL = "https://open.beatpass.ca/producer-program"
"""Application to the Producer Program, for accounts without an artist profile."""
CONTACT_URL = "https://open.beatpass.ca/contact"

_PLAIN = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
"""Characters allowed in a URL."""
_HOST = re.compile(r"(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.){0,8}beatpass\.ca")
"""BeatPass's domain and the hosts under it."""
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def allowed_url(target: str) -> str | None:
    """Return `target` as a URL that may be opened, or None.

    A path such as `/artist/7/nova` belongs to the web app. User info, ports, other schemes, other
    hosts than beatpass.ca, spaces, quotes, backslashes and control characters are refused.
    """
    if len(target) > 2000 or not _PLAIN.fullmatch(target):
        return None
    if target.startswith("/"):
        target = WEB_ORIGIN + target if not target.startswith("//") else ""
    # Imported here because commands that only need `artist_url` should start fast.
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(target)
        port = parts.port
    except ValueError:
        return None
    # Case-sensitive, because some browser launchers accept only a lower-case scheme.
    is_own = _HOST.fullmatch(parts.netloc) is not None and port is None
    return target if is_own and target.startswith("https://") else None


MATCH_HOSTS = frozenset(("open.spotify.com", "www.youtube.com", "youtu.be", "www.deezer.com"))
"""The hosts on which an Audio Recon match may be opened."""


def match_url(target: str) -> str | None:
    """Return the address of an Audio Recon match as a URL that may be opened, or None.

    Only https on MATCH_HOSTS, compared exactly; user info and ports are refused.
    """
    if len(target) > 2000 or not _PLAIN.fullmatch(target):
        return None
    scheme, _, rest = target.partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    return target if scheme == "https" and host in MATCH_HOSTS else None


def insights_url(kind: str, id: int) -> str:
    """Return the web page with the insights of one of the `tracks`, `albums` or `artists`."""
    return f"{WEB_ORIGIN}/backstage/{kind}/{id}/insights"


def license_url(uuid: str | None) -> str | None:
    """Return the page that verifies a license; None without a valid id."""
    is_valid = uuid is not None and _UUID.fullmatch(uuid) is not None
    return f"{WEB_ORIGIN}/verify-license/{uuid}" if is_valid else None


def artist_url(artist_id: int, name: str | None) -> str:
    """Return the public page of an artist: `/artist/{id}/{slug}`."""
    decomposed = unicodedata.normalize("NFKD", name or "")
    plain = decomposed.encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return f"{WEB_ORIGIN}/artist/{artist_id}/{slug}".rstrip("/")
