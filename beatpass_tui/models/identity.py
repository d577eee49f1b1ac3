"""Who is signed in: the account, what a sign-in brings, and the artist."""

from datetime import datetime
from typing import Any, NamedTuple, Self

from beatpass_tui.models import decode, text
from beatpass_tui.models.secret import Secret

NAME_LIMIT = 120
"""Characters kept of a name or a title."""


class Account(NamedTuple):
    """The signed-in user, from `GET /users/me`."""

    id: int | None
    name: str | None
    """`display_name`."""

    @property
    def key(self) -> str:
        """What tells it from other accounts: the id, else the name with an @, else nothing."""
        if self.id is not None:
            return str(self.id)
        return f"@{self.name}" if self.name is not None else ""

    @property
    def label(self) -> str:
        """The account for people: @nova (900000001)."""
        if self.name is None:
            return "an account without a name" if self.id is None else f"account {self.id}"
        return f"@{self.name}" if self.id is None else f"@{self.name} ({self.id})"

    def matches(self, words: str) -> bool:
        """Whether `words` are its id, or its name with or without an @, in upper or lower case."""
        name = text.clean(words.strip().removeprefix("@")).casefold()
        return words.strip() == str(self.id) or (
            bool(name) and name == (self.name or "").casefold()
        )

    @classmethod
    def decode(cls, answer: Any) -> Self:
        """Read the `user` of a `/users/me` or login answer."""
        body = decode.unwrap(answer)
        user = decode.mapping(body.get("user")) or body
        return cls(
            id=decode.identifier(user.get("id")),
            name=decode.string(decode.first(user, "display_name", "name"), NAME_LIMIT),
        )


class MenuItem(NamedTuple):
    """One entry of the dashboard's menu, as the sign-in brought it."""

    label: str
    target: str
    """A path on the web app, or a whole address."""


class SignedIn(NamedTuple):
    """What a sign-in brings, from `POST /auth/login`, or a pasted token and `GET /users/me`."""

    token: Secret
    account: Account
    menu: tuple[MenuItem, ...] | None = None
    """The dashboard's menu; empty when it was delivered empty, None when none was delivered."""


class Artist(NamedTuple):
    """The active artist profile, from `GET /artist/profile`."""

    id: int | None
    name: str | None
    upload_access: bool | None
    total_tracks: int | None
    total_plays: int | None
    member_since: datetime | None

    @classmethod
    def decode(cls, answer: Any) -> Self:
        """Read the `data` of the answer."""
        data = decode.unwrap(answer)
        return cls(
            id=decode.identifier(data.get("id")),
            name=decode.string(data.get("name"), NAME_LIMIT),
            upload_access=decode.flag(data.get("upload_access")),
            total_tracks=decode.count(data.get("total_tracks")),
            total_plays=decode.count(data.get("total_plays")),
            member_since=decode.moment(data.get("member_since")),
        )
