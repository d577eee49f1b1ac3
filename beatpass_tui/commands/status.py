"""`status`: who is signed in, as whom the dashboard knows them, and where the token is kept."""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from beatpass_tui import access, exits, format, surroundings
from beatpass_tui.access import Access
from beatpass_tui.errors import (
    BeatPassError,
    CredentialsUnreadable,
    Forbidden,
    NoArtistProfile,
    NotFound,
    NotSignedIn,
    RequestFailed,
)
from beatpass_tui.secret import VARIABLE
from beatpass_tui.surroundings import Surroundings
from beatpass_tui.talk import complain, say

if TYPE_CHECKING:
    from beatpass_tui.endpoints import Service
    from beatpass_tui.models import Account, Artist
    from beatpass_tui.records import Record

SCHEMA = 1
"""The version of what `--json` prints: it grows without a change, and changes with a new one."""

_DESCRIPTION = """\
Say who is signed in: the account and its artist, the API, where the token is
kept, since when, and by which day it has ended at the latest. No part of the
token itself is ever shown.
"""

_EPILOG = """\
examples:
  beatpass-tui status             asks BeatPass whether the token is good
  beatpass-tui status --offline   what this machine knows, at once
  beatpass-tui status --json | jq -r .token.ends_by

exit status:
  0 signed in, 3 no artist profile, 4 not signed in or the token was rejected,
  5 rate limited, 6 offline or the server is down
"""


@dataclass(slots=True)
class _Report:
    """What is known; the lists of errors are in the order in which they happened."""

    record: Record | None
    account: Account | None
    artist: Artist | None = None
    signed_in: bool | None = None
    """None while that was not asked or could not be found out."""
    problems: list[BeatPassError] = field(default_factory=list)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add description, arguments and examples."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    parser.add_argument("--offline", action="store_true", help="ask nothing over the network")
    parser.add_argument("--account", metavar="NAME", help="another stored account, by name or id")


def run(arguments: argparse.Namespace) -> int:
    """Print the report; what went wrong is said beside it."""
    found = surroundings.here()
    stored: tuple[Record, ...] = ()
    way = found.access(arguments.account)
    try:
        stored = found.credentials.records(found.origin)
        record = None if way.variable else found.credentials.peek(found.origin, arguments.account)
    except CredentialsUnreadable as error:
        report = _Report(None, None, problems=[error])
    else:
        report = _Report(record, record.account if record is not None else None)
    if way.variable is None and report.record is None:
        report.signed_in = False
        if not report.problems:
            sentence = f"Nobody is signed in to {found.origin}; `beatpass-tui login` signs in."
            report.problems.append(NotSignedIn(sentence, status=401))
    elif not arguments.offline:
        asyncio.run(_ask(found, way, report))
    if arguments.json:
        print(json.dumps(_as_json(found, way, report, stored), indent=2))
    else:
        for label, value in _rows(found, way, report, stored, offline=arguments.offline):
            print(f"{label:<9} {value}".rstrip())
    for problem in report.problems:
        complain(problem.sentence)
    for warning in found.credentials.warnings:
        say(warning)
    return exits.status_of(report.problems)


async def _ask(found: Surroundings, way: Access, report: _Report) -> None:
    try:
        async with found.connect() as service:
            recalled = await way.recall(service)
            if recalled is None:
                raise NotSignedIn("The keyring no longer has the token; sign in again.", status=401)
            service.token = recalled.token
            await _ask_account(service, way, report)
            await _ask_artist(service, report)
    except (RequestFailed, CredentialsUnreadable) as error:
        report.problems.append(error)
        if isinstance(error, NotSignedIn | Forbidden) and report.signed_in is None:
            report.signed_in = False


async def _ask_account(service: Service, way: Access, report: _Report) -> None:
    try:
        report.account = await service.account()
    except (NotSignedIn, Forbidden) as error:
        sentence = access.explain(error, by_token=True)
        if isinstance(error, NotSignedIn):
            sentence = (
                f"BeatPass did not accept the token in {way.variable}."
                if way.variable is not None
                else "The stored token has expired or was revoked; `beatpass-tui login` signs in."
            )
        error.sentence = sentence
        raise
    report.signed_in = True


async def _ask_artist(service: Service, report: _Report) -> None:
    try:
        report.artist = await service.artist()
    except (NotFound, Forbidden) as error:
        # The account is known to be good, so that it is the artist that is missing.
        raise NoArtistProfile(error.sentence) from None


def _place(found: Surroundings, way: Access, record: Record | None) -> str | None:
    if way.variable is not None:
        return f"given by {VARIABLE}, never stored"
    return None if record is None else f"kept in {found.credentials.words_of(record.place)}"


def _rows(
    found: Surroundings,
    way: Access,
    report: _Report,
    stored: tuple[Record, ...],
    *,
    offline: bool,
) -> list[tuple[str, str]]:
    zone = found.now().tzinfo
    account, record = report.account, report.record
    rows = [("Account", account.words if account is not None else format.DASH)]
    if not offline and report.signed_in is not False:
        rows.append(("Artist", _artist(report)))
    rows.append(("API", found.base_url))
    rows.append(("Token", _place(found, way, record) or format.DASH))
    if record is not None:
        since, ends = record.stored_at.astimezone(zone), record.ends.astimezone(zone)
        rows.append(("Stored", f"{format.short_date(since)} {since:%H:%M}"))
        rows.append(("Ends", f"by {format.short_date(ends)} at the latest"))
    if len(stored) > 1 or (stored and record is None):
        labels = ("Accounts", *[""] * len(stored))
        for label, other in zip(labels, stored, strict=False):
            current = ", current" if other is stored[0] else ""
            rows.append((label, f"{other.account.words}{current}"))
    return rows


def _artist(report: _Report) -> str:
    if report.artist is not None:
        return report.artist.name or "an artist without a name"
    why = f" ({report.problems[-1].reason})" if report.problems else ""
    return f"{format.DASH}{why}"


def _as_json(
    found: Surroundings, way: Access, report: _Report, stored: tuple[Record, ...]
) -> dict[str, object]:
    account, artist, record = report.account, report.artist, report.record
    token: dict[str, object] | None = None
    if way.variable is not None:
        token = {"place": "variable", "stored_at": None, "ends_by": None}
    elif record is not None:
        token = _token(record, found.now())
    return {
        "version": SCHEMA,
        "api": found.base_url,
        "signed_in": report.signed_in,
        "account": None if account is None else {"id": account.id, "name": account.name},
        "artist": None if artist is None else {"id": artist.id, "name": artist.name},
        "problems": [problem.sentence for problem in report.problems],
        "token": token,
        "accounts": [
            {
                "id": other.account_id,
                "name": other.account_name,
                "current": other is stored[0],
                **_token(other, found.now()),
            }
            for other in stored
        ],
    }


def _token(record: Record, now: datetime) -> dict[str, object]:
    return {
        "place": record.place,
        "stored_at": record.stored_at.isoformat(),
        "ends_by": record.ends.astimezone(now.tzinfo).date().isoformat(),
    }
