"""The history of the numbers across signing out, and `history import`."""

import io
import json
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from beatpass_tui.errors import NotFound, NotSignedIn, StoreUnavailable, Unreachable
from beatpass_tui.exports import history_file
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
def nova(machine: Machine) -> Machine:
    """A machine where Nova is signed in."""
    machine.store(NOVA_ACCOUNT)
    return machine


@pytest.fixture
def years(nova: Machine) -> Machine:
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
    done = machine.run("export", "history")
    assert done.status == 0
    return done.out


def write(machine: Machine, content: str | bytes, name: str = "history.csv") -> str:
    path = machine.folder.parent / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


# Signing out


def test_history_survives_signing_out(years: Machine) -> None:
    before = exported(years)
    assert before.count("\n") == len(YEARS) + 8 + 1
    done = years.run("logout")
    assert done.status == 0
    assert (
        "Kept 807 samples of its history; `beatpass-tui logout --forget --account 900000001` "
        "deletes it.\n"
    ) in done.err
    assert years.run("export", "history").status == 4
    years.store(VEGA)
    assert exported(years).count("\n") == 2
    years.store(NOVA_ACCOUNT)
    assert exported(years) == before


def test_history_survives_logout_all_and_switching(years: Machine) -> None:
    before = exported(years)
    years.store(VEGA)
    assert years.run("switch", "nova").status == 0
    assert exported(years) == before
    assert years.run("logout", "--all").status == 0
    years.store(NOVA_ACCOUNT)
    assert exported(years) == before


def test_history_survives_an_expired_token(years: Machine) -> None:
    before = exported(years)
    years.service.fail(NotSignedIn("Unauthenticated.", status=401), "account", "stats")
    years.now += timedelta(days=91)
    assert years.run("stats").status == 4
    assert exported(years) == before
    years.store(NOVA_ACCOUNT)
    assert exported(years) == before


def test_history_of_the_variables_account_survives(machine: Machine) -> None:
    machine.environ["BEATPASS_TOKEN"] = TOKEN.reveal()
    assert machine.run("stats").status == 0
    before = exported(machine)
    assert machine.run("logout").status == 0
    machine.now += timedelta(hours=1)
    assert machine.run("stats").status == 0
    assert exported(machine).startswith(before)


# Forgetting


@pytest.mark.parametrize(
    "arguments, left",
    [
        ((), {8: 1}),
        (("--account", "nova"), {8: 1}),
        (("--account", "8"), {NOVA: 807}),
        (("--all",), {}),
    ],
    ids=str,
)
def test_forget_names_and_deletes_the_history(
    years: Machine, arguments: tuple[str, ...], left: dict[int, int]
) -> None:
    gone = {NOVA: 807, 8: 1}.items() - left.items()
    refused = years.run("logout", "--forget", *arguments)
    assert refused.status == 2
    assert "not a terminal; add --yes" in refused.err
    assert (counts(years), years.stored()) == ({NOVA: 807, 8: 1}, [NOVA_ACCOUNT])
    done = years.run("logout", "--forget", "--yes", *arguments)
    assert (done.status, done.out) == (0, "")
    for account, samples in gone:
        label = "@nova (900000001)" if account == NOVA else "account 8"
        noun = "sample" if samples == 1 else "samples"
        assert f"History to delete: {samples} {noun} of {label}.\n" in done.err
        assert f"{samples} {noun} of its history.\n" in done.err
    assert counts(years) == left
    assert years.stored() == ([NOVA_ACCOUNT] if NOVA in left else [])
    assert "Kept" not in done.err


@pytest.mark.parametrize("answer, deletes", [("y\n", True), ("YES\n", True), ("\n", False)])
def test_forget_asks_on_a_terminal(years: Machine, answer: str, deletes: bool) -> None:
    done = years.run("logout", "--forget", stdin=TerminalInput(answer.encode()))
    assert "History to delete: 807 samples of @nova (900000001).\n" in done.err
    assert "It can't be restored without an export. Delete it? [y/N] " in done.err
    assert done.status == (0 if deletes else 1)
    assert ("Nothing was deleted." in done.err) is not deletes
    assert (NOVA in counts(years)) is not deletes
    assert years.stored() == ([] if deletes else [NOVA_ACCOUNT])


@pytest.mark.parametrize("answer", [b"n\n", b"no\n", b"", b"maybe\n", b"yy\n"])
def test_anything_but_yes_deletes_nothing(years: Machine, answer: bytes) -> None:
    assert years.run("logout", "--forget", stdin=TerminalInput(answer)).status == 1
    assert counts(years)[NOVA] == 807


def test_history_is_forgotten_after_signing_out(years: Machine) -> None:
    years.run("logout")
    done = years.run("logout", "--forget", "--yes")
    assert done.status == 2
    assert "Select the history to delete: --account ID (8, 900000001), or --all." in done.err
    assert years.run("logout", "--forget", "--yes", "--account", str(NOVA)).status == 0
    assert counts(years) == {8: 1}
    done = years.run("logout", "--forget", "--yes")
    assert done.status == 0
    assert "History to delete: 1 sample of account 8.\n" in done.err
    assert counts(years) == {}


def test_history_of_the_variables_account_is_forgotten(machine: Machine) -> None:
    machine.environ["BEATPASS_TOKEN"] = TOKEN.reveal()
    assert machine.run("stats").status == 0
    done = machine.run("logout", "--forget", "--yes")
    assert done.status == 0
    assert "Removed 6 cached responses, 8 samples of its history.\n" in done.err
    assert counts(machine) == {}


def test_nothing_to_forget_is_not_asked_about(nova: Machine) -> None:
    done = nova.run("logout", "--forget")
    assert done.status == 0
    assert "history" not in done.err
    assert nova.stored() == []


def test_forget_of_an_unknown_account_is_rejected(years: Machine) -> None:
    done = years.run("logout", "--forget", "--yes", "--account", "rigel")
    assert done.status == 4
    assert counts(years) == {NOVA: 807, 8: 1}


def test_yes_alone_is_wrong_usage(years: Machine) -> None:
    assert years.run("logout", "--yes").status == 2
    assert years.stored() == [NOVA_ACCOUNT]


def test_forget_removes_the_token_if_the_store_can_not_be_read(nova: Machine) -> None:
    (nova.folder / NAME).mkdir()
    unknown = nova.run("logout", "--forget", "--yes", "--account", "8")
    assert (unknown.status, nova.stored()) == (7, [NOVA_ACCOUNT])
    assert unknown.err == f"beatpass-tui: {nova.folder / NAME} is not a file.\n"
    done = nova.run("logout", "--forget")
    assert done.status == 7
    assert "removed the token from the system keyring" in done.err
    assert done.err.count(f"beatpass-tui: {nova.folder / NAME} is not a file.\n") == 1
    assert "History to delete" not in done.err
    assert nova.stored() == []


def test_forget_says_that_nothing_was_deleted_by_a_passing_failure(
    years: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoreUnavailable("The store is busy.")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "count_samples", fail)
        done = years.run("logout", "--forget", "--yes")
    assert done.status == 7
    assert done.err.endswith("beatpass-tui: The store is busy.\n")
    assert "samples of its history" in done.err
    assert years.stored() == []


# Importing


@pytest.mark.parametrize("form", ["--csv", "--json"])
def test_import_restores_an_export(years: Machine, form: str) -> None:
    content = years.run("export", "history", form).out
    file = write(years, content)
    before = exported(years)
    assert years.run("logout", "--forget", "--yes", "--account", "nova").status == 0
    years.store(NOVA_ACCOUNT)
    years.service.calls.clear()
    done = years.run("history", "import", file)
    assert (done.status, done.out) == (0, "")
    assert done.err == f"Imported 807 samples from {file}.\n"
    # On a computer without any history, the service is asked whose it is.
    assert {call.name for call in years.service.calls} == {"account", "artist"}
    assert exported(years) == before
    years.service.calls.clear()
    again = years.run("history", "import", file)
    assert again.status == 0
    assert again.err == (
        f"Imported 0 samples from {file}.\n"
        "Already recorded: 807 rows; the stored values are unchanged.\n"
    )
    assert years.service.calls == []


def test_import_after_signing_out_and_in_sends_no_requests(years: Machine) -> None:
    file = write(years, exported(years))
    years.run("logout")
    years.store(NOVA_ACCOUNT)
    years.service.fail(Unreachable("Offline."), "account", "artist")
    assert years.run("history", "import", file).status == 0


def test_stored_values_stay(years: Machine) -> None:
    rows = [line.split(",") for line in exported(years).splitlines()[1:]]
    changed = "".join(f"{at},{artist},{number},1\n" for at, artist, number, _ in rows)
    older = f"2024-01-05T10:00:00+00:00,{ARTIST},plays,5\n"
    before = exported(years)
    done = years.run("history", "import", write(years, HEADER + changed + older))
    assert done.status == 0
    assert "Imported 1 sample from" in done.err
    assert "Already recorded: 807 rows" in done.err
    assert exported(years).replace(older, "") == before


def test_rows_of_another_artist_are_refused_and_counted(years: Machine) -> None:
    row = f"2024-01-05T10:00:00+00:00,{ARTIST},plays,5\n"
    others = row.replace(str(ARTIST), "900000099") + row.replace(str(ARTIST), "80")
    done = years.run("history", "import", write(years, HEADER + others + row))
    assert done.status == 1
    assert "Imported 1 sample from" in done.err
    assert "Refused 2 rows of another artist than this account's, 900000002.\n" in done.err
    assert counts(years) == {NOVA: 808, 8: 1}


def test_only_rows_of_another_artist_change_nothing(years: Machine) -> None:
    content = exported(years).replace(str(ARTIST), "900000099")
    before = exported(years)
    done = years.run("history", "import", write(years, content))
    assert done.status == 1
    assert "Imported 0 samples" in done.err
    assert "Refused 807 rows of another artist" in done.err
    assert exported(years) == before


def test_damaged_rows_are_counted_and_the_others_imported(years: Machine) -> None:
    row = f"2024-01-05T10:00:00+00:00,{ARTIST},plays,5\n"
    damaged = f"soon,{ARTIST},plays,5\n2024-01-06T10:00:00+00:00,{ARTIST},plays,-5\n"
    done = years.run("history", "import", write(years, HEADER + row + damaged))
    assert done.status == 1
    assert "Imported 1 sample from" in done.err
    assert "Refused 2 damaged rows; the first is row 2.\n" in done.err
    assert counts(years)[NOVA] == 808


def test_file_without_a_last_line_break_is_mentioned(years: Machine) -> None:
    content = f"{HEADER}2024-01-05T10:00:00+00:00,{ARTIST},plays,5"
    done = years.run("history", "import", write(years, content))
    assert done.status == 0
    assert "has no line break; check that it is complete." in done.err


def test_import_reads_standard_input(years: Machine) -> None:
    content = exported(years).encode()
    with open_store(years) as store:
        store.delete_history(AccountKey(ORIGIN, NOVA))
    done = years.run("history", "import", "-", stdin=PipedInput(b"\xef\xbb\xbf" + content))
    assert done.status == 0
    assert done.err == "Imported 807 samples from standard input.\n"
    assert exported(years).encode() == content
    assert years.run("history", "import", "-", stdin=TerminalInput(b"")).status == 2


def test_import_into_another_stored_account(years: Machine) -> None:
    years.store(VEGA)
    file = write(years, f"{HEADER}2024-01-05T10:00:00+00:00,{ARTIST},plays,5\n")
    assert years.run("history", "import", file).status == 1
    assert years.run("history", "import", "--account", "nova", file).status == 0
    assert counts(years) == {NOVA: 808, 8: 1}


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
        (b"a,b\n1,2\n", "is not an export of the history: it has no column at, artist_id"),
        (b'{"version": 1, "page": "history", "rows": [{', "is damaged or incomplete"),
        (HEADER.encode("utf-16"), "is not a text file in UTF-8."),
        (f'{HEADER}"2024'.encode(), "is damaged in line 2."),
    ],
)
def test_unusable_file_is_wrong_usage(years: Machine, content: bytes, message: str) -> None:
    file = write(years, content)
    done = years.run("history", "import", file)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"beatpass-tui: {file} {message}")
    assert done.err.count("\n") == 1
    assert counts(years)[NOVA] == 807


def test_file_that_can_not_be_read_is_wrong_usage(nova: Machine) -> None:
    for path, reason in ((nova.folder, "Is a directory"), (nova.folder / "none.csv", "No such")):
        done = nova.run("history", "import", str(path))
        assert done.status == 2
        assert "could not be read" in done.err
        assert reason in done.err
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
    done = nova.run("history", "import", "-", stdin=SimpleNamespace(buffer=Endless(), isatty=bool))  # type: ignore[arg-type]
    assert done.status == 2
    assert "too large for a history" in done.err


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
    done = nova.run("history", "import", write(nova, f"{HEADER}{NOW.isoformat()},1,plays,5\n"))
    assert done.status == status
    assert done.err.startswith("beatpass-tui: ")
    assert counts(nova) == {}


def test_artist_without_an_id_is_reported(nova: Machine) -> None:
    nova.service.script("artist", NOVA_ARTIST._replace(id=None))
    done = nova.run("history", "import", write(nova, HEADER))
    assert done.status == 1
    assert "The artist profile has no id." in done.err


def test_store_that_can_not_be_used_is_reported(nova: Machine) -> None:
    (nova.folder / NAME).mkdir()
    done = nova.run("history", "import", write(nova, HEADER))
    assert done.status == 7
    assert f"{NAME} is not a file." in done.err


def test_json_export_of_another_page_is_refused(nova: Machine) -> None:
    done: CommandResult = nova.run("export", "achievements", "--json")
    assert json.loads(done.out)["page"] == "achievements"
    done = nova.run("history", "import", write(nova, done.out, "other.json"))
    assert done.status == 2
    assert "is not an export of the history." in done.err


def test_file_of_the_working_directory_is_named_as_given(
    years: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(years, exported(years), "mine.csv")
    monkeypatch.chdir(Path(years.folder.parent))
    assert "from mine.csv.\n" in years.run("history", "import", "mine.csv").err
