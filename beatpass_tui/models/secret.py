"""A token that cannot be shown by accident."""

from __future__ import annotations

from collections.abc import Mapping

from beatpass_tui.errors import InvalidToken

MAX_LENGTH = 4096

ENV_VARIABLE = "BEATPASS_TOKEN"
"""The environment variable that a token can stand in."""


class Secret:
    """A personal access token; only `reveal` returns it, so no repr, log or crash can."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    @classmethod
    def parse(cls, pasted: str) -> Secret:
        """Return what was pasted as a token, without the blanks and line ends around it.

        Raises InvalidToken when it is empty, too long, or holds anything that cannot stand in
        an HTTP header.
        """
        value = pasted.strip()
        if f"{value} "[:7].lower() == "bearer ":
            # Copied together with the name of the scheme.
            value = value[7:].strip()
        if not value:
            raise InvalidToken("The token is empty.")
        if len(value) > MAX_LENGTH:
            raise InvalidToken("The token is too long to be one; paste the token alone.")
        if not all("!" <= character <= "~" for character in value):
            raise InvalidToken(
                "The token holds a blank, a line break or a character that no token has; "
                "copy it again from Account Settings → Developers."
            )
        return cls(value)

    def reveal(self) -> str:
        """Return the token itself, for the Authorization header and the place it is kept in."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        # A token that is only sent needs no comparing, and this takes milliseconds to import.
        from hmac import compare_digest

        return isinstance(other, Secret) and compare_digest(self._bytes(), other._bytes())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def _bytes(self) -> bytes:
        # compare_digest refuses text outside ASCII, which a password may hold.
        return self._value.encode("utf-8", "surrogatepass")

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not to be pickled")


def token_from_environment(environ: Mapping[str, str]) -> Secret | None:
    """Return the token of BEATPASS_TOKEN, None when it is not set; raises InvalidToken."""
    if ENV_VARIABLE not in environ:
        return None
    if not environ[ENV_VARIABLE].strip():
        raise InvalidToken(f"{ENV_VARIABLE} is set but empty; put a token into it or unset it.")
    try:
        return Secret.parse(environ[ENV_VARIABLE])
    except InvalidToken as error:
        sentence = error.message
    # Raised out here so that no traceback leads back to what was parsed.
    raise InvalidToken(f"{ENV_VARIABLE}: {sentence}")
