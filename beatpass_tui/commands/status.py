"""`status`: who is signed in, as whom the dashboard knows them, and where the token is kept."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from beatpass_tui import bootstrap, exit_codes, formatting
from beatpass_tui.auth import access
from beatpass_tui.auth.access import Access
from beatpass_tui.bootstrap import Environment
from beatpass_tui.commands.output import print_data, print_error, print_message
from beatpass_tui.errors import (
    BeatPassError,
    CredentialsError,
    Forbidden,
    NoArtistProfile,
    NotFound,
    NotSignedIn,
    RequestFailed,
    StoreUnavailable,
)
from beatpass_tui.models import text
from beatpass_tui.models.secret import ENV_VARIABLE, token_from_environment
from beatpass_tui.runtime import excepthooks
from beatpass_tui.storage.files import display_path
from beatpass_tui.storage.store import AccountKey, Store, StoreSummary

if TYPE_CHECKING:
    from pathlib import Path

    from beatpass_tui.auth.accounts import AccountRecord
    from beatpass_tui.models import Account, Artist
    from beatpass_tui.transport.endpoints import Service

SCHEMA = 1
"""The version of what `--json` prints: it grows without a change, and changes with a new one."""

_DESCRIPTION = """\
Say who is signed in: the account and its artist, the API, where the token is
kept, since when, and by which day it has ended at the latest, and what this
machine remembers of the account. No part of the token itself is ever shown.
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

    record: AccountRecord | None
    account: Account | None
    artist: Artist | None = None
    signed_in: bool | None = None
    """None while that was not asked or could not be found out."""
    kept_at: Path | None = None
    """The file with what is remembered, if there is one."""
    holdings: StoreSummary | None = None
    remark: str = ""
    """A sentence on that file."""
    problems: list[BeatPassError] = field(default_factory=list)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add description, arguments and examples."""
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    parser.add_argument("--offline", action="store_true", help="ask nothing over the network")
    parser.add_argument("--account", metavar="NAME", help="another stored account, by name or id")


def run(arguments: argparse.Namespace) -> int:
    """Print the report; what went wrong is said beside it."""
    found = bootstrap.current_environment()
    stored: tuple[AccountRecord, ...] = ()
    way = found.access(arguments.account)
    try:
        stored = found.credentials.list_accounts(found.origin)
        record = None
        if not way.variable:
            record = found.credentials.find_account(found.origin, arguments.account)
    except CredentialsError as error:
        report = _Report(None, None, problems=[error])
    else:
        report = _Report(record, record.account if record is not None else None)
    if way.variable is None and report.record is None:
        report.signed_in = False
        if not report.problems:
            sentence = f"Nobody is signed in to {found.origin}; `beatpass-tui login` signs in."
            report.problems.append(NotSignedIn(sentence, status=401))
    elif not arguments.offline:
        excepthooks.run(_ask(found, way, report))
    _look_back(found, report)
    if arguments.json:
        print_data(json.dumps(_as_json(found, way, report, stored), indent=2) + "\n")
    else:
        rows = _rows(found, way, report, stored, offline=arguments.offline)
        print_data("".join(f"{f'{label:<9} {value}'.rstrip()}\n" for label, value in rows))
    for problem in report.problems:
        print_error(problem.message)
    for warning in (*found.credentials.warnings, *filter(None, (report.remark,))):
        print_message(warning)
    return exit_codes.most_urgent(error.exit_code for error in report.problems)


def _look_back(found: Environment, report: _Report) -> None:
    """Find out what is remembered of the account, where anything is."""
    report.kept_at = found.store_path()
    if report.kept_at is None:
        return
    store = None
    try:
        store = Store(report.kept_at, found.now)
        report.remark = " ".join(store.warnings)
        account = report.account.id if report.account is not None else None
        token = token_from_environment(found.environ)
        if account is None and token is not None:
            account = store.find_token_owner(found.origin, token.reveal())
        if account is not None:
            report.holdings = store.summarize(AccountKey(found.origin, account))
    except StoreUnavailable as error:
        report.remark = error.message
    finally:
        if store is not None:
            store.close()


async def _ask(found: Environment, way: Access, report: _Report) -> None:
    try:
        async with found.connect() as service:
            recalled = await way.load(service)
            if recalled is None:
                raise NotSignedIn(access.LOST, status=401)
            service.token = recalled.token
            await _ask_account(service, way, report)
            await _ask_artist(service, report)
    except (RequestFailed, CredentialsError) as error:
        report.problems.append(access.timed(error))
        if isinstance(error, NotSignedIn | Forbidden) and report.signed_in is None:
            report.signed_in = False


async def _ask_account(service: Service, way: Access, report: _Report) -> None:
    try:
        report.account = await service.account()
    except (NotSignedIn, Forbidden) as error:
        error.message = access.rejected(error, way.variable)
        raise
    report.signed_in = True


async def _ask_artist(service: Service, report: _Report) -> None:
    try:
        report.artist = await service.artist()
    except (NotFound, Forbidden) as error:
        # The account is known to be good, so that it is the artist that is missing.
        raise NoArtistProfile(error.message) from None


def _place(found: Environment, way: Access, record: AccountRecord | None) -> str | None:
    if way.variable is not None:
        return f"given by {ENV_VARIABLE}, never stored"
    return None if record is None else f"kept in {found.credentials.location(record.place)}"


def _rows(
    found: Environment,
    way: Access,
    report: _Report,
    stored: tuple[AccountRecord, ...],
    *,
    offline: bool,
) -> list[tuple[str, str]]:
    zone = found.now().tzinfo
    account, record = report.account, report.record
    rows = [("Account", account.label if account is not None else formatting.DASH)]
    if not offline and report.signed_in is not False:
        rows.append(("Artist", _artist(report)))
    rows.append(("API", found.base_url))
    rows.append(("Token", _place(found, way, record) or formatting.DASH))
    if record is not None:
        since, ends = record.stored_at.astimezone(zone), record.expires_by.astimezone(zone)
        rows.append(("Stored", f"{formatting.short_date(since)} {since:%H:%M}"))
        rows.append(("Ends", f"by {formatting.short_date(ends)} at the latest"))
    if report.kept_at is not None and report.holdings is not None:
        rows += _memory(report.kept_at, report.holdings, found.now())
    if len(stored) > 1 or (stored and record is None):
        labels = ("Accounts", *[""] * len(stored))
        for label, other in zip(labels, stored, strict=False):
            current = ", current" if other is stored[0] else ""
            rows.append((label, f"{other.account.label}{current}"))
    return rows


def _memory(path: Path, held: StoreSummary, now: datetime) -> list[tuple[str, str]]:
    words = formatting.plural(held.cached, "answer")
    if held.last_fetched is not None:
        words += f", the newest of {formatting.date_or_time(held.last_fetched, now)}"
    if held.first_sample is not None:
        since = formatting.short_date(held.first_sample.astimezone(now.tzinfo))
        words += f" · {formatting.plural(held.samples, 'value')} since {since}"
    return [("Memory", words), ("", f"in {display_path(path)}")]


def _artist(report: _Report) -> str:
    if report.artist is not None:
        return report.artist.name or "an artist without a name"
    why = f" ({report.problems[-1].reason})" if report.problems else ""
    return f"{formatting.DASH}{why}"


def _as_json(
    found: Environment, way: Access, report: _Report, stored: tuple[AccountRecord, ...]
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
        "problems": [problem.message for problem in report.problems],
        "token": token,
        "store": _store(report, found.now()),
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


def _store(report: _Report, now: datetime) -> dict[str, object] | None:
    if report.kept_at is None:
        return None
    held = report.holdings
    return {
        "path": text.clean(str(report.kept_at)),
        "answers": held.cached if held is not None else None,
        "newest": _moment(held.last_fetched if held is not None else None, now),
        "values": held.samples if held is not None else None,
        "since": _moment(held.first_sample if held is not None else None, now),
    }


def _moment(moment: datetime | None, now: datetime) -> str | None:
    return None if moment is None else moment.astimezone(now.tzinfo).isoformat(timespec="seconds")


def _token(record: AccountRecord, now: datetime) -> dict[str, object]:
    return {
        "place": record.place,
        "stored_at": record.stored_at.isoformat(),
        "ends_by": record.expires_by.astimezone(now.tzinfo).date().isoformat(),
    }
