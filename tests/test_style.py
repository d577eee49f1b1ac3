"""Names and spelling: the names that the style guide replaces, and British spellings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = sorted(path for top in ("beatpass_tui", "tests", "benchmarks", "docs")
              for path in (ROOT / top).rglob("*.py"))  # fmt: skip
TEXT = sorted([*CODE, *ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"),
               *(ROOT / "beatpass_tui").rglob("*.tcss")])  # fmt: skip

REPLACED_MODULES = frozenset(
    {
        "asides", "choice", "errands", "exits", "extracts", "facts", "gathering", "groups",
        "guarded", "keeping", "launch", "memory", "mishaps", "parts", "questions",
        "recordbook", "records", "surroundings", "talk",
    }
)  # fmt: skip
REPLACED_NAMES = frozenset(
    {
        "Group", "Keeping", "Lost", "Memory", "Past", "Questions", "Watch", "admit", "asides",
        "landed", "learn", "meet", "recall", "see", "set_aside", "tell", "told", "wanted", "whose",
        "words_of", "worst",
    }
)  # fmt: skip

VAGUE_NAMES = frozenset(
    {
        "asked", "found", "here", "it", "memory", "recalled", "remembered", "said", "sheet",
        "theirs",
    }
)  # fmt: skip
"""Names that tests replace with the term for the value, such as `rows` for `found`."""

VAGUE_PRODUCT_NAMES = frozenset(
    {
        "anew", "answer", "answers", "asked", "found", "fruitless", "it", "left_behind", "said",
        "spells", "stuck", "way", "yardstick",
    }
)  # fmt: skip
"""Names that package and benchmarks replace likewise."""

VAGUE_WORDS = re.compile(
    r"""
    whatever | whoever | whichever | \bnobody | \bsomebody | \byou\ are\ told | \btold\ of\b
    | \bcomes?\ to\ stand\b | \bstands?\ beside\b | \bthe\ reader\ closed | \bmet\ before\b
    | \bwhat\ is\ left\ of\b | \bforesaw\b
    """,
    re.VERBOSE,
)
"""Phrases that can be said more plainly."""

BRITISH = re.compile(
    r"""
    colour | catalogue | licence | behaviour | favour | honour | neighbour | \bgrey | \bcentre
    | artefact | judgement | learnt | spelt\b | whilst | towards | programme[sd]?\b | labelled
    | modelled | travell | analys(e|ing)\b | fulfil\b | defence | practis(e|ing)
    | (authoris|capitalis|categoris|characteris|customis|emphasis(?=e)|finalis|generalis|initialis
       |localis(?=e)|maximis|memoris|minimis|normalis|optimis(?=e|a|i)|organis|prioritis|randomis
       |realis(?=e)|recognis|serialis|specialis(?=e)|summaris|synchronis|utilis|visualis)
      (e|es|ed|er|ers|ing|ation|ations|able)\b
    """,
    re.VERBOSE,
)

ALLOWED = {
    # Its list of British spellings.
    Path("tests/test_style.py"): BRITISH,
    # The title of a track.
    Path("beatpass_tui/demo/catalog.py"): re.compile("nobody remembers"),
    # Part of the shape of cached models on disk.
    Path("beatpass_tui/storage/serialization.py"): re.compile(r"beatpass_tui\.models\.catalogue"),
}


def defined_names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and name of everything that a module defines."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.lineno, node.name
            case ast.arg():
                yield node.lineno, node.arg
            case ast.Name(ctx=ast.Store()):
                yield node.lineno, node.id
            case ast.Attribute(ctx=ast.Store()):
                yield node.lineno, node.attr


def test_no_module_has_a_replaced_name() -> None:
    package = [path for path in CODE if "benchmarks" not in path.parts]
    assert [path for path in package if path.stem.removeprefix("test_") in REPLACED_MODULES] == []


def test_names_are_specific() -> None:
    violations = []
    for path in CODE:
        name, is_test = path.relative_to(ROOT), "tests" in path.parts
        vague = VAGUE_NAMES if is_test else VAGUE_PRODUCT_NAMES
        for line, defined in defined_names(ast.parse(path.read_text("utf-8"))):
            public = defined.lstrip("_")
            if public in REPLACED_NAMES or (defined if is_test else public) in vague:
                violations.append(f"{name}:{line} {defined}")
    assert violations == []


def test_sentences_are_plain() -> None:
    product = [path for path in TEXT if "tests" not in path.parts]
    assert list(occurrences(VAGUE_WORDS, product)) == []


def test_spelling_is_american() -> None:
    assert list(occurrences(BRITISH, TEXT)) == []


def occurrences(pattern: re.Pattern[str], paths: list[Path]) -> Iterator[str]:
    """Yield file, line and text of each match in lower case, which is searched much faster."""
    for path in paths:
        name = path.relative_to(ROOT)
        for number, line in enumerate(path.read_text("utf-8").lower().splitlines(), start=1):
            allowed = ALLOWED.get(name)
            checked = allowed.sub("", line) if allowed is not None else line
            yield from (f"{name}:{number} {word[0]}" for word in pattern.finditer(checked))


def test_modules_are_short() -> None:
    lengths = {
        path.name: len(path.read_text("utf-8").splitlines())
        for path in (ROOT / "beatpass_tui").rglob("*.py")
    }
    assert {name: lines for name, lines in lengths.items() if lines > 400} == {}
