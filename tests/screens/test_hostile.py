"""Hostile text from the service is readable on every page, and never controls the terminal."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from beatpass_tui.demo.messages import Response
from support.hostile import (
    ATTACKS,
    MARKS,
    HostileServer,
    box_defect,
    check,
    readable_marks,
    refusals,
    tokens,
)
from support.terminal import PROGRAM, Terminal, is_restored

INSIDE = ["sh", "-c", 'cd "$0" && exec "$@"']
"""Run a program in a folder."""

PAGES = {
    "2": "Finances", "3": "Activity", "4": "Progress", "5": "Leaderboards", "6": "My Beats",
    "7": "My Collections",
}  # fmt: skip


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


class Reader:
    """Uses the dashboard in a terminal and checks its boxes."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.signed_in = False
        self.seen: set[str] = set()
        """The marks of the attacks that were readable."""

    def look(self, *, boxed: bool = True) -> None:
        """Read the screen once its output has paused and every box is closed."""
        terminal = self.terminal
        terminal.wait_for_silence(0.02)
        if boxed:
            terminal.wait(lambda: not box_defect(terminal.cells()), "closed boxes")
        self.seen |= readable_marks(terminal.text)
        assert not self.signed_in or terminal.text.startswith(" BEATPASS ▸ ")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.terminal.press(key)
            self.look()

    def until(self, text: str) -> None:
        self.terminal.until(text)
        self.look()

    def leave(self, text: str) -> None:
        """Close the view that shows `text`, and wait: a key after Esc would be read as Alt."""
        self.terminal.press("\x1b")
        self.terminal.wait(lambda: text not in self.terminal.text, f"the end of {text}")
        self.look()

    def until_marked(self) -> None:
        self.terminal.wait(lambda: bool(readable_marks(self.terminal.text)), "a mark")
        self.look()

    def click(self, field: str) -> None:
        """Click on an empty field and wait for its cursor."""

        def find() -> tuple[list[str], int | None]:
            rows = ["".join(cell or " " for cell in row) for row in self.terminal.cells()]
            return rows, next((n for n, line in enumerate(rows) if f" {field}  " in line), None)

        self.terminal.wait(lambda: find()[1] is not None, f"the field {field}")
        rows, row = find()
        assert row is not None
        column = rows[row].index(f" {field}  ") + 1
        for ending in "Mm":
            self.terminal.press(f"\x1b[<0;{column + 1};{row + 1}{ending}")
        self.terminal.wait(lambda: self.terminal.is_cursor(row, column), f"a cursor in {field}")

    def point_everywhere(self) -> None:
        """Move the mouse over the whole screen, to show tooltips."""
        rows = self.terminal.cells()
        for row in range(1, len(rows) + 1, 4):
            moves = (f"\x1b[<35;{column};{row}M" for column in range(2, len(rows[0]), 9))
            self.terminal.press("".join(moves))
        self.look()


def test_hostile_text_controls_no_page(server: HostileServer, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text('[keys]\npage.export_json = "E"\n')
    env = {
        "BEATPASS_API_URL": server.base_url,
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    with Terminal(
        "--config", str(config), env=env, program=[*INSIDE, str(tmp_path), *PROGRAM]
    ) as terminal:
        reader = Reader(terminal)
        reader.until("Personal access token")
        terminal.press("\x1b[C")
        reader.click("name@example.com")
        terminal.press(server.email)
        reader.until(server.email)
        reader.click("Your password")
        terminal.press("wrong\r")
        reader.until_marked()
        terminal.press("\x15")
        reader.until("Your password  ")
        terminal.press(server.password + "\r")
        reader.until("45,210")
        reader.signed_in = True
        # Quick Navigation has the labels that came with the sign-in.
        reader.press(*"llllll", "j", *"lllllll", "y")
        terminal.press("?")
        terminal.until("Help · Dashboard")
        reader.leave("Help · Dashboard")
        reader.point_everywhere()
        terminal.press("\x10")
        terminal.until("Commands")
        reader.look(boxed=False)
        terminal.press("page")
        terminal.wait(lambda: bool(readable_marks(terminal.text)), "a card in the palette")
        reader.look(boxed=False)
        reader.leave("searched")
        for digit, name in PAGES.items():
            terminal.press(digit)
            reader.until(f"▸ {name}")
            reader.until_marked()
            reader.press("\t", "j", "y", "]", "j", "y", *["\x1b[6~"] * 3)
            if name == "My Beats":
                # Its list is long enough for every attack.
                reader.press("[", *["\x1b[6~"] * 6)
        terminal.press("\r")
        reader.until("Insights · ")
        reader.press("j", "y")
        reader.leave("Insights · ")
        # Every response differs, so exports load lists again and use up the request budget.
        for digit, name in PAGES.items():
            terminal.press(digit)
            reader.until(f"▸ {name}")
            reader.press("e", "E")
        terminal.press("/q\r")
        reader.until_marked()
        # All keys arrive in one read; only the last one is not for the field.
        terminal.press("/q\rq")
        assert terminal.exit() == 0
        assert is_restored(terminal)
        clips = check(bytes(terminal.raw))
    assert len(clips) > 5
    assert b"\x07" not in b"".join(text.encode() for _, text in tokens(bytes(terminal.raw)))
    assert reader.seen == set(MARKS)
    assert no_formula_in(tmp_path)


def no_formula_in(folder: Path) -> bool:
    """Return whether files were exported; none may control a terminal or a spreadsheet."""
    tables, objects = list(folder.glob("*.csv")), list(folder.glob("*.json"))
    for path in (*tables, *objects):
        assert list(tokens(path.read_bytes()))
    cells = [
        cell
        for path in tables
        for row in csv.reader(path.read_text("utf-8").splitlines())
        for cell in row
    ]
    assert not [cell for cell in cells if cell.startswith(tuple("=+@"))]
    assert [json.loads(path.read_text("utf-8")) for path in objects]
    return bool(cells)


_ATTACK = f"{MARKS[0]} {ATTACKS[0]} \x9b2J [/]"
BLOCKING = {
    "/artist/profile": Response(404, {"message": _ATTACK}),
    "/backstage-request/submission-status": Response(
        200,
        {
            "success": True,
            "can_submit": False,
            "block_reason": "revoked",
            "message": _ATTACK,
            "contact_url": _ATTACK,
        },
    ),
}
FAILING = refusals(
    "/artist/dashboard-stats", "/producer-intelligence/dashboard", "/followers", "/activity",
    "/tracks", "/albums", "/finances/summary", "/finances/transactions", "/provider-balance",
    "/producer-intelligence/leaderboard", "/xp-sources", "/achievements", "/track-performance",
    "/collaborative-tracks", "/upload-insights", "/contribution-graph", "/artist/sales",
)  # fmt: skip


def test_hostile_error_messages_control_no_page() -> None:
    with HostileServer({**BLOCKING, **FAILING}) as server:
        env = {"BEATPASS_API_URL": server.base_url, "BEATPASS_TOKEN": server.token}
        with Terminal("--no-store", env=env, size=(120, 36)) as terminal:
            reader = Reader(terminal)
            reader.until("No Artist Profile")
            reader.until(f"{MARKS[0]} osc [/]")
            reader.press("r")
            reader.until("Nothing has changed yet.")
            del server.refusals["/artist/profile"]
            # Earlier it would count as a held key.
            terminal.wait_for_silence(1.1)
            terminal.press("r")
            reader.until("Quick Stats")
            reader.until_marked()
            for digit, name in PAGES.items():
                terminal.press(digit)
                reader.until(f"▸ {name}")
                terminal.wait(lambda: "Loading…" not in terminal.text, "the failures")
                reader.until_marked()
                reader.press("j", "]")
            terminal.press("q")
            assert terminal.exit() == 0
            assert is_restored(terminal)
            check(bytes(terminal.raw))
    # Most pages have the same status line, and each failure is on them once.
    assert len(reader.seen) > 3


COMMANDS = (
    ["status"], ["stats"], ["stats", "--line"], ["stats", "--json"], ["switch"],
    ["export", "collections"], ["export", "leaderboards"], ["export", "achievements", "--json"],
)  # fmt: skip
ALL_IN_ONE = """
import sys
from beatpass_tui.cli import main
for words in {commands!r}:
    try:
        main(words)
    except SystemExit:
        pass
print("the end")
"""


def test_hostile_text_controls_no_command(server: HostileServer, tmp_path: Path) -> None:
    env = {
        "BEATPASS_API_URL": server.base_url,
        "BEATPASS_TOKEN": server.token,
        "XDG_DATA_HOME": str(tmp_path),
    }
    program = [sys.executable, "-c", ALL_IN_ONE.format(commands=COMMANDS)]
    with Terminal(env=env, program=program) as terminal:
        terminal.until("the end")
        assert terminal.exit() == 0
        assert check(bytes(terminal.raw)) == []
        output = "".join(text for _, text in tokens(bytes(terminal.raw)))
    assert readable_marks(output) == set(MARKS)
