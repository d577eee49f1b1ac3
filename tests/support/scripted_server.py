"""A small HTTP server on a real socket with scripted responses."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True)
class Request:
    """One received request."""

    method: str
    target: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    reader: asyncio.StreamReader = field(repr=False)
    writer: asyncio.StreamWriter = field(repr=False)

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


Act = Callable[[Request], Awaitable[None]]
Step = bytes | Act
"""The response to one request: bytes to send, or a coroutine function."""


class ScriptedServer:
    """The server: the steps answer requests in order, the last one all that follow.

    Every connection carries one request, so that no step affects the next.
    """

    def __init__(
        self, *steps: Step, greeting: bytes = b"", tls: ssl.SSLContext | None = None
    ) -> None:
        self._steps = list(steps)
        self._greeting = greeting
        self._tls = tls
        self.requests: list[Request] = []
        self.connections = 0
        self.active = 0
        self.most_active = 0
        self._arrived = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        scheme = "http" if self._tls is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def received(self, count: int) -> None:
        """Wait until `count` requests were received."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.requests) >= count)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        self.active += 1
        self.most_active = max(self.most_active, self.active)
        try:
            await self._serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        except asyncio.CancelledError:
            # asyncio would report a canceled connection as an error.
            pass
        finally:
            self.active -= 1
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(self._greeting)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.strip().split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        method, target, _ = first.split(" ")
        request = Request(method, target, headers, body, reader, writer)
        self.requests.append(request)
        async with self._arrived:
            self._arrived.notify_all()
        step = self.step(request)
        if isinstance(step, bytes):
            await send(step)(request)
        else:
            await step(request)

    def step(self, request: Request) -> Step:
        """Return the response to a request."""
        return following(self._steps)


def following(steps: list[Step]) -> Step:
    """Take the next step; the last one is never removed."""
    return steps.pop(0) if len(steps) > 1 else steps[0]


def answer(body: object, status: int = 200, /, reason: str = "", **headers: str) -> bytes:
    """Return a complete response; a body other than bytes is sent as JSON, `_` in names as `-`."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {
        "Content-Type": "application/json",
        "Content-Length": str(len(data)),
        "Connection": "close",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in named.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + data


def send(data: bytes) -> Act:
    """Send `data` in one write."""

    async def act(request: Request) -> None:
        request.writer.write(data)
        await request.writer.drain()

    return act


def reset(data: bytes = b"") -> Act:
    """Send `data`, then reset the connection."""

    async def act(request: Request) -> None:
        request.writer.write(data)
        await request.writer.drain()
        raw: socket.socket = request.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.writer.transport.abort()

    return act


async def silence(request: Request) -> None:
    """Never answer."""
    await asyncio.Event().wait()


def trickle(data: bytes, pause: float) -> Act:
    """Send `data` a byte at a time, and never the last one."""

    async def act(request: Request) -> None:
        for byte in data[:-1]:
            request.writer.write(bytes([byte]))
            await request.writer.drain()
            await asyncio.sleep(pause)
        await silence(request)

    return act


def endless(head: bytes, chunk: bytes) -> Act:
    """Send `head`, then `chunk` repeatedly while the client is connected."""

    async def act(request: Request) -> None:
        request.writer.write(head)
        while True:
            request.writer.write(chunk)
            await request.writer.drain()

    return act


def hold(until: Callable[[], Awaitable[object]], data: bytes) -> Act:
    """Send `data` once `until` returns."""

    async def act(request: Request) -> None:
        await until()
        request.writer.write(data)
        await request.writer.drain()

    return act


def tunnel(port: int) -> Act:
    """Connect the client to a local port, as a proxy does."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()

    async def act(request: Request) -> None:
        request.writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await asyncio.gather(pump(request.reader, writer), pump(reader, request.writer))
        finally:
            writer.close()

    return act


def bomb(size: int) -> bytes:
    """Return a gzip-compressed JSON object with `size` spaces in it."""
    return gzip.compress(b'{"a": "' + b" " * size + b'"}', compresslevel=9)
