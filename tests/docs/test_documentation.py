"""The documentation: generated tables, links, and the README's limits."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path

import pytest

from beatpass_tui.commands import watch
from beatpass_tui.models.numbers import NUMBERS, Reading, Source
from beatpass_tui.view_models.changes import Change
from support.command_harness import Machine
from support.fakes import NOVA_ACCOUNT, NOW

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@pytest.fixture
def make_tables(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    return importlib.import_module("make_tables")


@pytest.mark.parametrize("document", ["usage.md", "configuration.md", "scripting.md"])
def test_generated_tables_are_up_to_date(document: str, make_tables: object) -> None:
    text = (ROOT / "docs" / document).read_text("utf-8")
    assert make_tables.updated(document) == text, "run: make tables"  # type: ignore[attr-defined]


def test_documented_fields_of_stats_are_those_it_prints(
    make_tables: object, machine: Machine
) -> None:
    machine.store(NOVA_ACCOUNT)
    report = json.loads(machine.run("stats", "--json").out)
    assert list(report) == list(make_tables.STATS_FIELDS)  # type: ignore[attr-defined]
    fields = {field for number in report["numbers"].values() for field in number}
    assert fields == set(make_tables.NUMBER_FIELDS)  # type: ignore[attr-defined]
    names = re.findall(r"`(\w+)`", make_tables.STATS_FIELDS["numbers"])  # type: ignore[attr-defined]
    assert names == list(report["numbers"])


def test_documented_fields_of_reports_are_those_it_prints(
    make_tables: object, machine: Machine
) -> None:
    machine.store(NOVA_ACCOUNT)
    report = json.loads(machine.run("report", "--json").out)
    assert list(report) == list(make_tables.REPORT_FIELDS)  # type: ignore[attr-defined]
    for change in report["changes"]:
        assert list(change) == list(make_tables.CHANGE_FIELDS)  # type: ignore[attr-defined]
    names = re.findall(r"`(\w+)`", make_tables.REPORT_FIELDS["changes"])  # type: ignore[attr-defined]
    assert names == [change["name"] for change in report["changes"]]


def test_documented_fields_of_watch_are_those_it_prints(make_tables: object) -> None:
    change = Change(Reading(NUMBERS[0], Source("", "", str)), None)
    content = watch.as_json(change, None, None, NOW)
    assert list(content) == list(make_tables.WATCH_FIELDS)  # type: ignore[attr-defined]
    names = re.findall(r"`(\w+)`", make_tables.WATCH_FIELDS["number"])  # type: ignore[attr-defined]
    assert names == [number.published_name for number in NUMBERS]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_resolve(document: Path) -> None:
    text = document.read_text("utf-8")
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)", text):
        file = document.parent / target if target else document
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
            slugs = {
                re.sub(r"[^\w -]", "", each).strip().lower().replace(" ", "-") for each in headings
            }
            assert anchor in slugs, anchor


def test_readme_is_short_and_starts_with_how_to_run_the_program() -> None:
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    assert len(lines) <= 150
    assert any("beatpass-tui --demo" in line for line in lines[:25])


def test_files_and_attributes_named_in_contributing_exist() -> None:
    names = re.findall(r"`([\w/.]+)`", (ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    folders = [ROOT, ROOT / "beatpass_tui", ROOT / "tests", ROOT / "tests/support"]
    paths = [name for name in names if "/" in name and "NAME" not in name]
    assert [path for path in paths if not any((each / path).exists() for each in folders)] == []
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert [
        name for name in names if re.fullmatch(r"test_\w+", name) and f" {name}(" not in tests
    ] == []
    code = "".join(path.read_text("utf-8") for path in (ROOT / "beatpass_tui").rglob("*.py"))
    attributes = [name.split(".") for name in names if re.fullmatch(r"[A-Z]\w+\.\w+", name)]
    assert attributes
    for owner, attribute in attributes:
        assert re.search(rf"\bclass {owner}\b", code), owner
        assert re.search(rf"\b{attribute}\b", code), f"{owner}.{attribute}"
