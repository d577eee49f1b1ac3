"""The demo's threaded HTTP server on the loopback address."""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import threading
import time
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import NamedTuple, Protocol, Self
from urllib.parse import parse_qsl

from beatpass_tui.demo.catalog import TRACKS
from beatpass_tui.demo.messages import Request, Response, error_response
from beatpass_tui.demo.service import Service
from beatpass_tui.demo.sign_in import Credentials
from beatpass_tui.demo.states import Behavior, Variant

PER_MINUTE = 300


class RateWindow:
    """Counts requests for the documented rate limit, which is not enforced."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._count = 0

    def headers(self, response: Response, now: datetime) -> dict[str, str]:
        """Count a response and return its rate limit headers."""
        seconds = int(now.timestamp())
        with self._lock:
            if seconds // 60 != self._minute:
                self._minute, self._count = seconds // 60, 0
            self._count += 1
            remaining = max(0, PER_MINUTE - self._count)
            reset = (self._minute + 1) * 60
        if "Retry-After" in response.headers:
            remaining, reset = 0, seconds + int(response.headers["Retry-After"])
        return {
            "X-RateLimit-Limit": str(PER_MINUTE),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset": str(reset),
        }


HOST = "127.0.0.1"
BASE_PATH = "/api/v1"
_MAX_BODY = 65_536


class Responder(Protocol):
    """Responds to requests."""

    def reply(self, request: Request, recorded_path: str) -> Response | None:
        """Return the response, or None to drop the connection."""

    def common_headers(self, response: Response) -> dict[str, str]:
        """Return the headers of every response."""


class HttpServer(ThreadingHTTPServer):
    """A threaded server on the loopback address that tracks its open connections."""

    request_queue_size = 128
    daemon_threads = True

    def __init__(self, port: int, responder: Responder) -> None:
        self.responder = responder
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._is_closing = False
        super().__init__((HOST, port), Handler)

    def server_bind(self) -> None:
        """Bind without a host name lookup, which may take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def opened(self, connection: socket.socket) -> None:
        """Track a connection, or close it if the server is closing."""
        with self._lock:
            self._connections.add(connection)
            if self._is_closing:
                _end(connection)

    def closed(self, connection: socket.socket) -> None:
        """Stop tracking a connection."""
        with self._lock:
            self._connections.discard(connection)

    def drop_connections(self) -> None:
        """Shut down all connections, which wakes threads that wait for clients."""
        with self._lock:
            self._is_closing = True
            for connection in self._connections:
                _end(connection)

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore errors such as disconnects, since printing would disturb the dashboard."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: HttpServer

    def setup(self) -> None:
        """Track the connection before reading from it."""
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        """Stop tracking the connection."""
        self.server.closed(self.connection)
        super().finish()

    def _serve(self) -> None:
        body = self._body()
        if body is None:
            return
        path, _, query = self.path.partition("?")
        inside = path.startswith(f"{BASE_PATH}/")
        request = Request(
            method=self.command,
            path=path.removeprefix(BASE_PATH) if inside else "",
            query=dict(parse_qsl(query, keep_blank_values=True)),
            token=_token(self.headers.get("Authorization", "")),
            body=body,
        )
        recorded_path = self.path.removeprefix(BASE_PATH) if inside else self.path
        response = self.server.responder.reply(request, recorded_path)
        if response is None:
            self.close_connection = True
        else:
            self._send(response)

    # http.server looks up method handlers by these names.
    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815

    def _body(self) -> bytes | None:
        """Return the request body, or refuse it and return None."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers:
            self.send_error(HTTPStatus.LENGTH_REQUIRED)
        elif not (length.isascii() and length.isdigit() and len(length) < 10):
            self.send_error(HTTPStatus.BAD_REQUEST)
        elif int(length) > _MAX_BODY:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            return self.rfile.read(int(length))
        return None

    def _send(self, response: Response) -> None:
        content = json.dumps(response.body, allow_nan=False).encode()
        headers = {
            **self.server.responder.common_headers(response),
            **response.headers,
            "Content-Length": str(len(content)),
        }
        if self.close_connection:
            headers["Connection"] = "close"
        lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        # A second write would wait for the client's delayed acknowledgment.
        self.wfile.write(head if self.command == "HEAD" else head + content)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Respond to a malformed request and close the connection."""
        self.close_connection = True
        self._send(error_response(code, message or explain or HTTPStatus(code).phrase))

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _token(header: str) -> str | None:
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


DROPPED = 0


class HandledRequest(NamedTuple):
    """A handled request; the status is 0 if the connection was dropped without a response."""

    method: str
    path: str
    status: int


class DemoServer:
    """A BeatPass server with sample data, on its own port from construction until `close`.

    `requests` lists the handled requests, with paths relative to `base_url`; `max_concurrent` is
    the maximum number of concurrent requests. `tracks` is the number of linked tracks,
    `documented_only` omits fields with undocumented names, and without `upload_access` the upload
    insights are refused.
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
        self.requests: list[HandledRequest] = []
        self.max_concurrent = 0
        behavior = Behavior(state, growth_delay, monotonic)
        variant = Variant(tracks, documented_only, upload_access)
        self._service = Service(behavior, variant, credentials, now)
        self._rate = RateWindow()
        self._lock = threading.Lock()
        self._concurrent = 0
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
        """Serve from a daemon thread."""
        if self._thread is None and not self._closing.is_set():
            self._thread = threading.Thread(target=self._serve, name="demo-server", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop immediately; requests in progress are dropped."""
        if self._closing.is_set():
            return
        self._closing.set()
        if self._thread is not None:
            # Connecting wakes the thread that waits for a connection.
            with contextlib.suppress(OSError):
                socket.create_connection((HOST, self._http.server_port), timeout=1).close()
            self._thread.join()
        self._http.server_close()
        self._http.drop_connections()

    def _serve(self) -> None:
        while not self._closing.is_set():
            self._http.handle_request()

    def reply(self, request: Request, recorded_path: str) -> Response | None:
        """Handle and record a request; return None to drop the connection."""
        with self._lock:
            self._concurrent += 1
            self.max_concurrent = max(self.max_concurrent, self._concurrent)
        try:
            outcome = self._service.outcome(request)
            dropped = outcome.delay > 0 and self._closing.wait(outcome.delay)
            response = None if dropped else outcome.response
            status = DROPPED if response is None else response.status
            self.requests.append(HandledRequest(request.method, recorded_path, status))
            return response
        finally:
            # Before sending, so that the client's next request doesn't count as concurrent.
            with self._lock:
                self._concurrent -= 1

    def common_headers(self, response: Response) -> dict[str, str]:
        """Return the headers of every response."""
        now = self._service.now()
        return {
            "Date": now.strftime("%a, %d %b %Y %H:%M:%S GMT"),
            "Content-Type": "application/json",
            "Cache-Control": "no-cache, private",
            **self._rate.headers(response, now),
        }
