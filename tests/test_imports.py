"""Imports only point down, and what prints starts without a terminal or a network library."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import beatpass_tui
from beatpass_tui.commands.arguments import COMMANDS

PACKAGE = "beatpass_tui"
ROOT = Path(beatpass_tui.__file__).parent

CONTRIBUTING = ROOT.parent / "CONTRIBUTING.md"


def _order() -> list[list[str]]:
    """Return the rows of the import order that CONTRIBUTING.md states, the top row first."""
    block = re.search(r"```text import-order\n(.*?)```", CONTRIBUTING.read_text("utf-8"), re.DOTALL)
    assert block is not None
    return [re.findall(r"\w+", row) for row in block[1].splitlines()]


ORDER = _order()
ROWS = {f"{PACKAGE}.{name}": row for row, names in enumerate(ORDER) for name in names}
ROWS |= {PACKAGE: len(ORDER), f"{PACKAGE}.__main__": -1}
DEMO = f"{PACKAGE}.demo"
_SHARED = (
    "page", "inner_page", "list_page", "status_screen", "closing", "alarm", "confirmation",
    "context", "messages",
)  # fmt: skip
FRAMES = {f"{PACKAGE}.screens.{name}" for name in _SHARED}
"""The modules that screens share."""

VIEW_MODELS = ROWS[f"{PACKAGE}.view_models"]

TERMINAL = {
    f"{PACKAGE}.runtime.{name}" for name in ("driver", "key_queue", "safe_app", "styles_cache")
}
"""The modules of `runtime` that extend or correct Textual's own classes."""


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join((PACKAGE, *(part for part in parts if part != "__init__")))


MODULES = {_name(path): path for path in sorted(ROOT.rglob("*.py"))}


@cache
def imports(module: str) -> frozenset[str]:
    """Return the modules that `module` imports anywhere in its text, for whatever reason."""
    path = MODULES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = node.module or ""
            if node.level:
                source = importlib.util.resolve_name("." * node.level + source, package)
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                found.add(inner if inner in MODULES else source)
    return frozenset(found)


def ours(names: Iterable[str]) -> set[str]:
    return {name for name in names if name == PACKAGE or name.startswith(f"{PACKAGE}.")}


def foreign(names: Iterable[str]) -> set[str]:
    """Return the libraries among `names` that are neither ours nor Python's."""
    tops = {name.partition(".")[0] for name in names}
    return tops - {PACKAGE} - sys.stdlib_module_names


def part(module: str) -> str:
    """Return what of the house a module belongs to: itself, or the folder that it is in."""
    return ".".join(module.split(".")[:2])


def reached(module: str) -> set[str]:
    """Return every module of ours that importing `module` could ever load."""
    seen: set[str] = set()
    left = [module]
    while left:
        name = left.pop()
        if name in MODULES and name not in seen:
            seen.add(name)
            left += ours(imports(name))
    return seen


def under(*parts: str) -> list[str]:
    names = [f"{PACKAGE}.{name}" for name in parts]
    return [module for module in MODULES if part(module) in names]


def offenders(modules: Iterable[str], wrong: Callable[[str], set[str]]) -> dict[str, set[str]]:
    """Return which of some modules import what they must not, and what that is."""
    return {module: found for module in modules if (found := wrong(module))}


HOUSE = [module for module in MODULES if part(module) != DEMO]


def test_the_package_was_found() -> None:
    assert f"{PACKAGE}.errors" in MODULES
    assert f"{PACKAGE}.screens.home" in MODULES
    assert f"{PACKAGE}.errors" in imports(f"{PACKAGE}.models.secret")
    assert f"{PACKAGE}.models.decode" in imports(f"{PACKAGE}.models.money")


def test_every_module_has_a_place_in_the_order() -> None:
    assert [module for module in HOUSE if part(module) not in ROWS] == []


def test_every_name_in_the_order_exists() -> None:
    assert set(ROWS) == {part(module) for module in HOUSE}


def test_few_modules_stand_directly_in_the_package() -> None:
    assert len(list(ROOT.glob("*.py"))) <= 12


def test_imports_only_point_down() -> None:
    def not_below(module: str) -> set[str]:
        return {
            name
            for name in ours(imports(module))
            if part(name) not in (DEMO, part(module)) and ROWS[part(name)] <= ROWS[part(module)]
        }

    assert offenders(HOUSE, not_below) == {}


def test_nothing_imports_itself_over_others() -> None:
    # The package itself holds the version alone, and all import it.
    graph = {module: ours(imports(module)) - {PACKAGE} for module in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])))


def test_models_and_storage_use_the_standard_library_alone() -> None:
    def more(module: str) -> set[str]:
        return foreign(imports(module)) - {"platformdirs"}

    names = ("errors", "exit_codes", "formatting", "models", "storage", "fast_stats")
    assert offenders(under(*names), more) == {}


def test_the_package_itself_imports_nothing() -> None:
    assert imports(PACKAGE) <= {"__future__"}


def test_nothing_from_view_models_down_imports_textual() -> None:
    def libraries(module: str) -> set[str]:
        found = foreign(name for each in reached(module) for name in imports(each))
        return found & {"textual", "rich"}

    low = [module for module in HOUSE if ROWS[part(module)] >= VIEW_MODELS]
    assert offenders(set(low) - TERMINAL, libraries) == {}


def test_only_api_speaks_http() -> None:
    def libraries(module: str) -> set[str]:
        return foreign(imports(module)) & {"httpx"}

    assert [*offenders(MODULES, libraries)] == [f"{PACKAGE}.api"]


def test_widgets_know_models_and_never_the_client() -> None:
    forbidden = {f"{PACKAGE}.{name}" for name in ("api", "transport", "session", "screens")}

    def known(module: str) -> set[str]:
        return {*map(part, ours(imports(module)))} & forbidden

    assert offenders(under("widgets"), known) == {}


def test_screens_know_neither_the_client_nor_each_other() -> None:
    forbidden = {f"{PACKAGE}.{name}" for name in ("api", "transport", "demo")}

    def known(module: str) -> set[str]:
        found = ours(imports(module))
        screens = {name for name in found if part(name) == f"{PACKAGE}.screens"}
        return {*map(part, found)} & forbidden | screens - FRAMES

    assert offenders(under("screens"), known) == {}


def test_the_app_is_given_its_service() -> None:
    found = {part(name) for name in ours(imports(f"{PACKAGE}.app"))}
    assert found & {f"{PACKAGE}.{name}" for name in ("api", "demo")} == set()


def test_the_demo_is_another_program() -> None:
    def more(module: str) -> set[str]:
        others = {name for name in ours(imports(module)) if part(name) != DEMO}
        taken = {
            alias.name
            for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8")))
            if isinstance(node, ast.ImportFrom) and node.module == PACKAGE
            for alias in node.names
        }
        return others - {PACKAGE} | foreign(imports(module)) | taken - {"__version__"}

    assert offenders(under("demo"), more) == {}


def test_only_what_launches_the_program_knows_the_demo() -> None:
    def demo(module: str) -> set[str]:
        return {*map(part, ours(imports(module)))} & {DEMO}

    assert [*offenders(HOUSE, demo)] == [f"{PACKAGE}.bootstrap"]


# What is really loaded


def loaded(code: str) -> set[str]:
    """Run `code` in a Python of its own and return the modules that it loaded."""
    report = "\nimport sys; print('\\0', *sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code + report],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        cwd=ROOT.parent,
    )
    names = set(run.stdout.rpartition("\0")[2].split())
    return names | {name.partition(".")[0] for name in names}


def test_what_knows_no_terminal_loads_none() -> None:
    low = [module for module in HOUSE if ROWS[part(module)] >= VIEW_MODELS]
    names = set(low) - TERMINAL - {f"{PACKAGE}.api"}
    found = loaded("import " + ", ".join(sorted(names)))
    assert PACKAGE in found
    assert found & {"textual", "rich", "httpx"} == set()


def test_commands_that_print_load_neither_terminal_nor_network_nor_keyring() -> None:
    names = [module for module in under("commands") if module != f"{PACKAGE}.commands"]
    found = loaded("import " + ", ".join(names))
    assert PACKAGE in found
    assert found & {"textual", "rich", "httpx", "keyring"} == set()


def test_commands_know_no_screen() -> None:
    forbidden = {f"{PACKAGE}.{name}" for name in ("app", "screens", "widgets", "config.themes")}

    def known(module: str) -> set[str]:
        above = {*map(part, ours(imports(module)))} & forbidden
        return above | foreign(imports(module)) & {"textual", "rich"}

    assert offenders(under("commands"), known) == {}


def test_help_imports_no_command_and_a_command_no_other() -> None:
    code = (
        "from contextlib import suppress\n"
        f"from {PACKAGE}.cli import main\n"
        "with suppress(SystemExit): main({words})\n"
    )
    commands = {f"{PACKAGE}.commands.{name}" for name in COMMANDS}
    assert loaded(code.format(words=["--help"])) & commands == set()
    assert loaded(code.format(words=["switch", "--help"])) & commands == {
        f"{PACKAGE}.commands.switch"
    }


def test_what_is_known_of_accounts_is_read_without_waiting_for_anything() -> None:
    found = loaded(f"import {PACKAGE}.auth.accounts")
    assert found & {"asyncio", "keyring", "httpx", "textual"} == set()


@pytest.mark.parametrize(
    "words", ["--version", "--help", "config --show", "config --path", "completions fish"]
)
def test_what_only_prints_loads_neither_terminal_nor_network(words: str) -> None:
    code = (
        "from contextlib import suppress\n"
        f"from {PACKAGE}.cli import main\n"
        f"with suppress(SystemExit): main({words.split()!r})\n"
    )
    found = loaded(f"{code}pass")
    assert PACKAGE in found
    assert found & {"textual", "rich", "httpx", "keyring"} == set()


def test_a_start_without_options_loads_no_parser_of_anything(tmp_path: Path) -> None:
    code = (
        "import os\n"
        f"os.environ.update(XDG_CONFIG_HOME={str(tmp_path)!r}, XDG_DATA_HOME={str(tmp_path)!r})\n"
        "os.environ['BEATPASS_TOKEN'] = '7|made-up'\n"
        f"from {PACKAGE}.cli import main\n"
        "assert main([]) == 2\n"
    )
    found = loaded(f"{code}pass")
    assert f"{PACKAGE}.bootstrap" in found
    assert found & {
        "argparse", "tomllib", "textual", f"{PACKAGE}.config.loader",
        f"{PACKAGE}.auth.system_keyring",
    } == set()  # fmt: skip


def test_the_first_frame_waits_for_no_network_library() -> None:
    found = loaded(f"import {PACKAGE}.app")
    assert "textual" in found
    assert found & {"httpx", "keyring"} == set()
