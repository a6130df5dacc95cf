"""The rules of the house that a linter does not know."""

import ast
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
PACKAGE = REPOSITORY / "outreach"
MODULES = sorted(PACKAGE.rglob("*.py"))
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "base", "manager", "core"}
MOST_LINES = 300


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    long = {path.name: count for path in MODULES if (count := _lines(path)) > MOST_LINES}
    assert not long


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not [path for path in MODULES if path.stem in FORBIDDEN_NAMES]


def test_an_init_file_is_empty_except_in_web_and_cli() -> None:
    full = [path for path in PACKAGE.rglob("__init__.py") if path.read_text().strip()]
    assert {path.parent.name for path in full} <= {"web", "cli"}


def test_imports_stand_at_the_top() -> None:
    inner = [
        f"{path.relative_to(REPOSITORY)}:{node.lineno}"
        for path in MODULES
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not inner


def test_nobody_asks_the_computer_for_the_time_beneath_the_edges() -> None:
    edges = {"web", "worker", "clock", "cli", "demo", "bootstrap.py", "times.py", "log.py"}
    guilty = [
        str(path.relative_to(REPOSITORY))
        for path in MODULES
        if path.relative_to(PACKAGE).parts[0] not in edges and "utc_now()" in path.read_text()
    ]
    assert not guilty


def test_every_test_file_stands_beneath_the_floor_that_it_tests() -> None:
    floors = {path.stem if path.is_file() else path.name for path in PACKAGE.iterdir()}
    others = {"flows", "architecture", "docs", "links", "times", "settings", "errors", "log"}
    for path in (REPOSITORY / "tests").rglob("test_*.py"):
        room = path.relative_to(REPOSITORY / "tests").parts[0]
        assert room.removesuffix(".py").removeprefix("test_") in floors | others, path


def _lines(path: Path) -> int:
    return path.read_text().count("\n")
