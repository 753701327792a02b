"""Files and functions stay small enough to be read whole."""

from __future__ import annotations

import ast
import os

from tests.house.source import ROOT, named, python_files, tree_of

LONGEST_FILE = 400
LONGEST_FUNCTION = 70

LONG_FOR_A_REASON: dict[str, tuple[int, str]] = {
    "tests/unit/dispatch/test_send.py": (420, "one story for each answer of a channel"),
}
"""File -> the most lines that it may have, and why it is longer than others."""


def test_a_file_can_be_read_in_one_sitting() -> None:
    """No file has more than 400 lines, unless this file says why."""
    long = {
        named(path): lines
        for path in python_files("crisis", "tests", "docs")
        if (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST_FILE
    }
    too_long = {
        name: lines
        for name, lines in long.items()
        if lines > LONG_FOR_A_REASON.get(name, (0, ""))[0]
    }
    assert too_long == {}


def test_every_exception_is_still_needed() -> None:
    """A long file that was split, or has gone, leaves the list."""
    for name in LONG_FOR_A_REASON:
        assert (ROOT / name).exists(), f"{name} has gone: take it off the list"
        lines = (ROOT / name).read_text(encoding="utf-8").count("\n")
        assert lines > LONGEST_FILE, f"{name} is no longer long: take it off the list"


def test_a_function_fits_a_screen() -> None:
    """No function has more than 70 lines."""
    long = [
        f"{named(path)}:{node.lineno} {node.name} has {length} lines"
        for path in python_files("crisis", "tests", "docs")
        for node in ast.walk(tree_of(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert long == []


def test_every_test_folder_is_found() -> None:
    """No two test files hide one another, and none is outside the folders that run."""
    files = [path for path in python_files("tests") if path.name.startswith("test_")]
    outside = [named(path) for path in files if len(path.relative_to(ROOT).parts) < 3]
    assert outside == []


def test_what_continuous_integration_runs_is_what_the_readme_says() -> None:
    """`.ci/run` can be executed, and ends in the test line of the README."""
    run = ROOT / ".ci" / "run"
    assert os.access(run, os.X_OK)
    assert run.read_text(encoding="utf-8").rstrip().endswith("exec make test")
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")
