"""Text from the service is never rendered as markup: the source code is checked for it.

Textual parses a `str` as markup in Static, Button, border titles, tooltips, toasts, palette
entries and the result of `render`; Content and Text are literal.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import beatpass_tui

ROOT = Path(beatpass_tui.__file__).parent
MODULES = [path for path in sorted(ROOT.rglob("*.py")) if "demo" not in path.parts]

WIDGETS = frozenset({"Static", "Button", "Input", "ContentSwitcher"})
"""The allowed widgets of Textual; each of the others has its own markup parameters."""

FORBIDDEN = frozenset(
    {
        "from_markup", "render_str", "render_markup", "with_tooltip", "to_content", "highlight",
        "escape_markup", "Label", "Markdown", "RichLog", "DiscoveryHit", "Hit", "Provider",
        "Console", "rich_print", "OptionList", "DataTable", "from_text", "Notification",
    }
)  # fmt: skip
"""Names that parse markup, none of which is needed."""

TITLES = frozenset({"tooltip", "border_title", "border_subtitle", "label", "sub_title"})
"""Attributes whose str values a widget parses as markup."""

LITERAL = frozenset({"Content", "Text", "assemble", "styled"})
"""Functions that return literal text."""

TRUSTED = frozenset(
    {
        # From the tables of keys and pages.
        "command.name", "command.sentence", "entry.page.description", "key_prefix",
    }
)  # fmt: skip
"""Expressions that the palette may show besides literals."""

PALETTE = "SystemCommand"
OWN_SCREENS = frozenset(
    {"App", "Screen", "ModalScreen", "Page", "InnerPage", "StatusScreen", "BeatPassApp"}
)


def name_of(node: ast.expr) -> str:
    """Return the dotted name of an expression, empty if it has none."""
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def short_name(node: ast.expr) -> str:
    return name_of(node).rpartition(".")[2]


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((each.value for each in call.keywords if each.arg == name), None)


def is_false(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


class MarkupChecker:
    """Finds code in a module that could parse text from the service as markup."""

    def __init__(self, source: str) -> None:
        self.tree = ast.parse(source)
        self.assigned: dict[str, list[ast.expr]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self.assigned.setdefault(name_of(target), []).append(node.value)

    def findings(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            for problem in self._check(node):
                yield f"{getattr(node, 'lineno', 0)}: {problem}: {ast.unparse(node)[:90]}"
        for function in ast.walk(self.tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for node in ast.walk(function):
                    if function.name == "list_page_keys":
                        continue
                    if isinstance(node, ast.Call) and short_name(node.func) == "bind":
                        yield f"{node.lineno}: a binding outside of a class: {function.name}"

    def _check(self, node: ast.AST) -> Iterator[str]:
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                if module.startswith("textual.widgets"):
                    yield from (f"widget {n.name}" for n in names if n.name not in WIDGETS)
                if module.startswith(("rich", "textual")):
                    yield from (f"name {n.name}" for n in names if n.name in FORBIDDEN)
                if module in ("rich", "rich.markup", "rich.console", "textual.markup"):
                    yield f"module {module}"
            case ast.Import(names=names):
                yield from (f"module {n.name}" for n in names if n.name.startswith("rich"))
            case ast.Attribute(attr=attr) if attr in FORBIDDEN:
                yield f"name {attr}"
            case ast.Call():
                yield from self._check_call(node)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    titles = isinstance(target, ast.Attribute) and target.attr in TITLES
                    if titles and not self._is_literal(value):
                        yield "title"
            case ast.AnnAssign(target=ast.Attribute(attr=attr), value=value) if attr in TITLES:
                if value is not None and not self._is_literal(value):
                    yield "title"
            case ast.ClassDef():
                yield from self._check_class(node)

    def _check_call(self, call: ast.Call) -> Iterator[str]:
        name = short_name(call.func)
        markup = keyword(call, "markup")
        if markup is not None and not is_false(markup):
            yield "markup"
        if name == "Static" and not is_false(markup):
            yield "Static"
        if name == "notify":
            title = keyword(call, "title")
            if not is_false(markup) or not (title is None or isinstance(title, ast.Constant)):
                yield "toast"
        if name == "Button" and not all(
            self._is_literal(each)
            for each in (*call.args, *(k.value for k in call.keywords if k.arg == "label"))
        ):
            yield "Button"
        for parameter in (
            ("placeholder", "tooltip")
            if name in ("Input", "Field", "SearchField", "Button")
            else ()
        ):
            value = keyword(call, parameter)
            if value is not None and not self._is_literal(value):
                yield parameter
        if name == PALETTE and not all(map(self._is_trusted, call.args[:2])):
            yield "palette"
        message = keyword(call, "message") if name == "exit" else None
        if message is not None and not self._is_literal(message):
            yield "exit"
        if name == "setattr":
            yield "setattr"

    def _check_class(self, node: ast.ClassDef) -> Iterator[str]:
        bases = {
            short_name(base.value if isinstance(base, ast.Subscript) else base)
            for base in node.bases
        }
        methods = {each.name: each for each in node.body if isinstance(each, ast.FunctionDef)}
        if "Static" in bases and "__init__" in methods:
            calls = [
                each
                for each in ast.walk(methods["__init__"])
                if isinstance(each, ast.Call) and ast.unparse(each.func) == "super().__init__"
            ]
            if not all(is_false(keyword(call, "markup")) for call in calls):
                yield "Static"
        elif "Static" in bases:
            yield "Static"
        for name, returned in (("render", "Content"), ("render_line", "Strip")):
            if name in methods and ast.unparse(methods[name].returns or ast.Name("")) != returned:
                yield name
        if bases & OWN_SCREENS:
            for each in ast.walk(node):
                if isinstance(each, ast.Assign) and "self.title" in map(name_of, each.targets):
                    yield "title of a screen"

    def _is_literal(self, node: ast.expr) -> bool:
        """Return whether Textual renders this literally, or it is a constant."""
        match node:
            case ast.Constant():
                return True
            case ast.Call(func=func):
                return short_name(func) in LITERAL
            case ast.Name(id=name):
                return name in self.assigned and all(map(self._is_literal, self.assigned[name]))
        return False

    def _is_trusted(self, node: ast.expr) -> bool:
        match node:
            case ast.Constant():
                return True
            case ast.JoinedStr(values=values):
                return all(map(self._is_trusted, values))
            case ast.FormattedValue(value=value):
                return self._is_trusted(value)
            case ast.IfExp(body=body, orelse=orelse):
                return self._is_trusted(body) and self._is_trusted(orelse)
            case ast.Call(func=func):
                return name_of(func) in TRUSTED
            case ast.Name(id=name) if name in self.assigned:
                return all(map(self._is_trusted, self.assigned[name]))
        return name_of(node) in TRUSTED


def test_service_text_is_never_markup() -> None:
    assert MODULES
    violations = {
        str(path.relative_to(ROOT)): findings
        for path in MODULES
        if (findings := list(MarkupChecker(path.read_text("utf-8")).findings()))
    }
    assert violations == {}


@pytest.mark.parametrize(
    "source",
    [
        "from textual.widgets import Label",
        "from textual.widgets import DataTable",
        "from rich import print",
        "from rich.markup import escape",
        "import rich.console",
        "Static(name)",
        "Static('x', markup=True)",
        "Static(name, markup=chosen)",
        "class Row(Static): pass",
        "class Row(Static):\n def __init__(self, name): super().__init__(name)",
        "Button(name)",
        "Button(label=f'{name}')",
        "Input(placeholder=name)",
        "self.notify(name)",
        "self.notify('x')",
        "self.notify(name, title=name, markup=False)",
        "self.app.notify(name, markup=True)",
        "card.tooltip = name",
        "card.border_title = name",
        "card.border_title = f'{name}'",
        "card.border_subtitle: str = name",
        "button.label = name",
        "card.with_tooltip(name)",
        "Content.from_markup(name)",
        "Text.from_markup(name)",
        "SystemCommand(entry.label, 'x', run)",
        "SystemCommand(f'Open {entry.label}', 'x', run)",
        "SystemCommand('Open', entry.url, run)",
        "about = f'{name}'\nSystemCommand('Open', about, run)",
        "self.exit(message=error.message)",
        "self.exit(return_code=1, message=f'{name}')",
        "class Row(Widget):\n def render(self) -> str: return self.name",
        "class Row(Widget):\n def render(self): return self.name",
        "class Row(Widget):\n def render_line(self, y): return self.name",
        "class Beats(Page):\n def show(self): self.title = name",
        "setattr(card, 'tooltip', name)",
        "def show(self): return bind('page.copy', 'copy', name)",
    ],
)
def test_every_markup_parameter_is_found(source: str) -> None:
    assert list(MarkupChecker(source).findings())
