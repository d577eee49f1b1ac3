"""A port on which nothing listens."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


@contextmanager
def unused_port(url: str) -> Iterator[None]:
    """Reserve the port of a closed server, so that connections to it are refused.

    Without this the system could give the port to a server of a test that runs in parallel.
    """
    parts = urlsplit(url)
    with socket.socket() as reserved:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind((parts.hostname, parts.port))
        yield
