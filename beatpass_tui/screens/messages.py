"""Messages that pages and other screens send to the app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

if TYPE_CHECKING:
    from beatpass_tui.exports.files import ExportFile
    from beatpass_tui.session.session import Session
from beatpass_tui.session.status import SessionStatus


@dataclass(eq=False, repr=False)
class PageRequested(Message):
    """Request to open a page of the dashboard, and one of its views unless `view` is empty."""

    name: str
    view: str = ""


@dataclass(eq=False, repr=False)
class BrowseRequested(Message):
    """Request to open a URL in the web browser; that of a match may be on another service."""

    address: str
    is_match: bool = False


@dataclass(eq=False, repr=False)
class ItemRequested(Message):
    """Request to open the detail of an item on its page."""

    page: ClassVar[str]
    id: int
    name: str | None


class BeatRequested(ItemRequested):
    """Request to open the detail of a beat on My Beats."""

    page = "beats"


class AlbumRequested(ItemRequested):
    """Request to open the detail of an album on My Collections."""

    page = "collections"


@dataclass(eq=False, repr=False)
class CopyRequested(Message):
    """Request to copy text to the clipboard; `name` describes it to the user."""

    text: str
    name: str


@dataclass(eq=False, repr=False)
class ExportRequested(Message):
    """Request to write rows to a file of format "csv" or "json"."""

    export: ExportFile
    file_format: str


@dataclass(eq=False, repr=False)
class StatusChanged(Message):
    """The session has a status other than normal."""

    session: Session
    status: SessionStatus


@dataclass(eq=False, repr=False)
class MilestonePassed(Message):
    """A milestone was passed while the terminal was not focused."""

    text: str


class AccessibleModeRequested(Message):
    """Request to turn on the accessible mode."""


class SignInRequested(Message):
    """Request to show the sign-in screen."""
