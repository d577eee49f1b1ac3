"""What an endpoint is: a path, who may ask, and what answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from beatpass_tui.demo.exchange import Answer, Json, Request, sentence
from beatpass_tui.demo.model import Catalog
from beatpass_tui.demo.signin import Credentials

USER, ARTIST, ALBUM = "{user}", "{artist}", "{album}"
_NOT_YOURS = sentence(403, "You do not manage this artist.")


@dataclass(frozen=True, slots=True)
class Context:
    """All that an answer may depend on."""

    catalog: Catalog
    credentials: Credentials
    request: Request
    now: datetime
    signed_in: bool
    documented_only: bool
    growth_known: Callable[[], bool]

    def with_guess(self, documented: Json, guess: Callable[[], Json]) -> Json:
        """Return an answer with its guessed part, unless that is to be left out."""
        return documented if self.documented_only else _merged(documented, guess())


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One documented path; `{user}` and `{artist}` stand for an id that must be the caller's."""

    name: str
    path: str
    answer: Callable[[Context], Json]
    method: str = "GET"
    bearer: bool = True
    not_yours: Answer = _NOT_YOURS

    def matches(self, path: str) -> bool:
        """Whether a path is this endpoint, whatever id it has."""
        given, own = path.split("/"), self.path.split("/")
        return len(given) == len(own) and all(
            part == mine or (mine in (USER, ARTIST, ALBUM) and part != "")
            for part, mine in zip(given, own, strict=True)
        )

    def id_in(self, path: str, placeholder: str) -> str | None:
        """Return the id that a path has in place of a placeholder."""
        own = self.path.split("/")
        return path.split("/")[own.index(placeholder)] if placeholder in own else None


def _merged(documented: Json, guessed: Json) -> Json:
    """Return an object with the fields of both, at every depth."""
    both = dict(documented)
    for name, value in guessed.items():
        known = both.get(name)
        if isinstance(known, dict) and isinstance(value, dict):
            both[name] = _merged(known, value)
        else:
            both[name] = value
    return both
