"""`status`: the signed-in account, its token and its stored data."""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from beatpass_tui import bootstrap, exit_codes, formatting
from beatpass_tui.auth import sign_in
from beatpass_tui.auth.access import LOST_MESSAGE, Access
from beatpass_tui.auth.accounts import AccountRecord
from beatpass_tui.bootstrap import Environment
from beatpass_tui.commands.output import print_data, print_error, print_message
from beatpass_tui.errors import (
    BeatPassError,
    CredentialsError,
    Forbidden,
    NotFound,
    NotSignedIn,
    RequestFailed,
    StoreUnavailable,
)
from beatpass_tui.exports.json_values import id_and_name
from beatpass_tui.models import text
from beatpass_tui.models.identity import Account, Artist
from beatpass_tui.models.secret import ENV_VARIABLE, token_from_environment
from beatpass_tui.runtime import excepthooks
from beatpass_tui.storage.files import display_path
from beatpass_tui.storage.store import AccountKey, Store, StoreSummary
from beatpass_tui.transport.endpoints import ARTIST, Service

SCHEMA = 1
"""The version of the JSON output; new fields do not change it."""

_DESCRIPTION = """\
Show the account and artist, the API, where and since when the token is stored,
the latest time at which it expires, and how much data is stored for the account
on this computer. The token itself is never shown.
"""

_EPILOG = """\
examples:
  beatpass-tui status             checks the token with BeatPass
  beatpass-tui status --offline   stored information only
  beatpass-tui status --json | jq -r .token.ends_by

exit status:
  0 signed in, 3 no artist profile, 4 not signed in or the token was rejected,
  5 rate limited, 6 offline or server down, 7 stored accounts cannot be read
"""


@dataclass(slots=True)
class _Report:
    environment: Environment
    access: Access
    accounts: tuple[AccountRecord, ...] = ()
    """The stored accounts, the current one first."""
    record: AccountRecord | None = None
    """The stored account that the report is about."""
    account: Account | None = None
    artist: Artist | None = None
    signed_in: bool | None = None
    """None if it was not checked."""
    store_path: Path | None = None
    """The file with the stored data, if it exists."""
    store_summary: StoreSummary | None = None
    store_warning: str = ""
    errors: list[BeatPassError] = field(default_factory=list)
    """In chronological order."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = _DESCRIPTION, _EPILOG
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--offline", action="store_true", help="send no requests")
    parser.add_argument("--account", metavar="NAME", help="another stored account, by name or ID")


def run(arguments: argparse.Namespace) -> int:
    environment = bootstrap.current_environment()
    report = _Report(environment, environment.access(arguments.account))
    _load_accounts(report, arguments.account)
    if report.signed_in is None and not arguments.offline:
        excepthooks.run(_fetch(report))
    _summarize_store(report)
    if arguments.json:
        print_data(json.dumps(_as_json(report), indent=2) + "\n")
    else:
        rows = _rows(report, offline=arguments.offline)
        print_data("".join(f"{f'{label:<9} {value}'.rstrip()}\n" for label, value in rows))
    for error in report.errors:
        print_error(error.message)
    for warning in (*environment.credentials.warnings, report.store_warning):
        if warning:
            print_message(warning)
    return exit_codes.most_urgent(error.exit_code for error in report.errors)


def _load_accounts(report: _Report, selected: str | None) -> None:
    """Add the stored accounts to the report, or an error without any."""
    environment = report.environment
    origin, credentials = environment.origin, environment.credentials
    try:
        report.accounts = credentials.file.list_accounts(origin)
        if report.access.variable is None:
            report.record = credentials.file.find_account(origin, selected)
    except CredentialsError as error:
        report.errors.append(error)
    if report.record is not None:
        report.account = report.record.account
    elif report.access.variable is None:
        report.signed_in = False
        if not report.errors:
            report.errors.append(sign_in.not_signed_in(origin))


def _summarize_store(report: _Report) -> None:
    environment = report.environment
    try:
        report.store_path = environment.store_path()
        if report.store_path is None:
            return
        with closing(Store(report.store_path, environment.now)) as store:
            report.store_warning = " ".join(store.warnings)
            account = report.account.id if report.account is not None else None
            token = token_from_environment(environment.environ)
            if account is None and token is not None:
                account = store.find_token_owner(environment.origin, token.reveal())
            if account is not None:
                report.store_summary = store.summarize(AccountKey(environment.origin, account))
    except StoreUnavailable as error:
        report.store_warning = error.message


async def _fetch(report: _Report) -> None:
    """Check the token with the service, and add account and artist."""
    try:
        async with report.environment.connect() as service:
            loaded = await report.access.load(service)
            if loaded is None:
                raise NotSignedIn(LOST_MESSAGE, status=401)
            service.token = loaded.token
            report.account = await _fetch_account(service, report.access.variable)
            report.signed_in = True
            report.artist = await _fetch_artist(service, report.account)
    except (RequestFailed, CredentialsError) as error:
        report.errors.append(sign_in.with_retry_time(error))
        if isinstance(error, NotSignedIn | Forbidden) and report.signed_in is None:
            report.signed_in = False


async def _fetch_account(service: Service, variable: str | None) -> Account:
    try:
        return await service.account()
    except (NotSignedIn, Forbidden) as error:
        error.message = sign_in.rejection_message(error, variable)
        raise


async def _fetch_artist(service: Service, account: Account) -> Artist:
    try:
        return await service.fetch(ARTIST)
    except (NotFound, Forbidden) as error:
        # The token is valid, so only the artist profile can be missing.
        raise sign_in.no_artist(error, account) from None


def _rows(report: _Report, *, offline: bool) -> list[tuple[str, str]]:
    environment, record = report.environment, report.record
    now = environment.now()
    rows = [("Account", report.account.label if report.account is not None else formatting.DASH)]
    if not offline and report.signed_in is not False:
        rows.append(("Artist", _artist(report)))
    rows += [("API", environment.base_url), ("Token", _token_location(report))]
    if record is not None:
        expires = formatting.short_date(record.expires_by, now)
        rows.append(("Stored", formatting.date_and_time(record.stored_at, now)))
        rows.append(("Expires", f"by {expires}"))
    if report.store_path is not None and report.store_summary is not None:
        rows.append(("Data", _stored_data(report.store_summary, now)))
        rows.append(("", f"in {display_path(report.store_path)}"))
    if len(report.accounts) > 1 or (report.accounts and record is None):
        for index, other in enumerate(report.accounts):
            current = "" if index else ", current"
            rows.append(("" if index else "Accounts", f"{other.account.label}{current}"))
    return rows


def _artist(report: _Report) -> str:
    if report.artist is not None:
        return report.artist.name or "unnamed artist"
    reason = f" ({report.errors[-1].reason})" if report.errors else ""
    return f"{formatting.DASH}{reason}"


def _token_location(report: _Report) -> str:
    if report.access.variable is not None:
        return f"from {ENV_VARIABLE}, never stored"
    if report.record is None:
        return formatting.DASH
    return f"stored in {report.environment.credentials.location(report.record.place)}"


def _stored_data(summary: StoreSummary, now: datetime) -> str:
    parts = [formatting.plural(summary.cached, "cached response")]
    if summary.last_fetched is not None:
        parts.append(f"latest {formatting.date_or_time(summary.last_fetched, now)}")
    if summary.first_sample is not None:
        since = formatting.short_date(summary.first_sample, now)
        parts.append(f"{formatting.plural(summary.samples, 'sample')} since {since}")
    if summary.beats:
        parts.append(f"plays of {formatting.plural(summary.beats, 'beat')}")
    return " · ".join(parts)


def _as_json(report: _Report) -> dict[str, object]:
    now = report.environment.now()
    token: dict[str, object] | None = None
    if report.access.variable is not None:
        token = {"place": "variable", "stored_at": None, "ends_by": None}
    elif report.record is not None:
        token = _token(report.record, now)
    return {
        "version": SCHEMA,
        "api": report.environment.base_url,
        "signed_in": report.signed_in,
        "account": id_and_name(report.account),
        "artist": id_and_name(report.artist),
        "problems": [error.message for error in report.errors],
        "token": token,
        "store": _store(report, now),
        "accounts": [
            {
                "id": other.account_id,
                "name": other.account_name,
                "current": other is report.accounts[0],
                **_token(other, now),
            }
            for other in report.accounts
        ],
    }


def _store(report: _Report, now: datetime) -> dict[str, object] | None:
    if report.store_path is None:
        return None
    summary = report.store_summary
    return {
        "path": text.clean(str(report.store_path)),
        "answers": summary and summary.cached,
        "newest": formatting.iso_time(summary and summary.last_fetched, now),
        "values": summary and summary.samples,
        "since": formatting.iso_time(summary and summary.first_sample, now),
        "beats": summary and summary.beats,
    }


def _token(record: AccountRecord, now: datetime) -> dict[str, object]:
    return {
        "place": record.place,
        "stored_at": record.stored_at.isoformat(),
        "ends_by": record.expires_by.astimezone(now.tzinfo).date().isoformat(),
    }
