"""Allowed base URLs of the API: https, or http on loopback addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beatpass_tui.errors import InvalidBaseURL

if TYPE_CHECKING:
    from urllib.parse import SplitResult

API_URL = "https://open.beatpass.ca/api/v1"
"""Documented base URL."""

ORIGIN = "https://open.beatpass.ca"
"""Scheme and host of the documented base URL."""

_PLAIN = re.compile(r"[!-~]+")
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_LONGEST_NAME = 253
_PORTS = {"https": 443, "http": 80}


def check_base_url(url: str) -> str:
    """Return `url` normalized and without a trailing slash.

    Raises InvalidBaseURL with a message that doesn't repeat the URL, which may contain a password.
    """
    # Checked before urlsplit, which silently removes tabs and line breaks.
    if not _PLAIN.fullmatch(url) or "\\" in url:
        raise InvalidBaseURL("The API URL contains a space or an invalid character.")
    parts = _split(url)
    if "@" in parts.netloc:
        raise InvalidBaseURL("The API URL must not contain a user name or password.")
    if "?" in url or "#" in url:
        raise InvalidBaseURL("The API URL must not contain a query or fragment.")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise InvalidBaseURL(
            "The API URL must start with https://; http is allowed for localhost only."
        )
    return _origin(parts) + parts.path.rstrip("/")


def origin(url: str) -> str:
    """Return `scheme://host[:port]` of a URL, in lower case and without the default port."""
    return ORIGIN if url == API_URL else _origin(_split(url))


def is_loopback(host: str) -> bool:
    """Return whether `host` is localhost, in 127.0.0.0/8, or ::1."""
    import ipaddress

    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    # Only some versions of Python treat IPv4-mapped IPv6 addresses as loopback.
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_loopback
    return address == ipaddress.IPv6Address("::1")


def _split(url: str) -> SplitResult:
    # Imported here because most runs use the documented URL, which isn't parsed.
    from urllib.parse import urlsplit

    parts: SplitResult | None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts = port = None
    # Raised outside of `except`: the ValueError repeats the URL.
    if parts is None or port == 0:
        raise InvalidBaseURL("The API URL is invalid.")
    if parts.scheme not in _PORTS:
        raise InvalidBaseURL("The API URL must start with https://.")
    if not _is_host(parts.hostname or "", bracketed="[" in parts.netloc):
        raise InvalidBaseURL("The API URL has no valid host.")
    return parts


def _is_host(host: str, *, bracketed: bool) -> bool:
    if not bracketed:
        return len(host) <= _LONGEST_NAME and _NAME.fullmatch(host) is not None
    import ipaddress

    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return "%" not in host


def _origin(parts: SplitResult) -> str:
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    if parts.port is None or parts.port == _PORTS[parts.scheme]:
        return f"{parts.scheme}://{host}"
    return f"{parts.scheme}://{host}:{parts.port}"
