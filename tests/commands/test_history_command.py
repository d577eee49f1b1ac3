"""History after signing out, `logout --forget` and `history import`."""

import io
import json
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from beatpass_tui.errors import NotFound, NotSignedIn, StoreUnavailable, Unreachable
from beatpass_tui.exports import history_file
from beatpass_tui.models.beat_plays import BeatPlays
from beatpass_tui.models.identity import Account
from beatpass_tui.storage.store import NAME, AccountKey, Store
from support.command_harness import ORIGIN, CommandResult, Machine, PipedInput, TerminalInput
from support.fakes import NOVA_ACCOUNT, NOVA_ARTIST, NOW, TOKEN

VEGA = Account(8, "vega")
assert NOVA_ACCOUNT.id is not None
assert NOVA_ARTIST.id is not None
NOVA: int = NOVA_ACCOUNT.id
ARTIST: int = NOVA_ARTIST.id
HEADER = "at,artist_id,number,value\n"
YEARS = [("total-plays", NOW - timedelta(days=day), 45_000.0 - day) for day in range(1, 800)]


@pytest.fixture
def recorded(nova: Machine) -> Machine:
    """A machine with years of Nova's history, and an older sample of another account."""
    assert nova.run("stats").status == 0
    with open_store(nova) as store:
        store.add_samples(AccountKey(ORIGIN, NOVA), ARTIST, YEARS)
        store.add_samples(AccountKey(ORIGIN, 8), 80, YEARS[:1])
    return nova


def open_store(machine: Machine) -> "closing[Store]":
    return closing(Store(machine.folder / NAME, lambda: machine.now))


def counts(machine: Machine) -> dict[int, int]:
    with open_store(machine) as store:
        return store.count_samples(ORIGIN)


def exported(machine: Machine) -> str:
    result = machine.run("export", "history")
    assert result.status == 0
    return result.out


def write(machine: Machine, content: str | bytes, name: str = "history.csv") -> str:
    path = machine.folder.parent / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


# Signing out


def test_history_survives_signing_out(recorded: Machine) -> None:
    before = exported(recorded)
    assert before.count("\n") == len(YEARS) + 8 + 1
    result = recorded.run("logout")
    assert result.status == 0
    assert (
        "Kept 807 samples of its history; `beatpass-tui logout --forget --account 900000001` "
        "deletes it.\n"
    ) in result.err
    assert recorded.run("export", "history").status == 4
    recorded.store(VEGA)
    assert exported(recorded).count("\n") == 2
    recorded.store(NOVA_ACCOUNT)
    assert exported(recorded) == before


def test_history_survives_logout_all_and_switching(recorded: Machine) -> None:
    before = exported(recorded)
    recorded.store(VEGA)
    assert recorded.run("switch", "nova").status == 0
    assert exported(recorded) == before
    assert recorded.run("logout", "--all").status == 0
    recorded.store(NOVA_ACCOUNT)
    assert exported(recorded) == before


def test_history_survives_an_expired_token(recorded: Machine) -> None:
    before = exported(recorded)
    recorded.service.fail(NotSignedIn("Unauthenticated.", status=401), "account", "stats")
    recorded.now += timedelta(days=91)
    assert recorded.run("stats").status == 4
    assert exported(recorded) == before
    recorded.store(NOVA_ACCOUNT)
    assert exported(recorded) == before


def test_history_of_the_variables_account_survives(machine: Machine) -> None:
    machine.environ["BEATPASS_TOKEN"] = TOKEN.reveal()
    assert machine.run("stats").status == 0
    before = exported(machine)
    assert machine.run("logout").status == 0
    machine.now += timedelta(hours=1)
    assert machine.run("stats").status == 0
    assert exported(machine).startswith(before)


def record_plays(machine: Machine, beats: int = 3) -> None:
    """Record the plays of beats on three days, of which the last two had the same."""
    with open_store(machine) as store:
        for day, plays in ((9, 5), (4, 7), (2, 7)):
            seen = [BeatPlays(id, plays * id, f"'Beat {id}") for id in range(1, beats + 1)]
            store.beats.record(AccountKey(ORIGIN, NOVA), ARTIST, seen, NOW - timedelta(days=day))


def test_plays_of_beats_survive_export_forgetting_and_import(recorded: Machine) -> None:
    record_plays(recorded)
    before = exported(recorded)
    numbers = [line.split(",")[2] for line in before.splitlines()]
    assert [numbers.count(f"beat:{id}") for id in (1, 2, 3, 4)] == [3, 3, 3, 0]
    file = write(recorded, before)
    result = recorded.run("logout", "--forget", "--yes")
    label = "@nova (900000001)"
    assert f"History to delete: 807 samples and 9 samples of 3 beats of {label}.\n" in result.err
    assert "removed" in result.err
    assert "9 samples of 3 beats of its history" in result.err
    with open_store(recorded) as store:
        assert store.beats.count(ORIGIN) == {}
    recorded.store(NOVA_ACCOUNT)
    recorded.run("stats")
    result = recorded.run("history", "import", file)
    assert result.status == 0
    assert exported(recorded) == before
    result = recorded.run("history", "import", file)
    assert f"Already recorded: {before.count(chr(10)) - 1} rows" in result.err
    assert exported(recorded) == before


def test_history_of_beats_alone_is_forgotten(recorded: Machine) -> None:
    with open_store(recorded) as store:
        store.delete_history(AccountKey(ORIGIN, NOVA))
    record_plays(recorded, 1)
    result = recorded.run("logout")
    assert "Kept 3 samples of 1 beat of its history" in result.err
    result = recorded.run("logout", "--forget", "--yes", "--account", str(NOVA))
    assert "History to delete: 3 samples of 1 beat of account 900000001.\n" in result.err
    with open_store(recorded) as store:
        assert store.beats.count(ORIGIN) == {}


# Forgetting


@pytest.mark.parametrize(
    "arguments, remaining",
    [
        ((), {8: 1}),
        (("--account", "nova"), {8: 1}),
        (("--account", "8"), {NOVA: 807}),
        (("--all",), {}),
    ],
    ids=str,
)
def test_forget_names_and_deletes_the_history(
    recorded: Machine, arguments: tuple[str, ...], remaining: dict[int, int]
) -> None:
    deleted = {NOVA: 807, 8: 1}.items() - remaining.items()
    refused = recorded.run("logout", "--forget", *arguments)
    assert refused.status == 2
    assert "not a terminal; add --yes" in refused.err
    assert (counts(recorded), recorded.stored()) == (
        {NOVA: 807, 8: 1},
        [NOVA_ACCOUNT],
    )
    result = recorded.run("logout", "--forget", "--yes", *arguments)
    assert (result.status, result.out) == (0, "")
    for account, samples in deleted:
        label = "@nova (900000001)" if account == NOVA else "account 8"
        noun = "sample" if samples == 1 else "samples"
        assert f"History to delete: {samples} {noun} of {label}.\n" in result.err
        assert f"{samples} {noun} of its history.\n" in result.err
    assert counts(recorded) == remaining
    assert recorded.stored() == ([NOVA_ACCOUNT] if NOVA in remaining else [])
    assert "Kept" not in result.err


@pytest.mark.parametrize("answer, deletes", [("y\n", True), ("YES\n", True), ("\n", False)])
def test_forget_asks_on_a_terminal(recorded: Machine, answer: str, deletes: bool) -> None:
    result = recorded.run("logout", "--forget", stdin=TerminalInput(answer.encode()))
    assert "History to delete: 807 samples of @nova (900000001).\n" in result.err
    assert "It can't be restored without an export. Delete it? [y/N] " in result.err
    assert result.status == (0 if deletes else 1)
    assert ("Nothing was deleted." in result.err) is not deletes
    assert (NOVA in counts(recorded)) is not deletes
    assert recorded.stored() == ([] if deletes else [NOVA_ACCOUNT])


@pytest.mark.parametrize("answer", [b"n\n", b"no\n", b"", b"maybe\n", b"yy\n"])
def test_anything_but_yes_deletes_nothing(recorded: Machine, answer: bytes) -> None:
    assert recorded.run("logout", "--forget", stdin=TerminalInput(answer)).status == 1
    assert counts(recorded)[NOVA] == 807


def test_question_that_can_not_be_shown_deletes_nothing(
    recorded: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    result = recorded.run("logout", "--forget", stdin=TerminalInput(b"y\n"))
    assert (result.status, result.out) == (2, "")
    assert counts(recorded)[NOVA] == 807


def test_history_is_forgotten_after_signing_out(recorded: Machine) -> None:
    recorded.run("logout")
    result = recorded.run("logout", "--forget", "--yes")
    assert result.status == 2
    assert "Select the history to delete: --account ID (8, 900000001), or --all." in result.err
    assert recorded.run("logout", "--forget", "--yes", "--account", str(NOVA)).status == 0
    assert counts(recorded) == {8: 1}
    result = recorded.run("logout", "--forget", "--yes")
    assert result.status == 0
    assert "History to delete: 1 sample of account 8.\n" in result.err
    assert counts(recorded) == {}


def test_history_of_the_variables_account_is_forgotten(machine: Machine) -> None:
    machine.environ["BEATPASS_TOKEN"] = TOKEN.reveal()
    assert machine.run("stats").status == 0
    result = machine.run("logout", "--forget", "--yes")
    assert result.status == 0
    assert "Removed 6 cached responses, 8 samples of its history.\n" in result.err
    assert counts(machine) == {}


def test_forget_without_history_asks_nothing(nova: Machine) -> None:
    result = nova.run("logout", "--forget")
    assert result.status == 0
    assert "history" not in result.err
    assert nova.stored() == []


def test_forget_of_an_unknown_account_is_rejected(recorded: Machine) -> None:
    result = recorded.run("logout", "--forget", "--yes", "--account", "rigel")
    assert result.status == 4
    assert counts(recorded) == {NOVA: 807, 8: 1}


def test_yes_alone_is_wrong_usage(recorded: Machine) -> None:
    assert recorded.run("logout", "--yes").status == 2
    assert recorded.stored() == [NOVA_ACCOUNT]


def test_forget_removes_the_token_if_the_store_can_not_be_read(nova: Machine) -> None:
    (nova.folder / NAME).mkdir()
    unknown = nova.run("logout", "--forget", "--yes", "--account", "8")
    assert (unknown.status, nova.stored()) == (7, [NOVA_ACCOUNT])
    assert unknown.err == f"beatpass-tui: {nova.folder / NAME} is not a file.\n"
    result = nova.run("logout", "--forget")
    assert result.status == 7
    assert "removed the token from the system keyring" in result.err
    assert result.err.count(f"beatpass-tui: {nova.folder / NAME} is not a file.\n") == 1
    assert "History to delete" not in result.err
    assert nova.stored() == []


def test_forget_says_that_nothing_was_deleted_by_a_passing_failure(
    recorded: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoreUnavailable("The store is busy.")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "count_samples", fail)
        result = recorded.run("logout", "--forget", "--yes")
    assert result.status == 7
    assert result.err.endswith("beatpass-tui: The store is busy.\n")
    assert "samples of its history" in result.err
    assert recorded.stored() == []


# Importing


@pytest.mark.parametrize("form", ["--csv", "--json"])
def test_import_restores_an_export(recorded: Machine, form: str) -> None:
    content = recorded.run("export", "history", form).out
    file = write(recorded, content)
    before = exported(recorded)
    assert recorded.run("logout", "--forget", "--yes", "--account", "nova").status == 0
    recorded.store(NOVA_ACCOUNT)
    recorded.service.calls.clear()
    result = recorded.run("history", "import", file)
    assert (result.status, result.out) == (0, "")
    assert result.err == f"Imported 807 samples from {file}.\n"
    # Without a history on this computer, the artist is requested.
    assert {call.name for call in recorded.service.calls} == {"account", "artist"}
    assert exported(recorded) == before
    recorded.service.calls.clear()
    again = recorded.run("history", "import", file)
    assert again.status == 0
    assert again.err == (
        f"Imported 0 samples from {file}.\n"
        "Already recorded: 807 rows; the stored values are unchanged.\n"
    )
    assert recorded.service.calls == []


def test_import_after_signing_out_and_in_sends_no_requests(recorded: Machine) -> None:
    file = write(recorded, exported(recorded))
    recorded.run("logout")
    recorded.store(NOVA_ACCOUNT)
    recorded.service.fail(Unreachable("Offline."), "account", "artist")
    assert recorded.run("history", "import", file).status == 0


def test_stored_values_stay(recorded: Machine) -> None:
    rows = [line.split(",") for line in exported(recorded).splitlines()[1:]]
    changed = "".join(f"{at},{artist},{number},1\n" for at, artist, number, *_ in rows)
    older = f"2024-01-05T10:00:00+00:00,{ARTIST},plays,5\n"
    before = exported(recorded)
    result = recorded.run("history", "import", write(recorded, HEADER + changed + older))
    assert result.status == 0
    assert "Imported 1 sample from" in result.err
    assert "Already recorded: 807 rows" in result.err
    assert exported(recorded).replace(older.replace("\n", ",\n"), "") == before


def test_rows_of_another_artist_are_refused_and_counted(recorded: Machine) -> None:
    row = f"2024-01-05T10:00:00+00:00,{ARTIST},plays,5\n"
    others = row.replace(str(ARTIST), "900000099") + row.replace(str(ARTIST), "80")
    result = recorded.run("history", "import", write(recorded, HEADER + others + row))
    assert result.status == 1
    assert "Imported 1 sample from" in result.err
    assert "Refused 2 rows of another artist than this account's, 900000002.\n" in result.err
    assert counts(recorded) == {NOVA: 808, 8: 1}


def test_only_rows_of_another_artist_change_nothing(recorded: Machine) -> None:
    content = exported(recorded).replace(str(ARTIST), "900000099")
    before = exported(recorded)
    result = recorded.run("history", "import", write(recorded, content))
    assert result.status == 1
    assert "Imported 0 samples" in result.err
    assert "Refused 807 rows of another artist" in result.err
    assert exported(recorded) == before


def test_damaged_rows_are_counted_and_the_others_imported(recorded: Machine) -> None:
    row = f"2024-01-05T10:00:00+00:00,{ARTIST},plays,5\n"
    damaged = f"soon,{ARTIST},plays,5\n2024-01-06T10:00:00+00:00,{ARTIST},plays,-5\n"
    old = f"1970-01-01T00:00:00+00:00,{ARTIST},plays,5\n"
    result = recorded.run("history", "import", write(recorded, HEADER + row + damaged + old))
    assert result.status == 1
    assert "Imported 1 sample from" in result.err
    assert "Refused 2 damaged rows; the first is row 2.\n" in result.err
    assert (
        "Refused 1 row with a time before 2020 or in the future; the first is row 4" in result.err
    )
    assert counts(recorded)[NOVA] == 808


def test_file_without_a_last_line_break_is_mentioned(recorded: Machine) -> None:
    content = f"{HEADER}2024-01-05T10:00:00+00:00,{ARTIST},plays,5"
    result = recorded.run("history", "import", write(recorded, content))
    assert result.status == 0
    assert "has no line break; check that it is complete." in result.err


def test_import_reads_standard_input(recorded: Machine) -> None:
    content = exported(recorded).encode()
    with open_store(recorded) as store:
        store.delete_history(AccountKey(ORIGIN, NOVA))
    result = recorded.run("history", "import", "-", stdin=PipedInput(b"\xef\xbb\xbf" + content))
    assert result.status == 0
    assert result.err == "Imported 807 samples from standard input.\n"
    assert exported(recorded).encode() == content
    assert recorded.run("history", "import", "-", stdin=TerminalInput(b"")).status == 2


def test_import_into_another_stored_account(recorded: Machine) -> None:
    recorded.store(VEGA)
    file = write(recorded, f"{HEADER}2024-01-05T10:00:00+00:00,{ARTIST},plays,5\n")
    assert recorded.run("history", "import", file).status == 1
    assert recorded.run("history", "import", "--account", "nova", file).status == 0
    assert counts(recorded) == {NOVA: 808, 8: 1}


def test_import_into_the_variables_account(machine: Machine) -> None:
    machine.environ["BEATPASS_TOKEN"] = TOKEN.reveal()
    file = write(machine, f"{HEADER}2024-01-05T10:00:00+00:00,{ARTIST},plays,5\n")
    assert machine.run("history", "import", file).status == 0
    assert counts(machine) == {NOVA: 1}


# Files and accounts that can't be used


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "is empty."),
        (
            b"at,value\n1,2\n",
            "is not an export of the history: it has no column artist_id, number.",
        ),
        (b'{"version": 1, "page": "history", "rows": [{', "is damaged or incomplete"),
        (f'{HEADER}"2024'.encode(), "is damaged in line 2."),
    ],
)
def test_unusable_file_is_wrong_usage(recorded: Machine, content: bytes, message: str) -> None:
    file = write(recorded, content)
    result = recorded.run("history", "import", file)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(f"beatpass-tui: {file} {message}")
    assert result.err.count("\n") == 1
    assert counts(recorded)[NOVA] == 807


def test_file_that_can_not_be_read_is_wrong_usage(nova: Machine) -> None:
    for path, reason in ((nova.folder, "Is a directory"), (nova.folder / "none.csv", "No such")):
        result = nova.run("history", "import", str(path))
        assert result.status == 2
        assert "could not be read" in result.err
        assert reason in result.err
    assert not (nova.folder / NAME).exists()


def test_endless_file_is_read_up_to_the_limit(
    nova: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Endless(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            assert size is not None
            assert 0 < size <= 1_001
            return b"x" * size

    monkeypatch.setattr(history_file, "MAX_BYTES", 1_000)
    endless: Any = SimpleNamespace(buffer=Endless(), isatty=bool)
    result = nova.run("history", "import", "-", stdin=endless)
    assert result.status == 2
    assert "too large for a history" in result.err


@pytest.mark.parametrize("arguments", [(), ("import",), ("export", "x"), ("import", "a", "b")])
def test_wrong_arguments_are_wrong_usage(nova: Machine, arguments: tuple[str, ...]) -> None:
    assert nova.run("history", *arguments).status == 2


def test_import_needs_an_account(machine: Machine) -> None:
    file = write(machine, HEADER)
    assert machine.run("history", "import", file).status == 4


@pytest.mark.parametrize(
    "error, status",
    [
        (Unreachable("Offline."), 6),
        (NotFound("Artist profile not found.", status=404), 3),
        (NotSignedIn("Unauthenticated.", status=401), 4),
    ],
)
def test_unknown_artist_is_reported(nova: Machine, error: Exception, status: int) -> None:
    nova.service.fail(error, "account" if status == 4 else "artist")
    result = nova.run("history", "import", write(nova, f"{HEADER}{NOW.isoformat()},1,plays,5\n"))
    assert result.status == status
    assert result.err.startswith("beatpass-tui: ")
    assert counts(nova) == {}


def test_artist_without_an_id_is_reported(nova: Machine) -> None:
    nova.service.script("artist", NOVA_ARTIST._replace(id=None))
    result = nova.run("history", "import", write(nova, HEADER))
    assert result.status == 1
    assert "The artist profile has no id." in result.err


def test_store_that_can_not_be_used_is_reported(nova: Machine) -> None:
    (nova.folder / NAME).mkdir()
    result = nova.run("history", "import", write(nova, HEADER))
    assert result.status == 7
    assert f"{NAME} is not a file." in result.err


def test_json_export_of_another_page_is_refused(nova: Machine) -> None:
    result: CommandResult = nova.run("export", "achievements", "--json")
    assert json.loads(result.out)["page"] == "achievements"
    result = nova.run("history", "import", write(nova, result.out, "other.json"))
    assert result.status == 2
    assert "is not an export of the history." in result.err


def test_file_of_the_working_directory_is_named_as_given(
    recorded: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(recorded, exported(recorded), "mine.csv")
    monkeypatch.chdir(Path(recorded.folder.parent))
    assert "from mine.csv.\n" in recorded.run("history", "import", "mine.csv").err
