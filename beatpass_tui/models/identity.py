"""The account, the result of a sign-in, the artist, and the application to become one."""

import enum
from datetime import date
from typing import Any, NamedTuple, Self

from beatpass_tui.models import decode, links, text
from beatpass_tui.models.secret import Secret


class Account(NamedTuple):
    """The signed-in user, from `GET /users/me`."""

    id: int | None
    name: str | None
    """`display_name`."""

    @property
    def key(self) -> str:
        """Unique key of the account: the id, `@name` without an id, or an empty string."""
        if self.id is not None:
            return str(self.id)
        return f"@{self.name}" if self.name is not None else ""

    @property
    def label(self) -> str:
        """Name for display, such as `@nova (900000001)`."""
        if self.name is None:
            return "unnamed account" if self.id is None else f"account {self.id}"
        return f"@{self.name}" if self.id is None else f"@{self.name} ({self.id})"

    def matches(self, query: str) -> bool:
        """Return whether `query` is the id or the name; case and a leading @ are ignored."""
        name = text.clean(query.strip().removeprefix("@")).casefold()
        return query.strip() == str(self.id) or (
            bool(name) and name == (self.name or "").casefold()
        )

    @classmethod
    def decode(cls, response: Any) -> Self:
        """Read the `user` of a `/users/me` or sign-in response."""
        body = decode.unwrap(response)
        user = body.nested("user") or body
        return cls(id=user.identifier("id"), name=user.string("display_name", "name"))


class MenuItem(NamedTuple):
    """An entry of the dashboard menu from the sign-in response."""

    label: str
    target: str
    """A path of the web app, or a URL."""


class SignedIn(NamedTuple):
    """Result of `POST /auth/login`, or of a pasted token and `GET /users/me`."""

    token: Secret
    account: Account
    menu: tuple[MenuItem, ...] | None = None
    """The dashboard menu; empty if sent empty, None if not sent."""


class Artist(NamedTuple):
    """The active artist profile, from `GET /artist/profile`."""

    id: int | None
    name: str | None
    upload_access: bool | None
    total_tracks: int | None
    total_plays: int | None
    member_since: date | None

    @classmethod
    def decode(cls, response: Any) -> Self:
        data = decode.unwrap(response)
        return cls(
            id=data.identifier("id"),
            name=data.string("name"),
            upload_access=data.flag("upload_access"),
            total_tracks=data.count("total_tracks"),
            total_plays=data.count("total_plays"),
            member_since=data.day_or_moment("member_since"),
        )


class ApplicationStatus(enum.Enum):
    """Whether an account may apply for an artist profile."""

    MAY_APPLY = enum.auto()
    UNDER_REVIEW = enum.auto()
    REVOKED = enum.auto()


class Application(NamedTuple):
    """The account's application to the Producer Program.

    From `GET /backstage-request/submission-status`.
    """

    can_submit: bool | None
    block_reason: str | None
    """`pending` or `revoked`."""
    message: str | None
    contact: str | None
    """`contact_url`: a path of the web app or a URL, which the program may refuse to open."""
    request_id: int | None
    """Id of the application that blocks a new one."""

    @property
    def status(self) -> ApplicationStatus | None:
        """The status; None if it was not sent in the documented form."""
        match (self.block_reason or "").lower():
            case "pending":
                return ApplicationStatus.UNDER_REVIEW
            case "revoked":
                return ApplicationStatus.REVOKED
            case "" if self.can_submit:
                return ApplicationStatus.MAY_APPLY
        return None

    @property
    def contact_url(self) -> str | None:
        """The URL of the contact page; None if it may not be opened."""
        return links.allowed_url(self.contact or "")

    @classmethod
    def decode(cls, response: Any) -> Self:
        body = decode.unwrap(response)
        return cls(
            can_submit=body.flag("can_submit"),
            block_reason=body.string("block_reason"),
            message=body.string("message", limit=text.MAX_CHARACTERS),
            contact=body.string("contact_url", limit=text.MAX_CHARACTERS),
            request_id=body.identifier("blocking_request_id"),
        )
