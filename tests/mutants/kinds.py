"""What a mutant is: one small change of the rules that some test should notice."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORE = ROOT / "crisis" / "core"

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add,
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Mutant:
    """One change: in which file, at which node of its tree (in the order of a walk), and which."""

    path: str
    node: int
    kind: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.kind}"

    def source(self) -> ast.Module:
        """The tree of its file, with the change."""
        tree = ast.parse((ROOT / self.path).read_text(encoding="utf-8"))
        node = list(ast.walk(tree))[self.node]
        _CHANGES[self.kind][1](node)
        return ast.fix_missing_locations(tree)

    def shown(self) -> str:
        """The line before and after, for people."""
        before = ast.parse((ROOT / self.path).read_text(encoding="utf-8"))
        was = ast.unparse(list(ast.walk(before))[self.node])
        nodes = list(ast.walk(ast.parse((ROOT / self.path).read_text(encoding="utf-8"))))
        _CHANGES[self.kind][1](nodes[self.node])
        now = ast.unparse(nodes[self.node])
        return f"{_short(was)}  ->  {_short(now)}"


def _short(code: str) -> str:
    first, *more = code.splitlines()
    return first[:90] + (" …" if more or len(first) > 90 else "")


def all_mutants(folder: Path = CORE) -> Iterator[Mutant]:
    """Every change that can be made, file after file."""
    for path in sorted(folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        left_out = set(_left_out(tree))
        for place, node in enumerate(ast.walk(tree)):
            if node in left_out:
                continue
            for kind, (fits, _) in _CHANGES.items():
                if fits(node):
                    line = getattr(node, "lineno", 0)
                    yield Mutant(str(path.relative_to(ROOT)), place, kind, line)


def drawn(number: int, seed: int) -> Sequence[Mutant]:
    """So many of them, by a seed."""
    every = sorted(all_mutants())
    return random.Random(seed).sample(every, min(number, len(every)))  # noqa: S311 - a draw, no secret


def _left_out(tree: ast.AST) -> Iterator[ast.AST]:
    """Annotations, words for people, and what only a type checker reads: no rule stands there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
            yield from ast.walk(node.annotation)
        elif isinstance(node, ast.FunctionDef) and node.returns is not None:
            yield from ast.walk(node.returns)
        elif isinstance(node, ast.If) and isinstance(node.test, ast.Name):
            if node.test.id == "TYPE_CHECKING":
                yield from ast.walk(node)
        elif isinstance(node, ast.keyword) and node.arg in {"slots", "kw_only", "frozen"}:
            yield from ast.walk(node)  # how a class is made, and no rule


# --- the changes ---


def _compare(node: ast.AST) -> None:
    assert isinstance(node, ast.Compare)
    node.ops[0] = _COMPARED[type(node.ops[0])]()


def _boolean(node: ast.AST) -> None:
    assert isinstance(node, ast.BoolOp)
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()


def _constant(node: ast.AST) -> None:
    assert isinstance(node, ast.Constant)
    node.value = not node.value if isinstance(node.value, bool) else int(str(node.value)) + 1


def _counting(node: ast.AST) -> None:
    assert isinstance(node, ast.BinOp)
    node.op = _COUNTED[type(node.op)]()


def _returned(node: ast.AST) -> None:
    assert isinstance(node, ast.Return)
    node.value = ast.Constant(value=None)


def _removed(node: ast.AST) -> None:
    assert isinstance(node, ast.Expr)
    node.value = ast.Constant(value=...)


def _swapped(node: ast.AST) -> None:
    assert isinstance(node, ast.If | ast.IfExp | ast.While)
    node.test = ast.UnaryOp(op=ast.Not(), operand=node.test)


_CHANGES: dict[str, tuple[Callable[[ast.AST], bool], Callable[[ast.AST], None]]] = {
    "comparison": (
        lambda n: isinstance(n, ast.Compare) and type(n.ops[0]) in _COMPARED, _compare),
    "boolean": (lambda n: isinstance(n, ast.BoolOp), _boolean),
    "constant": (lambda n: isinstance(n, ast.Constant) and isinstance(n.value, int), _constant),
    "counting": (lambda n: isinstance(n, ast.BinOp) and type(n.op) in _COUNTED, _counting),
    "return": (lambda n: isinstance(n, ast.Return) and n.value is not None
               and not (isinstance(n.value, ast.Constant) and n.value.value is None), _returned),
    "removed": (lambda n: isinstance(n, ast.Expr) and isinstance(n.value, ast.Call), _removed),
    "branch": (lambda n: isinstance(n, ast.If | ast.IfExp | ast.While), _swapped),
}  # fmt: skip
"""Kind -> where it can be made, and how."""
