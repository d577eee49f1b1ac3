"""Signing in: the credentials of the demo, and what a sign-in brings."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from beatpass_tui.demo.answers import user
from beatpass_tui.demo.exchange import Answer, Json, RefusedError
from beatpass_tui.demo.model import Catalog


@dataclass(frozen=True, slots=True)
class Credentials:
    """What opens the demo; none of it opens anything else."""

    email: str = "nova@example.com"
    password: str = field(default="midnight-drive", repr=False)
    token: str = field(default="901|demoNovaReyes5hT2kQ8wLx4ZrB7yVc1PmJd6", repr=False)


_SIDEBAR = (
    ("Dashboard", ""),
    ("Finances", "/finances"),
    ("Activity", "/activity"),
    ("Progress", "/progress"),
    ("Leaderboards", "/leaderboards"),
    ("My Beats", "/tracks"),
    ("My Collections", "/albums"),
)
_HEADER = (("Discover", "/discover"), ("Licensing", "/licensing"), ("Upload", "/upload"))


def sign_in(catalog: Catalog, credentials: Credentials, body: bytes) -> Json:
    """Answer `POST /auth/login`."""
    given = _fields(body)
    errors = _problems(given)
    if errors:
        raise _refusal("The given data was invalid.", errors)
    if (given["email"], given["password"]) != (credentials.email, credentials.password):
        wrong = "No account has this e-mail address and password."
        raise _refusal(wrong, {"email": wrong})
    return {
        "status": "success",
        "user": {**user(catalog.account), "access_token": credentials.token},
        "locales": [{"name": "English", "language": "en"}],
        "menus": _menus(),
        "settings": {"site_name": "BeatPass demo"},
        "themes": {},
    }


def _fields(body: bytes) -> Json:
    """Return the fields that were sent; anything but a JSON object has none."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return sent if isinstance(sent, dict) else {}


def _problems(given: Json) -> Json:
    errors: Json = {}
    for name in ("email", "password", "token_name"):
        value = given.get(name)
        words = name.replace("_", " ")
        if value is None or value == "":
            errors[name] = f"The {words} field is required."
        elif not isinstance(value, str):
            errors[name] = f"The {words} must be text."
        elif name == "token_name" and not 3 <= len(value) <= 100:
            errors[name] = "The token name must have 3 to 100 characters."
    return errors


def _refusal(message: str, errors: Json) -> RefusedError:
    return RefusedError(Answer(422, {"status": "error", "message": message, "errors": errors}))


def _menus() -> list[Json]:
    # The documents say only that `menus` is a list of objects. The keys are the demo's own
    # choice, so a client must not depend on any of them.
    return [
        _menu("site-header", "Site header", "", _HEADER),
        _menu("producer-dashboard-sidebar", "Producer dashboard", "/producer-dashboard", _SIDEBAR),
    ]


def _menu(menu_id: str, name: str, base: str, items: tuple[tuple[str, str], ...]) -> Json:
    return {
        "id": menu_id,
        "name": name,
        "positions": [menu_id],
        "items": [
            {"id": f"{menu_id}-{at}", "type": "route", "label": label, "action": base + path}
            for at, (label, path) in enumerate(items, start=1)
        ],
    }
