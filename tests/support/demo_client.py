"""Requests to the demo server, and checks of the shape of its responses."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from typing import Any, NamedTuple

import beatpass_tui.demo
from beatpass_tui.demo import DemoServer

NOW = datetime(2026, 11, 23, 12, 4, 30, tzinfo=UTC)


NUMBER = (int, float)


class Reply(NamedTuple):
    status: int
    headers: HTTPMessage
    body: Any
    content: bytes


def call(
    server: DemoServer,
    path: str,
    *,
    method: str = "GET",
    token: str | None = "",
    body: object = None,
) -> Reply:
    """Send a request over a new connection, with the server's token unless another is given."""
    headers = {"Accept": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token or server.token}"
    connection = HTTPConnection(server.base_url.split("/")[2], timeout=30)
    try:
        content = None if body is None else json.dumps(body)
        connection.request(method, f"/api/v1{path}", body=content, headers=headers)
        response = connection.getresponse()
        raw = response.read()
        return Reply(response.status, response.headers, json.loads(raw) if raw else None, raw)
    finally:
        connection.close()


def sign_in(server: DemoServer, **changes: object) -> Reply:
    body = {"email": server.email, "password": server.password, "token_name": "terminal"}
    return call(server, "/auth/login", method="POST", token=None, body=body | changes)


def check(value: object, shape: object, where: str = "$") -> None:
    """Check a value against a shape: a type, types, a predicate, a one-item list, or a dict."""
    if isinstance(shape, dict):
        assert isinstance(value, dict), where
        assert value.keys() == shape.keys(), where
        for key, inner in shape.items():
            check(value[key], inner, f"{where}.{key}")
    elif isinstance(shape, list):
        assert isinstance(value, list), where
        for at, item in enumerate(value):
            check(item, shape[0], f"{where}[{at}]")
    elif isinstance(shape, (type, tuple)):
        # In Python a bool is an int, in JSON it is not.
        assert isinstance(value, shape), f"{where}: {value!r}"
        assert shape is bool or not isinstance(value, bool), f"{where}: {value!r}"
    elif shape is None:
        assert value is None, where
    else:
        assert callable(shape), where
        assert shape(value), f"{where}: {value!r}"


def matching(pattern: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def optional(shape: object) -> Callable[[object], bool]:
    def holds(value: object) -> bool:
        if value is not None:
            check(value, shape)
        return True

    return holds


def one_of(*values: object) -> Callable[[object], bool]:
    return lambda value: value in values


ZULU = matching(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


WITHOUT_ZONE = matching(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def run_demo(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "beatpass_tui.demo", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(beatpass_tui.demo.__file__).parents[2],
    )
