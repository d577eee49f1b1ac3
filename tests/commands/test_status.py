"""`status` and `switch`: what is known, where from, and an exit status to act on."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

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
from beatpass_tui.models import Account
from support.command_harness import BASE_URL, ORIGIN, Done, Machine
from support.fakes import NOVA_ACCOUNT, NOVA_ARTIST, NOW

VEGA = Account(8, "vega")
TOKEN = "901|made-up-token-for-the-tests"


def rows(done: Done) -> list[tuple[str, str]]:
    """The rows of the report: label and value."""
    return [(line[:9].strip(), line[10:]) for line in done.out.splitlines()]


def report(done: Done) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.out)
    return found


# Signed in


def test_it_says_who_is_signed_in_and_where_the_token_is_kept(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    done = machine.run("status")
    assert (done.status, done.err) == (0, "")
    assert rows(done) == [
        ("Account", "@nova (900000001)"),
        ("Artist", "Nova Reyes"),
        ("API", BASE_URL),
        ("Token", "kept in the system keyring"),
        ("Stored", "23 Nov 2026 20:04"),
        ("Ends", "by 21 Feb 2027 at the latest"),
    ]
    assert machine.service.asked == ["account", "artist"]
    assert {call.token and call.token.reveal() for call in machine.service.calls} == {
        "900000001|made-up-token"
    }


def test_times_are_those_of_this_machine(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    machine.now = NOW.astimezone(timezone(timedelta(hours=5)))
    found = dict(rows(machine.run("status", "--offline")))
    assert found["Stored"] == "24 Nov 2026 01:04"
    assert found["Ends"] == "by 22 Feb 2027 at the latest"


def test_offline_nothing_is_asked_and_the_keyring_is_left_alone(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    assert machine.ring is not None
    machine.ring.calls.clear()
    done = machine.run("status", "--offline")
    assert (done.status, done.err) == (0, "")
    assert [label for label, _ in rows(done)] == ["Account", "API", "Token", "Stored", "Ends"]
    assert machine.service.calls == []
    assert machine.ring.calls == []


def test_without_a_keyring_the_file_is_named(machine: Machine) -> None:
    machine.ring = None
    machine.store(NOVA_ACCOUNT)
    found = dict(rows(machine.run("status")))
    assert found["Token"] == f"kept in {machine.folder / 'credentials.json'}"


def test_several_accounts_are_listed_with_the_current_one(machine: Machine) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    assert rows(machine.run("status"))[-2:] == [
        ("Accounts", "@nova (900000001), current"),
        ("", "@vega (8)"),
    ]


def test_another_account_can_be_asked_about(machine: Machine) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    machine.service.script("account", VEGA)
    done = machine.run("status", "--account", "vega")
    assert done.status == 0
    assert rows(done)[0] == ("Account", "@vega (8)")
    assert machine.service.calls[0].token is not None
    assert machine.service.calls[0].token.reveal() == "8|made-up-token"


def test_the_name_is_the_one_that_the_account_has_now(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT._replace(name="nova the elder"))
    assert dict(rows(machine.run("status")))["Account"] == "@nova (900000001)"
    assert "elder" in dict(rows(machine.run("status", "--offline")))["Account"]


def test_as_json(machine: Machine) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    done = machine.run("status", "--json")
    assert (done.status, done.err) == (0, "")
    kept = {
        "place": "keyring",
        "stored_at": "2026-11-23T20:04:00+00:00",
        "ends_by": "2027-02-21",
    }
    assert report(done) == {
        "version": 1,
        "api": BASE_URL,
        "signed_in": True,
        "account": {"id": 900000001, "name": "nova"},
        "artist": {"id": 900000002, "name": "Nova Reyes"},
        "problems": [],
        "token": kept,
        "store": None,
        "accounts": [
            {"id": 900000001, "name": "nova", "current": True, **kept},
            {"id": 8, "name": "vega", "current": False, **kept},
        ],
    }


def test_as_json_offline_what_was_not_asked_is_null(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    found = report(machine.run("status", "--json", "--offline"))
    assert (found["signed_in"], found["artist"], found["problems"]) == (None, None, [])
    assert found["account"] == {"id": 900000001, "name": "nova"}


def test_hostile_names_are_words_here_too(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    evil = NOVA_ARTIST._replace(name="No\ufffdva [red]b")
    machine.service.script("artist", evil)
    assert dict(rows(machine.run("status")))["Artist"] == "No\ufffdva [red]b"


# What is remembered


def test_it_says_what_is_remembered_and_where(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    assert machine.run("stats").status == 0
    machine.now = NOW + timedelta(days=1)
    machine.service.calls.clear()
    found = machine.run("status", "--offline")
    place = machine.folder / "store.sqlite3"
    assert rows(found)[-2:] == [
        ("Memory", "6 answers, the newest of Monday 20:04 · 7 values since 23 Nov 2026"),
        ("", f"in {place}"),
    ]
    assert report(machine.run("status", "--json", "--offline"))["store"] == {
        "path": str(place),
        "answers": 6,
        "newest": "2026-11-23T20:04:00+00:00",
        "values": 7,
        "since": "2026-11-23T20:04:00+00:00",
    }
    assert machine.service.calls == []


def test_of_the_variables_account_it_is_said_too_once_it_was_asked_for(machine: Machine) -> None:
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    machine.run("stats")
    found = report(machine.run("status", "--json", "--offline"))
    assert (found["account"], found["store"]["answers"]) == (None, 6)


def test_of_an_account_that_is_not_known_the_place_alone_is_said(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    machine.run("stats")
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    found = report(machine.run("status", "--json", "--offline"))
    assert found["store"]["path"] == str(machine.folder / "store.sqlite3")
    assert (found["store"]["answers"], found["store"]["since"]) == (None, None)
    assert "Memory" not in machine.run("status", "--offline").out


def test_a_store_that_cannot_be_read_is_told_and_no_failure(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    (machine.folder / "store.sqlite3").mkdir()
    done = machine.run("status", "--offline")
    assert done.status == 0
    assert "store.sqlite3" in done.err
    assert "Memory" not in done.out


# The variable


def test_the_variable_wins_and_is_named(machine: Machine) -> None:
    machine.store(VEGA)
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    done = machine.run("status")
    assert (done.status, done.err) == (0, "")
    assert rows(done) == [
        ("Account", "@nova (900000001)"),
        ("Artist", "Nova Reyes"),
        ("API", BASE_URL),
        ("Token", "given by BEATPASS_TOKEN, never stored"),
        ("Accounts", "@vega (8), current"),
    ]
    found = report(machine.run("status", "--json"))
    assert found["token"] == {"place": "variable", "stored_at": None, "ends_by": None}
    assert "made-up" not in done.out + json.dumps(found)


def test_of_a_variable_nothing_is_known_offline(machine: Machine) -> None:
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    done = machine.run("status", "--offline")
    assert done.status == 0
    assert rows(done)[0] == ("Account", "—")


@pytest.mark.parametrize("value", ["", " ", "901|made-up\ntoken", "“901|made-up”"])
def test_a_variable_that_holds_no_token_is_named(machine: Machine, value: str) -> None:
    machine.environ["BEATPASS_TOKEN"] = value
    done = machine.run("status")
    assert (done.status, done.out) == (4, "")
    assert done.err.startswith("beatpass-tui: BEATPASS_TOKEN")
    assert "made-up" not in done.err


def test_a_variable_that_is_rejected_is_named(machine: Machine) -> None:
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    machine.service.fail(NotSignedIn("Unauthenticated.", status=401), "account")
    done = machine.run("status")
    assert done.status == 4
    assert done.err == "beatpass-tui: BeatPass did not accept the token in BEATPASS_TOKEN.\n"


def test_a_variable_and_an_account_do_not_go_together(machine: Machine) -> None:
    machine.store(VEGA)
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    done = machine.run("status", "--account", "vega")
    assert (done.status, done.out) == (2, "")
    assert "BEATPASS_TOKEN is set" in done.err


# Not signed in, and what fails


@pytest.mark.parametrize("more", [[], ["--offline"]])
def test_nobody_is_signed_in(machine: Machine, more: list[str]) -> None:
    done = machine.run("status", *more)
    assert done.status == 4
    assert done.err == (
        f"beatpass-tui: Nobody is signed in to {ORIGIN}; `beatpass-tui login` signs in.\n"
    )
    assert rows(done) == [("Account", "—"), ("API", BASE_URL), ("Token", "—")]
    found = report(machine.run("status", "--json", *more))
    assert (found["signed_in"], found["token"], found["accounts"]) == (False, None, [])
    assert machine.service.calls == []
    assert not machine.folder.exists()


def test_an_account_that_is_not_stored_is_refused(machine: Machine) -> None:
    machine.store(VEGA)
    done = machine.run("status", "--account", "rigel")
    assert (done.status, done.out) == (4, "")
    assert "there is @vega (8)" in done.err


REFUSED = "The stored token has expired or was revoked; `beatpass-tui login` signs in."
FAILURES: dict[BeatPassError, tuple[int, bool | None, str]] = {
    NotSignedIn("Unauthenticated.", status=401): (4, False, REFUSED),
    Forbidden("Not enabled.", status=403): (4, False, "by invitation"),
    RateLimited("Too many.", retry_after=60): (5, None, "Too many; try again in 1 min 00 s."),
    Unreachable("No network."): (6, None, "No network."),
    ServiceUnavailable("Down."): (6, None, "Down."),
    InvalidResponse("A web page."): (1, None, "A web page."),
}


@pytest.mark.parametrize("error, told", FAILURES.items(), ids=lambda value: type(value).__name__)
def test_what_is_known_is_printed_whatever_fails(
    machine: Machine, error: BeatPassError, told: tuple[int, bool | None, str]
) -> None:
    status, signed_in, words = told
    machine.store(NOVA_ACCOUNT)
    for more in ([], ["--json"]):
        error.message = str(error)
        machine.service.fail(error, "account")
        done = machine.run("status", *more)
        assert done.status == status
        assert words in done.err
        if more:
            found = report(done)
            assert found["signed_in"] is signed_in
            assert found["account"] == {"id": 900000001, "name": "nova"}
            assert found["artist"] is None
            assert words in found["problems"][0]
        else:
            assert ("Account", "@nova (900000001)") in rows(done)
            assert ("Token", "kept in the system keyring") in rows(done)


@pytest.mark.parametrize(
    "error", [NotFound("No artist profile.", status=404), Forbidden("Not yours.", status=403)]
)
def test_an_account_without_an_artist_has_a_status_of_its_own(
    machine: Machine, error: BeatPassError
) -> None:
    machine.store(NOVA_ACCOUNT)
    machine.service.fail(error, "artist")
    done = machine.run("status")
    assert done.status == 3
    assert done.err == f"beatpass-tui: {error.message}\n"
    assert ("Artist", "— (no artist)") in rows(done)
    found = report(machine.run("status", "--json"))
    assert (found["signed_in"], found["artist"]) == (True, None)


def test_an_artist_that_cannot_be_asked_for_is_a_dash_with_a_reason(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    machine.service.fail(Unreachable("No network."), "artist")
    done = machine.run("status")
    assert done.status == 6
    assert ("Artist", "— (offline)") in rows(done)
    assert report(machine.run("status", "--json"))["signed_in"] is True


def test_a_token_that_the_keyring_lost_is_told(machine: Machine) -> None:
    machine.store(NOVA_ACCOUNT)
    assert machine.ring is not None
    machine.ring.kept.clear()
    done = machine.run("status")
    assert done.status == 4
    assert "no longer has the token" in done.err
    assert machine.service.calls == []


@pytest.mark.parametrize("how", ["hangs", "is locked", "is gone"])
def test_a_keyring_that_fails_is_told(machine: Machine, how: str) -> None:
    machine.store(NOVA_ACCOUNT)
    assert machine.ring is not None
    if how == "hangs":
        machine.ring.held.add("get")
        machine.keyring_wait = 0.05
    elif how == "is locked":
        machine.ring.failing["get"] = RuntimeError("901|made-up")
    else:
        machine.ring = None
    done = machine.run("status")
    assert done.status == 4
    assert "unlock it and start again" in done.err
    assert "made-up" not in done.err
    assert ("Account", "@nova (900000001)") in rows(done)


def test_a_damaged_file_is_told_and_left(machine: Machine) -> None:
    machine.folder.mkdir(mode=0o700)
    (machine.folder / "credentials.json").write_text("{")
    for more in ([], ["--offline"], ["--json"]):
        done = machine.run("status", *more)
        assert done.status == 4
        assert "is damaged" in done.err
    assert [path.name for path in machine.folder.iterdir()] == ["credentials.json"]


def test_what_was_put_right_is_told(machine: Machine) -> None:
    machine.ring = None
    machine.store(NOVA_ACCOUNT)
    (machine.folder / "credentials.json").chmod(0o644)
    done = machine.run("status")
    assert done.status == 0
    assert done.err.endswith("was open to other users; it is private now.\n")


# Switching


def test_without_a_name_the_stored_accounts_are_listed(machine: Machine) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    done = machine.run("switch")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [
        "* @nova (900000001)  its token ends by 21 Feb 2027",
        "  @vega (8)          its token ends by 21 Feb 2027",
    ]


@pytest.mark.parametrize("name", ["vega", "@Vega", "8"])
def test_switching_makes_an_account_current(machine: Machine, name: str) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    done = machine.run("switch", name)
    assert (done.status, done.out) == (0, "")
    assert done.err == "The current account is @vega (8) now.\n"
    assert machine.stored() == [VEGA, NOVA_ACCOUNT]
    assert machine.service.calls == []


def test_switching_beside_the_variable_says_that_it_wins(machine: Machine) -> None:
    machine.store(VEGA, NOVA_ACCOUNT)
    machine.environ["BEATPASS_TOKEN"] = TOKEN
    done = machine.run("switch", "vega")
    assert done.status == 0
    assert "BEATPASS_TOKEN is set and wins over it" in done.err
    assert machine.stored() == [VEGA, NOVA_ACCOUNT]


@pytest.mark.parametrize("name, status", [("rigel", 4), ("vega", 2)])
def test_switching_to_nobody_or_to_two_changes_nothing(
    machine: Machine, name: str, status: int
) -> None:
    machine.store(VEGA, Account(80, "VEGA"), NOVA_ACCOUNT)
    before = machine.everything()
    assert machine.run("switch", name).status == status
    assert machine.everything() == before


@pytest.mark.parametrize("name", [[], ["vega"]])
def test_switching_without_any_account(machine: Machine, name: list[str]) -> None:
    done = machine.run("switch", *name)
    assert (done.status, done.out) == (4, "")
    assert not machine.folder.exists()


def test_a_clock_that_is_off_is_no_failure(machine: Machine) -> None:
    machine.now = datetime(2038, 1, 19, 3, 14, 8, tzinfo=timezone(timedelta(hours=14)))
    machine.store(NOVA_ACCOUNT)
    assert machine.run("status", "--offline").status == 0
    machine.now = NOW
    assert "by 18 Apr 2038" in machine.run("switch").out
