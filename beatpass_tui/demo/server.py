"""The demo server: HTTP on the loopback address, answered by threads of its own."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import NamedTuple, Self

from beatpass_tui.demo.discography import TRACKS
from beatpass_tui.demo.exchange import Answer, Request
from beatpass_tui.demo.ratelimit import RateWindow
from beatpass_tui.demo.service import Service
from beatpass_tui.demo.signin import Credentials
from beatpass_tui.demo.states import Conduct, Offer
from beatpass_tui.demo.wire import BASE_PATH, HOST, HttpServer

DROPPED = 0


class Asked(NamedTuple):
    """One request as it was served; the status is 0 when it was dropped without an answer."""

    method: str
    path: str
    status: int


class DemoServer:
    """A made-up BeatPass on a port of its own, from construction until `close`.

    `requests` lists what was asked, with paths relative to `base_url`, and `most_at_once` is the
    largest number of requests that were being served at the same moment.

    `tracks` is how many tracks are linked, `documented_only` leaves out every field whose name is
    a guess, and without `upload_access` the upload insights are refused.
    """

    def __init__(
        self,
        *,
        state: str = "normal",
        port: int = 0,
        growth_delay: float = 2.0,
        now: Callable[[], datetime] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        tracks: int = TRACKS,
        documented_only: bool = False,
        upload_access: bool = True,
    ) -> None:
        credentials = Credentials()
        self.token = credentials.token
        self.email = credentials.email
        self.password = credentials.password
        self.requests: list[Asked] = []
        self.most_at_once = 0
        conduct = Conduct(state, growth_delay, monotonic)
        offer = Offer(tracks, documented_only, upload_access)
        self._service = Service(conduct, offer, credentials, now)
        self._rate = RateWindow()
        self._lock = threading.Lock()
        self._at_once = 0
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._http = HttpServer(port, self)
        self.base_url = f"http://{HOST}:{self._http.server_port}{BASE_PATH}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Serve from a thread that does not keep the program alive."""
        if self._thread is None and not self._closing.is_set():
            self._thread = threading.Thread(target=self._serve, name="demo-server", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop at once; what is being served is dropped."""
        if self._closing.is_set():
            return
        self._closing.set()
        if self._thread is not None:
            # The thread waits for a connection, so it is given one.
            with contextlib.suppress(OSError):
                socket.create_connection((HOST, self._http.server_port), timeout=1).close()
            self._thread.join()
        self._http.server_close()
        self._http.drop_connections()

    def _serve(self) -> None:
        while not self._closing.is_set():
            self._http.handle_request()

    def reply(self, request: Request, asked: str) -> Answer | None:
        """Serve one request and put it on record; nothing is returned when it is dropped."""
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            outcome = self._service.outcome(request)
            dropped = outcome.delay > 0 and self._closing.wait(outcome.delay)
            answer = None if dropped else outcome.answer
            status = DROPPED if answer is None else answer.status
            self.requests.append(Asked(request.method, asked, status))
            return answer
        finally:
            # Before the answer leaves, so that a client's next request is never counted with it.
            with self._lock:
                self._at_once -= 1

    def usual_headers(self, answer: Answer) -> dict[str, str]:
        """Return the headers that every answer has."""
        now = self._service.now()
        return {
            "Date": now.strftime("%a, %d %b %Y %H:%M:%S GMT"),
            "Content-Type": "application/json",
            "Cache-Control": "no-cache, private",
            **self._rate.headers(answer, now),
        }
