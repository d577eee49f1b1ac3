"""The texts of the screen for an account without artist profile or API access."""

from typing import Any, NamedTuple

from beatpass_tui.errors import Forbidden, NotFound
from beatpass_tui.models.identity import Application, ApplicationStatus
from beatpass_tui.models.links import CONTACT_URL, PRODUCER_PROGRAM_URL
from beatpass_tui.session.session import Session
from beatpass_tui.session.status import SessionStatus
from beatpass_tui.transport.responses import is_user_message
from beatpass_tui.view_models.cards import Notice, Severity


class Step(NamedTuple):
    """A step toward an artist profile."""

    name: str
    detail: str
    is_done: bool = False
    is_current: bool = False


class Link(NamedTuple):
    """A web page that can be opened, and the name of the action."""

    name: str
    url: str


class BlockedView(NamedTuple):
    """The texts of the screen, without repetition."""

    title: str
    """For the title row."""
    heading: str
    severity: Severity = Severity.HINT
    reference: str = ""
    """The number of the application."""
    steps: tuple[Step, ...] = ()
    message: str = ""
    """The message of the service."""
    help: str = ""
    """The next step for the user, with key ids in braces."""
    link: Link | None = None


_PROGRAM = Link("Producer Program", PRODUCER_PROGRAM_URL)
_CONTACT = Link("Contact BeatPass", CONTACT_URL)
_MAX_LINK_NAME = 30
_REVIEW = ("Review", "usually takes 1 to 3 business days")
_BY_INVITATION = {
    "invitation": "Access to the BeatPass API is by invitation.",
    "contact@beatpass.ca": "Write to contact@beatpass.ca to request it.",
}
"""Help texts, each left out if the service's message contains the key."""


def blocked_view(session: Session, status: SessionStatus) -> BlockedView:
    """Return the texts for the session's current state."""
    return _no_access(session) if status is SessionStatus.NO_ACCESS else _no_artist(session)


def application_failure(session: Session) -> Notice:
    """Return a notice about the failed request of the application's status.

    It is empty for a 404, which means that the service has no application.
    """
    error = session.application.error
    if error is None or isinstance(error, NotFound):
        return Notice("")
    return Notice(f"Application status: {error.message}", Severity.WARNING)


def _no_access(session: Session) -> BlockedView:
    error = session.artist.error
    message = error.message if error is not None else ""
    folded = message.lower()
    help_text = " ".join(text for word, text in _BY_INVITATION.items() if word not in folded)
    return BlockedView("No API access", message, Severity.WARNING, help=help_text)


def _no_artist(session: Session) -> BlockedView:
    application, profile = session.application.value, session.artist.error
    view = BlockedView(
        "No Artist Profile",
        "The dashboard opens once you are accepted as an artist",
        message=_message(application),
        link=_PROGRAM,
    )
    match application.status if application is not None else None:
        case ApplicationStatus.MAY_APPLY:
            steps = _steps(("Application", "not sent yet"), _REVIEW)
            return view._replace(heading="You may apply", steps=steps)
        case ApplicationStatus.UNDER_REVIEW:
            return view._replace(
                heading="Under review",
                severity=Severity.WARNING,
                reference=_reference(application),
                steps=_steps(_REVIEW, done=(("Application", "received"),)),
            )
        case ApplicationStatus.REVOKED:
            return view._replace(
                heading="Access revoked",
                severity=Severity.ERROR,
                reference=_reference(application),
                **_contact(application),
            )
    if session.application.is_pending:
        return view._replace(heading="Checking your application…")
    if not view.message and isinstance(profile, Forbidden):
        # The message of a 404 repeats the title.
        return view._replace(message=profile.message)
    return view


def _steps(
    current: tuple[str, str], *next_steps: tuple[str, str], done: tuple[tuple[str, str], ...] = ()
) -> tuple[Step, ...]:
    return (
        *(Step(*step, is_done=True) for step in (("Account", "signed in"), *done)),
        Step(*current, is_current=True),
        *(Step(*step) for step in (*next_steps, ("Dashboard", "opens with {page.refresh}"))),
    )


def _message(application: Application | None) -> str:
    """Return the message of the service unless it is a code or a stock phrase."""
    message = application.message if application is not None else None
    return message if message is not None and is_user_message(message) else ""


def _reference(application: Application | None) -> str:
    if application is None or application.request_id is None:
        return ""
    return f"Application {application.request_id}"


def _contact(application: Application | None) -> dict[str, Any]:
    """Return the fields for contacting BeatPass; a URL that may not be opened is only shown."""
    if application is None or application.contact is None:
        return {"link": _CONTACT}
    url = application.contact_url
    if url is None:
        return {"help": f"Contact: {application.contact}", "link": None}
    name = url.removeprefix("https://")
    return {"link": Link(name if len(name) <= _MAX_LINK_NAME else _CONTACT.name, url)}
