"""Sign-in to the demo: its credentials, and the response with or without menus."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from beatpass_tui.demo.artist import user
from beatpass_tui.demo.messages import Json, RequestRefused, Response
from beatpass_tui.demo.model import Catalog


@dataclass(frozen=True, slots=True)
class Credentials:
    """The credentials of the demo."""

    email: str = "nova@example.com"
    password: str = field(default="midnight-drive", repr=False)
    token: str = field(default="901|demoNovaReyes5hT2kQ8wLx4ZrB7yVc1PmJd6", repr=False)


_DASHBOARD = "/producer-dashboard"
_SIDEBAR = (
    ("Dashboard", _DASHBOARD),
    ("Finances", f"{_DASHBOARD}/finances"),
    ("Activity", f"{_DASHBOARD}/activity"),
    ("Progress", f"{_DASHBOARD}/progress"),
    ("Leaderboards", f"{_DASHBOARD}/leaderboards"),
    ("My Beats", f"{_DASHBOARD}/tracks"),
    ("My Collections", f"{_DASHBOARD}/albums"),
    ("Help", "https://docs.beatpass.ca"),
    ("Admin", "/admin"),
)
_HEADER = (("Discover", "/discover"), ("Licensing", "/licensing"), ("Upload", "/upload"))


def sign_in(
    catalog: Catalog, credentials: Credentials, body: bytes, *, with_menu: bool = False
) -> Json:
    """Return the response of `POST /auth/login`.

    BeatPass most likely sends only menus for its mobile app, and the demo has none.
    """
    fields = _fields(body)
    errors = _validate(fields)
    if errors:
        raise _refusal("The given data was invalid.", errors)
    if (fields["email"], fields["password"]) != (credentials.email, credentials.password):
        message = "No account has this email address and password."
        raise _refusal(message, {"email": message})
    return {
        "status": "success",
        "user": {**user(catalog.account), "access_token": credentials.token},
        "locales": [{"name": "English", "language": "en"}],
        "menus": _menus() if with_menu else [],
        "settings": {"site_name": "BeatPass demo"},
        "themes": {},
    }


def _fields(body: bytes) -> Json:
    """Return the fields of a JSON object; empty for any other body."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return sent if isinstance(sent, dict) else {}


def _validate(fields: Json) -> Json:
    errors: Json = {}
    for name in ("email", "password", "token_name"):
        value = fields.get(name)
        label = name.replace("_", " ")
        if value is None or value == "":
            errors[name] = f"The {label} field is required."
        elif not isinstance(value, str):
            errors[name] = f"The {label} must be text."
        elif name == "token_name" and not 3 <= len(value) <= 100:
            errors[name] = "The token name must have 3 to 100 characters."
    return errors


def _refusal(message: str, errors: Json) -> RequestRefused:
    return RequestRefused(Response(422, {"status": "error", "message": message, "errors": errors}))


def _menus() -> list[Json]:
    # Documented only as a list of objects. These are the field names that the service most likely
    # uses; a client must not depend on them.
    return [
        _menu("site-header", "Site header", _HEADER),
        _menu("producer-dashboard-sidebar", "Producer dashboard", _SIDEBAR),
    ]


def _menu(menu_id: str, name: str, items: tuple[tuple[str, str], ...]) -> Json:
    return {
        "id": menu_id,
        "name": name,
        "positions": [menu_id],
        "items": [
            {
                "id": f"{menu_id}-{order}",
                "type": "route" if action.startswith("/") else "link",
                "order": order,
                "label": label,
                "action": action,
                "target": None if action.startswith("/") else "_blank",
            }
            for order, (label, action) in enumerate(items, start=1)
        ],
    }
