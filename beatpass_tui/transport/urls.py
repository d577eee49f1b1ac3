"""Addresses at which the API may be spoken to: https, or plain http on this machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beatpass_tui.errors import InvalidBaseURL

if TYPE_CHECKING:
    from urllib.parse import SplitResult

API_URL = "https://open.beatpass.ca/api/v1"
"""The documented address of the service."""

ORIGIN = "https://open.beatpass.ca"
"""Its scheme and host."""

_PLAIN = re.compile(r"[!-~]+")
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_LONGEST_NAME = 253
_PORTS = {"https": 443, "http": 80}


def check_base_url(url: str) -> str:
    """Return `url` in one spelling without a slash at its end.

    Raises InvalidBaseURL, whose sentence never repeats the address: it may hold a password.
    """
    # urlsplit silently drops tabs and line ends, so they are looked for before it.
    if not _PLAIN.fullmatch(url) or "\\" in url:
        raise InvalidBaseURL("The API address holds a blank or a character that none can have.")
    parts = _split(url)
    if "@" in parts.netloc:
        raise InvalidBaseURL("The API address must not hold a user name or a password.")
    if "?" in url or "#" in url:
        raise InvalidBaseURL("The API address must not hold a query or a fragment.")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise InvalidBaseURL(
            "The API address must begin with https://; plain http is for this machine only."
        )
    return _origin(parts) + parts.path.rstrip("/")


def origin(url: str) -> str:
    """Return `scheme://host[:port]` of a web address, in lower case, without a default port."""
    return ORIGIN if url == API_URL else _origin(_split(url))


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine: localhost, 127.0.0.0/8 or ::1."""
    import ipaddress

    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    # IPv4 inside of IPv6 counts as loopback on some versions of Python only, so it never does.
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_loopback
    return address == ipaddress.IPv6Address("::1")


def _split(url: str) -> SplitResult:
    # Most runs speak to the documented address, which needs no parsing.
    from urllib.parse import urlsplit

    parts: SplitResult | None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts = port = None
    # Raised out here: the ValueError repeats the address.
    if parts is None or port == 0:
        raise InvalidBaseURL("The API address cannot be read.")
    if parts.scheme not in _PORTS:
        raise InvalidBaseURL("The API address must begin with https://.")
    if not _is_host(parts.hostname or "", bracketed="[" in parts.netloc):
        raise InvalidBaseURL("The API address has no usable host.")
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
    shown = f"[{host}]" if ":" in host else host
    if parts.port is None or parts.port == _PORTS[parts.scheme]:
        return f"{parts.scheme}://{shown}"
    return f"{parts.scheme}://{shown}:{parts.port}"
