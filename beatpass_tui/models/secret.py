"""API tokens that can't be displayed by accident."""

from codecs import BOM_UTF8
from collections.abc import Mapping

from beatpass_tui.errors import InvalidToken

MAX_LENGTH = 4096

ENV_VARIABLE = "BEATPASS_TOKEN"
"""Environment variable with a token."""


class Secret:
    """A personal access token that only `reveal` returns, so that no repr or log contains it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    @classmethod
    def parse(cls, pasted: str) -> "Secret":
        """Return a pasted token without surrounding whitespace.

        Raises InvalidToken if it is empty, too long, or not valid in an HTTP header.
        """
        # A byte order mark is left at the start by some editors and shells.
        value = pasted.strip().removeprefix(BOM_UTF8.decode()).strip()
        if f"{value} "[:7].lower() == "bearer ":
            # The token was copied with its authorization scheme.
            value = value[7:].strip()
        if not value:
            raise InvalidToken("The token is empty.")
        if len(value) > MAX_LENGTH:
            raise InvalidToken("This is too long for a token; paste only the token.")
        if not all("!" <= character <= "~" for character in value):
            raise InvalidToken(
                "The token contains a space, a line break or another invalid character; "
                "copy it again from Account Settings → Developers."
            )
        return cls(value)

    def reveal(self) -> str:
        """Return the token, to send or store it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        # Imported here because the import is slow and most runs compare no tokens.
        from hmac import compare_digest

        return isinstance(other, Secret) and compare_digest(self._bytes(), other._bytes())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def _bytes(self) -> bytes:
        # compare_digest accepts no text outside ASCII.
        return self._value.encode("utf-8", "surrogatepass")

    def __reduce__(self) -> str:
        raise TypeError("a Secret can't be pickled")


def token_from_environment(environ: Mapping[str, str]) -> Secret | None:
    """Return the token in BEATPASS_TOKEN; None if not set. Raises InvalidToken."""
    if ENV_VARIABLE not in environ:
        return None
    if not environ[ENV_VARIABLE].strip():
        raise InvalidToken(f"{ENV_VARIABLE} is set but empty; set it to a token or unset it.")
    try:
        return Secret.parse(environ[ENV_VARIABLE])
    except InvalidToken as error:
        message = error.message
    # Raised outside of `except`: the frames of the original error contain the token.
    raise InvalidToken(f"{ENV_VARIABLE}: {message}")
