"""An address at which nobody listens, and where no server of another test comes to stand."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


@contextmanager
def nobody_at(url: str) -> Iterator[None]:
    """Keep the port of a server that was closed: what connects to it is refused.

    The system would give a port that is free to the next server of any test that runs beside.
    """
    parts = urlsplit(url)
    with socket.socket() as kept:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind((parts.hostname, parts.port))
        yield
