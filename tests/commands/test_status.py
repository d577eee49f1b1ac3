"""`status` and `switch`: account, token, stored data and exit codes."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import datetime, timedelta, timezone

import pytest

from beatpass_tui.errors import (
    BeatPassError,
    Forbidden,
    InvalidResponse,
    NotFound,
    NotSignedIn,
    RateLimited,
    ServiceUnavailable,
    Unreachable,
)
from beatpass_tui.models.beat_plays import BeatPlays
from beatpass_tui.models.identity import Account
from beatpass_tui.storage.store import AccountKey, Store
from support.command_harness import BASE_URL, ORIGIN, CommandResult, Machine, report
from support.fakes import NOVA_ACCOUNT, NOVA_ARTIST, NOW

VEGA = Account(8, "vega")
TOKEN = "901|made-up-token-for-the-tests"


def rows(result: CommandResult) -> list[tuple[str, str]]:
    """Return the rows of the report: label and value."""
    return [(line[:9].strip(), line[10:]) for line in result.out.splitlines()]


# Signed in


def test_account_and_token_location(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    result = machine.run("status")
    assert (result.status, result.err) == (0, "")
    assert rows(result) == [
        ("Account", "@nova (900000001)"),
        ("Artist", "Nova Reyes"),
        ("API", BASE_URL),
        ("Token", "stored in the system keyring"),
        ("Stored", "today 20:04"),
        ("Expires", "by Feb 21, 2027"),
    ]
    assert machine.service.requested == ["account", "artist"]
    assert {call.token and call.token.reveal() for call in machine.service.calls} == {
        "900000001|made-up-token"
    }


def test_times_are_local(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    machine.now = NOW.astimezone(timezone(timedelta(hours=5)))
    content = dict(rows(machine.run("status", "--offline")))
    assert content["Stored"] == "today 01:04"
    assert content["Expires"] == "by Feb 22, 2027"


def test_offline_uses_neither_network_nor_keyring(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    assert machine.keyring is not None
    machine.keyring.calls.clear()
    result = machine.run("status", "--offline")
    assert (result.status, result.err) == (0, "")
    assert [label for label, _ in rows(result)] == ["Account", "API", "Token", "Stored", "Expires"]
    assert machine.service.calls == []
    assert machine.keyring.calls == []


def test_token_location_without_a_keyring(machine: Machine) -> None:
    machine.keyring = None
    machine.store(NOVA_ACCOUNT)
    content = dict(rows(machine.run("status")))
    assert content["Token"] == f"stored in {machine.folder / 'credentials.json'}"


def test_several_accounts_are_listed(machine: Machine) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    assert rows(machine.run("status"))[-2:] == [
        ("Accounts", "@nova (900000001), current"),
        ("", "@vega (8)"),
    ]


def test_status_of_another_account(machine: Machine) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    machine.service.script("account", VEGA)
    result = machine.run("status", "--account", "vega")
    assert result.status == 0
    assert rows(result)[0] == ("Account", "@vega (8)")
    assert machine.service.calls[0].token is not None
    assert machine.service.calls[0].token.reveal() == "8|made-up-token"


def test_account_name_is_up_to_date(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT._replace(name="nova the elder"))
    assert dict(rows(machine.run("status")))["Account"] == "@nova (900000001)"
    assert "elder" in dict(rows(machine.run("status", "--offline")))["Account"]


def test_json(machine: Machine) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    result = machine.run("status", "--json")
    assert (result.status, result.err) == (0, "")
    token = {
        "place": "keyring",
        "stored_at": "2026-11-23T20:04:00+00:00",
        "ends_by": "2027-02-21",
    }
    assert report(result) == {
        "version": 1,
        "api": BASE_URL,
        "signed_in": True,
        "account": {"id": 900000001, "name": "nova"},
        "artist": {"id": 900000002, "name": "Nova Reyes"},
        "problems": [],
        "token": token,
        "store": None,
        "accounts": [
            {"id": 900000001, "name": "nova", "current": True, **token},
            {"id": 8, "name": "vega", "current": False, **token},
        ],
    }


def test_json_offline_has_null_for_unknown_values(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    content = report(machine.run("status", "--json", "--offline"))
    assert (content["signed_in"], content["artist"], content["problems"]) == (None, None, [])
    assert content["account"] == {"id": 900000001, "name": "nova"}


def test_artist_name_is_not_markup(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    evil = NOVA_ARTIST._replace(name="No\ufffdva [red]b")
    machine.service.script("artist", evil)
    assert dict(rows(machine.run("status")))["Artist"] == "No\ufffdva [red]b"


# Stored data


def test_stored_data_is_summarized(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    assert machine.run("stats").status == 0
    machine.now = NOW + timedelta(days=1)
    machine.service.calls.clear()
    content = machine.run("status", "--offline")
    place = machine.folder / "store.sqlite3"
    assert rows(content)[-2:] == [
        ("Data", "6 cached responses · latest Mon 20:04 · 8 samples since Nov 23"),
        ("", f"in {place}"),
    ]
    assert report(machine.run("status", "--json", "--offline"))["store"] == {
        "path": str(place),
        "answers": 6,
        "newest": "2026-11-23T20:04:00+00:00",
        "values": 8,
        "since": "2026-11-23T20:04:00+00:00",
        "beats": 0,
    }
    with closing(Store(place, lambda: machine.now)) as store:
        store.beats.record(AccountKey(ORIGIN, NOVA_ACCOUNT.id or 0), 2, [BeatPlays(5, 9)], NOW)
    assert "since Nov 23 · plays of 1 beat" in machine.run("status", "--offline").out
    assert machine.service.calls == []


def test_stored_data_of_the_token_variables_account(machine: Machine) -> None:
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    machine.run("stats")
    content = report(machine.run("status", "--json", "--offline"))
    assert (content["account"], content["store"]["answers"]) == (None, 6)


def test_stored_data_of_an_unknown_account_is_not_summarized(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    machine.run("stats")
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    content = report(machine.run("status", "--json", "--offline"))
    assert content["store"]["path"] == str(machine.folder / "store.sqlite3")
    assert (content["store"]["answers"], content["store"]["since"]) == (None, None)
    assert "Data " not in machine.run("status", "--offline").out


def test_unreadable_store_is_only_a_warning(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    (machine.folder / "store.sqlite3").mkdir()
    result = machine.run("status", "--offline")
    assert result.status == 0
    assert "store.sqlite3" in result.err
    assert "Data " not in result.out


# The variable


def test_token_variable_wins(machine: Machine) -> None:
    machine.store(VEGA)
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    result = machine.run("status")
    assert (result.status, result.err) == (0, "")
    assert rows(result) == [
        ("Account", "@nova (900000001)"),
        ("Artist", "Nova Reyes"),
        ("API", BASE_URL),
        ("Token", "from BEATPASS_TOKEN, never stored"),
        ("Accounts", "@vega (8), current"),
    ]
    content = report(machine.run("status", "--json"))
    assert content["token"] == {"place": "variable", "stored_at": None, "ends_by": None}
    assert "made-up" not in result.out + json.dumps(content)


def test_token_variable_offline(machine: Machine) -> None:
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    result = machine.run("status", "--offline")
    assert result.status == 0
    assert rows(result)[0] == ("Account", "—")


@pytest.mark.parametrize("value", ["", " ", "901|made-up\ntoken", "“901|made-up”"])
def test_invalid_token_variable_is_named(machine: Machine, value: str) -> None:
    machine.environ["BEATPASS_TOKEN"] = value
    result = machine.run("status")
    assert (result.status, result.out) == (4, "")
    assert result.err.startswith("beatpass-tui: BEATPASS_TOKEN")
    assert "made-up" not in result.err


def test_rejected_token_variable_is_named(machine: Machine) -> None:
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    machine.service.fail(NotSignedIn("Unauthenticated.", status=401), "account")
    result = machine.run("status")
    assert result.status == 4
    assert result.err == "beatpass-tui: BeatPass did not accept the token in BEATPASS_TOKEN.\n"


def test_token_variable_excludes_account_option(machine: Machine) -> None:
    machine.store(VEGA)
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    result = machine.run("status", "--account", "vega")
    assert (result.status, result.out) == (2, "")
    assert "BEATPASS_TOKEN is set" in result.err


# Errors


@pytest.mark.parametrize("more", [[], ["--offline"]])
def test_not_signed_in(machine: Machine, more: list[str]) -> None:
    result = machine.run("status", *more)
    assert result.status == 4
    assert result.err == (f"beatpass-tui: Not signed in to {ORIGIN}; run `beatpass-tui login`.\n")
    assert rows(result) == [("Account", "—"), ("API", BASE_URL), ("Token", "—")]
    content = report(machine.run("status", "--json", *more))
    assert (content["signed_in"], content["token"], content["accounts"]) == (False, None, [])
    assert machine.service.calls == []
    assert not machine.folder.exists()


def test_unknown_account_is_refused(machine: Machine) -> None:
    machine.store(VEGA)
    result = machine.run("status", "--account", "rigel")
    assert (result.status, result.out) == (4, "")
    assert "stored: @vega (8)" in result.err


REFUSED = "Your token has expired or was revoked; sign in with `beatpass-tui login`."
FAILURES: dict[BeatPassError, tuple[int, bool | None, str]] = {
    NotSignedIn("Unauthenticated.", status=401): (4, False, REFUSED),
    Forbidden("Not enabled.", status=403): (4, False, "by invitation"),
    RateLimited("Too many.", retry_after=60): (5, None, "Too many; try again in 1 min 00 s."),
    Unreachable("No network."): (6, None, "No network."),
    ServiceUnavailable("Down."): (6, None, "Down."),
    InvalidResponse("A web page."): (1, None, "A web page."),
}


@pytest.mark.parametrize(
    "error, expected", FAILURES.items(), ids=lambda value: type(value).__name__
)
def test_known_rows_are_printed_after_a_failure(
    machine: Machine, error: BeatPassError, expected: tuple[int, bool | None, str]
) -> None:
    status, signed_in, text = expected
    machine.store(NOVA_ACCOUNT)
    for more in ([], ["--json"]):
        error.message = str(error)
        machine.service.fail(error, "account")
        result = machine.run("status", *more)
        assert result.status == status
        assert text in result.err
        if more:
            content = report(result)
            assert content["signed_in"] is signed_in
            assert content["account"] == {"id": 900000001, "name": "nova"}
            assert content["artist"] is None
            assert text in content["problems"][0]
        else:
            assert ("Account", "@nova (900000001)") in rows(result)
            assert ("Token", "stored in the system keyring") in rows(result)


@pytest.mark.parametrize(
    "error, message",
    [
        (NotFound("No artist profile.", status=404), "No artist profile."),
        (
            Forbidden("Not yours.", status=403),
            "@nova (900000001) has no artist profile: Not yours. Apply to the Producer Program or "
            "use another account.",
        ),
    ],
)
def test_missing_artist_profile_has_its_own_exit_code(
    machine: Machine, error: BeatPassError, message: str
) -> None:
    machine.store(NOVA_ACCOUNT)
    machine.service.fail(error, "artist")
    result = machine.run("status")
    assert result.status == 3
    assert result.err == f"beatpass-tui: {message}\n"
    assert ("Artist", "— (no artist)") in rows(result)
    content = report(machine.run("status", "--json"))
    assert (content["signed_in"], content["artist"]) == (True, None)


def test_failed_artist_request_is_a_dash_with_a_reason(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    machine.service.fail(Unreachable("No network."), "artist")
    result = machine.run("status")
    assert result.status == 6
    assert ("Artist", "— (offline)") in rows(result)
    assert report(machine.run("status", "--json"))["signed_in"] is True


def test_token_missing_from_the_keyring_is_an_error(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    assert machine.keyring is not None
    machine.keyring.passwords.clear()
    result = machine.run("status")
    assert result.status == 4
    assert "no longer has your token" in result.err
    assert machine.service.calls == []


@pytest.mark.parametrize("how", ["hangs", "is locked", "is gone"])
def test_keyring_failure_is_reported(machine: Machine, how: str) -> None:
    machine.store(NOVA_ACCOUNT)
    assert machine.keyring is not None
    if how == "hangs":
        machine.keyring.held.add("get")
        machine.keyring_wait = 0.05
    elif how == "is locked":
        machine.keyring.failing["get"] = RuntimeError("901|made-up")
    else:
        machine.keyring = None
    result = machine.run("status")
    assert result.status == 4
    assert "unlock it and restart" in result.err
    assert "made-up" not in result.err
    assert ("Account", "@nova (900000001)") in rows(result)


def test_damaged_file_is_reported_and_left_alone(machine: Machine) -> None:
    machine.folder.mkdir(mode=0o700)
    (machine.folder / "credentials.json").write_text("{")
    for more in ([], ["--offline"], ["--json"]):
        result = machine.run("status", *more)
        assert result.status == 4
        assert "is damaged" in result.err
    assert [path.name for path in machine.folder.iterdir()] == ["credentials.json"]


def test_repairs_are_reported(machine: Machine) -> None:
    machine.keyring = None
    machine.store(NOVA_ACCOUNT)
    (machine.folder / "credentials.json").chmod(0o644)
    result = machine.run("status")
    assert result.status == 0
    assert result.err.endswith("was accessible to other users; it is private now.\n")


# Switching


def test_switch_without_a_name_lists_accounts(machine: Machine) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    result = machine.run("switch")
    assert (result.status, result.err) == (0, "")
    assert result.out.splitlines() == [
        "* @nova (900000001)  token expires by Feb 21, 2027",
        "  @vega (8)          token expires by Feb 21, 2027",
    ]


@pytest.mark.parametrize("name", ["vega", "@Vega", "8"])
def test_switch_makes_an_account_current(machine: Machine, name: str) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    result = machine.run("switch", name)
    assert (result.status, result.out) == (0, "")
    assert result.err == "Switched to @vega (8).\n"
    assert machine.stored() == [VEGA, NOVA_ACCOUNT]
    assert machine.service.calls == []


def test_switch_warns_that_the_token_variable_wins(machine: Machine) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    result = machine.run("switch", "vega")
    assert result.status == 0
    assert "BEATPASS_TOKEN is set and overrides stored accounts" in result.err
    assert machine.stored() == [VEGA, NOVA_ACCOUNT]


@pytest.mark.parametrize("name, status", [("rigel", 4), ("vega", 2)])
def test_switch_to_an_unknown_or_ambiguous_account_changes_nothing(
    machine: Machine, name: str, status: int
) -> None:
    machine.store(VEGA, Account(80, "VEGA"), NOVA_ACCOUNT)
    before = machine.file_contents()
    assert machine.run("switch", name).status == status
    assert machine.file_contents() == before


@pytest.mark.parametrize("name", [[], ["vega"]])
def test_switch_without_any_account(machine: Machine, name: list[str]) -> None:
    result = machine.run("switch", *name)
    assert (result.status, result.out) == (4, "")
    assert not machine.folder.exists()


def test_clock_set_back_is_not_a_failure(machine: Machine) -> None:
    machine.now = datetime(2038, 1, 19, 3, 14, 8, tzinfo=timezone(timedelta(hours=14)))
    machine.store(NOVA_ACCOUNT)
    assert machine.run("status", "--offline").status == 0
    machine.now = NOW
    assert "by Apr 18, 2038" in machine.run("switch").out
