"""From a request to its answer: access, ids and the state; no sockets."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from beatpass_tui.demo import routes
from beatpass_tui.demo.endpoint import ARTIST, USER, Context, Endpoint
from beatpass_tui.demo.exchange import Answer, RefusedError, Request, sentence
from beatpass_tui.demo.signin import Credentials
from beatpass_tui.demo.states import Conduct, Offer, catalog_for


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer and how long it is held back; without an answer the connection is dropped."""

    answer: Answer | None
    delay: float = 0.0


class Service:
    """The made-up BeatPass, behind whatever carries the requests."""

    def __init__(
        self,
        conduct: Conduct,
        offer: Offer,
        credentials: Credentials,
        clock: Callable[[], datetime] | None,
    ) -> None:
        self._conduct = conduct
        self._offer = offer
        self._credentials = credentials
        self._clock = clock
        self._catalog = catalog_for(conduct.state, offer, self.now())

    def now(self) -> datetime:
        """Return the present moment in UTC; a clock without a zone is taken to be in UTC."""
        moment = datetime.now(UTC) if self._clock is None else self._clock()
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

    def outcome(self, request: Request) -> Outcome:
        """Decide what becomes of a request."""
        endpoint = routes.find(request.path)
        if self._conduct.has_turned(None if endpoint is None else endpoint.name):
            if self._conduct.state == "offline":
                return Outcome(None)
            if endpoint is None or endpoint.name != "login":
                return Outcome(_unauthenticated())
        if endpoint is None:
            return Outcome(sentence(404, "The route could not be found."))
        if request.method != endpoint.method:
            message = f"The {request.method} method is not supported for this route."
            return Outcome(Answer(405, {"message": message}, {"Allow": endpoint.method}))
        answer = self._answer(endpoint, request)
        self._conduct.answered(endpoint.name, answer.status)
        return Outcome(answer, self._conduct.delay(endpoint.name))

    def _answer(self, endpoint: Endpoint, request: Request) -> Answer:
        signed_in = self._is_valid(request.token)
        if endpoint.bearer and not signed_in:
            return _unauthenticated()
        refusal = self._conduct.refusal(endpoint.name)
        if refusal is not None:
            return refusal
        context = Context(
            catalog=self._catalog,
            credentials=self._credentials,
            request=request,
            now=self.now(),
            signed_in=signed_in,
            documented_only=self._offer.documented_only,
            growth_known=self._conduct.growth_known,
        )
        try:
            self._check_ids(endpoint, request.path)
            return Answer(200, endpoint.answer(context))
        except RefusedError as refused:
            return refused.answer

    def _is_valid(self, token: str | None) -> bool:
        known = self._credentials.token.encode()
        return token is not None and hmac.compare_digest(token.encode(), known)

    def _check_ids(self, endpoint: Endpoint, path: str) -> None:
        """Refuse what belongs to somebody else."""
        user_id = endpoint.id_in(path, USER)
        if user_id not in (None, "me", str(self._catalog.account.id)):
            raise RefusedError(sentence(404, "This user could not be found."))
        artist = self._catalog.artist
        artist_id = endpoint.id_in(path, ARTIST)
        if artist_id is not None and (artist is None or artist_id != str(artist.id)):
            raise RefusedError(endpoint.not_yours)


def _unauthenticated() -> Answer:
    return sentence(401, "Unauthenticated.")
