"""HTTP as the demo speaks it: kept-alive connections, and each answer in one write."""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol
from urllib.parse import parse_qsl

from beatpass_tui.demo.exchange import Answer, Request, sentence

HOST = "127.0.0.1"
BASE_PATH = "/api/v1"
_LARGEST_BODY = 65_536


class Replier(Protocol):
    """What answers the requests that arrive here."""

    def reply(self, request: Request, asked: str) -> Answer | None:
        """Return an answer, or nothing when the connection is to be dropped."""

    def usual_headers(self, answer: Answer) -> dict[str, str]:
        """Return the headers that every answer has."""


class HttpServer(ThreadingHTTPServer):
    """Listens on the loopback address, and knows its open connections."""

    request_queue_size = 128
    daemon_threads = True

    def __init__(self, port: int, replier: Replier) -> None:
        self.replier = replier
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._dropping = False
        super().__init__((HOST, port), Handler)

    def server_bind(self) -> None:
        """Bind without asking for the host's name, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def opened(self, connection: socket.socket) -> None:
        """Take note of a connection, or end it when it comes too late."""
        with self._lock:
            self._connections.add(connection)
            if self._dropping:
                _end(connection)

    def closed(self, connection: socket.socket) -> None:
        """Forget a connection."""
        with self._lock:
            self._connections.discard(connection)

    def drop_connections(self) -> None:
        """Wake every thread that waits for its client."""
        with self._lock:
            self._dropping = True
            for connection in self._connections:
                _end(connection)

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent: clients go away at any time, and the terminal belongs to a screen."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: HttpServer

    def setup(self) -> None:
        """Make the connection known before anything is read from it."""
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        """Leave the connection to be closed."""
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
        asked = self.path.removeprefix(BASE_PATH) if inside else self.path
        answer = self.server.replier.reply(request, asked)
        if answer is None:
            self.close_connection = True
        else:
            self._send(answer)

    # The names under which http.server looks for what serves a method.
    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815

    def _body(self) -> bytes | None:
        """Read what was sent along, or refuse it and return nothing."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers:
            self.send_error(HTTPStatus.LENGTH_REQUIRED)
        elif not (length.isascii() and length.isdigit() and len(length) < 10):
            self.send_error(HTTPStatus.BAD_REQUEST)
        elif int(length) > _LARGEST_BODY:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            return self.rfile.read(int(length))
        return None

    def _send(self, answer: Answer) -> None:
        content = json.dumps(answer.body, allow_nan=False).encode()
        headers = {
            **self.server.replier.usual_headers(answer),
            **answer.headers,
            "Content-Length": str(len(content)),
        }
        if self.close_connection:
            headers["Connection"] = "close"
        lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        # In two writes the second would wait for the client's delayed acknowledgement.
        self.wfile.write(head if self.command == "HEAD" else head + content)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a request that is not understood, and end the connection."""
        self.close_connection = True
        self._send(sentence(code, message or explain or HTTPStatus(code).phrase))

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _token(header: str) -> str | None:
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
