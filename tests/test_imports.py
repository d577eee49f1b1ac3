"""Imports follow the order in CONTRIBUTING, and commands load no library that they do not need."""

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
    "account_commands", "page", "inner_page", "list_page", "detail_page", "catalog_page",
    "status_screen", "closing", "alarm",
    "confirmation", "context", "messages", "catalog_refresh", "chooser", "finance_panels",
    "selectable_text", "history_page", "milestone_alerts", "downloads_page", "home_cursor",
    "palette_groups", "row_page", "rank_panels",
)  # fmt: skip
SHARED_SCREENS = {f"{PACKAGE}.screens.{name}" for name in _SHARED}
"""The modules that screens share."""

VIEW_MODELS = ROWS[f"{PACKAGE}.view_models"]

TERMINAL = {
    f"{PACKAGE}.runtime.{name}"
    for name in (
        "driver", "key_queue", "layout", "safe_app", "strips", "styles_cache", "stylesheet",
    )
}  # fmt: skip
"""The modules of `runtime` that extend or correct Textual's own classes."""


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join((PACKAGE, *(part for part in parts if part != "__init__")))


MODULES = {_name(path): path for path in sorted(ROOT.rglob("*.py"))}


@cache
def imports(module: str) -> frozenset[str]:
    """Return all modules that the source of `module` imports, also inside functions."""
    path = MODULES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = node.module or ""
            if node.level:
                source = importlib.util.resolve_name("." * node.level + source, package)
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                names.add(inner if inner in MODULES else source)
    return frozenset(names)


def own_modules(names: Iterable[str]) -> set[str]:
    return {name for name in names if name == PACKAGE or name.startswith(f"{PACKAGE}.")}


def libraries_of(names: Iterable[str]) -> set[str]:
    """Return the third-party libraries among `names`."""
    tops = {name.partition(".")[0] for name in names}
    return tops - {PACKAGE} - sys.stdlib_module_names


def part(module: str) -> str:
    """Return the module or subpackage directly in the package that contains a module."""
    return ".".join(module.split(".")[:2])


def reachable(module: str) -> set[str]:
    """Return all modules of the package that importing `module` may load."""
    modules: set[str] = set()
    pending = [module]
    while pending:
        name = pending.pop()
        if name in MODULES and name not in modules:
            modules.add(name)
            pending += own_modules(imports(name))
    return modules


def under(*parts: str) -> list[str]:
    names = [f"{PACKAGE}.{name}" for name in parts]
    return [module for module in MODULES if part(module) in names]


def violations_in(modules: Iterable[str], check: Callable[[str], set[str]]) -> dict[str, set[str]]:
    """Return the forbidden imports of each module that has any."""
    return {module: names for module in modules if (names := check(module))}


CORE_MODULES = [module for module in MODULES if part(module) != DEMO]


def test_modules_and_imports_are_detected() -> None:
    assert f"{PACKAGE}.errors" in MODULES
    assert f"{PACKAGE}.screens.home" in MODULES
    assert f"{PACKAGE}.errors" in imports(f"{PACKAGE}.models.secret")
    assert f"{PACKAGE}.models.decode" in imports(f"{PACKAGE}.models.money")


def test_every_module_has_a_place_in_the_order() -> None:
    assert [module for module in CORE_MODULES if part(module) not in ROWS] == []


def test_every_name_in_the_order_exists() -> None:
    assert set(ROWS) == {part(module) for module in CORE_MODULES}


def test_at_most_12_modules_are_directly_in_the_package() -> None:
    assert len(list(ROOT.glob("*.py"))) <= 12


def test_imports_only_point_down() -> None:
    def not_below(module: str) -> set[str]:
        return {
            name
            for name in own_modules(imports(module))
            if part(name) not in (DEMO, part(module)) and ROWS[part(name)] <= ROWS[part(module)]
        }

    assert violations_in(CORE_MODULES, not_below) == {}


def test_imports_have_no_cycles() -> None:
    # Every module may import the package itself, which only has the version.
    graph = {module: own_modules(imports(module)) - {PACKAGE} for module in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])))


def test_models_and_storage_use_only_the_standard_library() -> None:
    def libraries(module: str) -> set[str]:
        return libraries_of(imports(module)) - {"platformdirs"}

    names = ("errors", "exit_codes", "formatting", "models", "storage", "fast_stats")
    assert violations_in(under(*names), libraries) == {}


def test_package_init_imports_nothing() -> None:
    assert imports(PACKAGE) <= {"__future__"}


def test_nothing_from_view_models_down_imports_textual() -> None:
    def libraries(module: str) -> set[str]:
        names = libraries_of(name for each in reachable(module) for name in imports(each))
        return names & {"textual", "rich"}

    lower = [module for module in CORE_MODULES if ROWS[part(module)] >= VIEW_MODELS]
    assert violations_in(set(lower) - TERMINAL, libraries) == {}


def test_only_api_imports_httpx() -> None:
    def libraries(module: str) -> set[str]:
        return libraries_of(imports(module)) & {"httpx"}

    assert [*violations_in(MODULES, libraries)] == [f"{PACKAGE}.api"]


def test_widgets_do_not_import_client_session_or_screens() -> None:
    forbidden = {f"{PACKAGE}.{name}" for name in ("api", "transport", "session", "screens")}

    def violations(module: str) -> set[str]:
        return {*map(part, own_modules(imports(module)))} & forbidden

    assert violations_in(under("widgets"), violations) == {}


def test_screens_import_neither_the_client_nor_each_other() -> None:
    forbidden = {f"{PACKAGE}.{name}" for name in ("api", "transport", "demo")}

    def violations(module: str) -> set[str]:
        names = own_modules(imports(module))
        screens = {name for name in names if part(name) == f"{PACKAGE}.screens"}
        return {*map(part, names)} & forbidden | screens - SHARED_SCREENS

    assert violations_in(under("screens"), violations) == {}


def test_app_imports_neither_client_nor_demo() -> None:
    imported = {part(name) for name in own_modules(imports(f"{PACKAGE}.app"))}
    assert imported & {f"{PACKAGE}.{name}" for name in ("api", "demo")} == set()


def test_demo_imports_nothing_of_the_package() -> None:
    def violations(module: str) -> set[str]:
        others = {name for name in own_modules(imports(module)) if part(name) != DEMO}
        names = {
            alias.name
            for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8")))
            if isinstance(node, ast.ImportFrom) and node.module == PACKAGE
            for alias in node.names
        }
        return others - {PACKAGE} | libraries_of(imports(module)) | names - {"__version__"}

    assert violations_in(under("demo"), violations) == {}


def test_only_bootstrap_imports_the_demo() -> None:
    def demo(module: str) -> set[str]:
        return {*map(part, own_modules(imports(module)))} & {DEMO}

    assert [*violations_in(CORE_MODULES, demo)] == [f"{PACKAGE}.bootstrap"]


# Loaded modules


def loaded(code: str) -> set[str]:
    """Run `code` in a new Python process and return the modules that it loaded."""
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


def test_lower_packages_load_neither_textual_nor_httpx() -> None:
    lower = [module for module in CORE_MODULES if ROWS[part(module)] >= VIEW_MODELS]
    names = set(lower) - TERMINAL - {f"{PACKAGE}.api"}
    modules = loaded("import " + ", ".join(sorted(names)))
    assert PACKAGE in modules
    assert modules & {"textual", "rich", "httpx"} == set()


def test_commands_load_neither_textual_nor_httpx_nor_keyring() -> None:
    names = [module for module in under("commands") if module != f"{PACKAGE}.commands"]
    modules = loaded("import " + ", ".join(names))
    assert PACKAGE in modules
    assert modules & {"textual", "rich", "httpx", "keyring"} == set()


def test_commands_do_not_import_screens() -> None:
    forbidden = {f"{PACKAGE}.{name}" for name in ("app", "screens", "widgets", "config.themes")}

    def violations(module: str) -> set[str]:
        above = {*map(part, own_modules(imports(module)))} & forbidden
        return above | libraries_of(imports(module)) & {"textual", "rich"}

    assert violations_in(under("commands"), violations) == {}


def test_command_help_loads_only_its_command() -> None:
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


def test_accounts_are_read_without_asyncio_or_keyring() -> None:
    modules = loaded(f"import {PACKAGE}.auth.accounts")
    assert modules & {"asyncio", "keyring", "httpx", "textual"} == set()


@pytest.mark.parametrize(
    "arguments", ["--version", "--help", "config --show", "config --path", "completions fish"]
)
def test_printing_options_load_neither_textual_nor_httpx(arguments: str) -> None:
    code = (
        "from contextlib import suppress\n"
        f"from {PACKAGE}.cli import main\n"
        f"with suppress(SystemExit): main({arguments.split()!r})\n"
    )
    modules = loaded(f"{code}pass")
    assert PACKAGE in modules
    assert modules & {"textual", "rich", "httpx", "keyring"} == set()


def test_version_loads_nothing_of_the_package() -> None:
    code = f"""import sys
sys.argv[1:] = ["-V"]
from {PACKAGE}.__main__ import main
assert main() == 0"""
    assert {name for name in loaded(code) if name.startswith(PACKAGE)} == {
        PACKAGE, f"{PACKAGE}.__main__", f"{PACKAGE}.exit_codes",
    }  # fmt: skip


def test_start_without_options_loads_no_parsers(tmp_path: Path) -> None:
    code = (
        "import os\n"
        f"os.environ.update(XDG_CONFIG_HOME={str(tmp_path)!r}, XDG_DATA_HOME={str(tmp_path)!r})\n"
        "os.environ['BEATPASS_TOKEN'] = '7|made-up'\n"
        f"from {PACKAGE}.cli import main\n"
        "assert main([]) == 2\n"
    )
    modules = loaded(f"{code}pass")
    assert f"{PACKAGE}.bootstrap" in modules
    assert modules & {
        "argparse", "tomllib", "textual", f"{PACKAGE}.config.loader",
        f"{PACKAGE}.auth.system_keyring",
    } == set()  # fmt: skip


def test_app_loads_neither_httpx_nor_keyring() -> None:
    modules = loaded(f"import {PACKAGE}.app")
    assert "textual" in modules
    assert modules & {"httpx", "keyring", "truststore"} == set()
